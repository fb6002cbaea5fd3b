//! `valueFrom`: where ECS takes a value from that is not in the definition itself.
//!
//! A secret of Secrets Manager is named by its ARN, and after it perhaps by what of it is meant:
//! `arn:…:secret:NAME:json-key:version-stage:version-id`, all three or none, where each may be
//! empty (Amazon ECS developer guide, "Pass Secrets Manager secrets through Amazon ECS
//! environment variables"). A parameter of the Systems Manager is named by its ARN, or by its name
//! if it is in the task's region.

/// How many characters Secrets Manager adds to a secret's name in its ARN, after a hyphen.
const SUFFIX: usize = 6;

/// What a `valueFrom` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueFrom {
    /// A secret of Secrets Manager, or a part of it.
    Secret(SecretPart),
    /// A parameter of the Systems Manager.
    Parameter(ParameterName),
}

/// A secret, and what of it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SecretPart {
    /// What Secrets Manager knows it by: its ARN, or its name.
    pub id: String,
    /// Its region, where it is named by ARN.
    pub region: Option<String>,
    /// Its account, where it is named by ARN.
    pub account: Option<String>,
    /// Its name. In an ARN that is whole, six characters that Secrets Manager added are its end.
    pub name: String,
    /// The key of its JSON whose value is meant; all of it where there is none.
    pub json_key: Option<String>,
    /// The staging label of the version that is meant.
    pub version_stage: Option<String>,
    /// The version that is meant.
    pub version_id: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ParameterName {
    /// As it was written: ECS asks for this.
    pub id: String,
    /// Its region, where it is named by ARN.
    pub region: Option<String>,
    /// Its account, where it is named by ARN.
    pub account: Option<String>,
    /// Its name, without a version or label.
    pub name: String,
    /// The version or label that is meant.
    pub selector: Option<String>,
}

/// Why a `valueFrom` names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// It begins with `arn:`, and parts are missing or wrong.
    #[error("`{0}` is not the ARN of a secret or a parameter")]
    Arn(String),
    /// The number of fields after the secret's name.
    #[error(
        "`{id}` has {fields} of the three fields after the secret's name: either none of `:json-key:version-stage:version-id` is written or all of their colons are"
    )]
    Fields {
        /// As it was written.
        id: String,
        /// How many there are.
        fields: usize,
    },
    /// Characters that a name cannot have.
    #[error("`{0}` has characters that a name cannot have")]
    Characters(String),
    /// A name with an empty level.
    #[error("`{id}` names the parameter `{name}`, and no parameter has two slashes in a row")]
    DoubleSlash {
        /// As it was written.
        id: String,
        /// The name that comes of it.
        name: String,
    },
    /// A name with levels that does not begin with a slash.
    #[error("`{0}` names a parameter with levels, and such a name begins with a slash")]
    WithoutSlash(String),
    /// A name with more than a version or a label after it.
    #[error(
        "`{0}` is read as the name of a parameter, and a secret of Secrets Manager is named by its ARN"
    )]
    NameWithFields(String),
}

impl Malformed {
    /// Whether it was meant to name a parameter.
    #[must_use]
    pub fn is_about_parameter(&self) -> bool {
        match self {
            Self::DoubleSlash { .. } | Self::WithoutSlash(_) => true,
            Self::Characters(id) => !id.contains(":secretsmanager:"),
            Self::Empty | Self::Arn(_) | Self::Fields { .. } | Self::NameWithFields(_) => false,
        }
    }
}

impl ValueFrom {
    /// Reads the `valueFrom` of a variable or of a log driver's option.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.is_empty() {
            return Err(Malformed::Empty);
        }
        if !text.starts_with("arn:") {
            return parameter(text, text, None).map(Self::Parameter);
        }
        let not_an_arn = || Malformed::Arn(text.to_owned());
        let arn = Arn::parse(text).ok_or_else(not_an_arn)?;
        match arn.service {
            "secretsmanager" => secret(text, &arn).map(Self::Secret),
            "ssm" => {
                let path = arn.resource.strip_prefix("parameter");
                let path = path.filter(|it| it.starts_with('/') && it.len() > 1);
                let path = path.ok_or_else(not_an_arn)?;
                // The ARN of `url` and that of `/url` are the same; one with levels has the slash.
                let has_levels = path[1..].contains('/');
                let name = if has_levels { path } else { &path[1..] };
                parameter(text, name, Some(&arn)).map(Self::Parameter)
            }
            _ => Err(not_an_arn()),
        }
    }
}

