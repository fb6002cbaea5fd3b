//! What stands behind the options in the help and in the manual: examples, exit status; and which
//! options a verb's help shows.

use clap::Command;

/// Two columns: what is typed or met, and what it means.
pub(super) type Rows = &'static [(&'static str, &'static str)];

/// What the tool itself is typed for.
pub(super) const EXAMPLES: Rows = &[
    (
        "export ECS_SUBNETS=subnet-0abc ECS_SECURITY_GROUP=sg-0abc",
        "",
    ),
    (
        "run-admin-task migrate-info",
        "which migrations are installed",
    ),
    ("run-admin-task migrate", "run the pending ones"),
    (
        "run-admin-task -E production migrate",
        "with an environment of the file",
    ),
    (
        "run-admin-task --dry-run migrate",
        "print the request, start nothing",
    ),
    (
        "run-admin-task reencrypt --batch 50",
        "--batch 50 goes to the container",
    ),
    (
        "run-admin-task run -- check",
        "a container command called check",
    ),
    ("run-admin-task ps", "which tasks run, and who started them"),
    ("run-admin-task attach", "follow the one that runs"),
    ("run-admin-task config", "every setting and its origin"),
];

/// What a run exits with.
pub(super) const EXIT_STATUS: Rows = &[
    ("0", "the deciding container exited 0"),
    ("1…255", "the deciding container's own exit code"),
    ("2", "usage or configuration: nothing was started"),
    ("124", "timed out"),
    (
        "125",
        "the tool could not do or finish its work, or there is no exit code",
    ),
    ("126", "the task never started"),
    ("130 143", "interrupted by SIGINT, SIGTERM"),
];

/// What the exit status leaves open.
pub(super) const AMBIGUOUS: &str =
    "A container can use these numbers too; `outcome` in --output json tells them apart.";

/// What a verb that asks AWS exits with, whatever a container did.
const OF_ASKING: Rows = &[
    ("0", "done, whatever the container's exit code"),
    ("2", "usage or configuration, or no such task"),
    ("125", "the tool could not do or finish its work"),
    ("130 143", "interrupted by SIGINT, SIGTERM"),
];

/// What a verb that stays on this machine exits with.
const OF_PRINTING: Rows = &[
    ("0", "done"),
    ("2", "usage or configuration"),
    ("125", "the tool could not do its work"),
];

/// What a verb that looks before a start exits with.
const OF_CHECKING: Rows = &[
    ("0", "no check failed: the task should start"),
    ("2", "usage or configuration"),
    ("3", "a check failed"),
    ("125", "the tool could not do its work"),
    ("130 143", "interrupted by SIGINT, SIGTERM"),
];

/// What a verb that looks at migrations exits with.
const OF_PLANNING: Rows = &[
    ("0", "it looked, whatever it found (without --exit-code)"),
    ("2", "usage or configuration: nothing was started"),
    ("3", "with --exit-code: something is to be done, or wrong"),
    ("125", "the tool could not do or finish its work"),
    ("126", "a look's task never started"),
    ("130 143", "interrupted by SIGINT, SIGTERM"),
    (
        "other",
        "the container's own exit code, where it could not look",
    ),
];

/// What a verb that reads migrations exits with.
const OF_REVIEWING: Rows = &[
    ("0", "nothing was found that blocks"),
    ("2", "usage or configuration, or nothing to read"),
    ("3", "a finding blocks"),
    ("125", "the tool could not do its work"),
];

/// What a verb that applies migrations exits with.
const OF_APPLYING: Rows = &[
    ("0", "nothing is pending now, and nothing is wrong"),
    ("1…255", "migrate failed: the container's own exit code"),
    ("2", "usage or configuration: nothing was started"),
    (
        "3",
        "looked, and it is not as required: nothing was changed, or more is to be done",
    ),
    ("124", "timed out"),
    ("125", "the tool could not do or finish its work"),
    (
        "126",
        "the task never started, or the question was not answered with yes",
    ),
    ("130 143", "interrupted by SIGINT, SIGTERM"),
];

/// What a verb that guards a deploy exits with.
const OF_VERIFYING: Rows = &[
    ("0", "nothing is pending, and nothing is wrong"),
    ("2", "usage or configuration: nothing was started"),
    ("3", "looked, and it is not as required"),
    ("125", "the tool could not do or finish its work"),
    ("126", "a look's task never started"),
    ("130 143", "interrupted by SIGINT, SIGTERM"),
    (
        "other",
        "the container's own exit code, where it could not look",
    ),
];

/// What a verb that puts a migration right exits with.
const OF_RECOVERING: Rows = &[
    ("0", "the ways were shown, or one was carried out"),
    (
        "1…255",
        "a command of the container failed: its own exit code",
    ),
    ("2", "usage or configuration: nothing was started"),
    ("3", "this way does not fit the state: nothing was changed"),
    ("125", "the tool could not do or finish its work"),
    (
        "126",
        "the task never started, or the question was not answered with yes",
    ),
    ("130 143", "interrupted by SIGINT, SIGTERM"),
];

