//! stdout and stderr, written by a thread of their own: a pager that does not read, or a terminal
//! that was stopped with Ctrl-S, must not make the run deaf to signals and timers.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// With more than this unwritten, nothing more should be read that would have to be printed.
const BEHIND: usize = 1024 * 1024;
/// Between two looks whether everything is written.
const LOOK: Duration = Duration::from_millis(2);

/// Which of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

type Piece = (Stream, Vec<u8>);

/// Whether pieces of stderr wait for those of stdout that were handed over before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// They do, unless stdout is behind.
    Loose,
    /// They always do: both are one terminal, on which a status is taken off before a line.
    Strict,
    /// They never do: a status is drawn on the one, and the other is somewhere else.
    None,
}

/// What the streams' writers and the thread share.
#[derive(Debug, Default)]
struct Shared {
    /// Bytes that were handed over and are not written yet.
    unwritten: AtomicUsize,
    /// Why stdout can be written no longer, until it is told.
    out_error: Mutex<Option<io::Error>>,
}

/// The streams' common side: how far the writing is.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    shared: Arc<Shared>,
}

/// One of the two streams. What is written is handed over when it is flushed; pieces of both
/// streams are written in the order of their flushes, as far as an [`Order`] is kept.
#[derive(Debug)]
pub(super) struct Handle {
    stream: Stream,
    order: Order,
    buffer: Vec<u8>,
    sender: Sender<Piece>,
    urgent: Sender<Vec<u8>>,
    shared: Arc<Shared>,
}

/// Starts the thread. Returns stdout, stderr, and how far they are.
pub(super) fn in_background(
    out: impl Write + Send + 'static,
    err: impl Write + Send + 'static,
    order: Order,
) -> (Handle, Handle, Progress) {
    let (sender, pieces) = channel();
    let (urgent, urgent_pieces) = channel();
    let shared = Arc::new(Shared::default());
    let err = Arc::new(Mutex::new(err));
    let (in_order, at_once) = (Arc::clone(&shared), Arc::clone(&shared));
    let err_at_once = Arc::clone(&err);
    std::thread::spawn(move || write_in_order(&pieces, out, &err, &in_order));
    std::thread::spawn(move || write_at_once(&urgent_pieces, &err_at_once, &at_once));
    let handle = |stream| Handle {
        stream,
        order,
        buffer: Vec::new(),
        sender: sender.clone(),
        urgent: urgent.clone(),
        shared: Arc::clone(&shared),
    };
    let progress = Progress {
        shared: Arc::clone(&shared),
    };
    (handle(Stream::Out), handle(Stream::Err), progress)
}

/// Writes pieces of both streams in the order in which they were handed over.
fn write_in_order(
    pieces: &Receiver<Piece>,
    mut out: impl Write,
    err: &Mutex<impl Write>,
    shared: &Shared,
) {
    let mut out_failed = false;
    for (stream, piece) in pieces {
        match stream {
            // After a failure nothing more is written: an output with a hole would look whole.
            Stream::Out if out_failed => {}
            Stream::Out => {
                let written = out.write_all(&piece).and_then(|()| out.flush());
                if let Err(error) = written {
                    out_failed = true;
                    let mut slot = shared
                        .out_error
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner);
                    slot.get_or_insert(error);
                }
            }
            Stream::Err => write_err(err, &piece),
        }
        shared.unwritten.fetch_sub(piece.len(), Ordering::Release);
    }
}

/// Writes pieces of stderr while stdout waits for its reader.
fn write_at_once(pieces: &Receiver<Vec<u8>>, err: &Mutex<impl Write>, shared: &Shared) {
    for piece in pieces {
        write_err(err, &piece);
        shared.unwritten.fetch_sub(piece.len(), Ordering::Release);
    }
}

