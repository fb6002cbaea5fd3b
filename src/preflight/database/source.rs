//! Which variable of the container tells where its database is.

use crate::model::definition::SecretReference;
use crate::preflight::group::Definite;

/// The name that comes before all others.
const USUAL: &str = "DATABASE_URL";
/// How else such names end.
const ENDINGS: [&str; 2] = ["DATABASE_URL", "_DSN"];

/// A variable, and where its value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source<'a> {
    /// In the definition, or in the request.
    Plain(&'a str, &'a str),
    /// Elsewhere.
    Secret(&'a SecretReference),
}

impl Source<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Plain(name, _) => name,
            Self::Secret(reference) => &reference.name,
        }
    }
}

/// The variable: `DATABASE_URL` before the others, and of one name that of the request before that
/// of the definition.
pub(super) fn source<'a>(definite: &'a Definite<'_>) -> Option<Source<'a>> {
    let deciding = &definite.subject.deciding;
    let overrides = &definite.subject.request.overrides.container_overrides;
    let overrides = overrides.iter().filter(|it| it.name == *deciding);
    let overrides = overrides
        .flat_map(|it| &it.environment)
        .map(|it| Source::Plain(&it.name, &it.value));
    let containers = &definite.definition.containers;
    let container = containers.iter().find(|it| it.name == *deciding);
    let plain = container.into_iter().flat_map(|it| &it.environment);
    let plain = plain.map(|(name, value)| Source::Plain(name, value));
    let secrets = container.into_iter().flat_map(|it| &it.secrets);
    overrides
        .chain(plain)
        .chain(secrets.map(Source::Secret))
        .filter(|it| ENDINGS.iter().any(|ending| it.name().ends_with(ending)))
        .min_by(|one, other| {
            let place = |it: &Source<'_>| (it.name() != USUAL, it.name().to_owned());
            place(one).cmp(&place(other))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::request::EnvironmentVariable;
    use crate::preflight::group::tests::subject;

    #[test]
    fn the_variable_that_counts() {
        let mut subject = subject();
        let mut definition = subject.definition.clone().expect("there is one");
        let found = |subject: &_, definition: &_| {
            let definite = Definite {
                subject,
                definition,
            };
            source(&definite).map(|it| match it {
                Source::Plain(name, value) => format!("{name}={value}"),
                Source::Secret(it) => format!("{} from {}", it.name, it.value_from),
            })
        };
        let container = &mut definition.containers[0];
        container.environment.insert("URL".into(), "x".into());
        assert_eq!(found(&subject, &definition), None);
        let container = &mut definition.containers[0];
        container.environment.insert("APP_DSN".into(), "a".into());
        assert_eq!(found(&subject, &definition).as_deref(), Some("APP_DSN=a"));
        definition.containers[0].secrets.push(SecretReference {
            name: USUAL.into(),
            value_from: "/url".into(),
        });
        assert_eq!(
            found(&subject, &definition).as_deref(),
            Some("DATABASE_URL from /url")
        );
        let overrides = &mut subject.request.overrides.container_overrides[0];
        overrides.environment.push(EnvironmentVariable {
            name: USUAL.into(),
            value: "b".into(),
        });
        assert_eq!(
            found(&subject, &definition).as_deref(),
            Some("DATABASE_URL=b")
        );
    }
}
