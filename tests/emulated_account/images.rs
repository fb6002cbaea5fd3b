//! ECR.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use aws_sdk_ecr::types::{ImageFailureCode, ImageIdentifier};
use serde_json::{Value, json};

use crate::{ACCOUNT, account, refusal};

fn tag(tag: &str) -> ImageIdentifier {
    ImageIdentifier::builder().image_tag(tag).build()
}

/// A plain GET of what is behind an address, which nobody signs.
fn get(url: &str) -> Value {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|it| it.split_once('/'))
        .expect("it");
    let mut stream = TcpStream::connect(host).expect("the emulator listens");
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is text");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("it is JSON")
}

#[tokio::test]
async fn an_image_is_there_for_two_architectures_until_told_otherwise() {
    let (_emulator, config) = account(json!({
        "repositories": [{"name": "gone", "missing": true}, {"name": "admin", "policy": {"a": 1}}],
        "images": [
            {"repository": "admin", "tag": "arm", "architectures": ["ARM64"], "size_bytes": 7},
            {"repository": "admin", "tag": "v9", "missing": true},
        ],
    }))
    .await;
    let ecr = aws_sdk_ecr::Client::new(&config);
    let manifest = async |id: ImageIdentifier| {
        let answer = ecr
            .batch_get_image()
            .repository_name("admin")
            .image_ids(id)
            .send()
            .await;
        let image = answer.expect("an answer").images.expect("a list").remove(0);
        serde_json::from_str::<Value>(image.image_manifest().expect("it has one")).expect("JSON")
    };
    let index = manifest(tag("v1")).await;
    let first = &index["manifests"][0];
    assert_eq!(first["platform"]["architecture"], "amd64");
    let digest = first["digest"].as_str().expect("a digest");
    let of_digest = manifest(ImageIdentifier::builder().image_digest(digest).build()).await;
    assert!(of_digest["config"]["digest"].is_string(), "{of_digest}");

    let arm = manifest(tag("arm")).await;
    let config_digest = arm["config"]["digest"].as_str().expect("a digest");
    let layer = ecr.get_download_url_for_layer().repository_name("admin");
    let layer = layer
        .layer_digest(config_digest)
        .send()
        .await
        .expect("an address");
    let config = get(layer.download_url().expect("an address"));
    assert_eq!(config["architecture"], "arm64");

    let describe = async |tag_name: &str, repository: &str| {
        let call = ecr
            .describe_images()
            .repository_name(repository)
            .image_ids(tag(tag_name));
        call.send().await
    };
    let arm = describe("arm", "admin")
        .await
        .expect("it")
        .image_details
        .expect("a list");
    assert_eq!(arm[0].image_size_in_bytes(), Some(7));
    assert_eq!(arm[0].image_tags(), ["arm"]);
    let (code, message) = refusal(describe("v9", "admin").await);
    assert_eq!(code, "ImageNotFoundException");
    assert!(message.starts_with("The image with imageId {imageDigest:'null', imageTag:'v9'}"));
    let gone = ecr
        .batch_get_image()
        .repository_name("admin")
        .image_ids(tag("v9"));
    let gone = gone
        .send()
        .await
        .expect("an answer")
        .failures
        .expect("a list");
    assert_eq!(
        gone[0].failure_code(),
        Some(&ImageFailureCode::ImageNotFound)
    );
    assert_eq!(
        refusal(describe("v1", "gone").await).0,
        "RepositoryNotFoundException"
    );

    let repositories = ecr
        .describe_repositories()
        .repository_names("any")
        .send()
        .await;
    let uri = format!("{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/any");
    assert_eq!(
        repositories.expect("it").repositories()[0].repository_uri(),
        Some(uri.as_str())
    );
    let policy = ecr
        .get_repository_policy()
        .repository_name("admin")
        .send()
        .await;
    assert_eq!(policy.expect("it").policy_text(), Some(r#"{"a":1}"#));
    let none = ecr
        .get_repository_policy()
        .repository_name("any")
        .send()
        .await;
    assert_eq!(refusal(none).0, "RepositoryPolicyNotFoundException");
}
