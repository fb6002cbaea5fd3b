//! `SimulatePrincipalPolicy` and `SimulateCustomPolicy`.

use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::arn;
use crate::form::Form;
use crate::iam::policy;
use crate::iam::policy::Decision;
use crate::iam::roles;
use crate::refusal::Refusal;
use crate::wildcard;

/// What STS tells of the caller.
pub(crate) fn caller_arn(account: &Account) -> String {
    let usual = || format!("arn:aws:iam::{}:user/emulator", arn::ACCOUNT);
    account.caller.arn.clone().unwrap_or_else(usual)
}

/// Everything is allowed that is not told as denied.
pub(crate) fn simulate_principal_policy(
    account: &Account,
    form: Form<'_>,
) -> Result<Value, Refusal> {
    let source = form.text("PolicySourceArn").unwrap_or_default();
    let denied = denied_actions(account, source)?;
    let decide = |action: &str, resource: &str| {
        if denied.iter().any(|told| denies(told, action, resource)) {
            Decision::ImplicitDeny
        } else {
            Decision::Allowed
        }
    };
    Ok(evaluation(form, decide))
}

/// Looks at the policies of the call alone.
pub(crate) fn simulate_custom_policy(form: Form<'_>) -> Result<Value, Refusal> {
    let mut policies = Vec::new();
    for text in form.list("PolicyInputList.member") {
        policies.push(serde_json::from_str::<Value>(text).map_err(|_| {
            Refusal::new("InvalidInput", "Invalid Policy: Syntax errors in policy.")
        })?);
    }
    let decide = |action: &str, resource: &str| policy::decide(&policies, action, resource);
    Ok(evaluation(form, decide))
}

/// The denials of a role and, if it is the caller's, of the caller.
fn denied_actions(account: &Account, source: &str) -> Result<Vec<String>, Refusal> {
    let caller = caller_arn(account);
    let mut denied = Vec::new();
    if let Some((_, name)) = source.split_once(":role/") {
        let name = arn::short_name(name);
        denied.extend(roles::find(account, name)?.denied_actions);
        if caller.contains(&format!(":assumed-role/{name}/")) {
            denied.extend(account.caller.denied_actions.clone());
        }
    } else if source.contains(":user/") || source.contains(":group/") {
        if source == caller {
            denied.extend(account.caller.denied_actions.clone());
        }
    } else {
        let message =
            format!("Invalid Entity Arn: {source} does not clearly define entity type and name.");
        return Err(Refusal::new("InvalidInput", message));
    }
    Ok(denied)
}

/// `ACTION` or `ACTION RESOURCE`, with wildcards in both.
fn denies(told: &str, action: &str, resource: &str) -> bool {
    let (denied, of) = told.split_once(' ').unwrap_or((told, "*"));
    policy::is_action(denied, action) && wildcard::fits(of, resource)
}

/// One result for each action. Where resources are named, it has one of its own for each of them,
/// and as a whole the worst.
fn evaluation(form: Form<'_>, decide: impl Fn(&str, &str) -> Decision) -> Value {
    let resources = form.list("ResourceArns.member");
    let results = form.list("ActionNames.member").into_iter().map(|action| {
        let on_each: Vec<(&str, Decision)> = resources
            .iter()
            .map(|resource| (*resource, decide(action, resource)))
            .collect();
        let worst = on_each.iter().map(|(_, decision)| *decision).max();
        let specific = on_each.iter().map(|(resource, decision)| {
            json!({
                "EvalResourceName": resource,
                "EvalResourceDecision": decision.word(),
                "MatchedStatements": [],
                "MissingContextValues": [],
            })
        });
        json!({
            "EvalActionName": action,
            "EvalResourceName": resources.first().unwrap_or(&"*"),
            "EvalDecision": worst.unwrap_or_else(|| decide(action, "*")).word(),
            "MatchedStatements": [],
            "MissingContextValues": [],
            "ResourceSpecificResults": specific.collect::<Vec<_>>(),
        })
    });
    json!({"EvaluationResults": results.collect::<Vec<_>>(), "IsTruncated": false})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(account: &Value, source: &str, resources: &[&str]) -> Vec<(String, Vec<String>)> {
        let account = serde_json::from_value(account.clone()).expect("the test's account is right");
        let mut body = json!({
            "PolicySourceArn": source,
            "ActionNames.member.1": "ecr:BatchGetImage",
            "ActionNames.member.2": "kms:Decrypt",
        });
        for (index, resource) in resources.iter().enumerate() {
            body[format!("ResourceArns.member.{}", index + 1)] = (*resource).into();
        }
        let answer = simulate_principal_policy(&account, Form(&body)).expect("it is simulated");
        let results = answer["EvaluationResults"].as_array().expect("a list");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        results
            .iter()
            .map(|result| {
                let specific = result["ResourceSpecificResults"]
                    .as_array()
                    .expect("a list");
                let specific = specific.iter().map(|it| text(&it["EvalResourceDecision"]));
                (text(&result["EvalDecision"]), specific.collect())
            })
            .collect()
    }

    #[test]
    fn a_role_may_do_all_but_what_is_denied() {
        let role = "arn:aws:iam::000000000000:role/team/execution";
        let allowed = || ("allowed".to_owned(), Vec::new());
        assert_eq!(decisions(&json!({}), role, &[]), [allowed(), allowed()]);
        let account = json!({"roles": [
            {"name": "execution", "denied_actions": ["ECR:*", "kms:Decrypt arn:*:key/a"]},
        ]});
        let denied = decisions(
            &account,
            role,
            &["arn:aws:kms:r:0:key/b", "arn:aws:kms:r:0:key/a"],
        );
        assert_eq!(denied[0].1, ["implicitDeny", "implicitDeny"]);
        assert_eq!(denied[1].0, "implicitDeny");
        assert_eq!(denied[1].1, ["allowed", "implicitDeny"]);
    }

    #[test]
    fn the_callers_denials_are_those_of_its_role() {
        let account = json!({"caller": {
            "arn": "arn:aws:sts::000000000000:assumed-role/deploy/ana",
            "denied_actions": ["kms:*"],
        }});
        let of = |role: &str| {
            decisions(&account, &format!("arn:aws:iam::0:role/{role}"), &[])[1]
                .0
                .clone()
        };
        assert_eq!(of("deploy"), "implicitDeny");
        assert_eq!(of("other"), "allowed");
    }

    #[test]
    fn a_session_is_no_source_of_policies() {
        let body = json!({"PolicySourceArn": "arn:aws:sts::0:assumed-role/deploy/ana"});
        let refusal = simulate_principal_policy(&Account::default(), Form(&body));
        assert_eq!(refusal.expect_err("it is refused").code, "InvalidInput");
    }
}