impl SecretPart {
    /// Reads where the credentials of a registry are: the ARN of a secret or its name, whole.
    pub fn of_registry(text: &str) -> Result<Self, Malformed> {
        if text.is_empty() {
            return Err(Malformed::Empty);
        }
        if text.starts_with("arn:") {
            return match ValueFrom::parse(text)? {
                ValueFrom::Secret(part) if part.id == text => Ok(part),
                ValueFrom::Secret(_) | ValueFrom::Parameter(_) => {
                    Err(Malformed::Arn(text.to_owned()))
                }
            };
        }
        if !text.chars().all(fits_secret) {
            return Err(Malformed::Characters(text.to_owned()));
        }
        Ok(Self {
            id: text.to_owned(),
            name: text.to_owned(),
            ..Self::default()
        })
    }

    /// The end of an ARN that looks like what Secrets Manager adds to a name: six characters
    /// after a hyphen. It may be the end of the name itself, in an ARN that is not whole.
    #[must_use]
    pub fn suffix(&self) -> Option<&str> {
        self.region.as_ref()?;
        let (name, end) = self.name.rsplit_once('-')?;
        let alike = end.len() == SUFFIX && end.chars().all(|c| c.is_ascii_alphanumeric());
        (alike && !name.is_empty()).then_some(end)
    }

    /// The name without what looks added.
    #[must_use]
    pub fn without_suffix(&self) -> &str {
        match self.suffix() {
            Some(suffix) => &self.name[..self.name.len() - suffix.len() - 1],
            None => &self.name,
        }
    }

    /// An end that looks added and reads like a word or a number of somebody's choice. What Secrets
    /// Manager adds is drawn from both cases and digits: one in two hundred reads so.
    #[must_use]
    pub fn chosen_suffix(&self) -> Option<&str> {
        let suffix = self.suffix()?;
        let word = suffix.chars().all(|c| c.is_ascii_lowercase());
        let number = suffix.chars().all(|c| c.is_ascii_digit());
        (word || number).then_some(suffix)
    }
}

impl ParameterName {
    /// The names that the parameter may have. An ARN does not tell whether a name without levels
    /// begins with a slash.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let by_arn = self.region.is_some() && !self.name.starts_with('/');
        let other = by_arn.then(|| format!("/{}", self.name));
        std::iter::once(self.name.clone()).chain(other)
    }
}

/// An ARN, taken apart.
struct Arn<'a> {
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (_, partition) = (parts.next()?, parts.next()?);
        let (service, region) = (parts.next()?, parts.next()?);
        let (account, resource) = (parts.next()?, parts.next()?);
        let is_region = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let sound = partition.starts_with("aws")
            && !region.is_empty()
            && region.chars().all(is_region)
            && account.len() == 12
            && account.chars().all(|c| c.is_ascii_digit());
        sound.then_some(Self {
            service,
            region,
            account,
            resource,
        })
    }
}

fn secret(text: &str, arn: &Arn<'_>) -> Result<SecretPart, Malformed> {
    let not_an_arn = || Malformed::Arn(text.to_owned());
    let resource = arn.resource.strip_prefix("secret:");
    let mut fields = resource.ok_or_else(not_an_arn)?.split(':');
    let name = fields.next().filter(|name| !name.is_empty());
    let name = name.ok_or_else(not_an_arn)?;
    if !name.chars().all(fits_secret) {
        return Err(Malformed::Characters(text.to_owned()));
    }
    let fields: Vec<_> = fields.collect();
    let given = |field: &str| (!field.is_empty()).then(|| field.to_owned());
    let (json_key, version_stage, version_id) = match *fields {
        [] => (None, None, None),
        [key, stage, id] => (given(key), given(stage), given(id)),
        _ => {
            return Err(Malformed::Fields {
                id: text.to_owned(),
                fields: fields.len(),
            });
        }
    };
    // Each field stands behind a colon.
    let tail: usize = fields.iter().map(|field| field.len() + 1).sum();
    Ok(SecretPart {
        id: text[..text.len() - tail].to_owned(),
        region: Some(arn.region.to_owned()),
        account: Some(arn.account.to_owned()),
        name: name.to_owned(),
        json_key,
        version_stage,
        version_id,
    })
}

