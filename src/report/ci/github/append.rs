//! Adding to a file that other programs write as well.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// Adds the text as lines of its own, in one step.
pub(super) fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let text = if ends_within_a_line(path) {
        format!("\n{text}")
    } else {
        text.to_owned()
    };
    file.write_all(text.as_bytes())
}

/// Whether somebody left his last line unfinished. Where that can't be read, nobody did.
fn ends_within_a_line(path: &Path) -> bool {
    let last = || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut byte = [0];
        file.read_exact(&mut byte)?;
        io::Result::Ok(byte[0])
    };
    last().is_ok_and(|byte| byte != b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_stays_and_ends_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outputs");
        append(&path, "a\n").expect("written");
        append(&path, "b").expect("written");
        append(&path, "c\n").expect("written");
        let text = std::fs::read_to_string(&path).expect("read");
        assert_eq!(text, "a\nb\nc\n");
        append(folder.path(), "x").expect_err("a folder is no file");
    }
}
