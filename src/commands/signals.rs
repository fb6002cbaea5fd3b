//! Signals as a stream.

use futures_util::stream::{self, Stream, StreamExt as _};

use crate::engine::run::Signal;

/// The signals that end a run, as they come.
///
/// From here on they no longer kill the process. Each is remembered until it is taken. A signal
/// that this process was told to ignore (as `nohup` does with SIGHUP) stays ignored.
pub fn listen() -> std::io::Result<impl Stream<Item = Signal> + Unpin> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let ignored = ignored();
        let mut sources = Vec::new();
        for (kind, name) in [
            (SignalKind::interrupt(), Signal::Interrupt),
            (SignalKind::terminate(), Signal::Terminate),
            (SignalKind::hangup(), Signal::Hangup),
        ] {
            if is_in(ignored, kind.as_raw_value()) {
                continue;
            }
            let listener = signal(kind)?;
            let source = stream::unfold(listener, move |mut listener| async move {
                listener.recv().await.map(|()| (name, listener))
            });
            sources.push(source.boxed());
        }
        Ok(stream::select_all(sources))
    }
    #[cfg(not(unix))]
    {
        let source = stream::unfold((), |()| async {
            tokio::signal::ctrl_c()
                .await
                .ok()
                .map(|()| (Signal::Interrupt, ()))
        });
        Ok(source.boxed())
    }
}

/// Whether this process ignores a signal from its start.
#[cfg(unix)]
pub(super) fn is_ignored(signal: i32) -> bool {
    is_in(ignored(), signal)
}

/// The signals that this process ignores from its start, as a mask; none where the system has no
/// way to tell without unsafe code.
#[cfg(unix)]
fn ignored() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| mask_of(&status))
        .unwrap_or(0)
}

#[cfg(unix)]
fn mask_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(unix)]
fn is_in(mask: u64, signal: i32) -> bool {
    u32::try_from(signal - 1)
        .is_ok_and(|bit| mask.checked_shr(bit).is_some_and(|rest| rest & 1 == 1))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_ignored_signals() {
        let status = "Name:\tx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0\n";
        let mask = mask_of(status).expect("a mask");
        assert!(is_in(mask, 1), "SIGHUP");
        assert!(is_in(mask, 13), "SIGPIPE");
        assert!(!is_in(mask, 2), "SIGINT");
        assert_eq!(mask_of("Name:\tx\n"), None);
        assert!(!is_in(u64::MAX, 0) && !is_in(u64::MAX, 99));
    }
}