fn parameter(id: &str, name: &str, arn: Option<&Arn<'_>>) -> Result<ParameterName, Malformed> {
    let (name, selector) = match name.split_once(':') {
        Some((_, selector)) if selector.contains(':') => {
            return Err(Malformed::NameWithFields(id.to_owned()));
        }
        Some((name, selector)) => (name, Some(selector.to_owned())),
        None => (name, None),
    };
    if name.contains("//") {
        return Err(Malformed::DoubleSlash {
            id: id.to_owned(),
            name: name.to_owned(),
        });
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_.-".contains(c);
    if name.trim_matches('/').is_empty() || !name.chars().all(fits) {
        return Err(Malformed::Characters(id.to_owned()));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(Malformed::WithoutSlash(id.to_owned()));
    }
    Ok(ParameterName {
        id: id.to_owned(),
        region: arn.map(|arn| arn.region.to_owned()),
        account: arn.map(|arn| arn.account.to_owned()),
        name: name.to_owned(),
        selector,
    })
}

/// What the name of a secret may have (Secrets Manager API reference, `CreateSecret`); those that
/// AWS services make, such as `rds!db-…`, have an exclamation mark as well.
fn fits_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/_+=.@-!".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbC1eF";
    const PARAMETER: &str = "arn:aws:ssm:eu-west-1:000000000000:parameter";

    fn part(text: &str) -> SecretPart {
        match ValueFrom::parse(text) {
            Ok(ValueFrom::Secret(part)) => part,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn named(text: &str) -> ParameterName {
        match ValueFrom::parse(text) {
            Ok(ValueFrom::Parameter(name)) => name,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_secret_has_none_of_the_fields_or_all() {
        let whole = part(SECRET);
        assert_eq!((whole.id.as_str(), whole.json_key.clone()), (SECRET, None));
        assert_eq!(whole.region.as_deref(), Some("us-east-1"));
        assert_eq!(
            (whole.name.as_str(), whole.suffix()),
            ("prod/db-AbC1eF", Some("AbC1eF"))
        );
        assert_eq!(
            (whole.without_suffix(), whole.chosen_suffix()),
            ("prod/db", None)
        );
        let key = part(&format!("{SECRET}:url::"));
        assert_eq!(
            (key.id.as_str(), key.json_key.as_deref()),
            (SECRET, Some("url"))
        );
        let version = part(&format!("{SECRET}::AWSPREVIOUS:0-1"));
        assert_eq!(version.version_stage.as_deref(), Some("AWSPREVIOUS"));
        assert_eq!(
            (version.version_id.as_deref(), version.json_key),
            (Some("0-1"), None)
        );
        for (tail, fields) in [(":url", 1), (":url:", 2), (":url:::", 4), (":a:b:c:d:", 5)] {
            let id = format!("{SECRET}{tail}");
            let error = Malformed::Fields {
                id: id.clone(),
                fields,
            };
            assert_eq!(ValueFrom::parse(&id), Err(error));
        }
    }

    #[test]
    fn an_end_that_somebody_chose() {
        let of = |name: &str| {
            part(&format!(
                "arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}"
            ))
        };
        assert_eq!(of("test-secret").chosen_suffix(), Some("secret"));
        assert_eq!(of("backup-202411").chosen_suffix(), Some("202411"));
        for other in [
            "production",
            "db-password",
            "-secret",
            "db-se.ret",
            "db-Secret",
        ] {
            assert_eq!(of(other).chosen_suffix(), None, "{other}");
        }
        let made_by_aws = of("rds!db-0a1b-AbC1eF");
        assert_eq!(made_by_aws.suffix(), Some("AbC1eF"));
        let by_name = SecretPart::of_registry("test-secret").expect("a name");
        assert_eq!((by_name.suffix(), by_name.region.as_ref()), (None, None));
    }

    #[test]
    fn a_parameter_has_a_name_or_an_arn() {
        assert_eq!(named("url").names().collect::<Vec<_>>(), ["url"]);
        assert_eq!(named("/app/url").names().collect::<Vec<_>>(), ["/app/url"]);
        assert_eq!(named("/app/url:3").selector.as_deref(), Some("3"));
        let arn = named(&format!("{PARAMETER}/app/url"));
        assert_eq!(arn.names().collect::<Vec<_>>(), ["/app/url"]);
        assert_eq!(arn.region.as_deref(), Some("eu-west-1"));
        let flat = named(&format!("{PARAMETER}/url:live"));
        assert_eq!(flat.names().collect::<Vec<_>>(), ["url", "/url"]);
        assert_eq!(flat.selector.as_deref(), Some("live"));
    }

    #[test]
    fn what_names_nothing() {
        for (text, words, parameter) in [
            ("", "it is empty", false),
            ("arn:aws:s3:::bucket/key", "is not the ARN of", false),
            (
                "arn:aws:ssm:eu-west-1:000000000000:parameter",
                "is not the ARN of",
                false,
            ),
            (
                "arn:aws:ssm:eu-west-1:1:parameter/a",
                "is not the ARN of",
                false,
            ),
            (
                "arn:aws:secretsmanager::000000000000:secret:a",
                "is not the ARN of",
                false,
            ),
            (
                "arn:aws:secretsmanager:us-east-1:000000000000:secret:",
                "is not the ARN of",
                false,
            ),
            (
                "arn:aws:secretsmanager:us-east-1:000000000000:secret:a b",
                "has characters",
                false,
            ),
            (
                "arn:aws:ssm:eu-west-1:000000000000:parameter//a/b",
                "the parameter `//a/b`",
                true,
            ),
            ("/a//b", "two slashes in a row", true),
            ("app/url", "begins with a slash", true),
            ("/app/url ", "has characters", true),
            ("/", "has characters", true),
            (
                "prod-db:password::",
                "a secret of Secrets Manager is named by its ARN",
                false,
            ),
        ] {
            let error = ValueFrom::parse(text).expect_err(text);
            assert!(error.to_string().contains(words), "{text}: {error}");
            assert_eq!(error.is_about_parameter(), parameter, "{text}");
        }
        for text in ["", "a b", PARAMETER, &format!("{SECRET}:key::")] {
            assert!(SecretPart::of_registry(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(arn:aws[a-z-]{0,5}:(secretsmanager|ssm):us-east-1:000000000000:(secret:|parameter/))?[a-zA-Zé/:-]{0,40}|.*") {
            if let Ok(ValueFrom::Secret(part)) = ValueFrom::parse(&text) {
                prop_assert!(text.starts_with(&part.id) && part.id.ends_with(&part.name));
                prop_assert!(part.name.starts_with(part.without_suffix()));
            }
            let _ = SecretPart::of_registry(&text);
        }

        #[test]
        fn what_was_put_together_is_taken_apart(
            name in "[a-zA-Z0-9/_+=.@-]{1,40}",
            (key, stage, version) in ("[^:]{0,20}", "[^:]{0,20}", "[^:]{0,20}"),
        ) {
            let id = format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}");
            let part = part(&format!("{id}:{key}:{stage}:{version}"));
            prop_assert_eq!((part.id, part.name), (id, name));
            prop_assert_eq!(part.json_key.unwrap_or_default(), key);
            prop_assert_eq!(part.version_stage.unwrap_or_default(), stage);
            prop_assert_eq!(part.version_id.unwrap_or_default(), version);
        }
    }
}
