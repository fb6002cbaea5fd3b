//! ECR, and the configuration of an image that it stores.

use async_trait::async_trait;
use aws_config::Region;
use aws_sdk_ecr::operation::batch_get_image::{BatchGetImageError, BatchGetImageOutput};
use aws_sdk_ecr::operation::describe_images::DescribeImagesError;
use aws_sdk_ecr::types::{DescribeImagesFilter, ImageFailureCode, ImageIdentifier, TagStatus};
use aws_sdk_ecr::{Client, config};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;

use super::clients::Aws;
use super::https;
use crate::model::account::image::{Found, Manifest, Platform, PullThrough};
use crate::model::image::{EcrImage, Version};
use crate::ports::account::Images;
use crate::ports::{CallError, CallErrorKind};

/// Without these, ECR makes an old kind of manifest of what it has.
const MEDIA_TYPES: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];
const LAYER: &str = "ecr:GetDownloadUrlForLayer";
/// A page of `DescribeImages` holds no more.
const PAGE: i32 = 1_000;
/// A configuration has some kilobytes.
const LARGEST_CONFIG: usize = 4 << 20;

impl Aws {
    async fn ecr(&self, region: &str) -> Client {
        let config = config::Builder::from(&self.config().await)
            .region(Region::new(region.to_owned()))
            .interceptor(self.counter.clone())
            .build();
        Client::from_conf(config)
    }

    async fn layer_url(&self, image: &EcrImage, digest: &str) -> Result<String, CallError> {
        let answer = self
            .ecr(&image.region)
            .await
            .get_download_url_for_layer()
            .registry_id(&image.account)
            .repository_name(&image.repository)
            .layer_digest(digest)
            .send()
            .await
            .map_err(|error| self.failed(LAYER, &error))?;
        Ok(answer.download_url.unwrap_or_default())
    }
}

#[async_trait]
impl Images for Aws {
    async fn image(&self, image: &EcrImage) -> Result<Found, CallError> {
        let answer = self
            .ecr(&image.region)
            .await
            .batch_get_image()
            .registry_id(&image.account)
            .repository_name(&image.repository)
            .image_ids(identifier(image))
            .set_accepted_media_types(Some(MEDIA_TYPES.map(str::to_owned).into()))
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(found(answer)),
            Err(error) => match error.as_service_error() {
                Some(BatchGetImageError::RepositoryNotFoundException(_)) => Ok(Found::NoRepository),
                _ => Err(self.failed("ecr:BatchGetImage", &error)),
            },
        }
    }

    async fn size(&self, image: &EcrImage) -> Result<Option<u64>, CallError> {
        let answer = self
            .ecr(&image.region)
            .await
            .describe_images()
            .registry_id(&image.account)
            .repository_name(&image.repository)
            .image_ids(identifier(image))
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let detail = answer.image_details.unwrap_or_default().into_iter().next();
                let size = detail.and_then(|detail| detail.image_size_in_bytes);
                Ok(size.and_then(|size| u64::try_from(size).ok()))
            }
            Err(error) => match error.as_service_error() {
                Some(
                    DescribeImagesError::ImageNotFoundException(_)
                    | DescribeImagesError::RepositoryNotFoundException(_),
                ) => Ok(None),
                _ => Err(self.failed("ecr:DescribeImages", &error)),
            },
        }
    }

    async fn newest_tags(&self, image: &EcrImage, most: usize) -> Result<Vec<String>, CallError> {
        let tagged = DescribeImagesFilter::builder().tag_status(TagStatus::Tagged);
        let mut pages = self
            .ecr(&image.region)
            .await
            .describe_images()
            .registry_id(&image.account)
            .repository_name(&image.repository)
            .filter(tagged.build())
            .max_results(PAGE)
            .into_paginator()
            .items()
            .send();
        let mut pushed = Vec::new();
        while let Some(detail) = pages.next().await {
            let detail = detail.map_err(|error| self.failed("ecr:DescribeImages", &error))?;
            let at = detail.image_pushed_at.map(|at| at.as_nanos());
            let tags = detail.image_tags.unwrap_or_default();
            pushed.extend(tags.into_iter().map(|tag| (at, tag)));
        }
        pushed.sort_by(|(one, _), (other, _)| other.cmp(one));
        Ok(pushed.into_iter().map(|(_, tag)| tag).take(most).collect())
    }

    async fn platform(
        &self,
        image: &EcrImage,
        config: &str,
    ) -> Result<Option<Platform>, CallError> {
        let url = self.layer_url(image, config).await?;
        let config = fetch(&https::plain(&self.config().await), &url).await?;
        Ok(Platform::parse(&config))
    }

    async fn pull_through(&self, image: &EcrImage) -> Result<Vec<PullThrough>, CallError> {
        let mut pages = self
            .ecr(&image.region)
            .await
            .describe_pull_through_cache_rules()
            .registry_id(&image.account)
            .into_paginator()
            .items()
            .send();
        let mut rules = Vec::new();
        while let Some(rule) = pages.next().await {
            let rule =
                rule.map_err(|error| self.failed("ecr:DescribePullThroughCacheRules", &error))?;
            rules.push(PullThrough {
                prefix: rule.ecr_repository_prefix.unwrap_or_default(),
                upstream: rule.upstream_registry_url.unwrap_or_default(),
            });
        }
        Ok(rules)
    }
}

