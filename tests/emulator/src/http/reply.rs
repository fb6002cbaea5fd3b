//! Answers, whole and cut.

use std::fmt;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body;
use hyper::body::Frame;
use hyper::body::SizeHint;
use hyper::header::CONTENT_TYPE;
use hyper::header::HeaderName;
use hyper::header::HeaderValue;
use serde_json::Value;

use crate::arn;
use crate::http::protocol::Invocation;
use crate::refusal::Refusal;
use crate::xml;

const JSON: &str = "application/x-amz-json-1.1";
const XML: &str = "text/xml";

/// The connection shall be closed here and now.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}

/// A body of which perhaps only a half arrives.
#[derive(Debug)]
pub(crate) struct ReplyBody {
    announced: u64,
    to_send: Bytes,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Whole,
    /// It is cut after what is sent.
    Half,
    /// Half is sent; hyper gets the chance to flush it.
    Flushing,
    Cut,
}

impl ReplyBody {
    fn whole(bytes: Bytes) -> Self {
        Self {
            announced: bytes.len() as u64,
            to_send: bytes,
            state: State::Whole,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if !self.to_send.is_empty() {
            if self.state == State::Half {
                self.state = State::Flushing;
            }
            let bytes = std::mem::take(&mut self.to_send);
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.state {
            State::Whole => Poll::Ready(None),
            State::Flushing => {
                self.state = State::Cut;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            State::Half | State::Cut => Poll::Ready(Some(Err(Cut))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.state == State::Whole && self.to_send.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

/// The answer of an operation, or why there is none.
pub(crate) fn answer(call: &Invocation, result: Result<Vec<u8>, Refusal>) -> Response<ReplyBody> {
    let request_id = arn::random_uuid();
    let is_xml = call.service.is_xml();
    let (status, code, body) = match result {
        Ok(body) if is_xml => {
            let elements = String::from_utf8_lossy(&body);
            let whole = xml::answer(call.service, &call.operation, &elements, &request_id);
            (200, None, whole.into_bytes())
        }
        Ok(body) => (200, None, body),
        Err(refusal) => {
            let body = if is_xml {
                xml::error(call.service, &refusal, &request_id)
            } else {
                refusal.json().to_string()
            };
            (refusal.status, Some(refusal.code), body.into_bytes())
        }
    };
    let mut response = plain(status, if is_xml { XML } else { JSON }, body);
    let headers = response.headers_mut();
    set(headers, "x-amzn-requestid", &request_id);
    if let Some(code) = code {
        set(headers, "x-amzn-errortype", &code);
    }
    response
}

/// An answer in JSON that is not AWS's.
pub(crate) fn own(status: u16, body: &Value) -> Response<ReplyBody> {
    plain(status, "application/json", body.to_string().into_bytes())
}

fn plain(status: u16, content_type: &'static str, body: Vec<u8>) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::whole(body.into()));
    // A scenario may name a status that is none.
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn set(headers: &mut hyper::HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Announces the whole body and sends half of it.
pub(crate) fn halved(response: Response<ReplyBody>) -> Response<ReplyBody> {
    response.map(|body| ReplyBody {
        to_send: body.to_send.slice(..body.to_send.len() / 2),
        state: State::Half,
        ..body
    })
}
