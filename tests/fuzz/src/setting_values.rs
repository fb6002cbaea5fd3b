//! Values of settings, from flags and from environment variables: lines `NAME=VALUE` with the
//! name of a setting or of a variable.

use std::time::Duration;

use run_admin_task::error::Failure;
use run_admin_task::model::outcome::ExitStatus;
use run_admin_task::settings::key::SPECS;
use run_admin_task::settings::layer::{Layer, Layers, Origin, Said, built_in};
use run_admin_task::settings::variables;
use run_admin_task::settings::{Launch, Settings, resolve};

use crate::reading::text;

const A_YEAR: Duration = Duration::from_hours(24 * 365);

/// Each value is taken as what it is or refused with the name of its place, alone and together
/// with others.
pub(crate) fn check(input: &[u8]) {
    let text = text(input);
    let pairs: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    let mut together = Layer::new();
    for (name, value) in &pairs {
        let Some(spec) = SPECS.iter().find(|spec| spec.name == *name) else {
            continue;
        };
        let said = Said {
            values: vec![(*value).to_owned()],
            origin: Origin::Flag(spec.flag),
        };
        check_layer([(spec.key, said.clone())].into());
        let before = together.entry(spec.key).or_insert(Said {
            values: Vec::new(),
            ..said.clone()
        });
        before.values.extend(said.values);
    }
    check_layer(together);
    let variable = |name: &str| {
        let pair = pairs.iter().find(|(known, _)| *known == name);
        pair.map(|(_, value)| (*value).to_owned())
    };
    let layer = variables::layer(variable);
    for said in layer.values() {
        assert!(said.values.iter().all(|value| value.trim() == value));
    }
    check_layer(layer);
}

fn check_layer(layer: Layer) {
    let places: Vec<_> = layer.values().map(|said| said.origin.to_string()).collect();
    let mut layers = Layers::default();
    layers.push(layer);
    layers.push(built_in());
    let missing = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    match resolve(&layers, None, |_| None, missing) {
        Ok(settings) => check_settings(&settings),
        Err(failure) => check_failure(&failure, &places),
    }
}

fn check_settings(settings: &Settings) {
    let durations = [
        settings.timeout,
        settings.drain,
        Some(settings.start_timeout),
    ];
    assert!(durations.into_iter().flatten().all(|time| time <= A_YEAR));
    check_ids(&settings.subnets, "subnet-");
    check_ids(&settings.security_groups, "sg-");
    for amount in [&settings.cpu, &settings.memory].into_iter().flatten() {
        assert!(amount.parse::<u32>().is_ok_and(|amount| amount > 0));
    }
    if let Launch::Providers(providers) = &settings.launch {
        assert!(!providers.is_empty());
        for provider in providers {
            assert!(!provider.capacity_provider.is_empty());
            assert!(provider.weight >= 0 && provider.base >= 0);
        }
    }
    for (key, value) in &settings.tags {
        assert!((1..=128).contains(&key.chars().count()), "{key:?}");
        assert!(value.chars().count() <= 256, "{value:?}");
    }
    assert!(settings.env.keys().all(|name| !name.is_empty()));
}

fn check_ids(ids: &[String], prefix: &str) {
    for (position, id) in ids.iter().enumerate() {
        assert!(id.starts_with(prefix), "{id:?}");
        assert!(!id.contains(|c: char| c == ',' || c.is_whitespace()));
        assert!(!ids[..position].contains(id), "{id:?} is there twice");
    }
}

fn check_failure(failure: &Failure, places: &[String]) {
    assert_eq!(failure.exit, ExitStatus::USAGE);
    assert!(!failure.hints.is_empty(), "{failure}");
    assert!(
        places
            .iter()
            .any(|place| failure.message.starts_with(place)),
        "{:?} names none of {places:?}",
        failure.message
    );
}
