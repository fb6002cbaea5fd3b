//! One request and its answer, faults included.

use std::time::SystemTime;

use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::Response;
use hyper::body::Incoming;
use serde_json::Value;
use serde_json::json;

use crate::clock::Moment;
use crate::dispatch;
use crate::faults::FaultAction;
use crate::faults::Strike;
use crate::http::administration;
use crate::http::protocol::Invocation;
use crate::http::reply;
use crate::http::reply::Cut;
use crate::http::reply::ReplyBody;
use crate::refusal::Refusal;
use crate::views::Call;
use crate::world::Context;
use crate::world::Shared;

/// `Err` closes the connection.
pub(crate) async fn exchange(
    world: Shared,
    request: Request<Incoming>,
) -> Result<Response<ReplyBody>, Cut> {
    let (head, body) = request.into_parts();
    let bytes = body.collect().await.map_err(|_| Cut)?.to_bytes();
    if let Some(page) = head.uri.path().strip_prefix("/_emulator/") {
        return Ok(administration::answer(&world, &head.method, page, &bytes));
    }
    let call = Invocation::read(&head, &bytes);
    drop(bytes);
    let strike = arrive(&world, &call);
    tokio::time::sleep(strike.latency).await;
    let perform = || reply::answer(&call, perform(&world, &call));
    match strike.action {
        None | Some(FaultAction::Latency { .. }) => Ok(perform()),
        Some(FaultAction::Hang) => std::future::pending().await,
        Some(FaultAction::HangAfter) => {
            perform();
            std::future::pending().await
        }
        Some(FaultAction::CutBefore) => Err(Cut),
        Some(FaultAction::CutAfter) => {
            perform();
            Err(Cut)
        }
        Some(FaultAction::CutBody) => Ok(reply::halved(perform())),
        Some(FaultAction::Error {
            status,
            code,
            message,
        }) => {
            let refusal = Refusal::new(&code, message).with_status(status);
            Ok(reply::answer(&call, Err(refusal)))
        }
        Some(FaultAction::RunTaskFailures { failures }) => {
            let body = json!({"tasks": [], "failures": failures}).to_string();
            Ok(reply::answer(&call, Ok(body.into_bytes())))
        }
    }
}

/// Writes the call down and asks the rules about it.
fn arrive(world: &Shared, call: &Invocation) -> Strike {
    let mut world = world.lock();
    world.calls.push(Call {
        operation: call.operation.clone(),
        at: SystemTime::now(),
        body: call.body.clone().unwrap_or(Value::Null),
    });
    if world.scenario.expired_keys.contains(&call.access_key) {
        return Strike::expired();
    }
    world.faults.strike(&call.operation)
}

fn perform(world: &Shared, call: &Invocation) -> Result<Vec<u8>, Refusal> {
    let body = call
        .body
        .as_ref()
        .map_err(|error| Refusal::new("SerializationException", error.clone()))?;
    let mut world = world.lock();
    let context = Context {
        region: call.region.clone(),
        endpoint: call.endpoint.clone(),
        now: Moment::now(),
    };
    dispatch::perform(&mut world, &context, call.service, &call.operation, body)
}
