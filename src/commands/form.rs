//! Which form of the output suits whoever reads.

use std::io::{IsTerminal as _, stderr};

use super::gather::variable;
use crate::settings::Output;

/// A form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A live status for somebody at a terminal.
    Human,
    /// Lines for pipes.
    Plain,
    /// The event stream.
    Json,
    /// A job of GitHub Actions.
    Github,
    /// A job of GitLab CI.
    Gitlab,
    /// A job of Buildkite.
    Buildkite,
}

impl Form {
    /// The form that was asked for, or else the one that suits this process's surroundings.
    pub(super) fn of(output: Output) -> Self {
        chosen(output, variable, stderr().is_terminal())
    }
}

fn chosen(
    output: Output,
    variable: impl Fn(&str) -> Option<String>,
    stderr_is_terminal: bool,
) -> Form {
    match output {
        Output::Auto => suiting(&variable, stderr_is_terminal),
        Output::Human => Form::Human,
        Output::Plain => Form::Plain,
        Output::Json => Form::Json,
        Output::Github => Form::Github,
        Output::Gitlab => Form::Gitlab,
        Output::Buildkite => Form::Buildkite,
    }
}

fn suiting(variable: &impl Fn(&str) -> Option<String>, stderr_is_terminal: bool) -> Form {
    let systems = [
        ("GITHUB_ACTIONS", Form::Github),
        ("GITLAB_CI", Form::Gitlab),
        ("BUILDKITE", Form::Buildkite),
    ];
    let is_set = |name: &str| variable(name).is_some_and(|value| value == "true");
    if let Some((_, form)) = systems.into_iter().find(|(name, _)| is_set(name)) {
        return form;
    }
    if stderr_is_terminal && can_redraw(variable) && !in_ci(variable) {
        Form::Human
    } else {
        Form::Plain
    }
}

/// Whether the terminal can move its cursor. One that does not say what it is cannot.
pub(super) fn can_redraw(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable("TERM").is_some_and(|term| !term.is_empty() && term != "dumb")
}

/// Whether this is a job of some CI system.
fn in_ci(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable("CI").is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(output: Output, terminal: bool, variables: &[(&str, &str)]) -> Form {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        chosen(output, variable, terminal)
    }

    #[test]
    fn what_suits_the_surroundings() {
        let xterm = ("TERM", "xterm-256color");
        for (terminal, variables, expected) in [
            (true, &[xterm][..], Form::Human),
            (true, &[("TERM", "dumb")], Form::Plain),
            (true, &[], Form::Plain),
            (false, &[xterm], Form::Plain),
            (true, &[xterm, ("CI", "true")], Form::Plain),
            (true, &[xterm, ("CI", "false")], Form::Human),
            (
                false,
                &[("GITHUB_ACTIONS", "true"), ("CI", "true")],
                Form::Github,
            ),
            (true, &[xterm, ("GITHUB_ACTIONS", "")], Form::Human),
            (false, &[("GITLAB_CI", "true")], Form::Gitlab),
            (false, &[("BUILDKITE", "true")], Form::Buildkite),
        ] {
            assert_eq!(form(Output::Auto, terminal, variables), expected);
        }
    }

    #[test]
    fn what_was_asked_for_counts() {
        let github = [("GITHUB_ACTIONS", "true")];
        assert_eq!(form(Output::Plain, true, &github), Form::Plain);
        assert_eq!(form(Output::Json, true, &github), Form::Json);
        assert_eq!(form(Output::Human, false, &github), Form::Human);
        assert_eq!(form(Output::Github, false, &[]), Form::Github);
    }
}
