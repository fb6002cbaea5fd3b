//! Answers of AWS as they come over the wire, for tests of what is made of them.

use aws_smithy_http_client::test_util::ReplayEvent;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// One answer. Whatever was asked gets it, in the order in which answers are given.
pub(super) fn answer(status: u16, body: &str) -> ReplayEvent {
    let status = StatusCode::try_from(status).expect("a status");
    ReplayEvent::new(
        HttpRequest::empty(),
        HttpResponse::new(status, SdkBody::from(body)),
    )
}
