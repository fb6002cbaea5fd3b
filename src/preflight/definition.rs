//! `task-definition`: what its text says of the start. It costs no call: the definition has been
//! fetched.

use futures_util::future::FutureExt as _;

use super::group::{About, Definite, Group, Look, Subject};
use super::{log_group, secrets};
use crate::model::definition::TaskDefinition;
use crate::model::finding::{Finding, Verdict};
use crate::model::request::SHORTER_OVERRIDES;
use crate::model::task::family;

pub(super) mod size;

const NAME: &str = "task-definition";

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether the revision is active, fits the launch type, has the container, a size that Fargate has, and overrides that are small enough",
        permissions: &["ecs:DescribeTaskDefinition"],
        causes: &[
            "task-definition-inactive",
            "launch-type-incompatible",
            "override-container-name-unknown",
            "overrides-too-long",
            "network-config-missing",
        ],
    }],
    look: Look::Usual(|definite, _| async move { judge(definite) }.boxed()),
};

/// What the definition alone tells against a start, without a call: for each run.
#[must_use]
pub fn without_a_look(subject: &Subject) -> Vec<Finding> {
    let Some(definition) = &subject.definition else {
        return Vec::new();
    };
    let definite = Definite {
        subject,
        definition,
    };
    let mut findings = judge(&definite);
    findings.extend(secrets::traps(definition, &subject.region));
    findings.extend(log_group::traps(subject, definition));
    findings.retain(|finding| matches!(finding.verdict, Verdict::Warn | Verdict::Fail));
    findings
}

fn judge(definite: &Definite<'_>) -> Vec<Finding> {
    let (subject, definition) = (definite.subject, definite.definition);
    let findings = [
        inactive(definition),
        incompatible(subject, definition),
        without_size(subject, definition),
        without_container(subject, definition),
        too_long(subject),
        without_network(subject, definition),
    ];
    let mut findings: Vec<_> = findings.into_iter().flatten().collect();
    if findings.is_empty() {
        findings.push(Finding::pass(NAME, sound(subject, definition)));
    }
    findings
}

/// What there is to know of a sound one.
fn sound(subject: &Subject, definition: &TaskDefinition) -> String {
    let name = definition.arn.rsplit('/').next().unwrap_or_default();
    let or_unknown = |text: Option<&String>| text.map_or("?", String::as_str).to_owned();
    let overrides = &subject.request.overrides;
    format!(
        "{name} is active: {} CPU units, {} MiB, {}/{}, container `{}`",
        or_unknown(overrides.cpu.as_ref().or(definition.cpu.as_ref())),
        or_unknown(overrides.memory.as_ref().or(definition.memory.as_ref())),
        definition.operating_system.as_deref().unwrap_or("LINUX"),
        definition.cpu_architecture.as_deref().unwrap_or("X86_64"),
        subject.deciding,
    )
}

fn inactive(definition: &TaskDefinition) -> Option<Finding> {
    let status = definition.status.as_deref()?;
    (status != "ACTIVE").then(|| {
        let (arn, family) = (&definition.arn, family(&definition.arn));
        Finding::fail(
            NAME,
            format!("{arn} is {status}: no task can be started from it"),
        )
        .because("task-definition-inactive")
        .hinted(format!(
            "--task-definition {family} takes the newest active revision"
        ))
    })
}

/// What ECS found that the definition cannot run on, though it is asked to.
fn incompatible(subject: &Subject, definition: &TaskDefinition) -> Option<Finding> {
    let request = &subject.request;
    let mut providers = request.capacity_provider_strategy.iter();
    let on_fargate = |name: &str| name.starts_with("FARGATE");
    let asked = match request.launch_type.as_deref() {
        Some(launch_type) => launch_type,
        None if providers.any(|provider| on_fargate(&provider.capacity_provider)) => "FARGATE",
        None => return None,
    };
    let fits = definition.compatibilities.iter().any(|it| it == asked);
    if fits || definition.compatibilities.is_empty() {
        return None;
    }
    let known = definition.compatibilities.join(", ");
    Some(
        Finding::fail(
            NAME,
            format!("{} cannot run on {asked}: it fits {known}", definition.arn),
        )
        .because("launch-type-incompatible")
        .hinted(format!(
            "register a revision with \"requiresCompatibilities\": [\"{asked}\"], networkMode awsvpc and a size, or run it with --launch-type {}",
            definition.compatibilities[0]
        )),
    )
}

