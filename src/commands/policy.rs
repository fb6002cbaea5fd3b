//! A run's patience, from the settings.

use super::person;
use crate::model::identity::Identity;
use crate::model::policy::{Leave, Policy};
use crate::settings::Settings;

/// The patience with the run's own task. What writes is not stopped unless the user says so: a
/// half-done migration is worse than a running one.
pub(super) fn of_own(settings: &Settings, identity: &Identity, exclusive: bool) -> Policy {
    let usual = if exclusive {
        Leave::Detach
    } else {
        Leave::Stop
    };
    Policy {
        start_timeout: Some(settings.start_timeout),
        before_start: Leave::Stop,
        asks: exclusive && settings.on_interrupt.is_none() && person::is_there(),
        ..policy(settings, identity, usual)
    }
}

/// The patience with a task that somebody else has started: it is left alone.
pub(super) fn of_others(settings: &Settings, identity: &Identity) -> Policy {
    policy(settings, identity, Leave::Detach)
}

fn policy(settings: &Settings, identity: &Identity, usual: Leave) -> Policy {
    let on_interrupt = settings.on_interrupt.unwrap_or(usual);
    Policy {
        start_timeout: None,
        timeout: settings.timeout,
        before_start: on_interrupt,
        on_interrupt,
        asks: false,
        on_timeout: settings.on_timeout.unwrap_or(on_interrupt),
        credentials_grace: settings.credentials_grace,
        drain: settings.drain,
        wait_stopped: settings.wait_stopped,
        who: identity.who(),
    }
}
