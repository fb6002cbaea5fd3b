//! `check` against moto's account: as it was seeded, and with one thing out of place.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::ministack::REGION;
use crate::moto::Moto;

/// What a case changes, and the checks that fail for it.
struct Case {
    what: &'static str,
    subnet: &'static str,
    words: Vec<String>,
    fails: &'static [&'static str],
}

pub(crate) fn what_is_out_of_place_is_found(moto: &Moto) {
    let case = |what, subnet, words: &[&str], fails| Case {
        what,
        subnet,
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        fails,
    };
    for case in [
        case("as it was seeded", "private_subnet", &[], &[]),
        case(
            "a public subnet without a public address",
            "public_subnet",
            &[],
            &["route"],
        ),
        case(
            "a public subnet with one",
            "public_subnet",
            &["--assign-public-ip"],
            &[],
        ),
        case(
            "a group that is not there",
            "private_subnet",
            &["--security-groups", "sg-0123456789abcdef0"],
            &["subnets"],
        ),
        case(
            "a cluster that is not there",
            "private_subnet",
            &["--cluster", "nowhere"],
            &["cluster"],
        ),
        case(
            "a task definition that is not there",
            "private_subnet",
            &["--task-definition", "nowhere"],
            &["task-definition"],
        ),
    ] {
        let failed = failed(moto, &case);
        assert_eq!(failed, case.fails, "{}", case.what);
    }
}

/// The names of the checks that fail, as they come.
fn failed(moto: &Moto, case: &Case) -> Vec<String> {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_run-admin-task"))
        .args(["check", "--output", "json"])
        .args(&case.words)
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_ENDPOINT_URL", moto.endpoint())
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("ECS_SUBNETS", moto.seeded(case.subnet))
        .env("ECS_SECURITY_GROUP", moto.seeded("group"))
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .expect("the tool runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    let events: Vec<Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect();
    let failed: Vec<_> = events
        .iter()
        .filter(|event| event["verdict"] == "fail")
        .map(|event| event["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    let expected = if failed.is_empty() { 0 } else { 3 };
    assert_eq!(
        output.status.code(),
        Some(expected),
        "{}\n{printed}{said}",
        case.what
    );
    if failed != case.fails {
        show(&events);
    }
    failed
}

/// What was found, for whoever reads a test that failed.
#[expect(clippy::print_stderr, reason = "it is shown where the test fails")]
fn show(events: &[Value]) {
    for event in events.iter().filter(|event| event["type"] == "check") {
        eprintln!(
            "{} {}: {}",
            event["verdict"], event["name"], event["message"]
        );
    }
}
