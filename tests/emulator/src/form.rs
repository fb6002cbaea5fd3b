//! The parameters of the query protocol: names and texts, with lists told by numbers.

use serde_json::Map;
use serde_json::Value;

/// What a form-encoded body says.
pub(crate) fn decode(body: &str) -> Map<String, Value> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (text(name), text(value).into()))
        .collect()
}

/// A `+` is a blank, `%41` is `A`. What is no such number stays as it is.
fn text(encoded: &str) -> String {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, others @ ..] = rest {
        let number = others.get(..2).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        match (first, number) {
            (b'%', Some(number)) => {
                bytes.push(number);
                rest = &others[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = others;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-encodes all but letters, digits and `-_.~`, as IAM does with policy documents.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded += &hex::encode_upper([byte]);
        }
    }
    encoded
}

/// Reads such a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form<'a>(pub(crate) &'a Value);

impl<'a> Form<'a> {
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str()
    }

    /// `NAME.1`, `NAME.2` and so on.
    pub(crate) fn list(self, name: &str) -> Vec<&'a str> {
        (1..)
            .map_while(|number| self.text(&format!("{name}.{number}")))
            .collect()
    }

    /// All that is said, whatever it is called.
    pub(crate) fn values(self) -> impl Iterator<Item = &'a str> {
        let fields = self.0.as_object().into_iter().flatten();
        fields.filter_map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let body = decode("Action=X&A%2EB.1=a+b&A%2EB.2=%C3%A4%3D%zz&A.B.4=d&Empty=");
        let body = Value::Object(body);
        let form = Form(&body);
        assert_eq!(form.text("Action"), Some("X"));
        assert_eq!(form.text("Empty"), Some(""));
        assert_eq!(form.list("A.B"), ["a b", "ä=%zz"]);
        assert_eq!(form.list("C"), Vec::<&str>::new());
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let policy = r#"{"a": "b+c ä%"}"#;
        assert_eq!(text(&percent_encoded(policy)), policy);
    }
}
