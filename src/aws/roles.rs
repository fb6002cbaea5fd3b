//! AWS IAM: roles, and what policies allow.

use async_trait::async_trait;
use aws_sdk_iam::operation::get_role::GetRoleError;
use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType, Statement,
};

use super::clients::Aws;
use crate::model::account::role::Role;
use crate::model::account::ruling::{Decision, Question, Ruling};
use crate::ports::CallError;
use crate::ports::account::Roles;

mod percent;

#[async_trait]
impl Roles for Aws {
    async fn role(&self, name: &str) -> Result<Option<Role>, CallError> {
        let answer = iam(self).await.get_role().role_name(name).send().await;
        match answer {
            Ok(answer) => Ok(answer.role.map(|role| Role {
                arn: role.arn,
                trust: role
                    .assume_role_policy_document
                    .map(|document| percent::decoded(&document))
                    .unwrap_or_default(),
            })),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetRoleError::is_no_such_entity_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.failed("iam:GetRole", &error)),
        }
    }

    async fn simulate(&self, question: &Question) -> Result<Vec<Ruling>, CallError> {
        let iam = iam(self).await;
        let mut rulings = Vec::new();
        let mut marker = None;
        loop {
            let answer = iam
                .simulate_principal_policy()
                .policy_source_arn(&question.principal)
                .set_action_names(Some(
                    question.actions.iter().map(|it| (*it).into()).collect(),
                ))
                .set_resource_arns(Some(question.resources.clone()))
                .set_context_entries(Some(question.context.iter().map(entry).collect()))
                .set_marker(marker.take())
                .send()
                .await
                .map_err(|error| self.failed("iam:SimulatePrincipalPolicy", &error))?;
            let results = answer.evaluation_results.unwrap_or_default();
            rulings.extend(results.into_iter().flat_map(of_action));
            marker = answer.marker;
            if !answer.is_truncated || marker.is_none() {
                return Ok(rulings);
            }
        }
    }
}

async fn iam(aws: &Aws) -> aws_sdk_iam::Client {
    aws_sdk_iam::Client::from_conf(
        aws_sdk_iam::config::Builder::from(&aws.config().await)
            .interceptor(aws.counter.clone())
            .build(),
    )
}

/// Several values make a list, which IAM knows by its type.
fn entry((name, values): &(String, Vec<String>)) -> ContextEntry {
    let kind = match &**values {
        [_] => ContextKeyTypeEnum::String,
        _ => ContextKeyTypeEnum::StringList,
    };
    ContextEntry::builder()
        .context_key_name(name)
        .set_context_key_values(Some(values.clone()))
        .context_key_type(kind)
        .build()
}

/// The rulings on one action. Where resources were named, what counts is said of each of them:
/// the result itself then holds the strictest of all (API reference, `EvaluationResult`).
fn of_action(result: EvaluationResult) -> Vec<Ruling> {
    let action = result.eval_action_name;
    let organization = result
        .organizations_decision_detail
        .is_some_and(|detail| !detail.allowed_by_organizations);
    let specific = result.resource_specific_results.unwrap_or_default();
    if specific.is_empty() {
        let bounds = result.permissions_boundary_decision_detail;
        return vec![Ruling {
            action,
            resource: result.eval_resource_name.unwrap_or_else(|| "*".to_owned()),
            decision: decision(
                &result.eval_decision,
                organization,
                bounds.is_some_and(|detail| !detail.allowed_by_permissions_boundary),
                result.matched_statements,
            ),
            missing: result.missing_context_values.unwrap_or_default(),
        }];
    }
    let rulings = specific.into_iter().map(|specific| {
        let bounds = specific.permissions_boundary_decision_detail;
        Ruling {
            action: action.clone(),
            resource: specific.eval_resource_name,
            decision: decision(
                &specific.eval_resource_decision,
                organization,
                bounds.is_some_and(|detail| !detail.allowed_by_permissions_boundary),
                specific.matched_statements,
            ),
            missing: specific.missing_context_values.unwrap_or_default(),
        }
    });
    rulings.collect()
}

fn decision(
    decision: &PolicyEvaluationDecisionType,
    not_by_organization: bool,
    out_of_bounds: bool,
    matched: Option<Vec<Statement>>,
) -> Decision {
    match decision {
        PolicyEvaluationDecisionType::Allowed => Decision::Allowed,
        _ if not_by_organization => Decision::Organization,
        PolicyEvaluationDecisionType::ExplicitDeny => Decision::Denied {
            by: matched
                .unwrap_or_default()
                .into_iter()
                .filter_map(|statement| statement.source_policy_id)
                .collect(),
        },
        _ if out_of_bounds => Decision::OutOfBounds,
        _ => Decision::NotGranted,
    }
}

#[cfg(test)]
mod tests;
