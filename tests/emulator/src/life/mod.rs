//! What happens to a task after `RunTask`: one asynchronous life for each.

mod failure;
mod output;
mod process;
mod resources;
mod signals;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio::time::sleep_until;

use crate::clock::Moment;
use crate::ecs::Container;
use crate::ecs::Process;
use crate::ecs::Stop;
use crate::ecs::Task;
use crate::ecs::TaskPhase;
use crate::life::failure::Failure;
use crate::scenario::FailurePoint;
use crate::scenario::Phases;
use crate::world::Shared;

pub(crate) use signals::kill_everything;

/// Lives the life of a task from PROVISIONING to STOPPED.
pub(crate) async fn live(world: Shared, id: String) {
    let Some(bell) = world
        .lock()
        .ecs
        .task(&id)
        .map(|task| Arc::clone(&task.bell))
    else {
        return;
    };
    let life = Life { world, id, bell };
    match life.start().await {
        Ok(()) => life.until_stop().await,
        Err(Halt::Failed(failure)) => life.fail(failure),
        Err(Halt::Stopped) => {}
    }
    life.finish().await;
}

/// Why a task does not come to run.
enum Halt {
    Failed(Failure),
    /// `StopTask` came first.
    Stopped,
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

struct Life {
    world: Shared,
    id: String,
    bell: Arc<Notify>,
}

impl Life {
    async fn start(&self) -> Result<(), Halt> {
        self.pause(|phases| phases.provisioning_ms).await?;
        self.scripted_failure(FailurePoint::Provisioning)?;
        self.change(|task, now| {
            task.phase = TaskPhase::Pending;
            task.times.connectivity = Some(now);
        });
        let launches = resources::initialise(&mut self.world.lock(), &self.id)?;
        self.change(|task, now| task.times.pull_started = Some(now));
        self.pause(|phases| phases.pull_ms).await?;
        let launches = resources::pull_images(&self.world.lock(), launches)?;
        self.change(|task, now| task.times.pull_stopped = Some(now));
        self.pause(|phases| phases.pending_ms).await?;
        self.scripted_failure(FailurePoint::Pending)?;
        self.change(|task, _| task.phase = TaskPhase::Activating);
        self.pause(|phases| phases.activating_ms).await?;
        for launch in launches {
            process::start(&self.world, &self.id, launch)?;
        }
        self.change(|task, now| {
            task.phase = TaskPhase::Running;
            task.times.started = Some(now);
        });
        Ok(())
    }

    /// Waits for `StopTask` or for the end of an essential container.
    async fn until_stop(&self) {
        while !self.shall_stop() {
            self.bell.notified().await;
        }
    }

    fn fail(&self, failure: Failure) {
        self.change(|task, now| {
            for (index, container) in task.containers.iter_mut().enumerate() {
                if let Some(reason) = failure.reason_of_container(index) {
                    container.reason = Some(reason.to_owned());
                }
            }
            task.stop(Stop {
                code: failure.stop_code,
                reason: failure.reason,
                shown_at: now,
            });
        });
    }

    async fn finish(&self) {
        let was_running = self.change(|task, _| {
            for container in &mut task.containers {
                if container.process == Process::NotYet {
                    container.process = Process::Never;
                }
            }
            task.phase == TaskPhase::Running
        });
        if was_running {
            self.change(|task, _| task.phase = TaskPhase::Deactivating);
            self.wait(|phases| phases.deactivating_ms).await;
        }
        self.change(|task, now| {
            task.phase = TaskPhase::Stopping;
            task.times.stopping = Some(now);
        });
        tokio::join!(
            self.end_containers(),
            self.wait(|phases| phases.stopping_ms)
        );
        self.change(|task, now| {
            task.phase = TaskPhase::Deprovisioning;
            task.times.execution_stopped = Some(now);
        });
        self.wait(|phases| phases.deprovisioning_ms).await;
        self.change(|task, now| {
            task.phase = TaskPhase::Stopped;
            task.times.stopped = Some(now);
        });
    }

    /// SIGTERM to all, and after each one's time SIGKILL.
    async fn end_containers(&self) {
        let began = Instant::now();
        let mut patience: Vec<(usize, Instant)> = self.terminate(began);
        while self.with(|task, _| task.has_running_container()) {
            let now = Instant::now();
            patience.retain(|(index, deadline)| {
                if *deadline <= now {
                    self.with(|task, _| signals::kill(&task.containers[*index]));
                }
                *deadline > now
            });
            match patience.iter().map(|(_, deadline)| *deadline).min() {
                Some(next) => {
                    tokio::select! {
                        () = sleep_until(next) => {}
                        () = self.bell.notified() => {}
                    }
                }
                None => self.bell.notified().await,
            }
        }
    }

    /// Sends SIGTERM and says until when each running container may take its time.
    fn terminate(&self, now: Instant) -> Vec<(usize, Instant)> {
        let scenario = self.world.lock().scenario.clone();
        self.with(|task, _| {
            let running = task
                .containers
                .iter()
                .enumerate()
                .filter(|(_, it)| it.is_running());
            let deadlines = running.map(|(index, container)| {
                signals::terminate(container);
                let timeout = scenario.stop_timeout_for(container.spec.stop_timeout);
                (index, now + Duration::from_millis(timeout))
            });
            deadlines.collect()
        })
    }

    fn scripted_failure(&self, point: FailurePoint) -> Result<(), Halt> {
        match failure::scripted(&mut self.world.lock(), point) {
            Some(failure) => Err(failure.into()),
            None => Ok(()),
        }
    }

    /// Waits for a phase of the start, unless the task is stopped before.
    async fn pause(&self, phase: impl Fn(&Phases) -> u64) -> Result<(), Halt> {
        let deadline = Instant::now() + self.length(phase);
        loop {
            if self.shall_stop() {
                return Err(Halt::Stopped);
            }
            if Instant::now() >= deadline {
                return Ok(());
            }
            tokio::select! {
                () = sleep_until(deadline) => {}
                () = self.bell.notified() => {}
            }
        }
    }

    /// Waits for a phase of the end.
    async fn wait(&self, phase: impl Fn(&Phases) -> u64) {
        tokio::time::sleep(self.length(phase)).await;
    }

    fn length(&self, phase: impl Fn(&Phases) -> u64) -> Duration {
        Duration::from_millis(phase(&self.world.lock().scenario.phases))
    }

    fn shall_stop(&self) -> bool {
        self.with(|task, _| task.stop.is_some())
    }

    /// Changes the task, which raises its version.
    fn change<R>(&self, change: impl FnOnce(&mut Task, Moment) -> R) -> R {
        self.with(|task, now| {
            task.changes += 1;
            change(task, now)
        })
    }

    fn with<R>(&self, look: impl FnOnce(&mut Task, Moment) -> R) -> R {
        let mut world = self.world.lock();
        let task = world
            .ecs
            .task_mut(&self.id)
            .expect("tasks are never forgotten");
        look(task, Moment::now())
    }
}

/// Every container with a process, in all tasks.
fn running_containers<'tasks>(
    tasks: impl Iterator<Item = &'tasks Task>,
) -> impl Iterator<Item = &'tasks Container> {
    tasks
        .flat_map(|task| &task.containers)
        .filter(|container| container.is_running())
}
