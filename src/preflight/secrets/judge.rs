//! What was seen of secrets and parameters, judged.

use super::NAME;
use super::seen::{Alike, Seen, is_listed, is_own, version};
use super::traps::{malformed, perhaps_partial};
use super::wanted::{Kind, Wanted};
use crate::model::account::stored::Secret;
use crate::model::finding::Finding;
use crate::model::secret_text::{NoSuchPart, SecretText};
use crate::model::value_from::{ParameterName, SecretPart};
use crate::ports::CallError;
use crate::preflight::group::Definite;
use crate::preflight::looked::could_not;

/// The staging label of the version that is meant where none is named.
const CURRENT: &str = "AWSCURRENT";

/// What there is to say of one value: what is there, or all that is against it.
type Judged = Result<String, Vec<Finding>>;

pub(super) fn judge(definite: &Definite<'_>, wanted: &[Wanted<'_>], seen: &Seen) -> Vec<Finding> {
    if wanted.is_empty() {
        return vec![Finding::skip(
            NAME,
            "the definition takes no secret and no parameter",
        )];
    }
    let mut findings: Vec<Finding> = Vec::new();
    let mut told: Vec<String> = Vec::new();
    for one in wanted {
        let judged = match &one.kind {
            Err(error) => Err(vec![malformed(one, error)]),
            Ok(Kind::Secret(part) | Kind::Registry(part)) => secret(definite, one, part, seen),
            Ok(Kind::Parameter(name)) => parameter(definite, one, name, seen),
        };
        match judged {
            Ok(what) if told.contains(&what) => {}
            Ok(what) => told.push(what),
            // Two variables may be of one secret: what is said of it is said once.
            Err(against) => {
                let message =
                    |finding: &Finding| findings.iter().all(|it| it.message != finding.message);
                let new: Vec<_> = against.into_iter().filter(message).collect();
                findings.extend(new);
            }
        }
    }
    if findings.is_empty() {
        findings.push(Finding::pass(NAME, told.join(", ")));
    }
    findings
}

fn secret(definite: &Definite<'_>, one: &Wanted<'_>, part: &SecretPart, seen: &Seen) -> Judged {
    let region = part.region.as_deref().unwrap_or(&definite.subject.region);
    let Some((found, alike)) = seen.secrets.get(&part.id) else {
        return Err(Vec::new());
    };
    let secret = match found {
        Ok(Some(secret)) => secret,
        Ok(None) => return Err(vec![not_found(one, part, region, alike.as_ref())]),
        Err(error) => {
            let skip = could_not(NAME, &format!("secret `{}`", part.name), error);
            let trap = perhaps_partial(one, part, region);
            return Err(std::iter::once(skip).chain(trap).collect());
        }
    };
    if secret.deleted {
        return Err(vec![deleted(secret, region)]);
    }
    let foreign =
        (!is_own(part.account.as_deref(), definite.definition)).then(|| foreign(one, part, secret));
    let against: Vec<_> = foreign
        .into_iter()
        .chain(without_version(one, part, secret))
        .collect();
    if !against.is_empty() {
        return Err(against);
    }
    let looked = if one.is_looked_into() {
        match seen.texts.get(&version(part)) {
            Some(text) => content(one, part, secret, text).map_err(|finding| vec![finding])?,
            None => format!(
                " ({} not looked at: that needs --read-secrets)",
                looked_into(part)
            ),
        }
    } else {
        String::new()
    };
    let elsewhere = if region == definite.subject.region {
        String::new()
    } else {
        format!(" in {region}")
    };
    Ok(format!(
        "secret `{}`{elsewhere} is there{looked}",
        secret.name
    ))
}

fn looked_into(part: &SecretPart) -> String {
    match &part.json_key {
        Some(key) => format!("its key `{key}`"),
        None => "its form".to_owned(),
    }
}

