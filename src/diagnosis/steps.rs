//! What to do next, as commands with the real names.

use std::collections::BTreeMap;

use super::judge::table_step;

/// Commands by the beginnings of the causes they help with, most likely first. One whose names
/// were not found is left out.
const COMMANDS: &[(&[&str], &str)] = &[
    (
        &[
            "secret-not-found",
            "secret-json",
            "secret-not-json",
            "secret-arn",
            "secret-fetch",
            "registry-credentials",
        ],
        "aws secretsmanager describe-secret --region {region} --secret-id {secret}",
    ),
    (
        &[
            "secret-access",
            "kms-access",
            "ssm-access",
            "ecr-pull",
            "log-group-access",
            "env-file-access",
            "runtask-denied",
            "passrole-denied",
        ],
        "aws iam simulate-principal-policy --policy-source-arn {role_arn} --action-names {action} --resource-arns {resource}",
    ),
    (
        &["secret-access", "kms-access"],
        "aws secretsmanager describe-secret --region {region} --secret-id {secret}",
    ),
    (
        &["ssm-parameter", "ssm-access", "ssm-truncated"],
        "aws ssm describe-parameters --parameter-filters Key=Name,Values={parameter}",
    ),
    (
        &["log-group-missing", "log-group-access"],
        "aws logs create-log-group --log-group-name {log_group}",
    ),
    (
        &["image-tag-missing", "arch-mismatch", "ecr-pull"],
        "aws ecr describe-images --region {region} --repository-name {repository} --image-ids imageTag={tag}",
    ),
    (
        &["image-", "ecr-pull"],
        "aws ecr describe-repositories --repository-names {repository}",
    ),
    (
        &["secrets-manager-timeout"],
        "aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.{region}.secretsmanager",
    ),
    (
        &["ssm-timeout"],
        "aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.{region}.ssm",
    ),
    (
        &["logs-timeout"],
        "aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.{region}.logs",
    ),
    (
        &["s3-layer"],
        "aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.{region}.s3",
    ),
    (
        &["ecr-timeout"],
        "aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.{region}.ecr.api,com.amazonaws.{region}.ecr.dkr",
    ),
    (
        &[
            "subnet-",
            "eni-",
            "unsupported-availability",
            "wrong-availability",
        ],
        "aws ec2 describe-subnets --subnet-ids {subnet}",
    ),
    (
        &["security-group"],
        "aws ec2 describe-security-groups --group-ids {security_group}",
    ),
    (
        &[
            "assume-role",
            "passrole",
            "execution-role",
            "infrastructure-role",
            "iam-",
        ],
        "aws iam get-role --role-name {role}",
    ),
    (&["cluster-not-found"], "aws ecs list-clusters"),
    (
        &["task-definition"],
        "aws ecs list-task-definitions --status ACTIVE",
    ),
    (
        &["efs-"],
        "aws efs describe-mount-targets --file-system-id {file_system}",
    ),
    (
        &["vcpu-quota", "task-quota", "memory-quota"],
        "aws service-quotas list-service-quotas --service-code fargate",
    ),
    (
        &["user-stopped", "task-stopped"],
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=StopTask",
    ),
    (
        &["secret-fetch"],
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=GetSecretValue",
    ),
    (
        &["ssm-truncated"],
        "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=GetParameters",
    ),
    (
        &["migration-dirty", "migration-checksum", "migration-missing"],
        "run-admin-task recover {migration}",
    ),
    (
        &["db-lock", "db-deadlock"],
        "in the database: SELECT pid, state, wait_event_type, query FROM pg_stat_activity WHERE state <> 'idle';",
    ),
];

/// What helps where nothing is known.
const LOOK: [&str; 2] = [
    "aws ecs describe-tasks --cluster CLUSTER --tasks TASK: stoppedReason, and each container's reason",
    "run-admin-task logs TASK: what it wrote",
];

/// The steps for a cause.
pub(super) fn steps(cause: &str, extracted: &BTreeMap<String, String>) -> Vec<String> {
    let helps = |causes: &[&str]| causes.iter().any(|begin| cause.starts_with(begin));
    let commands = COMMANDS.iter().filter(|(causes, _)| helps(causes));
    let mut steps: Vec<_> = commands
        .filter_map(|(_, command)| filled(command, extracted))
        .collect();
    if cause == "unknown" {
        steps.extend(LOOK.map(str::to_owned));
    }
    steps.push(table_step(cause).to_owned());
    steps
}

/// A command with its names; `None` where one is not known. A region may be left out.
fn filled(command: &str, extracted: &BTreeMap<String, String>) -> Option<String> {
    let command = if extracted.contains_key("region") {
        command.to_owned()
    } else {
        command.replace(" --region {region}", "")
    };
    let mut filled = String::new();
    let mut rest = command.as_str();
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&quoted(extracted.get(name)?)?);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// A word as a shell takes it. These are other people's: none may become an option.
fn quoted(word: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if word.is_empty() || word.starts_with('-') {
        None
    } else if word.chars().all(plain) {
        Some(word.to_owned())
    } else {
        Some(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cause: &str, extracted: &[(&str, &str)]) -> Vec<String> {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        steps(cause, &extracted.iter().map(pair).collect())
    }

    #[test]
    fn commands_have_the_real_names() {
        assert_eq!(
            of("log-group-missing", &[("log_group", "/ecs/admin")]),
            [
                "aws logs create-log-group --log-group-name /ecs/admin",
                "Create it, correct awslogs-group/awslogs-region, or set awslogs-create-group=true with permission.",
            ]
        );
        let steps = of(
            "secret-not-found",
            &[("secret", "prod/db"), ("region", "eu-west-1")],
        );
        assert_eq!(
            steps[0],
            "aws secretsmanager describe-secret --region eu-west-1 --secret-id prod/db"
        );
    }

    #[test]
    fn a_command_without_its_names_is_left_out() {
        assert_eq!(of("log-group-missing", &[]).len(), 1);
    }

    #[test]
    fn a_name_cannot_leave_its_word() {
        let steps = of("log-group-missing", &[("log_group", "x'; rm -rf $HOME #")]);
        assert_eq!(
            steps[0],
            r"aws logs create-log-group --log-group-name 'x'\''; rm -rf $HOME #'"
        );
        assert_eq!(
            of("log-group-missing", &[("log_group", "--profile=x")]).len(),
            1
        );
    }
}
