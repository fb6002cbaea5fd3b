//! A task of the simulated world: its true course, and what a look at it shows.

use std::collections::BTreeMap;

use super::life::{Life, Start};
use super::{EPOCH, Millis};
use crate::model::task::{ContainerSnapshot, TaskSnapshot, TaskTimes};

pub(super) const DECIDING: &str = "admin";
pub(super) const SIDECAR: &str = "proxy";
const FORGOTTEN_AFTER: Millis = 3_600_000;

#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) arn: String,
    pub(super) definition: String,
    pub(super) created: Millis,
    pub(super) command: Vec<String>,
    pub(super) tags: BTreeMap<String, String>,
    /// The process whose request made it; `None`: somebody without this tool.
    pub(super) by: Option<usize>,
    pub(super) life: Life,
    /// The first request to stop.
    pub(super) stop: Option<Stop>,
}

#[derive(Debug, Clone)]
pub(super) struct Stop {
    pub(super) at: Millis,
    pub(super) reason: String,
}

/// What truly becomes of a task, as far as it was told to stop by now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course<'t> {
    /// When the deciding container started.
    pub(super) started: Option<Millis>,
    /// When it ended, or when its start was given up.
    pub(super) over: Millis,
    pub(super) code: Option<i32>,
    pub(super) stop_code: &'static str,
    pub(super) reason: &'t str,
    /// When that was decided.
    pub(super) told: Millis,
    /// When the host learnt of a request to stop.
    pub(super) heard: Option<Millis>,
    pub(super) passing: bool,
}

struct Interruption<'t> {
    at: Millis,
    heard: Millis,
    code: &'static str,
    reason: &'t str,
    passing: bool,
}

impl<'t> Interruption<'t> {
    fn before_the_start(self) -> Course<'t> {
        Course {
            started: None,
            over: self.heard,
            code: None,
            stop_code: self.code,
            reason: self.reason,
            told: self.at,
            heard: Some(self.heard),
            passing: self.passing,
        }
    }
}

