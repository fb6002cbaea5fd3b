//! The begin of a run: its streams, and what is said of its task.

use super::{Followed, Follower, Now};
use crate::engine::introduce::found;
use crate::engine::tail::Tail;
use crate::model::event::{Started, Warning};
use crate::model::log::LogDriver;

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
        let place = (followed.cluster.as_str(), followed.region.as_str());
        let (definition, deciding) = (&followed.definition, &followed.deciding);
        let reach = followed.reach.as_ref();
        Started {
            task_definition: definition.arn.clone(),
            command: followed.command.clone(),
            attached: followed.attached,
            ..found(&followed.task, Some(definition), place, deciding, reach)
        }
    }
}
