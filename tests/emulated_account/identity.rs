//! STS and IAM.

use aws_sdk_iam::types::{EvaluationResult, PolicyEvaluationDecisionType as Decision};
use serde_json::json;

use crate::{ACCOUNT, account, refusal, scenario};

#[tokio::test]
async fn a_role_exists_and_is_trusted_until_told_otherwise() {
    let (_emulator, config) = scenario(json!({
        "account": {"roles": [
            {"name": "gone", "missing": true},
            {"name": "other", "trust": "ec2.amazonaws.com", "path": "/team/"},
        ]},
        "faults": [{"operation": "ListRolePolicies", "action": {
            "kind": "error", "status": 403, "code": "AccessDenied", "message": "no",
        }}],
    }))
    .await;
    let iam = aws_sdk_iam::Client::new(&config);
    let role = iam
        .get_role()
        .role_name("execution")
        .send()
        .await
        .expect("it");
    let role = role.role.expect("a role");
    assert_eq!(role.arn(), format!("arn:aws:iam::{ACCOUNT}:role/execution"));
    let policy = role.assume_role_policy_document().expect("a policy");
    assert!(
        policy.contains("ecs-tasks.amazonaws.com") && policy.starts_with("%7B%22"),
        "{policy}"
    );
    let other = iam
        .get_role()
        .role_name("other")
        .send()
        .await
        .expect("it")
        .role;
    let other = other.expect("a role");
    assert_eq!(
        other.arn(),
        format!("arn:aws:iam::{ACCOUNT}:role/team/other")
    );
    assert!(
        other
            .assume_role_policy_document()
            .is_some_and(|it| it.contains("ec2.amazonaws.com"))
    );
    let gone = refusal(iam.get_role().role_name("gone").send().await);
    assert_eq!(gone.0, "NoSuchEntity");
    assert_eq!(gone.1, "The role with name gone cannot be found.");
    let attached = iam
        .list_attached_role_policies()
        .role_name("execution")
        .send()
        .await;
    assert_eq!(attached.expect("it").attached_policies().len(), 1);
    let none = iam
        .get_role_policy()
        .role_name("execution")
        .policy_name("x")
        .send()
        .await;
    assert_eq!(refusal(none).0, "NoSuchEntity");
    let denied = iam.list_role_policies().role_name("execution").send().await;
    assert_eq!(refusal(denied).0, "AccessDenied");
}

#[tokio::test]
async fn what_is_denied_is_simulated_and_the_rest_is_allowed() {
    let caller = format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ana");
    let (_emulator, config) = account(json!({
        "caller": {"arn": caller, "denied_actions": ["ecs:RunTask"]},
        "roles": [{"name": "execution", "denied_actions": ["kms:Decrypt arn:aws:kms:*:key/a"]}],
    }))
    .await;
    let sts = aws_sdk_sts::Client::new(&config);
    let identity = sts.get_caller_identity().send().await.expect("it");
    assert_eq!(identity.arn(), Some(caller.as_str()));
    assert_eq!(identity.account(), Some(ACCOUNT));

    let iam = aws_sdk_iam::Client::new(&config);
    let key = |name: &str| format!("arn:aws:kms:eu-west-1:{ACCOUNT}:key/{name}");
    let answer = iam
        .simulate_principal_policy()
        .policy_source_arn(format!("arn:aws:iam::{ACCOUNT}:role/execution"))
        .action_names("kms:Decrypt")
        .action_names("ecr:GetAuthorizationToken")
        .resource_arns(key("a"))
        .resource_arns(key("b"))
        .send()
        .await
        .expect("it is simulated");
    let [decrypt, token] = answer.evaluation_results() else {
        panic!("{answer:?}");
    };
    assert_eq!(decrypt.eval_action_name(), "kms:Decrypt");
    assert_eq!(decrypt.eval_decision(), &Decision::ImplicitDeny);
    let on_each = decrypt.resource_specific_results();
    assert_eq!(on_each[0].eval_resource_decision(), &Decision::ImplicitDeny);
    assert_eq!(on_each[1].eval_resource_decision(), &Decision::Allowed);
    assert_eq!(on_each[1].eval_resource_name(), key("b"));
    assert_eq!(token.eval_decision(), &Decision::Allowed);

    let run_task = iam.simulate_principal_policy().action_names("ecs:RunTask");
    let of_role = run_task
        .clone()
        .policy_source_arn(format!("arn:aws:iam::{ACCOUNT}:role/deploy"));
    let of_role = of_role.send().await.expect("it is simulated");
    assert_eq!(
        of_role.evaluation_results()[0].eval_decision(),
        &Decision::ImplicitDeny
    );
    assert_eq!(
        refusal(run_task.policy_source_arn(caller).send().await).0,
        "InvalidInput"
    );

    let custom = iam
        .simulate_custom_policy()
        .policy_input_list(r#"{"Statement":[{"Effect":"Allow","Action":"ssm:*","Resource":"*"}]}"#)
        .action_names("ssm:GetParameters")
        .action_names("ecs:RunTask")
        .send()
        .await
        .expect("it is simulated");
    let decisions = custom
        .evaluation_results()
        .iter()
        .map(EvaluationResult::eval_decision);
    assert_eq!(
        decisions.collect::<Vec<_>>(),
        [&Decision::Allowed, &Decision::ImplicitDeny]
    );
}
