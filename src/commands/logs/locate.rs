//! Which stream holds the log that is wanted.

use crate::commands::compose;
use crate::commands::find;
use crate::commands::session::Place;
use crate::engine::read::Source;
use crate::engine::refusal::by_kind;
use crate::engine::run::World;
use crate::engine::vigil::ask;
use crate::error::Failure;
use crate::model::arn::TaskName;
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::event::{ContainerEnd, Finished, LogSummary, Sink};
use crate::model::log::{LogDriver, LogStream, stream_name};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::task::{EpochMillis, TaskSnapshot, task_id};
use crate::ports::{CallErrorKind, ReadError};
use crate::settings::Settings;

/// Whose log is wanted.
pub(in crate::commands) struct Wanted<'s> {
    pub(in crate::commands) name: &'s TaskName,
    pub(in crate::commands) settings: &'s Settings,
    /// Whether the container was named by a flag.
    pub(in crate::commands) asked: bool,
    pub(in crate::commands) since: Option<EpochMillis>,
}

/// A log, and its task where ECS still knows it.
pub(in crate::commands) struct Located {
    pub(in crate::commands) task: Option<TaskSnapshot>,
    pub(in crate::commands) definition: TaskDefinition,
    pub(in crate::commands) source: Source,
}

/// Where a container writes, without the task's id.
struct Target<'d> {
    container: &'d str,
    group: &'d str,
    region: &'d str,
    prefix: Option<&'d str>,
}

impl Wanted<'_> {
    pub(in crate::commands) async fn locate(
        &self,
        world: &World,
        place: &Place,
        sink: &mut dyn Sink,
    ) -> Result<Located, Failure> {
        let settings = self.settings;
        let task = find::task(world, place, self.name, sink).await?;
        let named = &settings.task_definition;
        let definition = find::definition(world, task.as_ref(), named, sink).await?;
        let container = match &task {
            Some(task) => find::container(settings, self.asked, task, &definition)?,
            None => definition
                .deciding_container(settings.container.as_deref())
                .map_err(|error| compose::no_container(&definition, &error))?,
        };
        let target = target(container, place)?;
        let name = match &task {
            Some(task) => target.stream_of(task)?,
            None => self.forgotten(world, place, &target, sink).await?,
        };
        let source = Source {
            container: target.container.to_owned(),
            stream: LogStream {
                region: target.region.to_owned(),
                group: target.group.to_owned(),
                name,
            },
            since: self.since,
        };
        Ok(Located {
            task,
            definition,
            source,
        })
    }

    /// The stream of a task that ECS does not know.
    async fn forgotten(
        &self,
        world: &World,
        place: &Place,
        target: &Target<'_>,
        sink: &mut dyn Sink,
    ) -> Result<String, Failure> {
        let Some(prefix) = target.prefix else {
            return Err(find::nowhere(place, self.name).hinted(format!(
                "without awslogs-stream-prefix the log of container `{}` has no name that could be found",
                target.container
            )));
        };
        let beginning = format!("{prefix}/{}/{}", target.container, self.name.id());
        if self.name.is_whole() {
            return Ok(beginning);
        }
        let look = || async {
            let found = world
                .logs
                .stream_names(target.region, target.group, &beginning)
                .await;
            // What is not there is an answer too.
            match found {
                Ok(names) => Ok(Ok(names)),
                Err(ReadError::Call(error)) => Err(error),
                Err(missing) => Ok(Err(missing)),
            }
        };
        let found = ask(world, "looking for the log", sink, look).await;
        let found = found.map_err(|error| by_kind(&error, "the log could not be looked for"))?;
        let names = found.map_err(|_| no_group(target.group, target.region))?;
        match names.as_slice() {
            [] => Err(find::nowhere(place, self.name).hinted(format!(
                "no log stream of group {} ({}) begins with {beginning}",
                target.group, target.region
            ))),
            [name] => Ok(name.clone()),
            _ => Err(Failure::usage(format!(
                "`{}` may be any of these tasks, whose logs are in {} ({}):\n  {}",
                self.name.text(),
                target.group,
                target.region,
                ids(&names)
            ))
            .hinted("type more of the id")),
        }
    }
}

fn ids(streams: &[String]) -> String {
    let ids: Vec<_> = streams.iter().map(|name| task_id(name)).collect();
    ids.join("\n  ")
}

/// Where a container writes, if it is `CloudWatch`.
fn target<'d>(container: &'d ContainerDefinition, place: &'d Place) -> Result<Target<'d>, Failure> {
    if let LogDriver::Awslogs {
        group,
        region,
        prefix,
    } = &container.log
    {
        return Ok(Target {
            container: &container.name,
            group,
            region: region.as_deref().unwrap_or(&place.region),
            prefix: prefix.as_deref(),
        });
    }
    Err(Failure::tool(container.without_log().unwrap_or_default())
        .hinted("another container of the task may have one: --container NAME"))
}

