//! The task that is to be stopped: what is said of it before and after.

use jiff::Timestamp;
use tokio::time::Instant;

use crate::commands::find::age;
use crate::commands::session::Place;
use crate::error::Failure;
use crate::model::choice::deciding;
use crate::model::definition::TaskDefinition;
use crate::model::duration::measured;
use crate::model::event::{ContainerEnd, Finished, LogSummary};
use crate::model::outcome::{ExitStatus, Outcome, judge};
use crate::model::task::{ContainerSnapshot, TaskSnapshot, family, task_id};
use crate::model::timings::Timings;
use crate::model::writers::command_of;

/// So many characters of a reason are certain to be taken: what the API reference of `StopTask`
/// named as its limit for years. Newer ones name none.
const REASON_LIMIT: usize = 255;

/// The task that is to be stopped.
pub(super) struct Target {
    pub(super) task: TaskSnapshot,
    /// Where it could be read.
    pub(super) definition: Option<TaskDefinition>,
    /// The container whose end is waited for.
    pub(super) container: String,
}

/// The reason that ECS keeps: who, and why.
pub(super) fn reason(who: &str, text: Option<&str>) -> Result<String, Failure> {
    let mut reason = format!("run-admin-task: stopped by {who}");
    if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
        reason = format!("{reason}: {text}");
    }
    let length = reason.chars().count();
    if length > REASON_LIMIT {
        return Err(Failure::usage(format!(
            "nothing was stopped: the reason is too long: with who stops it, {length} characters of {REASON_LIMIT} that ECS takes"
        ))
        .hinted("say it in fewer words with --reason"));
    }
    Ok(reason)
}

impl Target {
    pub(super) fn new(
        task: TaskSnapshot,
        definition: Option<TaskDefinition>,
        asked: Option<&str>,
        usual: Option<&str>,
    ) -> Result<Self, Failure> {
        if let Some(asked) = asked
            && task.container(asked).is_none()
        {
            let names: Vec<_> = task.containers.iter().map(|c| c.name.as_str()).collect();
            return Err(Failure::usage(format!(
                "the task has no container `{asked}`; it has {}",
                names.join(", ")
            )));
        }
        let by_definition = definition
            .as_ref()
            .and_then(|definition| deciding(&task, definition, None, usual).ok())
            .map(|container| container.name.as_str());
        let container = asked
            .or(task.commanded().map(|(name, _)| name))
            .or(by_definition)
            .or(task.containers.first().map(|first| first.name.as_str()))
            .unwrap_or_default()
            .to_owned();
        Ok(Self {
            task,
            definition,
            container,
        })
    }

    pub(super) fn has_ended(&self) -> bool {
        let container = self.task.container(&self.container);
        self.task.is_stopped() || container.is_some_and(ContainerSnapshot::has_ended)
    }

    /// What would be done, as a question begins.
    pub(super) fn what(&self, place: &Place, now: Timestamp) -> String {
        let task = &self.task;
        let words = match &self.definition {
            Some(definition) => command_of(task, definition),
            None => task.commanded().map_or(&[][..], |(_, words)| words),
        };
        let command = if words.is_empty() {
            "no command of its own".to_owned()
        } else {
            words.join(" ")
        };
        let definition = task.definition_arn.as_deref().unwrap_or_default();
        let other = if family(definition) == place.family {
            String::new()
        } else {
            format!(" of {}", definition.rsplit('/').next().unwrap_or_default())
        };
        let stopping = if task.desired_status.as_deref() == Some("STOPPED") {
            " and told to stop already"
        } else {
            ""
        };
        format!(
            "stop task {}{other} ({command}, {}{stopping}, started by {} {} ago) on {}",
            task_id(&task.arn),
            task.last_status,
            task.who().unwrap_or("somebody unknown"),
            age(task, now),
            place.cluster,
        )
    }

    /// A sentence about a task that is over.
    pub(super) fn how_it_ended(&self, now: Timestamp) -> String {
        let task = &self.task;
        let code = task.container(&self.container).and_then(|c| c.exit_code);
        let code = code.map_or_else(
            || "ended without an exit code".to_owned(),
            |code| format!("exited {code}"),
        );
        let stamped = task.times.execution_stopped.or(task.times.stopped);
        let ago = stamped.map_or_else(String::new, |at| {
            let ago = measured(now.as_millisecond() - at);
            format!(" {ago} ago")
        });
        let why = match (&task.stop_code, &task.stopped_reason) {
            (Some(code), Some(reason)) => format!(" ({code}: {reason})"),
            (Some(text), None) | (None, Some(text)) => format!(" ({text})"),
            (None, None) => String::new(),
        };
        format!(
            "nothing was stopped: task {} has ended already{ago}: container `{}` {code}{why}",
            task_id(&task.arn),
            self.container,
        )
    }

    /// How the task ended.
    pub(super) fn outcome(&self, ran: bool) -> Outcome {
        judge(&self.task, &self.container, ran).outcome
    }

