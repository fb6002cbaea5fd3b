//! The manual, as pages for `man`.

use std::fmt::Write as _;
use std::io;

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::help::{AMBIGUOUS, EXAMPLES, EXIT_STATUS, PAGES, Page, Rows, Takes};
use super::version::VERSION;
use crate::settings::key::SPECS;

/// What the tool is, for whoever reads no further.
const DESCRIPTION: [&str; 2] = [
    "Starts one task on Amazon ECS whose container runs COMMAND, prints the container's CloudWatch \
     log while it comes, and ends with the container's exit code. stdout holds the output of that \
     container and nothing else; what the tool says of itself stands on stderr.",
    "The tool's options stand before the container's command. From the command word on, every word \
     goes to the container as it is. A word that is nearly a verb starts nothing; `run --` starts \
     it all the same.",
];

/// Variables that are no setting of their own.
const VARIABLES: Rows = &[
    ("RUN_ADMIN_TASK_CONFIG", "As --config."),
    ("RUN_ADMIN_TASK_ENVIRONMENT", "As --environment."),
    (
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, …",
        "Credentials, as every AWS tool finds them.",
    ),
    ("HTTPS_PROXY, NO_PROXY", "The way to AWS."),
    (
        "NO_COLOR, CLICOLOR, CLICOLOR_FORCE",
        "Whether colours are shown.",
    ),
    (
        "XDG_CONFIG_HOME, XDG_STATE_HOME",
        "Where the user's files are.",
    ),
];

/// Files that are read and written.
const FILES: Rows = &[
    (
        "run-admin-task.toml",
        "The configuration file: here, or in the nearest folder above.",
    ),
    (
        "~/.config/run-admin-task/run-admin-task.toml",
        "The user's own, where there is none.",
    ),
    (
        "~/.local/state/run-admin-task/runs",
        "Records of the runs of this machine, for `run-admin-task history`.",
    ),
];

/// A page, and the name of its file.
pub struct PageFile {
    /// Such as `run-admin-task.1`.
    pub name: String,
    /// The page.
    pub text: String,
}

/// The one page that has everything.
pub fn whole() -> io::Result<String> {
    let grammar = built();
    let mut page = String::from(&head(&grammar)?);
    page += &DESCRIPTION.map(paragraph).concat();
    page += ".SH OPTIONS\n";
    let mut headings = vec![None];
    for option in shown(&grammar) {
        let heading = option.get_help_heading();
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for heading in headings {
        page += &heading.map_or_else(String::new, |heading| control("SS", heading));
        page += &options(shown(&grammar).filter(|option| option.get_help_heading() == heading))?;
    }
    page += ".SH VERBS\n";
    for verb in &PAGES {
        if let Some(command) = grammar.find_subcommand(verb.verb) {
            page += &section_of(&grammar, command, Some(verb))?;
        }
    }
    page += &rows("EXAMPLES", EXAMPLES);
    page += &rows("EXIT STATUS", EXIT_STATUS);
    page += &paragraph(AMBIGUOUS);
    page += &environment();
    page += &rows("FILES", FILES);
    Ok(in_ascii(&page))
}

/// The page that has everything, and one for each verb.
pub fn pages() -> io::Result<Vec<PageFile>> {
    let grammar = built();
    let mut pages = vec![PageFile {
        name: format!("{}.1", grammar.get_name()),
        text: whole()?,
    }];
    for verb in &PAGES {
        let Some(command) = grammar.find_subcommand(verb.verb) else {
            continue;
        };
        let mut page = head(command)?;
        page += &section_of(&grammar, command, Some(verb))?;
        page += &rows("EXAMPLES", verb.examples);
        page += &rows("EXIT STATUS", verb.exits);
        page += &control("SH", "SEE ALSO");
        page += &paragraph("run-admin-task(1) says what every option means.");
        pages.push(PageFile {
            name: format!("{}-{}.1", grammar.get_name(), verb.verb),
            text: in_ascii(&page),
        });
    }
    Ok(pages)
}

fn built() -> Command {
    let mut grammar = super::grammar();
    grammar.build();
    grammar
}

/// The beginning of a page, up to its description.
fn head(command: &Command) -> io::Result<String> {
    let date = VERSION.rsplit_once(' ').map_or("", |(_, date)| date);
    let man = Man::new(command.clone())
        .date(date.trim_end_matches(')'))
        .source(format!("run-admin-task {}", env!("CARGO_PKG_VERSION")))
        .manual("User Commands");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    let mut name = Vec::new();
    man.render_name_section(&mut name)?;
    let mut synopsis = Vec::new();
    man.render_synopsis_section(&mut synopsis)?;
    Ok(format!(
        "{}.SH NAME\n{}.SH SYNOPSIS\n{}.SH DESCRIPTION\n",
        String::from_utf8_lossy(&text),
        below_heading(&name),
        below_heading(&synopsis)
    ))
}

/// What a section has below its heading. The crate writes each as a page of its own.
fn below_heading(section: &[u8]) -> String {
    let text = String::from_utf8_lossy(section);
    let mut lines = text.split_inclusive('\n');
    lines
        .by_ref()
        .find(|line| line.starts_with(".SH"))
        .map_or_else(|| text.to_string(), |_| lines.collect())
}

/// A verb: what it does, how it is typed, its own options, and the tool's options that it takes.
fn section_of(grammar: &Command, command: &Command, page: Option<&Page>) -> io::Result<String> {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let about = command.get_about().map(ToString::to_string);
    let usage = command.clone().render_usage().to_string();
    let mut section = control("SS", name);
    section += &paragraph(&format!("{}.", about.unwrap_or_default()));
    let usage = usage.trim_start_matches("Usage:").trim();
    section += ".PP\n";
    section += &text(Roff::new().text([bold(usage)]));
    let is_of_the_tool = |option: &Arg| {
        let id = option.get_id();
        // What stands behind a verb may be called as an option of the tool is: `recover VERSION`.
        !option.is_positional() && grammar.get_arguments().any(|known| known.get_id() == id)
    };
    section += &options(shown(command).filter(|option| !is_of_the_tool(option)))?;
    if let Some(page) = page {
        let taken = shown(command).filter(|option| is_of_the_tool(option));
        let taken = taken.filter(|option| option.get_id() != "help");
        let names = taken.filter_map(|option| Some(format!("--{}", option.get_long()?)));
        let names: Vec<_> = names.collect();
        section += &match (&page.takes, names.as_slice()) {
            (Takes::All, _) => paragraph("Every option of the tool counts."),
            (_, []) => String::new(),
            (_, names) => paragraph(&format!(
                "Of the tool's options these count: {}.",
                names.join(", ")
            )),
        };
    }
    for inner in command.get_subcommands() {
        section += &section_of(grammar, inner, None)?;
    }
    Ok(section)
}

/// What the help shows.
fn shown(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_arguments()
        .filter(|option| !option.is_hide_set())
}

/// Options with what they mean.
fn options<'a>(options: impl Iterator<Item = &'a Arg>) -> io::Result<String> {
    let options: Vec<_> = options
        .map(|option| option.clone().help_heading(None::<&str>))
        .collect();
    if options.is_empty() {
        return Ok(String::new());
    }
    let alone = Command::new("options")
        .version(VERSION)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(options);
    let mut text = Vec::new();
    Man::new(alone).render_options_section(&mut text)?;
    Ok(below_heading(&text))
}

