//! Which ways fit a migration's state, and what has to be true before each is gone.

use crate::model::migration::{Migration, State, Version};
use crate::model::recovery::{Offer, Recovery, Way};

/// How the tool is called, for the commands that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commands {
    /// The program, and what leads to the same place.
    pub program: String,
}

impl Commands {
    /// The command that prints a way's SQL.
    #[must_use]
    pub fn print(&self, version: Version, way: Way) -> String {
        format!("{} recover {version} {}", self.program, way.word())
    }

    /// The command that carries it out, where the container can.
    #[must_use]
    pub fn execute(&self, version: Version, way: Way) -> Option<String> {
        way.changes_the_record()
            .then(|| format!("{} --execute", self.print(version, way)))
    }
}

/// The ways for a migration after a look. `None`: nothing told of it.
#[must_use]
pub fn recovery(version: Version, found: Option<&Migration>, commands: &Commands) -> Recovery {
    let state = found.map(|migration| migration.state);
    let offers = Way::ALL.into_iter().map(|way| {
        let (fits, why) = judge(way, state);
        Offer {
            fits,
            why: Some(why.to_owned()),
            ..unjudged(version, way, commands)
        }
    });
    Recovery {
        version,
        description: found.and_then(|migration| migration.description.clone()),
        state,
        meaning: Some(meaning(state).to_owned()),
        ways: offers.collect(),
    }
}

/// A way that is offered without a look.
#[must_use]
pub fn unjudged(version: Version, way: Way, commands: &Commands) -> Offer {
    Offer {
        way,
        fits: None,
        why: None,
        first: first(way).to_owned(),
        command: commands.print(version, way),
        execute: commands.execute(version, way),
        sql: None,
        gaps: None,
        paths: Vec::new(),
    }
}

/// What a state means for whoever must act.
fn meaning(state: Option<State>) -> &'static str {
    match state {
        Some(State::HalfApplied) => {
            "it began and did not come to its end (its row says success = false): a part of its \
             changes may be in the database, and migrate refuses everything until its row is put \
             right"
        }
        Some(State::Modified) => {
            "it is applied, and its file in the image has been edited since: migrate refuses \
             everything until the two agree"
        }
        Some(State::Missing) => {
            "it is applied, and the image has no file of it: the image is older than the database, \
             or the file was deleted or renamed; migrate refuses everything until it is back or \
             forgotten"
        }
        Some(State::Pending) => {
            "it is not applied. If it failed, nothing of it is left where it ran in a transaction; \
             after `-- no-transaction`, or a COMMIT of its own, a part of its changes may be there: \
             CREATE INDEX CONCURRENTLY leaves an invalid index"
        }
        Some(State::OutOfOrder) => {
            "it is not applied, and a newer one is: migrate applies it all the same. If it failed \
             outside a transaction, a part of its changes may be there"
        }
        Some(State::Installed) => "it is applied, and its file is the one that was",
        None => {
            "neither the image nor the database told of it. A migration without a file is told of \
             one at a time, so an older bad one may hide it"
        }
    }
}

/// What has to be true before a way is gone, whatever the state.
fn first(way: Way) -> &'static str {
    match way {
        Way::MarkApplied => {
            "no migrate runs (run-admin-task ps), and everything that the file does is in the \
             database: make by hand what is missing"
        }
        Way::Forget => {
            "no migrate runs (run-admin-task ps), and nothing that the file did is in the database: \
             take it back by hand. migrate applies the migration again, where the image has its file"
        }
        Way::Accept => {
            "no migrate runs (run-admin-task ps), and the edit changes nothing in the database (a comment, a blank), or its changes are \
             made there by hand. Otherwise put the old text back, and make the change in a new \
             migration"
        }
        Way::ForwardFix => {
            "the running code does without what the migration brought. Read the new file, fill its \
             gaps, review it, and apply it like any other"
        }
    }
}