impl Task {
    fn interruption(&self) -> Option<Interruption<'_>> {
        let told = self.stop.as_ref().map(|stop| Interruption {
            at: stop.at,
            heard: stop.at + self.life.stop.heard_after,
            code: "UserInitiated",
            reason: &stop.reason,
            passing: false,
        });
        let outside = self.life.outside.as_ref().map(|outside| Interruption {
            at: self.created + outside.at,
            heard: self.created + outside.at + 100,
            code: outside.code,
            reason: outside.reason,
            passing: outside.passing,
        });
        told.into_iter().chain(outside).min_by_key(|told| told.at)
    }

    pub(super) fn course(&self) -> Course<'_> {
        let interruption = self.interruption();
        let heard = interruption.as_ref().map(|told| told.heard);
        match self.life.start {
            Start::Fails {
                at,
                reason,
                passing,
            } => {
                let at = self.created + at;
                match interruption {
                    Some(told) if told.heard <= at => told.before_the_start(),
                    _ => Course {
                        started: None,
                        over: at,
                        code: None,
                        stop_code: "TaskFailedToStart",
                        reason,
                        told: at,
                        heard: None,
                        passing,
                    },
                }
            }
            Start::Runs { at, lasts, code } => {
                let (at, end) = (self.created + at, self.created + at + lasts);
                match interruption {
                    Some(told) if told.heard <= at => told.before_the_start(),
                    Some(told) if told.heard + self.life.stop.takes < end => Course {
                        started: Some(at),
                        over: told.heard + self.life.stop.takes,
                        code: self.life.stop.code,
                        passing: false,
                        ..told.before_the_start()
                    },
                    _ => Course {
                        started: Some(at),
                        over: end,
                        code,
                        stop_code: "EssentialContainerExited",
                        reason: "Essential container in task exited",
                        told: end,
                        heard: heard.filter(|heard| *heard < end),
                        passing: false,
                    },
                }
            }
        }
    }

    /// When the first container of any kind started.
    pub(super) fn any_started(&self) -> Option<Millis> {
        self.course().started.or_else(|| self.sidecar_started())
    }

    fn sidecar_started(&self) -> Option<Millis> {
        let sidecar = self.life.sidecar.as_ref()?;
        let course = self.course();
        course.started.or_else(|| {
            let start = course.over.checked_sub(sidecar.starts_alone?)?;
            (course.stop_code == "TaskFailedToStart" && start > self.created).then_some(start)
        })
    }

    fn sidecar_over(&self) -> Option<Millis> {
        let sidecar = self.life.sidecar.as_ref()?;
        Some(self.course().over + sidecar.ends_after.min(self.life.deprovisioning))
    }

    /// When each container that logs started and ended, and what it wrote.
    pub(super) fn written(
        &self,
        container: &str,
    ) -> Option<(Millis, Millis, &super::story::Story)> {
        if container == SIDECAR {
            let sidecar = self.life.sidecar.as_ref()?;
            return Some((
                self.sidecar_started()?,
                self.sidecar_over()?,
                &sidecar.story,
            ));
        }
        let course = self.course();
        Some((course.started?, course.over, &self.life.story))
    }

    pub(super) fn stopped(&self) -> Millis {
        self.course().over + self.life.deprovisioning
    }

    /// Whether its deciding container runs, or may still start.
    pub(super) fn lives(&self, at: Millis) -> bool {
        self.created <= at && at < self.course().over
    }

    pub(super) fn runs(&self, at: Millis) -> bool {
        let course = self.course();
        course
            .started
            .is_some_and(|from| (from..course.over).contains(&at))
    }

    pub(super) fn is_described(&self, at: Millis) -> bool {
        let known = self.created + self.life.described_after..self.stopped() + FORGOTTEN_AFTER;
        self.created <= at && known.contains(&at)
    }

    pub(super) fn is_listed(&self, at: Millis) -> bool {
        self.is_described(at) && at >= self.created + self.life.listed_after
    }

    /// The task as ECS has it at a time; tags only where they are asked for.
    pub(super) fn snapshot(&self, at: Millis, with_tags: bool) -> TaskSnapshot {
        let course = self.course();
        let life = &self.life;
        let stamp = |millis: Millis| {
            (millis <= at).then(|| EPOCH + i64::try_from(millis).expect("a schedule is short"))
        };
        let started = course.started.filter(|start| *start <= at);
        let over = course.over <= at;
        let heard = course.heard.is_some_and(|heard| heard <= at);
        let pulls = self.created + life.pending;
        let last_status = match () {
            () if self.stopped() <= at => "STOPPED",
            () if over => "DEPROVISIONING",
            () if started.is_some() && heard => "STOPPING",
            () if started.is_some() => "RUNNING",
            () if pulls <= at => "PENDING",
            () => "PROVISIONING",
        };
        let asked = self.stop.as_ref().is_some_and(|stop| stop.at <= at);
        let detailed = course.told + life.detail_late <= at;
        TaskSnapshot {
            arn: self.arn.clone(),
            last_status: last_status.to_owned(),
            desired_status: Some(if asked || over { "STOPPED" } else { "RUNNING" }.to_owned()),
            definition_arn: Some(self.definition.clone()),
            started_by: None,
            commands: [(DECIDING.to_owned(), self.command.clone())].into(),
            tags: if with_tags {
                self.tags.clone()
            } else {
                BTreeMap::new()
            },
            stop_code: detailed.then(|| course.stop_code.to_owned()),
            stopped_reason: detailed.then(|| course.reason.to_owned()),
            times: TaskTimes {
                created: stamp(self.created),
                connectivity: stamp(pulls),
                pull_started: stamp(pulls),
                pull_stopped: course.started.and_then(stamp),
                started: started.and_then(stamp),
                stopping: stamp(course.told),
                execution_stopped: stamp(course.over),
                stopped: stamp(self.stopped()),
            },
            containers: self.containers(at, &course),
            attachments: Vec::new(),
        }
    }

    fn containers(&self, at: Millis, course: &Course<'_>) -> Vec<ContainerSnapshot> {
        let code = course
            .code
            .filter(|_| course.over + self.life.code_late <= at);
        let mut containers = vec![container(DECIDING, at, course.started, course.over, code)];
        if let Some(over) = self.sidecar_over() {
            let started = self.sidecar_started();
            let code = (started.is_some() && over <= at).then_some(143);
            containers.push(container(SIDECAR, at, started, over, code));
        }
        containers
    }
}

fn container(
    name: &str,
    at: Millis,
    started: Option<Millis>,
    over: Millis,
    exit_code: Option<i32>,
) -> ContainerSnapshot {
    let started = started.is_some_and(|start| start <= at);
    let last_status = match () {
        () if over <= at => "STOPPED",
        () if started => "RUNNING",
        () => "PENDING",
    };
    ContainerSnapshot {
        name: name.to_owned(),
        last_status: last_status.to_owned(),
        exit_code,
        reason: None,
        runtime_id: started.then(|| format!("runtime-of-{name}")),
    }
}