fn environment() -> String {
    let mut section = control("SH", "ENVIRONMENT");
    for spec in SPECS.iter().filter(|spec| !spec.variables.is_empty()) {
        section += &row(&spec.variables.join(", "), &format!("As {}.", spec.flag));
    }
    for (name, meaning) in VARIABLES {
        section += &row(name, meaning);
    }
    section
}

fn rows(heading: &str, rows: Rows) -> String {
    let mut section = control("SH", heading);
    for (left, meaning) in rows {
        section += &row(left, meaning);
    }
    section
}

fn row(left: &str, meaning: &str) -> String {
    let mut row = String::from(".TP\n");
    row += &text(Roff::new().text([bold(left)]));
    row += &match meaning {
        // A row must have two sides.
        "" => "\\&\n".to_owned(),
        meaning => text(Roff::new().text([roman(meaning)])),
    };
    row
}

fn paragraph(words: &str) -> String {
    format!(".PP\n{}", text(Roff::new().text([roman(words)])))
}

fn control(name: &str, word: &str) -> String {
    text(Roff::new().control(name, [word]))
}

/// Without what the crate puts before each text: a page has it once.
fn text(roff: &Roff) -> String {
    let before = Roff::new().render();
    let text = roff.render();
    text.strip_prefix(&before).unwrap_or(&text).to_owned()
}

/// Other characters than ASCII as roff names them: it may read any encoding.
fn in_ascii(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for c in page.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            // Text takes what it is given.
            let _ = write!(text, "\\[u{:04X}]", u32::from(c));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_ascii_and_has_each_section_once() {
        let page = whole().expect("memory takes it");
        assert!(page.is_ascii());
        assert_eq!(page.matches(".TH ").count(), 1);
        for section in [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "VERBS",
            "EXAMPLES",
            "ENVIRONMENT",
            "FILES",
        ] {
            let heading = format!(".SH {section}\n");
            assert_eq!(page.matches(&heading).count(), 1, "{section}");
        }
        assert_eq!(page.matches(".SH \"EXIT STATUS\"\n").count(), 1);
    }

    #[test]
    fn every_verb_and_every_option_is_in_it() {
        let page = whole().expect("memory takes it").replace("\\-", "-");
        let grammar = built();
        for option in grammar.get_arguments() {
            let long = option.get_long().expect("each has a long name");
            assert!(page.contains(&format!("--{long}")), "{long}");
        }
        for verb in grammar.get_subcommands() {
            assert!(
                page.contains(&format!(".SS \"run-admin-task {}\"", verb.get_name())),
                "{}",
                verb.get_name()
            );
            for option in verb.get_arguments().filter_map(Arg::get_long) {
                assert!(page.contains(&format!("--{option}")), "{option}");
            }
        }
        assert_eq!(grammar.get_subcommands().count(), PAGES.len());
    }
}
