//! Files of environment variables: lines `NAME=VALUE` or `NAME`.

use run_admin_task::model::outcome::ExitStatus;
use run_admin_task::settings::key::Key;
use run_admin_task::settings::layer::{Layers, Origin, Said, built_in};
use run_admin_task::settings::{Settings, resolve};

use crate::reading::text;

const OURS: &str = "from our own environment";

fn read(text: &str) -> Result<Settings, run_admin_task::error::Failure> {
    let said = Said {
        values: vec!["variables".to_owned()],
        origin: Origin::Flag("--env-file"),
    };
    let mut layers = Layers::default();
    layers.push([(Key::EnvFile, said)].into());
    layers.push(built_in());
    let ours = |_: &str| Some(OURS.to_owned());
    resolve(&layers, None, ours, |_| Ok(text.to_owned()))
}

/// Each variable stands in the text, and what is no variable is named by its line.
pub(crate) fn check(input: &[u8]) {
    let text = &*text(input);
    match read(text) {
        Ok(settings) => {
            for (name, variable) in &settings.env {
                assert!(!name.is_empty() && !name.contains(char::is_whitespace));
                assert!(!name.contains('='), "{name:?}");
                assert!(!variable.written_out, "it may be a secret");
                let pair = format!("{name}={}", variable.value);
                assert!(
                    text.lines().any(|line| line.ends_with(&pair))
                        || (variable.value == OURS && text.contains(name.as_str())),
                    "{pair:?} is not in the text"
                );
            }
        }
        Err(failure) => {
            assert_eq!(failure.exit, ExitStatus::USAGE);
            let place = failure.message.strip_prefix("variables:");
            let line = place.and_then(|place| place.split(':').next()?.parse::<usize>().ok());
            let line = line.unwrap_or_else(|| panic!("no line in {:?}", failure.message));
            assert!((1..=text.lines().count()).contains(&line), "line {line}");
        }
    }
    // Windows editors put a mark before the text.
    if !text.starts_with('\u{feff}') {
        assert_eq!(
            read(&format!("\u{feff}{text}")).map(|settings| settings.env),
            read(text).map(|settings| settings.env)
        );
    }
}
