//! Service Quotas.

use async_trait::async_trait;
use aws_sdk_servicequotas::operation::get_aws_default_service_quota::GetAWSDefaultServiceQuotaError;
use aws_sdk_servicequotas::operation::get_service_quota::GetServiceQuotaError;

use super::clients::Aws;
use crate::model::account::quota::Quota;
use crate::ports::CallError;
use crate::ports::account::Quotas;

#[async_trait]
impl Quotas for Aws {
    async fn quota(&self, service: &str, code: &str) -> Result<Option<Quota>, CallError> {
        let client = aws_sdk_servicequotas::Client::from_conf(
            aws_sdk_servicequotas::config::Builder::from(&self.config().await)
                .interceptor(self.counter.clone())
                .build(),
        );
        let own = client
            .get_service_quota()
            .service_code(service)
            .quota_code(code)
            .send()
            .await;
        match own {
            Ok(answer) => {
                let limit = answer.quota.and_then(|quota| quota.value);
                if let Some(limit) = limit {
                    return Ok(Some(Quota {
                        limit,
                        is_own: true,
                    }));
                }
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetServiceQuotaError::is_no_such_resource_exception) => {}
            Err(error) => return Err(self.failed("servicequotas:GetServiceQuota", &error)),
        }
        // The account has no value of its own: what holds for everybody.
        let usual = client
            .get_aws_default_service_quota()
            .service_code(service)
            .quota_code(code)
            .send()
            .await;
        match usual {
            Ok(answer) => Ok(answer
                .quota
                .and_then(|quota| quota.value)
                .map(|limit| Quota {
                    limit,
                    is_own: false,
                })),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetAWSDefaultServiceQuotaError::is_no_such_resource_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.failed("servicequotas:GetAWSDefaultServiceQuota", &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, answer, at_once, denied, replaying};
    use crate::ports::CallErrorKind;

    fn quota(code: &str, name: &str, value: f64) -> String {
        format!(
            r#"{{"Quota":{{"ServiceCode":"fargate","ServiceName":"AWS Fargate","QuotaArn":"arn:aws:servicequotas:us-east-1:000000000000:fargate/{code}","QuotaCode":"{code}","QuotaName":"{name}","Value":{value:?},"Unit":"None","Adjustable":true,"GlobalQuota":false}}}}"#
        )
    }

    const NONE: &str = r#"{"__type":"NoSuchResourceException","Message":"The request failed because the specified service quota does not exist."}"#;
    const NAME: &str = "Fargate On-Demand vCPU resource count";

    fn asked(answers: Vec<Answer>) -> Result<Option<Quota>, CallError> {
        let (aws, _) = replaying(answers);
        at_once(aws.quota("fargate", "L-3032A538"))
    }

    #[test]
    fn own_or_usual_or_none() {
        let of = |limit| answer(200, &quota("L-3032A538", NAME, limit));
        assert_eq!(
            asked(vec![of(6.0)]),
            Ok(Some(Quota {
                limit: 6.0,
                is_own: true
            }))
        );
        assert_eq!(
            asked(vec![answer(400, NONE), of(4_000.0)]),
            Ok(Some(Quota {
                limit: 4_000.0,
                is_own: false
            }))
        );
        assert_eq!(asked(vec![answer(400, NONE), answer(400, NONE)]), Ok(None));
    }

    #[test]
    fn a_missing_permission() {
        for (answers, operation) in [
            (
                vec![denied("servicequotas:GetServiceQuota")],
                "servicequotas:GetServiceQuota",
            ),
            (
                vec![
                    answer(400, NONE),
                    denied("servicequotas:GetAWSDefaultServiceQuota"),
                ],
                "servicequotas:GetAWSDefaultServiceQuota",
            ),
        ] {
            let error = asked(answers).expect_err("denied");
            assert_eq!(
                (error.kind, error.operation),
                (CallErrorKind::Denied, operation)
            );
        }
    }
}