fn not_found(one: &Wanted<'_>, part: &SecretPart, region: &str, alike: Option<&Alike>) -> Finding {
    let (user, name) = (one.user(), &part.name);
    let (message, hint) = match alike {
        Some(Alike::Partial(arn)) => (
            format!(
                "{user}: secret `{name}` is not found by an ARN without its suffix, since its own name ends in a hyphen and six characters"
            ),
            format!("register a revision with the whole ARN: {arn}"),
        ),
        Some(Alike::Renewed(arn)) => (
            format!(
                "{user}: there is no secret {}; `{}` has another ARN, it was made anew",
                part.id,
                part.without_suffix()
            ),
            format!("register a revision with the ARN that it has now: {arn}"),
        ),
        None => (
            format!("{user}: there is no secret `{name}` in {region}"),
            made_anew(one, part, region),
        ),
    };
    Finding::fail(NAME, message)
        .because("secret-not-found")
        .hinted(hint)
}

/// How to come by a secret that is not there. A new one has an ARN of its own, which a definition
/// with the whole ARN of the old one has to learn.
fn made_anew(one: &Wanted<'_>, part: &SecretPart, region: &str) -> String {
    let create = format!(
        "aws secretsmanager create-secret --region {region} --name {} --secret-string file://secret.txt",
        part.without_suffix()
    );
    if part.suffix().is_none() {
        return create;
    }
    format!(
        "{create}\naws ecs register-task-definition --region {region} --cli-input-json file://definition.json  # with the ARN that the first prints, for {}",
        one.user()
    )
}

fn deleted(secret: &Secret, region: &str) -> Finding {
    Finding::fail(
        NAME,
        format!(
            "secret `{}` is scheduled for deletion and cannot be read",
            secret.name
        ),
    )
    .because("secret-not-found")
    .hinted(format!(
        "aws secretsmanager restore-secret --secret-id {} --region {region}",
        secret.arn
    ))
}

/// A secret of another account is read only where a key of its own and two policies let it.
fn foreign(one: &Wanted<'_>, part: &SecretPart, secret: &Secret) -> Finding {
    let (user, name) = (one.user(), &secret.name);
    let account = part.account.as_deref().unwrap_or_default();
    if secret.has_managed_key() {
        return Finding::fail(
            NAME,
            format!(
                "{user}: secret `{name}` of account {account} is encrypted with AWS's own key, which no other account can use"
            ),
        )
        .because("kms-access-denied")
        .hinted(format!(
            "aws secretsmanager update-secret --secret-id {} --kms-key-id KEY, with a key whose policy lets the execution role decrypt",
            secret.arn
        ));
    }
    Finding::warn(
        NAME,
        format!(
            "{user}: secret `{name}` is of account {account}: its resource policy and the policy of its KMS key must let the execution role in, which is not looked at"
        ),
    )
    .hinted(format!("aws secretsmanager get-resource-policy --secret-id {}", secret.arn))
}

/// Versions without a label are not listed, and may be there.
fn without_version(one: &Wanted<'_>, part: &SecretPart, secret: &Secret) -> Option<Finding> {
    let (user, name) = (one.user(), &secret.name);
    let region = part
        .region
        .as_ref()
        .map_or_else(String::new, |region| format!(" --region {region}"));
    let hint = format!(
        "aws secretsmanager list-secret-version-ids --secret-id {} --include-deprecated{region}",
        secret.arn
    );
    let stage = part.version_stage.as_deref();
    let message = match (part.version_id.as_deref(), stage) {
        (Some(id), stage) => match (secret.versions.get(id), stage) {
            (None, None) => {
                let message = format!(
                    "{user}: version {id} of secret `{name}` has no staging label: it is gone, or Secrets Manager may delete it at any time"
                );
                return Some(Finding::warn(NAME, message).hinted(hint));
            }
            (Some(stages), Some(stage)) if stages.iter().any(|it| it == stage) => return None,
            (Some(_), None) => return None,
            (_, Some(stage)) => {
                format!(
                    "{user}: version {id} of secret `{name}` does not have the staging label {stage}"
                )
            }
        },
        (None, stage) => {
            let stage = stage.unwrap_or(CURRENT);
            let mut stages = secret.versions.values().flatten();
            if stages.any(|it| it == stage) {
                return None;
            }
            if secret.versions.is_empty() {
                format!("{user}: secret `{name}` has no value yet")
            } else {
                format!("{user}: no version of secret `{name}` has the staging label {stage}")
            }
        }
    };
    Some(
        Finding::fail(NAME, message)
            .because("secret-not-found")
            .hinted(hint),
    )
}

