//! A run's patience, from the settings.

use super::person;
use crate::model::identity::Identity;
use crate::model::policy::{Leave, Policy};
use crate::settings::Settings;
use crate::settings::key::Key;
use crate::settings::layer::Layers;

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
        asks: exclusive && settings.on_interrupt.is_none() && person::has_terminal(),
        ..policy(settings, identity, usual)
    }
}

/// The patience with a task that somebody else has started: it is left alone, unless a flag of this
/// very command says otherwise. What the configuration file says is about the user's own runs.
pub(super) fn of_others(settings: &Settings, layers: &Layers, identity: &Identity) -> Policy {
    let by_flag = |key, leave: Option<Leave>| leave.filter(|_| layers.is_by_flag(key));
    let settings = Settings {
        on_interrupt: by_flag(Key::OnInterrupt, settings.on_interrupt),
        on_timeout: by_flag(Key::OnTimeout, settings.on_timeout),
        ..settings.clone()
    };
    policy(&settings, identity, Leave::Detach)
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
