//! ministack: ECS, `CloudWatch` Logs and Secrets Manager over a Docker engine.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, io};

use serde_json::{Value, json};

use crate::daemon::{Daemon, bound_to_us};
use crate::docker::Docker;
use crate::http::{self, Request};

pub(crate) const REGION: &str = "us-east-1";

pub(crate) struct Ministack {
    _daemon: Daemon,
    port: u16,
}

impl Ministack {
    /// Its awsvpc tasks join the network of the container `network`.
    pub(crate) fn start(
        program: &Path,
        docker: &Docker,
        network: &str,
        folder: &Path,
    ) -> Result<Self, String> {
        let port = http::free_port()?;
        let mut command = bound_to_us(program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .env("S3_DATA_DIR", folder.join("s3"))
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env(
                "DOCKER_HOST",
                format!("unix://{}", docker.socket().display()),
            )
            // It looks for the container that it runs in itself, to put its tasks beside it.
            .env("HOSTNAME", network);
        let mut daemon = Daemon::start("ministack", &mut command, folder)?;
        let health = Request {
            method: "GET",
            path: "/_ministack/health",
            headers: &[],
            body: &[],
        };
        daemon.wait_until(|| http::send_to(port, &health).is_ok())?;
        Ok(Self {
            _daemon: daemon,
            port,
        })
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn create_log_group(&self, name: &str) -> io::Result<()> {
        let input = json!({"logGroupName": name});
        self.call("logs", "Logs_20140328.CreateLogGroup", &input)
            .map(drop)
    }

    /// Stores a secret and gives its ARN.
    pub(crate) fn create_secret(&self, name: &str, value: &str) -> io::Result<String> {
        let input = json!({"Name": name, "SecretString": value});
        let output = self.call("secretsmanager", "secretsmanager.CreateSecret", &input)?;
        let arn = output["ARN"].as_str().map(str::to_owned);
        arn.ok_or_else(|| io::Error::other(format!("no ARN: {output}")))
    }

    pub(crate) fn register_task_definition(&self, definition: &Value) -> io::Result<()> {
        let target = "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition";
        self.call("ecs", target, definition).map(drop)
    }

    /// Every task of a family, whatever became of it: stopped ones are not forgotten.
    pub(crate) fn tasks(&self, cluster: &str, family: &str) -> io::Result<BTreeSet<String>> {
        let mut tasks = BTreeSet::new();
        // In this order: a task that ends between the two answers stands in both, not in neither.
        for status in ["RUNNING", "STOPPED"] {
            tasks.extend(self.list(cluster, family, status)?);
        }
        Ok(tasks)
    }

    /// Those that run.
    pub(crate) fn running(&self, cluster: &str, family: &str) -> io::Result<BTreeSet<String>> {
        self.list(cluster, family, "RUNNING")
    }

    fn list(&self, cluster: &str, family: &str, status: &str) -> io::Result<BTreeSet<String>> {
        let input = json!({"cluster": cluster, "family": family, "desiredStatus": status});
        let target = "AmazonEC2ContainerServiceV20141113.ListTasks";
        let output = self.call("ecs", target, &input)?;
        let arns = output["taskArns"].as_array().into_iter().flatten();
        Ok(arns.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    fn call(&self, service: &str, target: &str, input: &Value) -> io::Result<Value> {
        // The signature is not looked at, but the region and the account are taken from here.
        let scope = format!("AKIDEXAMPLE/20260101/{REGION}/{service}/aws4_request");
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let headers = &[
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", target),
            ("Authorization", &authorization),
        ];
        let body = input.to_string();
        let request = Request {
            method: "POST",
            path: "/",
            headers,
            body: body.as_bytes(),
        };
        http::json(&http::send_to(self.port, &request)?)
    }
}
