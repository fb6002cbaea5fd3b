//! Answers of AWS as they were once recorded, for tests.

use std::future::Future;

use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use futures_util::future::FutureExt as _;

use super::clients::Aws;

/// A request that was sent.
pub(super) struct Sent {
    pub(super) uri: String,
    pub(super) body: String,
}

/// AWS that gives these answers, one after the other, and what keeps the requests.
pub(super) fn replaying(
    answers: impl IntoIterator<Item = ReplayEvent>,
) -> (Aws, StaticReplayClient) {
    let client = StaticReplayClient::new(answers.into_iter().collect());
    (Aws::replaying(client.clone()), client)
}

pub(super) fn answer(status: u16, body: &str) -> ReplayEvent {
    let status = status.try_into().expect("a status");
    let answer = HttpResponse::new(status, SdkBody::from(body));
    ReplayEvent::new(HttpRequest::empty(), answer)
}

/// How AWS refuses what no policy allows.
pub(super) fn denied(permission: &str) -> ReplayEvent {
    answer(
        400,
        &format!(
            r#"{{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/ana is not authorized to perform: {permission} because no identity-based policy allows the {permission} action"}}"#
        ),
    )
}

/// What was sent, in its order.
pub(super) fn sent(client: &StaticReplayClient) -> Vec<Sent> {
    let text = |request: &HttpRequest| {
        let body = request.body().bytes().unwrap_or_default();
        String::from_utf8_lossy(body).into_owned()
    };
    let requests = client.actual_requests();
    requests
        .map(|request| Sent {
            uri: request.uri().to_owned(),
            body: text(request),
        })
        .collect()
}

/// The end of what never waits: an answer that is replayed is there at once.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing to wait for")
}
