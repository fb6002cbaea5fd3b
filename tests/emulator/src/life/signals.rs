//! Signals to the process groups of containers.

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process_group;

use crate::ecs::Container;
use crate::life::running_containers;
use crate::world::Shared;

pub(crate) fn terminate(container: &Container) {
    send(container, Signal::TERM);
}

pub(crate) fn kill(container: &Container) {
    send(container, Signal::KILL);
}

fn send(container: &Container, signal: Signal) {
    if let Some(pid) = container.pid() {
        // A group that is gone already needs no signal.
        let _ = kill_process_group(pid, signal);
    }
}

/// Kills what a container's first process left behind.
pub(crate) fn kill_group(pid: Pid) {
    let _ = kill_process_group(pid, Signal::KILL);
}

/// Kills all containers of all tasks, and says whether there were any.
pub(crate) fn kill_everything(world: &Shared) -> bool {
    let world = world.lock();
    let mut found = false;
    for container in running_containers(world.ecs.tasks().iter()) {
        kill(container);
        found = true;
    }
    found
}