type Text = Result<Option<SecretText>, CallError>;

/// What a value that was read has to be. Nothing of it is told but the names of its keys.
fn content(
    one: &Wanted<'_>,
    part: &SecretPart,
    secret: &Secret,
    text: &Text,
) -> Result<String, Finding> {
    let (user, name) = (one.user(), &secret.name);
    let text = match text {
        Ok(Some(text)) => text,
        Ok(None) => {
            let message = format!(
                "{user}: the value of secret `{name}` is binary, and ECS takes texts alone"
            );
            let finding = Finding::fail(NAME, message);
            return Err(finding
                .because("secret-not-json")
                .hinted("store it as SecretString"));
        }
        Err(error) => {
            return Err(could_not(
                NAME,
                &format!("the value of secret `{name}`"),
                error,
            ));
        }
    };
    let Some(key) = &part.json_key else {
        return if text.is_login() {
            Ok(" and has a username and a password".to_owned())
        } else {
            Err(Finding::fail(
                NAME,
                format!("{user}: secret `{name}` is not a JSON object with \"username\" and \"password\", both texts"),
            )
            .because("registry-credentials-secret-malformed")
            .hinted(format!(
                "aws secretsmanager put-secret-value --secret-id {} --secret-string '{{\"username\":\"…\",\"password\":\"…\"}}'",
                secret.arn
            )))
        };
    };
    match text.part(key) {
        Ok(_) => Ok(format!(" and has the key `{key}`")),
        Err(NoSuchPart::NotJson) => Err(Finding::fail(
            NAME,
            format!("{user}: the value of secret `{name}` is not a JSON object, and its key `{key}` is asked for"),
        )
        .because("secret-not-json")
        .hinted("store it as JSON, or register a revision with the ARN alone, without a key after it")),
        Err(NoSuchPart::Missing { nearest }) => {
            let finding = Finding::fail(NAME, format!("{user}: secret `{name}` has no key `{key}`"));
            let hint = match nearest {
                Some(nearest) => format!("register a revision with its key `{nearest}`, if that is meant, or add `{key}` to the secret"),
                None => format!("add `{key}` to the secret, or register a revision with a key that it has"),
            };
            Err(finding.because("secret-json-key-missing").hinted(hint))
        }
    }
}

fn parameter(
    definite: &Definite<'_>,
    one: &Wanted<'_>,
    name: &ParameterName,
    seen: &Seen,
) -> Judged {
    let region = name.region.as_deref().unwrap_or(&definite.subject.region);
    let skipped = |why: &str| {
        let message = format!("{}: parameter `{}` {why}", one.user(), name.id);
        Err(vec![Finding::skip(NAME, message)])
    };
    if !is_own(name.account.as_deref(), definite.definition) {
        return skipped("is another account's, and what it shares is not listed here");
    }
    if !is_listed(name, definite.definition) {
        return skipped("is AWS's own, and such are not listed");
    }
    let listed = match seen.parameters.get(region) {
        Some(Ok(listed)) => listed,
        Some(Err(error)) => {
            let what = format!("the parameters of the definition in {region}");
            return Err(vec![could_not(NAME, &what, error)]);
        }
        None => return Err(Vec::new()),
    };
    let found = name
        .names()
        .find_map(|name| listed.iter().find(|it| it.name == name));
    let Some(found) = found else {
        let finding = Finding::fail(
            NAME,
            format!(
                "{}: there is no parameter `{}` in {region}",
                one.user(),
                name.name
            ),
        );
        let last = name.name.rsplit('/').next().unwrap_or(&name.name);
        return Err(vec![finding.because("ssm-parameter-not-found").hinted(format!(
            "aws ssm describe-parameters --region {region} --parameter-filters Key=Name,Option=Contains,Values={last}"
        ))]);
    };
    let selector = name.selector.as_ref().map_or_else(String::new, |selector| {
        format!("; its version `{selector}` was not looked at")
    });
    Ok(format!(
        "parameter `{}` is there ({}{selector})",
        found.name, found.kind
    ))
}

