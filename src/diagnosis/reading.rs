//! Evidence out of a file: what AWS or this tool printed, or a log.

use serde_json::Value;

use super::evidence::{Evidence, Source};
use crate::model::event::ContainerEnd;

/// A text of so few lines may be one reason that was wrapped.
const OF_ONE_REASON: usize = 6;

/// Why a text is no evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotEvidence {
    /// There is nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// It is something else than text.
    #[error("it is no text")]
    NoText,
    /// JSON, but none of those that are known.
    #[error("it is JSON that tells of no task")]
    OtherJson,
}

/// Reads a text in whatever form it has: what `describe-tasks` or `run-task` printed, a task state
/// change event, this tool's events or one of its records, log events, or a plain log.
pub fn read(text: &str) -> Result<Evidence, NotEvidence> {
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(NotEvidence::NoText);
    }
    if text.trim().is_empty() {
        return Err(NotEvidence::Empty);
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return of_json(&value).ok_or(NotEvidence::OtherJson);
    }
    Ok(of_events(text).unwrap_or_else(|| of_log(text)))
}

fn of_json(value: &Value) -> Option<Evidence> {
    let value = match value {
        Value::Array(values) => values.first()?,
        value => value,
    };
    if let Some(detail) = value.get("detail").filter(|detail| is_task(detail)) {
        return Some(of_task(detail));
    }
    if let Some(tasks) = value.get("tasks").and_then(Value::as_array) {
        let task = tasks.first().filter(|task| is_task(task));
        let mut evidence = task.map(of_task).unwrap_or_default();
        take_failures(&mut evidence, value);
        return is_any(evidence);
    }
    if let Some(events) = value.get("events").and_then(Value::as_array) {
        let mut evidence = Evidence::default();
        evidence.take_log(
            events
                .iter()
                .filter_map(|it| Some(("", field(it, &["message"])?))),
        );
        return is_any(evidence);
    }
    if value.get("failures").is_some() {
        let mut evidence = Evidence::default();
        take_failures(&mut evidence, value);
        return is_any(evidence);
    }
    if value.get("type").is_some() {
        return of_events(&value.to_string());
    }
    is_task(value)
        .then(|| of_task(value))
        .or_else(|| refusal(value))
}

fn is_any(evidence: Evidence) -> Option<Evidence> {
    let any = !evidence.said.is_empty() || evidence.exit_code.is_some();
    (any || evidence.stop_code.is_some()).then_some(evidence)
}

fn is_task(value: &Value) -> bool {
    let names = [
        "stoppedReason",
        "stopped_reason",
        "stopCode",
        "stop_code",
        "containers",
        "lastStatus",
        "log_tail",
    ];
    names.iter().any(|name| value.get(name).is_some())
}

/// A task as ECS tells of it, or a record of this tool's.
fn of_task(task: &Value) -> Evidence {
    let mut evidence = Evidence {
        stop_code: field(task, &["stopCode", "stop_code"]).map(str::to_owned),
        ..Evidence::default()
    };
    let reason = field(task, &["stoppedReason", "stopped_reason"]);
    evidence.say(Source::StoppedReason, reason.unwrap_or_default());
    evidence.take_containers(&containers(task));
    for attachment in array(task, "attachments") {
        let kind = field(attachment, &["type"]).unwrap_or_default();
        for detail in array(attachment, "details") {
            let name = field(detail, &["name"]).unwrap_or_default();
            if name.to_ascii_lowercase().contains("reason") {
                let reason = field(detail, &["value"]).unwrap_or_default();
                evidence.say(Source::Attachment(kind.to_owned()), reason);
            }
        }
    }
    evidence.refused(field(task, &["error"]));
    evidence.take_log(array(task, "log_tail").filter_map(log_line));
    evidence
}

fn containers(task: &Value) -> Vec<ContainerEnd> {
    let container = |container: &Value| {
        let code = container
            .get("exitCode")
            .or_else(|| container.get("exit_code"));
        ContainerEnd {
            name: field(container, &["name"]).unwrap_or_default().to_owned(),
            exit_code: code
                .and_then(Value::as_i64)
                .and_then(|code| i32::try_from(code).ok()),
            reason: field(container, &["reason"]).map(str::to_owned),
            essential: false,
        }
    };
    array(task, "containers").map(container).collect()
}

fn take_failures(evidence: &mut Evidence, answer: &Value) {
    for failure in array(answer, "failures") {
        let reason = field(failure, &["reason"]).unwrap_or_default();
        evidence.say(Source::Refusal, reason);
        let detail = field(failure, &["detail"]).unwrap_or_default();
        evidence.say(Source::Refusal, detail);
    }
}

