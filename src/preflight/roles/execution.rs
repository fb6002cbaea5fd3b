//! `execution-role`: the role by which ECS pulls images, reads secrets and writes logs.

use std::collections::BTreeMap;

use futures_util::future::{FutureExt as _, join, join_all};

use super::arn::{NamedRole, Place};
use super::grant::Principal;
use super::needs::{Keys, Need, is_behind_alias, of_execution, place, stored};
use super::rights::{counted, lacking, of_others, simulated};
use super::stored::Stored;
use super::trusted::{Part, judged, of_another_account};
use crate::model::account::encrypted::Encrypted;
use crate::model::account::role::Role;
use crate::model::account::ruling::Ruling;
use crate::model::finding::Finding;
use crate::ports::CallError;
use crate::ports::account::{Roles, Secrets};
use crate::preflight::group::{About, Definite, Group, Look};

const NAME: &str = "execution-role";

const PART: Part = Part {
    check: NAME,
    is: "execution role",
};

pub(in crate::preflight) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether the execution role is there, trusts ECS, and may read the secrets, pull the images and write the logs of this definition",
        permissions: &[
            "iam:GetRole",
            "iam:SimulatePrincipalPolicy",
            "secretsmanager:DescribeSecret",
            "ssm:DescribeParameters",
        ],
        causes: &[
            "account-mismatch",
            "assume-role-failed",
            "ecr-pull-access-denied",
            "execution-role-credentials-missing",
            "iam-misconfigured",
            "kms-access-denied",
            "log-group-access-denied",
            "secret-access-denied",
            "ssm-access-denied",
        ],
    }],
    look: Look::Beyond(|definite, beyond| look(definite, &*beyond.roles, &*beyond.secrets).boxed()),
};

/// What was seen of the role.
#[derive(Debug, Clone)]
struct Seen {
    role: Result<Option<Role>, CallError>,
    needs: Vec<Need>,
    rulings: Result<Vec<Ruling>, CallError>,
    /// Values whose keys are not known, and why.
    unknown: Vec<String>,
}

pub(super) async fn look(
    definite: &Definite<'_>,
    roles: &dyn Roles,
    secrets: &dyn Secrets,
) -> Vec<Finding> {
    let Some(place) = place(definite) else {
        return vec![without_place(NAME)];
    };
    let named = match named(definite, &place) {
        Ok(named) => named,
        Err(finding) => return vec![finding],
    };
    let stored = stored(definite.definition, &place);
    let described = stored.into_iter().map(|stored| described(secrets, stored));
    let (role, described) = join(roles.role(&named.name), join_all(described)).await;
    let (keys, unknown) = keys(described);
    let needs = of_execution(definite, &place, &keys);
    let arn = match &role {
        Ok(Some(role)) => &role.arn,
        _ => &named.arn,
    };
    let rulings = match &role {
        Ok(None) => Ok(Vec::new()),
        _ => simulated(roles, arn, &needs).await,
    };
    let seen = Seen {
        role,
        needs,
        rulings,
        unknown,
    };
    judge(&named, &place, &seen)
}

/// The definition's ARN tells the account: without it no other ARN can be made.
pub(super) fn without_place(name: &'static str) -> Finding {
    Finding::skip(
        name,
        "the task definition has no ARN that tells its account",
    )
}

/// The role's name, or what the definition alone tells.
fn named(definite: &Definite<'_>, place: &Place) -> Result<NamedRole, Finding> {
    let Some(role) = &definite.definition.execution_role else {
        return Err(without(definite, place));
    };
    let named = NamedRole::parse(role, place);
    match of_another_account(PART, &named, place) {
        Some(finding) => Err(finding),
        None => Ok(named),
    }
}

/// What it means that there is none.
fn without(definite: &Definite<'_>, place: &Place) -> Finding {
    let needs = of_execution(definite, place, &BTreeMap::new());
    if needs.is_empty() {
        return Finding::pass(NAME, "the definition has none, and needs none");
    }
    Finding::fail(
        NAME,
        format!(
            "the definition has no execution role, and needs one for {}",
            counted(&needs)
        ),
    )
    .because("execution-role-credentials-missing")
    .hinted("register a revision with an executionRoleArn; for images and logs alone the role needs the policy service-role/AmazonECSTaskExecutionRolePolicy")
}

async fn described(
    secrets: &dyn Secrets,
    stored: Stored,
) -> (Stored, Result<Option<Encrypted>, CallError>) {
    let at = stored.reference();
    let found = match &stored {
        Stored::Secret(_) => {
            let found = secrets.secret(&at.region, &at.names[0]).await;
            found.map(|found| found.map(Encrypted::from))
        }
        Stored::Parameter(_) => {
            let found = secrets.parameters(&at.region, &at.names).await;
            found.map(|found| found.into_iter().next().map(Encrypted::from))
        }
    };
    (stored, found)
}

