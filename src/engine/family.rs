//! The tasks of a family, each with the words that it runs.

use std::collections::BTreeMap;

use super::in_time;
use crate::model::task::{TaskSnapshot, family};
use crate::model::writers::is_alive;
use crate::ports::{CallError, CallErrorKind, Tasks};

/// Every task of the family of `definition_arn`. What a living task without a command of its own
/// runs is told by the revision that it was started from: where that is another one, it is read.
pub(super) async fn family_tasks(
    tasks: &dyn Tasks,
    cluster: &str,
    definition_arn: &str,
) -> Result<Vec<TaskSnapshot>, CallError> {
    let mut found = in_time::family_tasks(tasks, cluster, family(definition_arn)).await?;
    let mut revisions = BTreeMap::new();
    for task in &mut found {
        let Some(arn) = &task.definition_arn else {
            continue;
        };
        if arn == definition_arn || !task.commands.is_empty() || !is_alive(task) {
            continue;
        }
        if !revisions.contains_key(arn) {
            revisions.insert(arn.clone(), own_command(tasks, arn).await?);
        }
        task.commands.extend(revisions[arn].clone());
    }
    Ok(found)
}

/// The deciding container of a revision and its words, as far as they can be told.
async fn own_command(
    tasks: &dyn Tasks,
    definition_arn: &str,
) -> Result<Option<(String, Vec<String>)>, CallError> {
    let definition = match in_time::describe_definition(tasks, definition_arn).await {
        Ok(definition) => definition,
        // It was deleted under its task.
        Err(error) if error.kind == CallErrorKind::Rejected => return Ok(None),
        Err(error) => return Err(error),
    };
    let deciding = definition.deciding_container(None).ok();
    Ok(deciding.map(|container| (container.name.clone(), container.command.clone())))
}
