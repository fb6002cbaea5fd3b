use super::*;
use crate::model::definition::SecretReference;
use crate::model::request::Tag;
use crate::preflight::group::Subject;
use crate::preflight::group::tests::subject;

const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-url-Ab12Cd";
const PARTIAL: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:token";
const GROUP: &str = "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/everruns-admin";

fn reference(value_from: &str) -> SecretReference {
    SecretReference {
        name: "X".into(),
        value_from: value_from.into(),
    }
}

/// Each action and its resource.
fn pairs(needs: &[Need]) -> Vec<String> {
    let all = needs.iter();
    let all = all.flat_map(|need| need.actions.iter().map(|action| (action, &need.resource)));
    all.map(|(action, resource)| format!("{action} {resource}"))
        .collect()
}

fn of(keys: &Keys, change: impl FnOnce(&mut Subject, &mut TaskDefinition)) -> Vec<Need> {
    let mut subject = subject();
    let mut definition = subject.definition.clone().expect("one");
    change(&mut subject, &mut definition);
    let definite = Definite {
        subject: &subject,
        definition: &definition,
    };
    let place = place(&definite).expect("a place");
    of_execution(&definite, &place, keys)
}

#[test]
fn of_an_execution_role_on_fargate() {
    let needs = of(&Keys::new(), |_, definition| {
        let container = &mut definition.containers[0];
        container.secrets = vec![
            reference(&format!("{SECRET}:url::")),
            // Another key of the same secret is the same right.
            reference(&format!("{SECRET}:user::")),
            reference(PARTIAL),
            reference("/everruns/url"),
        ];
        container.log_options.creates_group = true;
    });
    let ecr = "arn:aws:ecr:us-east-1:000000000000:repository/everruns-admin";
    assert_eq!(
        pairs(&needs),
        [
            format!("secretsmanager:GetSecretValue {SECRET}"),
            format!("secretsmanager:GetSecretValue {PARTIAL}-??????"),
            "ssm:GetParameters arn:aws:ssm:us-east-1:000000000000:parameter/everruns/url".into(),
            "ecr:GetAuthorizationToken *".into(),
            format!("ecr:BatchCheckLayerAvailability {ecr}"),
            format!("ecr:BatchGetImage {ecr}"),
            format!("ecr:GetDownloadUrlForLayer {ecr}"),
            format!("logs:CreateLogGroup {GROUP}:log-stream:"),
            format!("logs:CreateLogStream {GROUP}:log-stream:admin/admin/{ANY_TASK}"),
            format!("logs:PutLogEvents {GROUP}:log-stream:admin/admin/{ANY_TASK}"),
        ]
    );
}

#[test]
fn of_an_execution_role_on_an_instance() {
    let needs = of(&Keys::new(), |subject, definition| {
        subject.request.launch_type = Some("EC2".into());
        definition.containers[0].repository_credentials = Some("login".into());
    });
    assert_eq!(
        pairs(&needs),
        [
            "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:000000000000:secret:login-??????"
        ]
    );
}

#[test]
fn what_needs_no_login_needs_no_right() {
    let needs = of(&Keys::new(), |_, definition| {
        definition.containers[0].image = "public.ecr.aws/nginx/nginx".into();
        definition.containers[0].log = LogDriver::None;
    });
    assert_eq!(pairs(&needs), Vec::<String>::new());
}

#[test]
fn keys_of_customers() {
    let key = "arn:aws:kms:us-east-1:000000000000:key/0a";
    for (named, resource) in [
        (Some(key), Some(key)),
        (Some("0a"), Some(key)),
        (Some("alias/everruns"), None),
        (Some("alias/aws/secretsmanager"), None),
        (
            Some("arn:aws:kms:us-east-1:000000000000:alias/everruns"),
            None,
        ),
        (Some(""), None),
        (None, None),
    ] {
        let known = Encrypted {
            arn: format!("{PARTIAL}-Ef34Gh"),
            key: named.map(str::to_owned),
        };
        let place = Place::of(PARTIAL, "us-east-1").expect("a place");
        let stored = Stored::parse(PARTIAL, &place).expect("a secret");
        let keys = Keys::from([(stored, known)]);
        let needs = of(&keys, |_, definition| {
            definition.containers[0].secrets = vec![reference(PARTIAL)];
        });
        // What Secrets Manager calls the secret is known now.
        assert_eq!(needs[0].resource, format!("{PARTIAL}-Ef34Gh"));
        let found = needs.iter().find(|need| need.kind == Kind::Key);
        assert_eq!(found.map(|need| &*need.resource), resource, "{named:?}");
    }
    for (key, expected) in [
        ("alias/everruns", true),
        ("arn:aws:kms:us-east-1:000000000000:alias/everruns", true),
        ("alias/aws/ssm", false),
        ("0a", false),
    ] {
        let known = Encrypted {
            arn: String::new(),
            key: Some(key.to_owned()),
        };
        assert_eq!(is_behind_alias(&known), expected, "{key}");
    }
}

#[test]
fn of_a_caller() {
    let mut subject = subject();
    subject.request.tags = vec![Tag {
        key: "team".into(),
        value: "db".into(),
    }];
    let definition = subject.definition.clone().expect("one");
    let definite = Definite {
        subject: &subject,
        definition: &definition,
    };
    let place = place(&definite).expect("a place");
    let needs = of_caller(&definite, &place, &["arn:role".into()]);
    let tasks = "arn:aws:ecs:us-east-1:000000000000:task/everruns/*";
    assert_eq!(
        pairs(&needs),
        [
            "ecs:RunTask arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:3"
                .into(),
            format!("ecs:TagResource {tasks}"),
            format!("ecs:DescribeTasks {tasks}"),
            format!("ecs:StopTask {tasks}"),
            "ecs:ListTasks arn:aws:ecs:us-east-1:000000000000:container-instance/everruns/*".into(),
            "ecs:DescribeTaskDefinition *".into(),
            "iam:PassRole arn:role".into(),
            format!("logs:GetLogEvents {GROUP}:log-stream:admin/admin/{ANY_TASK}"),
            format!("logs:DescribeLogStreams {GROUP}:log-stream:"),
        ]
    );
    let cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/everruns";
    assert_eq!(
        needs[0].context,
        [
            ("ecs:cluster".to_owned(), vec![cluster.to_owned()]),
            ("aws:RequestTag/team".to_owned(), vec!["db".to_owned()]),
            ("aws:TagKeys".to_owned(), vec!["team".to_owned()]),
        ]
    );
    assert_eq!(
        needs[5].context,
        [(
            "iam:PassedToService".to_owned(),
            vec!["ecs-tasks.amazonaws.com".to_owned()]
        )]
    );
}