fn write_err(err: &Mutex<impl Write>, piece: &[u8]) {
    let mut err = err.lock().unwrap_or_else(PoisonError::into_inner);
    // Nobody can be told that stderr is closed.
    let _ = err.write_all(piece).and_then(|()| err.flush());
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Hands over what was written. An error is that of an earlier piece.
    fn flush(&mut self) -> io::Result<()> {
        if self.stream == Stream::Out {
            let mut slot = self
                .shared
                .out_error
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(error) = slot.take() {
                self.buffer.clear();
                return Err(error);
            }
        }
        if self.buffer.is_empty() {
            return Ok(());
        }
        let at_once = match self.order {
            Order::Loose => self.shared.unwritten.load(Ordering::Acquire) > BEHIND,
            Order::Strict => false,
            Order::None => true,
        };
        let piece = std::mem::take(&mut self.buffer);
        self.shared
            .unwritten
            .fetch_add(piece.len(), Ordering::Release);
        let taken = if at_once && self.stream == Stream::Err {
            self.urgent.send(piece).is_ok()
        } else {
            self.sender.send((self.stream, piece)).is_ok()
        };
        if taken {
            Ok(())
        } else {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
}

impl Progress {
    /// Whether so much is unwritten that no more should be read.
    pub(super) fn is_behind(&self) -> bool {
        self.shared.unwritten.load(Ordering::Acquire) > BEHIND
    }

    /// Waits for so long at most, in a thread that does nothing else any more.
    pub(super) fn written_now(&self, patience: Duration) {
        let began = std::time::Instant::now();
        while self.shared.unwritten.load(Ordering::Acquire) > 0 && began.elapsed() < patience {
            std::thread::sleep(LOOK);
        }
    }

    /// Whether everything is written.
    pub(super) fn is_idle(&self) -> bool {
        self.shared.unwritten.load(Ordering::Acquire) == 0
    }

    /// Waits until everything that was handed over is written, or for so long nothing was.
    pub(super) async fn written(&self, patience: Duration) {
        let mut unwritten = self.shared.unwritten.load(Ordering::Acquire);
        let mut moved = Instant::now();
        while unwritten > 0 && moved.elapsed() < patience {
            sleep(LOOK).await;
            let now = self.shared.unwritten.load(Ordering::Acquire);
            if now != unwritten {
                moved = Instant::now();
            }
            unwritten = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Remembers what is written to it, where the test can see it.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic before").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn pieces_are_written_in_the_order_of_their_flushes() {
        let page = Page::default();
        let (mut out, mut err, progress) = in_background(page.clone(), page.clone(), Order::Strict);
        for number in 0..100 {
            write!(out, "{number} ").expect("taken");
            out.flush().expect("taken");
            write!(err, "e{number} ").expect("taken");
            err.flush().expect("taken");
        }
        progress.written(Duration::MAX).await;
        let written =
            String::from_utf8(page.0.lock().expect("no panic before").clone()).expect("text");
        let pieces = (0..100).flat_map(|number| [format!("{number} "), format!("e{number} ")]);
        let expected: String = pieces.collect();
        assert_eq!(written, expected);
    }

    /// A reader that never reads.
    struct Stopped(Receiver<()>);

    impl Write for Stopped {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stops_holds_nobody_up() {
        for order in [Order::Loose, Order::None] {
            a_stderr_without_a_stdout(order);
        }
    }

    fn a_stderr_without_a_stdout(order: Order) {
        let (go_on, stopped) = channel();
        let page = Page::default();
        let (mut out, mut err, progress) = in_background(Stopped(stopped), page.clone(), order);
        out.write_all(&vec![b'x'; BEHIND + 1]).expect("taken");
        assert!(!progress.is_behind());
        out.flush().expect("handed over, not written");
        assert!(progress.is_behind());

        writeln!(err, "stopping").expect("taken");
        err.flush().expect("handed over");
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while page.0.lock().expect("no panic before").is_empty() {
            assert!(
                std::time::Instant::now() < deadline,
                "stderr waits for stdout"
            );
            std::thread::yield_now();
        }
        drop(go_on);
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn an_error_is_told_at_the_next_flush_and_once() {
        let (mut out, _err, progress) = in_background(Full, io::sink(), Order::Loose);
        out.write_all(b"x").expect("taken");
        out.flush().expect("handed over");
        progress.written(Duration::MAX).await;
        let error = out.flush().expect_err("told");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        out.flush().expect("told once");
    }
}
