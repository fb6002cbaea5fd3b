//! What the emulated AWS is like: how slow, how late, how faulty.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::account::Account;
use crate::faults::Fault;

/// How the emulator behaves. Every field may be left out.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Seed of the faults that come by probability.
    pub seed: u64,
    /// Image name → program. A key matches the whole image, the image without tag or digest, or
    /// the last component of its path.
    pub images: BTreeMap<String, Image>,
    /// How long each phase of a task takes.
    pub phases: Phases,
    /// If set, a task's time stamps tell of a life with these parts, however long it took: what is
    /// made of them is the same each time.
    pub stamps: Option<Stamps>,
    /// Time between SIGTERM and SIGKILL where the container definition has no `stopTimeout`. Below
    /// ECS's 30 s it shortens that of the definition too.
    pub stop_timeout_ms: u64,
    /// The task is `MISSING` for this long after `RunTask` (eventual consistency).
    pub visible_after_ms: u64,
    /// ECS forgets a task this long after it is STOPPED; without it (AWS: an hour or more) never.
    pub forget_after_ms: Option<u64>,
    /// The exit code can be seen this long after the process ended, even if the task is STOPPED.
    pub exit_code_delay_ms: u64,
    /// `stopCode` and `stoppedReason` can be seen this long after the exit code. (Those of
    /// `StopTask` are there at once, as in AWS.)
    pub stop_detail_delay_ms: u64,
    /// How late and in which portions the logs come.
    pub logs: Logs,
    /// Tasks that never start.
    pub start_failure: Option<StartFailure>,
    /// What the account holds: subnets, roles, images. A sound one, as long as nothing is said.
    pub account: Account,
    /// Calls that go wrong.
    pub faults: Vec<Fault>,
    /// Access keys that have expired: each call that is signed with one is refused.
    pub expired_keys: Vec<String>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            seed: 1,
            images: BTreeMap::new(),
            phases: Phases::default(),
            stamps: None,
            stop_timeout_ms: DEFAULT_STOP_TIMEOUT_MS,
            visible_after_ms: 0,
            forget_after_ms: None,
            exit_code_delay_ms: 0,
            stop_detail_delay_ms: 0,
            logs: Logs::default(),
            start_failure: None,
            account: Account::default(),
            faults: Vec::new(),
            expired_keys: Vec::new(),
        }
    }
}

/// ECS waits 30 s between SIGTERM and SIGKILL where nothing else is said.
const DEFAULT_STOP_TIMEOUT_MS: u64 = 30_000;

impl Scenario {
    /// The program that stands for an image.
    #[must_use]
    pub fn image(&self, name: &str) -> Option<&Image> {
        let without_digest = name.split('@').next().unwrap_or(name);
        let last = without_digest.rsplit('/').next().unwrap_or(without_digest);
        // A colon before the last slash is that of a registry's port.
        let tag = last.rsplit_once(':').map_or(0, |(_, tag)| tag.len() + 1);
        let without_tag = &without_digest[..without_digest.len() - tag];
        let bare = &last[..last.len() - tag];
        [name, without_digest, without_tag, last, bare]
            .iter()
            .find_map(|key| self.images.get(*key))
    }

    /// Time between SIGTERM and SIGKILL for a container whose definition says `stopTimeout`.
    #[must_use]
    pub fn stop_timeout_for(&self, definition_seconds: Option<u64>) -> u64 {
        match definition_seconds.map(|seconds| seconds.saturating_mul(1000)) {
            None => self.stop_timeout_ms,
            Some(ms) if self.stop_timeout_ms < DEFAULT_STOP_TIMEOUT_MS => {
                ms.min(self.stop_timeout_ms)
            }
            Some(ms) => ms,
        }
    }
}

/// A local program that stands for a container image.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Path, or a name to be found in the emulator's `PATH`.
    pub program: String,
    /// Arguments before the container's own words (entry point and command).
    #[serde(default)]
    pub args: Vec<String>,
}

/// How long each phase of a task takes, in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Phases {
    /// PROVISIONING: the network interface is made.
    pub provisioning_ms: u64,
    /// The part of PENDING between `pullStartedAt` and `pullStoppedAt`.
    pub pull_ms: u64,
    /// The rest of PENDING, after the pull.
    pub pending_ms: u64,
    /// ACTIVATING.
    pub activating_ms: u64,
    /// DEACTIVATING.
    pub deactivating_ms: u64,
    /// STOPPING takes at least this long; longer where a container is slow to end.
    pub stopping_ms: u64,
    /// DEPROVISIONING: all containers are stopped, the network interface goes.
    pub deprovisioning_ms: u64,
}

impl Default for Phases {
    fn default() -> Self {
        Self {
            provisioning_ms: 50,
            pull_ms: 20,
            pending_ms: 20,
            activating_ms: 0,
            deactivating_ms: 0,
            stopping_ms: 0,
            deprovisioning_ms: 100,
        }
    }
}