impl Target<'_> {
    fn stream_of(&self, task: &TaskSnapshot) -> Result<String, Failure> {
        let runtime_id = task
            .container(self.container)
            .and_then(|container| container.runtime_id.as_deref());
        let id = task_id(&task.arn);
        stream_name(self.prefix, self.container, id, runtime_id).ok_or_else(|| {
            Failure::tool(format!(
                "the log of container `{}` has no name before the container has started ({})",
                self.container, task.last_status
            ))
            .hinted("run it again when the container runs")
        })
    }
}

fn no_group(group: &str, region: &str) -> Failure {
    Failure::tool(format!("log group {group} does not exist in {region}"))
        .hinted("check --region and --profile, and the awslogs-group of the task definition (--task-definition)")
}

impl Located {
    /// Whether the container runs or may still run.
    pub(in crate::commands) fn runs_on(&self) -> bool {
        let container = |task: &TaskSnapshot| {
            let container = task.container(&self.source.container);
            !task.is_stopped() && container.is_none_or(|container| !container.has_ended())
        };
        self.task.as_ref().is_some_and(container)
    }

    /// The end of reading.
    pub(in crate::commands) fn finished(&self, lines: u64, notes: &[String]) -> Finished {
        let task = self.task.as_ref();
        let containers = task.iter().flat_map(|task| &task.containers);
        let is_essential = |name: &str| {
            let definitions = &self.definition.containers;
            definitions.iter().any(|c| c.name == name && c.essential)
        };
        Finished {
            task_arn: task.map(|task| task.arn.clone()),
            stop_code: task.and_then(|task| task.stop_code.clone()),
            stopped_reason: task.and_then(|task| task.stopped_reason.clone()),
            containers: containers
                .map(|it| ContainerEnd::of(&it.name, Some(it), is_essential(&it.name)))
                .collect(),
            logs: LogSummary {
                lines,
                complete: notes.is_empty(),
                note: (!notes.is_empty()).then(|| notes.join("; ")),
            },
            ..Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None)
        }
    }

    /// Why the log could not be read, and what to check.
    pub(in crate::commands) fn unreadable(&self, place: &Place, error: &ReadError) -> Failure {
        let Source {
            container, stream, ..
        } = &self.source;
        let LogStream {
            region,
            group,
            name,
        } = stream;
        match error {
            ReadError::GroupMissing => no_group(group, region),
            ReadError::StreamMissing => self.no_stream(place),
            ReadError::Call(error) if error.kind == CallErrorKind::Denied => {
                Failure::tool(format!("the log of container `{container}` cannot be read: {error}"))
                    .hinted(format!("allow the caller logs:GetLogEvents on log group {group} ({region})"))
            }
            ReadError::Call(error) => by_kind(
                error,
                &format!("the log of container `{container}` could not be read"),
            ),
            ReadError::TokenExpired => Failure::tool(format!(
                "the log of container `{container}` could not be read: {error}: group {group}, stream {name} ({region})"
            ))
            .hinted("run it again"),
        }
    }

    fn no_stream(&self, place: &Place) -> Failure {
        let Source {
            container, stream, ..
        } = &self.source;
        let failure = Failure::tool(format!(
            "log stream {} does not exist in log group {} ({})",
            stream.name, stream.group, stream.region
        ));
        match &self.task {
            Some(task) if task.has_run(container) => failure.hinted(
                "it may be there in a few seconds, or the log group no longer holds it (retention)",
            ),
            Some(task) if self.runs_on() => failure.hinted(format!(
                "container `{container}` has not started yet ({}): --follow waits for it",
                task.last_status
            )),
            Some(_) => self.never_ran(place),
            None => failure
                .hinted("ECS does not know the task (any longer): check its id, --container and --task-definition")
                .hinted("--region and --profile say where it is looked for; the log group's retention may have removed it"),
        }
    }

    /// The container never wrote a log.
    pub(in crate::commands) fn never_ran(&self, place: &Place) -> Failure {
        let task = self.task.as_ref();
        let code = task.and_then(|task| task.stop_code.as_deref());
        let reason = task.and_then(|task| task.stopped_reason.as_deref());
        Failure::tool(format!(
            "container `{}` never ran, so there is no log: {}: {}",
            self.source.container,
            code.unwrap_or("no stop code"),
            reason.unwrap_or("no reason given")
        ))
        .hinted(format!(
            "{} shows the reasons of all its containers",
            place.command("ps")
        ))
    }
}
