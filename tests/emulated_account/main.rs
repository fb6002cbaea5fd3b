//! What the emulated account answers, read by the AWS SDK: each operation that `check` may ask.

mod broken_network;
mod identity;
mod images;
mod sound_network;
mod values;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_ec2::types::Filter;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ecs_emulator::Emulator;
use serde_json::{Value, json};

const ACCOUNT: &str = "000000000000";

/// An emulator with this account, and the way to it.
async fn account(account: Value) -> (Emulator, SdkConfig) {
    scenario(json!({"account": account})).await
}

async fn scenario(scenario: Value) -> (Emulator, SdkConfig) {
    let scenario = serde_json::from_value(scenario).expect("the test's scenario is right");
    let emulator = Emulator::start(scenario).expect("a free port");
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(emulator.url())
        .credentials_provider(credentials)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .load()
        .await;
    (emulator, config)
}

/// Code and message of a refusal.
fn refusal<T: std::fmt::Debug, E: ProvideErrorMetadata>(answer: Result<T, E>) -> (String, String) {
    let error = answer.expect_err("it is refused");
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (text(error.code()), text(error.message()))
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
