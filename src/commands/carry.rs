//! One command of a verb of the runbook: asked about before it starts, recorded, and read along.

use futures_util::future::FutureExt as _;
use futures_util::stream::StreamExt as _;

use super::account::account;
use super::reading::Reading;
use super::runbook::Runbook;
use super::session::Session;
use super::task_run::{TaskRun, fresh};
use super::{confirm, records, stage};
use crate::engine::launch::Launch;
use crate::engine::patience::{or_signal, until_signal};
use crate::engine::refusal::interrupted;
use crate::error::Failure;
use crate::migrations::status::Answer;
use crate::model::definition::TaskDefinition;
use crate::model::event::{EventKind, Finished};
use crate::preflight::hosts;
use crate::settings::Settings;

/// What is asked before a command starts that changes something.
pub(super) struct Ask {
    /// What will be done.
    pub(super) what: String,
    /// What else there is to know, by name.
    pub(super) more: Vec<(&'static str, String)>,
    /// What is true where the answer is no.
    pub(super) refused: &'static str,
}

/// What a container said, and how it ended.
pub(super) struct Said {
    pub(super) answer: Answer,
    pub(super) finished: Finished,
}

/// Carries a command out. `ask`: it changes something.
pub(super) async fn carry(
    run: &TaskRun,
    ask: Option<&Ask>,
    runbook: &mut Runbook,
    definition: &TaskDefinition,
) -> Result<Said, Failure> {
    let site = &runbook.site;
    let Session {
        stage: out,
        signals,
        ..
    } = &mut runbook.session;
    let settings = &run.settings;
    let mut reading = Reading::new(out);
    let mut recorder = records::recorder(
        &mut reading,
        settings.record,
        settings,
        &site.identity,
        &run.command,
    );
    // What only looks is never one of before: what it tells would be old.
    let run_key = match ask {
        Some(_) => run.name(site, &mut recorder),
        None => fresh(),
    };
    let preparation = run.prepare(site, definition.clone(), run_key);
    let what = "reading what the command needs";
    let clock = &site.world.clock;
    let launched = or_signal(preparation, what, clock, signals, &mut recorder)
        .await
        .map_err(interrupted)??;
    recorder.about().request = records::request(&launched.request);
    if let Some(ask) = ask.filter(|_| !settings.yes) {
        let (subject, account) = (run.subject(&launched), account(&site.aws));
        let hosts = until_signal(hosts(&subject, &account), signals)
            .await
            .map_err(interrupted)?;
        let facts = facts(ask, settings, &launched, &hosts);
        let yes = if settings.confirm {
            let name = settings.environment.as_ref();
            let name = name.unwrap_or(&launched.request.cluster);
            let question = format!("{facts}type {name} to go on: ");
            confirm::types(name, question, signals, &mut recorder).await
        } else {
            let question = format!("{facts}go on? [y/N] ");
            confirm::says_yes(question, signals, &mut recorder).await
        };
        if !yes.map_err(interrupted)? {
            let refused = format!("not confirmed: {}", ask.refused);
            return Err(Failure::never_started(refused));
        }
    }
    // A signal that came just now must not be found only after the start.
    if let Some(Some(signal)) = signals.next().now_or_never() {
        return Err(interrupted(signal));
    }
    let finished = run.carry_out(site, &launched, signals, &mut recorder).await;
    let end = EventKind::Finished(Box::new(finished.clone()));
    stage::say(&mut recorder, end);
    Ok(Said {
        answer: reading.answer(),
        finished,
    })
}

/// What will be done, and where.
fn facts(ask: &Ask, settings: &Settings, launched: &Launch, hosts: &[String]) -> String {
    let hosts = match hosts {
        [] if settings.read_secrets => "not known".to_owned(),
        [] => "not known (--read-secrets looks)".to_owned(),
        hosts => hosts.join(", "),
    };
    let environment = settings.environment.clone();
    let (cluster, region) = (&launched.request.cluster, &launched.region);
    let definition = launched.definition.arn.rsplit('/').next();
    let rows = [
        ("environment", environment.unwrap_or("none".to_owned())),
        ("database", hosts),
        ("cluster", format!("{cluster} ({region})")),
        ("from", definition.unwrap_or_default().to_owned()),
    ];
    let rows = rows.iter().chain(&ask.more);
    let rows = rows.map(|(name, value)| format!("  {:13}{value}\n", format!("{name}:")));
    format!("{}\n{}", ask.what, rows.collect::<String>())
}
