//! `valueFrom` of a container's secret.

/// A secret, and which part of which version of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SecretReference {
    /// Name, ARN or partial ARN.
    pub(crate) secret: String,
    pub(crate) json_key: Option<String>,
    pub(crate) stage: Option<String>,
    pub(crate) version_id: Option<String>,
}

impl SecretReference {
    /// `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME[:json-key:version-stage:version-id]`,
    /// where each of the three may be empty. Without `arn:` the whole text is a name.
    pub(crate) fn parse(value_from: &str) -> Self {
        let parts: Vec<&str> = value_from.split(':').collect();
        if parts.first() != Some(&"arn") || parts.len() <= 7 {
            return Self {
                secret: value_from.to_owned(),
                ..Self::default()
            };
        }
        let part = |index: usize| {
            parts
                .get(index)
                .filter(|part| !part.is_empty())
                .map(|part| (*part).to_owned())
        };
        Self {
            secret: parts[..7].join(":"),
            json_key: part(7),
            stage: part(8),
            version_id: part(9),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:app-AbCdEf";

    fn parsed(suffix: &str) -> (Option<String>, Option<String>, Option<String>) {
        let reference = SecretReference::parse(&format!("{ARN}{suffix}"));
        assert_eq!(reference.secret, ARN);
        (reference.json_key, reference.stage, reference.version_id)
    }

    #[test]
    fn key_stage_and_version_may_follow_the_arn_and_may_be_empty() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parsed(""), (None, None, None));
        assert_eq!(parsed(":key::"), (some("key"), None, None));
        assert_eq!(parsed("::AWSPREVIOUS:"), (None, some("AWSPREVIOUS"), None));
        assert_eq!(parsed(":::9d4cb84b"), (None, None, some("9d4cb84b")));
        assert_eq!(
            parsed(":key:stage:id"),
            (some("key"), some("stage"), some("id"))
        );
    }

    #[test]
    fn a_name_is_taken_whole() {
        let name = SecretReference::parse("app/DATABASE_URL");
        assert_eq!(name.secret, "app/DATABASE_URL");
        assert_eq!(name.json_key, None);
    }
}
