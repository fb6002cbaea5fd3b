//! The SDK's clients: made when first needed, with one HTTPS client between them.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatchlogs as cloudwatchlogs;
use aws_sdk_ecs as ecs;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::count::Counter;
use super::errors::translate;
use super::https;
use crate::model::call::ApiCall;
use crate::ports::{CallCount, CallError, CallErrorKind};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one attempt may take: a full page of a log is a megabyte.
const ATTEMPT: Duration = Duration::from_secs(20);

/// AWS, as one region and one identity see it.
#[derive(Debug)]
pub struct Aws {
    region: String,
    profile: Option<String>,
    http: SharedHttpClient,
    pub(super) counter: Counter,
    clients: Mutex<Arc<Clients>>,
    /// Whether AWS has refused the credentials: then the next call looks for others.
    refused: AtomicBool,
}

/// The clients of one identity, as it was found.
#[derive(Debug)]
struct Clients {
    config: SdkConfig,
    ecs: ecs::Client,
    logs: Mutex<HashMap<String, cloudwatchlogs::Client>>,
}

impl Aws {
    /// Finds endpoint and credentials' sources as every AWS tool does. Sends nothing. `listener`
    /// is told of each request to come.
    pub async fn connect(
        region: &str,
        profile: Option<&str>,
        listener: Option<Sender<ApiCall>>,
    ) -> Self {
        let http = https::client();
        let counter = Counter::new(listener);
        let clients = Clients::find(region, profile, &http, &counter).await;
        Self {
            region: region.to_owned(),
            profile: profile.map(str::to_owned),
            http,
            counter,
            clients: Mutex::new(Arc::new(clients)),
            refused: AtomicBool::new(false),
        }
    }

    /// AWS that is no further than this client, for tests: it has no credentials to look for and
    /// nothing to wait for.
    #[cfg(test)]
    pub(super) fn replaying(client: super::replay::Recording) -> Self {
        let http = SharedHttpClient::new(client);
        let counter = Counter::new(None);
        let credentials =
            aws_credential_types::Credentials::new("AKIDTEST", "test", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(
                aws_credential_types::provider::SharedCredentialsProvider::new(credentials),
            )
            .identity_cache(aws_config::identity::IdentityCache::no_cache())
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(
                aws_config::stalled_stream_protection::StalledStreamProtectionConfig::disabled(),
            )
            .http_client(http.clone())
            .build();
        Self {
            region: "us-east-1".to_owned(),
            profile: None,
            http,
            clients: Mutex::new(Arc::new(Clients::of(config, &counter))),
            counter,
            refused: AtomicBool::new(false),
        }
    }

    /// The client of ECS.
    pub(super) async fn ecs(&self) -> ecs::Client {
        self.current().await.ecs.clone()
    }

    /// Endpoint, credentials' sources and HTTPS client, for the clients of other services: region,
    /// retries and what else differs is theirs to set.
    pub(super) async fn config(&self) -> SdkConfig {
        self.current().await.config.clone()
    }

    /// The client of a region's `CloudWatch` Logs: a log group may live in another region than
    /// its task.
    pub(super) async fn logs(&self, region: &str) -> cloudwatchlogs::Client {
        self.current().await.logs(region, &self.counter)
    }

    /// Translates an error, and remembers one about credentials.
    pub(super) fn failed<E>(
        &self,
        operation: &'static str,
        error: &SdkError<E, HttpResponse>,
    ) -> CallError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let error = translate(operation, error);
        if error.kind == CallErrorKind::Credentials {
            self.refused.store(true, Ordering::Relaxed);
        }
        error
    }

    /// The clients to use now. Where AWS has refused the credentials, their sources are read anew:
    /// somebody may have logged in meanwhile, and the SDK keeps what it once read.
    async fn current(&self) -> Arc<Clients> {
        if self.refused.swap(false, Ordering::Relaxed) {
            let (profile, http) = (self.profile.as_deref(), &self.http);
            let found = Clients::find(&self.region, profile, http, &self.counter).await;
            *self.clients.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
        }
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&clients)
    }
}

impl Clients {
    async fn find(
        region: &str,
        profile: Option<&str>,
        http: &SharedHttpClient,
        counter: &Counter,
    ) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ATTEMPT)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(http.clone())
            .timeout_config(timeouts);
        if let Ok(name) = AppName::new("run-admin-task") {
            loader = loader.app_name(name);
        }
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        Self::of(loader.load().await, counter)
    }

    fn of(config: SdkConfig, counter: &Counter) -> Self {
        let ecs = ecs::config::Builder::from(&config)
            .interceptor(counter.clone())
            .build();
        Self {
            ecs: ecs::Client::from_conf(ecs),
            logs: Mutex::default(),
            config,
        }
    }

    /// Polls are not retried by the SDK: the engine paces them.
    fn logs(&self, region: &str, counter: &Counter) -> cloudwatchlogs::Client {
        let mut clients = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        clients
            .entry(region.to_owned())
            .or_insert_with(|| {
                let config = cloudwatchlogs::config::Builder::from(&self.config)
                    .region(Region::new(region.to_owned()))
                    .retry_config(RetryConfig::disabled())
                    .interceptor(counter.clone())
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
