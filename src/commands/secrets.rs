//! Values in our hands that nobody may see.

use super::gather::variable;
use crate::report::mask::conceal;
use crate::settings::Settings;

/// What a word in the name of a variable that holds a secret ends with.
const TELLING: [&str; 11] = [
    "PASS",
    "PASSWD",
    "PASSWORD",
    "PWD",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "KEY",
    "CREDENTIAL",
    "CREDENTIALS",
    "DSN",
];
/// AWS's own are longer.
const OF_AWS: usize = 16;

/// Conceals the secrets that came with the settings: values that were taken from our environment
/// or from a file, of variables whose names say so.
pub(super) fn conceal_those_of(settings: &Settings) {
    let taken = settings.env.iter().filter(|(_, it)| !it.written_out);
    for (_, secret) in taken.filter(|(name, _)| tells(name)) {
        conceal(&secret.value);
    }
    for name in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        if let Some(value) = variable(name).filter(|value| value.len() >= OF_AWS) {
            conceal(&value);
        }
    }
}

/// Whether the name of a variable says that its value is a secret.
fn tells(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| TELLING.iter().any(|telling| word.ends_with(telling)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell() {
        for name in [
            "DB_PASSWORD",
            "api_token",
            "SECRETS_ENCRYPTION_KEY",
            "PGPASS",
        ] {
            assert!(tells(name), "{name}");
        }
        for name in ["LOG_LEVEL", "BATCH_SIZE", "TZ", "KEYCLOAK_HOST", "PASSES"] {
            assert!(!tells(name), "{name}");
        }
    }
}
