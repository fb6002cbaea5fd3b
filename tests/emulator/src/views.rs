//! What a test can see from outside.

use std::collections::BTreeMap;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Serialize;
use serde::Serializer;
use serde_json::Value;

/// One HTTP call that arrived, whatever became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Such as `RunTask`.
    pub operation: String,
    /// When it arrived.
    #[serde(serialize_with = "epoch_seconds")]
    pub at: SystemTime,
    /// Its parameters.
    pub body: Value,
}

/// One task that was ever started.
#[derive(Clone, Debug, Serialize)]
pub struct TaskView {
    /// The task's ARN.
    pub arn: String,
    /// The last part of the ARN.
    pub id: String,
    /// Such as `RUNNING`.
    pub last_status: String,
    /// How many processes were started for it.
    pub started_processes: usize,
    /// For each container: entry point and command, as given to the program after the image's
    /// own arguments.
    pub words: Vec<Vec<String>>,
    /// For each container: its process's exit code, as soon as that has ended.
    pub exit_codes: Vec<Option<i32>>,
    /// For each container: when its process ended.
    #[serde(serialize_with = "optional_epoch_seconds")]
    pub ended_at: Vec<Option<SystemTime>>,
    /// The task's tags.
    pub tags: BTreeMap<String, String>,
    /// As given to `RunTask`.
    pub started_by: Option<String>,
    /// As given to `RunTask`.
    pub client_token: Option<String>,
}

fn seconds(at: SystemTime) -> f64 {
    at.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

fn epoch_seconds<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(seconds(*at))
}

fn optional_epoch_seconds<S: Serializer>(
    moments: &[Option<SystemTime>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(moments.iter().map(|at| at.map(seconds)))
}
