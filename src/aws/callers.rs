//! AWS STS.

use async_trait::async_trait;

use super::clients::Aws;
use crate::model::account::caller::Caller;
use crate::ports::CallError;
use crate::ports::account::Callers;

#[async_trait]
impl Callers for Aws {
    async fn caller(&self) -> Result<Caller, CallError> {
        let sts = aws_sdk_sts::Client::from_conf(
            aws_sdk_sts::config::Builder::from(&self.config().await)
                .interceptor(self.counter.clone())
                .build(),
        );
        let answer = sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| self.failed("sts:GetCallerIdentity", &error))?;
        Ok(Caller {
            account: answer.account.unwrap_or_default(),
            arn: answer.arn.unwrap_or_default(),
        })
    }
}
