use super::*;
use crate::aws::replay::{answer, at_once, replaying, sent};
use crate::ports::CallErrorKind;

const ROLE: &str = include_str!("get-role.xml");
const RULINGS: &str = include_str!("simulate.xml");
const FIRST_PAGE: &str = include_str!("simulate-first-page.xml");

fn error(code: &str, message: &str) -> String {
    format!(
        r#"<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"#
    )
}

#[test]
fn a_role_that_is_there_or_not_or_not_to_be_seen() {
    let (aws, _) = replaying([
        answer(200, ROLE),
        answer(
            404,
            &error("NoSuchEntity", "The role with name gone cannot be found."),
        ),
        answer(
            403,
            &error(
                "AccessDenied",
                "User: arn:aws:iam::000000000000:user/ana is not authorized to perform: iam:GetRole",
            ),
        ),
    ]);
    let role = at_once(aws.role("everruns-execution")).expect("an answer");
    let role = role.expect("a role");
    assert_eq!(
        role.arn,
        "arn:aws:iam::000000000000:role/ecs/everruns-execution"
    );
    assert_eq!(
        role.trust,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
    );
    assert_eq!(at_once(aws.role("gone")), Ok(None));
    let denied = at_once(aws.role("everruns-execution")).expect_err("denied");
    assert_eq!(
        (denied.kind, denied.operation),
        (CallErrorKind::Denied, "iam:GetRole")
    );
}

#[test]
fn rulings_of_two_pages() {
    let (aws, client) = replaying([answer(200, FIRST_PAGE), answer(200, RULINGS)]);
    let question = Question {
        principal: "arn:aws:iam::000000000000:role/x".into(),
        actions: vec!["ecs:RunTask"],
        resources: vec!["*".into()],
        context: vec![
            ("ecs:cluster".into(), vec!["arn:c".into()]),
            ("aws:TagKeys".into(), vec!["a".into(), "b".into()]),
        ],
    };
    let rulings = at_once(aws.simulate(&question)).expect("rulings");
    let told: Vec<_> = rulings
        .iter()
        .map(|ruling| (&*ruling.action, &*ruling.resource, &ruling.decision))
        .collect();
    let secret =
        |name: &str| format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}");
    let (one, two, three) = (
        secret("one-Ab12Cd"),
        secret("two-Ab12Cd"),
        secret("three-Ab12Cd"),
    );
    let read = "secretsmanager:GetSecretValue";
    let denied = Decision::Denied {
        by: vec!["no-secrets".into()],
    };
    assert_eq!(
        told,
        [
            ("ecr:GetAuthorizationToken", "*", &Decision::Allowed),
            (read, &*one, &Decision::Allowed),
            (read, &*two, &denied),
            (read, &*three, &Decision::OutOfBounds),
            ("logs:PutLogEvents", "*", &Decision::Organization),
            ("ecs:RunTask", "*", &Decision::NotGranted),
        ]
    );
    assert_eq!(rulings[5].missing, ["aws:SourceVpce"]);
    let second = &sent(&client)[1].body;
    for part in [
        "PolicySourceArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fx",
        "ActionNames.member.1=ecs%3ARunTask",
        "ResourceArns.member.1=%2A",
        "ContextEntries.member.1.ContextKeyName=ecs%3Acluster",
        "ContextEntries.member.1.ContextKeyType=string",
        "ContextEntries.member.2.ContextKeyValues.member.2=b",
        "ContextEntries.member.2.ContextKeyType=stringList",
        "Marker=more",
    ] {
        assert!(second.split('&').any(|it| it == part), "{part} in {second}");
    }
}

#[test]
fn nobody_may_simulate() {
    let (aws, _) = replaying([answer(403, &error("AccessDenied", "no"))]);
    let denied = at_once(aws.simulate(&Question::default())).expect_err("denied");
    assert_eq!(
        (denied.kind, denied.operation),
        (CallErrorKind::Denied, "iam:SimulatePrincipalPolicy")
    );
}
