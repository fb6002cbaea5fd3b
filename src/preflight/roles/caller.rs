//! `caller`: whether whoever runs this may start the task, follow it and read its log.

use futures_util::future::FutureExt as _;

use super::arn::{NamedRole, Place, Who};
use super::execution::without_place;
use super::grant::Principal;
use super::needs::{Need, of_caller, place};
use super::rights::{lacking, simulated};
use crate::model::account::caller::Caller;
use crate::model::account::ruling::Ruling;
use crate::model::finding::Finding;
use crate::ports::CallError;
use crate::ports::account::{Callers, Roles};
use crate::preflight::group::{About, Definite, Group, Look};
use crate::preflight::looked::could_not;

const NAME: &str = "caller";

pub(in crate::preflight) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether the caller may start the task, give it its roles, follow and stop it, and read its log",
        permissions: &["iam:GetRole", "iam:SimulatePrincipalPolicy"],
        causes: &["passrole-denied", "runtask-denied"],
    }],
    look: Look::Beyond(|definite, beyond| look(definite, &*beyond.roles, &*beyond.callers).boxed()),
};

pub(super) async fn look(
    definite: &Definite<'_>,
    roles: &dyn Roles,
    callers: &dyn Callers,
) -> Vec<Finding> {
    let Some(place) = place(definite) else {
        return vec![without_place(NAME)];
    };
    let caller = match callers.caller().await {
        Ok(caller) => caller,
        Err(error) => return vec![could_not(NAME, "the caller", &error)],
    };
    let (principal, arn) = match known(&caller, &place) {
        Ok(Asked::Simulated(principal, arn)) => (principal, arn),
        Ok(Asked::Role(name)) => match roles.role(&name).await {
            Ok(Some(role)) => (Principal::Role(name), role.arn),
            Ok(None) => return vec![without_role(&name)],
            Err(error) => return vec![could_not(NAME, &called(&Principal::Role(name)), &error)],
        },
        Err(finding) => return vec![finding],
    };
    let needs = of_caller(definite, &place, &passed(definite, &place));
    let rulings = simulated(roles, &arn, &needs).await;
    judge(&principal, &needs, rulings)
}

/// What is to be asked about a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// What the policies of this ARN allow.
    Simulated(Principal, String),
    /// First, the ARN of the role of this name: a session does not tell its path.
    Role(String),
}

/// Who the caller is, or what follows from that alone.
fn known(caller: &Caller, place: &Place) -> Result<Asked, Finding> {
    let (arn, account, own) = (&caller.arn, &caller.account, &place.account);
    if account != own {
        return Err(Finding::skip(
            NAME,
            format!(
                "{arn} belongs to account {account}, the task definition to {own}: what is allowed across accounts cannot be simulated from here"
            ),
        ));
    }
    match Who::parse(arn) {
        Who::Root => Err(Finding::pass(
            NAME,
            format!(
                "{arn} is the account's root: everything is allowed that the organization allows"
            ),
        )),
        Who::User(name) => Ok(Asked::Simulated(Principal::User(name), arn.clone())),
        Who::Session(role) => Ok(Asked::Role(role)),
        Who::Federated => Err(Finding::skip(
            NAME,
            format!("{arn} is a federated user: IAM does not simulate what such a session may do"),
        )),
        Who::Unknown => Err(Finding::skip(
            NAME,
            format!("{arn} is neither a user nor a role, whose rights IAM could simulate"),
        )),
    }
}

fn without_role(name: &str) -> Finding {
    Finding::skip(
        NAME,
        format!(
            "the role `{name}` of the caller is not there any more: its policies cannot be looked at"
        ),
    )
}

/// The roles that the task gets, as ARNs.
fn passed(definite: &Definite<'_>, place: &Place) -> Vec<String> {
    let definition = definite.definition;
    let roles = [&definition.execution_role, &definition.task_role];
    let roles = roles.into_iter().flatten();
    let mut arns: Vec<_> = roles
        .map(|role| NamedRole::parse(role, place).arn)
        .collect();
    arns.dedup();
    arns
}

fn called(principal: &Principal) -> String {
    match principal {
        Principal::Role(name) => format!("the caller's role `{name}`"),
        Principal::User(name) => format!("the caller, user `{name}`,"),
    }
}

