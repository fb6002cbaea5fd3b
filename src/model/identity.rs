//! Who starts a task and from where, as `startedBy` and tags can hold it.

use std::collections::BTreeMap;
use std::fmt;

use super::request::Tag;
use super::run_key::RunKey;

/// `startedBy` takes this many characters (API reference, `RunTask`).
const STARTED_BY_LIMIT: usize = 128;
/// A tag's value takes this many characters (API reference, `Tag`).
const TAG_VALUE_LIMIT: usize = 256;

/// The tag that says who started a task.
pub const WHO_TAG: &str = "run-admin-task:who";
/// The tag that names the run a task belongs to.
pub const RUN_KEY_TAG: &str = "run-admin-task:run-key";

/// Who runs the tool, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The user's name.
    pub user: String,
    /// The machine's name.
    pub host: String,
    /// The CI run, where this is one.
    pub ci: Option<CiRun>,
}

/// One run of a CI system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiRun {
    /// `github`, `gitlab`, `buildkite`, `ci`.
    pub system: &'static str,
    /// Repository or project, where it says.
    pub project: Option<String>,
    /// The run's id, where it says.
    pub run: Option<String>,
    /// The commit, where it says.
    pub commit: Option<String>,
    /// What names this attempt of this job and step within the run, as far as the system says.
    pub attempt: Vec<String>,
}

/// The variables by which a CI system tells of itself.
struct CiSystem {
    name: &'static str,
    /// Set in each of its jobs.
    marker: &'static str,
    /// Empty where the run's id names it.
    project: &'static str,
    run: &'static str,
    commit: &'static str,
    /// What differs between attempts, jobs, parallel instances and steps of one run.
    attempt: &'static [&'static str],
}

/// From each system's own list of predefined variables. GitHub has no variable for the instance
/// of a matrix: the runner's name stands for it.
const CI_SYSTEMS: [CiSystem; 8] = [
    CiSystem {
        name: "github",
        marker: "GITHUB_ACTIONS",
        project: "GITHUB_REPOSITORY",
        run: "GITHUB_RUN_ID",
        commit: "GITHUB_SHA",
        attempt: &[
            "GITHUB_RUN_ATTEMPT",
            "GITHUB_JOB",
            "RUNNER_NAME",
            "GITHUB_ACTION",
        ],
    },
    CiSystem {
        name: "gitlab",
        marker: "GITLAB_CI",
        project: "CI_PROJECT_PATH",
        run: "CI_PIPELINE_ID",
        commit: "CI_COMMIT_SHA",
        attempt: &["CI_JOB_ID"],
    },
    CiSystem {
        name: "buildkite",
        marker: "BUILDKITE",
        project: "BUILDKITE_PIPELINE_SLUG",
        run: "BUILDKITE_BUILD_NUMBER",
        commit: "BUILDKITE_COMMIT",
        attempt: &["BUILDKITE_JOB_ID", "BUILDKITE_RETRY_COUNT"],
    },
    CiSystem {
        name: "circleci",
        marker: "CIRCLECI",
        project: "CIRCLE_PROJECT_REPONAME",
        run: "CIRCLE_BUILD_NUM",
        commit: "CIRCLE_SHA1",
        attempt: &["CIRCLE_JOB", "CIRCLE_NODE_INDEX"],
    },
    CiSystem {
        name: "jenkins",
        marker: "JENKINS_URL",
        project: "JOB_NAME",
        run: "BUILD_NUMBER",
        commit: "GIT_COMMIT",
        attempt: &["BUILD_TAG", "STAGE_NAME"],
    },
    CiSystem {
        name: "codebuild",
        marker: "CODEBUILD_BUILD_ID",
        project: "",
        run: "CODEBUILD_BUILD_ID",
        commit: "CODEBUILD_RESOLVED_SOURCE_VERSION",
        attempt: &[],
    },
    CiSystem {
        name: "azure",
        marker: "TF_BUILD",
        project: "BUILD_DEFINITIONNAME",
        run: "BUILD_BUILDID",
        commit: "BUILD_SOURCEVERSION",
        attempt: &["SYSTEM_STAGEATTEMPT", "SYSTEM_JOBID", "SYSTEM_JOBATTEMPT"],
    },
    CiSystem {
        name: "ci",
        marker: "CI",
        project: "CI_PROJECT",
        run: "CI_RUN_ID",
        commit: "CI_COMMIT",
        attempt: &["CI_RUN_ATTEMPT", "CI_JOB"],
    },
];

impl CiRun {
    /// The CI run that these environment variables tell of.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let set = |name: &str| {
            let value = (!name.is_empty()).then(|| variable(name)).flatten();
            value.filter(|value| !value.is_empty())
        };
        CI_SYSTEMS
            .iter()
            .find(|system| set(system.marker).is_some_and(|value| value != "false"))
            .map(|system| Self {
                system: system.name,
                project: set(system.project),
                run: set(system.run),
                commit: set(system.commit),
                // Which variable said it belongs to it: two of them may swap their values.
                attempt: system
                    .attempt
                    .iter()
                    .filter_map(|name| Some(format!("{name}={}", set(name)?)))
                    .collect(),
            })
    }
}

