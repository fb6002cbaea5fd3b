use super::*;
use crate::model::finding::Verdict;

fn need(kind: Kind, actions: &'static [&'static str], resource: &str) -> Need {
    Need {
        kind,
        actions,
        resource: resource.into(),
        grant: resource.into(),
        context: Vec::new(),
    }
}

fn ruling(action: &str, resource: &str, decision: Decision) -> Ruling {
    Ruling {
        action: action.into(),
        resource: resource.into(),
        decision,
        missing: Vec::new(),
    }
}

#[test]
fn questions_of_a_kind_are_one() {
    let mut needs: Vec<_> = (0..=AT_ONCE)
        .map(|number| need(Kind::Secret, &["s:Get"], &format!("arn:{number}")))
        .collect();
    needs.push(need(Kind::Registry, &["e:Token"], "*"));
    needs.push(need(Kind::Secret, &["s:Get"], "arn:0"));
    let questions = questions("arn:role", &needs);
    let sizes: Vec<_> = questions
        .iter()
        .map(|it| (it.actions[0], it.resources.len()))
        .collect();
    assert_eq!(sizes, [("s:Get", AT_ONCE), ("s:Get", 2), ("e:Token", 1)]);
}

#[test]
fn reasons_and_hints() {
    let needs = [need(Kind::Secret, &["s:Get"], "arn:x")];
    let by = vec!["no-secrets".to_owned()];
    for (decision, message, hint) in [
        (
            Decision::NotGranted,
            "the role is not allowed s:Get on arn:x, unless the secret's own policy allows it",
            "aws iam put-role-policy --role-name r ",
        ),
        (
            Decision::Denied { by },
            "the role is not allowed s:Get on arn:x: a policy denies it",
            "an allowing policy does not help: take the denying statement out of no-secrets",
        ),
        (
            Decision::OutOfBounds,
            "the role is not allowed s:Get on arn:x: its permissions boundary does not let it",
            "allow it in the permissions boundary as well as in a policy",
        ),
        (
            Decision::Organization,
            "the role is not allowed s:Get on arn:x: a policy of the organization does not let it",
            "whoever manages the organization's service control policies must allow it",
        ),
    ] {
        let rulings = [ruling("s:Get", "arn:x", decision)];
        let principal = Principal::Role("r".into());
        let findings = lacking("n", "the role", &principal, &needs, &rulings);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].verdict, Verdict::Fail);
        assert_eq!(findings[0].message, message);
        let found = findings[0].hint.as_deref().unwrap_or_default();
        assert!(found.starts_with(hint), "{found}");
    }
}

#[test]
fn what_was_not_answered_is_not_told_as_denied() {
    let needs = [need(Kind::Secret, &["s:Get"], "arn:x")];
    let principal = Principal::User("ana".into());
    let findings = lacking("n", "ana", &principal, &needs, &[]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].verdict, Verdict::Skip);
    assert_eq!(
        findings[0].message,
        "whether ana is allowed s:Get on arn:x was not answered by IAM"
    );
}

#[test]
fn resources_of_others() {
    let needs = [
        need(
            Kind::Secret,
            &["s:Get"],
            "arn:aws:secretsmanager:x:111111111111:secret:a",
        ),
        need(
            Kind::Secret,
            &["s:Get"],
            "arn:aws:secretsmanager:x:000000000000:secret:b",
        ),
        need(
            Kind::Parameter,
            &["p:Get"],
            "arn:aws:ssm:x:111111111111:parameter/c",
        ),
        need(Kind::Registry, &["e:Token"], "*"),
    ];
    assert_eq!(
        of_others(&needs, "000000000000"),
        ["arn:aws:secretsmanager:x:111111111111:secret:a"]
    );
    assert_eq!(counted(&needs), "2 secrets, 1 parameter");
}
