//! Everything brought up.

use std::path::Path;

use ecs_emulator::Emulator;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::normal::normal;
use super::{Ran, Running, Tool, poll};

/// A running emulator, and a folder to work in.
pub(crate) struct Bench {
    pub(crate) emulator: Emulator,
    scenario: Value,
    folder: TempDir,
}

impl Bench {
    pub(super) fn new(emulator: Emulator, scenario: Value) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            emulator,
            scenario,
            folder,
        }
    }

    /// AWS is like this from now on, and otherwise as before.
    pub(crate) fn change(&self, fields: &Value) {
        let mut scenario = self.scenario.clone();
        for (name, value) in fields.as_object().expect("fields") {
            scenario[name] = value.clone();
        }
        let scenario = serde_json::from_value(scenario).expect("the test's scenario is right");
        self.emulator.set_scenario(scenario);
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

    /// What stands in a file there, with stand-ins as in [`Ran`].
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.folder().join(name)).expect("a file is read");
        let ids = self.emulator.tasks().into_iter().map(|task| task.id);
        let text = ids.fold(text, |text, id| text.replace(&id, "[task]"));
        normal(&text, &self.folder().display().to_string())
    }

    /// Starts a task with these words and leaves it when its container runs. Its id.
    pub(crate) fn running_task(&self, words: &[&str]) -> String {
        let before = self.emulator.tasks().len();
        let mut starter = self.start(words);
        starter.until_stderr_has("RUNNING");
        self.emulator.tasks().remove(before).id
    }

    /// Starts a task as another tool would: with these fields and a network. Its ARN.
    pub(crate) fn run_task(&self, fields: &Value) -> String {
        let mut request = json!({
            "cluster": "everruns",
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0a"]}},
        });
        for (name, value) in fields.as_object().expect("fields") {
            request[name] = value.clone();
        }
        self.emulator.run_task(&request)
    }

    /// Waits until the task is `STOPPED`.
    pub(crate) fn is_stopped(&self, id: &str) {
        poll(|| {
            let task = self.emulator.tasks().into_iter().find(|task| task.id == id);
            match task.map(|task| task.last_status) {
                Some(status) if status == "STOPPED" => Ok(()),
                status => Err(format!("{status:?}")),
            }
        });
    }

    /// Waits until so many calls of an operation have arrived.
    #[track_caller]
    pub(crate) fn until_called(&self, operation: &str, times: usize) {
        poll(|| match self.calls(operation) {
            calls if calls >= times => Ok(()),
            calls => Err(format!("{calls} calls of {operation}")),
        });
    }

    /// Waits until the first task is in this phase.
    #[track_caller]
    pub(crate) fn until_task_is(&self, phase: &str) {
        poll(|| match self.emulator.tasks().first() {
            Some(task) if task.last_status == phase => Ok(()),
            task => Err(format!("{task:?}")),
        });
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
