//! A cluster, as a start needs it.

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cluster {
    /// Its ARN.
    pub arn: String,
    /// `ACTIVE`, `PROVISIONING`, `DEPROVISIONING`, `FAILED` or `INACTIVE`.
    pub status: String,
    /// Names of the capacity providers that tasks on it may use.
    pub capacity_providers: Vec<String>,
    /// How many container instances it has.
    pub container_instances: i32,
    /// How many of its tasks run.
    pub running_tasks: i32,
    /// How many of its tasks wait to run.
    pub pending_tasks: i32,
}