/// System, project and run, as far as it says: `github/acme/api/42`.
impl fmt::Display for CiRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.system)?;
        let known = [&self.project, &self.run].into_iter().flatten();
        known.into_iter().try_for_each(|part| write!(f, "/{part}"))
    }
}

impl Identity {
    /// Who it is, for people.
    #[must_use]
    pub fn who(&self) -> String {
        format!("{}@{}", self.user, self.host)
    }

    /// The `startedBy` of a task: at most 128 of letters, digits, `-`, `_` and `/`.
    #[must_use]
    pub fn started_by(&self) -> String {
        let parts = match &self.ci {
            Some(ci) => vec![Some(ci.system), ci.project.as_deref(), ci.run.as_deref()],
            None => vec![Some(self.user.as_str()), Some(self.host.as_str())],
        };
        let mut text = String::from("run-admin-task");
        for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
            text.push('/');
            text.extend(part.chars().map(|c| match c {
                c if c.is_ascii_alphanumeric() || "-_/".contains(c) => c,
                _ => '-',
            }));
        }
        text.chars().take(STARTED_BY_LIMIT).collect()
    }

    /// The tags of a task: who, tool version, command, commit and CI run where known, then the
    /// user's own, which win.
    #[must_use]
    pub fn tags(
        &self,
        command: &str,
        run_key: &RunKey,
        own: &BTreeMap<String, String>,
    ) -> Vec<Tag> {
        let mut tags = BTreeMap::from([
            (WHO_TAG.to_owned(), self.who()),
            (RUN_KEY_TAG.to_owned(), run_key.to_string()),
            (
                "run-admin-task:version".to_owned(),
                env!("CARGO_PKG_VERSION").to_owned(),
            ),
            ("run-admin-task:command".to_owned(), command.to_owned()),
        ]);
        if let Some(ci) = &self.ci {
            tags.insert("run-admin-task:ci-run".to_owned(), ci.to_string());
            if let Some(commit) = &ci.commit {
                tags.insert("run-admin-task:commit".to_owned(), commit.clone());
            }
        }
        for value in tags.values_mut() {
            *value = tag_value(value);
        }
        let run_key = tags.remove(RUN_KEY_TAG);
        tags.extend(own.clone());
        // What finds this run's task again is not the user's to change.
        tags.extend(run_key.map(|key| (RUN_KEY_TAG.to_owned(), key)));
        tags.into_iter()
            .map(|(key, value)| Tag { key, value })
            .collect()
    }
}

/// `text` with what a tag cannot hold replaced: letters, digits, spaces and `+ - = . _ : / @`
/// are allowed (Amazon ECS developer guide, "Tag restrictions").
fn tag_value(text: &str) -> String {
    text.chars()
        .take(TAG_VALUE_LIMIT)
        .map(|c| match c {
            c if c.is_alphanumeric() || " +-=._:/@".contains(c) => c,
            _ => '_',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn laptop() -> Identity {
        Identity {
            user: "Ana María".into(),
            host: "ana.local".into(),
            ci: None,
        }
    }

    #[test]
    fn at_a_laptop() {
        assert_eq!(laptop().started_by(), "run-admin-task/Ana-Mar-a/ana-local");
        let own = BTreeMap::from([("team".to_owned(), "db".to_owned())]);
        let tags = laptop().tags("reencrypt --filter a|b", &RunKey::fresh("x"), &own);
        let find = |key: &str| tags.iter().find(|t| t.key == key).map(|t| t.value.as_str());
        assert_eq!(find("run-admin-task:who"), Some("Ana María@ana.local"));
        assert_eq!(
            find("run-admin-task:command"),
            Some("reencrypt --filter a_b")
        );
        assert_eq!(find("team"), Some("db"));
        assert_eq!(find("run-admin-task:commit"), None);
    }

    #[test]
    fn in_ci() {
        let variables = BTreeMap::from([
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "acme/api"),
            ("GITHUB_RUN_ID", "42"),
            ("GITHUB_SHA", "abc123"),
        ]);
        let ci = CiRun::detect(|name| variables.get(name).map(|v| (*v).to_owned()));
        let identity = Identity { ci, ..laptop() };
        assert_eq!(identity.started_by(), "run-admin-task/github/acme/api/42");
        let tags = identity.tags("migrate", &RunKey::fresh("x"), &BTreeMap::new());
        assert!(
            tags.iter()
                .any(|t| t.key == "run-admin-task:commit" && t.value == "abc123")
        );
        assert!(tags.iter().any(|t| t.value == "github/acme/api/42"));
    }

    #[test]
    fn ci_set_to_false_is_no_ci() {
        assert_eq!(
            CiRun::detect(|name| (name == "CI").then(|| "false".to_owned())),
            None
        );
    }

    proptest! {
        #[test]
        fn started_by_always_fits(user in ".*", host in ".*") {
            let text = Identity { user, host, ci: None }.started_by();
            prop_assert!(text.len() <= STARTED_BY_LIMIT);
            prop_assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c)));
        }
    }
}
