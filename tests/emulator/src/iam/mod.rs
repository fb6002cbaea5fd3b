//! IAM: roles, and what would be allowed.

mod policy;
mod roles;
mod simulation;

use serde_json::Value;

use crate::form::Form;
use crate::refusal::Refusal;
use crate::world::World;

/// The caller's ARN.
pub(crate) use simulation::caller_arn;

pub(crate) fn call(world: &World, operation: &str, body: &Value) -> Result<Value, Refusal> {
    let form = Form(body);
    let account = &world.scenario.account;
    match operation {
        "GetRole" => roles::get_role(account, form),
        "ListAttachedRolePolicies" => roles::list_attached_role_policies(account, form),
        "ListRolePolicies" => roles::list_role_policies(account, form),
        "GetRolePolicy" => roles::get_role_policy(account, form),
        "SimulatePrincipalPolicy" => simulation::simulate_principal_policy(account, form),
        "SimulateCustomPolicy" => simulation::simulate_custom_policy(form),
        _ => Err(Refusal::unknown_action(operation)),
    }
}
