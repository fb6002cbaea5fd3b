//! What is looked for: a table for each kind of harm. The names are squawk's where the rule is.

mod code;
mod data;
mod files;
mod locks;
mod migration;
mod optional;

use crate::model::review::Rule;

/// A name is taken as meant if it is at least so like it.
const LIKE: f64 = 0.75;

/// Every rule: the worst kinds of harm first.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        code::RULES,
        locks::RULES,
        data::RULES,
        migration::RULES,
        files::RULES,
        optional::RULES,
    ]
    .into_iter()
    .flatten()
}

/// The rule of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}

/// The rule that somebody may have meant by this name.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let likeness = |rule: &Rule| strsim::jaro_winkler(name, rule.name);
    let nearest = all().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(nearest) >= LIKE).then_some(nearest.name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use squawk_linter::Linter;

    use super::*;
    use crate::model::review::Usual;

    #[test]
    fn each_rule_that_squawk_has_by_default_is_known() {
        for rule in Linter::with_default_rules().rules {
            assert!(find(&rule.to_string()).is_some(), "{rule}");
        }
    }

    #[test]
    fn a_name_stands_once_and_every_sentence_is_there() {
        let mut names = BTreeSet::new();
        for rule in all() {
            assert!(names.insert(rule.name), "{}", rule.name);
            for text in [rule.message, rule.effect, rule.safe_way] {
                assert!(!text.is_empty(), "{}", rule.name);
                assert!(!text.ends_with('.'), "{}: {text}", rule.name);
                assert!(!text.contains("  "), "{}: {text}", rule.name);
            }
            if let Usual::Off(why) = rule.usual {
                assert!(!why.is_empty(), "{}", rule.name);
            }
        }
    }

    #[test]
    fn what_is_meant_by_a_name() {
        for (name, meant) in [
            ("ban-drop-colum", Some("ban-drop-column")),
            ("full-table-updates", Some("full-table-update")),
            ("zzz", None),
            ("", None),
        ] {
            assert_eq!(nearest(name), meant, "{name}");
        }
    }
}
