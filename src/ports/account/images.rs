//! Images in ECR.

use async_trait::async_trait;

use crate::model::account::image::{Found, Platform, PullThrough};
use crate::model::image::EcrImage;
use crate::ports::CallError;

/// What ECR has.
#[async_trait]
pub trait Images: Send + Sync {
    /// The image, by its manifest.
    async fn image(&self, image: &EcrImage) -> Result<Found, CallError>;

    /// Its size in bytes, compressed; `None` where ECR does not know it.
    async fn size(&self, image: &EcrImage) -> Result<Option<u64>, CallError>;

    /// The tags that its repository was given last, the newest first, at most `most` of them.
    async fn newest_tags(&self, image: &EcrImage, most: usize) -> Result<Vec<String>, CallError>;

    /// The platform in the configuration with this digest; `None` where it tells none.
    async fn platform(&self, image: &EcrImage, config: &str)
    -> Result<Option<Platform>, CallError>;

    /// The prefixes of repositories which its registry fills from others.
    async fn pull_through(&self, image: &EcrImage) -> Result<Vec<PullThrough>, CallError>;
}
