//! What was seen of secrets and parameters.

use std::collections::BTreeMap;

use crate::model::account::stored::{Parameter, Secret};
use crate::model::definition::TaskDefinition;
use crate::model::secret_text::SecretText;
use crate::model::value_from::{ParameterName, SecretPart};
use crate::ports::CallError;

/// A secret's id, with the staging label and the version that are meant.
pub(super) type Version = (String, Option<String>, Option<String>);

/// A secret, or that there is none, and then the one that was probably meant.
pub(super) type Described = (Result<Option<Secret>, CallError>, Option<Alike>);

/// Everything that was looked at.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By id.
    pub(super) secrets: BTreeMap<String, Described>,
    /// Those that were read; `None` is a binary value.
    pub(super) texts: BTreeMap<Version, Result<Option<SecretText>, CallError>>,
    /// By region.
    pub(super) parameters: BTreeMap<String, Result<Vec<Parameter>, CallError>>,
}

/// The secret that was probably meant, by its ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Alike {
    /// The end of its name was taken for what Secrets Manager adds.
    Partial(String),
    /// It has this name, and another ARN: it was made anew.
    Renewed(String),
}

pub(super) fn version(part: &SecretPart) -> Version {
    let (stage, id) = (part.version_stage.clone(), part.version_id.clone());
    (part.id.clone(), stage, id)
}

/// Whether an account lists the parameter as its own. It does not list AWS's own, nor those that
/// another account shares with it.
pub(super) fn is_listed(name: &ParameterName, definition: &TaskDefinition) -> bool {
    is_own(name.account.as_deref(), definition) && !name.name.starts_with("/aws/")
}

/// Whether what is in this account is in the task's. A name without an account is.
pub(super) fn is_own(account: Option<&str>, definition: &TaskDefinition) -> bool {
    account.is_none_or(|account| {
        definition
            .arn
            .split(':')
            .nth(4)
            .is_none_or(|own| own == account)
    })
}
