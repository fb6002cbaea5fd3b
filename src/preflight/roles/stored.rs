//! Which secret or parameter a definition means.

use super::arn::{Arn, Place};

/// What `valueFrom` means, as far as rights go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stored {
    /// A secret of Secrets Manager.
    Secret(Reference),
    /// A parameter of Systems Manager.
    Parameter(Reference),
}

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    /// Its ARN; a secret's may lack the six characters that Secrets Manager adds.
    pub(super) arn: String,
    /// Its region.
    pub(super) region: String,
    /// What to look it up by: any of these may be its name.
    pub(super) names: Vec<String>,
}

/// The name of a parameter without the version or the label that may stand behind it.
fn without_selector(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

impl Stored {
    /// Reads `valueFrom`. A form that is neither means nothing here: other checks tell of it.
    pub(super) fn parse(text: &str, place: &Place) -> Option<Self> {
        let Some(arn) = Arn::parse(text) else {
            return (!text.is_empty() && !text.starts_with("arn:")).then(|| {
                let text = without_selector(text);
                let name = text.trim_start_matches('/');
                Self::Parameter(Reference {
                    arn: place.arn("ssm", &format!("parameter/{name}")),
                    region: place.region.clone(),
                    names: vec![text.to_owned()],
                })
            });
        };
        match arn.service {
            "secretsmanager" => Some(Self::Secret(secret(&arn)?)),
            "ssm" => {
                let name = arn.resource.strip_prefix("parameter/")?;
                let whole = without_selector(name);
                let text = &text[..text.len() - (name.len() - whole.len())];
                let name = whole;
                Some(Self::Parameter(Reference {
                    arn: text.to_owned(),
                    region: arn.region.to_owned(),
                    names: if arn.account == place.account {
                        names(name)
                    } else {
                        vec![text.to_owned()]
                    },
                }))
            }
            _ => None,
        }
    }

    /// Reads a registry's credentials: the ARN of a secret, or its name.
    pub(super) fn credentials(text: &str, place: &Place) -> Option<Self> {
        match Arn::parse(text) {
            Some(arn) if arn.service == "secretsmanager" => Some(Self::Secret(secret(&arn)?)),
            Some(_) => None,
            None => (!text.is_empty()).then(|| {
                Self::Secret(Reference {
                    arn: place.arn("secretsmanager", &format!("secret:{text}")),
                    region: place.region.clone(),
                    names: vec![text.to_owned()],
                })
            }),
        }
    }

    pub(super) fn reference(&self) -> &Reference {
        match self {
            Self::Secret(reference) | Self::Parameter(reference) => reference,
        }
    }
}

/// `secret:NAME`, with or without what of it is meant.
fn secret(arn: &Arn<'_>) -> Option<Reference> {
    let name = arn.resource.strip_prefix("secret:")?;
    let name = name.split(':').next().filter(|name| !name.is_empty())?;
    let (partition, region, account) = (arn.partition, arn.region, arn.account);
    let arn = format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{name}");
    Some(Reference {
        names: vec![arn.clone()],
        arn,
        region: region.to_owned(),
    })
}

/// The names that a parameter may have whose ARN ends so. The ARN has one slash before the name,
/// whether the name begins with one or not; only a name without a second one can do without.
fn names(end: &str) -> Vec<String> {
    let rooted = format!("/{}", end.trim_start_matches('/'));
    if end.contains('/') {
        vec![rooted]
    } else {
        vec![end.to_owned(), rooted]
    }
}

/// A secret's ARN as policies must name it: where the six characters at its end are not known,
/// any may stand there.
pub(super) fn with_suffix(arn: &str) -> String {
    let tail = arn.rsplit_once('-').map_or("", |(_, tail)| tail);
    if tail.len() == 6 && tail.chars().all(|c| c.is_ascii_alphanumeric()) {
        arn.to_owned()
    } else {
        format!("{arn}-??????")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> Place {
        let arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/a:1";
        Place::of(arn, "us-east-1").expect("a place")
    }

    #[test]
    fn what_is_meant() {
        let parsed = |text: &str| {
            Stored::parse(text, &place()).map(|stored| match stored {
                Stored::Secret(it) => ("secret", it.region, it.arn),
                Stored::Parameter(it) => ("parameter", it.region, it.arn),
            })
        };
        let secret = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:db-url-Ab12Cd";
        let found = Some(("secret", "eu-west-1".to_owned(), secret.to_owned()));
        assert_eq!(parsed(secret), found);
        assert_eq!(parsed(&format!("{secret}:key:AWSCURRENT:")), found);
        let parameter = "arn:aws:ssm:us-east-1:000000000000:parameter/everruns/url";
        let found = Some(("parameter", "us-east-1".to_owned(), parameter.to_owned()));
        for text in [parameter, "/everruns/url", "everruns/url"] {
            assert_eq!(parsed(text), found);
        }
        for nothing in [
            "",
            "arn:",
            "arn:aws:s3:::bucket",
            "arn:aws:ssm:x:0:document/a",
            "arn:aws:secretsmanager:x:0:secret:",
        ] {
            assert_eq!(parsed(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn names_to_look_up_by() {
        let names = |text: &str| {
            let stored = Stored::parse(text, &place()).expect("one");
            stored.reference().names.clone()
        };
        let own = "arn:aws:ssm:us-east-1:000000000000:parameter";
        let shared = "arn:aws:ssm:us-east-1:111111111111:parameter/url";
        assert_eq!(names("everruns/url"), ["everruns/url"]);
        assert_eq!(names(&format!("{own}/everruns/url")), ["/everruns/url"]);
        assert_eq!(names(&format!("{own}/url")), ["url", "/url"]);
        assert_eq!(names(shared), [shared]);
    }

    #[test]
    fn suffixes() {
        for (arn, expected) in [
            ("a:secret:db-url-Ab12Cd", "a:secret:db-url-Ab12Cd"),
            ("a:secret:db-url", "a:secret:db-url-??????"),
            ("a:secret:url", "a:secret:url-??????"),
        ] {
            assert_eq!(with_suffix(arn), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(arn:aws:(ssm|secretsmanager):)?[a-z:/-]{0,40}|.*") {
            for stored in [Stored::parse(&text, &place()), Stored::credentials(&text, &place())] {
                let _ = stored.map(|stored| with_suffix(&stored.reference().arn));
            }
        }
    }
}
