//! How to allow what is lacking: one line that can be pasted.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Who lacks a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// A role of the account, by name.
    Role(String),
    /// A user of the account, by name.
    User(String),
}

#[derive(Serialize)]
struct Policy<'a> {
    #[serde(rename = "Version")]
    version: &'static str,
    #[serde(rename = "Statement")]
    statements: [Statement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement<'a> {
    effect: &'static str,
    action: &'a [&'a str],
    resource: &'a [&'a str],
}

/// What to do so that these actions are allowed on these resources.
pub(super) fn grant(principal: &Principal, actions: &[&str], resources: &[&str]) -> String {
    let policy = Policy {
        version: "2012-10-17",
        statements: [Statement {
            effect: "Allow",
            action: actions,
            resource: resources,
        }],
    };
    let policy = serde_json::to_string(&policy).unwrap_or_default();
    let document = quoted(&policy);
    let name = policy_name(actions, &policy);
    match principal {
        Principal::Role(role) => match permission_set(role) {
            Some(set) => {
                format!("add this to the permission set {set} in IAM Identity Center: {policy}")
            }
            None => format!(
                "aws iam put-role-policy --role-name {} --policy-name {name} --policy-document {document}",
                quoted(role)
            ),
        },
        Principal::User(user) => format!(
            "aws iam put-user-policy --user-name {} --policy-name {name} --policy-document {document}",
            quoted(user)
        ),
    }
}

/// The permission set that a role of IAM Identity Center was made for: such a role can only be
/// changed there.
pub(super) fn permission_set(role: &str) -> Option<&str> {
    let rest = role.strip_prefix("AWSReservedSSO_")?;
    let (set, tail) = rest.rsplit_once('_')?;
    (tail.len() == 16).then_some(set)
}

/// A name for each policy: a second one of the same name would take the first one's place.
fn policy_name(actions: &[&str], policy: &str) -> String {
    let action = actions.first().copied().unwrap_or_default();
    let action = action.rsplit(':').next().unwrap_or_default();
    let digest = hex::encode(Sha256::digest(policy.as_bytes()));
    format!("run-admin-task-{action}-{}", &digest[..8])
}

/// A text as a shell takes it for one word.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_that_can_be_pasted() {
        let to = |principal| grant(&principal, &["ssm:GetParameters"], &["arn:x"]);
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:GetParameters"],"Resource":["arn:x"]}]}"#;
        let name = "run-admin-task-GetParameters-3658b6f3";
        assert_eq!(
            to(Principal::Role("execution".into())),
            format!(
                "aws iam put-role-policy --role-name execution --policy-name {name} --policy-document '{policy}'"
            )
        );
        assert_eq!(
            to(Principal::User("ana".into())),
            format!(
                "aws iam put-user-policy --user-name ana --policy-name {name} --policy-document '{policy}'"
            )
        );
        assert_eq!(
            to(Principal::Role(
                "AWSReservedSSO_Deploy_Team_0123456789abcdef".into()
            )),
            format!("add this to the permission set Deploy_Team in IAM Identity Center: {policy}")
        );
    }

    proptest! {
        #[test]
        fn a_shell_takes_it_word_by_word(role in ".{1,30}", resource in ".*") {
            prop_assume!(!role.starts_with("AWSReservedSSO_"));
            let line = grant(&Principal::Role(role.clone()), &["a:B"], &[&resource]);
            prop_assume!(!line.contains('\0'));
            let words = shlex::split(&line).expect("words");
            prop_assert_eq!(words.len(), 9);
            prop_assert_eq!(&words[4], &role);
            let policy: serde_json::Value = serde_json::from_str(&words[8]).expect("JSON");
            prop_assert_eq!(policy["Statement"][0]["Resource"][0].as_str(), Some(&*resource));
        }
    }
}
