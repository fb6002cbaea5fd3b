//! Service Quotas.

use async_trait::async_trait;

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
                    .is_some_and(|it| it.is_no_such_resource_exception()) => {}
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
                    .is_some_and(|it| it.is_no_such_resource_exception()) =>
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
    use crate::aws::replay::answer;
    use crate::ports::CallErrorKind;

    fn quota(code: &str, name: &str, value: f64) -> String {
        format!(
            r#"{{"Quota":{{"ServiceCode":"fargate","ServiceName":"AWS Fargate","QuotaArn":"arn:aws:servicequotas:us-east-1:000000000000:fargate/{code}","QuotaCode":"{code}","QuotaName":"{name}","Value":{value:?},"Unit":"None","Adjustable":true,"GlobalQuota":false}}}}"#
        )
    }

    const NONE: &str = r#"{"__type":"NoSuchResourceException","Message":"The request failed because the specified service quota does not exist."}"#;
    const NAME: &str = "Fargate On-Demand vCPU resource count";

    async fn asked(answers: Vec<(u16, String)>) -> Result<Option<Quota>, CallError> {
        let answers = answers.into_iter();
        let aws = Aws::replaying(
            answers
                .map(|(status, body)| answer(status, &body))
                .collect(),
        );
        aws.quota("fargate", "L-3032A538").await
    }

    #[tokio::test]
    async fn own_or_usual_or_none() {
        let own = asked(vec![(200, quota("L-3032A538", NAME, 6.0))]).await;
        assert_eq!(
            own,
            Ok(Some(Quota {
                limit: 6.0,
                is_own: true
            }))
        );
        let usual = asked(vec![
            (400, NONE.into()),
            (200, quota("L-3032A538", NAME, 4_000.0)),
        ]);
        assert_eq!(
            usual.await,
            Ok(Some(Quota {
                limit: 4_000.0,
                is_own: false
            }))
        );
        let none = asked(vec![(400, NONE.into()), (400, NONE.into())]).await;
        assert_eq!(none, Ok(None));
    }

    #[tokio::test]
    async fn a_missing_permission() {
        let denied = r#"{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/ana is not authorized to perform: servicequotas:GetServiceQuota"}"#;
        let error = asked(vec![(400, denied.into())]).await.expect_err("denied");
        assert_eq!(error.kind, CallErrorKind::Denied);
        assert_eq!(error.operation, "servicequotas:GetServiceQuota");
    }
}
