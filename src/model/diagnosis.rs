//! Why a run failed, as far as it is known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{Finding, Verdict};

/// What the evidence says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Diagnosis {
    /// A stable word for programs; `unknown` where nothing fits.
    pub cause: String,
    /// The cause in one sentence, with the names that are known.
    pub summary: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// What the evidence names: a secret, an image, a host…
    pub extracted: BTreeMap<String, String>,
    /// What it rests on, the weightiest first.
    pub evidence: Vec<String>,
    /// What to do, most likely first.
    pub next_steps: Vec<String>,
    /// Other causes that the evidence names: what followed from the first, or hides behind it.
    pub related: Vec<String>,
    /// What a look at the account says of the cause; `None`: nothing was looked at.
    pub looked: Option<Looked>,
    /// What that look found.
    pub checks: Vec<Checked>,
}

/// What a look at the account says of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Looked {
    /// It is so.
    Confirmed,
    /// It is not so, or no longer.
    RuledOut,
    /// What would tell could not be seen.
    CouldNotLook,
}

/// What a check found, as a diagnosis keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The check's name.
    pub name: String,
    /// What it means for the start.
    pub verdict: Verdict,
    /// What was found.
    pub message: String,
    /// What to do about it; of several steps each is a line.
    pub hint: Option<String>,
}

/// How sure a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Nothing is known.
    #[default]
    None,
    /// It may well be something else.
    Low,
    /// The evidence names a kind of failure; what is behind it was cut off or not said.
    Medium,
    /// The evidence says it in so many words.
    High,
}

impl Diagnosis {
    /// Whether the evidence named a cause.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.confidence != Confidence::None
    }

    /// Takes in what a look at the account found, by checks that can tell of the cause.
    pub fn take(&mut self, findings: &[Finding]) {
        let has = |verdict: Verdict| findings.iter().any(|finding| finding.verdict == verdict);
        let confirming = findings
            .iter()
            .find(|finding| finding.cause == Some(self.cause.as_str()));
        self.looked = if confirming.is_some() {
            Some(Looked::Confirmed)
        } else if has(Verdict::Skip) || findings.is_empty() {
            Some(Looked::CouldNotLook)
        } else {
            Some(Looked::RuledOut)
        };
        // What the look saw has real names in it, and comes first.
        let hints = confirming.into_iter().chain(others(findings, &self.cause));
        let hints: Vec<_> = hints
            .filter_map(|finding| finding.hint.as_deref())
            .flat_map(str::lines)
            .map(str::to_owned)
            .collect();
        self.next_steps.retain(|step| !hints.contains(step));
        self.next_steps.splice(0..0, hints);
        for cause in others(findings, &self.cause).filter_map(|finding| finding.cause) {
            if !self.related.iter().any(|own| own == cause) {
                self.related.push(cause.to_owned());
            }
        }
        let mut ordered: Vec<_> = findings.iter().collect();
        ordered.sort_by_key(|finding| {
            let is_other = finding.cause != Some(self.cause.as_str());
            (is_other, finding.verdict != Verdict::Fail)
        });
        self.checks = ordered.into_iter().map(Checked::from).collect();
    }
}

/// What was found broken besides a cause.
fn others<'f>(findings: &'f [Finding], cause: &str) -> impl Iterator<Item = &'f Finding> {
    findings
        .iter()
        .filter(move |finding| finding.verdict == Verdict::Fail && finding.cause != Some(cause))
}

impl From<&Finding> for Checked {
    fn from(finding: &Finding) -> Self {
        Self {
            name: finding.name.to_owned(),
            verdict: finding.verdict,
            message: finding.message.clone(),
            hint: finding.hint.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing_secret() -> Diagnosis {
        Diagnosis {
            cause: "secret-not-found".into(),
            next_steps: vec!["look".into(), "aws mend".into()],
            ..Diagnosis::default()
        }
    }

    #[test]
    fn a_look_confirms_or_rules_out() {
        let fail = Finding::fail("secrets", "it is gone").because("secret-not-found");
        let other = Finding::fail("route", "there is none").because("ssm-timeout-no-route");
        let pass = Finding::pass("secrets", "it is there");
        let skip = Finding::skip("secrets", "not allowed");
        for (findings, looked) in [
            (vec![fail.clone()], Looked::Confirmed),
            (vec![skip.clone(), fail], Looked::Confirmed),
            (vec![pass.clone()], Looked::RuledOut),
            (vec![pass.clone(), other], Looked::RuledOut),
            (vec![pass, skip], Looked::CouldNotLook),
            (vec![], Looked::CouldNotLook),
        ] {
            let mut diagnosis = missing_secret();
            diagnosis.take(&findings);
            assert_eq!(diagnosis.looked, Some(looked));
            assert_eq!(diagnosis.checks.len(), findings.len());
        }
    }

    #[test]
    fn what_a_look_advises_comes_first_and_once() {
        let mut diagnosis = missing_secret();
        diagnosis.take(&[
            Finding::fail("route", "none")
                .because("x")
                .hinted("aws route"),
            Finding::fail("secrets", "gone")
                .because("secret-not-found")
                .hinted("aws mend"),
        ]);
        assert_eq!(diagnosis.next_steps, ["aws mend", "aws route", "look"]);
        assert_eq!(diagnosis.related, ["x"]);
    }
}
