//! What makes a run this run and no other: from its key come the client tokens that keep `RunTask`
//! from starting a second task.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::identity::CiRun;

/// The name of one run.
///
/// A process that is killed and started again with the same key meets the task of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunKey {
    digest: String,
    /// Whether another process can come to the same key.
    repeatable: bool,
}

impl RunKey {
    /// A key that no other run has; `random` is never used twice.
    #[must_use]
    pub fn fresh(random: &str) -> Self {
        Self {
            digest: digest(["fresh", random]),
            repeatable: false,
        }
    }

    /// The key of the attempt of a CI job that runs `what`; `None` where the CI system does not
    /// name its run.
    #[must_use]
    pub fn of_ci(ci: &CiRun, what: &[&str]) -> Option<Self> {
        let named = ["ci", ci.system, ci.project.as_deref().unwrap_or_default()];
        let run = ci.run.as_deref()?;
        let attempt = ci.attempt.iter().map(String::as_str);
        let parts = named
            .into_iter()
            .chain([run])
            .chain(attempt)
            .chain(["what"])
            .chain(what.iter().copied());
        Some(Self {
            digest: digest(parts),
            repeatable: true,
        })
    }

    /// The key of a name that the user gave.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            digest: digest(["named", name]),
            repeatable: true,
        }
    }

    /// The key of the same run, after `ended` runs of it came to their ends: whoever asks again
    /// after an answer wants another run.
    #[must_use]
    pub fn after(&self, ended: usize) -> Self {
        match ended {
            0 => self.clone(),
            ended => Self {
                digest: digest([self.digest.as_str(), "after", &ended.to_string()]),
                repeatable: self.repeatable,
            },
        }
    }

    /// Whether another process can come to the same key: then there may be a task already.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// The client token of the run's `start`-th try to have a task, from 0. A token takes at most
    /// 64 characters (Amazon ECS developer guide, "Ensuring idempotency"): these are as many.
    #[must_use]
    pub fn token(&self, start: u32) -> String {
        digest([self.digest.as_str(), "start", &start.to_string()])
    }
}

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digest)
    }
}

/// SHA-256 over the parts, each with its length before it so that none runs into the next.
fn digest<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ci(variables: &[(&str, &str)]) -> CiRun {
        let github = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "acme/api"),
            ("GITHUB_RUN_ID", "42"),
            ("GITHUB_RUN_ATTEMPT", "1"),
            ("GITHUB_JOB", "deploy"),
        ];
        let variable = |name: &str| {
            let find = |list: &[(&str, &str)]| {
                let found = list.iter().find(|(known, _)| *known == name)?;
                Some(found.1.to_owned())
            };
            find(variables).or_else(|| find(&github))
        };
        CiRun::detect(variable).expect("a CI run")
    }

    fn key(variables: &[(&str, &str)], what: &[&str]) -> String {
        RunKey::of_ci(&ci(variables), what)
            .expect("it names its run")
            .to_string()
    }

    #[test]
    fn one_attempt_of_one_job_running_one_command_has_one_key() {
        assert_eq!(key(&[], &["migrate"]), key(&[], &["migrate"]));
        let others = [
            key(&[], &["migrate"]),
            key(&[], &["migrate-info"]),
            key(&[], &["mig", "rate"]),
            key(&[("GITHUB_RUN_ID", "43")], &["migrate"]),
            key(&[("GITHUB_RUN_ATTEMPT", "2")], &["migrate"]),
            key(&[("GITHUB_JOB", "rehearse")], &["migrate"]),
            key(&[("GITHUB_ACTION", "__run_2")], &["migrate"]),
            key(&[("RUNNER_NAME", "second")], &["migrate"]),
        ];
        let different: BTreeSet<_> = others.iter().collect();
        assert_eq!(different.len(), others.len());
    }

    #[test]
    fn a_ci_system_that_does_not_name_its_run_has_no_key() {
        let nameless = CiRun {
            run: None,
            ..ci(&[])
        };
        assert_eq!(RunKey::of_ci(&nameless, &["migrate"]), None);
    }

    #[test]
    fn tokens_fit_and_differ() {
        let first = RunKey::fresh("a");
        let tokens = [
            first.token(0),
            first.token(1),
            first.after(1).token(0),
            first.after(2).token(0),
            RunKey::fresh("b").token(0),
            RunKey::named("a").token(0),
        ];
        for token in &tokens {
            assert!(token.len() <= 64 && token.bytes().all(|byte| (33..=126).contains(&byte)));
        }
        assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), tokens.len());
        assert_eq!(first.after(0), first);
        assert!(!first.after(1).is_repeatable() && RunKey::named("a").is_repeatable());
    }
}