fn without_size(subject: &Subject, definition: &TaskDefinition) -> Option<Finding> {
    if !runs_on_fargate(subject) {
        return None;
    }
    let overrides = &subject.request.overrides;
    let cpu = overrides.cpu.as_ref().or(definition.cpu.as_ref())?;
    let memory = overrides.memory.as_ref().or(definition.memory.as_ref())?;
    let wrong = size::wrong(cpu, memory)?;
    Some(
        Finding::fail(NAME, wrong)
            .because("invalid-parameter-other")
            .hinted("give a size that Fargate has: --cpu and --memory, or a new revision"),
    )
}

/// Whether the task shall run on Fargate, as far as the request says.
pub(super) fn runs_on_fargate(subject: &Subject) -> bool {
    let request = &subject.request;
    let providers = &request.capacity_provider_strategy;
    match request.launch_type.as_deref() {
        Some(launch_type) => launch_type == "FARGATE",
        None => providers
            .iter()
            .all(|provider| provider.capacity_provider.starts_with("FARGATE")),
    }
}

fn without_container(subject: &Subject, definition: &TaskDefinition) -> Option<Finding> {
    let overrides = subject.request.overrides.container_overrides.iter();
    let names: Vec<_> = definition.containers.iter().map(|it| &*it.name).collect();
    let unknown = overrides
        .map(|it| &*it.name)
        .find(|name| !names.contains(name))?;
    Some(
        Finding::fail(
            NAME,
            format!(
                "{} has no container `{unknown}`; it has {}",
                definition.arn,
                names.join(", ")
            ),
        )
        .because("override-container-name-unknown")
        .hinted("name one with --container or ECS_CONTAINER"),
    )
}

fn too_long(subject: &Subject) -> Option<Finding> {
    let too_long = subject.request.overrides.too_long()?;
    Some(
        Finding::fail(NAME, too_long)
            .because("overrides-too-long")
            .hinted(SHORTER_OVERRIDES),
    )
}

fn without_network(subject: &Subject, definition: &TaskDefinition) -> Option<Finding> {
    // A definition for Fargate has no other mode, said or not.
    let needs = definition.uses_awsvpc() || runs_on_fargate(subject);
    let network = subject.network();
    let has = network.is_some_and(|network| !network.subnets.is_empty());
    (needs && !has && network.is_some()).then(|| {
        Finding::fail(NAME, "the task needs subnets, and none are named")
            .because("network-config-missing")
            .hinted("name them with --subnets or ECS_SUBNETS")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::definition::ContainerDefinition;
    use crate::preflight::group::tests::subject;

    fn found(change: impl Fn(&mut Subject, &mut TaskDefinition)) -> Vec<(Verdict, String)> {
        let mut subject = subject();
        let mut definition = subject.definition.clone().expect("it has one");
        change(&mut subject, &mut definition);
        let definite = Definite {
            subject: &subject,
            definition: &definition,
        };
        let findings = judge(&definite).into_iter();
        findings
            .map(|finding| {
                (
                    finding.verdict,
                    finding.cause.unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn one_broken_part_gives_one_finding() {
        let failed = |cause: &str| vec![(Verdict::Fail, cause.to_owned())];
        assert_eq!(found(|_, _| ()), [(Verdict::Pass, String::new())]);
        assert_eq!(
            found(|_, definition| definition.status = Some("INACTIVE".into())),
            failed("task-definition-inactive")
        );
        assert_eq!(
            found(|_, definition| definition.compatibilities = vec!["EC2".into()]),
            failed("launch-type-incompatible")
        );
        assert_eq!(
            found(|subject, _| subject.request.overrides.memory = Some("300".into())),
            failed("invalid-parameter-other")
        );
        assert_eq!(
            found(|_, definition| {
                definition.containers = vec![ContainerDefinition {
                    name: "web".into(),
                    ..ContainerDefinition::default()
                }];
            }),
            failed("override-container-name-unknown")
        );
        assert_eq!(
            found(|subject, _| {
                subject.request.overrides.container_overrides[0].command = vec!["x".repeat(9_000)];
            }),
            failed("overrides-too-long")
        );
        assert_eq!(
            found(|subject, _| {
                if let Some(network) = &mut subject.request.network_configuration {
                    network.awsvpc_configuration.subnets.clear();
                }
            }),
            failed("network-config-missing")
        );
    }

    #[test]
    fn a_sound_definition_is_not_told_before_a_run() {
        assert_eq!(without_a_look(&subject()), []);
    }
}
