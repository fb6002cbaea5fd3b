//! Letting checks look, side by side, in bounded time.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::{Instant, sleep_until};

use super::stage;
use crate::model::event::{EventKind, Sink, Waiting};
use crate::model::finding::Finding;
use crate::preflight::{Account, Group, Subject, look};

/// After this long, what has not answered is said to be slow.
const SLOW: Duration = Duration::from_secs(5);

/// Everything that these groups find, in their order. What has not answered within `patience` is
/// skipped.
pub(super) async fn look_all<'g>(
    groups: impl IntoIterator<Item = &'g Group>,
    subject: &Subject,
    account: &Account,
    patience: Duration,
    sink: &mut dyn Sink,
) -> Vec<Finding> {
    let began = Instant::now();
    let groups: Vec<_> = groups.into_iter().collect();
    let mut found: Vec<Option<Vec<Finding>>> = groups.iter().map(|_| None).collect();
    let looks = groups.iter().enumerate();
    let mut looks: FuturesUnordered<_> = looks
        .map(|(index, group)| async move { (index, look(group, subject, account).await) })
        .collect();
    let mut next_word = began + SLOW;
    loop {
        tokio::select! {
            looked = looks.next() => match looked {
                Some((index, findings)) => found[index] = Some(findings),
                None => break,
            },
            () = sleep_until(next_word.min(began + patience)) => {
                if began.elapsed() >= patience {
                    break;
                }
                next_word += SLOW;
                let waiting = slow(&groups, &found, began.elapsed());
                stage::say(sink, EventKind::Waiting(waiting));
            }
        }
    }
    let all = groups.iter().zip(found);
    all.flat_map(|(group, findings)| findings.unwrap_or_else(|| given_up(group, patience)))
        .collect()
}

fn slow(groups: &[&Group], found: &[Option<Vec<Finding>>], elapsed: Duration) -> Waiting {
    let waiting = groups
        .iter()
        .zip(found)
        .filter(|(_, found)| found.is_none());
    let names = waiting.flat_map(|(group, _)| group.checks.iter().map(|about| about.name));
    let names: Vec<_> = names.collect();
    Waiting {
        phase: "CHECKING".to_owned(),
        what: format!("AWS is slow to answer about {}", names.join(", ")),
        elapsed,
    }
}

fn given_up(group: &Group, patience: Duration) -> Vec<Finding> {
    let names = group.checks.iter().map(|about| about.name);
    let why = format!("AWS did not answer within {} s", patience.as_secs());
    names.map(|name| Finding::skip(name, why.clone())).collect()
}
