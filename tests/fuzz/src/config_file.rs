//! The configuration file.

use run_admin_task::error::Failure;
use run_admin_task::model::outcome::ExitStatus;
use run_admin_task::settings::file::{File, known_environments, parse};
use run_admin_task::settings::layer::{Layer, Layers, Origin, built_in};
use run_admin_task::settings::resolve;

use crate::reading::text;

/// A sound file says only what a file may, from lines that it has; a wrong one is named with its
/// line; and whatever its settings say, they are taken or named with their place.
pub(crate) fn check(input: &[u8]) {
    let text = &*text(input);
    let file = match parse("file.toml", text) {
        Ok(file) => file,
        Err(failure) => return check_failure(&failure),
    };
    let sections = file.environments.values().chain(file.commands.values());
    for layer in sections.chain([&file.defaults]) {
        check_origins(layer, text);
        check_settings(layer, &file);
    }
    if let Some(name) = &file.default_environment {
        assert!(file.environments.contains_key(name));
    }
    let _ = known_environments(&file, text);
    if !text.starts_with('\u{feff}') {
        let marked = parse("file.toml", &format!("\u{feff}{text}"));
        assert_eq!(marked.as_ref(), Ok(&file));
    }
}

fn check_origins(layer: &Layer, text: &str) {
    for (key, said) in layer {
        assert!(key.spec().in_file, "{key:?}");
        let Origin::File { line, .. } = &said.origin else {
            panic!("{key:?} is from {}", said.origin);
        };
        let line_text = text.split('\n').nth(line - 1);
        assert!(line_text.is_some(), "there is no line {line}");
    }
}

fn check_settings(layer: &Layer, file: &File) {
    let mut layers = Layers::default();
    layers.push(layer.clone());
    layers.push(file.defaults.clone());
    layers.push(built_in());
    let empty = |_: &std::path::Path| Ok(String::new());
    if let Err(failure) = resolve(&layers, None, |_| None, empty) {
        check_failure(&failure);
    }
}

fn check_failure(failure: &Failure) {
    assert_eq!(failure.exit, ExitStatus::USAGE);
    let message = &failure.message;
    assert!(message.starts_with("file.toml:"), "{message:?}");
}
