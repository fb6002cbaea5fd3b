//! `ListAccountSettings`.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::arn;

const LOG_DRIVER_MODE: &str = "defaultLogDriverMode";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListRequest {
    name: Option<String>,
    #[serde(default)]
    effective_settings: bool,
}

/// A setting that was never made is listed only where what is in force is asked for.
pub(crate) fn list_account_settings(account: &Account, request: &ListRequest) -> Value {
    let usual = || request.effective_settings.then_some("non-blocking");
    let mode = account.log_driver_mode.as_deref().or_else(usual);
    let is_asked_for = request
        .name
        .as_deref()
        .is_none_or(|it| it == LOG_DRIVER_MODE);
    let settings = mode.filter(|_| is_asked_for).map(|mode| {
        json!({
            "name": LOG_DRIVER_MODE,
            "value": mode,
            "principalArn": format!("arn:aws:iam::{}:root", arn::ACCOUNT),
            "type": "user",
        })
    });
    json!({"settings": settings.into_iter().collect::<Vec<_>>()})
}
