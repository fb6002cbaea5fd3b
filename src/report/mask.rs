//! Passwords in URLs are not shown, nor are the values of secrets that this process has read.

use std::borrow::Cow;

use serde_json::Value;

pub use self::secrets::conceal;

mod secrets;
mod url;

/// What stands in a password's place.
const MASKED: &str = "***";

/// `text` with each `scheme://user:password@` shown as `scheme://user:***@`, and with `***` in the
/// place of each value that was handed to [`conceal`].
///
/// ```
/// use run_admin_task::report::mask::{conceal, mask};
/// assert_eq!(mask("at postgres://ana:s3cret@db/app"), "at postgres://ana:***@db/app");
/// assert_eq!(mask("see https://example.com:443/a@b"), "see https://example.com:443/a@b");
/// conceal("correct horse");
/// assert_eq!(mask("it is: correct horse!"), "it is: ***!");
/// ```
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    match secrets::without_secrets(text) {
        Cow::Borrowed(text) => url::without_passwords(text),
        Cow::Owned(text) => Cow::Owned(url::without_passwords(&text).into_owned()),
    }
}

/// Masks every text in a JSON value.
pub fn mask_value(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(masked) = mask(text) {
                *text = masked;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(mask_value),
        Value::Object(fields) => fields.values_mut().for_each(mask_value),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