fn identifier(image: &EcrImage) -> ImageIdentifier {
    let identifier = ImageIdentifier::builder();
    match &image.version {
        Version::Tag(tag) => identifier.image_tag(tag),
        Version::Digest(digest) => identifier.image_digest(digest),
    }
    .build()
}

fn found(answer: BatchGetImageOutput) -> Found {
    if let Some(image) = answer.images.unwrap_or_default().into_iter().next() {
        return Found::Image(Manifest::parse(&image.image_manifest.unwrap_or_default()));
    }
    let Some(failure) = answer.failures.unwrap_or_default().into_iter().next() else {
        return Found::NoImage;
    };
    match failure.failure_code {
        Some(ImageFailureCode::ImageNotFound) => Found::NoImage,
        code => Found::Withheld(failure.failure_reason.unwrap_or_else(|| {
            code.map_or_else(|| "no reason told".to_owned(), |it| it.as_str().to_owned())
        })),
    }
}

/// Gets a text. Its address is signed, and shows in no message.
async fn fetch(connector: &SharedHttpConnector, url: &str) -> Result<String, CallError> {
    let failed = |why: String| CallError {
        operation: LAYER,
        kind: CallErrorKind::Network,
        code: None,
        message: format!("what the address leads to could not be had: {why}"),
    };
    let request = HttpRequest::get(url).map_err(|_| failed("it is no address".into()))?;
    let answer = connector.call(request).await;
    let answer = answer.map_err(|error| {
        let what = if error.is_timeout() {
            "no answer in time"
        } else {
            "no connection"
        };
        failed(what.into())
    })?;
    if !answer.status().is_success() {
        return Err(failed(format!("HTTP status {}", answer.status().as_u16())));
    }
    let mut body = ByteStream::new(answer.into_body());
    let mut text = Vec::new();
    while let Some(bytes) = body.next().await {
        text.extend_from_slice(&bytes.map_err(|_| failed("the answer was cut off".into()))?);
        if text.len() > LARGEST_CONFIG {
            return Err(failed("it is larger than a configuration can be".into()));
        }
    }
    String::from_utf8(text).map_err(|_| failed("it is not a text".into()))
}

#[cfg(test)]
mod tests {
    use super::super::replay::{answer, at_once, denied, replaying, sent};
    use super::*;
    use crate::model::image::ImageName;

