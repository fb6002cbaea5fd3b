//! Which operation a request asks for: AWS JSON 1.1, and the query protocol of EC2, IAM and STS.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::form;

/// The services that are emulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Ec2,
    Ecr,
    Ecs,
    Iam,
    Logs,
    Quotas,
    Secrets,
    Ssm,
    Sts,
    /// Where layers and configurations of images are fetched: no API, but plain GET.
    Blobs,
    Unknown,
}

impl Service {
    /// Whether it speaks the query protocol.
    pub(crate) fn is_xml(self) -> bool {
        matches!(self, Self::Ec2 | Self::Iam | Self::Sts)
    }
}

/// A request, understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Invocation {
    pub(crate) service: Service,
    pub(crate) operation: String,
    pub(crate) region: String,
    /// Who signed it.
    pub(crate) access_key: String,
    /// Where it was sent.
    pub(crate) endpoint: String,
    /// `Err` has what is wrong with it.
    pub(crate) body: Result<Value, String>,
}

impl Invocation {
    pub(crate) fn read(head: &Parts, bytes: &Bytes) -> Self {
        let target = text(&head.headers, "x-amz-target");
        let authorization = text(&head.headers, "authorization").unwrap_or_default();
        let region = signed_by(authorization, 2).unwrap_or(arn::DEFAULT_REGION);
        let access_key = signed_by(authorization, 0).unwrap_or_default();
        let host = text(&head.headers, "host").unwrap_or_default();
        let of = |service, operation: &str, body| Self {
            service,
            operation: operation.to_owned(),
            region: region.to_owned(),
            access_key: access_key.to_owned(),
            endpoint: format!("http://{host}"),
            body,
        };
        if let Some(blob) = head.uri.path().strip_prefix("/_blobs/") {
            let (repository, digest) = blob.rsplit_once('/').unwrap_or(("", blob));
            let body = json!({"repository": repository, "digest": digest});
            return of(Service::Blobs, "GetBlob", Ok(body));
        }
        if let Some((prefix, operation)) = target.and_then(|target| target.split_once('.')) {
            return of(service(prefix), operation, json(bytes));
        }
        let form = Value::Object(form::decode(&String::from_utf8_lossy(bytes)));
        let operation = form["Action"].as_str().unwrap_or_default().to_owned();
        let service = query_service(signed_by(authorization, 3), &operation);
        of(service, &operation, Ok(form))
    }
}

fn text<'head>(headers: &'head HeaderMap, name: &str) -> Option<&'head str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn service(target_prefix: &str) -> Service {
    match target_prefix {
        "AmazonEC2ContainerServiceV20141113" => Service::Ecs,
        "AmazonEC2ContainerRegistry_V20150921" => Service::Ecr,
        "AmazonSSM" => Service::Ssm,
        "Logs_20140328" => Service::Logs,
        "ServiceQuotasV20190624" => Service::Quotas,
        "secretsmanager" => Service::Secrets,
        _ => Service::Unknown,
    }
}

/// All of them have one address here: they are told apart by what the call is signed for. Who does
/// not sign can still ask who they are.
fn query_service(signed_for: Option<&str>, operation: &str) -> Service {
    match (signed_for, operation) {
        (Some("ec2"), _) => Service::Ec2,
        (Some("iam"), _) => Service::Iam,
        (Some("sts"), _) | (None, "GetCallerIdentity") => Service::Sts,
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
    fn services_of_the_query_protocol_are_told_apart_by_what_is_signed_for() {
        let of = |service: &str| {
            let authorization = format!(
                "AWS4-HMAC-SHA256 Credential=AKID/20260801/us-east-1/{service}/aws4_request"
            );
            let headers = [
                ("authorization", authorization.as_str()),
                ("host", "127.0.0.1:1"),
            ];
            read(&headers, "Action=DescribeSubnets&SubnetId.1=subnet%2D0a")
        };
        let call = of("ec2");
        assert_eq!(
            (call.service, call.operation.as_str()),
            (Service::Ec2, "DescribeSubnets")
        );
        assert_eq!(call.endpoint, "http://127.0.0.1:1");
        assert_eq!(call.body.expect("a form")["SubnetId.1"], "subnet-0a");
        assert_eq!(of("iam").service, Service::Iam);
        assert_eq!(of("sts").service, Service::Sts);
        assert_eq!(of("s3").service, Service::Unknown);
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
