//! The HTTPS client between the SDK's clients: rustls with ring, the system's certificates, and
//! the proxy that the environment names.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[cfg(feature = "preflight")]
use aws_config::SdkConfig;
use aws_sdk_ecs::config::SharedAsyncSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// How long a connection, and then each piece of an answer, may take beside the SDK.
#[cfg(feature = "preflight")]
const PLAIN: Duration = Duration::from_secs(5);

/// Connect and read time limits.
type Limits = (Option<Duration>, Option<Duration>);

/// A client that honours `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
///
/// The SDK asks for a connector with each request; one connector for each set of time limits
/// keeps its connections open between requests.
pub(super) fn client() -> SharedHttpClient {
    let connectors: Mutex<HashMap<Limits, SharedHttpConnector>> = Mutex::default();
    http_client_fn(move |settings, components| {
        let limits = (settings.connect_timeout(), settings.read_timeout());
        let mut connectors = connectors.lock().unwrap_or_else(PoisonError::into_inner);
        connectors
            .entry(limits)
            .or_insert_with(|| SharedHttpConnector::new(connector(settings, components)))
            .clone()
    })
}

/// A connector for what no API of AWS gives: an address that one of them told.
#[cfg(feature = "preflight")]
pub(super) fn plain(config: &SdkConfig) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(PLAIN)
        .read_timeout(PLAIN)
        .build();
    SharedHttpConnector::new(made(&settings, config.sleep_impl()))
}

fn connector(settings: &HttpConnectorSettings, components: &RuntimeComponents) -> Connector {
    made(settings, components.sleep_impl())
}

fn made(settings: &HttpConnectorSettings, sleep: Option<SharedAsyncSleep>) -> Connector {
    let mut builder = Connector::builder()
        .connector_settings(settings.clone())
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::Rustls(CryptoMode::Ring));
    builder.set_sleep_impl(sleep);
    builder.build()
}
