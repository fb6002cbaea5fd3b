//! `log-group`: whether the log will be there to be shown, and whole.

use std::collections::BTreeMap;

use futures_util::future::{FutureExt as _, join, join_all};

use super::definition::runs_on_fargate;
use super::group::{About, Account, Definite, Group, Look, Subject};
use super::looked::could_not;
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::finding::Finding;
use crate::model::log::LogDriver;
use crate::ports::CallError;

const NAME: &str = "log-group";
const BLOCKING: &str = "blocking";

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether each log group is there, its streams have a prefix, and no line of the log may be dropped",
        permissions: &["logs:DescribeLogGroups", "ecs:ListAccountSettings"],
        causes: &["log-group-missing", "log-config-invalid"],
    }],
    look: Look::Usual(|definite, account| look(definite, account).boxed()),
};

/// Region and name of a log group.
type Place<'a> = (&'a str, &'a str);

/// What was seen.
struct Seen<'a> {
    groups: BTreeMap<Place<'a>, Result<bool, CallError>>,
    /// The mode of a driver that says none, where one does.
    default_mode: Option<Result<Option<String>, CallError>>,
}

async fn look(definite: &Definite<'_>, account: &Account) -> Vec<Finding> {
    let places = places(definite);
    let groups = places.iter().map(|&(region, name)| {
        let group = account.log_groups.has_log_group(region, name);
        group.map(move |found| ((region, name), found))
    });
    let default_mode = async {
        if definite.definition.containers.iter().any(leaves_mode) {
            Some(account.log_groups.default_log_mode().await)
        } else {
            None
        }
    };
    let (groups, default_mode) = join(join_all(groups), default_mode).await;
    let groups = groups.into_iter().collect();
    judge(
        definite,
        &Seen {
            groups,
            default_mode,
        },
    )
}

/// What the definition alone tells against a log, without a call.
pub(super) fn traps(subject: &Subject, definition: &TaskDefinition) -> Vec<Finding> {
    let containers = definition.containers.iter();
    containers
        .flat_map(|container| {
            let invalid = without_group(container).or_else(|| {
                without_prefix(container, runs_on_fargate(subject))
                    .filter(|_| runs_on_fargate(subject))
            });
            let dropping = container.log_options.mode.as_deref();
            let dropping = dropping.filter(|_| is_awslogs(container));
            let dropping = dropping.filter(|mode| *mode != BLOCKING);
            let warning = dropping
                .map(|mode| may_drop(&container.name, &format!("its log driver's mode is {mode}")));
            [invalid, warning]
        })
        .flatten()
        .collect()
}

fn judge(definite: &Definite<'_>, seen: &Seen<'_>) -> Vec<Finding> {
    let definition = definite.definition;
    let mut findings = Vec::new();
    let mut told = Vec::new();
    for (place, found) in &seen.groups {
        match missing(definition, &definite.subject.region, *place, found) {
            Ok(what) => told.push(what),
            Err(finding) => findings.push(finding),
        }
    }
    for container in &definition.containers {
        let on_fargate = runs_on_fargate(definite.subject);
        let wrong = without_group(container).or_else(|| without_prefix(container, on_fargate));
        findings.extend(wrong);
        findings.extend(in_no_log(container));
    }
    findings.extend(dropping(definition, seen.default_mode.as_ref()));
    if findings.is_empty() {
        findings.push(Finding::pass(NAME, told.join(", ")));
    }
    findings
}

/// The groups that the definition names, each once.
fn places<'a>(definite: &Definite<'a>) -> Vec<Place<'a>> {
    let containers = definite.definition.containers.iter();
    let places = containers.filter_map(|container| place(container, &definite.subject.region));
    let mut places: Vec<_> = places.collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn place<'a>(container: &'a ContainerDefinition, region: &'a str) -> Option<Place<'a>> {
    match &container.log {
        LogDriver::Awslogs {
            group, region: own, ..
        } => Some((own.as_deref().unwrap_or(region), group)),
        LogDriver::Other(_) | LogDriver::None => None,
    }
}

