//! Writing SARIF.

use std::fs;
use std::path::Path;

use super::print;
use crate::cli::version::VERSION;
use crate::error::Failure;
use crate::migrations::review::rules;
use crate::model::review::Review;
use crate::report::sarif::sarif;

/// In a file's place: stdout.
pub(super) const STDOUT: &str = "-";

/// Writes what was found.
pub(super) fn write(path: &Path, found: &Review) -> Result<(), Failure> {
    let text = sarif(found, rules::all(), VERSION);
    if path == Path::new(STDOUT) {
        print(text.as_bytes());
        return Ok(());
    }
    fs::write(path, text).map_err(|error| {
        Failure::tool(format!("{} cannot be written: {error}", path.display()))
            .hinted("name another file with --sarif")
    })
}
