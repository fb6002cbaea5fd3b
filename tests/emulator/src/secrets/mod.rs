//! Secrets Manager: secrets and their versions.

mod operations;
mod reference;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::arn;
use crate::clock::Moment;
use crate::refusal::Refusal;

pub(crate) use operations::create_secret;
pub(crate) use operations::delete_secret;
pub(crate) use operations::describe_secret;
pub(crate) use operations::get_secret_value;
pub(crate) use operations::list_secret_version_ids;
pub(crate) use operations::put_secret_value;
pub(crate) use reference::SecretReference;

/// The stage of the version that is used where none is named.
pub(crate) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

/// All secrets.
#[derive(Debug, Default)]
pub(crate) struct SecretStore {
    secrets: BTreeMap<String, Secret>,
}

#[derive(Debug)]
pub(crate) struct Secret {
    arn: String,
    name: String,
    description: Option<String>,
    created: Moment,
    changed: Moment,
    deleted: Option<Moment>,
    versions: Vec<Version>,
}

/// One value of a secret.
#[derive(Debug)]
pub(crate) struct Version {
    id: String,
    stages: Vec<String>,
    created: Moment,
    pub(crate) value: SecretValue,
}

/// Text, or bytes in base64 as they came.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct SecretValue {
    #[serde(rename = "SecretString")]
    pub(crate) text: Option<String>,
    #[serde(rename = "SecretBinary")]
    pub(crate) binary: Option<String>,
}

impl SecretStore {
    /// Creates a secret; its full ARN ends in six random characters.
    pub(crate) fn create(
        &mut self,
        name: &str,
        region: &str,
        now: Moment,
    ) -> Result<&mut Secret, Refusal> {
        if self.secrets.contains_key(name) {
            return Err(Refusal::new(
                "ResourceExistsException",
                format!("The operation failed because the secret {name} already exists."),
            ));
        }
        let suffix: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(6)
            .collect();
        let secret = Secret {
            arn: arn::new("secretsmanager", region, &format!("secret:{name}-{suffix}")),
            name: name.to_owned(),
            description: None,
            created: now,
            changed: now,
            deleted: None,
            versions: Vec::new(),
        };
        Ok(self.secrets.entry(name.to_owned()).or_insert(secret))
    }

    /// By name, full ARN, or ARN without the six characters.
    pub(crate) fn find(&self, id: &str) -> Result<&Secret, Refusal> {
        self.name_of(id)
            .and_then(|name| self.secrets.get(&name))
            .ok_or_else(not_found)
    }

    fn find_mut(&mut self, id: &str) -> Result<&mut Secret, Refusal> {
        self.name_of(id)
            .and_then(|name| self.secrets.get_mut(&name))
            .ok_or_else(not_found)
    }

    fn name_of(&self, id: &str) -> Option<String> {
        let Some((_, resource)) = id.split_once(":secret:") else {
            return Some(id.to_owned());
        };
        let by_full_arn = self.secrets.values().find(|secret| secret.arn == id);
        by_full_arn.map(|secret| secret.name.clone()).or_else(|| {
            self.secrets
                .contains_key(resource)
                .then(|| resource.to_owned())
        })
    }

    /// The value for a container's environment. The error is the service's own.
    pub(crate) fn resolve(&self, reference: &SecretReference) -> Result<&SecretValue, Refusal> {
        let secret = self.find(&reference.secret)?;
        let version =
            secret.version(reference.version_id.as_deref(), reference.stage.as_deref())?;
        Ok(&version.value)
    }
}

fn not_found() -> Refusal {
    Refusal::not_found("Secrets Manager can't find the specified secret.")
}

impl Secret {
    pub(crate) fn arn(&self) -> &str {
        &self.arn
    }

    /// Adds a version, which becomes the current one.
    pub(crate) fn put(&mut self, id: Option<String>, value: SecretValue, now: Moment) -> &Version {
        for version in &mut self.versions {
            version.stages.retain(|stage| stage != PREVIOUS);
            for stage in version.stages.iter_mut().filter(|stage| *stage == CURRENT) {
                PREVIOUS.clone_into(stage);
            }
        }
        self.changed = now;
        self.versions.push(Version {
            id: id.unwrap_or_else(arn::random_uuid),
            stages: vec![CURRENT.to_owned()],
            created: now,
            value,
        });
        self.versions.last().expect("it was just pushed")
    }

    fn version(&self, id: Option<&str>, stage: Option<&str>) -> Result<&Version, Refusal> {
        if self.deleted.is_some() {
            return Err(Refusal::new(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.",
            ));
        }
        let stage = stage.or(id.is_none().then_some(CURRENT));
        let is_wanted = |version: &&Version| {
            id.is_none_or(|id| version.id == id)
                && stage.is_none_or(|stage| version.stages.iter().any(|own| own == stage))
        };
        self.versions.iter().find(is_wanted).ok_or_else(|| {
            let what = match (id, stage) {
                (Some(id), _) => format!("VersionId: {id}"),
                (None, stage) => format!("staging label: {}", stage.unwrap_or(CURRENT)),
            };
            Refusal::not_found(format!(
                "Secrets Manager can't find the specified secret value for {what}"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (SecretStore, String) {
        let mut store = SecretStore::default();
        let now = Moment::from_epoch_ms(0);
        let secret = store
            .create("app/db-secret", "us-east-1", now)
            .expect("it is new");
        for value in ["old", "new"] {
            let value = SecretValue {
                text: Some(value.to_owned()),
                binary: None,
            };
            secret.put(None, value, now);
        }
        let arn = secret.arn.clone();
        (store, arn)
    }

    #[test]
    fn a_secret_is_found_by_name_full_arn_and_partial_arn() {
        let (store, arn) = store();
        let partial = &arn[..arn.len() - 7];
        for id in ["app/db-secret", &arn, partial] {
            assert_eq!(store.find(id).expect("it exists").arn, arn);
        }
        let other_suffix = format!("{partial}-aaaaaa");
        assert!(store.find(&other_suffix).is_err());
        assert!(store.find("app/db").is_err());
    }

    #[test]
    fn versions_are_found_by_stage_and_by_id() {
        let (store, _) = store();
        let secret = store.find("app/db-secret").expect("it exists");
        let text = |id: Option<&str>, stage: Option<&str>| {
            secret
                .version(id, stage)
                .ok()
                .and_then(|version| version.value.text.clone())
        };
        assert_eq!(text(None, None).as_deref(), Some("new"));
        assert_eq!(text(None, Some(PREVIOUS)).as_deref(), Some("old"));
        let old = secret.versions[0].id.as_str();
        assert_eq!(text(Some(old), None).as_deref(), Some("old"));
        assert_eq!(text(Some(old), Some(CURRENT)), None);
    }
}
