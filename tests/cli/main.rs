//! The real binary in front of an emulated AWS: what an operator and a CI step see of it.
//!
//! Each test pins what they rely on: stdout, stderr and exit status, and what AWS was asked.

mod apply;
mod at_terminal;
mod attach;
mod buildkite;
mod check;
mod complete;
mod config;
mod end;
mod events;
mod explain;
mod faults;
mod follow;
mod github;
mod gitlab;
mod guard;
mod hang;
mod help;
mod history;
mod human;
mod interrupt;
mod leave;
mod logs;
mod man;
mod network;
mod once;
mod output;
mod pictures;
mod plan;
#[path = "../peers/program.rs"]
mod program;
mod ps;
mod race;
mod records;
mod recover;
mod request;
mod rerun;
mod retry;
mod review;
mod runbook;
mod schema;
mod settings;
mod start;
mod stop;
mod support;
mod usage;
mod way_back;
mod words;

/// The tests that are started together, in the order in which they are asked for.
static GROUPS: [&support::Group; 39] = [
    &apply::tests::GROUP,
    &at_terminal::tests::GROUP,
    &attach::tests::GROUP,
    &buildkite::tests::GROUP,
    &check::tests::GROUP,
    &complete::tests::GROUP,
    &end::tests::GROUP,
    &events::tests::GROUP,
    &explain::tests::GROUP,
    &faults::tests::GROUP,
    &follow::tests::GROUP,
    &github::tests::GROUP,
    &gitlab::tests::GROUP,
    &guard::tests::GROUP,
    &hang::tests::GROUP,
    &history::tests::GROUP,
    &human::tests::GROUP,
    &interrupt::tests::GROUP,
    &leave::tests::GROUP,
    &logs::tests::GROUP,
    &network::tests::GROUP,
    &once::tests::GROUP,
    &output::tests::GROUP,
    &pictures::tests::GROUP,
    &plan::tests::GROUP,
    &ps::tests::GROUP,
    &race::tests::GROUP,
    &records::tests::GROUP,
    &recover::tests::GROUP,
    &request::tests::GROUP,
    &rerun::tests::GROUP,
    &retry::tests::GROUP,
    &runbook::tests::GROUP,
    &review::tests::GROUP,
    &settings::tests::GROUP,
    &start::tests::GROUP,
    &stop::tests::GROUP,
    &way_back::tests::GROUP,
    &words::tests::GROUP,
];