    /// The last event.
    pub(super) fn finished(
        &self,
        outcome: Outcome,
        exit_code: ExitStatus,
        began: Instant,
    ) -> Finished {
        let task = &self.task;
        let is_essential = |name: &str| match &self.definition {
            Some(definition) => {
                let mut containers = definition.containers.iter();
                containers.any(|container| container.name == name && container.essential)
            }
            None => name == self.container,
        };
        let containers = task.containers.iter();
        let containers =
            containers.map(|it| ContainerEnd::of(&it.name, Some(it), is_essential(&it.name)));
        let total = i64::try_from(began.elapsed().as_millis()).ok();
        Finished {
            task_arn: Some(task.arn.clone()),
            stop_code: task.stop_code.clone(),
            stopped_reason: task.stopped_reason.clone(),
            containers: containers.collect(),
            // No log was read: what it says of one would be a guess.
            logs: LogSummary::default(),
            timings: Timings::of(&task.times, total),
            ..Finished::without_task(outcome, exit_code, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::task::TaskTimes;

    fn task() -> TaskSnapshot {
        TaskSnapshot {
            arn: "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e".into(),
            last_status: "RUNNING".into(),
            definition_arn: Some("arn:aws:ecs:x:0:task-definition/everruns-admin:7".into()),
            commands: [("admin".to_owned(), vec!["migrate".to_owned()])].into(),
            tags: [("run-admin-task:who".to_owned(), "ana@laptop".to_owned())].into(),
            times: TaskTimes {
                created: Some(0),
                ..TaskTimes::default()
            },
            containers: vec![ContainerSnapshot {
                name: "admin".into(),
                last_status: "RUNNING".into(),
                ..ContainerSnapshot::default()
            }],
            ..TaskSnapshot::default()
        }
    }

    fn target(task: TaskSnapshot) -> Target {
        Target::new(task, None, None, None).expect("sound")
    }

    #[test]
    fn the_question_says_what_is_at_stake() {
        let place = |family: &str| Place {
            cluster: "everruns".into(),
            region: "us-east-1".into(),
            family: family.into(),
            reach: None,
        };
        let now = Timestamp::from_millisecond(185_000).expect("sound");
        assert_eq!(
            target(task()).what(&place("everruns-admin"), now),
            "stop task 0f1e (migrate, RUNNING, started by ana@laptop 3m 5s ago) on everruns"
        );
        let told = TaskSnapshot {
            desired_status: Some("STOPPED".into()),
            commands: [].into(),
            tags: [].into(),
            ..task()
        };
        assert_eq!(
            target(told).what(&place("web"), now),
            "stop task 0f1e of everruns-admin:7 (no command of its own, RUNNING and told to stop \
             already, started by somebody unknown 3m 5s ago) on everruns"
        );
    }

    #[test]
    fn an_end_is_told_with_its_reason() {
        let mut ended = task();
        ended.containers[0].exit_code = Some(3);
        ended.stop_code = Some("EssentialContainerExited".into());
        ended.times.execution_stopped = Some(60_000);
        let ended = target(ended);
        assert!(ended.has_ended());
        assert!(!target(task()).has_ended());
        let now = Timestamp::from_millisecond(62_500).expect("sound");
        assert_eq!(
            ended.how_it_ended(now),
            "nothing was stopped: task 0f1e has ended already 2.5s ago: container `admin` exited 3 \
             (EssentialContainerExited)"
        );
    }

    #[test]
    fn reasons() {
        assert_eq!(
            reason("ana@laptop", None).as_deref(),
            Ok("run-admin-task: stopped by ana@laptop")
        );
        assert_eq!(
            reason("ana@laptop", Some(" wrong cluster ")).as_deref(),
            Ok("run-admin-task: stopped by ana@laptop: wrong cluster")
        );
        let room = REASON_LIMIT - "run-admin-task: stopped by ana@laptop: ".len();
        assert!(reason("ana@laptop", Some(&"é".repeat(room))).is_ok());
        let failure = reason("ana@laptop", Some(&"é".repeat(room + 1))).expect_err("too long");
        assert_eq!(failure.exit.code(), 2);
        assert!(
            failure.message.contains("256 characters of 255"),
            "{failure}"
        );
    }

    #[test]
    fn whose_end_is_waited_for() {
        let container = |task, asked| {
            let target = Target::new(task, None, asked, Some("of another definition"));
            target
                .map(|target| target.container)
                .map_err(|failure| failure.message)
        };
        assert_eq!(container(task(), None), Ok("admin".into()));
        assert_eq!(container(task(), Some("admin")), Ok("admin".into()));
        assert_eq!(
            container(task(), Some("web")),
            Err("the task has no container `web`; it has admin".into())
        );
        let plain = TaskSnapshot {
            commands: [].into(),
            ..task()
        };
        assert_eq!(container(plain, None), Ok("admin".into()));
    }
}
