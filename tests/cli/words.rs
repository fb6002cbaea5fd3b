//! A container's words arrive as they were typed.

use serde_json::json;

use crate::support::{Setting, at_once, tests};

tests! {
    from_the_command_on_every_word_is_the_containers,
    spaces_quotes_empty_words_and_line_ends_are_kept,
    the_longest_overrides_that_ecs_takes_are_sent_and_longer_ones_are_not,
}

/// Prints each of its words in angle brackets.
const SCRIPT: &str = "for word; do printf '<%s>\\n' \"$word\"; done";

fn from_the_command_on_every_word_is_the_containers() {
    let cases: [(&[&str], &[&str]); 12] = [
        (&["migrate"], &["migrate"]),
        (
            &["reencrypt", "--filter", "a b"],
            &["reencrypt", "--filter", "a b"],
        ),
        (
            &[
                "reencrypt",
                "--dry-run",
                "--batch-size",
                "50",
                "-q",
                "--help",
                "--version",
            ],
            &[
                "reencrypt",
                "--dry-run",
                "--batch-size",
                "50",
                "-q",
                "--help",
                "--version",
            ],
        ),
        (&["migrate", "--", "x"], &["migrate", "--", "x"]),
        (
            &["migrate", "x", "--", "-y", "--"],
            &["migrate", "x", "--", "-y", "--"],
        ),
        (&["run", "--", "check"], &["check"]),
        (&["run", "check"], &["check"]),
        (&["run", "migrate", "--dry-run"], &["migrate", "--dry-run"]),
        (&["run", "migrate", "--", "x"], &["migrate", "--", "x"]),
        (
            &["run", "--", "migrate", "--", "x"],
            &["migrate", "--", "x"],
        ),
        (&["run", "-q", "--", "run", "--", "x"], &["run", "--", "x"]),
        (&["help"], &["help"]),
    ];
    at_once(cases, |(typed, arrived)| {
        let bench = Setting::of(SCRIPT).start();
        let ran = bench.run(&[&["--drain", "0s"], typed].concat());
        ran.exits(0);
        assert_eq!(
            bench.emulator.tasks()[0].words,
            [arrived],
            "{typed:?}\n{ran}"
        );
    });
}

fn spaces_quotes_empty_words_and_line_ends_are_kept() {
    let words = [
        "say",
        "a b",
        "",
        "it's",
        "\"q\"",
        "$HOME `x` \\n",
        "Gruß 🚀 日本",
        "two\nlines",
        "-",
        "'",
    ];
    let bench = Setting::of(SCRIPT).start();
    let ran = bench.run(&words);
    ran.exits(0).prints(&[
        "<say>",
        "<a b>",
        "<>",
        "<it's>",
        "<\"q\">",
        "<$HOME `x` \\n>",
        "<Gruß 🚀 日本>",
        "<two",
        "lines>",
        "<->",
        "<'>",
    ]);
    let overrides = &bench.run_task_request()["overrides"];
    assert_eq!(
        *overrides,
        json!({"containerOverrides": [{"name": "admin", "command": words}]})
    );
}

fn the_longest_overrides_that_ecs_takes_are_sent_and_longer_ones_are_not() {
    let around = json!({"containerOverrides": [{"name": "admin", "command": ["say", ""]}]});
    let room = 8_192 - around.to_string().len();
    let longest = "x".repeat(room);
    let bench = Setting::of("printf '%s' \"$2\" | wc -c").start();
    let ran = bench.run(&["say", &longest]);
    ran.exits(0).prints(&[room.to_string()]);

    let bench = Setting::of("").start();
    let ran = bench.run(&["say", &format!("{longest}x")]);
    ran.is("\
--- stderr
error: command and environment are too long: 8193 characters of 8192 that ECS takes
hint: pass a shorter command, or have the container read the rest from S3, SSM or a secret
--- exit status 2
");
    assert_eq!(bench.calls("RunTask"), 0);

    let variable = format!("X={longest}");
    bench.run(&["--env", &variable, "say"]).exits(2);
    assert_eq!(bench.calls("RunTask"), 0);
}
