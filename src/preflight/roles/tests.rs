//! The three checks against an account that answers at once.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::FutureExt as _;

use super::trusted::tests::trusting;
use super::{caller, execution, task};
use crate::model::account::caller::Caller;
use crate::model::account::role::Role;
use crate::model::account::ruling::{Decision, Question, Ruling};
use crate::model::account::stored::{Parameter, Secret};
use crate::model::definition::SecretReference;
use crate::model::finding::{Finding, Verdict};
use crate::model::secret_text::SecretText;
use crate::model::value_from::{SecretPart, ValueFrom};
use crate::ports::CallError;
use crate::ports::account::{Callers, Roles, Secrets};
use crate::preflight::group::tests::subject;
use crate::preflight::group::{Definite, Subject};

const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-url";
const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/0a";

/// An account in which each role is below a path, and one action is not allowed.
#[derive(Default)]
struct Fake {
    denies: &'static str,
    asked: Mutex<Vec<Question>>,
}

#[async_trait]
impl Callers for Fake {
    async fn caller(&self) -> Result<Caller, CallError> {
        Ok(Caller {
            account: "000000000000".into(),
            arn: "arn:aws:sts::000000000000:assumed-role/deploy/session".into(),
        })
    }
}

#[async_trait]
impl Roles for Fake {
    async fn role(&self, name: &str) -> Result<Option<Role>, CallError> {
        Ok(Some(Role {
            arn: format!("arn:aws:iam::000000000000:role/below/{name}"),
            trust: trusting("ecs-tasks.amazonaws.com"),
        }))
    }

    async fn simulate(&self, question: &Question) -> Result<Vec<Ruling>, CallError> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(question.clone());
        let resources = question.resources.iter();
        let all = resources.flat_map(|resource| {
            question.actions.iter().map(|action| Ruling {
                action: (*action).to_owned(),
                resource: resource.clone(),
                decision: if *action == self.denies {
                    Decision::NotGranted
                } else {
                    Decision::Allowed
                },
                missing: Vec::new(),
            })
        });
        Ok(all.collect())
    }
}

#[async_trait]
impl Secrets for Fake {
    async fn secret(&self, _: &str, id: &str) -> Result<Option<Secret>, CallError> {
        Ok(Some(Secret {
            arn: format!("{id}-Ab12Cd"),
            kms_key: Some(KEY.into()),
            ..Secret::default()
        }))
    }

    async fn parameters(&self, _: &str, _: &[String]) -> Result<Vec<Parameter>, CallError> {
        Ok(Vec::new())
    }

    async fn text(&self, _: &str, _: &SecretPart) -> Result<Option<SecretText>, CallError> {
        unreachable!("no value is read")
    }

    async fn value(&self, _: &str, _: &ValueFrom) -> Result<SecretText, CallError> {
        unreachable!("no value is read")
    }
}

impl Fake {
    fn denying(action: &'static str) -> Self {
        Self {
            denies: action,
            ..Self::default()
        }
    }

    /// What all three found, in their order.
    fn found(&self) -> Vec<Finding> {
        let mut subject: Subject = subject();
        subject.execute_command = true;
        let mut definition = subject.definition.clone().expect("one");
        definition.containers[0].secrets = vec![SecretReference {
            name: "URL".into(),
            value_from: format!("{SECRET}:url::"),
        }];
        let definite = Definite {
            subject: &subject,
            definition: &definition,
        };
        let findings = [
            execution::look(&definite, self, self).now_or_never(),
            task::look(&definite, self).now_or_never(),
            caller::look(&definite, self, self).now_or_never(),
        ];
        findings.into_iter().flatten().flatten().collect()
    }
}

#[test]
fn a_sound_account_passes_and_each_principal_is_asked_by_its_real_arn() {
    let fake = Fake::default();
    let findings = fake.found();
    let verdicts: Vec<_> = findings.iter().map(|it| (it.name, it.verdict)).collect();
    assert_eq!(
        verdicts,
        [
            ("execution-role", Verdict::Pass),
            ("task-role", Verdict::Pass),
            ("caller", Verdict::Pass)
        ]
    );
    let asked = fake
        .asked
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let mut principals: Vec<_> = asked.iter().map(|it| &*it.principal).collect();
    principals.dedup();
    assert_eq!(
        principals,
        [
            "arn:aws:iam::000000000000:role/below/everruns-execution",
            "arn:aws:iam::000000000000:role/below/everruns-task",
            "arn:aws:iam::000000000000:role/below/deploy",
        ]
    );
    let about_secret = asked
        .iter()
        .find(|it| it.actions == ["secretsmanager:GetSecretValue"]);
    assert_eq!(
        about_secret.map(|it| &*it.resources),
        Some([format!("{SECRET}-Ab12Cd")].as_slice())
    );
}

#[test]
fn one_right_that_is_lacking_is_found_by_one_check() {
    for (action, name) in [
        ("secretsmanager:GetSecretValue", "execution-role"),
        ("kms:Decrypt", "execution-role"),
        ("logs:PutLogEvents", "execution-role"),
        ("ssmmessages:OpenDataChannel", "task-role"),
        ("iam:PassRole", "caller"),
        ("ecs:ExecuteCommand", "caller"),
    ] {
        let mut findings = Fake::denying(action).found();
        findings.retain(|finding| finding.verdict != Verdict::Pass);
        let names: Vec<_> = findings.iter().map(|finding| finding.name).collect();
        assert_eq!(names, [name], "{action}");
        assert!(findings[0].message.contains(action), "{action}");
    }
}
