//! Everything brought up.

use std::path::Path;

use ecs_emulator::Emulator;
use serde_json::Value;
use tempfile::TempDir;

use super::{Ran, Running, Tool};

/// A running emulator, and a folder to work in.
pub(crate) struct Bench {
    pub(crate) emulator: Emulator,
    folder: TempDir,
}

impl Bench {
    pub(super) fn new(emulator: Emulator) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { emulator, folder }
    }

    /// The tool as an operator has it who set all that must be set.
    pub(crate) fn tool(&self) -> Tool {
        Tool::new(&self.emulator.url(), self.folder.path())
    }

    /// Runs the tool to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.tool().run(words)
    }

    /// Starts the tool.
    pub(crate) fn start(&self, words: &[&str]) -> Running {
        self.tool().start(words)
    }

    /// The folder in which the tool runs.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file there.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder().join(name), text).expect("a file is written");
    }

    /// How many calls of an operation arrived.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.emulator.call_count(operation)
    }

    /// Every `RunTask` request that arrived.
    pub(crate) fn run_task_requests(&self) -> Vec<Value> {
        let calls = self.emulator.calls().into_iter();
        calls
            .filter(|call| call.operation == "RunTask")
            .map(|call| call.body)
            .collect()
    }

    /// The one `RunTask` request that arrived.
    #[track_caller]
    pub(crate) fn run_task_request(&self) -> Value {
        let mut requests = self.run_task_requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests.remove(0)
    }
}
