//! The schema of the event stream, held strictly: a field that it does not describe is a fault.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;

/// Knows each type of event.
pub(crate) struct Events(BTreeMap<String, Validator>);

impl Events {
    /// From the text of the schema, whose objects are open.
    pub(crate) fn of(schema: &str) -> Self {
        let mut schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
        close(&mut schema);
        let types = schema["oneOf"].as_array().expect("a list of types").clone();
        let validator = |reference: &Value| {
            let reference = reference["$ref"].as_str().expect("a reference");
            let name = reference.rsplit('/').next().unwrap_or_default();
            // One type at a time: then a fault names the field, and not all types.
            let mut one = schema.clone();
            one["oneOf"] = serde_json::json!([{ "$ref": reference }]);
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .build(&one);
            (name.to_owned(), validator.expect("the schema is one"))
        };
        Self(types.iter().map(validator).collect())
    }

    /// What is wrong with an event, if anything is.
    pub(crate) fn fault(&self, event: &Value) -> Option<String> {
        let Some(validator) = event["type"].as_str().and_then(|kind| self.0.get(kind)) else {
            return Some("the schema has no such type".to_owned());
        };
        let faults = validator.iter_errors(event);
        let faults: Vec<_> = faults
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        (!faults.is_empty()).then(|| faults.join("\n"))
    }
}

/// Lets no object have other fields than those described.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}
