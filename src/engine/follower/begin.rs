//! The begin of a run: its streams, and what is said of its task.

use super::{Followed, Follower, Now};
use crate::engine::tail::Tail;
use crate::model::event::{Started, Warning};
use crate::model::log::LogDriver;
use crate::model::task::task_id;

impl Follower {
    pub(super) fn open_tails(&mut self, random: &mut fastrand::Rng, now: Now) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for container in &self.followed.definition.containers {
            if let LogDriver::Awslogs {
                group,
                region,
                prefix,
            } = &container.log
            {
                let region = region.as_deref().unwrap_or(&self.followed.region);
                let mut tail = Tail::new(
                    (&container.name, container.name == self.followed.deciding),
                    (region, group, prefix.as_deref()),
                    self.policy.drain,
                    random.fork(),
                    now.instant,
                );
                tail.observe(&self.followed.task, now.instant);
                self.tails.push(tail);
            }
            let Some(message) = container.without_log() else {
                continue;
            };
            // What never goes to CloudWatch is not missing from what was read there; of the
            // container that decides, its reader expects a log.
            if container.name == self.followed.deciding {
                self.unread.push(message.clone());
            }
            warnings.push(Warning {
                code: "log-driver",
                message,
            });
        }
        warnings.extend(self.without_definition());
        warnings
    }

    /// Where nothing is known of the container that decides, its log is missing.
    fn without_definition(&mut self) -> Option<Warning> {
        let Followed {
            definition,
            deciding,
            ..
        } = &self.followed;
        if definition.containers.iter().any(|c| c.name == *deciding) {
            return None;
        }
        let message = format!(
            "the log of container `{deciding}` cannot be shown: nothing is known of it from task definition {}",
            definition.arn
        );
        self.unread.push(message.clone());
        Some(Warning {
            code: "log-unknown",
            message,
        })
    }

    pub(super) fn started(&self) -> Started {
        let followed = &self.followed;
        let stream = self
            .tails
            .iter()
            .find(|tail| tail.container() == followed.deciding);
        let group = followed
            .definition
            .containers
            .iter()
            .find(|container| container.name == followed.deciding)
            .and_then(|container| match &container.log {
                LogDriver::Awslogs { group, .. } => Some(group.clone()),
                LogDriver::Other(_) | LogDriver::None => None,
            });
        Started {
            task_arn: followed.task.arn.clone(),
            task_id: task_id(&followed.task.arn).to_owned(),
            cluster: followed.cluster.clone(),
            region: followed.region.clone(),
            task_definition: followed.definition.arn.clone(),
            container: followed.deciding.clone(),
            command: followed.command.clone(),
            log_group: group,
            log_stream: stream
                .and_then(Tail::stream)
                .map(|stream| stream.name.clone()),
            attached: followed.attached,
            console_url: console_url(&followed.region, &followed.task.arn),
        }
    }
}

/// Where the AWS console shows a task. Clusters are part of a task's ARN
/// (Amazon ECS developer guide, "Amazon Resource Names (ARNs)").
pub(in crate::engine) fn console_url(region: &str, task_arn: &str) -> String {
    let mut parts = task_arn.split('/').skip(1);
    let cluster = parts.next().unwrap_or_default();
    let id = task_id(task_arn);
    let host = match task_arn.split(':').nth(1) {
        Some("aws-cn") => "console.amazonaws.cn",
        Some("aws-us-gov") => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
    format!("https://{region}.{host}/ecs/v2/clusters/{cluster}/tasks/{id}?region={region}")
}
