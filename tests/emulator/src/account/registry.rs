//! Repositories and their images.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// A repository. What is left out is as in a sound account.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Such as `everruns/admin`.
    pub name: String,
    /// There is none of this name.
    #[serde(default)]
    pub missing: bool,
    /// Its policy; it has none, if left out.
    #[serde(default)]
    pub policy: Option<Value>,
}

/// An image in a repository. What is left out is as in a sound account.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StoredImage {
    /// Such as `everruns/admin`.
    pub repository: String,
    /// Its tag; all of them, if left out.
    #[serde(default)]
    pub tag: Option<String>,
    /// There is none of this tag.
    #[serde(default)]
    pub missing: bool,
    /// In the words of ECS or of Docker. A list of one makes an image without an index.
    #[serde(default)]
    pub architectures: Option<Vec<String>>,
    /// How large its layer is.
    #[serde(default)]
    pub size_bytes: Option<u64>,
}
