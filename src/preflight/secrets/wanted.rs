//! What a definition takes from elsewhere.

use crate::model::definition::TaskDefinition;
use crate::model::value_from::{Malformed, ParameterName, SecretPart, ValueFrom};

/// One value that is taken from elsewhere.
pub(super) struct Wanted<'a> {
    /// The container that gets it.
    pub(super) container: &'a str,
    /// What it is there: a variable, or an option of the log driver; or the registry's credentials.
    pub(super) what: String,
    /// What it is here.
    pub(super) kind: Result<Kind, Malformed>,
}

/// What is taken.
pub(super) enum Kind {
    /// A secret, or a part of it.
    Secret(SecretPart),
    /// The credentials of a registry.
    Registry(SecretPart),
    /// A parameter.
    Parameter(ParameterName),
}

impl Wanted<'_> {
    /// Where it is used, for a message.
    pub(super) fn user(&self) -> String {
        format!("{} of container `{}`", self.what, self.container)
    }

    /// Whether more is asked of its value than to be there.
    pub(super) fn is_looked_into(&self) -> bool {
        match &self.kind {
            Ok(Kind::Secret(part)) => part.json_key.is_some(),
            Ok(Kind::Registry(_)) => true,
            Ok(Kind::Parameter(_)) | Err(_) => false,
        }
    }
}

/// All that the definition takes from elsewhere, in its order.
pub(super) fn wanted(definition: &TaskDefinition) -> Vec<Wanted<'_>> {
    let mut wanted = Vec::new();
    for container in &definition.containers {
        let name = &*container.name;
        wanted.extend(container.secrets.iter().map(|reference| Wanted {
            container: name,
            what: format!("`{}`", reference.name),
            kind: ValueFrom::parse(&reference.value_from).map(|from| match from {
                ValueFrom::Secret(part) => Kind::Secret(part),
                ValueFrom::Parameter(name) => Kind::Parameter(name),
            }),
        }));
        let credentials = container.repository_credentials.iter();
        wanted.extend(credentials.map(|text| Wanted {
            container: name,
            what: "the registry's credentials".to_owned(),
            kind: SecretPart::of_registry(text).map(Kind::Registry),
        }));
    }
    wanted
}