fn judge(
    principal: &Principal,
    needs: &[Need],
    rulings: Result<Vec<Ruling>, CallError>,
) -> Vec<Finding> {
    let called = called(principal);
    let rulings = match rulings {
        Ok(rulings) => rulings,
        Err(error) => return vec![could_not(NAME, &format!("what {called} may do"), &error)],
    };
    let findings = lacking(NAME, &called, principal, needs, &rulings);
    if !findings.is_empty() {
        return findings;
    }
    let mut actions: Vec<_> = needs.iter().flat_map(|need| need.actions).collect();
    actions.sort();
    actions.dedup();
    let name = match principal {
        Principal::Role(name) => format!("role `{name}`"),
        Principal::User(name) => format!("user `{name}`"),
    };
    vec![Finding::pass(
        NAME,
        format!(
            "{name} is allowed the {} actions that a run needs, as far as its policies tell",
            actions.len()
        ),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::ruling::Decision;
    use crate::model::finding::Verdict;
    use crate::ports::CallErrorKind;
    use crate::preflight::group::tests::subject;

    fn judged(execute_command: bool, denied: &[&str], missing: &[&str]) -> Vec<Finding> {
        let mut subject = subject();
        subject.execute_command = execute_command;
        let definite = Definite {
            subject: &subject,
            definition: subject.definition.as_ref().expect("one"),
        };
        let place = place(&definite).expect("a place");
        let needs = of_caller(&definite, &place, &passed(&definite, &place));
        let rulings = needs.iter().flat_map(|need| {
            need.actions.iter().map(|action| Ruling {
                action: (*action).to_owned(),
                resource: need.resource.clone(),
                decision: if denied.contains(action) {
                    Decision::NotGranted
                } else {
                    Decision::Allowed
                },
                missing: missing.iter().map(|key| (*key).to_owned()).collect(),
            })
        });
        judge(
            &Principal::Role("deploy".into()),
            &needs,
            Ok(rulings.collect()),
        )
    }

    #[test]
    fn a_caller_who_may() {
        let findings = judged(false, &[], &[]);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].verdict, &*findings[0].message),
            (
                Verdict::Pass,
                "role `deploy` is allowed the 9 actions that a run needs, as far as its policies tell"
            )
        );
    }

    #[test]
    fn each_lacking_right_is_one_finding() {
        for (actions, cause) in [
            (&["ecs:RunTask"] as &[_], Some("runtask-denied")),
            (&["iam:PassRole"], Some("passrole-denied")),
            (
                &["ecs:DescribeTasks", "ecs:StopTask", "ecs:TagResource"],
                None,
            ),
            (&["ecs:ListTasks"], None),
            (&["ecs:DescribeTaskDefinition"], None),
            (&["logs:GetLogEvents", "logs:DescribeLogStreams"], None),
            (&["ecs:ExecuteCommand"], None),
        ] {
            let findings = judged(true, actions, &[]);
            assert_eq!(findings.len(), 1, "{actions:?}");
            let found = (findings[0].verdict, findings[0].cause);
            assert_eq!(found, (Verdict::Fail, cause), "{actions:?}");
        }
    }

    #[test]
    fn the_hint_names_both_roles() {
        let findings = judged(false, &["iam:PassRole"], &[]);
        assert_eq!(
            findings[0].message,
            "the caller's role `deploy` is not allowed iam:PassRole on arn:aws:iam::000000000000:role/everruns-execution and arn:aws:iam::000000000000:role/everruns-task"
        );
        let hint = findings[0].hint.as_deref().unwrap_or_default();
        assert!(hint.starts_with("aws iam put-role-policy --role-name deploy "));
        assert!(hint.contains(r#""Resource":["arn:aws:iam::000000000000:role/everruns-execution","arn:aws:iam::000000000000:role/everruns-task"]"#));
    }

    #[test]
    fn what_a_condition_may_change_is_a_warning() {
        let findings = judged(false, &["ecs:RunTask"], &["aws:SourceVpce"]);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].verdict, &*findings[0].message),
            (
                Verdict::Warn,
                "the caller's role `deploy` is not allowed ecs:RunTask on arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:*; a condition may change that: the simulation knows no aws:SourceVpce"
            )
        );
    }

    #[test]
    fn who_it_is() {
        let place = Place::of("arn:aws:ecs:us-east-1:000000000000:x", "us-east-1").expect("one");
        let asked = |arn: &str| {
            let caller = Caller {
                account: "000000000000".into(),
                arn: arn.into(),
            };
            known(&caller, &place).map_err(|finding| finding.verdict)
        };
        let user = "arn:aws:iam::000000000000:user/team/ana";
        assert_eq!(
            asked(user),
            Ok(Asked::Simulated(Principal::User("ana".into()), user.into()))
        );
        assert_eq!(
            asked("arn:aws:sts::000000000000:assumed-role/deploy/x"),
            Ok(Asked::Role("deploy".into()))
        );
        assert_eq!(asked("arn:aws:iam::000000000000:root"), Err(Verdict::Pass));
        assert_eq!(
            asked("arn:aws:sts::000000000000:federated-user/x"),
            Err(Verdict::Skip)
        );
        let stranger = Caller {
            account: "111111111111".into(),
            arn: "arn:aws:iam::111111111111:root".into(),
        };
        let finding = known(&stranger, &place).expect_err("told");
        assert_eq!(finding.verdict, Verdict::Skip);
    }

    #[test]
    fn a_missing_permission_is_named() {
        let denied = CallError {
            operation: "iam:SimulatePrincipalPolicy",
            kind: CallErrorKind::Denied,
            code: None,
            message: "no".into(),
        };
        let findings = judge(&Principal::User("ana".into()), &[], Err(denied));
        assert_eq!(findings[0].verdict, Verdict::Skip);
        assert_eq!(
            findings[0].message,
            "what the caller, user `ana`, may do could not be looked at: the caller lacks the permission iam:SimulatePrincipalPolicy"
        );
    }
}
