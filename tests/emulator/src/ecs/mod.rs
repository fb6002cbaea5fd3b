//! ECS: clusters, task definitions, services, tasks.

mod account_settings;
mod client_token;
mod clusters;
mod container;
mod container_spec;
mod definition_check;
mod definitions;
mod describe_tasks;
mod overrides;
mod run_task;
mod run_task_check;
mod services;
mod stop_task;
mod tags;
mod task;
mod task_json;

use std::collections::BTreeMap;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::refusal::Refusal;

pub(crate) use account_settings::list_account_settings;
use client_token::ClientTokens;
pub(crate) use clusters::create_cluster;
pub(crate) use clusters::describe_clusters;
pub(crate) use container::Container;
pub(crate) use container::Process;
pub(crate) use definitions::deregister_task_definition;
pub(crate) use definitions::describe_task_definition;
pub(crate) use definitions::list_task_definitions;
pub(crate) use definitions::register_task_definition;
pub(crate) use describe_tasks::describe_tasks;
pub(crate) use describe_tasks::list_tasks;
pub(crate) use run_task::run_task;
pub(crate) use services::create_service;
pub(crate) use services::describe_services;
pub(crate) use stop_task::stop_task;
pub(crate) use tags::list_tags_for_resource;
pub(crate) use tags::tag_resource;
pub(crate) use tags::untag_resource;
pub(crate) use task::Stop;
pub(crate) use task::Task;
pub(crate) use task::TaskPhase;

use definitions::Definitions;
use services::Service;
use tags::Tags;

/// The cluster that the tests and the quickstart use; it exists from the start.
pub(crate) const EVERRUNS_CLUSTER: &str = "everruns";

/// Everything that ECS keeps.
#[derive(Debug)]
pub(crate) struct Ecs {
    clusters: Vec<String>,
    definitions: Definitions,
    services: Vec<Service>,
    /// In order of start.
    tasks: Vec<Task>,
    task_index: HashMap<String, usize>,
    client_tokens: ClientTokens,
    /// Tags of resources other than tasks, by ARN.
    tags: BTreeMap<String, Tags>,
}

impl Ecs {
    pub(crate) fn new() -> Self {
        Self {
            clusters: vec![arn::DEFAULT_CLUSTER.to_owned(), EVERRUNS_CLUSTER.to_owned()],
            definitions: Definitions::default(),
            services: Vec::new(),
            tasks: Vec::new(),
            task_index: HashMap::new(),
            client_tokens: ClientTokens::default(),
            tags: BTreeMap::new(),
        }
    }

    pub(crate) fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    pub(crate) fn task(&self, id: &str) -> Option<&Task> {
        self.task_index.get(id).map(|index| &self.tasks[*index])
    }

    pub(crate) fn task_mut(&mut self, id: &str) -> Option<&mut Task> {
        self.task_index.get(id).map(|index| &mut self.tasks[*index])
    }

    fn add_task(&mut self, task: Task) {
        self.task_index.insert(task.id.clone(), self.tasks.len());
        self.tasks.push(task);
    }

    /// The name of an existing cluster.
    fn cluster(&self, name_or_arn: Option<&str>) -> Result<String, Refusal> {
        let name = arn::short_name(name_or_arn.unwrap_or(arn::DEFAULT_CLUSTER));
        self.clusters
            .iter()
            .find(|cluster| *cluster == name)
            .cloned()
            .ok_or_else(|| Refusal::new("ClusterNotFoundException", "Cluster not found."))
    }
}

/// One member of `failures`, for a resource that is not there.
fn missing(arn: &str) -> Value {
    json!({"arn": arn, "reason": "MISSING"})
}

/// Which page of a list is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl Paging {
    /// One page of a list of ARNs, at most 100, as the answer of a list operation.
    fn answer(&self, name: &str, arns: &[String]) -> Result<Value, Refusal> {
        let from = match &self.next_token {
            None => 0,
            Some(token) => token
                .parse()
                .ok()
                .filter(|from| *from <= arns.len())
                .ok_or_else(|| Refusal::parameter("Invalid token."))?,
        };
        let to = arns
            .len()
            .min(from + self.max_results.unwrap_or(100).clamp(1, 100));
        let mut answer = json!({name: &arns[from..to]});
        if to < arns.len() {
            answer["nextToken"] = to.to_string().into();
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_in_pages() {
        let arns: Vec<String> = (0..5).map(|number| number.to_string()).collect();
        let mut paging = Paging {
            max_results: Some(2),
            next_token: None,
        };
        let mut seen = Vec::new();
        loop {
            let answer = paging.answer("arns", &arns).expect("the token is its own");
            seen.push(answer["arns"].as_array().map_or(0, Vec::len));
            match answer["nextToken"].as_str() {
                Some(token) => paging.next_token = Some(token.to_owned()),
                None => break,
            }
        }
        assert_eq!(seen, [2, 2, 1]);
    }
}
