//! How deep a text may be nested. The parser descends into expressions, and a stack that is full
//! ends the process: no text of a person comes near.

/// Deeper is not read.
const DEEPEST: usize = 2_000;

/// Whether expressions may be nested so deeply that the parser had better not see them. Strings
/// and comments count like the rest: this errs on the side of not reading.
pub(super) fn is_too_deep(text: &str) -> bool {
    let mut brackets = 0_usize;
    // What may make one expression deeper, since something ended the last one.
    let mut steps = 0_usize;
    let mut in_word = false;
    for byte in text.bytes() {
        let begins_word = !in_word && is_of_word(byte);
        in_word = is_of_word(byte);
        match byte {
            b';' => (brackets, steps) = (0, 0),
            b',' => steps = 0,
            b'(' | b'[' => (brackets, steps) = (brackets + 1, steps + 1),
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b'+' | b'-' | b'*' | b'/' | b'~' | b'!' | b'@' | b'<' | b'>' | b'=' | b'|' | b'.'
            | b':' => {
                steps += 1;
            }
            _ if begins_word => steps += 1,
            _ => {}
        }
        if brackets.max(steps) > DEEPEST {
            return true;
        }
    }
    false
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deep() {
        for (text, deep) in [
            ("SELECT 1;\n".repeat(9_000), false),
            (
                format!("INSERT INTO a VALUES {};", "(1, 'x'), ".repeat(9_000)),
                false,
            ),
            (format!("SELECT '{}';", "0f".repeat(90_000)), false),
            (format!("SELECT {}", "(".repeat(9_000)), true),
            (format!("SELECT {}", "f(1, ".repeat(9_000)), true),
            (format!("SELECT {}true", "NOT ".repeat(9_000)), true),
            (format!("SELECT 1{}", " + 1".repeat(9_000)), true),
            (format!("SELECT {}1", "-".repeat(9_000)), true),
        ] {
            assert_eq!(is_too_deep(&text), deep, "{}", &text[..20]);
        }
    }
}
