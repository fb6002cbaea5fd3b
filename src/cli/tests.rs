use super::*;
use crate::settings::key::Key;

fn words(line: &[&str]) -> Vec<OsString> {
    std::iter::once("run-admin-task")
        .chain(line.iter().copied())
        .map(OsString::from)
        .collect()
}

fn parsed(line: &[&str]) -> (Options, Verb) {
    parse(words(line)).unwrap_or_else(|refusal| panic!("{line:?}: {refusal:?}"))
}

fn run(command: &[&str]) -> Verb {
    Verb::Run(command.iter().map(|word| (*word).to_owned()).collect())
}

#[test]
fn the_grammar_is_sound() {
    grammar().debug_assert();
}

#[test]
fn from_the_command_word_on_every_word_goes_to_the_container() {
    for (line, command) in [
        (&["migrate"][..], &["migrate"][..]),
        (
            &[
                "--cluster",
                "c",
                "reencrypt",
                "--dry-run",
                "--batch-size",
                "50",
            ],
            &["reencrypt", "--dry-run", "--batch-size", "50"],
        ),
        (
            &["reencrypt", "--filter", "a b"],
            &["reencrypt", "--filter", "a b"],
        ),
        (
            &["migrate", "--cluster", "mine"],
            &["migrate", "--cluster", "mine"],
        ),
        (&["migrate", "--help"], &["migrate", "--help"]),
        (&["migrate", "--", "x"], &["migrate", "--", "x"]),
        (&["help"], &["help"]),
        (
            &["run", "migrate", "--dry-run", "-q"],
            &["migrate", "--dry-run", "-q"],
        ),
        (
            &["run", "--cluster", "c", "migrate", "--cluster", "mine"],
            &["migrate", "--cluster", "mine"],
        ),
        (&["run", "--", "check", "--all"], &["check", "--all"]),
        (
            &["run", "--", "migrate", "--", "x"],
            &["migrate", "--", "x"],
        ),
        (&["run", "migrate", "--", "x"], &["migrate", "--", "x"]),
    ] {
        let (options, verb) = parsed(line);
        assert_eq!(verb, run(command), "{line:?}");
        assert!(!options.dry_run, "{line:?}");
    }
}

#[test]
fn options_stand_before_the_command_or_on_either_side_of_a_verb() {
    let cluster = |options: &Options| options.layer()[&Key::Cluster].values[0].clone();
    assert_eq!(cluster(&parsed(&["--cluster", "c", "migrate"]).0), "c");
    assert_eq!(cluster(&parsed(&["--cluster", "c", "config"]).0), "c");
    assert_eq!(cluster(&parsed(&["config", "--cluster", "c"]).0), "c");
    assert_eq!(cluster(&parsed(&["run", "--cluster=c", "migrate"]).0), "c");
    assert_eq!(
        cluster(&parsed(&["--cluster", "c", "run", "migrate"]).0),
        "c"
    );
    let lists = parsed(&["--subnets", "a,b", "--subnets", "c", "migrate"])
        .0
        .layer();
    assert_eq!(lists[&Key::Subnets].values, ["a,b", "c"]);
}

#[test]
fn flags_with_an_optional_value() {
    let layer = parsed(&["--assign-public-ip", "--timestamps", "migrate"])
        .0
        .layer();
    assert_eq!(layer[&Key::AssignPublicIp].values, ["true"]);
    assert_eq!(layer[&Key::Timestamps].values, ["utc"]);
    let layer = parsed(&["--timestamps=local", "--wait-stopped=false", "migrate"])
        .0
        .layer();
    assert_eq!(layer[&Key::Timestamps].values, ["local"]);
    assert_eq!(layer[&Key::WaitStopped].values, ["false"]);
}

#[test]
fn what_could_start_a_task_by_accident_is_refused() {
    for line in [
        &["--clutser", "x", "migrate"][..],
        &["run", "--clutser", "x", "migrate"],
        &["chekc"],
        &["task-definition"],
        &["run"],
        &[],
    ] {
        assert!(parse(words(line)).is_err(), "{line:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_word_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let mut line = words(&["migrate"]);
    line.push(OsString::from_vec(vec![b'a', 0xff]));
    let Err(Refusal::Failure(failure)) = parse(line) else {
        panic!("must be refused");
    };
    assert!(failure.message.contains("not valid UTF-8"));
}
