//! Reads the rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::phrase::Phrase;

/// The rules in their order.
pub static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| read(include_str!("rules.txt")));

/// When a text names a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The cause.
    pub cause: &'static str,
    /// Whether it counts only where no other fits.
    pub last_resort: bool,
    /// Whose words it reads.
    pub(super) place: Place,
    facets: Vec<Facet>,
}

/// Whose words a rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Everybody's.
    Anywhere,
    /// What ECS says.
    Ecs,
    /// What containers write.
    Log,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Facet {
    /// Whether none of the phrases may be there.
    absent: bool,
    phrases: Vec<Phrase>,
}

impl Rule {
    /// Whether a text, in lower case, names the cause.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.facets.iter().all(|facet| facet.fits(text))
    }
}

impl Facet {
    fn fits(&self, text: &str) -> bool {
        self.phrases.iter().any(|phrase| phrase.is_in(text)) != self.absent
    }
}

type Sets = BTreeMap<&'static str, Vec<Phrase>>;

fn read(text: &'static str) -> Vec<Rule> {
    let mut sets = Sets::new();
    let mut rules = Vec::new();
    let mut place = Place::Anywhere;
    for (line, more) in lines(text) {
        if let Some(name) = line.strip_prefix("== ") {
            place = match name {
                "ecs" => Place::Ecs,
                "log" => Place::Log,
                _ => Place::Anywhere,
            };
        } else if let Some((name, words)) =
            line.strip_prefix('@').and_then(|it| it.split_once(" = "))
        {
            let read = phrases(&(words.to_owned() + &more), &sets);
            sets.insert(name, read);
        } else if let Some((cause, facets)) = line.split_once(": ") {
            rules.push(rule(cause, &(facets.to_owned() + &more), place, &sets));
        }
    }
    rules
}

/// The lines that say something, each with those that go on with it: they begin with blanks.
fn lines(text: &'static str) -> Vec<(&'static str, String)> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with(' ')
            && let Some((_, more)) = lines.last_mut()
        {
            more.push(' ');
            more.push_str(line.trim());
        } else if !line.is_empty() && !line.starts_with('#') {
            lines.push((line.trim_end(), String::new()));
        }
    }
    lines
}

fn rule(cause: &'static str, facets: &str, place: Place, sets: &Sets) -> Rule {
    let (last_resort, cause) = match cause.strip_prefix('~') {
        Some(cause) => (true, cause),
        None => (false, cause),
    };
    let facets = facets.split(" + ").map(|facet| {
        let (absent, words) = match facet.strip_prefix('!') {
            Some(words) => (true, words),
            None => (false, facet),
        };
        Facet {
            absent,
            phrases: phrases(words, sets),
        }
    });
    Rule {
        cause,
        last_resort,
        place,
        facets: facets.collect(),
    }
}

fn phrases(words: &str, sets: &Sets) -> Vec<Phrase> {
    let mut read = Vec::new();
    for word in words.split(" | ").map(str::trim) {
        match word.strip_prefix('@') {
            Some(name) => read.extend(sets.get(name).into_iter().flatten().cloned()),
            None => read.push(Phrase::read(word)),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::diagnosis::CAUSES;

    #[test]
    fn every_line_of_the_rules_is_understood() {
        let text = include_str!("rules.txt");
        let mut sets = BTreeSet::new();
        for (line, more) in lines(text) {
            let line = &format!("{line}{more}");
            if let Some(place) = line.strip_prefix("== ") {
                assert!(["anywhere", "ecs", "log"].contains(&place), "{line}");
                continue;
            }
            let named = line
                .split([' ', '!'])
                .filter_map(|word| word.strip_prefix('@'));
            let is_set = line.starts_with('@');
            for name in named.skip(usize::from(is_set)) {
                assert!(sets.contains(name), "@{name} in {line}");
            }
            match line.strip_prefix('@').and_then(|it| it.split_once(" = ")) {
                Some((name, _)) => assert!(sets.insert(name.to_owned()), "{name} twice"),
                None => assert!(!is_set && line.contains(": "), "{line}"),
            }
        }
        for rule in &*RULES {
            assert!(
                CAUSES.iter().any(|cause| cause.name == rule.cause),
                "{}",
                rule.cause
            );
            assert!(
                rule.facets.iter().any(|facet| !facet.absent),
                "{}",
                rule.cause
            );
        }
    }

    #[test]
    fn facets_must_all_be_there_and_exceptions_must_not() {
        let rules = read("@b = b |\n  c\n# x\n~one: a\n  + @b + !no\ntwo: [a]");
        let fits = |text: &str| rules.iter().map(|rule| rule.fits(text)).collect::<Vec<_>>();
        assert_eq!(fits("a c"), [true, true]);
        assert_eq!(fits("a c no"), [false, true]);
        assert_eq!(fits("xa b"), [true, false]);
        assert_eq!(fits("b"), [false, false]);
        assert!(rules[0].last_resort && !rules[1].last_resort);
    }
}
