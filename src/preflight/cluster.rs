//! `cluster`: whether it is there, active, and has what the request asks of it.

use futures_util::future::FutureExt as _;

use super::group::{About, Account, Group, Look, Subject};
use super::looked::could_not;
use crate::model::account::cluster::Cluster;
use crate::model::finding::Finding;
use crate::model::request::RunTaskRequest;
use crate::ports::CallError;

const NAME: &str = "cluster";

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether the cluster is active and has the capacity providers that are asked for",
        permissions: &["ecs:DescribeClusters"],
        causes: &["cluster-not-found", "no-container-instances"],
    }],
    look: Look::AtPlace(|subject, account| look(subject, account).boxed()),
};

async fn look(subject: &Subject, account: &Account) -> Vec<Finding> {
    let name = &subject.request.cluster;
    judge(subject, account.clusters.cluster(name).await)
}

fn judge(subject: &Subject, answer: Result<Option<Cluster>, CallError>) -> Vec<Finding> {
    let request = &subject.request;
    let name = &request.cluster;
    let cluster = match answer {
        Ok(Some(cluster)) if cluster.status != "INACTIVE" => cluster,
        Ok(_) => {
            let region = &subject.region;
            let missing = Finding::fail(NAME, format!("there is no cluster `{name}` in {region}"))
                .because("cluster-not-found")
                .hinted(format!(
                    "aws ecs list-clusters --region {region}; then name one with --cluster or ECS_CLUSTER"
                ));
            return vec![missing];
        }
        Err(error) => return vec![could_not(NAME, &format!("cluster `{name}`"), &error)],
    };
    if cluster.status != "ACTIVE" {
        let status = &cluster.status;
        return vec![
            Finding::fail(
                NAME,
                format!("cluster `{name}` is {status}, and not ACTIVE"),
            )
            .hinted("wait until it is, or name another with --cluster"),
        ];
    }
    let mut findings: Vec<_> = lacking_providers(request, &cluster).collect();
    if request.launch_type.as_deref() == Some("EC2") && cluster.container_instances == 0 {
        findings.push(
            Finding::fail(
                NAME,
                format!(
                    "cluster `{name}` has no container instance, and launch type EC2 needs one"
                ),
            )
            .because("no-container-instances")
            .hinted("run it with --launch-type FARGATE, or add an instance to the cluster"),
        );
    }
    if findings.is_empty() {
        let (running, pending) = (cluster.running_tasks, cluster.pending_tasks);
        findings.push(Finding::pass(
            NAME,
            format!("`{name}` is active: {running} tasks running, {pending} pending"),
        ));
    }
    findings
}

/// The capacity providers that are asked for and that the cluster does not have.
fn lacking_providers<'a>(
    request: &'a RunTaskRequest,
    cluster: &'a Cluster,
) -> impl Iterator<Item = Finding> + 'a {
    let asked = request.capacity_provider_strategy.iter();
    let asked = asked.map(|provider| &provider.capacity_provider);
    asked
        .filter(|name| !cluster.capacity_providers.contains(name))
        .map(|provider| {
            let name = &request.cluster;
            let known = match &*cluster.capacity_providers {
                [] => "it has none".to_owned(),
                some => format!("it has {}", some.join(", ")),
            };
            Finding::fail(
                NAME,
                format!("cluster `{name}` has no capacity provider `{provider}`: {known}"),
            )
            .hinted(format!(
                "aws ecs put-cluster-capacity-providers --cluster {name} …, or ask for another with --capacity-provider"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Verdict;
    use crate::model::request::CapacityProvider;
    use crate::ports::CallErrorKind;
    use crate::preflight::group::tests::subject;

    fn cluster(status: &str) -> Cluster {
        Cluster {
            arn: "arn:aws:ecs:us-east-1:000000000000:cluster/everruns".into(),
            status: status.into(),
            capacity_providers: vec!["FARGATE".into()],
            ..Cluster::default()
        }
    }

    fn verdicts(findings: &[Finding]) -> Vec<Verdict> {
        findings.iter().map(|finding| finding.verdict).collect()
    }

    #[test]
    fn a_cluster_that_is_there_or_not() {
        for (answer, verdict, cause) in [
            (Ok(Some(cluster("ACTIVE"))), Verdict::Pass, None),
            (Ok(Some(cluster("PROVISIONING"))), Verdict::Fail, None),
            (
                Ok(Some(cluster("INACTIVE"))),
                Verdict::Fail,
                Some("cluster-not-found"),
            ),
            (Ok(None), Verdict::Fail, Some("cluster-not-found")),
        ] {
            let findings = judge(&subject(), answer);
            assert_eq!(verdicts(&findings), [verdict]);
            assert_eq!(findings[0].cause, cause);
        }
    }

    #[test]
    fn capacity_that_is_lacking() {
        let mut asks = subject();
        asks.request.launch_type = None;
        asks.request.capacity_provider_strategy = ["FARGATE", "FARGATE_SPOT"]
            .map(|name| CapacityProvider {
                capacity_provider: name.into(),
                weight: 1,
                base: 0,
            })
            .to_vec();
        let findings = judge(&asks, Ok(Some(cluster("ACTIVE"))));
        assert_eq!(
            findings[0].message,
            "cluster `everruns` has no capacity provider `FARGATE_SPOT`: it has FARGATE"
        );
        let mut asks = subject();
        asks.request.launch_type = Some("EC2".into());
        let findings = judge(&asks, Ok(Some(cluster("ACTIVE"))));
        assert_eq!(findings[0].cause, Some("no-container-instances"));
    }

    #[test]
    fn a_missing_permission_is_named() {
        let denied = CallError {
            operation: "ecs:DescribeClusters",
            kind: CallErrorKind::Denied,
            code: Some("AccessDeniedException".into()),
            message: "no".into(),
        };
        let findings = judge(&subject(), Err(denied));
        assert_eq!(verdicts(&findings), [Verdict::Skip]);
        assert_eq!(
            findings[0].message,
            "cluster `everruns` could not be looked at: the caller lacks the permission ecs:DescribeClusters"
        );
    }
}
