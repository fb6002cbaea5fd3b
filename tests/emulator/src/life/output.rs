//! A container's output on its way into the log.

use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;
use tokio::task::JoinHandle;

use crate::clock::Moment;
use crate::life::resources::LogTarget;
use crate::world::Shared;

/// A longer line is split; `CloudWatch` takes events of up to 1 MiB, older drivers split here.
const MAX_LINE: usize = 256 * 1024;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// Moves both pipes of a process into its log stream, line by line, as they come.
pub(crate) fn pump_all(
    child: &mut Child,
    target: Option<&LogTarget>,
    world: &Shared,
) -> Vec<JoinHandle<()>> {
    let Some(target) = target else {
        return Vec::new();
    };
    let sink = Sink {
        world: world.clone(),
        target: target.clone(),
    };
    let stdout = child
        .stdout
        .take()
        .map(|pipe| tokio::spawn(pump(pipe, sink.clone())));
    let stderr = child
        .stderr
        .take()
        .map(|pipe| tokio::spawn(pump(pipe, sink)));
    stdout.into_iter().chain(stderr).collect()
}

#[derive(Clone)]
struct Sink {
    world: Shared,
    target: LogTarget,
}

impl Sink {
    fn write(&self, text: &str) {
        let now = Moment::now();
        let mut world = self.world.lock();
        let settings = world.scenario.logs;
        let target = (self.target.group.as_str(), self.target.stream.as_str());
        world
            .logs
            .write_lines(target, text.split('\n'), &settings, now);
    }
}

async fn pump(mut pipe: impl AsyncRead + Unpin, sink: Sink) {
    let mut lines = LineBuffer::default();
    let mut chunk = vec![0; CHUNK];
    while let Ok(count) = pipe.read(&mut chunk).await {
        if count == 0 {
            break;
        }
        if let Some(text) = lines.push(&chunk[..count]) {
            sink.write(&text);
        }
    }
    if let Some(text) = lines.finish() {
        sink.write(&text);
    }
}

/// Holds back the unfinished line.
#[derive(Default)]
struct LineBuffer {
    held: Vec<u8>,
}

impl LineBuffer {
    /// Gives the whole lines, with a line feed between each two.
    fn push(&mut self, bytes: &[u8]) -> Option<String> {
        self.held.extend_from_slice(bytes);
        let end = match self.held.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => last,
            None if self.held.len() >= MAX_LINE => return self.take(self.character_end()),
            None => return None,
        };
        let text = self.take(end);
        self.held.drain(..1);
        text
    }

    fn finish(&mut self) -> Option<String> {
        self.take(self.held.len())
    }

    fn take(&mut self, end: usize) -> Option<String> {
        let text = String::from_utf8_lossy(&self.held[..end]).into_owned();
        self.held.drain(..end);
        (!text.is_empty()).then_some(text)
    }

    /// Where the last whole UTF-8 character ends.
    fn character_end(&self) -> usize {
        let is_continuation = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
        let tail = self
            .held
            .iter()
            .rev()
            .take(3)
            .take_while(|byte| is_continuation(byte))
            .count();
        let lead = self.held.len() - tail - 1;
        let length = match self.held[lead] {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => 1,
        };
        if tail + 1 < length {
            lead
        } else {
            self.held.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let mut buffer = LineBuffer::default();
        let mut texts: Vec<String> = chunks.iter().filter_map(|it| buffer.push(it)).collect();
        texts.extend(buffer.finish());
        texts
            .iter()
            .flat_map(|text| text.split('\n'))
            .map(ToOwned::to_owned)
            .collect()
    }

    #[test]
    fn lines_are_whole_however_the_pipe_is_cut() {
        assert_eq!(lines(&[b"a\nb", b"c\nd\n", b"e"]), ["a", "bc", "d", "e"]);
        assert_eq!(lines(&[b"a\r\n\nb\n"]), ["a\r", "", "b"]);
        assert_eq!(
            lines(&["é".as_bytes().split_at(1).0, &"é\n".as_bytes()[1..]]),
            ["é"]
        );
        assert_eq!(lines(&[b"\xff!\n"]), ["\u{fffd}!"]);
        assert!(lines(&[]).is_empty());
    }

    #[test]
    fn a_long_line_is_split_between_characters() {
        let text = "é".repeat(MAX_LINE);
        let bytes = text.as_bytes();
        let chunks: Vec<&[u8]> = bytes.chunks(CHUNK - 1).collect();
        let split = lines(&chunks);
        assert!(split.len() >= 2);
        assert_eq!(split.concat(), text);
    }
}
