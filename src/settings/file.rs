//! The configuration file: `[defaults]`, `[environments.NAME]`, `[commands.NAME]`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::key::{Key, Kind, SPECS, Spec};
use super::layer::{Layer, Origin, Said};
use crate::error::Failure;

/// What a configuration file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// The environment that counts where none is named.
    pub default_environment: Option<String>,
    /// `[defaults]`.
    pub defaults: Layer,
    /// `[environments.NAME]`.
    pub environments: BTreeMap<String, Layer>,
    /// `[commands.NAME]`.
    pub commands: BTreeMap<String, Layer>,
}

const TOP: [&str; 4] = [
    "default-environment",
    "defaults",
    "environments",
    "commands",
];

impl File {
    /// Whether a call that says nothing else gets this setting from here.
    #[must_use]
    pub fn brings(&self, key: Key) -> bool {
        let usual = self.default_environment.as_ref();
        let usual = usual.and_then(|name| self.environments.get(name));
        let mut layers = usual.into_iter().chain([&self.defaults]);
        layers.any(|layer| layer.contains_key(&key))
    }
}

/// Reads a configuration file's text. `path` is for messages alone.
pub fn parse(path: &str, text: &str) -> Result<File, Failure> {
    let reader = Reader { path, text };
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| reader.line(&span));
        Failure::usage(format!("{path}:{line}: {}", error.message()))
            .hinted("the file is TOML: [section], key = \"text\", key = true, key = [\"a\", \"b\"]")
    })?;
    let mut file = File::default();
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "default-environment" => {
                file.default_environment = Some(reader.text_of(value, "default-environment")?);
            }
            "defaults" => file.defaults = reader.layer("defaults", value)?,
            "environments" => file.environments = reader.layers("environments", value)?,
            "commands" => file.commands = reader.layers("commands", value)?,
            _ => return Err(reader.unknown_key(key, TOP.into_iter())),
        }
    }
    if let Some(name) = &file.default_environment
        && !file.environments.contains_key(name)
    {
        return Err(
            Failure::usage(format!("{path}: default-environment names `{name}`"))
                .hinted(known_environments(&file, name)),
        );
    }
    Ok(file)
}

/// Which environments there are, the nearest first.
#[must_use]
pub fn known_environments(file: &File, wanted: &str) -> String {
    let names: Vec<_> = file.environments.keys().map(String::as_str).collect();
    match nearest(wanted, names.iter().copied()) {
        _ if names.is_empty() => "the file has no [environments.NAME] section".to_owned(),
        Some(near) => format!("did you mean `{near}`? The file has: {}", names.join(", ")),
        None => format!("the file has: {}", names.join(", ")),
    }
}

/// The known name that is most like `wanted`, if any is like it at all.
pub fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    /// A path in the configuration file, as seen from the current folder.
    fn beside(&self, path: &str) -> String {
        let folder = Path::new(self.path)
            .parent()
            .unwrap_or_else(|| Path::new(""));
        folder.join(path).to_string_lossy().into_owned()
    }

    fn line(&self, span: &Range<usize>) -> usize {
        1 + self
            .text
            .get(..span.start)
            .unwrap_or_default()
            .matches('\n')
            .count()
    }

    fn layers(&self, section: &str, value: &Value<'_>) -> Result<BTreeMap<String, Layer>, Failure> {
        self.table(value, section)?
            .iter()
            .map(|(name, value)| {
                let section = format!("{section}.{}", name.get_ref());
                Ok((name.get_ref().to_string(), self.layer(&section, value)?))
            })
            .collect()
    }

    fn layer(&self, section: &str, value: &Value<'_>) -> Result<Layer, Failure> {
        let table = self.table(value, section)?;
        let mut layer = Layer::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let allowed = || SPECS.iter().filter(|spec| allowed_in(spec, section));
            let Some(spec) = allowed().find(|spec| spec.name == name) else {
                return Err(self.unknown_key(key, allowed().map(|spec| spec.name)));
            };
            let origin = Origin::File {
                path: self.path.to_owned(),
                section: section.to_owned(),
                line: self.line(&key.span()),
            };
            let mut values = self.values(value, spec)?;
            if matches!(spec.key, Key::EnvFile | Key::Migrations) {
                // Paths in a file are seen from there, wherever the tool is called.
                for path in &mut values {
                    *path = self.beside(path);
                }
            }
            layer.insert(spec.key, Said { values, origin });
        }
        Ok(layer)
    }

    fn values(&self, value: &Value<'_>, spec: &Spec) -> Result<Vec<String>, Failure> {
        let wrong = |form: &str| self.wrong(value, spec.name, form);
        match (spec.kind, value.get_ref()) {
            (Kind::Switch, DeValue::Boolean(on)) => Ok(vec![on.to_string()]),
            (Kind::Switch, _) => Err(wrong("true or false")),
            (Kind::List, DeValue::Array(elements)) => elements
                .iter()
                .map(|element| self.text_of(element, spec.name))
                .collect(),
            (Kind::Text | Kind::List, _) => Ok(vec![self.text_of(value, spec.name)?]),
            (Kind::Map, DeValue::Table(pairs)) => pairs
                .iter()
                .map(|(name, value)| {
                    Ok(format!(
                        "{}={}",
                        name.get_ref(),
                        self.text_of(value, spec.name)?
                    ))
                })
                .collect(),
            (Kind::Map, _) => Err(wrong("a table of NAME = \"value\"")),
        }
    }

    fn text_of(&self, value: &Value<'_>, name: &str) -> Result<String, Failure> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().to_owned()),
            _ => Err(self.wrong(value, name, "a text")),
        }
    }

    fn table<'v, 'i>(
        &self,
        value: &'v Value<'i>,
        section: &str,
    ) -> Result<&'v DeTable<'i>, Failure> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong(value, section, "a section"))
    }

    fn wrong(&self, value: &Value<'_>, name: &str, form: &str) -> Failure {
        let line = self.line(&value.span());
        let found = value.get_ref().type_str();
        Failure::usage(format!(
            "{}:{line}: `{name}` must be {form}, not {found}",
            self.path
        ))
    }

    fn unknown_key<'k>(
        &self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        known: impl Iterator<Item = &'k str>,
    ) -> Failure {
        let name = key.get_ref();
        let line = self.line(&key.span());
        let failure = Failure::usage(format!("{}:{line}: unknown key `{name}`", self.path));
        let mut known: Vec<_> = known.collect();
        known.sort_unstable();
        match nearest(name, known.iter().copied()) {
            Some(near) => failure.hinted(format!("did you mean `{near}`?")),
            None => failure.hinted(format!("known here are: {}", known.join(", "))),
        }
    }
}