/// Whether a way fits a state, and why.
fn judge(way: Way, state: Option<State>) -> (Option<bool>, &'static str) {
    use State::{HalfApplied, Installed, Missing, Modified, OutOfOrder, Pending};
    let Some(state) = state else {
        return match way {
            Way::Forget => (
                None,
                "whether it has a row is not known; without one, nothing is changed",
            ),
            Way::MarkApplied | Way::Accept | Way::ForwardFix => {
                (Some(false), "the image has no file of it")
            }
        };
    };
    let (fits, why) = match (way, state) {
        (Way::MarkApplied, HalfApplied) => (true, "its row is completed, and migrate goes on"),
        (Way::MarkApplied, Pending | OutOfOrder) => {
            (true, "it gets a row, and migrate passes over it")
        }
        (Way::MarkApplied, Installed) => (false, "it is recorded as applied already"),
        (Way::MarkApplied, Modified) => (
            false,
            "it is recorded as applied already; accept takes its file as it is now",
        ),
        (Way::MarkApplied, Missing) => (false, "the image has no file of it"),

        (Way::Forget, HalfApplied) => (true, "its row goes, and migrate applies it anew"),
        (Way::Forget, Installed) => (
            true,
            "for a rollback by hand; a forward-fix leaves a trail, and is often safer",
        ),
        (Way::Forget, Modified) => (
            true,
            "its row goes, and migrate applies the file as it is now",
        ),
        (Way::Forget, Missing) => (
            true,
            "its row goes, for a file that is gone for good. An image that is older than the \
             database needs no SQL: start a newer one",
        ),
        (Way::Forget, Pending | OutOfOrder) => (false, "it has no row"),

        (Way::Accept, Modified) => (true, "its row gets the checksum of the file"),
        (Way::Accept, Installed) => (false, "the checksums agree"),
        (Way::Accept, Missing) => (false, "there is no file to take the checksum of"),
        (Way::Accept, HalfApplied) => (false, "it did not come to its end"),
        (Way::Accept, Pending | OutOfOrder) => (false, "it is not applied"),

        (Way::ForwardFix, Installed) => {
            (true, "the next migration takes it back, and leaves a trail")
        }
        (Way::ForwardFix, Modified) => (
            false,
            "its pieces come from the file, and the database has those of the file before the edit",
        ),
        (Way::ForwardFix, Missing) => (
            false,
            "its pieces come from the file, and the image has none",
        ),
        (Way::ForwardFix, HalfApplied) => (
            false,
            "only a part of it may be there: put its row right first",
        ),
        (Way::ForwardFix, Pending | OutOfOrder) => (false, "there is nothing to take back"),
    };
    (Some(fits), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands() -> Commands {
        Commands {
            program: "run-admin-task -E production".to_owned(),
        }
    }

    #[test]
    fn which_ways_fit_which_state() {
        use State::{HalfApplied, Installed, Missing, Modified, OutOfOrder, Pending};
        use Way::{Accept, Forget, ForwardFix, MarkApplied};
        for (state, expected) in [
            (HalfApplied, &[MarkApplied, Forget][..]),
            (Modified, &[Forget, Accept]),
            (Missing, &[Forget]),
            (Pending, &[MarkApplied]),
            (OutOfOrder, &[MarkApplied]),
            (Installed, &[Forget, ForwardFix]),
        ] {
            let found = recovery(7, Some(&Migration::new(7, state)), &commands());
            let fit = found.ways.iter().filter(|offer| offer.fits == Some(true));
            let fit: Vec<_> = fit.map(|offer| offer.way).collect();
            assert_eq!(fit, expected, "{state:?}");
            assert_eq!(found.state, Some(state));
        }
        let unknown = recovery(7, None, &commands());
        let fits: Vec<_> = unknown.ways.iter().map(|offer| offer.fits).collect();
        assert_eq!(fits, [Some(false), None, Some(false), Some(false)]);
    }

    #[test]
    fn the_commands_lead_to_the_same_place() {
        let found = recovery(-7, None, &commands());
        let typed = |at: usize| {
            let offer = &found.ways[at];
            (offer.command.as_str(), offer.execute.as_deref())
        };
        assert_eq!(
            typed(1),
            (
                "run-admin-task -E production recover -7 forget",
                Some("run-admin-task -E production recover -7 forget --execute")
            )
        );
        assert_eq!(
            typed(3),
            ("run-admin-task -E production recover -7 forward-fix", None)
        );
    }
}
