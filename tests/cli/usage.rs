//! Usage and configuration errors: nothing is started, and each names its remedy.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use crate::support::{Bench, Setting, Tool};

#[track_caller]
fn no_call_was_made(bench: &Bench) {
    let calls = bench.emulator.calls();
    assert!(calls.is_empty(), "{calls:#?}");
}

#[test]
fn without_subnets_the_flag_the_variable_and_an_example_are_named() {
    let bench = Setting::of("").start();
    let tool = bench.tool().without(&["ECS_SUBNETS"]);
    tool.run(&["migrate"]).is("\
--- stderr
error: the task's network is not known: no subnets given
hint: subnets: set ECS_SUBNETS=subnet-0123,subnet-4567 or pass --subnets subnet-0123,subnet-4567
hint: or take both from a live service: --network-from-service NAME (ECS_NETWORK_FROM_SERVICE)
--- exit status 2
");
    let tool = bench.tool().without(&["ECS_SECURITY_GROUP"]);
    tool.run(&["migrate"]).is("\
--- stderr
error: the task's network is not known: no security groups given
hint: security groups: set ECS_SECURITY_GROUP=sg-0123 or pass --security-groups sg-0123
hint: or take both from a live service: --network-from-service NAME (ECS_NETWORK_FROM_SERVICE)
--- exit status 2
");
    let tool = tool
        .without(&["ECS_SUBNETS"])
        .env("ECS_SECURITY_GROUPS", " ");
    let ran = tool.run(&["migrate"]);
    ran.exits(2).says(&[
        "no subnets and no security groups given",
        "ECS_SUBNETS",
        "ECS_SECURITY_GROUP",
    ]);
    no_call_was_made(&bench);
}

#[test]
fn a_misspelt_verb_starts_nothing_and_a_verb_that_is_to_come_neither() {
    let bench = Setting::of("").start();
    bench.run(&["chekc", "--filter", "a b"]).is("\
--- stderr
error: `chekc` is very like the verb `check`; nothing was started
hint: for the verb, type: run-admin-task check
hint: for a container command of that name, type: run-admin-task run -- chekc --filter 'a b'
--- exit status 2
");
    let ran = bench.run(&["confg"]);
    ran.exits(2)
        .says(&["hint: for the verb, type: run-admin-task config\n"]);
    for word in [
        "rnu", "confg", "Plan", "aply", "stopp", "xlogs", "sp", "shema", "mann",
    ] {
        let ran = bench.run(&[word]);
        let form = format!("run-admin-task run -- {word}\n");
        ran.exits(2).says(&["nothing was started\n", &form]);
    }
    let verb = "task-definition";
    let ran = bench.run(&[verb]);
    let form = format!("run-admin-task run -- {verb}\n");
    ran.exits(2).says(&["nothing was started\n", &form]);
    no_call_was_made(&bench);
}

#[test]
fn without_a_command_there_is_a_short_usage_with_examples() {
    let bench = Setting::of("").start();
    for words in [&[][..], &["--cluster", "x"]] {
        let ran = bench.run(words);
        ran.exits(2).prints::<&str>(&[]).says(&[
            "error: no command",
            "Usage: run-admin-task [OPTIONS] <COMMAND> [ARGS]...",
            "Examples:\n",
            "run-admin-task migrate-info ",
        ]);
    }
    bench.run(&["run"]).exits(2).says(&["Usage: "]);
    bench.run(&["run", "--"]).exits(2).says(&["Usage: "]);
    no_call_was_made(&bench);
}

#[test]
fn a_wrong_option_is_named() {
    let bench = Setting::of("").start();
    let cases: [(&[&str], &[&str]); 9] = [
        (&["--clutser", "x", "migrate"], &["--clutser", "--cluster"]),
        (
            &["--output", "xml", "migrate"],
            &[
                "--output: `xml`",
                "auto, human, plain, json, github, gitlab or buildkite",
            ],
        ),
        (
            &["--timeout", "soon", "migrate"],
            &["--timeout: `soon`", "2h"],
        ),
        (
            &["--on-interrupt", "kill", "migrate"],
            &["--on-interrupt: `kill`", "stop or detach"],
        ),
        (
            &["--subnets", "vpc-1", "migrate"],
            &["--subnets: `vpc-1`", "subnet-"],
        ),
        (&["--cpu", "1GB", "migrate"], &["--cpu: `1GB`"]),
        (&["--tag", "x", "migrate"], &["--tag: `x`", "KEY=VALUE"]),
        (
            &["--env", "NOT_SET", "migrate"],
            &["NOT_SET is not set here"],
        ),
        (
            &["--env-file", "nowhere", "migrate"],
            &["--env-file: `nowhere`"],
        ),
    ];
    for (words, texts) in cases {
        let ran = bench.run(words);
        ran.exits(2)
            .prints::<&str>(&[])
            .says(texts)
            .says(&["error: "]);
    }
    no_call_was_made(&bench);
}

#[test]
fn a_wrong_key_in_the_file_is_named_with_its_line_and_the_nearest_key() {
    let bench = Setting::of("").start();
    bench.write(
        "run-admin-task.toml",
        "[defaults]\ncluster = \"everruns\"\n\n[environments.production]\nsubents = [\"subnet-1\"]\n",
    );
    bench.run(&["migrate"]).is("\
--- stderr
error: [folder]/run-admin-task.toml:5: unknown key `subents`
hint: did you mean `subnets`?
--- exit status 2
");
    bench.run(&["--output", "json", "config"]).exits(2);
    bench.write("broken.toml", "[defaults]\ncluster = \n");
    let ran = bench.run(&["--config", "broken.toml", "migrate"]);
    ran.exits(2).says(&["error: broken.toml:2: "]);
    let ran = bench.run(&["--config", "gone.toml", "migrate"]);
    ran.exits(2).says(&[
        "error: the configuration file gone.toml cannot be read",
        "hint: ",
    ]);
    no_call_was_made(&bench);
}

#[test]
fn an_unknown_environment_is_refused_with_those_there_are() {
    let bench = Setting::of("").start();
    bench.run(&["-E", "production", "migrate"]).is("\
--- stderr
error: there is no environment `production`
hint: no configuration file was found: name one with --config, or write run-admin-task.toml
--- exit status 2
");
    bench.write(
        "run-admin-task.toml",
        "[environments.production]\n[environments.staging]\n",
    );
    bench.run(&["-E", "prodution", "migrate"]).is("\
--- stderr
error: there is no environment `prodution`
hint: [folder]/run-admin-task.toml: did you mean `production`? The file has: production, staging
--- exit status 2
");
    let tool = bench.tool().env("RUN_ADMIN_TASK_ENVIRONMENT", "test");
    tool.run(&["migrate"]).exits(2).says(&["`test`"]);
    no_call_was_made(&bench);
}

#[test]
fn help_and_version_need_nothing() {
    let bench = Setting::of("").start();
    // Nobody listens there, and there are no credentials.
    let tool = Tool::new("http://127.0.0.1:1", bench.folder()).without(&[
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "ECS_SUBNETS",
        "ECS_SECURITY_GROUP",
    ]);
    bench.write("run-admin-task.toml", "not TOML");
    let short = tool.run(&["-h"]);
    let long = tool.run(&["--help"]);
    for (ran, texts) in [
        (
            &short,
            &["Usage: ", "--subnets", "ECS_SUBNETS", "Examples:"][..],
        ),
        (
            &long,
            &[
                "Usage: ",
                "--subnets",
                "ECS_SUBNETS",
                "Examples:",
                "Exit status:",
                "126",
            ],
        ),
    ] {
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran}");
        for text in texts {
            assert!(ran.stdout.contains(text), "{text}\n{ran}");
        }
    }
    let version = format!("run-admin-task {}", run_admin_task::cli::version::VERSION);
    tool.run(&["--version"])
        .is(&format!("{version}\n--- stderr\n--- exit status 0\n"));
    tool.run(&["-V"]).exits(0).prints(&[version]);
}

#[test]
fn a_word_that_is_not_text_is_refused() {
    let bench = Setting::of("").start();
    let word = OsStr::from_bytes(b"a\xff");
    let ran = bench.tool().start(&[OsStr::new("migrate"), word]).end();
    ran.exits(2).says(&["not valid UTF-8"]);
    no_call_was_made(&bench);
}

#[test]
fn a_word_that_is_refused_is_masked_and_steers_nothing() {
    let bench = Setting::of("").start();
    let words = ["ps", "postgres://ana:s3cret@db/\u{202e}\n::error::x"];
    let wanted = "\
--- stderr
error: unexpected argument 'postgres://ana:***@db/\\u{202e}
::error::x' found

Usage: run-admin-task ps [OPTIONS]

For more information, try '--help'.
--- exit status 2
";
    bench.run(&words).is(wanted);
    let plain = bench.tool().in_github().env("CLICOLOR_FORCE", "1");
    let ran = plain.run(&[&["--output", "plain"][..], &words].concat());
    ran.is(&wanted.replace("::error", "\u{200b}::error"));
    let (screen, status) = bench.tool().start_at_terminal(&words).end();
    assert_eq!(status, 2, "{screen}");
    assert!(
        screen.contains("'postgres://ana:***@db/\\u{202e}"),
        "{screen}"
    );
    no_call_was_made(&bench);
}