/// What a verb that looks at a failure exits with.
const OF_EXPLAINING: Rows = &[
    ("0", "it looked, whether a cause is named or not"),
    ("2", "usage or configuration, or nothing to look at"),
    ("125", "the tool could not do its work"),
];

/// What the help of a verb has besides its own options.
pub(super) struct Page {
    /// The verb.
    pub(super) verb: &'static str,
    /// What it is typed for.
    pub(super) examples: Rows,
    /// What it exits with.
    pub(super) exits: Rows,
    /// Which of the tool's options count with it.
    pub(super) takes: Takes,
}

/// Options of the tool that count with a verb, by their ids.
pub(super) enum Takes {
    /// Each.
    All,
    /// Each but these.
    AllBut(&'static [&'static str]),
    /// These alone.
    These(&'static [&'static str]),
}

impl Takes {
    fn has(&self, option: &str) -> bool {
        match self {
            Self::All => true,
            Self::AllBut(others) => !others.contains(&option),
            Self::These(these) => these.contains(&option),
        }
    }
}

/// Where tasks are looked for, and how what is found is shown.
macro_rules! looking_and {
    ($($more:literal),* $(,)?) => {
        Takes::These(&[
            "environment", "config", "cluster", "region", "profile", "task_definition",
            "container", "output", "quiet", "verbose", $($more),*
        ])
    };
}

/// The verbs, in the order of the help.
pub(super) const PAGES: [Page; 17] = [
    Page {
        verb: "run",
        examples: &[
            (
                "run-admin-task run -- check --all",
                "a container command called check",
            ),
            (
                "run-admin-task run --timeout 1h reencrypt",
                "options stand before the command",
            ),
        ],
        exits: EXIT_STATUS,
        takes: Takes::All,
    },
    Page {
        verb: "plan",
        examples: &[
            ("run-admin-task plan", "what is installed, pending, wrong"),
            (
                "run-admin-task plan --migrations db/migrations",
                "and what the pending files would lock or break",
            ),
            (
                "run-admin-task -E production plan --exit-code",
                "3 where there is anything to do",
            ),
        ],
        exits: OF_PLANNING,
        takes: Takes::AllBut(&["dry_run", "run_key", "attach_if_running", "yes"]),
    },
    Page {
        verb: "review",
        examples: &[
            ("run-admin-task review db/migrations", "every file"),
            (
                "run-admin-task review --base origin/main",
                "those that a branch adds or edits",
            ),
            (
                "run-admin-task review --list",
                "each rule, and the way around it",
            ),
        ],
        exits: OF_REVIEWING,
        takes: Takes::These(&[
            "environment",
            "config",
            "migrations",
            "postgres_version",
            "rule",
            "output",
            "quiet",
        ]),
    },
    Page {
        verb: "apply",
        examples: &[
            (
                "run-admin-task -E production apply",
                "asks before it migrates",
            ),
            ("run-admin-task apply --yes", "in a CI job"),
            (
                "run-admin-task apply --to 20260201000000",
                "nothing newer than that",
            ),
        ],
        exits: OF_APPLYING,
        takes: Takes::AllBut(&["dry_run"]),
    },
    Page {
        verb: "verify",
        examples: &[(
            "run-admin-task verify && ./deploy",
            "the gate before a deploy",
        )],
        exits: OF_VERIFYING,
        takes: Takes::AllBut(&[
            "dry_run",
            "run_key",
            "attach_if_running",
            "yes",
            "migrations",
            "postgres_version",
            "rule",
        ]),
    },
    Page {
        verb: "recover",
        examples: &[
            (
                "run-admin-task recover 20260201000000",
                "which ways fit the state it is in",
            ),
            (
                "run-admin-task recover 20260201000000 forget > fix.sql",
                "one way's SQL",
            ),
            (
                "run-admin-task recover 20260201000000 accept --execute",
                "carried out by the admin container",
            ),
        ],
        exits: OF_RECOVERING,
        takes: Takes::AllBut(&["dry_run"]),
    },
    Page {
        verb: "check",
        examples: &[
            (
                "run-admin-task check",
                "everything that a start needs; starts nothing",
            ),
            (
                "run-admin-task -E production check --read-secrets",
                "the database's address too",
            ),
            (
                "run-admin-task check --list",
                "each check and the permissions it needs",
            ),
        ],
        exits: OF_CHECKING,
        takes: Takes::These(&[
            "environment",
            "config",
            "cluster",
            "subnets",
            "security_groups",
            "network_from_service",
            "region",
            "profile",
            "assign_public_ip",
            "launch_type",
            "capacity_provider",
            "platform_version",
            "task_definition",
            "container",
            "env",
            "env_file",
            "cpu",
            "memory",
            "read_secrets",
            "output",
            "quiet",
            "verbose",
        ]),
    },
    Page {
        verb: "attach",
        examples: &[
            ("run-admin-task attach", "the one that runs"),
            ("run-admin-task attach 5f0c", "by the beginning of its id"),
            (
                "run-admin-task attach --on-interrupt stop 5f0c",
                "Ctrl-C stops it",
            ),
        ],
        exits: EXIT_STATUS,
        takes: looking_and!(
            "timestamps",
            "timeout",
            "on_interrupt",
            "on_timeout",
            "credentials_grace",
            "drain",
            "wait_stopped",
            "no_record",
        ),
    },
    Page {
        verb: "logs",
        examples: &[
            ("run-admin-task logs 5f0c > log.txt", "the whole log"),
            (
                "run-admin-task logs --follow --since 10m 5f0c",
                "the last ten minutes, and on",
            ),
        ],
        exits: OF_ASKING,
        takes: looking_and!("timestamps", "credentials_grace", "drain"),
    },
    Page {
        verb: "ps",
        examples: &[
            (
                "run-admin-task ps",
                "the tasks of the family that ECS knows",
            ),
            ("run-admin-task --output json ps", "an object for each task"),
        ],
        exits: OF_ASKING,
        takes: looking_and!("timestamps"),
    },
    Page {
        verb: "stop",
        examples: &[(
            "run-admin-task stop 5f0c --reason 'wrong batch'",
            "asks first; --yes does not",
        )],
        exits: OF_ASKING,
        takes: looking_and!("dry_run", "credentials_grace", "yes"),
    },
    Page {
        verb: "history",
        examples: &[
            ("run-admin-task history", "every run, the newest last"),
            ("run-admin-task history show 20261124T1345", "all of one"),
        ],
        exits: OF_PRINTING,
        takes: Takes::These(&["environment", "config", "output"]),
    },
    Page {
        verb: "explain",
        examples: &[
            ("run-admin-task explain", "the last run that failed"),
            (
                "run-admin-task explain 5f0c",
                "by the beginning of its task's id",
            ),
            (
                "aws ecs describe-tasks … | run-admin-task explain --from -",
                "what AWS told",
            ),
            (
                "run-admin-task explain --message 'CannotPull…'",
                "a reason out of a chat",
            ),
        ],
        exits: OF_EXPLAINING,
        takes: looking_and!(
            "subnets",
            "security_groups",
            "network_from_service",
            "read_secrets",
        ),
    },
    Page {
        verb: "config",
        examples: &[
            ("run-admin-task config", "what counts here and now"),
            (
                "run-admin-task -E production config",
                "what would count there",
            ),
        ],
        exits: OF_PRINTING,
        takes: Takes::AllBut(&["dry_run"]),
    },
    Page {
        verb: "schema",
        examples: &[("run-admin-task schema > events.schema.json", "")],
        exits: OF_PRINTING,
        takes: Takes::These(&[]),
    },
    Page {
        verb: "completions",
        examples: &[
            ("source <(run-admin-task completions bash)", "in ~/.bashrc"),
            ("source <(run-admin-task completions zsh)", "in ~/.zshrc"),
            ("run-admin-task completions fish | source", "in config.fish"),
        ],
        exits: OF_PRINTING,
        takes: Takes::These(&[]),
    },
    Page {
        verb: "man",
        examples: &[
            ("run-admin-task man | man -l -", "read it"),
            (
                "run-admin-task man > /usr/local/share/man/man1/run-admin-task.1",
                "",
            ),
        ],
        exits: OF_PRINTING,
        takes: Takes::These(&[]),
    },
];