fn allowed_in(spec: &Spec, section: &str) -> bool {
    let about_commands_alone = spec.name == "exclusive";
    spec.in_file && (!about_commands_alone || section.starts_with("commands."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn failure(text: &str) -> String {
        parse("f.toml", text)
            .expect_err("must be refused")
            .to_string()
    }

    #[test]
    fn sections() {
        let file = parse(
            "f.toml",
            r#"
default-environment = "staging"
[defaults]
cpu = 512
env = { RUST_LOG = "debug" }
[environments.staging]
subnets = ["subnet-1", "subnet-2"]
confirm = true
[commands.migrate]
timeout = "2h"
exclusive = false
"#,
        )
        .expect("it is sound");
        assert_eq!(file.default_environment.as_deref(), Some("staging"));
        assert_eq!(file.defaults[&Key::Cpu].values, ["512"]);
        assert_eq!(file.defaults[&Key::Env].values, ["RUST_LOG=debug"]);
        let staging = &file.environments["staging"];
        assert_eq!(staging[&Key::Subnets].values, ["subnet-1", "subnet-2"]);
        assert_eq!(
            staging[&Key::Subnets].origin.to_string(),
            "f.toml:7 [environments.staging]"
        );
        assert_eq!(staging[&Key::Confirm].values, ["true"]);
        assert_eq!(file.commands["migrate"][&Key::Exclusive].values, ["false"]);
    }

    #[test]
    fn paths_are_seen_from_the_file() {
        let text = "[defaults]\nenv-file = ['vars', '/etc/vars']\nmigrations = 'db'\n";
        let file = parse("../conf/f.toml", text).expect("sound");
        assert_eq!(
            file.defaults[&Key::EnvFile].values,
            ["../conf/vars", "/etc/vars"]
        );
        assert_eq!(file.defaults[&Key::Migrations].values, ["../conf/db"]);
    }

    #[test]
    fn errors_name_the_line_and_the_nearest_key() {
        for (text, expected) in [
            (
                "[defaults]\nclutser = 'x'\n",
                "f.toml:2: unknown key `clutser`\nhint: did you mean `cluster`?",
            ),
            (
                "\n[defualts]\n",
                "f.toml:2: unknown key `defualts`\nhint: did you mean `defaults`?",
            ),
            (
                "[defaults]\nconfirm = 'yes'\n",
                "f.toml:2: `confirm` must be true or false, not string",
            ),
            (
                "[defaults]\ncluster = ['a']\n",
                "f.toml:2: `cluster` must be a text, not array",
            ),
            (
                "defaults = 3\n",
                "f.toml:1: `defaults` must be a section, not integer",
            ),
            (
                "default-environment = 'prod'\n[environments.production]\n",
                "f.toml: default-environment names `prod`\nhint: did you mean `production`? The file has: production",
            ),
        ] {
            assert_eq!(failure(text), expected);
        }
        assert!(
            failure("[defaults]\nexclusive = true\n")
                .starts_with("f.toml:2: unknown key `exclusive`")
        );
        assert!(failure("[defaults]\nyes = true\n").starts_with("f.toml:2: unknown key `yes`"));
        assert!(failure("[defaults\n").starts_with("f.toml:1: "));
        assert!(failure("[defaults]\nzzzzqq = 1\n").contains("known here are: assign-public-ip, "));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(?s).*") {
            let _ = parse("f.toml", &text);
        }

        #[test]
        fn no_toml_like_text_panics(text in r#"(\[(defaults|environments\.[a-z]|commands\.x)\]\n|(cluster|subnets|env|cpu) = (1|true|"é"|\["a", 2\]|\{a = "b"\})\n){0,6}"#) {
            let _ = parse("f.toml", &text);
        }
    }
}
