//! STS: who the caller is.

use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::iam;
use crate::refusal::Refusal;
use crate::world::World;

pub(crate) fn call(world: &World, operation: &str) -> Result<Value, Refusal> {
    if operation != "GetCallerIdentity" {
        return Err(Refusal::unknown_action(operation));
    }
    let caller = iam::caller_arn(&world.scenario.account);
    let user_id = match caller.rsplit_once('/') {
        Some((before, session)) if before.contains(":assumed-role/") => {
            format!("AROAEMULATOR:{session}")
        }
        _ => "AIDAEMULATOR".to_owned(),
    };
    Ok(json!({"Arn": caller, "UserId": user_id, "Account": arn::ACCOUNT}))
}
