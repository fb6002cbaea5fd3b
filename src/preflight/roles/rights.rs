//! What is needed against what is allowed.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use super::arn::Arn;
use super::grant::{Principal, grant};
use super::needs::{Kind, Need};
use crate::model::account::ruling::{Decision, Question, Ruling};
use crate::model::finding::Finding;
use crate::ports::CallError;
use crate::ports::account::Roles;

/// How many resources go into one question.
const AT_ONCE: usize = 20;

/// Has all of it simulated, side by side.
pub(super) async fn simulated(
    roles: &dyn Roles,
    principal: &str,
    needs: &[Need],
) -> Result<Vec<Ruling>, CallError> {
    let questions = questions(principal, needs);
    let answers = try_join_all(questions.iter().map(|question| roles.simulate(question))).await?;
    Ok(answers.into_iter().flatten().collect())
}

/// One question for what has the same actions and the same context.
fn questions(principal: &str, needs: &[Need]) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for need in needs {
        let same = |question: &&mut Question| {
            question.actions == need.actions
                && question.context == need.context
                && question.resources.len() < AT_ONCE
        };
        let resource = need.resource.clone();
        match questions.iter_mut().find(same) {
            // `*` stands for itself: with others it would not be told apart.
            Some(question) if resource != "*" => {
                if !question.resources.contains(&resource) {
                    question.resources.push(resource);
                }
            }
            _ => questions.push(Question {
                principal: principal.to_owned(),
                actions: need.actions.to_vec(),
                resources: vec![resource],
                context: need.context.clone(),
            }),
        }
    }
    questions
}

/// Actions that are not allowed on a resource, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lack<'a> {
    kind: Kind,
    actions: Vec<&'static str>,
    needs: Vec<&'a Need>,
    why: Why,
    missing: BTreeSet<String>,
}

/// Why something is not allowed, the weightiest last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Unanswered,
    NotGranted,
    OutOfBounds,
    Organization,
    Denied(Vec<String>),
}

/// What of the needs is not allowed.
fn lacks<'a>(needs: &'a [Need], rulings: &[Ruling]) -> Vec<Lack<'a>> {
    let mut lacks: Vec<Lack<'a>> = Vec::new();
    for need in needs {
        let mut lack = Lack {
            kind: need.kind,
            actions: Vec::new(),
            needs: vec![need],
            why: Why::Unanswered,
            missing: BTreeSet::new(),
        };
        for action in need.actions {
            let about = |it: &&Ruling| {
                it.action.eq_ignore_ascii_case(action) && it.resource == need.resource
            };
            // The same action on the same resource may have been asked in two contexts.
            let own = rulings.iter().filter(about);
            let Some(ruling) = own
                .clone()
                .find(|it| it.decision != Decision::Allowed)
                .or_else(|| own.clone().next())
            else {
                lack.actions.push(action);
                continue;
            };
            let why = match &ruling.decision {
                Decision::Allowed => continue,
                Decision::NotGranted => Why::NotGranted,
                Decision::OutOfBounds => Why::OutOfBounds,
                Decision::Organization => Why::Organization,
                Decision::Denied { by } => Why::Denied(by.clone()),
            };
            lack.actions.push(action);
            lack.missing.extend(ruling.missing.iter().cloned());
            lack.why = lack.why.max(why);
        }
        if lack.actions.is_empty() {
            continue;
        }
        match lacks.iter_mut().find(|other| joins(other, &lack)) {
            Some(other) => {
                for action in lack.actions {
                    if !other.actions.contains(&action) {
                        other.actions.push(action);
                    }
                }
                other.needs.extend(lack.needs);
                other.missing.extend(lack.missing);
            }
            None => lacks.push(lack),
        }
    }
    lacks
}

/// What makes one finding: rights of one kind on what one statement would allow. The passing of
/// roles is one thing, and so are sessions, which need two resources.
fn joins(one: &Lack<'_>, other: &Lack<'_>) -> bool {
    let is_one_thing = matches!(one.kind, Kind::Pass | Kind::Session);
    let same = one.needs[0].grant == other.needs[0].grant;
    one.kind == other.kind && one.why == other.why && (same || is_one_thing)
}

