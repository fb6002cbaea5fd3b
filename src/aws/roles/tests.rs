use super::*;
use crate::aws::replay::answer;
use crate::ports::CallErrorKind;

const ROLE: &str = include_str!("get-role.xml");
const RULINGS: &str = include_str!("simulate.xml");
const FIRST_PAGE: &str = include_str!("simulate-first-page.xml");

fn error(code: &str, message: &str) -> String {
    format!(
        r#"<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"#
    )
}

#[tokio::test]
async fn a_role_that_is_there_or_not_or_not_to_be_seen() {
    let aws = Aws::replaying(vec![
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
    let role = aws.role("everruns-execution").await.expect("an answer");
    let role = role.expect("a role");
    assert_eq!(
        role.arn,
        "arn:aws:iam::000000000000:role/ecs/everruns-execution"
    );
    assert_eq!(
        role.trust,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
    );
    assert_eq!(aws.role("gone").await, Ok(None));
    let denied = aws.role("everruns-execution").await.expect_err("denied");
    assert_eq!(
        (denied.kind, denied.operation),
        (CallErrorKind::Denied, "iam:GetRole")
    );
}

#[tokio::test]
async fn rulings_of_two_pages() {
    let aws = Aws::replaying(vec![answer(200, FIRST_PAGE), answer(200, RULINGS)]);
    let rulings = aws.simulate(&Question::default()).await.expect("rulings");
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
}

#[tokio::test]
async fn nobody_may_simulate() {
    let aws = Aws::replaying(vec![answer(403, &error("AccessDenied", "no"))]);
    let denied = aws
        .simulate(&Question::default())
        .await
        .expect_err("denied");
    assert_eq!(
        (denied.kind, denied.operation),
        (CallErrorKind::Denied, "iam:SimulatePrincipalPolicy")
    );
}
