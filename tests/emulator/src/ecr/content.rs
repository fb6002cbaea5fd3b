//! What an image is made of: manifests and configurations, known by their digests.

use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;

use crate::account::StoredImage;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

const USUAL_ARCHITECTURES: [&str; 2] = ["X86_64", "ARM64"];
const USUAL_SIZE: u64 = 50_000_000;

/// A document and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) digest: String,
    pub(crate) media_type: &'static str,
    pub(crate) text: String,
}

impl Blob {
    fn new(media_type: &'static str, content: &Value) -> Self {
        let text = content.to_string();
        Self {
            digest: digest(text.as_bytes()),
            media_type,
            text,
        }
    }

    fn descriptor(&self) -> Value {
        json!({"mediaType": self.media_type, "digest": self.digest, "size": self.text.len()})
    }
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// An image in all its parts.
#[derive(Debug)]
pub(crate) struct Content {
    /// First what the tag stands for, then, if that is an index, what it leads to.
    pub(crate) manifests: Vec<Blob>,
    /// The configurations.
    pub(crate) configs: Vec<Blob>,
    pub(crate) size: u64,
}

impl Content {
    /// The same for the same image: a digest of today is one of tomorrow.
    pub(crate) fn of(image: &StoredImage) -> Self {
        let size = image.size_bytes.unwrap_or(USUAL_SIZE);
        let usual = || USUAL_ARCHITECTURES.map(str::to_owned).into();
        let architectures: Vec<String> = image.architectures.clone().unwrap_or_else(usual);
        let mut configs = Vec::new();
        let mut manifests = Vec::new();
        let mut descriptors = Vec::new();
        for architecture in &architectures {
            let platform = platform(architecture);
            let config = config(image, &platform);
            let manifest = manifest(&config, size);
            let mut descriptor = manifest.descriptor();
            descriptor["platform"] = platform;
            descriptors.push(descriptor);
            configs.push(config);
            manifests.push(manifest);
        }
        if architectures.len() != 1 {
            let index = json!({
                "schemaVersion": 2,
                "mediaType": INDEX,
                "manifests": descriptors,
            });
            manifests.insert(0, Blob::new(INDEX, &index));
        }
        Self {
            manifests,
            configs,
            size,
        }
    }
}

/// In the words of Docker. An attestation is for an unknown machine.
fn platform(architecture: &str) -> Value {
    match architecture {
        "X86_64" => json!({"architecture": "amd64", "os": "linux"}),
        "ARM64" => json!({"architecture": "arm64", "os": "linux"}),
        "unknown" => json!({"architecture": "unknown", "os": "unknown"}),
        other => json!({"architecture": other, "os": "linux"}),
    }
}

fn config(image: &StoredImage, platform: &Value) -> Blob {
    let mut config = platform.clone();
    config["config"] = json!({"Labels": {"repository": image.repository, "tag": image.tag}});
    config["rootfs"] = json!({"type": "layers", "diff_ids": [digest(b"layer")]});
    Blob::new(CONFIG, &config)
}

fn manifest(config: &Blob, size: u64) -> Blob {
    let layer = json!({"mediaType": LAYER, "digest": digest(b"packed layer"), "size": size});
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.descriptor(),
        "layers": [layer],
    });
    Blob::new(MANIFEST, &manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(architectures: Option<&[&str]>) -> Content {
        Content::of(&StoredImage {
            architectures: architectures.map(|list| list.iter().map(|it| (*it).into()).collect()),
            ..StoredImage::default()
        })
    }

    #[test]
    fn several_architectures_make_an_index_that_leads_to_them() {
        let both = content(None);
        let index: Value = serde_json::from_str(&both.manifests[0].text).expect("JSON");
        assert_eq!(index["mediaType"], INDEX);
        assert_eq!(index["manifests"][1]["platform"]["architecture"], "arm64");
        assert_eq!(index["manifests"][1]["digest"], both.manifests[2].digest);
        assert_eq!(both.manifests[0].digest, content(None).manifests[0].digest);
    }

    #[test]
    fn one_architecture_is_told_by_the_configuration_alone() {
        let one = content(Some(&["ARM64"]));
        assert_eq!(one.manifests.len(), 1);
        let manifest: Value = serde_json::from_str(&one.manifests[0].text).expect("JSON");
        assert_eq!(manifest["config"]["digest"], one.configs[0].digest);
        let config: Value = serde_json::from_str(&one.configs[0].text).expect("JSON");
        assert_eq!(config["architecture"], "arm64");
        assert_eq!(
            digest(b""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