/// How long each part of a task's life took by its time stamps, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stamps {
    /// From `createdAt` to `connectivityAt` and `pullStartedAt`.
    pub provisioning_ms: u64,
    /// From there to `pullStoppedAt`.
    pub pull_ms: u64,
    /// From there to `startedAt`.
    pub pending_ms: u64,
    /// From there to `stoppingAt` and `executionStoppedAt`.
    pub running_ms: u64,
    /// From there to `stoppedAt`.
    pub stopping_ms: u64,
}

/// How late and in which portions `CloudWatch` Logs gives what was written.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// An event can be read this long after its time stamp.
    pub delay_ms: u64,
    /// Whether `ingestionTime` shows that delay, or equals the time stamp.
    pub delay_in_ingestion_time: bool,
    /// If set, events written within the last 500 ms before the process's end can be read only
    /// this long after the end. Since nobody knows the end beforehand, all events then come at
    /// least 500 ms late.
    pub last_instant_delay_ms: Option<u64>,
    /// The stream does not exist until this long after the container's start.
    pub stream_delay_ms: u64,
    /// The most events in one page of `GetLogEvents`.
    pub page_events: usize,
    /// The most bytes in one page (each message and 26 bytes).
    pub page_bytes: usize,
    /// This many empty pages, each with a new token, come before each page that has events, and
    /// once before the end is admitted by a repeated token. Reading the tail without a token has
    /// none.
    pub empty_pages: u32,
    /// If set, the tokens that come from one call without a token serve this many calls on that
    /// stream, and then are invalid until the next call without a token.
    pub token_life: Option<u32>,
    /// Events of one batch get equal time stamps: those of the same second of a container's
    /// output, and those of one `PutLogEvents`.
    pub same_timestamp: bool,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            delay_ms: 0,
            delay_in_ingestion_time: true,
            last_instant_delay_ms: None,
            stream_delay_ms: 0,
            page_events: 10_000,
            page_bytes: 1_048_576,
            empty_pages: 0,
            token_life: None,
            same_timestamp: false,
        }
    }
}

/// Makes tasks fail before their containers start.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StartFailure {
    /// The task's `stopCode`.
    #[serde(default = "task_failed_to_start")]
    pub stop_code: String,
    /// The task's `stoppedReason`.
    pub stopped_reason: String,
    /// The `reason` of its containers.
    #[serde(default)]
    pub container_reason: Option<String>,
    /// The phase at whose end it fails.
    #[serde(default)]
    pub at: FailurePoint,
    /// Only this many tasks fail so; all, if left out.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Default for StartFailure {
    fn default() -> Self {
        Self {
            stop_code: task_failed_to_start(),
            stopped_reason: String::new(),
            container_reason: None,
            at: FailurePoint::default(),
            times: None,
        }
    }
}

fn task_failed_to_start() -> String {
    "TaskFailedToStart".to_owned()
}

/// Where in its start a task fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FailurePoint {
    /// Before the network interface is there.
    Provisioning,
    /// Just before the containers would have been started.
    #[default]
    Pending,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_image(key: &str) -> Scenario {
        Scenario {
            images: BTreeMap::from([(key.to_owned(), Image::default())]),
            ..Scenario::default()
        }
    }

    #[test]
    fn an_image_is_found_by_its_whole_name_without_tag_or_by_its_last_component() {
        let whole = "localhost:5000/everruns/admin:v1";
        for key in [whole, "localhost:5000/everruns/admin", "admin:v1", "admin"] {
            assert!(with_image(key).image(whole).is_some(), "{key}");
        }
        for key in [
            "everruns/admin",
            "localhost",
            "localhost:5000/everruns/admin:v2",
        ] {
            assert!(with_image(key).image(whole).is_none(), "{key}");
        }
        assert!(
            with_image("admin")
                .image("localhost:5000/admin@sha256:abc")
                .is_some()
        );
        assert!(with_image("admin").image("admin").is_some());
    }

    #[test]
    fn a_short_stop_timeout_of_the_scenario_wins_over_the_definition() {
        let ecs = Scenario::default();
        assert_eq!(ecs.stop_timeout_for(None), 30_000);
        assert_eq!(ecs.stop_timeout_for(Some(120)), 120_000);
        let hasty = Scenario {
            stop_timeout_ms: 200,
            ..Scenario::default()
        };
        assert_eq!(hasty.stop_timeout_for(None), 200);
        assert_eq!(hasty.stop_timeout_for(Some(120)), 200);
    }

    #[test]
    fn an_empty_object_is_the_default_and_a_wrong_name_is_refused() {
        let scenario: Scenario = serde_json::from_str("{}").expect("all fields have defaults");
        assert_eq!(scenario.phases.deprovisioning_ms, 100);
        assert!(serde_json::from_str::<Scenario>(r#"{"fases":{}}"#).is_err());
    }
}
