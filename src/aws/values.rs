//! Values of secrets and parameters, as ECS would put them into a variable.

use async_trait::async_trait;
use aws_config::Region;

use super::clients::Aws;
use crate::model::definition::SecretReference;
use crate::ports::account::Values;
use crate::ports::{CallError, CallErrorKind};

#[async_trait]
impl Values for Aws {
    async fn value(
        &self,
        region: &str,
        reference: &SecretReference,
    ) -> Result<Option<String>, CallError> {
        let meant = Meant::of(&reference.value_from);
        let region = meant.region.unwrap_or(region);
        let found = match meant.place {
            Place::Secret { id, stage, version } => self.secret(region, id, stage, version).await,
            Place::Parameter(name) => self.parameter(region, name).await,
        };
        let value = match found {
            Err(error) if is_missing(&error) => return Ok(None),
            found => found?,
        };
        Ok(value.and_then(|value| match meant.key {
            None => Some(value),
            Some(key) => of_json(&value, key),
        }))
    }
}

impl Aws {
    async fn secret(
        &self,
        region: &str,
        id: &str,
        stage: Option<&str>,
        version: Option<&str>,
    ) -> Result<Option<String>, CallError> {
        let config = aws_sdk_secretsmanager::config::Builder::from(&self.config().await)
            .region(Region::new(region.to_owned()))
            .interceptor(self.counter.clone())
            .build();
        let answer = aws_sdk_secretsmanager::Client::from_conf(config)
            .get_secret_value()
            .secret_id(id)
            .set_version_stage(stage.map(str::to_owned))
            .set_version_id(version.map(str::to_owned))
            .send()
            .await
            .map_err(|error| self.failed("secretsmanager:GetSecretValue", &error))?;
        Ok(answer.secret_string)
    }

    async fn parameter(&self, region: &str, name: &str) -> Result<Option<String>, CallError> {
        let config = aws_sdk_ssm::config::Builder::from(&self.config().await)
            .region(Region::new(region.to_owned()))
            .interceptor(self.counter.clone())
            .build();
        let answer = aws_sdk_ssm::Client::from_conf(config)
            .get_parameter()
            .name(name)
            .with_decryption(true)
            .send()
            .await
            .map_err(|error| self.failed("ssm:GetParameter", &error))?;
        Ok(answer.parameter.and_then(|parameter| parameter.value))
    }
}

/// What a `valueFrom` means.
#[derive(Debug, PartialEq, Eq)]
struct Meant<'a> {
    region: Option<&'a str>,
    place: Place<'a>,
    /// The key in the JSON that a secret is.
    key: Option<&'a str>,
}

#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Secret {
        id: &'a str,
        stage: Option<&'a str>,
        version: Option<&'a str>,
    },
    Parameter(&'a str),
}

impl<'a> Meant<'a> {
    /// `arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id`, the
    /// last three of which may be absent or empty; or the name or ARN of a parameter
    /// (ECS developer guide, "Pass Secrets Manager secrets through environment variables").
    fn of(value_from: &'a str) -> Self {
        let mut parts = value_from.split(':');
        let is_arn = parts.next() == Some("arn");
        let service = parts.nth(1);
        let region = parts.next().filter(|region| is_arn && !region.is_empty());
        if !is_arn || service != Some("secretsmanager") {
            return Self {
                region,
                place: Place::Parameter(value_from),
                key: None,
            };
        }
        let ends = value_from.match_indices(':').nth(6);
        let (id, rest) = ends.map_or((value_from, ""), |(at, _)| {
            (&value_from[..at], &value_from[at + 1..])
        });
        let mut rest = rest
            .split(':')
            .map(|part| Some(part).filter(|part| !part.is_empty()));
        let mut next = || rest.next().flatten();
        let key = next();
        Self {
            region,
            place: Place::Secret {
                id,
                stage: next(),
                version: next(),
            },
            key,
        }
    }
}

