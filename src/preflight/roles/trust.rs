//! A role's trust policy: may ECS assume it for a task?

use serde_json::Value;

use super::wildcard::fits;

/// Whom ECS assumes roles as.
pub(super) const ECS_TASKS: &str = "ecs-tasks.amazonaws.com";
const ASSUME: &str = "sts:AssumeRole";

/// What a trust policy says of ECS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trust {
    /// ECS may assume the role.
    Given,
    /// It may, under conditions on these keys.
    Under(Vec<String>),
    /// A statement denies it.
    Denied,
    /// No statement allows it.
    NotGiven,
    /// It is no policy that can be read.
    Unreadable,
}

/// Reads a trust policy.
pub(super) fn trust(document: &str) -> Trust {
    let Ok(Value::Object(policy)) = serde_json::from_str(document) else {
        return Trust::Unreadable;
    };
    let Some(statements) = policy.get("Statement") else {
        return Trust::Unreadable;
    };
    // What of each kind speaks of ECS, by the keys of its conditions.
    let of = |effect: &str| -> Vec<Vec<String>> {
        one_or_many(statements)
            .iter()
            .filter(|it| it.get("Effect").and_then(Value::as_str) == Some(effect))
            .filter(|it| is_about_assuming(it) && is_about_ecs(it))
            .map(conditions)
            .collect()
    };
    let (allows, denies) = (of("Allow"), of("Deny"));
    if denies.iter().any(Vec::is_empty) {
        return Trust::Denied;
    }
    if allows.is_empty() {
        return Trust::NotGiven;
    }
    let mut keys: Vec<_> = denies.into_iter().flatten().collect();
    if !allows.iter().any(Vec::is_empty) {
        keys.extend(allows.into_iter().flatten());
    }
    keys.sort();
    keys.dedup();
    if keys.is_empty() {
        Trust::Given
    } else {
        Trust::Under(keys)
    }
}

fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(many) => many,
        one => std::slice::from_ref(one),
    }
}

fn is_about_assuming(statement: &Value) -> bool {
    let any = |value: &Value| {
        let mut patterns = one_or_many(value).iter().filter_map(Value::as_str);
        patterns.any(|pattern| fits(pattern, ASSUME))
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(actions), _) => any(actions),
        (None, Some(others)) => !any(others),
        (None, None) => false,
    }
}

fn is_about_ecs(statement: &Value) -> bool {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(principal), _) => names_ecs(principal),
        (None, Some(others)) => !names_ecs(others),
        (None, None) => false,
    }
}

/// Whether ECS is among these principals: by name, or because all are, which `"*"` and
/// `{"AWS": "*"}` both say (IAM user guide, "AWS JSON policy elements: Principal").
fn names_ecs(principal: &Value) -> bool {
    let among = |kind: &str, names: &[&str]| {
        let named = principal.get(kind).map(one_or_many).unwrap_or_default();
        let mut named = named.iter().filter_map(Value::as_str);
        named.any(|own| names.iter().any(|name| own.eq_ignore_ascii_case(name)))
    };
    principal.as_str() == Some("*") || among("AWS", &["*"]) || among("Service", &["*", ECS_TASKS])
}

/// The keys that a statement has conditions on.
fn conditions(statement: &Value) -> Vec<String> {
    let operators = statement.get("Condition").and_then(Value::as_object);
    let keys = operators
        .into_iter()
        .flat_map(serde_json::Map::values)
        .filter_map(Value::as_object)
        .flat_map(serde_json::Map::keys);
    keys.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn said(statements: &Value) -> Trust {
        trust(&json!({ "Version": "2012-10-17", "Statement": statements }).to_string())
    }

    fn under(keys: &[&str]) -> Trust {
        Trust::Under(keys.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn what_trusts() {
        let allow = |principal: Value, action: Value| {
            said(&json!({ "Effect": "Allow", "Principal": principal, "Action": action }))
        };
        let ecs = json!({ "Service": ECS_TASKS });
        for principal in [
            ecs.clone(),
            json!({ "Service": ["ec2.amazonaws.com", ECS_TASKS] }),
            json!({ "AWS": "arn:aws:iam::000000000000:root", "Service": ECS_TASKS }),
            json!("*"),
            json!({ "AWS": "*" }),
        ] {
            assert_eq!(allow(principal, json!("sts:AssumeRole")), Trust::Given);
        }
        for action in [
            json!("sts:*"),
            json!(["sts:TagSession", "STS:assumerole"]),
            json!("*"),
        ] {
            assert_eq!(allow(ecs.clone(), action), Trust::Given);
        }
        for principal in [
            json!({ "Service": "ecs.amazonaws.com" }),
            json!({ "Service": "ec2.amazonaws.com" }),
            json!({ "AWS": "arn:aws:iam::000000000000:root" }),
            json!({ "Service": {} }),
            json!(7),
        ] {
            assert_eq!(allow(principal, json!("sts:AssumeRole")), Trust::NotGiven);
        }
        assert_eq!(allow(ecs, json!("sts:AssumeRoleWithSAML")), Trust::NotGiven);
    }

    #[test]
    fn denials_and_conditions() {
        let ecs = json!({ "Service": ECS_TASKS });
        let allow = json!({ "Effect": "Allow", "Principal": ecs, "Action": "sts:AssumeRole" });
        let own_account = json!({ "StringEquals": { "aws:SourceAccount": "000000000000" } });
        let mut guarded = allow.clone();
        guarded["Condition"] = own_account.clone();
        let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole" });
        let mut deny_some = deny.clone();
        deny_some["Condition"] = json!({ "StringNotEquals": { "aws:SourceArn": "x" } });
        let others = json!({ "Effect": "Deny", "NotPrincipal": ecs, "Action": "sts:*" });
        for (statements, expected) in [
            (json!([allow]), Trust::Given),
            (json!([guarded]), under(&["aws:SourceAccount"])),
            (json!([guarded, allow]), Trust::Given),
            (json!([allow, deny]), Trust::Denied),
            (json!([allow, deny_some]), under(&["aws:SourceArn"])),
            (
                json!([guarded, deny_some]),
                under(&["aws:SourceAccount", "aws:SourceArn"]),
            ),
            (json!([allow, others]), Trust::Given),
            (json!([]), Trust::NotGiven),
            (json!("x"), Trust::NotGiven),
        ] {
            assert_eq!(said(&statements), expected, "{statements}");
        }
        for unreadable in ["", "{", "[]", "{}", "null"] {
            assert_eq!(trust(unreadable), Trust::Unreadable, "{unreadable}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let words = "Statement|Effect|Allow|Deny|Principal|NotPrincipal|Action|NotAction|Service|Condition|\\*|sts:AssumeRole|.*";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            words.prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((words, inner), 0..6)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_json_panics(statement in any_json(), whole in any_json(), text in ".*") {
            let _ = said(&statement);
            let _ = trust(&whole.to_string());
            let _ = trust(&text);
        }
    }
}