/// What is known of the values, and of which the key is not known. What is not there is not told
/// here: the check of secrets tells it.
fn keys(described: Vec<(Stored, Result<Option<Encrypted>, CallError>)>) -> (Keys, Vec<String>) {
    let mut keys = Keys::new();
    let mut unknown = Vec::new();
    for (stored, found) in described {
        match found {
            Ok(Some(found)) => {
                if is_behind_alias(&found) {
                    unknown.push("a key that is named by an alias".to_owned());
                }
                keys.insert(stored, found);
            }
            Ok(None) => {}
            Err(error) => unknown.push(error.operation.to_owned()),
        }
    }
    unknown.sort();
    unknown.dedup();
    (keys, unknown)
}

fn judge(named: &NamedRole, place: &Place, seen: &Seen) -> Vec<Finding> {
    let rights = seen.rulings.as_ref().map(|rulings| {
        let principal = Principal::Role(named.name.clone());
        let called = PART.called(&named.name);
        lacking(NAME, &called, &principal, &seen.needs, rulings)
    });
    judged(PART, named, place, &seen.role, rights, |conditions| {
        sound(named, place, seen, conditions)
    })
}

fn sound(named: &NamedRole, place: &Place, seen: &Seen, conditions: &str) -> String {
    let name = &named.name;
    let of = match counted(&seen.needs) {
        counted if counted.is_empty() => "; this definition needs nothing of it".to_owned(),
        counted => format!(", and is allowed what it needs: {counted}"),
    };
    let unknown = match &*seen.unknown {
        [] => String::new(),
        some => format!(
            "; whether it may use the keys of all values was not looked at, for lack of {}",
            some.join(", ")
        ),
    };
    let foreign = match &*of_others(&seen.needs, &place.account) {
        [] => String::new(),
        some => format!(
            "; another account's own policy must allow it too, which is not seen from here: {}",
            some.join(", ")
        ),
    };
    format!("`{name}` trusts ECS{conditions}{of}{unknown}{foreign}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::ruling::Decision;
    use crate::model::definition::{SecretReference, TaskDefinition};
    use crate::model::finding::Verdict;
    use crate::ports::CallErrorKind;
    use crate::preflight::group::Subject;
    use crate::preflight::group::tests::subject;
    use crate::preflight::roles::trusted::tests::trusting;

    const ECS: &str = "ecs-tasks.amazonaws.com";
    const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-url-Ab12Cd";
    const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/0a";

    /// A definition with a secret, a parameter and a group that the driver makes.
    fn subject_with_all() -> (Subject, TaskDefinition) {
        let subject = subject();
        let mut definition = subject.definition.clone().expect("one");
        let container = &mut definition.containers[0];
        container.log_options.creates_group = true;
        container.secrets = [SECRET, "/everruns/url"]
            .map(|value_from| SecretReference {
                name: "URL".into(),
                value_from: value_from.into(),
            })
            .to_vec();
        (subject, definition)
    }

    fn place_and_needs(change: impl FnOnce(&mut TaskDefinition)) -> (Place, Vec<Need>) {
        let (subject, mut definition) = subject_with_all();
        change(&mut definition);
        let definite = Definite {
            subject: &subject,
            definition: &definition,
        };
        let place = place(&definite).expect("a place");
        let (keys, _) = keys(
            stored(&definition, &place)
                .into_iter()
                .map(|stored| {
                    let arn = stored.reference().arn.clone();
                    let key = matches!(stored, Stored::Secret(_)).then(|| KEY.to_owned());
                    (stored, Ok(Some(Encrypted { arn, key })))
                })
                .collect(),
        );
        let needs = of_execution(&definite, &place, &keys);
        (place, needs)
    }

    /// All is allowed, but for what is decided otherwise.
    fn rulings(needs: &[Need], otherwise: &[(&str, Decision)]) -> Vec<Ruling> {
        let all = needs.iter().flat_map(|need| {
            need.actions.iter().map(|action| Ruling {
                action: (*action).to_owned(),
                resource: need.resource.clone(),
                decision: otherwise
                    .iter()
                    .find(|(other, _)| other == action)
                    .map_or(Decision::Allowed, |(_, decision)| decision.clone()),
                missing: Vec::new(),
            })
        });
        all.collect()
    }

    fn judged(change: impl FnOnce(&mut Seen)) -> Vec<Finding> {
        let (place, needs) = place_and_needs(|_| ());
        let named = NamedRole::parse(
            "arn:aws:iam::000000000000:role/a/everruns-execution",
            &place,
        );
        let mut seen = Seen {
            role: Ok(Some(Role {
                arn: named.arn.clone(),
                trust: trusting(ECS),
            })),
            rulings: Ok(rulings(&needs, &[])),
            needs,
            unknown: Vec::new(),
        };
        change(&mut seen);
        judge(&named, &place, &seen)
    }

    fn denied(operation: &'static str) -> CallError {
        CallError {
            operation,
            kind: CallErrorKind::Denied,
            code: None,
            message: "no".into(),
        }
    }

    #[test]
    fn a_sound_role_passes() {
        let findings = judged(|_| ());
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].verdict, Verdict::Pass);
        assert_eq!(
            findings[0].message,
            "`everruns-execution` trusts ECS, and is allowed what it needs: 1 secret, 1 parameter, 1 key, 1 repository, 1 log group"
        );
        let conditions = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:SourceAccount":"000000000000"}}}}"#;
        let findings = judged(|seen| {
            seen.role = Ok(Some(Role {
                trust: conditions.into(),
                ..Role::default()
            }));
            seen.unknown = vec!["ssm:DescribeParameters".into()];
        });
        assert_eq!(
            findings[0].message,
            "`everruns-execution` trusts ECS, under conditions on aws:SourceAccount, and is allowed what it needs: 1 secret, 1 parameter, 1 key, 1 repository, 1 log group; whether it may use the keys of all values was not looked at, for lack of ssm:DescribeParameters"
        );
    }

    #[test]
    fn each_lacking_right_is_one_finding() {
        let not_granted = Decision::NotGranted;
        for (actions, verdict, cause) in [
            (
                vec!["secretsmanager:GetSecretValue"],
                Verdict::Fail,
                "secret-access-denied",
            ),
            (
                vec!["ssm:GetParameters"],
                Verdict::Fail,
                "ssm-access-denied",
            ),
            (vec!["kms:Decrypt"], Verdict::Warn, "kms-access-denied"),
            (
                vec!["ecr:GetAuthorizationToken"],
                Verdict::Fail,
                "ecr-pull-access-denied",
            ),
            (
                vec!["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                Verdict::Fail,
                "ecr-pull-access-denied",
            ),
            (
                vec!["logs:CreateLogGroup", "logs:CreateLogStream"],
                Verdict::Fail,
                "log-group-access-denied",
            ),
        ] {
            let otherwise: Vec<_> = actions
                .iter()
                .map(|action| (*action, not_granted.clone()))
                .collect();
            let findings = judged(|seen| seen.rulings = Ok(rulings(&seen.needs, &otherwise)));
            assert_eq!(findings.len(), 1, "{actions:?}");
            let found = (findings[0].verdict, findings[0].cause);
            assert_eq!(found, (verdict, Some(cause)), "{actions:?}");
            for action in actions {
                assert!(findings[0].message.contains(action), "{action}");
                let hint = findings[0].hint.as_deref().unwrap_or_default();
                assert!(hint.contains(action), "{action}");
            }
        }
    }

    #[test]
    fn a_role_that_ecs_cannot_have() {
        let cases = [
            (Ok(None), Verdict::Fail, Some("assume-role-failed")),
            (
                Ok(Some(Role {
                    trust: trusting("ec2.amazonaws.com"),
                    ..Role::default()
                })),
                Verdict::Fail,
                Some("assume-role-failed"),
            ),
            (Ok(Some(Role::default())), Verdict::Skip, None),
            (Err(denied("iam:GetRole")), Verdict::Skip, None),
        ];
        for (role, verdict, cause) in cases {
            let findings = judged(|seen| seen.role = role.clone());
            assert_eq!(findings.len(), 1, "{role:?}");
            assert_eq!((findings[0].verdict, findings[0].cause), (verdict, cause));
        }
        let findings = judged(|seen| seen.rulings = Err(denied("iam:SimulatePrincipalPolicy")));
        assert_eq!(
            findings[0].message,
            "what the execution role `everruns-execution` may do could not be looked at: the caller lacks the permission iam:SimulatePrincipalPolicy"
        );
    }

    #[test]
    fn what_the_definition_alone_tells() {
        let told = |change: fn(&mut Subject, &mut TaskDefinition)| {
            let (mut subject, mut definition) = subject_with_all();
            change(&mut subject, &mut definition);
            let definite = Definite {
                subject: &subject,
                definition: &definition,
            };
            let place = place(&definite).expect("a place");
            named(&definite, &place).map_err(|finding| (finding.verdict, finding.cause))
        };
        assert!(told(|_, _| ()).is_ok());
        assert_eq!(
            told(|_, definition| definition.execution_role =
                Some("arn:aws:iam::111111111111:role/x".into())),
            Err((Verdict::Fail, Some("account-mismatch")))
        );
        assert_eq!(
            told(|_, definition| definition.execution_role = None),
            Err((Verdict::Fail, Some("execution-role-credentials-missing")))
        );
        assert_eq!(
            told(|subject, definition| {
                definition.execution_role = None;
                definition.containers[0].secrets.clear();
                subject.request.launch_type = Some("EC2".into());
            }),
            Err((Verdict::Pass, None))
        );
    }
}
