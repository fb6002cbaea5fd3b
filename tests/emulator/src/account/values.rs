//! Parameters and quotas.

use serde::Deserialize;
use serde::Serialize;

/// A parameter of the Systems Manager.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Such as `/app/url`.
    pub name: String,
    /// What it holds.
    #[serde(default)]
    pub value: String,
    /// `String`, `StringList` or `SecureString`, which it is if left out.
    #[serde(rename = "type", default = "secure")]
    pub kind: String,
}

fn secure() -> String {
    "SecureString".to_owned()
}

/// What the account may have of Fargate at the same time.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// vCPUs on demand.
    pub on_demand_vcpus: f64,
    /// vCPUs of Spot.
    pub spot_vcpus: f64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            on_demand_vcpus: 4000.0,
            spot_vcpus: 4000.0,
        }
    }
}