/// An exception as the API sends it.
fn refusal(value: &Value) -> Option<Evidence> {
    let value = value.get("Error").unwrap_or(value);
    let code = field(value, &["__type", "Code", "code"]).unwrap_or_default();
    let message = field(value, &["message", "Message"])?;
    let mut evidence = Evidence::default();
    evidence.say(Source::Refusal, &format!("{code}: {message}"));
    is_any(evidence)
}

/// This tool's own events, one a line. `None` where no line is one.
fn of_events(text: &str) -> Option<Evidence> {
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let events: Vec<_> = lines
        .filter(|line| field(line, &["type"]).is_some())
        .collect();
    let of_type = |name: &'static str| events.iter().filter(move |it| it["type"] == name);
    let mut evidence = of_type("finished")
        .next_back()
        .map(of_task)
        .unwrap_or_default();
    evidence.take_log(of_type("log").filter_map(log_line));
    is_any(evidence)
}

fn log_line(line: &Value) -> Option<(&str, &str)> {
    let container = field(line, &["container"]).unwrap_or_default();
    Some((container, field(line, &["message"])?))
}

fn of_log(text: &str) -> Evidence {
    let mut evidence = Evidence::default();
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if lines.len() <= OF_ONE_REASON {
        evidence.say(Source::Message, &lines.join("\n"));
        return evidence;
    }
    evidence.take_lines(&lines);
    evidence
}

fn field<'v>(value: &'v Value, names: &[&str]) -> Option<&'v str> {
    names.iter().find_map(|name| value.get(name)?.as_str())
}

fn array<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::diagnose;

    #[test]
    fn every_form_is_read() {
        let task = r#"{"stopCode":"EssentialContainerExited","stoppedReason":"Essential container in task exited",
            "containers":[{"name":"proxy","exitCode":0},{"name":"admin","exitCode":137,"reason":"OutOfMemoryError: Container killed due to memory usage"}]}"#;
        let refused =
            "AccessDeniedException: User is not authorized to perform: iam:PassRole on resource: x";
        for (text, cause) in [
            (task.to_owned(), "oom-killed"),
            (format!("{{\"tasks\":[{task}],\"failures\":[]}}"), "oom-killed"),
            (format!("[{task}]"), "oom-killed"),
            (format!("{{\"detail-type\":\"ECS Task State Change\",\"detail\":{task}}}"), "oom-killed"),
            (r#"{"tasks":[],"failures":[{"arn":"x","reason":"RESOURCE:CPU"}]}"#.into(), "insufficient-cpu"),
            (r#"{"failures":[{"reason":"AGENT"}]}"#.into(), "agent-disconnected"),
            (
                r#"{"attachments":[{"type":"ElasticNetworkInterface","details":[{"name":"statusReason",
                    "value":"Timeout waiting for network interface provisioning to complete."}]}],"lastStatus":"STOPPED"}"#.into(),
                "eni-provisioning-timeout",
            ),
            (
                "{\"type\":\"log\",\"container\":\"admin\",\"message\":\"error: migration 3 is partially applied; fix\"}\n\
                 {\"type\":\"finished\",\"stop_code\":\"EssentialContainerExited\",\"containers\":[{\"name\":\"admin\",\"exit_code\":1}]}\n".into(),
                "migration-dirty",
            ),
            (format!("{{\"__type\":\"x\",\"message\":\"{refused}\"}}"), "passrole-denied"),
            (r#"{"events":[{"message":"FATAL: password authentication failed for user \"a\""}]}"#.into(), "db-auth-failed"),
            (format!("{}FATAL: sorry, too many clients already\nbye\n", "a line\n".repeat(300)), "db-too-many-connections"),
            ("CannotPullContainerError:\n  pull image manifest has been retried 1 time(s):\n  x: not found".into(), "image-tag-missing"),
        ] {
            let evidence = read(&text).expect("evidence");
            assert_eq!(diagnose(&evidence).cause, cause, "{text}");
        }
    }

    #[test]
    fn what_is_no_evidence_says_why() {
        for (text, why) in [
            ("", NotEvidence::Empty),
            (" \n\n", NotEvidence::Empty),
            ("\u{feff}", NotEvidence::Empty),
            ("a\0b", NotEvidence::NoText),
            ("{}", NotEvidence::OtherJson),
            ("[]", NotEvidence::OtherJson),
            ("3", NotEvidence::OtherJson),
            ("{\"tasks\":[],\"failures\":[]}", NotEvidence::OtherJson),
            ("{\"type\":\"phase\"}", NotEvidence::OtherJson),
        ] {
            assert_eq!(read(text), Err(why), "{text:?}");
        }
    }
}
