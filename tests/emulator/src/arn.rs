//! Names of AWS resources.

/// The account that all resources of the emulator belong to.
pub(crate) const ACCOUNT: &str = "000000000000";

/// The Region of calls that carry no credential scope.
pub(crate) const DEFAULT_REGION: &str = "us-east-1";

/// The cluster of calls that name none, as in AWS.
pub(crate) const DEFAULT_CLUSTER: &str = "default";

pub(crate) fn new(service: &str, region: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{region}:{ACCOUNT}:{resource}")
}

pub(crate) fn cluster(region: &str, name: &str) -> String {
    new("ecs", region, &format!("cluster/{name}"))
}

pub(crate) fn task(region: &str, cluster: &str, id: &str) -> String {
    new("ecs", region, &format!("task/{cluster}/{id}"))
}

/// The part after the last slash: a short name stays as it is, an ARN gives its resource's name.
pub(crate) fn short_name(name_or_arn: &str) -> &str {
    name_or_arn.rsplit('/').next().unwrap_or(name_or_arn)
}

/// The cluster in a task's ARN; `None` for a bare id.
pub(crate) fn cluster_of_task(arn: &str) -> Option<&str> {
    let (_, path) = arn.split_once(":task/")?;
    path.split_once('/').map(|(cluster, _)| cluster)
}

/// 32 hexadecimal characters, as in a task's id.
pub(crate) fn random_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// A random id in the form of a UUID.
pub(crate) fn random_uuid() -> String {
    uuid(&random_id())
}

/// 32 hexadecimal characters in the form of a UUID.
pub(crate) fn uuid(id: &str) -> String {
    format!(
        "{}-{}-{}-{}-{}",
        &id[..8],
        &id[8..12],
        &id[12..16],
        &id[16..20],
        &id[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_arns() {
        let arn = task("eu-west-1", "everruns", "abc");
        assert_eq!(arn, "arn:aws:ecs:eu-west-1:000000000000:task/everruns/abc");
        assert_eq!(short_name(&arn), "abc");
        assert_eq!(short_name("abc"), "abc");
        assert_eq!(cluster_of_task(&arn), Some("everruns"));
        assert_eq!(cluster_of_task("abc"), None);
    }
}
