//! Answers of AWS as they were once recorded, for tests.
//!
//! The SDK's own test client does the same, but it brings a feature of `serde_json` with it that
//! changes the order in which this program writes the keys of an object.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::clients::Aws;

/// An answer that was recorded.
#[derive(Debug)]
pub(super) struct Answer {
    status: u16,
    body: String,
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) uri: String,
    pub(super) body: String,
}

/// Gives answers, one after the other, and keeps the requests.
#[derive(Debug, Clone)]
pub(super) struct Recording {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl HttpConnector for Recording {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().unwrap_or_default();
        let sent = Sent {
            uri: request.uri().to_owned(),
            body: String::from_utf8_lossy(body).into_owned(),
        };
        held(&self.sent).push(sent);
        let answer = held(&self.answers).pop_front();
        HttpConnectorFuture::ready(match answer {
            Some(answer) => {
                let status = answer.status.try_into().expect("a status");
                Ok(HttpResponse::new(status, SdkBody::from(answer.body)))
            }
            None => Err(ConnectorError::other("no answer is left".into(), None)),
        })
    }
}

impl HttpClient for Recording {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn held<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// AWS that gives these answers, one after the other, and what keeps the requests.
pub(super) fn replaying(answers: impl IntoIterator<Item = Answer>) -> (Aws, Recording) {
    let client = Recording {
        answers: Arc::new(Mutex::new(answers.into_iter().collect())),
        sent: Arc::default(),
    };
    (Aws::replaying(client.clone()), client)
}

pub(super) fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        body: body.to_owned(),
    }
}

/// How AWS refuses what no policy allows.
pub(super) fn denied(permission: &str) -> Answer {
    answer(
        400,
        &format!(
            r#"{{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/ana is not authorized to perform: {permission} because no identity-based policy allows the {permission} action"}}"#
        ),
    )
}

/// What was sent, in its order.
pub(super) fn sent(client: &Recording) -> Vec<Sent> {
    held(&client.sent).clone()
}

/// The end of what never waits: an answer that is replayed is there at once. Pages take a few
/// polls, each of which asks for the next.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000 {
        if let Poll::Ready(found) = future.as_mut().poll(&mut context) {
            return found;
        }
    }
    panic!("it waits for something that does not come");
}
