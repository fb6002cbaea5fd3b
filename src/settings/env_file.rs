//! Files of environment variables, as `docker run --env-file` reads them.

/// Reads `NAME=VALUE` lines. Blank lines and lines that begin with `#` are passed over; a value
/// is taken as it stands, with quotes and blanks; a bare `NAME` means our own variable's value.
///
/// # Errors
/// The number (from 1) of the first line that is neither.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Option<String>)>, usize> {
    let mut variables = Vec::new();
    // Windows editors put a byte order mark before the text; docker drops it too.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (line.trim_end(), None),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(number + 1);
        }
        variables.push((name.to_owned(), value));
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines() {
        assert_eq!(
            parse("# a comment\n\nA=1\n  B=\"x = $y\" \nC=\nD\n"),
            Ok(vec![
                ("A".into(), Some("1".into())),
                ("B".into(), Some("\"x = $y\" ".into())),
                ("C".into(), Some(String::new())),
                ("D".into(), None),
            ])
        );
        assert_eq!(
            parse("\u{feff}A=1\n"),
            Ok(vec![("A".into(), Some("1".into()))])
        );
        assert_eq!(parse("A=1\nnot a variable\n"), Err(2));
        assert_eq!(parse("=x"), Err(1));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(?s).*") {
            let _ = parse(&text);
        }
    }
}