fn is_missing(error: &CallError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.kind == CallErrorKind::Rejected
        && ["ResourceNotFoundException", "ParameterNotFound"].contains(&code)
}

fn of_json(text: &str, key: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    match json.get(key)? {
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{answer, at_once, denied, replaying, sent};
    use super::*;

    const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:db-AbCdEf";

    #[test]
    fn what_a_reference_means() {
        let secret = |key, stage, version| Meant {
            region: Some("eu-west-1"),
            place: Place::Secret {
                id: SECRET,
                stage,
                version,
            },
            key,
        };
        for (rest, meant) in [
            ("", secret(None, None, None)),
            (":url::", secret(Some("url"), None, None)),
            ("::AWSPREVIOUS:", secret(None, Some("AWSPREVIOUS"), None)),
            (":url:S:V", secret(Some("url"), Some("S"), Some("V"))),
        ] {
            assert_eq!(Meant::of(&format!("{SECRET}{rest}")), meant);
        }
        for (name, region) in [
            ("/prod/url", None),
            ("url", None),
            (
                "arn:aws:ssm:eu-west-1:000000000000:parameter/url",
                Some("eu-west-1"),
            ),
        ] {
            let meant = Meant {
                region,
                place: Place::Parameter(name),
                key: None,
            };
            assert_eq!(Meant::of(name), meant);
        }
    }

    fn value(value_from: &str, status: u16, body: &str) -> Result<Option<String>, CallError> {
        let (aws, _) = replaying([answer(status, body)]);
        ask(&aws, value_from)
    }

    fn ask(aws: &Aws, value_from: &str) -> Result<Option<String>, CallError> {
        let reference = SecretReference {
            name: "DATABASE_URL".into(),
            value_from: value_from.into(),
        };
        at_once(aws.value("us-east-1", &reference))
    }

    #[test]
    fn values_that_are_there_or_not() {
        let secret =
            r#"{"ARN":"a","Name":"db","SecretString":"{\"url\":\"postgres://h\",\"port\":5432}"}"#;
        let found = |key: &str| value(&format!("{SECRET}:{key}::"), 200, secret);
        assert_eq!(found("url"), Ok(Some("postgres://h".into())));
        assert_eq!(found("port"), Ok(Some("5432".into())));
        assert_eq!(found("other"), Ok(None));
        let missing = r#"{"__type":"ResourceNotFoundException","Message":"no"}"#;
        assert_eq!(value(SECRET, 400, missing), Ok(None));
        let parameter = r#"{"Parameter":{"Name":"/url","Value":"postgres://h"}}"#;
        assert_eq!(
            value("/url", 200, parameter),
            Ok(Some("postgres://h".into()))
        );
        let missing = r#"{"__type":"ParameterNotFound"}"#;
        assert_eq!(value("/url", 400, missing), Ok(None));
    }

    #[test]
    fn a_refusal_names_the_permission() {
        let (aws, _) = replaying([
            denied("ssm:GetParameter"),
            denied("secretsmanager:GetSecretValue"),
        ]);
        for (value_from, permission) in [
            ("/url", "ssm:GetParameter"),
            (SECRET, "secretsmanager:GetSecretValue"),
        ] {
            let error = ask(&aws, value_from).expect_err("it is denied");
            assert_eq!(error.operation, permission);
            assert_eq!(error.kind, CallErrorKind::Denied);
        }
    }

    #[test]
    fn a_version_is_asked_for_in_its_own_region() {
        let (aws, client) = replaying([answer(200, r#"{"SecretString":"x"}"#)]);
        let found = ask(&aws, &format!("{SECRET}::AWSPREVIOUS:"));
        assert_eq!(found, Ok(Some("x".into())));
        let request = &sent(&client)[0];
        assert_eq!(
            request.uri,
            "https://secretsmanager.eu-west-1.amazonaws.com/"
        );
        assert_eq!(
            request.body,
            format!(r#"{{"SecretId":"{SECRET}","VersionStage":"AWSPREVIOUS"}}"#)
        );
    }
}
