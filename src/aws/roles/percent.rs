//! Policy documents as IAM gives them: percent-encoded (API reference, `GetRole`).

/// The text that was encoded. What is no code stays as it is.
pub(super) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut found = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if let Some(code) = code(bytes, at) {
            found.push(code);
            at += 3;
        } else {
            found.push(*byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&found).into_owned()
}

/// The byte that a code at this place stands for.
fn code(bytes: &[u8], at: usize) -> Option<u8> {
    let &[b'%', high, low] = bytes.get(at..at + 3)? else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_code_stays() {
        for (text, expected) in [
            ("%7B%22a%22%3a1%7D", r#"{"a":1}"#),
            ("{\"a\": \"100%\"}", "{\"a\": \"100%\"}"),
            ("%zz%4", "%zz%4"),
            ("%C3%A9+", "é+"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(text in ".*") {
            let digits = hex::encode_upper(&text);
            let codes = digits.as_bytes().chunks(2);
            let encoded: String = codes
                .flat_map(|code| [b"%", code].concat())
                .map(char::from)
                .collect();
            prop_assert_eq!(decoded(&encoded), text.clone());
            let _ = decoded(&text);
        }
    }
}
