//! An error in AWS's form.

use serde_json::Map;
use serde_json::Value;

/// What an operation answers instead of its result.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// Such as `InvalidParameterException`.
    pub(crate) code: String,
    pub(crate) message: String,
    /// Further members of the error, such as `resourceIds` of a `ConflictException`.
    pub(crate) details: Map<String, Value>,
}

impl Refusal {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code: code.to_owned(),
            message: message.into(),
            details: Map::new(),
        }
    }

    pub(crate) fn client(message: impl Into<String>) -> Self {
        Self::new("ClientException", message)
    }

    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// What the query protocol says of an operation that is none.
    pub(crate) fn unknown_action(operation: &str) -> Self {
        let message = format!("The action {operation} is not valid for this web service.");
        Self::new("InvalidAction", message)
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with_detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The body by the AWS JSON 1.1 protocol.
    pub(crate) fn json(&self) -> Value {
        let mut body = self.details.clone();
        body.insert("__type".to_owned(), self.code.clone().into());
        body.insert("message".to_owned(), self.message.clone().into());
        Value::Object(body)
    }
}
