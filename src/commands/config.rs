//! `config`: every setting, its value and where it came from.

use std::io::Write;

use jiff::Timestamp;
use serde_json::json;

use super::gather::{Gathered, gather};
use super::stage;
use crate::aws::region::of_profile;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::event::{Event, EventKind, Finished, Sink as _};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::report::mask::mask_value;
use crate::report::{Json, in_one_line};
use crate::settings::Output;
use crate::settings::key::{Key, Kind, SPECS, Spec};
use crate::settings::layer::{Layers, Origin};

/// One line of the answer.
struct Row {
    name: String,
    value: Option<String>,
    origin: String,
}

/// Prints the settings on `out`.
pub async fn config(options: &Options, out: &mut dyn Write) -> Result<ExitStatus, Failure> {
    let gathered = gather(options, None)?;
    let profile_region = match gathered.settings.region {
        Some(_) => None,
        None => of_profile(gathered.settings.profile.as_deref()).await,
    };
    let rows = rows(&gathered, profile_region.as_deref());
    let written = match gathered.settings.output {
        Output::Json => json_lines(&rows, out),
        _ => table(&rows, out),
    };
    // Whoever stops reading has read enough.
    let _ = written;
    Ok(ExitStatus::SUCCESS)
}

fn rows(gathered: &Gathered, profile_region: Option<&str>) -> Vec<Row> {
    let plain = |name: &str, value: Option<String>| Row {
        name: name.to_owned(),
        value,
        origin: String::new(),
    };
    let file = gathered
        .file
        .as_ref()
        .map(|path| path.display().to_string());
    let mut rows = vec![
        plain("configuration file", file),
        plain("environment", gathered.settings.environment.clone()),
    ];
    for spec in &SPECS {
        match (spec.key, profile_region) {
            (Key::Region, Some(region)) => rows.push(Row {
                name: spec.name.to_owned(),
                value: Some(region.to_owned()),
                origin: Origin::Profile.to_string(),
            }),
            _ if spec.kind == Kind::Map => rows.extend(pairs(spec, &gathered.layers)),
            _ => rows.push(row(spec, &gathered.layers)),
        }
    }
    rows.extend(of_commands(gathered));
    rows
}

/// What counts for single commands alone, where no higher place says otherwise.
fn of_commands(gathered: &Gathered) -> impl Iterator<Item = Row> {
    gathered.commands.iter().flat_map(|(command, layer)| {
        layer.iter().flat_map(move |(key, said)| {
            let mut layers = Layers::default();
            layers.push([(*key, said.clone())].into());
            let spec = key.spec();
            let rows = match spec.kind {
                Kind::Map => pairs(spec, &layers),
                _ => vec![row(spec, &layers)],
            };
            rows.into_iter().map(move |row| Row {
                name: format!("{command}: {}", row.name),
                ..row
            })
        })
    })
}

fn row(spec: &Spec, layers: &Layers) -> Row {
    let (launch_type, providers) = layers.highest(Key::LaunchType, Key::CapacityProvider);
    let said = match spec.key {
        // The one replaces the other.
        Key::LaunchType => launch_type,
        Key::CapacityProvider => providers,
        key => layers.get(key),
    };
    let replaced = spec.key == Key::LaunchType && providers.is_some();
    let unsaid = unsaid(spec.key).filter(|_| !replaced);
    Row {
        name: spec.name.to_owned(),
        value: said
            .map(|said| said.values.join(","))
            .or(unsaid.map(str::to_owned)),
        origin: match (said, unsaid) {
            (Some(said), _) => said.origin.to_string(),
            (None, Some(_)) => Origin::BuiltIn.to_string(),
            (None, None) => String::new(),
        },
    }
}

/// What counts where nobody said anything, for settings whose default is no plain value.
fn unsaid(key: Key) -> Option<&'static str> {
    match key {
        Key::Container => Some("admin, else the only essential one"),
        Key::AssignPublicIp => Some("false, or the lending service's"),
        Key::LaunchType => Some("FARGATE"),
        Key::Timeout => Some("no limit"),
        Key::OnInterrupt => Some("detach for exclusive commands, else stop"),
        Key::OnTimeout => Some("as on-interrupt"),
        Key::Drain => Some("learned from the log"),
        Key::Exclusive => Some("what migrates, reencrypts or recovers"),
        Key::RunKey => Some("the CI job's attempt, else new each time"),
        Key::Record => Some("true"),
        Key::WaitStopped
        | Key::Check
        | Key::ReadSecrets
        | Key::AttachIfRunning
        | Key::Confirm
        | Key::Yes
        | Key::Quiet
        | Key::Verbose => Some("false"),
        Key::Timestamps => Some("none"),
        Key::Rules => Some("each rule's own severity"),
        _ => None,
    }
}

/// A row for each pair of a setting whose places add up; the highest place wins a name.
fn pairs(spec: &Spec, layers: &Layers) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for said in layers.all(spec.key) {
        for pair in &said.values {
            let (name, value) = shown(spec, pair);
            let name = format!("{} {name}", spec.name);
            rows.retain(|row| row.name != name);
            let origin = said.origin.to_string();
            rows.push(Row {
                name,
                value: Some(value),
                origin,
            });
        }
    }
    if rows.is_empty() {
        rows.push(row(spec, layers));
    }
    rows
}

/// A pair fit for a screen: values of environment variables may be secrets.
fn shown<'p>(spec: &Spec, pair: &'p str) -> (&'p str, String) {
    match (spec.key, pair.split_once('=')) {
        (Key::Env, Some((name, _))) => (name, "(not shown)".to_owned()),
        (Key::Env, None) => (pair, "(ours, not shown)".to_owned()),
        (_, Some((name, value))) => (name, value.to_owned()),
        (_, None) => (pair, String::new()),
    }
}

fn table(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or_default();
    let name_width = width(
        &mut rows
            .iter()
            .map(|row| in_one_line(&row.name).chars().count()),
    );
    let values: Vec<_> = rows
        .iter()
        .map(|row| {
            row.value
                .as_deref()
                .map_or_else(|| "-".to_owned(), in_one_line)
        })
        .collect();
    let value_width = width(&mut values.iter().map(|value| value.chars().count())).min(42);
    for (row, value) in rows.iter().zip(values) {
        let line = format!(
            "{:name_width$}  {value:value_width$}  {}",
            in_one_line(&row.name),
            in_one_line(&row.origin)
        );
        writeln!(out, "{}", stage::runner().unobeyed(line.trim_end()))?;
    }
    out.flush()
}

fn json_lines(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    let at = Timestamp::now();
    for row in rows {
        let mut line = json!({"type": "setting", "at": format!("{at:.3}"), "name": row.name, "value": row.value, "origin": row.origin});
        mask_value(&mut line);
        writeln!(out, "{}", stage::runner().shown_json(&line.to_string()))?;
    }
    let finished = Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None);
    Json::new(&mut *out, std::io::sink()).event(&Event {
        at,
        kind: EventKind::Finished(Box::new(finished)),
    });
    out.flush()
}
