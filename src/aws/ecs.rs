//! Amazon ECS.

use async_trait::async_trait;
use aws_config::retry::RetryConfig;
use aws_sdk_ecs::config;
use aws_sdk_ecs::operation::run_task::RunTaskError;
use aws_sdk_ecs::types;

use self::definition::definition;
use self::snapshot::snapshot;
use super::clients::Aws;
use super::doubt::Doubt;
use crate::model::definition::TaskDefinition;
use crate::model::request::{Network, PublicIp, RunTaskRequest};
use crate::model::task::TaskSnapshot;
use crate::ports::{CallError, CallErrorKind, RunTaskAnswer, StartFailure, Tasks};

mod cluster;
mod definition;
mod family;
mod request;
mod snapshot;

#[async_trait]
impl Tasks for Aws {
    async fn describe_definition(&self, name: &str) -> Result<TaskDefinition, CallError> {
        let answer = self
            .ecs()
            .await
            .describe_task_definition()
            .task_definition(name)
            .send()
            .await
            .map_err(|error| self.failed("DescribeTaskDefinition", &error))?;
        Ok(definition(answer.task_definition.unwrap_or_else(|| {
            types::TaskDefinition::builder().build()
        })))
    }

    async fn service_network(
        &self,
        cluster: &str,
        service: &str,
    ) -> Result<Option<Network>, CallError> {
        let answer = self
            .ecs()
            .await
            .describe_services()
            .cluster(cluster)
            .services(service)
            .send()
            .await
            .map_err(|error| self.failed("DescribeServices", &error))?;
        let live = answer
            .services()
            .iter()
            .find(|service| service.status() == Some("ACTIVE"));
        Ok(live.and_then(service_network))
    }

    async fn run_task(&self, request: &RunTaskRequest) -> Result<RunTaskAnswer, CallError> {
        // Tries are the engine's: after a lost answer it looks before it asks again.
        let overridden = config::Config::builder().retry_config(RetryConfig::disabled());
        let doubt = Doubt::default();
        let answer = request::run_task(&self.ecs().await, request)
            .customize()
            .config_override(overridden)
            .interceptor(doubt.clone())
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                if let Some(RunTaskError::ConflictException(conflict)) = error.as_service_error() {
                    return Ok(RunTaskAnswer::Conflict {
                        tasks: conflict.resource_ids().to_vec(),
                        message: conflict.message().unwrap_or_default().to_owned(),
                    });
                }
                let mut error = self.failed("RunTask", &error);
                if doubt.was_answer_lost()
                    || (doubt.has_aws_failed() && error.kind != CallErrorKind::Service)
                {
                    error.kind = CallErrorKind::Doubtful;
                }
                return Err(error);
            }
        };
        if let Some(task) = answer.tasks.unwrap_or_default().into_iter().next() {
            return Ok(RunTaskAnswer::Task(Box::new(snapshot(task))));
        }
        let failures = answer.failures.unwrap_or_default().into_iter();
        Ok(RunTaskAnswer::Failures(
            failures
                .map(|failure| StartFailure {
                    arn: failure.arn,
                    reason: failure
                        .reason
                        .unwrap_or_else(|| "no reason given".to_owned()),
                    detail: failure.detail,
                })
                .collect(),
        ))
    }

    async fn describe_task(
        &self,
        cluster: &str,
        task_arn: &str,
    ) -> Result<Option<TaskSnapshot>, CallError> {
        // Polls are not retried by the SDK: the engine paces them.
        let overridden = config::Config::builder().retry_config(RetryConfig::disabled());
        let answer = self
            .ecs()
            .await
            .describe_tasks()
            .cluster(cluster)
            .tasks(task_arn)
            .customize()
            .config_override(overridden)
            .send()
            .await
            .map_err(|error| self.failed("DescribeTasks", &error))?;
        Ok(answer
            .tasks
            .unwrap_or_default()
            .into_iter()
            .next()
            .map(snapshot))
    }

    async fn family_tasks(
        &self,
        cluster: &str,
        family: &str,
    ) -> Result<Vec<TaskSnapshot>, CallError> {
        family::tasks(self, cluster, family).await
    }

    async fn stop_task(
        &self,
        cluster: &str,
        task_arn: &str,
        reason: &str,
    ) -> Result<(), CallError> {
        // The engine looks at the task before it tries again.
        let overridden = config::Config::builder().retry_config(RetryConfig::disabled());
        self.ecs()
            .await
            .stop_task()
            .cluster(cluster)
            .task(task_arn)
            .reason(reason)
            .customize()
            .config_override(overridden)
            .send()
            .await
            .map(drop)
            .map_err(|error| self.failed("StopTask", &error))
    }
}

fn service_network(service: &types::Service) -> Option<Network> {
    let deployed = service
        .deployments()
        .iter()
        .find(|d| d.status() == Some("PRIMARY"));
    let configuration = service
        .network_configuration()
        .or_else(|| deployed?.network_configuration())?
        .awsvpc_configuration()?;
    Some(Network {
        subnets: configuration.subnets().to_vec(),
        security_groups: configuration.security_groups().to_vec(),
        assign_public_ip: match configuration.assign_public_ip() {
            Some(types::AssignPublicIp::Enabled) => PublicIp::Enabled,
            _ => PublicIp::Disabled,
        },
    })
}