/// What there is to know of a group that will do; or why it will not.
fn missing(
    definition: &TaskDefinition,
    task_region: &str,
    place: Place<'_>,
    found: &Result<bool, CallError>,
) -> Result<String, Finding> {
    let (region, name) = place;
    match found {
        Ok(true) => return Ok(format!("`{name}` is there in {region}")),
        Ok(false) => {}
        Err(error) => {
            return Err(could_not(
                NAME,
                &format!("log group `{name}` in {region}"),
                error,
            ));
        }
    }
    let mut users = definition.containers.iter();
    let creates = |container: &ContainerDefinition| {
        container.log_options.creates_group && self::place(container, task_region) == Some(place)
    };
    if users.any(creates) {
        return Ok(format!(
            "`{name}` is not there in {region}: the log driver makes it, and for that the execution role must be allowed logs:CreateLogGroup"
        ));
    }
    Err(
        Finding::fail(NAME, format!("there is no log group `{name}` in {region}"))
            .because("log-group-missing")
            .hinted(format!(
                "aws logs create-log-group --log-group-name {name} --region {region}"
            )),
    )
}

fn is_awslogs(container: &ContainerDefinition) -> bool {
    matches!(container.log, LogDriver::Awslogs { .. })
}

fn leaves_mode(container: &ContainerDefinition) -> bool {
    is_awslogs(container) && container.log_options.mode.is_none()
}

/// The driver cannot be without a group. A definition without one is read as another driver's.
fn without_group(container: &ContainerDefinition) -> Option<Finding> {
    let LogDriver::Other(driver) = &container.log else {
        return None;
    };
    (driver == "awslogs").then(|| {
        Finding::fail(
            NAME,
            format!(
                "container `{}` logs by awslogs and names no group",
                container.name
            ),
        )
        .because("log-config-invalid")
        .hinted("register a revision with the option awslogs-group")
    })
}

fn without_prefix(container: &ContainerDefinition, on_fargate: bool) -> Option<Finding> {
    let LogDriver::Awslogs { prefix: None, .. } = &container.log else {
        return None;
    };
    let name = &container.name;
    let finding = if on_fargate {
        Finding::fail(
            NAME,
            format!("container `{name}` has no awslogs-stream-prefix, and Fargate requires one"),
        )
        .because("log-config-invalid")
    } else {
        Finding::warn(
            NAME,
            format!(
                "container `{name}` has no awslogs-stream-prefix: its log stream is named by an id of Docker, which ECS may not tell"
            ),
        )
    };
    Some(finding.hinted("register a revision with the option awslogs-stream-prefix"))
}

fn in_no_log(container: &ContainerDefinition) -> Option<Finding> {
    let is_invalid = without_group(container).is_some();
    let why = container.without_log().filter(|_| !is_invalid)?;
    Some(Finding::skip(NAME, why))
}

fn dropping(
    definition: &TaskDefinition,
    default_mode: Option<&Result<Option<String>, CallError>>,
) -> Vec<Finding> {
    let containers = definition.containers.iter();
    let said = containers
        .clone()
        .filter(|it| is_awslogs(it))
        .filter_map(|it| {
            let mode = it.log_options.mode.as_deref()?;
            let why = format!("its log driver's mode is {mode}");
            (mode != BLOCKING).then(|| may_drop(&it.name, &why))
        });
    let mut findings: Vec<_> = said.collect();
    let leaving = containers.filter(|it| leaves_mode(it));
    let names: Vec<_> = leaving.map(|it| &*it.name).collect();
    match default_mode {
        Some(Ok(Some(mode))) if mode == BLOCKING => {}
        Some(Ok(_)) => {
            let why = "its log driver says no mode, and the account's default is non-blocking";
            findings.extend(names.iter().map(|name| may_drop(name, why)));
        }
        Some(Err(error)) => {
            let what = format!(
                "the mode of the log driver of container `{}`, which the account decides,",
                names.join("`, `")
            );
            findings.push(could_not(NAME, &what, error));
        }
        None => {}
    }
    findings
}

