//! `task-role`: the role that the containers have.

use futures_util::future::FutureExt as _;

use super::arn::{NamedRole, Place};
use super::execution::without_place;
use super::grant::Principal;
use super::needs::{Need, of_task, place};
use super::rights::{lacking, simulated};
use super::trusted::{Part, judged, of_another_account};
use crate::model::account::role::Role;
use crate::model::account::ruling::Ruling;
use crate::model::finding::Finding;
use crate::ports::CallError;
use crate::ports::account::Roles;
use crate::preflight::group::{About, Definite, Group, Look};

const NAME: &str = "task-role";

const PART: Part = Part {
    check: NAME,
    is: "task role",
};

pub(in crate::preflight) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether the task role is there, trusts ECS, and may open sessions where commands shall be run in the containers",
        permissions: &["iam:GetRole", "iam:SimulatePrincipalPolicy"],
        causes: &[
            "account-mismatch",
            "assume-role-failed",
            "exec-without-task-role",
            "iam-misconfigured",
        ],
    }],
    look: Look::Beyond(|definite, beyond| look(definite, &*beyond.roles).boxed()),
};

/// What was seen of the role.
#[derive(Debug, Clone)]
struct Seen {
    role: Result<Option<Role>, CallError>,
    needs: Vec<Need>,
    rulings: Result<Vec<Ruling>, CallError>,
}

pub(super) async fn look(definite: &Definite<'_>, roles: &dyn Roles) -> Vec<Finding> {
    let Some(place) = place(definite) else {
        return vec![without_place(NAME)];
    };
    let named = match named(definite, &place) {
        Ok(named) => named,
        Err(finding) => return vec![finding],
    };
    let needs = of_task(definite);
    let role = roles.role(&named.name).await;
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
    };
    judge(&named, &place, &seen)
}

/// The role's name, or what the definition alone tells.
fn named(definite: &Definite<'_>, place: &Place) -> Result<NamedRole, Finding> {
    let Some(role) = &definite.definition.task_role else {
        return Err(if definite.subject.execute_command {
            Finding::fail(
                NAME,
                "the definition has no task role, and commands can be run in containers only with one",
            )
            .because("exec-without-task-role")
            .hinted("register a revision with a taskRoleArn whose role may ssmmessages:*, or turn ECS Exec off")
        } else {
            Finding::pass(NAME, "the definition has none")
        });
    };
    let named = NamedRole::parse(role, place);
    match of_another_account(PART, &named, place) {
        Some(finding) => Err(finding),
        None => Ok(named),
    }
}

fn judge(named: &NamedRole, place: &Place, seen: &Seen) -> Vec<Finding> {
    let rights = seen.rulings.as_ref().map(|rulings| {
        let principal = Principal::Role(named.name.clone());
        let called = PART.called(&named.name);
        lacking(NAME, &called, &principal, &seen.needs, rulings)
    });
    judged(PART, named, place, &seen.role, rights, |conditions| {
        let may = if seen.needs.is_empty() {
            "; what the containers need of it is not known"
        } else {
            ", and may open sessions"
        };
        format!("`{}` trusts ECS{conditions}{may}", named.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::ruling::Decision;
    use crate::model::finding::Verdict;
    use crate::preflight::group::Subject;
    use crate::preflight::group::tests::subject;
    use crate::preflight::roles::trusted::tests::trusting;

    fn named_in(subject: &Subject) -> Result<(NamedRole, Place), Finding> {
        let definite = Definite {
            subject,
            definition: subject.definition.as_ref().expect("one"),
        };
        let place = place(&definite).expect("a place");
        named(&definite, &place).map(|named| (named, place))
    }

    fn judged(execute_command: bool, trusted: &str, decision: &Decision) -> Vec<Finding> {
        let mut subject = subject();
        subject.execute_command = execute_command;
        let (named, place) = named_in(&subject).expect("a role");
        let definite = Definite {
            subject: &subject,
            definition: subject.definition.as_ref().expect("one"),
        };
        let needs = of_task(&definite);
        let rulings = needs.iter().flat_map(|need| {
            need.actions.iter().map(|action| Ruling {
                action: (*action).to_owned(),
                resource: need.resource.clone(),
                decision: decision.clone(),
                missing: Vec::new(),
            })
        });
        let seen = Seen {
            role: Ok(Some(Role {
                arn: named.arn.clone(),
                trust: trusting(trusted),
            })),
            rulings: Ok(rulings.collect()),
            needs: needs.clone(),
        };
        judge(&named, &place, &seen)
    }

    #[test]
    fn sound_and_broken() {
        let ecs = "ecs-tasks.amazonaws.com";
        for (execute_command, trusted, decision, verdict, message) in [
            (
                false,
                ecs,
                Decision::NotGranted,
                Verdict::Pass,
                "`everruns-task` trusts ECS; what the containers need of it is not known",
            ),
            (
                true,
                ecs,
                Decision::Allowed,
                Verdict::Pass,
                "`everruns-task` trusts ECS, and may open sessions",
            ),
            (
                true,
                ecs,
                Decision::NotGranted,
                Verdict::Fail,
                "the task role `everruns-task` is not allowed ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel",
            ),
            (
                true,
                "ecs.amazonaws.com",
                Decision::Allowed,
                Verdict::Fail,
                "the task role `everruns-task` does not let ecs-tasks.amazonaws.com assume it: its trust policy names others",
            ),
        ] {
            let findings = judged(execute_command, trusted, &decision);
            assert_eq!(findings.len(), 1);
            assert_eq!(findings[0].message, message);
            assert_eq!(findings[0].verdict, verdict);
        }
    }

    #[test]
    fn without_a_role() {
        let told = |execute_command| {
            let mut subject = subject();
            subject.execute_command = execute_command;
            subject.definition.as_mut().expect("one").task_role = None;
            let finding = named_in(&subject).expect_err("told");
            (finding.verdict, finding.cause)
        };
        assert_eq!(told(false), (Verdict::Pass, None));
        assert_eq!(told(true), (Verdict::Fail, Some("exec-without-task-role")));
    }
}
