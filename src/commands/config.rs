//! `config`: every setting, its value and where it came from.

use std::io::Write;

use serde_json::json;

use super::gather::{Gathered, gather};
use crate::aws::region::of_profile;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;
use crate::settings::Output;
use crate::settings::key::{Key, SPECS, Spec};
use crate::settings::layer::{Origin, Said};

/// One line of the answer.
struct Row {
    name: &'static str,
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
        Output::Plain => table(&rows, out),
    };
    // Whoever stops reading has read enough.
    let _ = written;
    Ok(ExitStatus::SUCCESS)
}

fn rows(gathered: &Gathered, profile_region: Option<&str>) -> Vec<Row> {
    let mut rows = vec![
        Row {
            name: "configuration file",
            value: gathered
                .file
                .as_ref()
                .map(|path| path.display().to_string()),
            origin: String::new(),
        },
        Row {
            name: "environment",
            value: gathered.settings.environment.clone(),
            origin: String::new(),
        },
    ];
    for spec in &SPECS {
        let said = gathered.layers.get(spec.key);
        let row = match (spec.key, &profile_region) {
            (Key::Region, Some(region)) => Row {
                name: spec.name,
                value: Some((*region).to_owned()),
                origin: Origin::Profile.to_string(),
            },
            _ => Row {
                name: spec.name,
                value: said.map(|said| shown(spec, said)),
                origin: said.map_or_else(String::new, |said| said.origin.to_string()),
            },
        };
        rows.push(row);
    }
    rows
}

/// A value fit for a screen: those of environment variables may be secrets.
fn shown(spec: &Spec, said: &Said) -> String {
    let hidden = |pair: &String| match pair.split_once('=') {
        Some((name, _)) => format!("{name}=(not shown)"),
        None => format!("{pair}=(ours, not shown)"),
    };
    match spec.key {
        Key::Env => said.values.iter().map(hidden).collect::<Vec<_>>().join(","),
        _ => said.values.join(","),
    }
}

fn table(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    let name_width = rows
        .iter()
        .map(|row| row.name.len())
        .max()
        .unwrap_or_default();
    let values: Vec<_> = rows
        .iter()
        .map(|row| row.value.as_deref().unwrap_or("-"))
        .collect();
    let value_width = values
        .iter()
        .map(|value| value.chars().count())
        .max()
        .unwrap_or_default()
        .min(60);
    for (row, value) in rows.iter().zip(values) {
        let line = format!(
            "{:name_width$}  {value:value_width$}  {}",
            row.name, row.origin
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    out.flush()
}

fn json_lines(rows: &[Row], out: &mut dyn Write) -> std::io::Result<()> {
    for row in rows {
        writeln!(
            out,
            "{}",
            json!({"type": "setting", "name": row.name, "value": row.value, "origin": row.origin})
        )?;
    }
    out.flush()
}
