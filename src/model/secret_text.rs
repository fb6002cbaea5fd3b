//! The value of a secret, for as long as somebody looks at it.

use std::fmt;

use serde_json::Value;

/// A text that nobody may see. It does not print, not for debugging either. Its memory is not
/// wiped: the SDK and the JSON parser keep copies that could not be.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

/// Why a secret has no such part. It tells nothing of the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchPart {
    /// The value is not a JSON object.
    #[error("its value is not a JSON object")]
    NotJson,
    /// The object has no such key.
    #[error("its JSON has no such key")]
    Missing {
        /// The key that is most like it, if one is.
        nearest: Option<String>,
    },
}

/// How much alike two keys are of which one was probably meant to be the other.
const ALIKE: f64 = 0.75;

impl SecretText {
    /// Keeps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for whoever needs it: never for a message.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The value of one key of its JSON, as ECS puts it into a variable: a text without its quotes,
    /// anything else as JSON writes it.
    pub fn part(&self, key: &str) -> Result<Self, NoSuchPart> {
        let Ok(Value::Object(mut fields)) = serde_json::from_str(&self.0) else {
            return Err(NoSuchPart::NotJson);
        };
        match fields.remove(key) {
            Some(Value::String(text)) => Ok(Self(text)),
            Some(other) => Ok(Self(other.to_string())),
            None => Err(NoSuchPart::Missing {
                nearest: nearest(key, fields.keys()),
            }),
        }
    }

    /// Whether it is what ECS takes as the credentials of a registry: a JSON object whose
    /// `username` and `password` are texts with something in them.
    #[must_use]
    pub fn is_login(&self) -> bool {
        let Ok(Value::Object(fields)) = serde_json::from_str(&self.0) else {
            return false;
        };
        // The agent reads the names of fields in either case.
        let has = |name: &str| {
            let mut own = fields
                .iter()
                .filter(|(key, _)| key.eq_ignore_ascii_case(name));
            own.any(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()))
        };
        has("username") && has("password")
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(***)")
    }
}

/// The key that is most like the wanted one.
fn nearest<'a>(wanted: &str, keys: impl Iterator<Item = &'a String>) -> Option<String> {
    let likeness = |key: &str| strsim::jaro_winkler(&wanted.to_lowercase(), &key.to_lowercase());
    keys.map(|key| (likeness(key), key))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, key)| key.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_or_why_not() {
        let text = SecretText::new(r#"{"url":"postgres://db/app","port":5432,"Password":"p"}"#);
        let part = |key: &str| text.part(key).map(|it| it.expose().to_owned());
        assert_eq!(part("url"), Ok("postgres://db/app".into()));
        assert_eq!(part("port"), Ok("5432".into()));
        let nearest = |key: &str| match part(key) {
            Err(NoSuchPart::Missing { nearest }) => nearest,
            other => panic!("{key}: {other:?}"),
        };
        assert_eq!(nearest("password").as_deref(), Some("Password"));
        assert_eq!(nearest("prot").as_deref(), Some("port"));
        assert_eq!(nearest("xyz"), None);
        for other in ["s3cret", "[1]", "\"url\"", "", "{"] {
            assert_eq!(SecretText::new(other).part("url"), Err(NoSuchPart::NotJson));
        }
    }

    #[test]
    fn a_login_has_a_name_and_a_password() {
        let is_login = |text: &str| SecretText::new(text).is_login();
        assert!(is_login(r#"{"username":"ana","password":"p"}"#));
        assert!(is_login(r#"{"Username":"ana","Password":"p","more":1}"#));
        for wrong in [
            r#"{"username":"ana"}"#,
            r#"{"username":"ana","password":""}"#,
            r#"{"username":"ana","password":7}"#,
            "ana:p",
        ] {
            assert!(!is_login(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_value_shows(word in "[a-z]{8,20}", key in "[a-z]{1,5}") {
            let text = SecretText::new(format!(r#"{{"{key}":"{word}"}}"#));
            let shown = format!("{text:?} {:?} {:?}", text.part(&key), text.part("other"));
            prop_assert!(!shown.contains(&word));
        }
    }
}
