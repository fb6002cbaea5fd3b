//! What a policy says about one action on one resource. Conditions are taken as met.

use serde_json::Value;

use crate::wildcard;

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Decision {
    Allowed,
    ImplicitDeny,
    ExplicitDeny,
}

impl Decision {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicitDeny",
            Self::ExplicitDeny => "explicitDeny",
        }
    }
}

/// What the policies say together: a denial wins, and silence denies.
pub(crate) fn decide(policies: &[Value], action: &str, resource: &str) -> Decision {
    let statements = policies
        .iter()
        .flat_map(|policy| list(&policy["Statement"]));
    let speaking = statements.filter(|statement| speaks_of(statement, action, resource));
    speaking
        .map(|statement| match statement["Effect"].as_str() {
            Some("Allow") => Decision::Allowed,
            _ => Decision::ExplicitDeny,
        })
        .max()
        .unwrap_or(Decision::ImplicitDeny)
}

/// One or several.
fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

fn speaks_of(statement: &Value, action: &str, resource: &str) -> bool {
    let of_action = |pattern: &str| is_action(pattern, action);
    let of_resource = |pattern: &str| wildcard::fits(pattern, resource);
    named(statement, "Action", "NotAction", of_action)
        && named(statement, "Resource", "NotResource", of_resource)
}

fn named(statement: &Value, member: &str, negated: &str, fits: impl Fn(&str) -> bool) -> bool {
    let any = |name: &str| {
        let patterns = list(&statement[name]).iter().filter_map(Value::as_str);
        patterns.into_iter().any(&fits)
    };
    if statement.get(negated).is_some() {
        !any(negated)
    } else {
        any(member)
    }
}

/// Actions are the same in capitals.
pub(crate) fn is_action(pattern: &str, action: &str) -> bool {
    wildcard::fits(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_denial_wins_and_silence_denies() {
        let allow =
            json!({"Statement": {"Effect": "Allow", "Action": "ecr:Get*", "Resource": "*"}});
        let deny = json!({"Statement": [
            {"Effect": "Deny", "NotAction": ["ecr:*"], "Resource": "arn:a"},
            {"Effect": "Deny", "Action": "ecr:*", "Resource": "arn:b*"},
        ]});
        let policies = [allow, deny];
        let said = |action, resource| decide(&policies, action, resource);
        assert_eq!(said("ECR:GetAuthorizationToken", "*"), Decision::Allowed);
        assert_eq!(said("ecr:GetX", "arn:bc"), Decision::ExplicitDeny);
        assert_eq!(said("ssm:GetX", "arn:a"), Decision::ExplicitDeny);
        assert_eq!(said("ssm:GetX", "arn:c"), Decision::ImplicitDeny);
    }
}
