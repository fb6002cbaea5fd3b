//! The calls of ECR.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::account::Repository;
use crate::account::StoredImage;
use crate::arn;
use crate::ecr::content::Blob;
use crate::ecr::content::Content;
use crate::refusal::Refusal;
use crate::world::Context;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RepositoryRequest {
    registry_id: Option<String>,
    repository_name: String,
}

impl RepositoryRequest {
    fn registry(&self) -> &str {
        self.registry_id.as_deref().unwrap_or(arn::ACCOUNT)
    }

    /// What is said of the repository, if anything is.
    fn check<'a>(&self, account: &'a Account) -> Result<Option<&'a Repository>, Refusal> {
        let name = &self.repository_name;
        let told = account.repositories.iter().find(|it| it.name == *name);
        if told.is_some_and(|repository| repository.missing) {
            return Err(not_found(name, self.registry()));
        }
        Ok(told)
    }
}

fn not_found(name: &str, registry: &str) -> Refusal {
    let message = format!(
        "The repository with name '{name}' does not exist in the registry with id '{registry}'"
    );
    Refusal::new("RepositoryNotFoundException", message)
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImageId {
    image_tag: Option<String>,
    image_digest: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImagesRequest {
    #[serde(flatten)]
    repository: RepositoryRequest,
    #[serde(default)]
    image_ids: Vec<ImageId>,
}

/// An image, and that part of it which was asked for.
struct Found {
    tag: Option<String>,
    manifest: Blob,
    size: u64,
}

/// What a repository holds of which something is said, and the image that stands for all others.
fn stored(account: &Account, repository: &str) -> Vec<StoredImage> {
    let told = account.images.iter();
    let told = told.filter(|image| image.repository == repository);
    let others = StoredImage {
        repository: repository.to_owned(),
        ..StoredImage::default()
    };
    told.cloned().chain([others]).collect()
}

/// A tag is found among those of which something is said, then among those for all tags. A digest
/// is looked for in all images; one that is unknown is that of the usual image.
fn find(account: &Account, repository: &str, id: &ImageId) -> Option<Found> {
    let stored = stored(account, repository);
    if let Some(digest) = &id.image_digest {
        let present = stored.iter().filter(|image| !image.missing);
        for image in present.clone() {
            let content = Content::of(image);
            let size = content.size;
            let mut manifests = content.manifests.into_iter();
            if let Some(manifest) = manifests.find(|it| it.digest == *digest) {
                return Some(Found {
                    tag: None,
                    manifest,
                    size,
                });
            }
        }
        let usual = stored.iter().find(|image| image.tag.is_none())?;
        let mut found = top(usual, None)?;
        found.manifest.digest.clone_from(digest);
        return Some(found);
    }
    let tag = id.image_tag.as_ref()?;
    let exact = stored.iter().find(|image| image.tag.as_ref() == Some(tag));
    let image = exact.or_else(|| stored.iter().find(|image| image.tag.is_none()))?;
    top(image, Some(tag))
}

/// What the tag of an image stands for.
fn top(image: &StoredImage, tag: Option<&String>) -> Option<Found> {
    if image.missing {
        return None;
    }
    let content = Content::of(image);
    Some(Found {
        tag: tag.cloned(),
        size: content.size,
        manifest: content.manifests.into_iter().next()?,
    })
}

pub(crate) fn describe_images(
    account: &Account,
    request: &ImagesRequest,
) -> Result<Value, Refusal> {
    request.repository.check(account)?;
    let name = &request.repository.repository_name;
    let registry = request.repository.registry();
    let mut ids = request.image_ids.clone();
    if ids.is_empty() {
        ids = stored(account, name)
            .into_iter()
            .filter(|image| !image.missing)
            .map(|image| ImageId {
                image_tag: Some(image.tag.unwrap_or_else(|| "latest".to_owned())),
                image_digest: None,
            })
            .collect();
    }
    let mut details = Vec::new();
    for id in &ids {
        let found = find(account, name, id).ok_or_else(|| no_image(id, name, registry))?;
        details.push(json!({
            "registryId": registry,
            "repositoryName": name,
            "imageDigest": found.manifest.digest,
            "imageTags": found.tag.iter().collect::<Vec<_>>(),
            "imageSizeInBytes": found.size,
            "imagePushedAt": 1_767_225_600,
            "imageManifestMediaType": found.manifest.media_type,
        }));
    }
    Ok(json!({"imageDetails": details}))
}

fn no_image(id: &ImageId, repository: &str, registry: &str) -> Refusal {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
    let digest = word(&id.image_digest);
    let tag = word(&id.image_tag);
    let message = format!(
        "The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist \
         within the repository with name '{repository}' in the registry with id '{registry}'"
    );
    Refusal::new("ImageNotFoundException", message)
}

pub(crate) fn batch_get_image(
    account: &Account,
    request: &ImagesRequest,
) -> Result<Value, Refusal> {
    request.repository.check(account)?;
    let name = &request.repository.repository_name;
    let mut images = Vec::new();
    let mut failures = Vec::new();
    for id in &request.image_ids {
        let asked = json!({"imageDigest": id.image_digest, "imageTag": id.image_tag});
        match find(account, name, id) {
            Some(found) => images.push(json!({
                "registryId": request.repository.registry(),
                "repositoryName": name,
                "imageId": {"imageDigest": found.manifest.digest, "imageTag": found.tag},
                "imageManifest": found.manifest.text,
                "imageManifestMediaType": found.manifest.media_type,
            })),
            None => failures.push(json!({
                "imageId": asked,
                "failureCode": "ImageNotFound",
                "failureReason": "Requested image not found",
            })),
        }
    }
    Ok(json!({"images": images, "failures": failures}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LayerRequest {
    #[serde(flatten)]
    repository: RepositoryRequest,
    layer_digest: String,
}

/// The address is one of the emulator's own, where AWS gives one of S3 for which nobody need sign.
pub(crate) fn get_download_url_for_layer(
    account: &Account,
    context: &Context,
    request: &LayerRequest,
) -> Result<Value, Refusal> {
    request.repository.check(account)?;
    let name = &request.repository.repository_name;
    let digest = &request.layer_digest;
    if blob(account, name, digest).is_none() {
        let message = format!(
            "The layer with digest '{digest}' does not exist in the repository with name '{name}'"
        );
        return Err(Refusal::new("LayersNotFoundException", message));
    }
    let url = format!("{}/_blobs/{name}/{digest}", context.endpoint);
    Ok(json!({"downloadUrl": url, "layerDigest": digest}))
}

/// A configuration by its digest.
pub(crate) fn blob(account: &Account, repository: &str, digest: &str) -> Option<String> {
    let stored = stored(account, repository).into_iter();
    let contents = stored
        .filter(|image| !image.missing)
        .map(|image| Content::of(&image));
    let mut configs = contents.flat_map(|content| content.configs);
    configs
        .find(|config| config.digest == digest)
        .map(|config| config.text)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RepositoriesRequest {
    registry_id: Option<String>,
    #[serde(default)]
    repository_names: Vec<String>,
}

pub(crate) fn describe_repositories(
    account: &Account,
    context: &Context,
    request: &RepositoriesRequest,
) -> Result<Value, Refusal> {
    let mut names = request.repository_names.clone();
    if names.is_empty() {
        let told = account.repositories.iter().filter(|it| !it.missing);
        names = told.map(|repository| repository.name.clone()).collect();
    }
    let mut repositories = Vec::new();
    for name in names {
        let asked = RepositoryRequest {
            registry_id: request.registry_id.clone(),
            repository_name: name,
        };
        asked.check(account)?;
        let name = &asked.repository_name;
        let registry = asked.registry();
        let region = &context.region;
        repositories.push(json!({
            "repositoryArn": format!("arn:aws:ecr:{region}:{registry}:repository/{name}"),
            "registryId": registry,
            "repositoryName": name,
            "repositoryUri": format!("{registry}.dkr.ecr.{region}.amazonaws.com/{name}"),
            "createdAt": 1_767_225_600,
            "imageTagMutability": "MUTABLE",
            "encryptionConfiguration": {"encryptionType": "AES256"},
        }));
    }
    Ok(json!({"repositories": repositories}))
}

pub(crate) fn get_repository_policy(
    account: &Account,
    request: &RepositoryRequest,
) -> Result<Value, Refusal> {
    let name = &request.repository_name;
    let registry = request.registry();
    let policy = request.check(account)?.and_then(|it| it.policy.as_ref());
    let policy = policy.ok_or_else(|| {
        let message = format!(
            "Repository policy does not exist for the repository with name '{name}' in the \
             registry with id '{registry}'"
        );
        Refusal::new("RepositoryPolicyNotFoundException", message)
    })?;
    Ok(json!({
        "registryId": registry,
        "repositoryName": name,
        "policyText": policy.to_string(),
    }))
}
