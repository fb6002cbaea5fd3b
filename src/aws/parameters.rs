//! The parameter store of the Systems Manager.

use aws_config::Region;
use aws_sdk_ssm::types::{ParameterMetadata, ParameterStringFilter};
use aws_sdk_ssm::{Client, config};

use super::clients::Aws;
use crate::model::account::stored::Parameter;
use crate::model::secret_text::SecretText;
use crate::model::value_from::ParameterName;
use crate::ports::{CallError, CallErrorKind};

const DESCRIBE: &str = "ssm:DescribeParameters";
const GET: &str = "ssm:GetParameters";
/// A filter takes no more values, and a page no more parameters.
const MOST: usize = 50;

impl Aws {
    async fn parameter_store(&self, region: &str) -> Client {
        let config = config::Builder::from(&self.config().await)
            .region(Region::new(region.to_owned()))
            .interceptor(self.counter.clone())
            .build();
        Client::from_conf(config)
    }

    pub(super) async fn described_parameters(
        &self,
        region: &str,
        names: &[String],
    ) -> Result<Vec<Parameter>, CallError> {
        let client = self.parameter_store(region).await;
        let mut found = Vec::new();
        for names in names.chunks(MOST) {
            let filter = ParameterStringFilter::builder()
                .key("Name")
                .option("Equals")
                .set_values(Some(names.to_vec()))
                .build();
            let filter = filter.map_err(|error| CallError {
                operation: DESCRIBE,
                kind: CallErrorKind::NotSent,
                code: None,
                message: error.to_string(),
            })?;
            let mut pages = client
                .describe_parameters()
                .parameter_filters(filter)
                .max_results(i32::try_from(MOST).unwrap_or(i32::MAX))
                .into_paginator()
                .send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(|error| self.failed(DESCRIBE, &error))?;
                found.extend(
                    page.parameters
                        .unwrap_or_default()
                        .into_iter()
                        .map(parameter),
                );
            }
        }
        Ok(found)
    }

    /// Asks as ECS does.
    pub(super) async fn parameter_value(
        &self,
        region: &str,
        name: &ParameterName,
    ) -> Result<SecretText, CallError> {
        let client = self
            .parameter_store(name.region.as_deref().unwrap_or(region))
            .await;
        let answer = client
            .get_parameters()
            .names(&name.id)
            .with_decryption(true)
            .send()
            .await
            .map_err(|error| self.failed(GET, &error))?;
        let found = answer.parameters.unwrap_or_default().into_iter().next();
        let value = found.and_then(|parameter| parameter.value);
        value.map(SecretText::new).ok_or_else(|| CallError {
            operation: GET,
            kind: CallErrorKind::Rejected,
            code: Some("ParameterNotFound".into()),
            message: format!("there is no parameter {}", name.id),
        })
    }
}

fn parameter(described: ParameterMetadata) -> Parameter {
    let kind = described.r#type.map(|it| it.as_str().to_owned());
    Parameter {
        arn: described.arn.unwrap_or_default(),
        name: described.name.unwrap_or_default(),
        kind: kind.unwrap_or_default(),
        kms_key: described.key_id,
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{answer, at_once, denied, replaying, sent};
    use super::*;
    use crate::model::value_from::ValueFrom;
    use crate::ports::account::Secrets as _;

    #[test]
    fn parameters_are_described_page_by_page() {
        let (aws, client) = replaying([
            // An empty page, and more.
            answer(200, r#"{"Parameters":[],"NextToken":"empty"}"#),
            answer(
                200,
                r#"{"NextToken":"more","Parameters":[{"Name":"/app/url","ARN":"arn:aws:ssm:us-east-1:000000000000:parameter/app/url","Type":"SecureString","KeyId":"alias/aws/ssm","Version":3,"Tier":"Standard","DataType":"text"}]}"#,
            ),
            answer(
                200,
                r#"{"Parameters":[{"Name":"mode","Type":"String","Version":1}]}"#,
            ),
        ]);
        let names = ["/app/url".to_owned(), "mode".to_owned(), "gone".to_owned()];
        let found = at_once(aws.parameters("us-east-1", &names)).expect("an answer");
        let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/app/url";
        assert_eq!(found[0].arn, arn);
        assert_eq!(found[0].kms_key.as_deref(), Some("alias/aws/ssm"));
        let found: Vec<_> = found.iter().map(|it| (&*it.name, &*it.kind)).collect();
        assert_eq!(found, [("/app/url", "SecureString"), ("mode", "String")]);
        let sent = sent(&client);
        assert!(
            sent[0].body.contains(
                r#"[{"Key":"Name","Option":"Equals","Values":["/app/url","mode","gone"]}]"#
            ),
            "{}",
            sent[0].body
        );
        for (page, token) in [(1, "empty"), (2, "more")] {
            let body = &sent[page].body;
            assert!(
                body.contains(&format!(r#""NextToken":"{token}""#)),
                "{body}"
            );
        }
    }

    #[test]
    fn more_names_than_a_filter_takes() {
        let none = r#"{"Parameters":[]}"#;
        let (aws, client) = replaying([answer(200, none), answer(200, none)]);
        let names: Vec<_> = (0..=MOST).map(|n| format!("/p/{n}")).collect();
        assert_eq!(at_once(aws.parameters("us-east-1", &names)), Ok(Vec::new()));
        assert!(sent(&client)[1].body.contains(r#""Values":["/p/50"]"#));
    }

    #[test]
    fn a_refusal_names_the_permission() {
        let (aws, _) = replaying([denied("ssm:DescribeParameters")]);
        let error = at_once(aws.parameters("us-east-1", &["a".into()])).expect_err("denied");
        assert_eq!(
            (error.kind, error.operation),
            (CallErrorKind::Denied, DESCRIBE)
        );
    }

    #[test]
    fn a_value_is_asked_for_as_ecs_does() {
        let (aws, client) = replaying([
            answer(
                200,
                r#"{"Parameters":[{"Name":"/app/url","Type":"SecureString","Value":"s3cret","Version":3}],"InvalidParameters":[]}"#,
            ),
            answer(200, r#"{"Parameters":[],"InvalidParameters":["gone"]}"#),
        ]);
        let from = |text: &str| ValueFrom::parse(text).expect("a parameter");
        let arn = "arn:aws:ssm:eu-west-1:000000000000:parameter/app/url";
        let value = at_once(aws.value("us-east-1", &from(arn))).expect("a value");
        assert_eq!(value.expose(), "s3cret");
        let sent = sent(&client);
        assert!(
            sent[0].uri.starts_with("https://ssm.eu-west-1."),
            "{}",
            sent[0].uri
        );
        assert_eq!(
            sent[0].body,
            format!(r#"{{"Names":["{arn}"],"WithDecryption":true}}"#)
        );
        let error = at_once(aws.value("us-east-1", &from("gone"))).expect_err("not there");
        assert_eq!(error.code.as_deref(), Some("ParameterNotFound"));
    }
}
