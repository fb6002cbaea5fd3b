//! Counting requests as they are sent, and telling of each once it is answered.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use crate::model::call::ApiCall;
use crate::ports::CallCount;

/// AWS's id of a request, in its answer's headers.
const REQUEST_ID: &str = "x-amzn-requestid";

/// Counts each request that is sent, retries included, by operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Counter {
    counts: Arc<Mutex<BTreeMap<String, u64>>>,
    /// Who wants to know of each, if anybody does.
    listener: Option<Sender<ApiCall>>,
}

/// When a request was sent.
#[derive(Debug)]
struct Sent(Instant);

impl Storable for Sent {
    type Storer = StoreReplace<Self>;
}

impl Counter {
    pub(super) fn new(listener: Option<Sender<ApiCall>>) -> Self {
        Self {
            counts: Arc::default(),
            listener,
        }
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Counter {
    fn name(&self) -> &'static str {
        "Counter"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(operation) = bag.load::<Metadata>() {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            *counts.entry(operation.name().to_owned()).or_default() += 1;
        }
        bag.interceptor_state().store_put(Sent(Instant::now()));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // A request that was never sent has no time, and is not told.
        if let (Some(listener), Some(operation), Some(Sent(sent))) =
            (&self.listener, bag.load::<Metadata>(), bag.load::<Sent>())
        {
            let answer = context.response();
            let call = ApiCall {
                operation: operation.name().to_owned(),
                took: sent.elapsed(),
                status: answer.map(|answer| answer.status().as_u16()),
                request_id: answer
                    .and_then(|answer| answer.headers().get(REQUEST_ID))
                    .map(str::to_owned),
            };
            // Whoever listened may be gone.
            let _ = listener.send(call);
        }
        Ok(())
    }
}

impl CallCount for Counter {
    fn calls(&self) -> BTreeMap<String, u64> {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