/// One finding for each thing that is not allowed. `whom` is in a sentence, for example "the
/// execution role `x`".
pub(super) fn lacking(
    name: &'static str,
    whom: &str,
    principal: &Principal,
    needs: &[Need],
    rulings: &[Ruling],
) -> Vec<Finding> {
    let lacks = lacks(needs, rulings);
    let findings = lacks
        .iter()
        .map(|lack| finding(name, whom, principal, lack));
    findings.collect()
}

fn finding(name: &'static str, whom: &str, principal: &Principal, lack: &Lack<'_>) -> Finding {
    let actions = lack.actions.join(", ");
    let mut resources: Vec<&str> = lack.needs.iter().map(|need| &*need.grant).collect();
    resources.dedup();
    let on = match &*resources {
        ["*"] => String::new(),
        some => format!(" on {}", some.join(" and ")),
    };
    if lack.why == Why::Unanswered {
        return Finding::skip(
            name,
            format!("whether {whom} is allowed {actions}{on} was not answered by IAM"),
        );
    }
    let what = format!("{whom} is not allowed {actions}{on}");
    let (reason, hint) = match &lack.why {
        Why::Denied(by) if by.is_empty() => (
            ": a policy denies it",
            "an allowing policy does not help: take the denying statement out".to_owned(),
        ),
        Why::Denied(by) => (
            ": a policy denies it",
            format!(
                "an allowing policy does not help: take the denying statement out of {}",
                by.join(", ")
            ),
        ),
        Why::Organization => (
            ": a policy of the organization does not let it",
            "whoever manages the organization's service control policies must allow it".to_owned(),
        ),
        Why::OutOfBounds => (
            ": its permissions boundary does not let it",
            "allow it in the permissions boundary as well as in a policy".to_owned(),
        ),
        Why::NotGranted | Why::Unanswered => ("", grant(principal, &lack.actions, &resources)),
    };
    let unseen = match lack.kind {
        kind if lack.why != Why::NotGranted || !kind.has_own_policy() => String::new(),
        kind => format!(", unless the {}'s own policy allows it", kind.nouns().0),
    };
    let finding = if !lack.missing.is_empty() {
        let missing = lack.missing.iter().map(String::as_str).collect::<Vec<_>>();
        let missing = missing.join(", ");
        Finding::warn(
            name,
            format!(
                "{what}{reason}{unseen}; a condition may change that: the simulation knows no {missing}"
            ),
        )
    } else if lack
        .actions
        .iter()
        .all(|action| *action == "logs:CreateLogGroup")
    {
        // The driver asks for it only where the group is not there.
        Finding::warn(
            name,
            format!("{what}{reason}, which it needs where the group is not there"),
        )
    } else if lack.kind == Kind::Key && lack.why == Why::NotGranted {
        // A key's own policy is where such a right usually is.
        Finding::warn(name, format!("{what}{unseen}"))
    } else {
        Finding::fail(name, format!("{what}{reason}{unseen}"))
    };
    let finding = finding.hinted(hint);
    match lack.kind.cause() {
        Some(cause) => finding.because(cause),
        None => finding,
    }
}

/// What there is of each kind, for a pass: `2 secrets, 1 repository`.
pub(super) fn counted(needs: &[Need]) -> String {
    let kinds: BTreeSet<Kind> = needs.iter().map(|need| need.kind).collect();
    let parts = kinds.into_iter().filter_map(|kind| {
        let (one, many) = kind.nouns();
        let of = needs.iter().filter(|need| need.kind == kind);
        let count = of.map(|need| &need.grant).collect::<BTreeSet<_>>().len();
        let noun = if count == 1 { one } else { many };
        (kind != Kind::Registry).then(|| format!("{count} {noun}"))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Resources of other accounts whose own policies must allow it too, which is not seen from here.
pub(super) fn of_others<'a>(needs: &'a [Need], account: &str) -> Vec<&'a str> {
    let foreign = needs.iter().filter(|need| {
        let owner = Arn::parse(&need.resource).map_or("", |arn| arn.account);
        need.kind.has_own_policy() && !owner.is_empty() && owner != account
    });
    let mut resources: Vec<_> = foreign.map(|need| &*need.resource).collect();
    resources.dedup();
    resources
}

#[cfg(test)]
mod tests;
