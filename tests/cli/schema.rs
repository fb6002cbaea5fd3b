//! `schema`, and what else says what the events look like.

use std::fs;
use std::path::Path;

use run_admin_task::report::SCHEMA;
use serde_json::Value;

use crate::support::{Setting, Tool};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

#[test]
fn the_schema_is_printed_as_it_is_and_is_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("run-admin-task.toml"), "not TOML").expect("a file");
    let ran = Tool::alone(folder.path()).run(&["schema"]);
    ran.exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (SCHEMA, ""));
    jsonschema::meta::validate(&schema()).expect("it keeps draft 2020-12");
    every_field_is_described(&schema()["$defs"]);
}

#[track_caller]
fn every_field_is_described(definitions: &Value) {
    for (name, definition) in definitions.as_object().expect("an object") {
        assert!(definition["description"].is_string(), "{name}");
        assert!(definition.get("additionalProperties").is_none(), "{name}");
        let fields = definition["properties"].as_object().expect("fields");
        for (field, described) in fields {
            let text = described["description"].as_str().unwrap_or_default();
            assert!(text.ends_with('.'), "{name}.{field}");
        }
        for field in definition["required"].as_array().expect("a list") {
            let field = field.as_str().expect("a name");
            assert!(fields.contains_key(field), "{name}.{field}");
        }
    }
}

#[test]
fn whoever_reads_no_further_is_no_failure() {
    let bench = Setting::of("").start();
    for words in ["schema", "man", "completions bash", "--help"] {
        let script = format!(r#""$0" {words} | head -n 1 > /dev/null; echo "${{PIPESTATUS[0]}}""#);
        bench
            .tool()
            .run_in_bash(&script)
            .is("0\n--- stderr\n--- exit status 0\n");
        // Nobody reads at all.
        let script = format!(r#""$0" {words} >&-; echo "$?""#);
        bench
            .tool()
            .run_in_bash(&script)
            .is("0\n--- stderr\n--- exit status 0\n");
    }
}

/// The fields of an object as README writes them: `a`, `list[]`, `open{}`, `objects[{a, b}]`.
fn fields(object: &Value, all: &Value) -> String {
    let required = object["required"].as_array().expect("a list").iter();
    let names = required.map(|name| name.as_str().expect("a name"));
    let fields: Vec<_> = names
        .filter(|name| !["type", "at"].contains(name))
        .map(|name| format!("{name}{}", form(&object["properties"][name], all)))
        .collect();
    fields.join(", ")
}

fn form(field: &Value, all: &Value) -> String {
    let named = |reference: &Value| {
        let reference = reference.as_str()?;
        all.get(reference.strip_prefix("#/$defs/")?)
    };
    let nullable = field.pointer("/oneOf/0/$ref").unwrap_or(&field["$ref"]);
    if let Some(object) = named(nullable) {
        return format!("{{{}}}", fields(object, all));
    }
    match field["type"].as_str() {
        Some("array") => match named(&field["items"]["$ref"]) {
            Some(object) => format!("[{{{}}}]", fields(object, all)),
            None => "[]".to_owned(),
        },
        Some("object") => "{}".to_owned(),
        _ => String::new(),
    }
}

/// The words of a text that stand between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_table_in_the_readme_has_the_fields_of_the_schema() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("a file of ours");
    let (_, section) = readme
        .split_once("## Events: `--output json`")
        .expect("a section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let told: Vec<_> = rows
        .map(|row| {
            let mut cells = row.split(" | ");
            let kind = quoted(cells.next().unwrap_or_default())[0];
            let cell = cells.next().unwrap_or_default();
            let fields = cell.split(';').next().unwrap_or_default();
            (kind.to_owned(), quoted(fields).join(", "))
        })
        .collect();
    let schema = schema();
    let all = &schema["$defs"];
    let types = schema["oneOf"].as_array().expect("a list").iter();
    let names = types.map(|one| {
        let reference = one["$ref"].as_str().unwrap_or_default();
        reference.trim_start_matches("#/$defs/").to_owned()
    });
    let described: Vec<_> = names
        .map(|name| (name.clone(), fields(&all[&name], all)))
        .collect();
    assert_eq!(told, described);
    let outcomes = all["finished"]["properties"]["outcome"]["enum"].as_array();
    for outcome in outcomes.expect("a list") {
        let outcome = outcome.as_str().expect("a word");
        assert!(quoted(section).contains(&outcome), "{outcome}");
    }
}
