//! Whether a role that a definition names is there, and trusts ECS.

use super::arn::{NamedRole, Place};
use super::trust::{ECS_TASKS, Trust, trust};
use crate::model::account::role::Role;
use crate::model::finding::Finding;
use crate::ports::CallError;
use crate::preflight::looked::could_not;

/// What a role is to a task: `execution role` or `task role`, and the check that looks at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) check: &'static str,
    pub(super) is: &'static str,
}

impl Part {
    /// The role in a sentence.
    pub(super) fn called(self, name: &str) -> String {
        format!("the {} `{name}`", self.is)
    }
}

/// What is wrong with a role of another account, which a task cannot have.
pub(super) fn of_another_account(part: Part, role: &NamedRole, place: &Place) -> Option<Finding> {
    let (account, own) = (role.account.as_deref()?, &place.account);
    (account != own).then(|| {
        let called = part.called(&role.name);
        Finding::fail(
            part.check,
            format!("{called} belongs to account {account}, the task definition to {own}"),
        )
        .because("account-mismatch")
        .hinted(format!(
            "register a revision whose {} is one of account {own}",
            part.is
        ))
    })
}

/// A role that is not there.
fn missing(part: Part, role: &NamedRole, place: &Place) -> Finding {
    let (called, account) = (part.called(&role.name), &place.account);
    Finding::fail(
        part.check,
        format!("{called} does not exist in account {account}"),
    )
    .because("assume-role-failed")
    .hinted("create it, or register a revision that names another: aws iam list-roles")
}

/// What a trust policy means: what to add to a pass, or what is wrong with it.
fn trusts(part: Part, role: &NamedRole, found: &Role) -> Result<String, Finding> {
    let called = part.called(&role.name);
    let untrusting = |why: &str| {
        Finding::fail(part.check, format!("{called} {why}"))
            .because("assume-role-failed")
            // A command would take the place of the whole policy, and lock the others out.
            .hinted(format!(
                "in the trust policy of {}, add to Statement: {}",
                role.name,
                r#"{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}"#
            ))
    };
    match trust(&found.trust) {
        Trust::Given => Ok(String::new()),
        Trust::Under(keys) => Ok(format!(", under conditions on {}", keys.join(", "))),
        Trust::NotGiven => Err(untrusting(&format!(
            "does not let {ECS_TASKS} assume it: its trust policy names others"
        ))),
        Trust::Denied => Err(untrusting(&format!(
            "does not let {ECS_TASKS} assume it: its trust policy denies it"
        ))),
        Trust::Unreadable => Err(Finding::skip(
            part.check,
            format!("the trust policy of {called} could not be read"),
        )),
    }
}

/// What to make of a role: whether it is there, trusts ECS, and is allowed what it needs. `sound`
/// tells of one that is, and gets what its trust depends on.
pub(super) fn judged(
    part: Part,
    named: &NamedRole,
    place: &Place,
    role: &Result<Option<Role>, CallError>,
    rights: Result<Vec<Finding>, &CallError>,
    sound: impl FnOnce(&str) -> String,
) -> Vec<Finding> {
    let called = part.called(&named.name);
    let trust = match role {
        Ok(Some(role)) => trusts(part, named, role),
        Ok(None) => return vec![missing(part, named, place)],
        Err(error) => Err(could_not(part.check, &called, error)),
    };
    let unanswered = rights.is_err();
    let rights = rights.unwrap_or_else(|error| {
        vec![could_not(
            part.check,
            &format!("what {called} may do"),
            error,
        )]
    });
    match trust {
        Ok(conditions) if rights.is_empty() => vec![Finding::pass(part.check, sound(&conditions))],
        Ok(_) => rights,
        // One missing permission is told once.
        Err(skip) if unanswered => vec![skip],
        Err(finding) => [vec![finding], rights].concat(),
    }
}

/// A sound trust policy, and those that are not, for the tests of both roles.
#[cfg(test)]
pub(super) mod tests {
    pub(in crate::preflight::roles) fn trusting(service: &str) -> String {
        format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}}}"#
        )
    }
}
