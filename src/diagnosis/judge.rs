//! From evidence to diagnosis.

use std::collections::BTreeSet;

use super::causes::{UNKNOWN, named};
use super::ends::{ends, is_somebodys, succeeded};
use super::evidence::{Evidence, Source};
use super::extract::extract;
use super::rules::{Place, RULES, Rule};
use super::steps::steps;
use super::summary::summary;
use super::text::{clean, fold};
use crate::model::diagnosis::{Confidence, Diagnosis};

/// How many texts are shown as evidence.
const SHOWN: usize = 6;
/// How many lines of a stack are read with the line above them.
const STACK: usize = 12;
/// How many of the last texts are shown where no cause is named.
const SHOWN_OF_UNKNOWN: usize = 12;

/// A cause that the evidence names.
struct Finding {
    cause: &'static str,
    confidence: Confidence,
    /// The texts that name it, by their places in the evidence.
    said: Vec<usize>,
}

/// Says why a run failed. With the same evidence it says the same.
#[must_use]
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    let texts: Vec<_> = evidence.said.iter().map(|said| clean(&said.text)).collect();
    let mut findings = findings(evidence, &texts);
    let known: Vec<_> = ends(evidence)
        .into_iter()
        .filter(|(cause, _)| findings.iter().all(|finding| finding.cause != *cause))
        .collect();
    // A guess is made only where there is nothing better.
    let from_texts = !findings.is_empty();
    findings.extend(
        known
            .into_iter()
            .filter(|(_, confidence)| !from_texts || *confidence == Confidence::High)
            .map(|(cause, confidence)| Finding {
                cause,
                confidence,
                said: Vec::new(),
            }),
    );
    let Some(first) = findings.first() else {
        return unknown(evidence, &texts);
    };
    let order = weight(evidence, first);
    let extracted = extract(order.iter().map(|at| texts[*at].as_str()));
    let evidence_shown = shown(evidence, &order);
    Diagnosis {
        cause: first.cause.to_owned(),
        summary: summary(first.cause, evidence, &extracted),
        confidence: first.confidence,
        next_steps: steps(first.cause, &extracted),
        related: findings[1..].iter().map(|it| it.cause.to_owned()).collect(),
        evidence: evidence_shown,
        extracted,
        ..Diagnosis::default()
    }
}

fn unknown(evidence: &Evidence, texts: &[String]) -> Diagnosis {
    let all: Vec<_> = (0..texts.len()).collect();
    let last = texts.len().saturating_sub(SHOWN_OF_UNKNOWN);
    let mut seen = codes(evidence);
    seen.extend(all[last..].iter().map(|at| evidence.said[*at].shown()));
    let extracted = extract(texts.iter().map(String::as_str));
    Diagnosis {
        cause: UNKNOWN.to_owned(),
        summary: summary(UNKNOWN, evidence, &extracted),
        confidence: Confidence::None,
        next_steps: steps(UNKNOWN, &extracted),
        evidence: seen,
        extracted,
        ..Diagnosis::default()
    }
}

/// What the texts name, in the order of the rules.
fn findings(evidence: &Evidence, texts: &[String]) -> Vec<Finding> {
    if succeeded(evidence) {
        return Vec::new();
    }
    let folded = folded(evidence, texts);
    let found = |last_resort: bool| {
        let mut findings: Vec<Finding> = Vec::new();
        let mut explained = BTreeSet::new();
        for rule in RULES.iter().filter(|rule| rule.last_resort == last_resort) {
            let mut said = said(evidence, &folded, rule);
            said.retain(|at| !explained.contains(at));
            if said.is_empty() {
                continue;
            }
            if rule.place != Place::Log {
                explained.extend(said.iter().copied());
            }
            match findings.iter_mut().find(|it| it.cause == rule.cause) {
                Some(finding) => finding.said.extend(said),
                None => findings.push(Finding {
                    cause: rule.cause,
                    confidence: if last_resort {
                        Confidence::Medium
                    } else {
                        Confidence::High
                    },
                    said,
                }),
            }
        }
        findings
    };
    let findings = found(false);
    if findings.is_empty() {
        found(true)
    } else {
        findings
    }
}

/// The texts as rules read them. What a log indents belongs to the line before: a stack says whose
/// error it is.
fn folded(evidence: &Evidence, texts: &[String]) -> Vec<String> {
    let own: Vec<_> = texts.iter().map(|text| fold(text)).collect();
    let with_stack = |at: usize| {
        let Source::Log(_) = &evidence.said[at].source else {
            return own[at].clone();
        };
        let goes_on = |it: &usize| {
            let said = &evidence.said[*it];
            said.source == evidence.said[at].source && said.text.starts_with([' ', '\t'])
        };
        let stack = (at + 1..own.len()).take_while(goes_on).take(STACK);
        let lines: Vec<_> = std::iter::once(at).chain(stack).collect();
        let lines: Vec<_> = lines.iter().map(|it| own[*it].as_str()).collect();
        lines.join(" ")
    };
    (0..own.len()).map(with_stack).collect()
}

/// The texts that a rule fits.
fn said(evidence: &Evidence, folded: &[String], rule: &Rule) -> Vec<usize> {
    let reads = |source: &Source| match source {
        Source::Log(_) => rule.place != Place::Ecs,
        source => !is_somebodys(evidence, source) || rule.cause == "user-stopped",
    };
    let fits = |at: &usize| reads(&evidence.said[*at].source) && rule.fits(&folded[*at]);
    (0..folded.len()).filter(fits).collect()
}

/// The texts in the order of their weight: those that name the cause, then what ECS said.
fn weight(evidence: &Evidence, finding: &Finding) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let all = 0..evidence.said.len();
    let of_ecs = all.filter(|at| !matches!(evidence.said[*at].source, Source::Log(_)));
    let mut order = finding.said.clone();
    order.extend(of_ecs);
    order.retain(|at| seen.insert(*at));
    order
}

fn shown(evidence: &Evidence, order: &[usize]) -> Vec<String> {
    let texts = order.iter().map(|at| evidence.said[*at].shown());
    texts.take(SHOWN).chain(codes(evidence)).collect()
}

/// The codes, in words.
fn codes(evidence: &Evidence) -> Vec<String> {
    let stop_code = evidence
        .stop_code
        .iter()
        .map(|code| format!("stopCode: {code}"));
    let exit_code = evidence
        .exit_code
        .iter()
        .map(|code| format!("exit code: {code}"));
    stop_code.chain(exit_code).collect()
}

/// The first step that the table has for a cause.
pub(super) fn table_step(cause: &str) -> &'static str {
    named(cause).map_or("", |cause| cause.next_step)
}