/// The grammar with what its help shows.
pub(super) fn dressed(grammar: Command) -> Command {
    let examples = examples(EXAMPLES);
    let all: Vec<_> = grammar.get_arguments().cloned().collect();
    let dressed = grammar
        .after_help(examples.clone())
        .after_long_help(format!("{examples}\n\n{}", exit_status(EXIT_STATUS)));
    PAGES.iter().fold(dressed, |grammar, page| {
        grammar.mut_subcommand(page.verb, |verb| {
            let examples = self::examples(page.examples);
            let verb = verb
                .after_help(examples.clone())
                .after_long_help(format!("{examples}\n\n{}", exit_status(page.exits)));
            // Each of them is taken wherever it stands. Where it changes nothing it is not shown.
            verb.args(all.iter().map(|option| {
                let counts = page.takes.has(option.get_id().as_str());
                option.clone().hide(!counts)
            }))
        })
    })
}

/// Examples as the help has them.
pub(super) fn examples(rows: Rows) -> String {
    format!("Examples:\n{}", table(rows))
}

fn exit_status(rows: Rows) -> String {
    let table = format!("Exit status:\n{}", table(rows));
    if rows == EXIT_STATUS {
        format!("{table}\n{AMBIGUOUS}")
    } else {
        table
    }
}

fn table(rows: Rows) -> String {
    // What has no meaning beside it may be as long as it likes.
    let explained = rows.iter().filter(|(_, meaning)| !meaning.is_empty());
    let width = explained.map(|(left, _)| left.chars().count()).max();
    let width = width.unwrap_or_default();
    let line = |(left, meaning): &(&str, &str)| match *meaning {
        "" => format!("  {left}"),
        meaning => format!("  {left:width$}  {meaning}"),
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
