//! Log groups, and the account's settings for logs.

use async_trait::async_trait;
use aws_sdk_ecs::types::SettingName;

use super::clients::Aws;
use crate::ports::CallError;
use crate::ports::account::LogGroups;

#[async_trait]
impl LogGroups for Aws {
    async fn has_log_group(&self, region: &str, name: &str) -> Result<bool, CallError> {
        let mut pages = self
            .logs(region)
            .await
            .describe_log_groups()
            .log_group_name_prefix(name)
            .into_paginator()
            .items()
            .send();
        while let Some(group) = pages.next().await {
            let group = group.map_err(|error| self.failed("logs:DescribeLogGroups", &error))?;
            if group.log_group_name.as_deref() == Some(name) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn default_log_mode(&self) -> Result<Option<String>, CallError> {
        let answer = self
            .ecs()
            .await
            .list_account_settings()
            .name(SettingName::DefaultLogDriverMode)
            .effective_settings(true)
            .send()
            .await
            .map_err(|error| self.failed("ecs:ListAccountSettings", &error))?;
        let settings = answer.settings.unwrap_or_default();
        let mut modes = settings
            .into_iter()
            .filter(|setting| setting.name == Some(SettingName::DefaultLogDriverMode));
        Ok(modes.find_map(|setting| setting.value))
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{answer, at_once, denied, replaying, sent};
    use super::*;
    use crate::ports::CallErrorKind;

    #[test]
    fn a_group_of_exactly_this_name() {
        let page = r#"{"logGroups":[{"logGroupName":"/ecs/admin-2","arn":"arn:aws:logs:eu-west-1:000000000000:log-group:/ecs/admin-2:*","creationTime":1767225600000}],"nextToken":"more"}"#;
        let (aws, client) = replaying([
            answer(200, page),
            answer(200, r#"{"logGroups":[{"logGroupName":"/ecs/admin"}]}"#),
            answer(200, r#"{"logGroups":[]}"#),
            denied("logs:DescribeLogGroups"),
        ]);
        assert_eq!(
            at_once(aws.has_log_group("eu-west-1", "/ecs/admin")),
            Ok(true)
        );
        assert_eq!(
            at_once(aws.has_log_group("eu-west-1", "/ecs/gone")),
            Ok(false)
        );
        let error = at_once(aws.has_log_group("eu-west-1", "/ecs/admin")).expect_err("denied");
        let operation = "logs:DescribeLogGroups";
        assert_eq!(
            (error.kind, error.operation),
            (CallErrorKind::Denied, operation)
        );
        let sent = sent(&client);
        assert!(
            sent[0].uri.starts_with("https://logs.eu-west-1."),
            "{}",
            sent[0].uri
        );
        assert_eq!(sent[2].body, r#"{"logGroupNamePrefix":"/ecs/gone"}"#);
    }

    #[test]
    fn what_ecs_does_where_nobody_says() {
        let (aws, client) = replaying([
            answer(
                200,
                r#"{"settings":[{"name":"defaultLogDriverMode","value":"blocking","principalArn":"arn:aws:iam::000000000000:root","type":"user"}]}"#,
            ),
            answer(200, r#"{"settings":[]}"#),
            denied("ecs:ListAccountSettings"),
        ]);
        assert_eq!(at_once(aws.default_log_mode()), Ok(Some("blocking".into())));
        assert_eq!(at_once(aws.default_log_mode()), Ok(None));
        let error = at_once(aws.default_log_mode()).expect_err("denied");
        assert_eq!(error.kind, CallErrorKind::Denied);
        assert_eq!(
            sent(&client)[0].body,
            r#"{"name":"defaultLogDriverMode","effectiveSettings":true}"#
        );
    }
}
