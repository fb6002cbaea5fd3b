//! Calls that go wrong on purpose.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

/// A rule that makes some calls of an operation go wrong. Where several conditions are given, all
/// must hold; where none is, each call is struck.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Such as `RunTask`; `*` means all, each counted for itself.
    pub operation: String,
    /// The numbers of the calls that are struck, from 1.
    #[serde(default)]
    pub nth: Option<Vec<u64>>,
    /// Every so manyth call is struck.
    #[serde(default)]
    pub every: Option<u64>,
    /// Each call is struck with this probability, by the scenario's seed.
    #[serde(default)]
    pub probability: Option<f64>,
    /// The first calls are struck.
    #[serde(default)]
    pub first: Option<u64>,
    /// What happens to them.
    pub action: FaultAction,
}

impl Fault {
    /// Strikes each call of the operation.
    #[must_use]
    pub fn each(operation: &str, action: FaultAction) -> Self {
        Self {
            operation: operation.to_owned(),
            nth: None,
            every: None,
            probability: None,
            first: None,
            action,
        }
    }

    /// Strikes the first `count` calls of the operation.
    #[must_use]
    pub fn first(operation: &str, count: u64, action: FaultAction) -> Self {
        Self {
            first: Some(count),
            ..Self::each(operation, action)
        }
    }

    /// Whether it strikes the call with this number; `chance` draws from 0 to 1.
    fn strikes(&self, number: u64, chance: impl FnOnce() -> f64) -> bool {
        self.nth
            .as_ref()
            .is_none_or(|numbers| numbers.contains(&number))
            && self
                .every
                .is_none_or(|every| every > 0 && number.is_multiple_of(every))
            && self.first.is_none_or(|first| number <= first)
            && self
                .probability
                .is_none_or(|probability| chance() < probability)
    }
}

/// What happens to a call.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultAction {
    /// It is answered with an error; nothing is done.
    Error {
        /// The HTTP status.
        status: u16,
        /// Such as `ThrottlingException`.
        code: String,
        /// Such as `Rate exceeded`.
        message: String,
    },
    /// It is answered late. Other rules can strike it too.
    Latency {
        /// How late.
        ms: u64,
    },
    /// It is never answered; nothing is done.
    Hang,
    /// The work is done, and never answered.
    HangAfter,
    /// The connection is closed without an answer; nothing is done.
    CutBefore,
    /// The work is done, then the connection is closed without an answer.
    CutAfter,
    /// The work is done, the head and half of the body are sent, then the connection is closed.
    CutBody,
    /// `RunTask` starts nothing and answers with these `failures`. Other operations go on.
    RunTaskFailures {
        /// What it says.
        failures: Vec<RunTaskFailure>,
    },
}

/// One member of `failures` in the answer of `RunTask`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RunTaskFailure {
    /// The container instance's ARN; Fargate often gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Such as `RESOURCE:MEMORY`.
    pub reason: String,
    /// More words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What the rules say about one call.
#[derive(Debug, Default)]
pub(crate) struct Strike {
    /// To be waited before anything else.
    pub(crate) latency: Duration,
    /// The first action that is not a latency.
    pub(crate) action: Option<FaultAction>,
}

impl Strike {
    /// What AWS answers to a key that is no longer valid.
    pub(crate) fn expired() -> Self {
        Self {
            latency: Duration::ZERO,
            action: Some(FaultAction::Error {
                status: 400,
                code: "ExpiredTokenException".to_owned(),
                message: "The security token included in the request is expired".to_owned(),
            }),
        }
    }
}

/// The rules in force, and how often each has seen each operation.
#[derive(Debug)]
pub(crate) struct FaultBook {
    rules: Vec<(Fault, HashMap<String, u64>)>,
    random: fastrand::Rng,
}