#[cfg(test)]
mod tests {
    use super::super::seen::Version;
    use super::super::wanted::wanted;
    use super::*;
    use crate::model::account::stored::Parameter;
    use crate::model::definition::SecretReference;
    use crate::model::finding::Verdict;
    use crate::ports::CallErrorKind;
    use crate::preflight::group::tests::subject;
    use crate::preflight::secrets::traps;

    const DB: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbC1eF";
    const OTHER: &str = "arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db-AbC1eF";
    const WORD: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-secret";
    const VALUE: &str = r#"{"url":"postgres://ana:s3cret@db/app","port":5432}"#;

    fn denied(operation: &'static str) -> CallError {
        CallError {
            operation,
            kind: CallErrorKind::Denied,
            code: None,
            message: "no".into(),
        }
    }

    fn secret() -> Secret {
        Secret {
            arn: DB.into(),
            name: "prod/db".into(),
            kms_key: None,
            deleted: false,
            versions: [("v1", "AWSPREVIOUS"), ("v2", CURRENT)]
                .map(|(id, stage)| (id.to_owned(), vec![stage.to_owned()]))
                .into(),
        }
    }

    fn parameters() -> Vec<Parameter> {
        vec![Parameter {
            name: "/app/key".into(),
            kind: "SecureString".into(),
            ..Parameter::default()
        }]
    }

    struct Scene {
        value_from: String,
        registry: Option<String>,
        found: Result<Option<Secret>, CallError>,
        alike: Option<Alike>,
        text: Option<Text>,
        parameters: Result<Vec<Parameter>, CallError>,
    }

    fn findings(change: impl Fn(&mut Scene)) -> Vec<Finding> {
        let mut scene = Scene {
            value_from: DB.into(),
            registry: None,
            found: Ok(Some(secret())),
            alike: None,
            text: None,
            parameters: Ok(parameters()),
        };
        change(&mut scene);
        let subject = subject();
        let mut definition = subject.definition.clone().expect("it has one");
        definition.containers[0].repository_credentials = scene.registry;
        if !scene.value_from.is_empty() {
            definition.containers[0].secrets = vec![SecretReference {
                name: "DATABASE_URL".into(),
                value_from: scene.value_from,
            }];
        }
        let definite = Definite {
            subject: &subject,
            definition: &definition,
        };
        let wanted = wanted(&definition);
        let mut seen = Seen::default();
        for one in &wanted {
            if let Ok(Kind::Secret(part) | Kind::Registry(part)) = &one.kind {
                let found = (scene.found.clone(), scene.alike.clone());
                seen.secrets.insert(part.id.clone(), found);
                let version: Version = version(part);
                seen.texts
                    .extend(scene.text.clone().map(|text| (version, text)));
            }
        }
        seen.parameters.insert("us-east-1".into(), scene.parameters);
        judge(&definite, &wanted, &seen)
    }

    fn found(change: impl Fn(&mut Scene)) -> Vec<(Verdict, String)> {
        let told = findings(change).into_iter();
        told.map(|it| (it.verdict, it.cause.unwrap_or_default().to_owned()))
            .collect()
    }

    fn one(verdict: Verdict, cause: &str) -> Vec<(Verdict, String)> {
        vec![(verdict, cause.to_owned())]
    }

