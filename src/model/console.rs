//! Addresses of pages of the AWS console.

use super::task::task_id;

/// Where the AWS console shows a task. Clusters are part of a task's ARN
/// (Amazon ECS developer guide, "Amazon Resource Names (ARNs)").
#[must_use]
pub fn task_url(region: &str, task_arn: &str) -> String {
    let mut parts = task_arn.split('/').skip(1);
    let cluster = parts.next().unwrap_or_default();
    let id = task_id(task_arn);
    let host = host(task_arn);
    format!("https://{region}.{host}/ecs/v2/clusters/{cluster}/tasks/{id}?region={region}")
}

/// Where the AWS console shows a log stream; `arn` is of anything in the same partition.
#[must_use]
pub fn log_url(region: &str, arn: &str, group: &str, stream: &str) -> String {
    let (host, group, stream) = (host(arn), in_fragment(group), in_fragment(stream));
    format!(
        "https://{region}.{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}/log-events/{stream}"
    )
}

fn host(arn: &str) -> &'static str {
    match arn.split(':').nth(1) {
        Some("aws-cn") => "console.amazonaws.cn",
        Some("aws-us-gov") => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    }
}

/// A name as the console has it behind `#`: percent-encoded twice, the second time with `$`.
fn in_fragment(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str("$25");
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let arn = "arn:aws-cn:ecs:cn-north-1:000000000000:task/everruns/0f1e";
        assert_eq!(
            task_url("cn-north-1", arn),
            "https://cn-north-1.console.amazonaws.cn/ecs/v2/clusters/everruns/tasks/0f1e?region=cn-north-1"
        );
        assert_eq!(
            log_url("eu-west-1", "arn:aws:ecs:x", "/ecs/a b", "admin/x[$]"),
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fecs$252Fa$2520b/log-events/admin$252Fx$255B$2524$255D"
        );
    }
}
