//! Secrets Manager, and with it the values that ECS takes from elsewhere.

use async_trait::async_trait;
use aws_config::Region;
use aws_sdk_secretsmanager::operation::describe_secret::{
    DescribeSecretError, DescribeSecretOutput,
};
use aws_sdk_secretsmanager::{Client, config};

use super::clients::Aws;
use crate::model::account::stored::{Parameter, Secret};
use crate::model::secret_text::SecretText;
use crate::model::value_from::{SecretPart, ValueFrom};
use crate::ports::account::Secrets;
use crate::ports::{CallError, CallErrorKind};

const GET: &str = "secretsmanager:GetSecretValue";

impl Aws {
    async fn secrets_manager(&self, region: &str) -> Client {
        let config = config::Builder::from(&self.config().await)
            .region(Region::new(region.to_owned()))
            .interceptor(self.counter.clone())
            .build();
        Client::from_conf(config)
    }
}

#[async_trait]
impl Secrets for Aws {
    async fn secret(&self, region: &str, id: &str) -> Result<Option<Secret>, CallError> {
        let client = self.secrets_manager(region).await;
        match client.describe_secret().secret_id(id).send().await {
            Ok(answer) => Ok(Some(secret(answer))),
            Err(error) => match error.as_service_error() {
                Some(DescribeSecretError::ResourceNotFoundException(_)) => Ok(None),
                _ => Err(self.failed("secretsmanager:DescribeSecret", &error)),
            },
        }
    }

    async fn parameters(
        &self,
        region: &str,
        names: &[String],
    ) -> Result<Vec<Parameter>, CallError> {
        self.described_parameters(region, names).await
    }

    async fn text(&self, region: &str, part: &SecretPart) -> Result<Option<SecretText>, CallError> {
        let client = self
            .secrets_manager(part.region.as_deref().unwrap_or(region))
            .await;
        let answer = client
            .get_secret_value()
            .secret_id(&part.id)
            .set_version_stage(part.version_stage.clone())
            .set_version_id(part.version_id.clone())
            .send()
            .await
            .map_err(|error| self.failed(GET, &error))?;
        Ok(answer.secret_string.map(SecretText::new))
    }

    async fn value(&self, region: &str, from: &ValueFrom) -> Result<SecretText, CallError> {
        let part = match from {
            ValueFrom::Parameter(name) => return self.parameter_value(region, name).await,
            ValueFrom::Secret(part) => part,
        };
        let unusable = |why: &dyn std::fmt::Display| CallError {
            operation: GET,
            kind: CallErrorKind::Rejected,
            code: None,
            message: format!("secret {}: {why}", part.id),
        };
        let text = self.text(region, part).await?;
        let text = text.ok_or_else(|| unusable(&"its value is not a text"))?;
        match &part.json_key {
            Some(key) => text.part(key).map_err(|error| unusable(&error)),
            None => Ok(text),
        }
    }
}

fn secret(answer: DescribeSecretOutput) -> Secret {
    Secret {
        arn: answer.arn.unwrap_or_default(),
        name: answer.name.unwrap_or_default(),
        kms_key: answer.kms_key_id,
        deleted: answer.deleted_date.is_some(),
        versions: answer
            .version_ids_to_stages
            .unwrap_or_default()
            .into_iter()
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{answer, at_once, denied, replaying, sent};
    use super::*;

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:prod/db-AbC1eF";
    const DESCRIBED: &str = r#"{
        "ARN": "arn:aws:secretsmanager:eu-west-1:000000000000:secret:prod/db-AbC1eF",
        "Name": "prod/db",
        "KmsKeyId": "alias/app",
        "LastChangedDate": 1767225600.123,
        "DeletedDate": 1767225700.5,
        "CreatedDate": 1767225600.1,
        "VersionIdsToStages": {"11111111-2222-3333-4444-555555555555": ["AWSCURRENT"]}
    }"#;
    const VALUE: &str = r#"{
        "ARN": "arn:aws:secretsmanager:eu-west-1:000000000000:secret:prod/db-AbC1eF",
        "Name": "prod/db",
        "VersionId": "11111111-2222-3333-4444-555555555555",
        "SecretString": "{\"url\":\"postgres://ana:s3cret@db/app\"}",
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": 1767225600.1
    }"#;

    fn part(tail: &str) -> ValueFrom {
        ValueFrom::parse(&format!("{ARN}{tail}")).expect("a secret")
    }

    #[test]
    fn a_secret_is_described() {
        let (aws, client) = replaying([answer(200, DESCRIBED)]);
        let secret = at_once(aws.secret("eu-west-1", ARN)).expect("an answer");
        let secret = secret.expect("a secret");
        assert_eq!((secret.name.as_str(), secret.deleted), ("prod/db", true));
        assert_eq!(secret.kms_key.as_deref(), Some("alias/app"));
        let stages: Vec<_> = secret.versions.values().collect();
        assert_eq!(stages, [&["AWSCURRENT".to_owned()]]);
        let sent = sent(&client);
        assert!(
            sent[0].uri.starts_with("https://secretsmanager.eu-west-1."),
            "{}",
            sent[0].uri
        );
        assert_eq!(sent[0].body, format!(r#"{{"SecretId":"{ARN}"}}"#));
    }

    #[test]
    fn a_secret_that_is_not_there_and_one_that_may_not_be_seen() {
        let (aws, _) = replaying([
            answer(
                400,
                r#"{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}"#,
            ),
            denied("secretsmanager:DescribeSecret"),
        ]);
        assert_eq!(at_once(aws.secret("us-east-1", ARN)), Ok(None));
        let error = at_once(aws.secret("us-east-1", ARN)).expect_err("denied");
        assert_eq!(error.kind, CallErrorKind::Denied);
        assert_eq!(error.operation, "secretsmanager:DescribeSecret");
    }

    #[test]
    fn a_value_is_picked_and_does_not_show() {
        let (aws, client) = replaying([answer(200, VALUE), answer(200, VALUE), answer(200, VALUE)]);
        let value = at_once(aws.value("us-east-1", &part(":url:AWSPREVIOUS:"))).expect("a value");
        assert_eq!(value.expose(), "postgres://ana:s3cret@db/app");
        assert_eq!(
            sent(&client)[0].body,
            format!(r#"{{"SecretId":"{ARN}","VersionStage":"AWSPREVIOUS"}}"#)
        );
        let error = at_once(aws.value("us-east-1", &part(":uri::"))).expect_err("no such key");
        assert!(!format!("{error} {error:?} {value:?}").contains("s3cret"));
        assert!(
            error.message.ends_with("its JSON has no such key"),
            "{error}"
        );
        let whole = at_once(aws.value("us-east-1", &part(""))).expect("a value");
        assert!(whole.expose().starts_with("{\"url\""));
    }

    #[test]
    fn a_value_that_is_binary() {
        let (aws, _) = replaying([answer(200, r#"{"Name":"a","SecretBinary":"AAEC"}"#)]);
        let error = at_once(aws.value("us-east-1", &part(""))).expect_err("binary");
        assert_eq!(error.kind, CallErrorKind::Rejected);
    }
}
