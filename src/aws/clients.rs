//! The SDK's clients: made when first needed, with one HTTPS client between them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatchlogs as cloudwatchlogs;
use aws_sdk_ecs as ecs;

use super::count::Counter;
use super::https;
use crate::ports::CallCount;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one attempt may take: a full page of a log is a megabyte.
const ATTEMPT: Duration = Duration::from_secs(20);

/// AWS, as one region and one identity see it.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
    pub(super) counter: Counter,
    pub(super) ecs: ecs::Client,
    logs: Mutex<HashMap<String, cloudwatchlogs::Client>>,
}

impl Aws {
    /// Finds endpoint and credentials' sources as every AWS tool does. Sends nothing.
    pub async fn connect(region: &str, profile: Option<&str>) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ATTEMPT)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(https::client())
            .timeout_config(timeouts);
        if let Ok(name) = AppName::new("run-admin-task") {
            loader = loader.app_name(name);
        }
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        let counter = Counter::default();
        let ecs = ecs::config::Builder::from(&config)
            .interceptor(counter.clone())
            .build();
        Self {
            ecs: ecs::Client::from_conf(ecs),
            logs: Mutex::default(),
            counter,
            config,
        }
    }

    /// The client of a region's `CloudWatch` Logs: a log group may live in another region than
    /// its task. Polls are not retried by the SDK: the engine paces them.
    pub(super) fn logs(&self, region: &str) -> cloudwatchlogs::Client {
        let mut clients = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        clients
            .entry(region.to_owned())
            .or_insert_with(|| {
                let config = cloudwatchlogs::config::Builder::from(&self.config)
                    .region(Region::new(region.to_owned()))
                    .retry_config(RetryConfig::disabled())
                    .interceptor(self.counter.clone())
                    .build();
                cloudwatchlogs::Client::from_conf(config)
            })
            .clone()
    }
}

impl CallCount for Aws {
    fn calls(&self) -> std::collections::BTreeMap<String, u64> {
        self.counter.calls()
    }
}
