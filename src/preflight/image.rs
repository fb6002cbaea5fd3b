//! `image`: whether each image is there, and for the task's platform.

use std::collections::BTreeMap;

use futures_util::future::{FutureExt as _, OptionFuture, join, join_all};

use self::judge::judge;
use super::group::{About, Beyond, Definite, Group, Look};
use crate::model::account::image::{Found, Manifest, Platform, PullThrough};
use crate::model::finding::Finding;
use crate::model::image::{EcrImage, ImageName, Version};
use crate::ports::CallError;
use crate::ports::account::Images;

mod judge;

const NAME: &str = "image";
/// How many tags are told instead of one that is not there.
const TAGS: usize = 5;

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether each image in ECR is there, for the task's platform, and how large it is",
        permissions: &[
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:GetDownloadUrlForLayer",
            "ecr:DescribePullThroughCacheRules",
        ],
        causes: &[
            "image-repository-missing",
            "image-tag-missing",
            "arch-mismatch-manifest",
            "exec-format-error",
        ],
    }],
    look: Look::Beyond(|definite, beyond| look(definite, beyond).boxed()),
};

/// What was seen of an image in ECR.
struct Seen {
    image: Result<Found, CallError>,
    size: Result<Option<u64>, CallError>,
    /// What the configuration of a single image tells.
    platform: Option<Result<Option<Platform>, CallError>>,
    /// Tags that there are, where the one that is meant is not.
    tags: Vec<String>,
    /// What fills repositories, where this image is not there.
    pull_through: Option<Result<Vec<PullThrough>, CallError>>,
}

async fn look(definite: &Definite<'_>, beyond: &Beyond) -> Vec<Finding> {
    let containers = definite.definition.containers.iter();
    let names: Vec<_> = containers
        .map(|it| (&*it.image, ImageName::parse(&it.image)))
        .collect();
    let images: BTreeMap<_, _> = names
        .iter()
        .filter_map(|(text, name)| match name {
            Some(ImageName::Ecr(image)) => Some((*text, image)),
            Some(ImageName::DockerHub | ImageName::Other { .. }) | None => None,
        })
        .collect();
    let seen = images
        .into_iter()
        .map(|(text, image)| async move { (text.to_owned(), see(image, &*beyond.images).await) });
    let seen = join_all(seen).await.into_iter().collect();
    judge(definite, &seen)
}

async fn see(image: &EcrImage, images: &dyn Images) -> Seen {
    let (found, size) = join(images.image(image), images.size(image)).await;
    let platform: OptionFuture<_> = match &found {
        Ok(Found::Image(Manifest::Single { config })) => Some(images.platform(image, config)),
        _ => None,
    }
    .into();
    let is_missing = matches!(found, Ok(Found::NoImage | Found::NoRepository));
    let pull_through: OptionFuture<_> = is_missing.then(|| images.pull_through(image)).into();
    let by_tag = matches!(image.version, Version::Tag(_));
    let lacks_tag = matches!(found, Ok(Found::NoImage)) && by_tag;
    let tags: OptionFuture<_> = lacks_tag.then(|| images.newest_tags(image, TAGS)).into();
    let (platform, (pull_through, tags)) = join(platform, join(pull_through, tags)).await;
    Seen {
        image: found,
        size,
        platform,
        // They are a help: without them the finding is the same.
        tags: tags.and_then(Result::ok).unwrap_or_default(),
        pull_through,
    }
}
