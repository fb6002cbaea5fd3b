//! What the program says where it comes to no database at all.

use std::net::TcpListener;

use crate::bench::{Bench, Finished, finished, program};

fn run(words: &[&str], environment: &[(&str, &str)]) -> Finished {
    let output = program(words).envs(environment.iter().copied()).output();
    Finished::from(output.expect("the program runs"))
}

#[test]
fn help_is_a_success() {
    let help = run(&["help"], &[]);
    assert_eq!(help.status, Some(0));
    let text = help.lines.join("\n");
    assert!(
        [
            "migrate",
            "migrate-info",
            "mark-applied",
            "forget",
            "accept"
        ]
        .iter()
        .all(|word| text.contains(&format!("  {word} "))),
        "{text}"
    );
}

#[test]
fn anything_else_is_refused_in_one_line() {
    let unknown = "error: unrecognized subcommand 'shell'; `help` lists the commands";
    assert_eq!(run(&["shell"], &[]), finished(1, &[unknown]));
    for words in [
        &["migrate", "--bogus"][..],
        &["migrate", "--target-version", "x"],
        &["forget"],
        &["accept", "create_runs"],
        &[],
    ] {
        let refused = run(words, &[]);
        assert_eq!(
            (refused.status, refused.lines.len()),
            (Some(1), 1),
            "{words:?}: {refused:?}"
        );
    }
}

#[test]
fn a_database_must_be_named() {
    let unset = "error: `--database-url` or `DATABASE_URL` must be set";
    let info = run(&["migrate-info"], &[]);
    assert_eq!(info, finished(1, &["Showing migration status...", unset]));
    let migrate = run(&["migrate"], &[]);
    assert_eq!(
        migrate,
        finished(1, &["Running database migrations...", unset])
    );
    // A negative version is one.
    assert_eq!(run(&["forget", "-5"], &[]), finished(1, &[unset]));
}

#[test]
fn a_database_must_be_one_that_is_known() {
    let cases = [
        (
            "everruns",
            "error: error with configuration: relative URL without a base",
        ),
        (
            "mysql://a/b",
            "error: error with configuration: no driver found for URL scheme \"mysql\"",
        ),
    ];
    for (url, error) in cases {
        let info = Bench::on(url.to_owned()).run(&["migrate-info"]);
        assert_eq!(info, finished(1, &["Showing migration status...", error]));
    }
}

#[test]
fn the_migrations_must_be_there() {
    let environment = [
        ("DATABASE_URL", "sqlite::memory:"),
        ("MIGRATIONS_DIR", "nowhere"),
    ];
    let error = "error: while resolving migrations: error canonicalizing path nowhere";
    let info = run(&["migrate-info"], &environment);
    assert_eq!(info, finished(1, &["Showing migration status...", error]));
}

#[test]
fn a_server_must_listen() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port on which nobody listens any more")
        .port();
    let bench = Bench::on(format!("postgres://everruns:pw@127.0.0.1:{port}/everruns"));
    let error = "error: error communicating with database: Connection refused (os error 111)";
    let run = bench.run(&["migrate", "--connect-timeout", "0"]);
    assert_eq!(run, finished(1, &["Running database migrations...", error]));
}
