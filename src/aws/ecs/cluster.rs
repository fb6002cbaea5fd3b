//! Clusters.

use async_trait::async_trait;

use super::Aws;
use crate::model::account::cluster::Cluster;
use crate::ports::CallError;
use crate::ports::account::Clusters;

#[async_trait]
impl Clusters for Aws {
    async fn cluster(&self, name: &str) -> Result<Option<Cluster>, CallError> {
        let answer = self
            .ecs()
            .await
            .describe_clusters()
            .clusters(name)
            .send()
            .await
            .map_err(|error| self.failed("ecs:DescribeClusters", &error))?;
        let found = answer.clusters.unwrap_or_default().into_iter().next();
        Ok(found.map(|cluster| Cluster {
            arn: cluster.cluster_arn.unwrap_or_default(),
            status: cluster.status.unwrap_or_default(),
            capacity_providers: cluster.capacity_providers.unwrap_or_default(),
            container_instances: cluster.registered_container_instances_count,
            running_tasks: cluster.running_tasks_count,
            pending_tasks: cluster.pending_tasks_count,
        }))
    }
}
