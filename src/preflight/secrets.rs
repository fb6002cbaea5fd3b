//! `secrets`: whether the values that ECS takes from elsewhere are there.
//!
//! Values are read only where that was allowed, and only those of which a part is meant. They stay
//! in here: no finding tells one.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{FutureExt as _, join, join_all, join3};

use self::judge::judge;
use self::seen::{Alike, Seen};
use self::wanted::{Kind, Wanted, wanted};
use super::group::{About, Beyond, Definite, Group, Look};
use crate::model::account::stored::Secret;
use crate::model::finding::Finding;
use crate::model::value_from::SecretPart;
use crate::ports::CallError;

mod judge;
mod seen;
mod traps;
mod wanted;

pub(super) use traps::traps;

const NAME: &str = "secrets";

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether each secret and parameter of the definition is there, in the version that is meant; with --read-secrets, whether its JSON has the key",
        permissions: &[
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "ssm:DescribeParameters",
        ],
        causes: &[
            "secret-not-found",
            "secret-arn-malformed",
            "secret-not-json",
            "secret-json-key-missing",
            "kms-access-denied",
            "registry-credentials-secret-malformed",
            "ssm-parameter-not-found",
        ],
    }],
    look: Look::Beyond(|definite, beyond| look(definite, beyond).boxed()),
};

async fn look(definite: &Definite<'_>, beyond: &Beyond) -> Vec<Finding> {
    let wanted = wanted(definite.definition);
    let seen = see(definite, &wanted, beyond).await;
    judge(definite, &wanted, &seen)
}

/// Looks at everything that is wanted, each thing once.
async fn see(definite: &Definite<'_>, wanted: &[Wanted<'_>], beyond: &Beyond) -> Seen {
    let subject = definite.subject;
    let region = &*subject.region;
    let secrets = &beyond.secrets;
    let mut parts = BTreeMap::new();
    let mut texts = BTreeMap::new();
    let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for one in wanted {
        match &one.kind {
            Ok(Kind::Secret(part) | Kind::Registry(part)) => {
                parts.insert(&*part.id, part);
                if subject.read_secrets && one.is_looked_into() {
                    texts.insert(seen::version(part), part);
                }
            }
            Ok(Kind::Parameter(name)) if seen::is_listed(name, definite.definition) => {
                let region = name.region.as_deref().unwrap_or(region);
                names.entry(region).or_default().extend(name.names());
            }
            Ok(Kind::Parameter(_)) | Err(_) => {}
        }
    }
    let described = join_all(parts.into_values().map(|part| async move {
        let region = part.region.as_deref().unwrap_or(region);
        let found = secrets.secret(region, &part.id).await;
        let alike = match &found {
            Ok(None) => alike(part, region, beyond).await,
            Ok(Some(_)) | Err(_) => None,
        };
        (part.id.clone(), (found, alike))
    }));
    let read = join_all(
        texts
            .into_iter()
            .map(|(version, part)| async move { (version, secrets.text(region, part).await) }),
    );
    let listed = join_all(names.into_iter().map(|(region, names)| async move {
        let names: Vec<_> = names.into_iter().collect();
        (region.to_owned(), secrets.parameters(region, &names).await)
    }));
    let (described, read, listed) = join3(described, read, listed).await;
    Seen {
        secrets: described.into_iter().collect(),
        texts: read.into_iter().collect(),
        parameters: listed.into_iter().collect(),
    }
}

/// The secret that was probably meant by an ARN which leads to none. It is looked for by name,
/// which finds what is in the caller's account alone.
async fn alike(part: &SecretPart, region: &str, beyond: &Beyond) -> Option<Alike> {
    part.suffix()?;
    let whole = beyond.secrets.secret(region, &part.name);
    let shorter = beyond.secrets.secret(region, part.without_suffix());
    let (whole, shorter) = join(whole, shorter).await;
    let of_its_account = |found: Result<Option<Secret>, CallError>| {
        let secret = found.ok().flatten()?;
        let account = secret.arn.split(':').nth(4);
        (account == part.account.as_deref()).then_some(secret.arn)
    };
    let partial = of_its_account(whole).map(Alike::Partial);
    partial.or_else(|| of_its_account(shorter).map(Alike::Renewed))
}
