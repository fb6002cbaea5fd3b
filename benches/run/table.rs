//! The table that is printed in the end.

use std::env::consts::{ARCH, OS};
use std::thread;

use crate::figures::grouped;
use crate::measures::Bench;

/// One measure.
pub(crate) struct Row {
    pub(crate) measure: String,
    pub(crate) figure: String,
    pub(crate) limit: &'static str,
    /// The same by aws-cli, and how many times better ours is.
    pub(crate) aws: Option<(String, String)>,
}

impl Row {
    /// Without aws-cli's figure.
    pub(crate) fn new(measure: impl Into<String>, figure: String, limit: &'static str) -> Self {
        Self {
            measure: measure.into(),
            figure,
            limit,
            aws: None,
        }
    }

    /// With aws-cli's figure, if there is one, and the ratio.
    pub(crate) fn beside(self, aws: Option<(String, String)>) -> Self {
        Self { aws, ..self }
    }
}

/// Head, rows, and what was left out.
pub(crate) fn table(bench: &Bench, rows: Vec<Row>) -> String {
    let head = ["measure", "run-admin-task", "limit", "aws-cli", "better by"];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(rows.into_iter().map(|row| {
        let (aws, ratio) = row.aws.unwrap_or_default();
        let times = if ratio.is_empty() {
            ratio
        } else {
            format!("{ratio} ×")
        };
        [row.measure, row.figure, row.limit.to_owned(), aws, times]
    }));
    let widths = [0, 1, 2, 3, 4].map(|column| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or_default()
    });
    let mut text = heading(bench);
    for line in lines {
        let cells = line.iter().zip(widths);
        let padded = cells.map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text + &notes(bench)
}

fn heading(bench: &Bench) -> String {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let length = if bench.quick { "quick" } else { "whole" };
    format!(
        "\nMedian (least–most) against the emulator on 127.0.0.1; {length} bench, {OS} {ARCH}, \
         {processors} processors\n\n"
    )
}

fn notes(bench: &Bench) -> String {
    let mut notes = vec![match &bench.aws {
        Some(aws) => format!(
            "{}: run-task, wait tasks-stopped, describe-tasks, and then\n\
             get-log-events page by page; of the million lines it printed {}.",
            aws.version,
            grouped(&bench.lines_for_aws())
        ),
        None => "left out: aws-cli is not installed".to_owned(),
    }];
    if bench.quick {
        notes.push("left out: API calls in a one-minute task; fewer runs of the others".to_owned());
    }
    format!("\n{}\n", notes.join("\n"))
}
