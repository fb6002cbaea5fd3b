//! ECR: repositories, images, and the blobs behind them.

mod content;
mod operations;

pub(crate) use operations::batch_get_image;
pub(crate) use operations::blob;
pub(crate) use operations::describe_images;
pub(crate) use operations::describe_repositories;
pub(crate) use operations::get_download_url_for_layer;
pub(crate) use operations::get_repository_policy;
