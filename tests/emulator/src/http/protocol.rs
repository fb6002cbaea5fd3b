//! Which operation a request asks for: AWS JSON 1.1, and the query protocol of STS.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::Map;
use serde_json::Value;

use crate::arn;

/// The services that are emulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Ecs,
    Logs,
    Secrets,
    Sts,
    Unknown,
}

/// A request, understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Invocation {
    pub(crate) service: Service,
    pub(crate) operation: String,
    pub(crate) region: String,
    /// Who signed it.
    pub(crate) access_key: String,
    /// `Err` has what is wrong with it.
    pub(crate) body: Result<Value, String>,
}

impl Invocation {
    pub(crate) fn read(head: &Parts, bytes: &Bytes) -> Self {
        let target = text(&head.headers, "x-amz-target");
        let authorization = text(&head.headers, "authorization").unwrap_or_default();
        let region = signed_by(authorization, 2).unwrap_or(arn::DEFAULT_REGION);
        let access_key = signed_by(authorization, 0).unwrap_or_default();
        let Some((prefix, operation)) = target.and_then(|target| target.split_once('.')) else {
            return Self::read_form(bytes, region, access_key);
        };
        Self {
            service: service(prefix),
            operation: operation.to_owned(),
            region: region.to_owned(),
            access_key: access_key.to_owned(),
            body: json(bytes),
        }
    }

    fn read_form(bytes: &Bytes, region: &str, access_key: &str) -> Self {
        let form = form(&String::from_utf8_lossy(bytes));
        let operation = form
            .get("Action")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let service = match operation {
            "GetCallerIdentity" => Service::Sts,
            _ => Service::Unknown,
        };
        Self {
            service,
            operation: operation.to_owned(),
            region: region.to_owned(),
            access_key: access_key.to_owned(),
            body: Ok(Value::Object(form)),
        }
    }
}

fn text<'head>(headers: &'head HeaderMap, name: &str) -> Option<&'head str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn service(target_prefix: &str) -> Service {
    match target_prefix {
        "AmazonEC2ContainerServiceV20141113" => Service::Ecs,
        "Logs_20140328" => Service::Logs,
        "secretsmanager" => Service::Secrets,
        _ => Service::Unknown,
    }
}

fn json(bytes: &Bytes) -> Result<Value, String> {
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// One part of `Credential=KEY/DATE/REGION/SERVICE/aws4_request` in the Authorization header.
fn signed_by(authorization: &str, part: usize) -> Option<&str> {
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split('/').nth(part).filter(|it| !it.is_empty())
}

/// The values of `Action` and `Version` need no decoding.
fn form(text: &str) -> Map<String, Value> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn read(headers: &[(&str, &str)], body: &str) -> Invocation {
        let mut request = Request::new(());
        for (name, value) in headers {
            let name = hyper::header::HeaderName::try_from(*name).expect("a valid name");
            let value = value.parse().expect("a valid value");
            request.headers_mut().insert(name, value);
        }
        let (head, ()) = request.into_parts();
        Invocation::read(&head, &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn an_operation_is_named_by_its_target_header() {
        let headers = [
            ("x-amz-target", "AmazonEC2ContainerServiceV20141113.RunTask"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKID/20260801/eu-central-1/ecs/aws4_request, SignedHeaders=host, Signature=x",
            ),
        ];
        let call = read(&headers, r#"{"cluster":"c"}"#);
        assert_eq!(
            (call.service, call.operation.as_str()),
            (Service::Ecs, "RunTask")
        );
        assert_eq!(call.region, "eu-central-1");
        assert_eq!(call.access_key, "AKID");
        assert_eq!(call.body.expect("it is JSON")["cluster"], "c");
        assert!(read(&headers, "{").body.is_err());
    }

    #[test]
    fn sts_speaks_the_query_protocol() {
        let call = read(&[], "Action=GetCallerIdentity&Version=2011-06-15");
        assert_eq!(
            (call.service, call.operation.as_str()),
            (Service::Sts, "GetCallerIdentity")
        );
        assert_eq!(call.region, "us-east-1");
        assert_eq!(read(&[], "Action=AssumeRole").service, Service::Unknown);
    }
}
