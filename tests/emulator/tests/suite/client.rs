//! A small blocking client, and what the tests have in common.

use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;
use std::time::Instant;

use ecs_emulator::Emulator;
use ecs_emulator::Image;
use ecs_emulator::Scenario;
use serde_json::Value;
use serde_json::json;

/// The log group of the tests' task definitions.
pub(crate) const GROUP: &str = "/ecs/everruns";

/// An answer of the emulator.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Speaks to one emulator, with a new connection for each call.
pub(crate) struct Client {
    address: String,
}

impl Client {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        let address = emulator.url().trim_start_matches("http://").to_owned();
        Self { address }
    }

    /// The answer's body; the call must succeed.
    pub(crate) fn call(&self, operation: &str, body: &Value) -> Value {
        let answer = self
            .try_call(operation, body)
            .expect("the call is answered");
        assert_eq!(answer.status, 200, "{operation}: {:?}", answer.body);
        answer.body
    }

    /// The error's code and message; the call must be refused.
    pub(crate) fn refusal(&self, operation: &str, body: &Value) -> (String, String) {
        let answer = self
            .try_call(operation, body)
            .expect("the call is answered");
        assert_eq!(answer.status, 400, "{operation}: {:?}", answer.body);
        let text = |field: &str| answer.body[field].as_str().unwrap_or_default().to_owned();
        let header = format!("x-amzn-errortype: {}", text("__type"));
        assert!(answer.head.contains(&header), "{}", answer.head);
        (text("__type"), text("message"))
    }

    /// An error is a connection that was cut.
    pub(crate) fn try_call(&self, operation: &str, body: &Value) -> io::Result<Answer> {
        let prefix = match operation {
            _ if operation.contains("Log") => "Logs_20140328",
            _ if operation.contains("Secret") => "secretsmanager",
            _ => "AmazonEC2ContainerServiceV20141113",
        };
        let headers = format!(
            "X-Amz-Target: {prefix}.{operation}\r\nContent-Type: application/x-amz-json-1.1\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=A/20260801/eu-west-1/ecs/aws4_request\r\n"
        );
        self.send("POST", "/", &headers, &body.to_string())
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n",
            self.address
        );
        stream.write_all(format!("{head}{body}").as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        read_answer(&bytes)
    }

    /// Polls `DescribeTasks` until the task is as wanted.
    pub(crate) fn task_when(&self, arn: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let request = json!({"cluster": "everruns", "tasks": [arn], "include": ["TAGS"]});
        poll(|| {
            let task = self.call("DescribeTasks", &request)["tasks"][0].clone();
            if wanted(&task) {
                Ok(task)
            } else {
                Err(format!("{task:#}"))
            }
        })
    }

    pub(crate) fn stopped_task(&self, arn: &str) -> Value {
        self.task_when(arn, |task| task["lastStatus"] == "STOPPED")
    }

    pub(crate) fn running_task(&self, arn: &str) -> Value {
        self.task_when(arn, |task| task["lastStatus"] == "RUNNING")
    }

    /// All messages of the container's stream.
    pub(crate) fn messages(&self, container: &str, task_arn: &str) -> Vec<String> {
        let id = task_arn.rsplit('/').next().unwrap_or_default();
        let stream = format!("admin/{container}/{id}");
        let request =
            json!({"logGroupName": GROUP, "logStreamName": stream, "startFromHead": true});
        let page = self.call("GetLogEvents", &request);
        let events = page["events"].as_array().cloned().unwrap_or_default();
        events
            .iter()
            .map(|event| event["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Starts one task of the family and gives its ARN.
    pub(crate) fn run(&self, family: &str) -> String {
        started(&self.call("RunTask", &run_request(family)))
    }
}

fn read_answer(bytes: &[u8]) -> io::Result<Answer> {
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(cut)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let body = &bytes[end + 4..];
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    if length.is_some_and(|length| length != body.len().to_string()) {
        return Err(cut());
    }
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(cut)?;
    let text = String::from_utf8_lossy(body).into_owned();
    let body = serde_json::from_slice(body).unwrap_or(Value::String(text));
    Ok(Answer { status, head, body })
}

/// Tries until it succeeds; panics with the last error after a while.
pub(crate) fn poll<T>(mut attempt: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match attempt() {
            Ok(value) => return value,
            Err(last) => assert!(Instant::now() < deadline, "too late: {last}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn started(run_task: &Value) -> String {
    assert_eq!(run_task["failures"], json!([]));
    run_task["tasks"][0]["taskArn"]
        .as_str()
        .expect("one task was started")
        .to_owned()
}

/// A scenario with the image `everruns-admin`, which runs its command by a shell.
pub(crate) fn scenario(more: &Value) -> Scenario {
    let mut scenario: Scenario =
        serde_json::from_value(more.clone()).expect("the test's scenario is right");
    let image = Image {
        program: "/bin/sh".to_owned(),
        args: vec!["-c".to_owned()],
    };
    scenario.images.insert("everruns-admin".to_owned(), image);
    scenario
}

pub(crate) fn start(more: &Value) -> (Emulator, Client) {
    let emulator = Emulator::start(scenario(more)).expect("there is a free port");
    emulator.create_log_group(GROUP);
    let client = Client::new(&emulator);
    (emulator, client)
}

/// A container that runs this script and logs to the group of the tests.
pub(crate) fn container(name: &str, script: &str) -> Value {
    json!({
        "name": name,
        "image": "registry.example/everruns-admin:v1",
        "command": [script],
        "logConfiguration": {"logDriver": "awslogs", "options": {
            "awslogs-group": GROUP,
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "admin",
        }},
    })
}

pub(crate) fn definition(family: &str, containers: &[Value]) -> Value {
    json!({
        "family": family,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": "arn:aws:iam::000000000000:role/execution",
        "containerDefinitions": containers,
    })
}

/// Registers a definition with one container, `admin`, and starts a task of it.
pub(crate) fn run_script(emulator: &Emulator, client: &Client, script: &str) -> String {
    let arn = emulator.register(definition("admin", &[container("admin", script)]));
    client.run(&arn)
}

pub(crate) fn run_request(family: &str) -> Value {
    json!({
        "cluster": "everruns",
        "taskDefinition": family,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
    })
}
