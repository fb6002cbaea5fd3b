//! `man`: the manual page.

use std::io::{self, Write as _, stdout};
use std::path::Path;

use super::stage;
use crate::cli::manual;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;
use crate::settings::Output;

/// Prints the page that has everything, or writes one for each verb as well into a folder.
#[must_use]
pub fn man(folder: Option<&Path>) -> ExitStatus {
    let done = match folder {
        Some(folder) => write(folder).map_err(|error| {
            Failure::tool(format!(
                "the pages cannot be written into {}: {error}",
                folder.display()
            ))
            .hinted("--dir names a folder that is there")
        }),
        None => manual::whole()
            .map(|page| print(&page))
            .map_err(|error| Failure::tool(format!("the page cannot be made: {error}"))),
    };
    match done {
        Ok(()) => ExitStatus::SUCCESS,
        Err(failure) => stage::fail(&mut *stage::early_reporter(Output::Plain), &failure),
    }
}

fn print(page: &str) {
    // Whoever stops reading has read enough.
    let _ = stdout()
        .write_all(page.as_bytes())
        .and_then(|()| stdout().flush());
}

fn write(folder: &Path) -> io::Result<()> {
    for page in manual::pages()? {
        std::fs::write(folder.join(page.name), page.text)?;
    }
    Ok(())
}
