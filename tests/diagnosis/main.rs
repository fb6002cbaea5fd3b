//! What the diagnosis makes of messages that were met, of others of the same causes, and of texts
//! that have nothing to do with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use run_admin_task::diagnosis::{Evidence, Source, diagnose};
use run_admin_task::model::diagnosis::Confidence;
use serde::Deserialize;

/// A message that somebody met, and its cause.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Met {
    kind: String,
    cause: String,
    stop_code: Option<String>,
    stopped_reason: Option<String>,
    container_reason: Option<String>,
    exit_code: Option<i32>,
    /// What it names, where somebody wrote that down.
    extracted: BTreeMap<String, String>,
}

impl Met {
    /// As the task had it.
    fn whole(&self) -> Evidence {
        let mut evidence = Evidence {
            stop_code: self.stop_code.clone(),
            exit_code: self.exit_code,
            ..Evidence::default()
        };
        let source = if self.kind == "runtask-error" {
            Source::Refusal
        } else {
            Source::StoppedReason
        };
        let said = self.stopped_reason.as_deref().unwrap_or_default();
        if self.kind == "log" {
            evidence.take_log(said.lines().map(|line| ("admin", line)));
        } else {
            evidence.say(source, said);
        }
        let reason = self.container_reason.as_deref().unwrap_or_default();
        evidence.say(Source::Container("admin".into()), reason);
        evidence
    }

    /// As somebody pastes it: the texts and an exit code, and nothing of where they stood.
    fn pasted(&self) -> Evidence {
        let texts = [&self.stopped_reason, &self.container_reason];
        let texts: Vec<_> = texts.into_iter().flatten().map(String::as_str).collect();
        Evidence::of_message(&texts.join("\n"), self.exit_code)
    }
}

fn met(messages: &str) -> Vec<Met> {
    let read = |line| serde_json::from_str(line).expect("a message");
    messages.lines().map(read).collect()
}

/// Names each, prints how many were named right, and demands so many in a hundred.
#[track_caller]
fn are_named<'c>(what: &str, cases: impl IntoIterator<Item = (&'c str, Evidence)>, least: usize) {
    let (mut all, mut right, mut wrong) = (0, 0, String::new());
    for (cause, evidence) in cases {
        all += 1;
        let found = diagnose(&evidence);
        if found.cause == cause {
            right += 1;
        } else {
            let text = evidence.said.first().map_or("", |said| &said.text);
            let _ = writeln!(
                wrong,
                "{cause}, not {} {:?}: {text}",
                found.cause, found.related
            );
        }
    }
    let report = format!("{what}: {right} of {all} named right\n{wrong}");
    let _ = writeln!(std::io::stdout(), "{report}");
    assert!(right * 100 >= least * all, "{report}");
}

#[test]
fn messages_that_were_met_are_named() {
    let met = met(include_str!("messages.jsonl"));
    assert_eq!(met.len(), 228);
    are_named_both_ways("of those met first", &met, 95);
}

/// As the task had them, and as somebody pastes them.
#[track_caller]
fn are_named_both_ways(what: &str, met: &[Met], least: usize) {
    let whole = met.iter().map(|it| (it.cause.as_str(), it.whole()));
    are_named(&format!("{what}, as the task had them"), whole, least);
    let pasted = met.iter().map(|it| (it.cause.as_str(), it.pasted()));
    are_named(&format!("{what}, as pasted"), pasted, least);
}

/// What the messages name is found, as far as it is written beside them: of a hundred, 95.
#[track_caller]
fn names_are_found(what: &str, met: &[Met]) {
    let (mut all, mut wrong) = (0, String::new());
    for it in met {
        let found = diagnose(&it.whole()).extracted;
        for (name, value) in &it.extracted {
            all += 1;
            if found.get(name) != Some(value) {
                let _ = writeln!(
                    wrong,
                    "{name} is {value}, not {:?}: {:?} {:?}",
                    found.get(name),
                    it.stopped_reason,
                    it.container_reason
                );
            }
        }
    }
    let missed = wrong.lines().count();
    let report = format!("{what}: {} of {all} names found\n{wrong}", all - missed);
    let _ = writeln!(std::io::stdout(), "{report}");
    assert!((all - missed) * 100 >= 95 * all, "{report}");
}

#[test]
fn other_messages_that_were_met_are_named() {
    let met = met(include_str!("other_met.jsonl"));
    are_named_both_ways("of others met", &met, 98);
}

#[test]
fn names_in_other_messages_are_found() {
    names_are_found("in others met", &met(include_str!("other_met.jsonl")));
}

#[test]
fn messages_kept_back_are_named() {
    let met = met(include_str!("kept_back.jsonl"));
    are_named_both_ways("of those kept back", &met, 94);
}

#[test]
fn messages_found_last_are_named() {
    let met = met(include_str!("found_last.jsonl"));
    are_named_both_ways("of those found last", &met, 93);
}

#[test]
fn names_in_messages_found_last_are_found() {
    names_are_found(
        "in those found last",
        &met(include_str!("found_last.jsonl")),
    );
}

#[test]
fn names_in_messages_kept_back_are_found() {
    names_are_found("in those kept back", &met(include_str!("kept_back.jsonl")));
}

/// Lines of a cause and a text.
fn lines(table: &str) -> impl Iterator<Item = (&str, Evidence)> {
    table.lines().map(|line| {
        let (cause, text) = line.split_once('\t').expect("a cause and a text");
        (cause, Evidence::of_message(text, None))
    })
}

#[test]
fn other_words_for_the_same_causes_are_named() {
    are_named("in other words", lines(include_str!("other_words.tsv")), 98);
}

#[test]
fn what_a_database_says_is_named_in_a_log() {
    let table = include_str!("other_words.tsv").lines();
    let of_database =
        table.filter(|line| line.starts_with("db-") || line.starts_with("migration-"));
    let cases: Vec<_> = of_database
        .map(|line| {
            let (cause, text) = line.split_once('\t').expect("a cause and a text");
            let mut evidence = Evidence::default();
            evidence.take_log([("admin", "starting"), ("admin", text), ("admin", "bye")]);
            (cause, evidence)
        })
        .collect();
    assert!(cases.len() >= 130);
    are_named("of a database, in a log", cases, 98);
}

#[test]
fn examples_of_the_manual_are_named() {
    are_named("of AWS's manual", lines(include_str!("documented.tsv")), 95);
}

#[test]
fn what_has_nothing_to_do_with_it_is_not_named() {
    let texts: Vec<_> = include_str!("unrelated.txt").lines().collect();
    assert!(texts.len() >= 250);
    let mut named = String::new();
    for text in texts {
        for source in [
            Source::Message,
            Source::Log("admin".into()),
            Source::StoppedReason,
        ] {
            let mut evidence = Evidence::default();
            evidence.say(source, text);
            let found = diagnose(&evidence);
            if found.cause != "unknown" || found.confidence != Confidence::None {
                let _ = writeln!(named, "{}: {text}", found.cause);
            }
        }
    }
    assert!(named.is_empty(), "{named}");
}
