//! `GetRole` and what is attached to one.

use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::account::Role;
use crate::account::Trust;
use crate::arn;
use crate::form::Form;
use crate::form::percent_encoded;
use crate::refusal::Refusal;

/// The policy that AWS made for execution roles.
const EXECUTION_POLICY: &str = "AmazonECSTaskExecutionRolePolicy";

/// The role of this name. One of which nothing is said exists.
pub(crate) fn find(account: &Account, name: &str) -> Result<Role, Refusal> {
    let told = account.roles.iter().find(|role| role.name == name);
    if told.is_some_and(|role| role.missing) {
        return Err(no_such_entity(&format!(
            "The role with name {name} cannot be found."
        )));
    }
    Ok(told.cloned().unwrap_or_else(|| Role {
        name: name.to_owned(),
        ..Role::default()
    }))
}

fn no_such_entity(message: &str) -> Refusal {
    Refusal::new("NoSuchEntity", message).with_status(404)
}

fn named(account: &Account, form: Form<'_>) -> Result<Role, Refusal> {
    find(account, form.text("RoleName").unwrap_or_default())
}

pub(crate) fn get_role(account: &Account, form: Form<'_>) -> Result<Value, Refusal> {
    let role = named(account, form)?;
    let path = role.path.as_deref().unwrap_or("/");
    let trust = percent_encoded(&trust_policy(role.trust.as_ref()).to_string());
    Ok(json!({"Role": {
        "Path": path,
        "RoleName": role.name,
        "RoleId": "AROAEMULATOR",
        "Arn": format!("arn:aws:iam::{}:role{path}{}", arn::ACCOUNT, role.name),
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": trust,
        "MaxSessionDuration": 3600,
    }}))
}

fn trust_policy(trust: Option<&Trust>) -> Value {
    let services = match trust {
        Some(Trust::Policy(policy)) => return policy.clone(),
        Some(Trust::Services(services)) => json!(services),
        Some(Trust::Service(service)) => json!(service),
        None => json!("ecs-tasks.amazonaws.com"),
    };
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": "sts:AssumeRole",
    }]})
}

pub(crate) fn list_attached_role_policies(
    account: &Account,
    form: Form<'_>,
) -> Result<Value, Refusal> {
    named(account, form)?;
    Ok(json!({
        "AttachedPolicies": [{
            "PolicyName": EXECUTION_POLICY,
            "PolicyArn": format!("arn:aws:iam::aws:policy/service-role/{EXECUTION_POLICY}"),
        }],
        "IsTruncated": false,
    }))
}

/// No role has policies within it.
pub(crate) fn list_role_policies(account: &Account, form: Form<'_>) -> Result<Value, Refusal> {
    named(account, form)?;
    Ok(json!({"PolicyNames": [], "IsTruncated": false}))
}

pub(crate) fn get_role_policy(account: &Account, form: Form<'_>) -> Result<Value, Refusal> {
    named(account, form)?;
    let name = form.text("PolicyName").unwrap_or_default();
    Err(no_such_entity(&format!(
        "The role policy with name {name} cannot be found."
    )))
}
