//! What a run leaves on this machine.

use serde_json::Value;

use super::explain;
use crate::model::event::Sink;
use crate::model::identity::Identity;
use crate::model::reach::Reach;
use crate::model::request::RunTaskRequest;
use crate::record::{About, Recorder, Store};
use crate::settings::Settings;

/// What stands in place of an environment variable's value.
const NOT_SHOWN: &str = "(not shown)";

/// A reporter before `inner` that keeps a record of the run as well, if one is wanted.
pub(super) fn recorder<'s>(
    inner: &'s mut dyn Sink,
    wanted: bool,
    settings: &Settings,
    identity: &Identity,
    command: &[String],
) -> Recorder<'s> {
    let about = About {
        who: Some(identity.who()),
        ci: identity.ci.as_ref().map(ToString::to_string),
        environment: settings.environment.clone(),
        profile: settings.profile.clone(),
        configuration_file: match &settings.reach {
            Some(Reach::File { path, .. }) => Some(path.clone()),
            Some(Reach::Profile(_)) | None => None,
        },
        region: settings.region.clone(),
        cluster: Some(settings.cluster.clone()),
        command: command.to_vec(),
        ..About::default()
    };
    let store = wanted.then(Store::of_user);
    Recorder::new(inner, store, about).explained_by(explain::of_run)
}

/// The request as a record holds it. Even values that the user wrote out stay away: a screen
/// forgets them, a file does not.
pub(super) fn request(request: &RunTaskRequest) -> Value {
    let mut request = request.clone();
    for container in &mut request.overrides.container_overrides {
        for variable in &mut container.environment {
            NOT_SHOWN.clone_into(&mut variable.value);
        }
    }
    serde_json::to_value(request).unwrap_or_default()
}
