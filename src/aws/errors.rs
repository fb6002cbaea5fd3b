//! The SDK's errors in our words, once.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;

use crate::ports::{CallError, CallErrorKind};

/// Translates an error of the SDK.
pub(super) fn translate<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let no_credentials = has_source::<CredentialsError>(error);
    match error {
        // A good answer that cannot be read was cut on its way.
        SdkError::ServiceError(context) if context.raw().status().is_success() => {
            transport(operation, CallErrorKind::Network, error)
        }
        SdkError::ServiceError(context) => {
            let code = context.err().code().map(str::to_owned);
            let message = context
                .err()
                .message()
                .map_or_else(|| chain(context.err()), str::to_owned);
            let status = context.raw().status().as_u16();
            CallError {
                operation,
                kind: kind_of_answer(code.as_deref(), &message, status),
                code,
                message,
            }
        }
        _ if no_credentials => CallError {
            operation,
            kind: CallErrorKind::Credentials,
            code: None,
            message: format!("no usable AWS credentials: {}", chain(error)),
        },
        SdkError::ConstructionFailure(_) => transport(operation, CallErrorKind::NotSent, error),
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            transport(operation, CallErrorKind::NotSent, error)
        }
        _ => transport(operation, CallErrorKind::Network, error),
    }
}

fn transport<E>(
    operation: &'static str,
    kind: CallErrorKind,
    error: &SdkError<E, HttpResponse>,
) -> CallError
where
    E: Error + 'static,
{
    CallError {
        operation,
        kind,
        code: None,
        message: chain(error),
    }
}

/// What kind of refusal an answer is, by AWS's common errors.
fn kind_of_answer(code: Option<&str>, message: &str, status: u16) -> CallErrorKind {
    let code = code.unwrap_or_default();
    // Throttling by another service hides behind a refusal, for example
    // `InvalidParameterException: … (ErrorCode: RequestLimitExceeded)` of RunTask.
    let throttled = [
        "Throttl",
        "TooManyRequests",
        "RequestLimitExceeded",
        "SlowDown",
    ];
    if throttled.iter().any(|word| code.contains(word))
        || message.contains("RequestLimitExceeded")
        || message.contains("Rate exceeded")
    {
        return CallErrorKind::Throttled;
    }
    let credentials = [
        "ExpiredToken",
        "UnrecognizedClient",
        "InvalidClientTokenId",
        "InvalidSignature",
        "SignatureDoesNotMatch",
        "MissingAuthenticationToken",
        "IncompleteSignature",
        "InvalidAccessKeyId",
    ];
    if credentials.iter().any(|word| code.contains(word)) {
        return CallErrorKind::Credentials;
    }
    if code.contains("AccessDenied")
        || code.contains("Unauthorized")
        || code.contains("NotAuthorized")
    {
        return CallErrorKind::Denied;
    }
    if status >= 500 || code == "ServerException" || code == "ServiceUnavailableException" {
        return CallErrorKind::Service;
    }
    CallErrorKind::Rejected
}

/// The error and its causes, without repeating what a cause already says.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    if text.is_empty() {
        text = DisplayErrorContext(error).to_string();
    }
    text
}

fn has_source<T: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<T>() {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_answers() {
        for (code, message, status, kind) in [
            (
                "ThrottlingException",
                "Rate exceeded",
                400,
                CallErrorKind::Throttled,
            ),
            (
                "InvalidParameterException",
                "No Fargate … (ErrorCode: RequestLimitExceeded)",
                400,
                CallErrorKind::Throttled,
            ),
            (
                "AccessDeniedException",
                "not authorized to perform",
                400,
                CallErrorKind::Denied,
            ),
            (
                "ExpiredTokenException",
                "expired",
                400,
                CallErrorKind::Credentials,
            ),
            (
                "UnrecognizedClientException",
                "invalid",
                400,
                CallErrorKind::Credentials,
            ),
            ("ServerException", "oops", 500, CallErrorKind::Service),
            ("", "", 503, CallErrorKind::Service),
            (
                "ClusterNotFoundException",
                "Cluster not found.",
                400,
                CallErrorKind::Rejected,
            ),
        ] {
            assert_eq!(kind_of_answer(Some(code), message, status), kind, "{code}");
        }
    }
}
