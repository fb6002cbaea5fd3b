//! Looks that are refused in a way that does not pass by itself.

use std::time::Duration;

use tokio::time::Instant;

use crate::ports::CallErrorKind;

/// How long an error that does not pass by itself is borne: permissions take a while to spread.
const REFUSED_FOR: Duration = Duration::from_mins(1);

/// Each look was refused so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) since: Instant,
    kind: CallErrorKind,
    /// Whether the last answer was this, and not trouble with the network.
    pub(super) is_last: bool,
}

impl Refusal {
    /// What is left of a refusal `before` after another error. Each kind has a patience of its own.
    /// That the network is down as well says nothing about credentials; permissions are told by
    /// AWS alone.
    pub(super) fn after(before: Option<Self>, kind: CallErrorKind, now: Instant) -> Option<Self> {
        let lasts = |before: &Self| {
            before.kind == kind || before.kind == CallErrorKind::Credentials && kind.is_passing()
        };
        let new = (!kind.is_passing()).then_some(Self {
            since: now,
            kind,
            is_last: true,
        });
        match before.filter(lasts) {
            Some(before) => Some(Self {
                is_last: before.kind == kind,
                ..before
            }),
            None => new,
        }
    }

    /// How long it is borne.
    pub(super) fn patience(&self, credentials_grace: Duration) -> Duration {
        match self.kind {
            CallErrorKind::Credentials => credentials_grace,
            _ => REFUSED_FOR,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lasts_and_what_ends_a_refusal() {
        use CallErrorKind::{Credentials, Denied, Network};
        let now = Instant::now();
        let later = now + Duration::from_secs(30);
        let first = Refusal::after(None, Credentials, now);
        assert!(Refusal::after(None, Network, now).is_none());
        let blurred = Refusal::after(first, Network, later).expect("it lasts");
        assert_eq!((blurred.since, blurred.is_last), (now, false));
        let again = Refusal::after(Some(blurred), Credentials, later).expect("it lasts");
        assert_eq!((again.since, again.is_last), (now, true));
        let other = Refusal::after(first, Denied, later).expect("another one");
        assert_eq!(other.since, later);
        assert_eq!(Refusal::after(Some(other), Network, later), None);
    }
}