fn may_drop(container: &str, why: &str) -> Finding {
    Finding::warn(
        NAME,
        format!("lines of container `{container}` may be dropped when its buffer is full: {why}"),
    )
    .hinted("register a revision with the option \"mode\": \"blocking\"; a larger \"max-buffer-size\" makes it rarer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Verdict;
    use crate::ports::CallErrorKind;
    use crate::preflight::group::tests::subject;

    const PLACE: Place<'static> = ("us-east-1", "/ecs/everruns-admin");

    fn denied(operation: &'static str) -> CallError {
        CallError {
            operation,
            kind: CallErrorKind::Denied,
            code: None,
            message: "no".into(),
        }
    }

    struct Scene {
        subject: Subject,
        group: Result<bool, CallError>,
        default_mode: Result<Option<String>, CallError>,
    }

    impl Scene {
        fn container(&mut self) -> &mut ContainerDefinition {
            let definition = self.subject.definition.as_mut().expect("it has one");
            &mut definition.containers[0]
        }
    }

    fn findings(change: impl Fn(&mut Scene)) -> (Vec<Finding>, Vec<Finding>) {
        let mut scene = Scene {
            subject: subject(),
            group: Ok(true),
            default_mode: Ok(Some("blocking".into())),
        };
        change(&mut scene);
        let subject = scene.subject;
        let definition = subject.definition.clone().expect("it has one");
        let definite = Definite {
            subject: &subject,
            definition: &definition,
        };
        let leaves = definition.containers.iter().any(leaves_mode);
        let group = |place: Place<'static>| (place, scene.group.clone());
        let seen = Seen {
            groups: places(&definite).iter().map(|_| group(PLACE)).collect(),
            default_mode: leaves.then_some(scene.default_mode),
        };
        (judge(&definite, &seen), traps(&subject, &definition))
    }

    fn told(findings: &[Finding]) -> Vec<(Verdict, &str)> {
        findings
            .iter()
            .map(|it| (it.verdict, it.cause.unwrap_or_default()))
            .collect()
    }

    /// What a look finds, and what is found without one.
    fn found(change: impl Fn(&mut Scene)) -> [Vec<(Verdict, String)>; 2] {
        let (looked, without) = findings(change);
        [looked, without].map(|findings| {
            let told = told(&findings).into_iter();
            told.map(|(verdict, cause)| (verdict, cause.to_owned()))
                .collect()
        })
    }

    #[test]
    fn one_broken_part_gives_one_finding() {
        let one = |verdict: Verdict, cause: &str| vec![(verdict, cause.to_owned())];
        let passes = one(Verdict::Pass, "");
        let warns = one(Verdict::Warn, "");
        let skips = one(Verdict::Skip, "");
        let none = Vec::new();
        assert_eq!(found(|_| ()), [passes.clone(), none.clone()]);
        assert_eq!(
            found(|scene| scene.group = Ok(false)),
            [one(Verdict::Fail, "log-group-missing"), none.clone()]
        );
        assert_eq!(
            found(|scene| scene.group = Err(denied("logs:DescribeLogGroups"))),
            [skips.clone(), none.clone()]
        );
        assert_eq!(
            found(|scene| {
                scene.group = Ok(false);
                scene.container().log_options.creates_group = true;
            }),
            [passes.clone(), none.clone()]
        );
        let mode = |mode: &'static str| {
            move |scene: &mut Scene| {
                scene.container().log_options.mode = Some(mode.into());
            }
        };
        assert_eq!(found(mode("blocking")), [passes, none.clone()]);
        assert_eq!(found(mode("non-blocking")), [warns.clone(), warns.clone()]);
        for other in [None, Some("non-blocking".to_owned())] {
            let change = |scene: &mut Scene| scene.default_mode = Ok(other.clone());
            assert_eq!(found(change), [warns.clone(), none.clone()]);
        }
        assert_eq!(
            found(|scene| scene.default_mode = Err(denied("ecs:ListAccountSettings"))),
            [skips.clone(), none.clone()]
        );
        let invalid = one(Verdict::Fail, "log-config-invalid");
        let unnamed = |scene: &mut Scene| {
            let (group, region) = ("/ecs/everruns-admin".into(), None);
            scene.container().log = LogDriver::Awslogs {
                group,
                region,
                prefix: None,
            };
        };
        assert_eq!(found(unnamed), [invalid.clone(), invalid.clone()]);
        assert_eq!(
            found(|scene| {
                unnamed(scene);
                scene.subject.request.launch_type = Some("EC2".into());
            }),
            [warns, none.clone()]
        );
        let driver = |driver: &'static str| {
            move |scene: &mut Scene| {
                scene.container().log = LogDriver::Other(driver.into());
            }
        };
        assert_eq!(found(driver("awslogs")), [invalid.clone(), invalid]);
        assert_eq!(found(driver("splunk")), [skips.clone(), none.clone()]);
        assert_eq!(
            found(|scene| scene.container().log = LogDriver::None),
            [skips, none]
        );
    }

    #[test]
    fn a_group_that_is_missing_can_be_made() {
        let (findings, _) = findings(|scene| scene.group = Ok(false));
        assert_eq!(
            findings[0].hint.as_deref(),
            Some(
                "aws logs create-log-group --log-group-name /ecs/everruns-admin --region us-east-1"
            )
        );
    }
}
