//! The ways in which a migration is put right, and which of them fit the state that it is in.

use serde::Serialize;

use super::migration::{State, Version};

/// A way of putting a migration right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Record it as applied: its changes are made by hand.
    MarkApplied,
    /// Delete its record: its changes are taken back by hand.
    Forget,
    /// Take its file as it is now for the one that was applied.
    Accept,
    /// Make the next migration, which takes it back.
    ForwardFix,
}

impl Way {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::MarkApplied,
        Self::Forget,
        Self::Accept,
        Self::ForwardFix,
    ];

    /// The word for it, on the command line and in the container.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::MarkApplied => "mark-applied",
            Self::Forget => "forget",
            Self::Accept => "accept",
            Self::ForwardFix => "forward-fix",
        }
    }

    /// The way of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }

    /// Whether it changes the record of the migration: what a container can carry out. A
    /// forward-fix is a file for the next image.
    #[must_use]
    pub fn changes_the_record(self) -> bool {
        self != Self::ForwardFix
    }

    /// Whether nothing comes of it without the migration's file.
    #[must_use]
    pub fn needs_the_file(self) -> bool {
        self != Self::Forget
    }
}

/// How a migration is put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recovery {
    /// The migration's version.
    pub version: Version,
    /// Its description; `None` where nothing named it.
    pub description: Option<String>,
    /// The state it is in; `None` where nobody looked, or nothing told of it.
    pub state: Option<State>,
    /// What that state means; `None` where nobody looked.
    pub meaning: Option<String>,
    /// The ways: all of them after a look, else the one that was asked for.
    pub ways: Vec<Offer>,
}

/// One way, as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// Which.
    pub way: Way,
    /// Whether it fits the state; `None` where that is not known.
    pub fits: Option<bool>,
    /// Why it fits, or why not; `None` where nobody looked.
    pub why: Option<String>,
    /// What has to be true before it is gone.
    pub first: String,
    /// The command that prints its SQL.
    pub command: String,
    /// The command that carries it out, where the container can.
    pub execute: Option<String>,
    /// Its SQL, where it was asked for.
    pub sql: Option<String>,
    /// How many gaps of it a person has to fill, where it was asked for.
    pub gaps: Option<usize>,
    /// The files that were written.
    pub paths: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_that_of_the_event_stream() {
        for way in Way::ALL {
            assert_eq!(serde_json::to_value(way).expect("a word"), way.word());
            assert_eq!(Way::of_word(way.word()), Some(way));
        }
        assert_eq!(Way::of_word("rollback"), None);
    }
}
