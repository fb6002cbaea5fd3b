//! What AWS does wrong.

use serde_json::{Value, json};

/// Each call of this operation.
pub(crate) fn fault(operation: &str, action: &Value) -> Value {
    json!({"operation": operation, "action": action})
}

/// The first calls of this operation.
pub(crate) fn first(count: u64, operation: &str, action: &Value) -> Value {
    json!({"operation": operation, "first": count, "action": action})
}

/// The call is answered with an error of the client's.
pub(crate) fn refusal(code: &str, message: &str) -> Value {
    json!({"kind": "error", "status": 400, "code": code, "message": message})
}

/// The call is answered with an error of AWS's own.
pub(crate) fn failure(status: u16, code: &str, message: &str) -> Value {
    json!({"kind": "error", "status": status, "code": code, "message": message})
}

/// The caller has no right to it.
pub(crate) fn denied(permission: &str) -> Value {
    let message = format!("User: ana is not authorized to perform: {permission}");
    refusal("AccessDeniedException", &message)
}

/// What happens to the call, in one word.
pub(crate) fn simply(kind: &str) -> Value {
    json!({"kind": kind})
}
