//! Whether a request may have been carried out although its answer was lost.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::config_bag::ConfigBag;

/// Remembers attempts that AWS may have carried out without a sound answer. Retries follow one
/// another: the last refusal says nothing about an earlier attempt.
#[derive(Debug, Clone, Default)]
pub(super) struct Doubt {
    answer_lost: Arc<AtomicBool>,
    aws_failed: Arc<AtomicBool>,
}

impl Doubt {
    /// Whether an attempt was sent and no answer came.
    pub(super) fn was_answer_lost(&self) -> bool {
        self.answer_lost.load(Ordering::Relaxed)
    }

    /// Whether an attempt was answered with HTTP 5xx.
    pub(super) fn has_aws_failed(&self) -> bool {
        self.aws_failed.load(Ordering::Relaxed)
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Doubt {
    fn name(&self) -> &'static str {
        "Doubt"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let status = context.response().map(HttpResponse::status);
        let failed_inside = status.is_some_and(|status| status.as_u16() >= 500);
        let lost = match context.output_or_error() {
            Some(Err(error)) => {
                // A good answer that cannot be read was cut on its way.
                status.is_some_and(StatusCode::is_success)
                    || error.is_timeout_error()
                    || error.is_response_error()
                    || error.as_connector_error().is_some_and(was_sent)
            }
            _ => false,
        };
        self.aws_failed.fetch_or(failed_inside, Ordering::Relaxed);
        self.answer_lost
            .fetch_or(lost && !failed_inside, Ordering::Relaxed);
        Ok(())
    }
}

/// Whether a connection was there to send the request on. Where that is not certain, it was.
fn was_sent(error: &ConnectorError) -> bool {
    if error.is_user() {
        return false;
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        // hyper-util's words for a failure before there was a connection.
        if error.to_string().contains("client error (Connect)") {
            return false;
        }
        cause = error.source();
    }
    true
}
