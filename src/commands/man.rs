//! `man`: the manual page.

use std::io;
use std::path::Path;

use super::print::print;
use super::stage;
use crate::cli::{Options, manual};
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Prints the page that has everything, or writes one for each verb as well into a folder.
#[must_use]
pub fn man(options: &Options, folder: Option<&Path>) -> ExitStatus {
    let done = match folder {
        Some(folder) => write(folder).map_err(|error| {
            Failure::tool(format!(
                "the pages cannot be written into {}: {error}",
                folder.display()
            ))
            .hinted("--dir names a folder that is there")
        }),
        None => manual::whole()
            .map(|page| print(page.as_bytes()))
            .map_err(|error| Failure::tool(format!("the page cannot be made: {error}"))),
    };
    match done {
        Ok(()) => ExitStatus::SUCCESS,
        Err(failure) => stage::fail(
            &mut *stage::early_reporter(options.early_output()),
            &failure,
        ),
    }
}

fn write(folder: &Path) -> io::Result<()> {
    for page in manual::pages()? {
        std::fs::write(folder.join(page.name), page.text)?;
    }
    Ok(())
}
