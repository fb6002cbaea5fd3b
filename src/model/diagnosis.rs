//! Why a run failed, as far as it is known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the evidence says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Diagnosis {
    /// A stable word for programs; `unknown` where nothing fits.
    pub cause: String,
    /// The cause in one sentence, with the names that are known.
    pub summary: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// What the evidence names: a secret, an image, a host…
    pub extracted: BTreeMap<String, String>,
    /// What it rests on, the weightiest first.
    pub evidence: Vec<String>,
    /// What to do, most likely first.
    pub next_steps: Vec<String>,
    /// Other causes that the evidence names: what followed from the first, or hides behind it.
    pub related: Vec<String>,
}

/// How sure a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Nothing is known.
    #[default]
    None,
    /// It may well be something else.
    Low,
    /// The evidence names a kind of failure; what is behind it was cut off or not said.
    Medium,
    /// The evidence says it in so many words.
    High,
}

impl Diagnosis {
    /// Whether the evidence named a cause.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.confidence != Confidence::None
    }
}
