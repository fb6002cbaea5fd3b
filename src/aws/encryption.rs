//! What Secrets Manager and Systems Manager encrypt with.

use async_trait::async_trait;
use aws_config::Region;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretError;
use aws_sdk_ssm::types::{ParameterStringFilter, ParameterType};

use super::clients::Aws;
use crate::model::account::encrypted::Encrypted;
use crate::ports::account::Encryption;
use crate::ports::{CallError, CallErrorKind};

const PARAMETERS: &str = "ssm:DescribeParameters";

#[async_trait]
impl Encryption for Aws {
    async fn of_secret(&self, region: &str, id: &str) -> Result<Option<Encrypted>, CallError> {
        let client = aws_sdk_secretsmanager::Client::from_conf(
            aws_sdk_secretsmanager::config::Builder::from(&self.config().await)
                .region(Region::new(region.to_owned()))
                .interceptor(self.counter.clone())
                .build(),
        );
        match client.describe_secret().secret_id(id).send().await {
            Ok(answer) => Ok(Some(Encrypted {
                arn: answer.arn.unwrap_or_default(),
                key: answer.kms_key_id,
            })),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DescribeSecretError::is_resource_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.failed("secretsmanager:DescribeSecret", &error)),
        }
    }

    async fn of_parameter(
        &self,
        region: &str,
        names: &[String],
    ) -> Result<Option<Encrypted>, CallError> {
        let client = aws_sdk_ssm::Client::from_conf(
            aws_sdk_ssm::config::Builder::from(&self.config().await)
                .region(Region::new(region.to_owned()))
                .interceptor(self.counter.clone())
                .build(),
        );
        let filter = ParameterStringFilter::builder()
            .key("Name")
            .option("Equals")
            .set_values(Some(names.to_vec()))
            .build();
        // Without a filter, any parameter would be found.
        let filter = filter.map_err(|error| CallError {
            operation: PARAMETERS,
            kind: CallErrorKind::NotSent,
            code: None,
            message: error.to_string(),
        })?;
        // A page may be empty although there is another (API reference, `DescribeParameters`).
        let mut token = None;
        loop {
            let answer = client
                .describe_parameters()
                .parameter_filters(filter.clone())
                .set_next_token(token.take())
                .send()
                .await
                .map_err(|error| self.failed(PARAMETERS, &error))?;
            let found = answer.parameters.unwrap_or_default().into_iter().next();
            if let Some(found) = found {
                let is_secure = found.r#type == Some(ParameterType::SecureString);
                return Ok(Some(Encrypted {
                    arn: found.arn.unwrap_or_default(),
                    key: found.key_id.filter(|_| is_secure),
                }));
            }
            token = answer.next_token;
            if token.is_none() {
                return Ok(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{answer, at_once, denied, replaying, sent};

    const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-url-Ab12Cd";
    const PARAMETER: &str = "arn:aws:ssm:us-east-1:000000000000:parameter/everruns/url";

    #[test]
    fn secrets() {
        let gone = r#"{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}"#;
        let there = format!(
            r#"{{"ARN":"{SECRET}","Name":"db-url","KmsKeyId":"alias/everruns","VersionIdsToStages":{{"0a":["AWSCURRENT"]}}}}"#
        );
        let (aws, client) = replaying([
            answer(200, &there),
            answer(400, gone),
            denied("secretsmanager:DescribeSecret"),
        ]);
        let asked = |id: &str| at_once(aws.of_secret("eu-west-1", id));
        assert_eq!(
            asked(SECRET),
            Ok(Some(Encrypted {
                arn: SECRET.into(),
                key: Some("alias/everruns".into())
            }))
        );
        assert_eq!(asked("gone"), Ok(None));
        assert_eq!(
            asked(SECRET).map_err(|it| (it.kind, it.operation)),
            Err((CallErrorKind::Denied, "secretsmanager:DescribeSecret"))
        );
        let first = &sent(&client)[0];
        assert_eq!(first.uri, "https://secretsmanager.eu-west-1.amazonaws.com/");
        assert_eq!(first.body, format!(r#"{{"SecretId":"{SECRET}"}}"#));
    }

    #[test]
    fn parameters() {
        let parameter = |kind: &str| {
            let body = format!(
                r#"{{"Parameters":[{{"ARN":"{PARAMETER}","Name":"/everruns/url","Type":"{kind}","KeyId":"alias/aws/ssm","Version":1}}]}}"#
            );
            answer(200, &body)
        };
        let (aws, client) = replaying([
            // An empty page, and more.
            answer(200, r#"{"Parameters":[],"NextToken":"more"}"#),
            parameter("SecureString"),
            parameter("String"),
            answer(200, r#"{"Parameters":[]}"#),
            denied("ssm:DescribeParameters"),
        ]);
        let names = ["/everruns/url".to_owned()];
        let asked = || at_once(aws.of_parameter("us-east-1", &names));
        for key in [Some("alias/aws/ssm"), None] {
            let expected = Encrypted {
                arn: PARAMETER.into(),
                key: key.map(str::to_owned),
            };
            assert_eq!(asked(), Ok(Some(expected)));
        }
        assert_eq!(asked(), Ok(None));
        assert_eq!(
            asked().map_err(|it| (it.kind, it.operation)),
            Err((CallErrorKind::Denied, "ssm:DescribeParameters"))
        );
        let second = &sent(&client)[1];
        assert_eq!(
            second.body,
            r#"{"ParameterFilters":[{"Key":"Name","Option":"Equals","Values":["/everruns/url"]}],"NextToken":"more"}"#
        );
    }
}
