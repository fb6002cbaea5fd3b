//! `CloudWatch` Logs.

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::operation::describe_log_streams::DescribeLogStreamsError;
use aws_sdk_cloudwatchlogs::operation::get_log_events::GetLogEventsError;

use super::clients::Aws;
use crate::model::log::{LogEvent, LogPage, LogStream, ReadFrom};
use crate::ports::{CallError, Logs, ReadError};

const OPERATION: &str = "GetLogEvents";
const DESCRIBE_STREAMS: &str = "DescribeLogStreams";

#[async_trait]
impl Logs for Aws {
    async fn read(&self, stream: &LogStream, from: &ReadFrom) -> Result<LogPage, ReadError> {
        let mut request = self
            .logs(&stream.region)
            .await
            .get_log_events()
            .log_group_name(&stream.group)
            .log_stream_name(&stream.name)
            .start_from_head(true);
        match from {
            ReadFrom::Head => {}
            ReadFrom::Token(token) => request = request.next_token(token),
            ReadFrom::Time(time) => request = request.start_time(*time),
        }
        match request.send().await {
            Ok(answer) => Ok(LogPage {
                next_token: answer.next_forward_token,
                events: answer
                    .events
                    .unwrap_or_default()
                    .into_iter()
                    .map(|event| LogEvent {
                        timestamp: event.timestamp.unwrap_or_default(),
                        ingestion_time: event.ingestion_time,
                        message: event.message.unwrap_or_default(),
                    })
                    .collect(),
            }),
            Err(error) => {
                let call = self.failed(OPERATION, &error);
                Err(match error.as_service_error() {
                    Some(GetLogEventsError::ResourceNotFoundException(_)) => missing(&call),
                    Some(GetLogEventsError::InvalidParameterException(_))
                        if is_about_token(&call, from) =>
                    {
                        ReadError::TokenExpired
                    }
                    _ => ReadError::Call(call),
                })
            }
        }
    }

    async fn stream_names(
        &self,
        region: &str,
        group: &str,
        beginning: &str,
    ) -> Result<Vec<String>, ReadError> {
        let request = self
            .logs(region)
            .await
            .describe_log_streams()
            .log_group_name(group)
            .log_stream_name_prefix(beginning);
        match request.send().await {
            Ok(answer) => Ok(answer
                .log_streams
                .unwrap_or_default()
                .into_iter()
                .filter_map(|stream| stream.log_stream_name)
                .collect()),
            Err(error) => {
                let call = self.failed(DESCRIBE_STREAMS, &error);
                Err(match error.as_service_error() {
                    Some(DescribeLogStreamsError::ResourceNotFoundException(_)) => {
                        ReadError::GroupMissing
                    }
                    _ => ReadError::Call(call),
                })
            }
        }
    }
}

/// AWS has one exception for a missing group and a missing stream; the message tells them apart.
fn missing(error: &CallError) -> ReadError {
    if error.message.to_ascii_lowercase().contains("log group") {
        ReadError::GroupMissing
    } else {
        ReadError::StreamMissing
    }
}

/// A refusal of a request with a token, by its message or because nothing else in it can be wrong:
/// group and stream were taken before.
fn is_about_token(error: &CallError, from: &ReadFrom) -> bool {
    matches!(from, ReadFrom::Token(_)) && error.message.to_ascii_lowercase().contains("token")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::CallErrorKind;

    fn error(message: &str) -> CallError {
        CallError {
            operation: OPERATION,
            kind: CallErrorKind::Rejected,
            code: None,
            message: message.to_owned(),
        }
    }

    #[test]
    fn what_is_missing() {
        assert_eq!(
            missing(&error("The specified log group does not exist.")),
            ReadError::GroupMissing
        );
        assert_eq!(
            missing(&error("The specified log stream does not exist.")),
            ReadError::StreamMissing
        );
    }

    #[test]
    fn only_a_token_that_was_sent_can_have_expired() {
        let expired = error("The specified nextToken is invalid.");
        assert!(is_about_token(&expired, &ReadFrom::Token("f/1".into())));
        assert!(!is_about_token(&expired, &ReadFrom::Head));
        assert!(!is_about_token(
            &error("limit"),
            &ReadFrom::Token("f/1".into())
        ));
    }
}