impl FaultBook {
    pub(crate) fn new(faults: &[Fault], seed: u64) -> Self {
        Self {
            rules: faults
                .iter()
                .map(|fault| (fault.clone(), HashMap::new()))
                .collect(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Counts one call and says what happens to it.
    pub(crate) fn strike(&mut self, operation: &str) -> Strike {
        let mut strike = Strike::default();
        for (fault, seen) in &mut self.rules {
            if fault.operation != "*" && fault.operation != operation {
                continue;
            }
            let number = seen.entry(operation.to_owned()).or_default();
            *number += 1;
            if !fault.strikes(*number, || self.random.f64()) {
                continue;
            }
            match &fault.action {
                FaultAction::Latency { ms } => strike.latency += Duration::from_millis(*ms),
                FaultAction::RunTaskFailures { .. } if operation != "RunTask" => {}
                action => strike.action = strike.action.or_else(|| Some(action.clone())),
            }
        }
        strike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(fault: &str, operations: &[&str]) -> Vec<bool> {
        let fault: Fault = serde_json::from_str(fault).expect("the test's rule is right");
        let mut book = FaultBook::new(&[fault], 7);
        operations
            .iter()
            .map(|operation| book.strike(operation).action.is_some())
            .collect()
    }

    #[test]
    fn calls_are_counted_for_each_operation() {
        let nth = r#"{"operation":"*","nth":[2],"action":{"kind":"hang"}}"#;
        assert_eq!(
            struck(nth, &["A", "B", "A", "A", "B"]),
            [false, false, true, false, true]
        );
        let every = r#"{"operation":"A","every":2,"action":{"kind":"cut-after"}}"#;
        assert_eq!(
            struck(every, &["A", "B", "A", "B", "A", "A"]),
            [false, false, true, false, false, true]
        );
        let first = r#"{"operation":"A","first":1,"action":{"kind":"cut-body"}}"#;
        assert_eq!(struck(first, &["A", "A"]), [true, false]);
        let each = r#"{"operation":"A","action":{"kind":"cut-before"}}"#;
        assert_eq!(struck(each, &["A", "A", "B"]), [true, true, false]);
    }

    #[test]
    fn probability_goes_by_the_seed() {
        let fault = r#"{"operation":"A","probability":0.5,"action":{"kind":"hang"}}"#;
        let calls = ["A"; 100];
        let one = struck(fault, &calls);
        assert_eq!(one, struck(fault, &calls));
        let hits = one.iter().filter(|hit| **hit).count();
        assert!((30..70).contains(&hits), "{hits}");
    }

    #[test]
    fn latency_adds_up_and_the_first_other_action_counts() {
        let error = FaultAction::Error {
            status: 400,
            code: "ThrottlingException".to_owned(),
            message: "Rate exceeded".to_owned(),
        };
        let mut book = FaultBook::new(
            &[
                Fault::each("*", FaultAction::Latency { ms: 2 }),
                Fault::each("A", FaultAction::Latency { ms: 3 }),
                Fault::first("A", 1, error),
                Fault::each("A", FaultAction::Hang),
            ],
            1,
        );
        let strike = book.strike("A");
        assert_eq!(strike.latency, Duration::from_millis(5));
        assert!(matches!(
            strike.action,
            Some(FaultAction::Error { status: 400, .. })
        ));
        assert!(matches!(book.strike("A").action, Some(FaultAction::Hang)));
    }

    #[test]
    fn failures_strike_run_task_alone_and_wrong_names_are_refused() {
        let failures = r#"{"operation":"*","action":{"kind":"run-task-failures",
            "failures":[{"arn":"a","reason":"RESOURCE:MEMORY","detail":null}]}}"#;
        assert_eq!(
            struck(failures, &["DescribeTasks", "RunTask"]),
            [false, true]
        );
        let wrong = r#"{"operation":"A","action":{"kind":"latency","seconds":1}}"#;
        assert!(serde_json::from_str::<Fault>(wrong).is_err());
    }
}
