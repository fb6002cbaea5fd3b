//! The process that stands for a container.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Pid;
use tokio::process::Child;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::clock::Moment;
use crate::ecs::Process;
use crate::ecs::Stop;
use crate::life::failure::Failure;
use crate::life::output;
use crate::life::resources::Launch;
use crate::life::resources::LogTarget;
use crate::life::signals;
use crate::world::Shared;
use crate::world::World;

/// How long a pipe may stay open after the end of a container's processes. Only a process that
/// left the group can hold it.
const DRAIN_LIMIT: Duration = Duration::from_secs(2);

/// Starts a container's process and watches over it.
pub(crate) fn start(world: &Shared, task_id: &str, launch: Launch) -> Result<(), Failure> {
    let mut child = command(&launch)
        .spawn()
        .map_err(|error| Failure::program(launch.index, &launch.image.program, &error))?;
    let pid = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    {
        let mut world = world.lock();
        let world = &mut *world;
        let task = world
            .ecs
            .task_mut(task_id)
            .expect("tasks are never forgotten");
        task.containers[launch.index].process = Process::Running(pid);
        task.changes += 1;
        if let Some(log) = &launch.log {
            let exists_from = Moment::now().after(world.scenario.logs.stream_delay_ms);
            world
                .logs
                .create_stream(&log.group, &log.stream, exists_from);
        }
    }
    let pumps = output::pump_all(&mut child, launch.log.as_ref(), world);
    let watch = Watch {
        world: world.clone(),
        task_id: task_id.to_owned(),
        index: launch.index,
        log: launch.log,
        pid,
    };
    tokio::spawn(watch.until_end(child, pumps));
    Ok(())
}

fn command(launch: &Launch) -> Command {
    let mut command = Command::new(&launch.image.program);
    let output = || {
        if launch.log.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        }
    };
    command
        .args(&launch.image.args)
        .args(&launch.words)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(&launch.environment)
        .stdin(Stdio::null())
        .stdout(output())
        .stderr(output())
        .process_group(0)
        .kill_on_drop(true);
    if let Some(directory) = &launch.directory {
        command.current_dir(directory);
    }
    command
}

/// Watches over one process.
struct Watch {
    world: Shared,
    task_id: String,
    index: usize,
    log: Option<LogTarget>,
    pid: Option<Pid>,
}

impl Watch {
    async fn until_end(self, mut child: Child, pumps: Vec<JoinHandle<()>>) {
        let code = exit_code(child.wait().await.ok());
        let ended = Moment::now();
        if let Some(pid) = self.pid {
            // In a container, the end of the first process is the end of all.
            signals::kill_group(pid);
        }
        self.leave_process(ended);
        for pump in pumps {
            // The lines that were written before the end belong to the log.
            let _ = timeout(DRAIN_LIMIT, pump).await;
        }
        self.end(code, ended);
    }

    /// The process is reaped: nobody may signal its id any more.
    fn leave_process(&self, ended: Moment) {
        let mut world = self.world.lock();
        let world = &mut *world;
        if let Some(task) = world.ecs.task_mut(&self.task_id) {
            task.containers[self.index].process = Process::Running(None);
        }
        if let Some(log) = &self.log {
            let settings = world.scenario.logs;
            world
                .logs
                .process_ended((&log.group, &log.stream), &settings, ended);
        }
    }

    fn end(&self, code: i32, ended: Moment) {
        let mut world = self.world.lock();
        let World { scenario, ecs, .. } = &mut *world;
        let code_shown_at = ended.after(scenario.exit_code_delay_ms);
        let Some(task) = ecs.task_mut(&self.task_id) else {
            return;
        };
        let container = &mut task.containers[self.index];
        container.process = Process::Ended {
            code,
            at: ended,
            code_shown_at,
        };
        task.changes += 1;
        if container.spec.essential {
            task.stop(Stop {
                code: "EssentialContainerExited".to_owned(),
                reason: "Essential container in task exited".to_owned(),
                shown_at: code_shown_at.after(scenario.stop_detail_delay_ms),
            });
        }
        task.bell.notify_one();
    }
}

/// The exit status as a container's exit code: 128 and the number of the signal that killed it.
fn exit_code(status: Option<ExitStatus>) -> i32 {
    let by_signal = |status: ExitStatus| status.signal().map(|signal| 128 + signal);
    status
        .and_then(|status| status.code().or_else(|| by_signal(status)))
        .unwrap_or(255)
}