    fn failed(cause: &str) -> Vec<(Verdict, String)> {
        one(Verdict::Fail, cause)
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the answer of a port, as a case has it"
    )]
    fn text(text: &str) -> Option<Text> {
        Some(Ok(Some(SecretText::new(text))))
    }

    #[test]
    fn a_secret_that_is_there_or_not() {
        assert_eq!(found(|_| ()), one(Verdict::Pass, ""));
        assert_eq!(
            found(|scene| scene.found = Ok(None)),
            failed("secret-not-found")
        );
        assert_eq!(
            found(|scene| scene.found = Ok(Some(Secret {
                deleted: true,
                ..secret()
            }))),
            failed("secret-not-found")
        );
        assert_eq!(
            found(|scene| scene.found = Err(denied("secretsmanager:DescribeSecret"))),
            one(Verdict::Skip, "")
        );
        assert_eq!(
            found(|scene| scene.value_from = String::new()),
            one(Verdict::Skip, "")
        );
        assert_eq!(
            found(|scene| scene.value_from.push_str(":url")),
            failed("secret-arn-malformed")
        );
    }

    #[test]
    fn versions() {
        let tail = |tail: &'static str| move |scene: &mut Scene| scene.value_from.push_str(tail);
        assert_eq!(found(tail("::AWSPREVIOUS:")), one(Verdict::Pass, ""));
        assert_eq!(found(tail(":::v1")), one(Verdict::Pass, ""));
        assert_eq!(found(tail("::AWSPREVIOUS:v1")), one(Verdict::Pass, ""));
        assert_eq!(found(tail("::AWSPENDING:")), failed("secret-not-found"));
        assert_eq!(found(tail("::AWSCURRENT:v1")), failed("secret-not-found"));
        assert_eq!(found(tail("::AWSCURRENT:v0")), failed("secret-not-found"));
        assert_eq!(found(tail(":::v0")), one(Verdict::Warn, ""));
        let empty = Secret {
            versions: [].into(),
            ..secret()
        };
        assert_eq!(
            found(|scene| scene.found = Ok(Some(empty.clone()))),
            failed("secret-not-found")
        );
    }

    #[test]
    fn keys() {
        let key = |key: &'static str, text: Option<Text>| {
            move |scene: &mut Scene| {
                scene.value_from.push_str(key);
                scene.text = text.clone();
            }
        };
        assert_eq!(found(key(":url::", text(VALUE))), one(Verdict::Pass, ""));
        assert_eq!(
            found(key(":uri::", text(VALUE))),
            failed("secret-json-key-missing")
        );
        assert_eq!(
            found(key(":url::", text("s3cret"))),
            failed("secret-not-json")
        );
        assert_eq!(
            found(key(":url::", Some(Ok(None)))),
            failed("secret-not-json")
        );
        let refused = Some(Err(denied("secretsmanager:GetSecretValue")));
        assert_eq!(found(key(":url::", refused)), one(Verdict::Skip, ""));
        let findings = findings(key(":url::", None));
        assert_eq!(
            findings[0].message,
            "secret `prod/db` is there (its key `url` not looked at: that needs --read-secrets)"
        );
    }

    #[test]
    fn no_finding_tells_a_value() {
        for key in [":url::", ":uri::", ":port::", ":x::"] {
            for value in [VALUE, "s3cret", "{\"a\":\"s3cret\"}"] {
                let told = findings(|scene| {
                    scene.value_from.push_str(key);
                    scene.text = text(value);
                });
                let told = format!("{told:?}");
                assert!(!told.contains("s3cret") && !told.contains("5432"), "{told}");
            }
        }
    }

    #[test]
    fn credentials_of_a_registry() {
        let login = |value: Option<Text>| {
            move |scene: &mut Scene| {
                scene.value_from = String::new();
                scene.registry = Some("prod/db".into());
                scene.text = value.clone();
            }
        };
        assert_eq!(found(login(None)), one(Verdict::Pass, ""));
        assert_eq!(
            found(login(text(r#"{"username":"ana","password":"p"}"#))),
            one(Verdict::Pass, "")
        );
        assert_eq!(
            found(login(text(VALUE))),
            failed("registry-credentials-secret-malformed")
        );
    }

    #[test]
    fn a_secret_of_another_account() {
        let managed = |key: Option<&'static str>| {
            move |scene: &mut Scene| {
                scene.value_from = OTHER.into();
                let kms_key = key.map(str::to_owned);
                scene.found = Ok(Some(Secret {
                    kms_key,
                    ..secret()
                }));
            }
        };
        assert_eq!(found(managed(None)), failed("kms-access-denied"));
        assert_eq!(found(managed(Some("alias/app"))), one(Verdict::Warn, ""));
    }

    #[test]
    fn an_arn_that_leads_to_none() {
        let alike = |alike: Alike| {
            findings(|scene| {
                scene.value_from = WORD.into();
                scene.found = Ok(None);
                scene.alike = Some(alike.clone());
            })
        };
        let partial = alike(Alike::Partial(format!("{WORD}-AbC1eF")));
        assert!(
            partial[0]
                .message
                .contains("`db-secret` is not found by an ARN without")
        );
        let hint = partial[0].hint.as_deref().unwrap_or_default();
        assert!(hint.ends_with("secret:db-secret-AbC1eF"), "{hint}");
        let renewed = alike(Alike::Renewed(DB.into()));
        assert!(
            renewed[0]
                .message
                .ends_with("`db` has another ARN, it was made anew")
        );
        let unseen = found(|scene| {
            scene.value_from = WORD.into();
            scene.found = Err(denied("secretsmanager:DescribeSecret"));
        });
        let warned = (Verdict::Warn, "secret-not-found".to_owned());
        assert_eq!(unseen, [(Verdict::Skip, String::new()), warned]);
    }

    #[test]
    fn parameters_that_are_there_or_not() {
        let from = |text: &str| {
            let text = text.to_owned();
            move |scene: &mut Scene| scene.value_from.clone_from(&text)
        };
        let arn =
            |account: &str, rest: &str| format!("arn:aws:ssm:us-east-1:{account}:parameter{rest}");
        for sound in ["/app/key", "/app/key:3", &arn("000000000000", "/app/key")] {
            assert_eq!(found(from(sound)), one(Verdict::Pass, ""), "{sound}");
        }
        for broken in [
            "/app/gone",
            "key",
            "app/key",
            &arn("000000000000", "//app/key"),
        ] {
            assert_eq!(
                found(from(broken)),
                failed("ssm-parameter-not-found"),
                "{broken}"
            );
        }
        for unseen in ["/aws/service/ami", &arn("111111111111", "/app/key")] {
            assert_eq!(found(from(unseen)), one(Verdict::Skip, ""), "{unseen}");
        }
        assert_eq!(
            found(|scene| {
                scene.value_from = "/app/key".into();
                scene.parameters = Err(denied("ssm:DescribeParameters"));
            }),
            one(Verdict::Skip, "")
        );
    }

    #[test]
    fn traps_are_found_without_a_look() {
        let found = |value_from: &str| {
            let mut definition = subject().definition.expect("it has one");
            definition.containers[0].secrets = vec![SecretReference {
                name: "KEY".into(),
                value_from: value_from.into(),
            }];
            let told = traps(&definition, "us-east-1").into_iter();
            told.map(|it| (it.verdict, it.cause.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        for sound in [DB, "/app/key", "key"] {
            assert_eq!(found(sound), [], "{sound}");
        }
        assert_eq!(found(WORD), [(Verdict::Warn, "secret-not-found")]);
        assert_eq!(
            found(&format!("{DB}:url")),
            [(Verdict::Fail, "secret-arn-malformed")]
        );
        let slashes = "arn:aws:ssm:us-east-1:000000000000:parameter//app/key";
        assert_eq!(found(slashes), [(Verdict::Fail, "ssm-parameter-not-found")]);
    }
}
