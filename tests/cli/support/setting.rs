//! What is brought up for a test.

use ecs_emulator::{Emulator, Scenario};
use serde_json::{Value, json};

use super::Bench;

/// The log group of all containers.
pub(crate) const GROUP: &str = "/ecs/everruns-admin";

/// A task definition, the programs of its images, and how AWS behaves.
pub(crate) struct Setting {
    definition: Value,
    scenario: Value,
    has_group: bool,
}

impl Setting {
    /// One container, `admin`, that runs this script; its words are `$1`, `$2` and so on.
    pub(crate) fn of(script: &str) -> Self {
        let setting = Self {
            definition: json!({
                "family": "everruns-admin",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "cpu": "256",
                "memory": "512",
                "executionRoleArn": "arn:aws:iam::000000000000:role/execution",
                "containerDefinitions": [],
            }),
            scenario: json!({"images": {}}),
            has_group: true,
        };
        setting.add("admin", true, script)
    }

    /// An essential container more.
    pub(crate) fn beside(self, name: &str, script: &str) -> Self {
        self.add(name, true, script)
    }

    /// A container more, whose end does not end the task.
    pub(crate) fn beside_nonessential(self, name: &str, script: &str) -> Self {
        self.add(name, false, script)
    }

    fn add(mut self, name: &str, essential: bool, script: &str) -> Self {
        let image = format!("everruns-{name}");
        self.scenario["images"][&image] =
            json!({"program": "/bin/sh", "args": ["-c", script, name]});
        let container = json!({
            "name": name,
            "image": format!("registry.example/{image}:v1"),
            "essential": essential,
            "logConfiguration": awslogs(),
        });
        self.definition["containerDefinitions"]
            .as_array_mut()
            .expect("it is a list")
            .push(container);
        self
    }

    /// Sets these fields of the scenario.
    pub(crate) fn scenario(mut self, fields: &Value) -> Self {
        for (name, value) in fields.as_object().expect("fields") {
            self.scenario[name] = value.clone();
        }
        self
    }

    /// Sets these fields of the container `admin`.
    pub(crate) fn admin(mut self, fields: &Value) -> Self {
        for (name, value) in fields.as_object().expect("fields") {
            self.definition["containerDefinitions"][0][name] = value.clone();
        }
        self
    }

    /// Renames the container `admin`.
    pub(crate) fn without_admin(self, name: &str) -> Self {
        self.admin(&json!({"name": name}))
    }

    /// The log group was forgotten.
    pub(crate) fn without_log_group(mut self) -> Self {
        self.has_group = false;
        self
    }

    /// Brings it up.
    pub(crate) fn start(self) -> Bench {
        let scenario: Scenario =
            serde_json::from_value(self.scenario.clone()).expect("the test's scenario is right");
        let emulator = Emulator::start(scenario).expect("a free port");
        if self.has_group {
            emulator.create_log_group(GROUP);
        }
        let _ = emulator.register(self.definition);
        Bench::new(emulator, self.scenario)
    }
}

/// The log configuration of every container, unless a test changes it.
fn awslogs() -> Value {
    json!({"logDriver": "awslogs", "options": {
        "awslogs-group": GROUP,
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "admin",
    }})
}
