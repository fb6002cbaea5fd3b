//! Signals as a stream.

use futures_util::stream::{self, Stream, StreamExt as _};

use crate::engine::run::Signal;

/// The signals that end a run, as they come.
///
/// From here on they no longer kill the process. Each is remembered until it is taken.
pub fn listen() -> std::io::Result<impl Stream<Item = Signal> + Unpin> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let source = |kind: SignalKind, name: Signal| -> std::io::Result<_> {
            let listener = signal(kind)?;
            Ok(stream::unfold(listener, move |mut listener| async move {
                listener.recv().await.map(|()| (name, listener))
            })
            .boxed())
        };
        Ok(stream::select_all([
            source(SignalKind::interrupt(), Signal::Interrupt)?,
            source(SignalKind::terminate(), Signal::Terminate)?,
            source(SignalKind::hangup(), Signal::Hangup)?,
        ]))
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
