//! One place where settings were said, and all of them on top of each other.

use std::collections::BTreeMap;
use std::fmt;

use super::key::Key;

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A place in the configuration file.
    File {
        /// The file.
        path: String,
        /// The section, for example `environments.production`.
        section: String,
        /// The line, from 1.
        line: usize,
    },
    /// The user's AWS profile.
    Profile,
    /// This tool.
    BuiltIn,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Variable(name) => f.write_str(name),
            Self::File {
                path,
                section,
                line,
            } => write!(f, "{path}:{line} [{section}]"),
            Self::Profile => f.write_str("AWS profile"),
            Self::BuiltIn => f.write_str("built-in"),
        }
    }
}

/// A value as it was written: one text, several, or `NAME=VALUE` pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The texts.
    pub values: Vec<String>,
    /// Where.
    pub origin: Origin,
}

/// What one place says.
pub type Layer = BTreeMap<Key, Said>;

/// All places, highest first.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    layers: Vec<Layer>,
}

impl Layers {
    /// Puts a layer below those that are there.
    pub fn push(&mut self, layer: Layer) {
        self.layers.push(layer);
    }

    /// The value that counts.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<&Said> {
        self.layers.iter().find_map(|layer| layer.get(&key))
    }

    /// Whether the value that counts was said by a flag of this very command.
    #[must_use]
    pub fn is_by_flag(&self, key: Key) -> bool {
        self.get(key)
            .is_some_and(|said| matches!(said.origin, Origin::Flag(_)))
    }

    /// Two settings that exclude each other, as the highest place has them that says either.
    #[must_use]
    pub fn highest(&self, one: Key, other: Key) -> (Option<&Said>, Option<&Said>) {
        self.layers
            .iter()
            .map(|layer| (layer.get(&one), layer.get(&other)))
            .find(|pair| *pair != (None, None))
            .unwrap_or_default()
    }

    /// Every value, lowest first: for settings whose parts add up.
    pub fn all(&self, key: Key) -> impl Iterator<Item = &Said> {
        self.layers
            .iter()
            .rev()
            .filter_map(move |layer| layer.get(&key))
    }
}

/// The layer of built-in values.
#[must_use]
pub fn built_in() -> Layer {
    super::key::SPECS
        .iter()
        .filter_map(|spec| {
            let said = Said {
                values: vec![spec.built_in?.to_owned()],
                origin: Origin::BuiltIn,
            };
            Some((spec.key, said))
        })
        .collect()
}