    fn image() -> EcrImage {
        let name = "000000000000.dkr.ecr.eu-west-1.amazonaws.com/team/admin:1.2.3";
        match ImageName::parse(name) {
            Some(ImageName::Ecr(image)) => image,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_image_by_its_manifest() {
        let (aws, client) = replaying([answer(
            200,
            r#"{"failures":[],"images":[{"registryId":"000000000000","repositoryName":"team/admin","imageId":{"imageDigest":"sha256:11","imageTag":"1.2.3"},"imageManifest":"{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:cc\"}}","imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json"}]}"#,
        )]);
        let config = "sha256:cc".to_owned();
        let found = at_once(aws.image(&image()));
        assert_eq!(found, Ok(Found::Image(Manifest::Single { config })));
        let sent = sent(&client);
        assert!(
            sent[0].uri.starts_with("https://api.ecr.eu-west-1."),
            "{}",
            sent[0].uri
        );
        for part in [
            r#""registryId":"000000000000""#,
            r#""imageIds":[{"imageTag":"1.2.3"}]"#,
            "image.index.v1+json",
        ] {
            assert!(sent[0].body.contains(part), "{}", sent[0].body);
        }
    }

    #[test]
    fn an_image_that_is_not_there() {
        let (aws, _) = replaying([
            answer(
                200,
                r#"{"failures":[{"failureCode":"ImageNotFound","failureReason":"Requested image not found","imageId":{"imageTag":"1.2.3"}}],"images":[]}"#,
            ),
            answer(
                400,
                r#"{"__type":"RepositoryNotFoundException","message":"The repository with name 'team/admin' does not exist in the registry with id '000000000000'"}"#,
            ),
            answer(
                200,
                r#"{"failures":[{"failureCode":"UpstreamAccessDenied","failureReason":"The upstream registry refused"}],"images":[]}"#,
            ),
            denied("ecr:BatchGetImage"),
        ]);
        assert_eq!(at_once(aws.image(&image())), Ok(Found::NoImage));
        assert_eq!(at_once(aws.image(&image())), Ok(Found::NoRepository));
        let why = "The upstream registry refused".to_owned();
        assert_eq!(at_once(aws.image(&image())), Ok(Found::Withheld(why)));
        let error = at_once(aws.image(&image())).expect_err("denied");
        assert_eq!(
            (error.kind, error.operation),
            (CallErrorKind::Denied, "ecr:BatchGetImage")
        );
    }

    #[test]
    fn size_and_newest_tags() {
        let (aws, client) = replaying([
            answer(
                200,
                r#"{"imageDetails":[{"imageDigest":"sha256:11","imageTags":["1.2.3"],"imageSizeInBytes":52428800,"imagePushedAt":1767225600.0}]}"#,
            ),
            answer(
                400,
                r#"{"__type":"ImageNotFoundException","message":"The image with imageId {imageTag:'1.2.3'} does not exist"}"#,
            ),
            answer(
                200,
                r#"{"nextToken":"more","imageDetails":[{"imageTags":["1.0"],"imagePushedAt":1767225600.0},{"imagePushedAt":1767225900.0}]}"#,
            ),
            answer(
                200,
                r#"{"imageDetails":[{"imageTags":["1.2","latest"],"imagePushedAt":1767225800.5},{"imageTags":["1.1"],"imagePushedAt":1767225700.0}]}"#,
            ),
        ]);
        assert_eq!(at_once(aws.size(&image())), Ok(Some(52_428_800)));
        assert_eq!(at_once(aws.size(&image())), Ok(None));
        let tags = at_once(aws.newest_tags(&image(), 3)).expect("an answer");
        assert_eq!(tags, ["1.2", "latest", "1.1"]);
        assert!(sent(&client)[2].body.contains(r#""tagStatus":"TAGGED""#));
    }

    #[test]
    fn a_layer_has_an_address() {
        let (aws, _) = replaying([
            answer(
                200,
                r#"{"downloadUrl":"https://example.org/blob?sig=1","layerDigest":"sha256:cc"}"#,
            ),
            denied(LAYER),
        ]);
        let url = at_once(aws.layer_url(&image(), "sha256:cc"));
        assert_eq!(url.as_deref(), Ok("https://example.org/blob?sig=1"));
        let error = at_once(aws.layer_url(&image(), "sha256:cc")).expect_err("denied");
        assert_eq!(
            (error.kind, error.operation),
            (CallErrorKind::Denied, LAYER)
        );
    }

    #[test]
    fn what_an_address_leads_to() {
        let (_, client) = replaying([
            answer(200, r#"{"os":"linux","architecture":"arm64"}"#),
            answer(403, "<Error/>"),
            answer(200, &" ".repeat(LARGEST_CONFIG + 1)),
        ]);
        let connector = SharedHttpConnector::new(client);
        let url = "https://example.org/blob?X-Amz-Signature=abc";
        let config = at_once(fetch(&connector, url)).expect("a text");
        assert_eq!(
            Platform::parse(&config).map(|it| it.name()).as_deref(),
            Some("linux/arm64")
        );
        for words in ["HTTP status 403", "larger than"] {
            let error = at_once(fetch(&connector, url))
                .expect_err(words)
                .to_string();
            assert!(
                error.contains(words) && !error.contains("Signature"),
                "{error}"
            );
        }
    }

    #[test]
    fn rules_of_pull_through() {
        let (aws, _) = replaying([answer(
            200,
            r#"{"pullThroughCacheRules":[{"ecrRepositoryPrefix":"hub","upstreamRegistryUrl":"registry-1.docker.io","registryId":"000000000000"}]}"#,
        )]);
        let rules = at_once(aws.pull_through(&image())).expect("an answer");
        assert!(rules[0].covers("hub/library/nginx"));
    }
}
