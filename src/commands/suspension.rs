//! Ctrl-Z: the terminal goes to the shell, without the status.

use super::output::Progress;
use crate::report::Live;

/// Before this process is suspended the status is taken off, and afterwards it is drawn again.
#[cfg(unix)]
pub(super) fn make_way(live: Live, progress: Progress) {
    use rustix::process::{Signal, getpid, kill_process};
    use std::time::Duration;
    use tokio::signal::unix::{SignalKind, signal};
    use tokio::time::sleep;

    /// How long a terminal that takes nothing is waited for.
    const TAKES: Duration = Duration::from_secs(1);
    /// A process that is being stopped runs on for no longer.
    const STOPS: Duration = Duration::from_millis(50);

    let suspend = Signal::TSTP.as_raw();
    if super::signals::is_ignored(suspend) {
        return;
    }
    let Ok(mut suspends) = signal(SignalKind::from_raw(suspend)) else {
        return;
    };
    tokio::spawn(async move {
        while suspends.recv().await.is_some() {
            live.suspend();
            progress.written(TAKES).await;
            // Unlike SIGSTOP, it stops nobody for good whom no shell would continue: there the
            // system takes no notice of it.
            let _ = kill_process(getpid(), Signal::TTOU);
            sleep(STOPS).await;
            live.resume();
        }
    });
}

#[cfg(not(unix))]
pub(super) fn make_way(_: Live, _: Progress) {}
