//! What the text of a reference tells against it.

use super::NAME;
use super::wanted::{Kind, Wanted, wanted};
use crate::model::definition::TaskDefinition;
use crate::model::finding::Finding;
use crate::model::value_from::{Malformed, SecretPart};

/// What the definition alone tells against its secrets, without a call.
pub(in crate::preflight) fn traps(definition: &TaskDefinition, region: &str) -> Vec<Finding> {
    let wanted = wanted(definition);
    let trap = |one: &Wanted<'_>| match &one.kind {
        Err(error) => Some(malformed(one, error)),
        Ok(Kind::Secret(part) | Kind::Registry(part)) => perhaps_partial(one, part, region),
        Ok(Kind::Parameter(_)) => None,
    };
    wanted.iter().filter_map(trap).collect()
}

pub(super) fn malformed(wanted: &Wanted<'_>, error: &Malformed) -> Finding {
    let message = format!("{}: {error}", wanted.user());
    let finding = Finding::fail(NAME, message);
    if error.is_about_parameter() {
        let hint = match error {
            Malformed::DoubleSlash { .. } => {
                "register a revision with one slash after `parameter` and between the levels"
            }
            Malformed::WithoutSlash(_) => "register a revision with a slash before the name",
            _ => {
                "register a revision with the parameter's name or its ARN, arn:aws:ssm:REGION:ACCOUNT:parameter/NAME"
            }
        };
        return finding.because("ssm-parameter-not-found").hinted(hint);
    }
    finding.because("secret-arn-malformed").hinted(
        "register a revision with arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX, and to take one key of its JSON with :KEY:: after it",
    )
}

/// Secrets Manager takes a hyphen and six characters at the end of an ARN for what it added itself.
pub(super) fn perhaps_partial(
    wanted: &Wanted<'_>,
    part: &SecretPart,
    region: &str,
) -> Option<Finding> {
    let end = part.chosen_suffix()?;
    let (name, region) = (&part.name, part.region.as_deref().unwrap_or(region));
    Some(
        Finding::warn(
            NAME,
            format!(
                "{}: if `-{end}` belongs to the name of the secret `{name}`, it is not found: Secrets Manager takes a hyphen and six characters at the end of an ARN for the suffix that it adds itself",
                wanted.user()
            ),
        )
        .because("secret-not-found")
        .hinted(format!(
            "name it by its whole ARN: aws secretsmanager describe-secret --secret-id {name} --region {region} --query ARN"
        )),
    )
}
