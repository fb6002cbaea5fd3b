//! Patterns of policies: `*` is any text, `?` any character (IAM user guide, "IAM JSON policy
//! elements: Action").

/// Whether an action, or a name of the kind that a policy holds, fits. Case does not count.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let (mut at, mut read) = (0, 0);
    // The last `*`, and how much of the text it has taken: more, if the rest does not fit.
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, read));
                at += 1;
            }
            (Some(c), _) if *c == '?' || *c == text[read] => {
                at += 1;
                read += 1;
            }
            (_, Some((back, taken))) => {
                star = Some((back, taken + 1));
                at = back + 1;
                read = taken + 1;
            }
            (_, None) => return false,
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("sts:*", "sts:AssumeRole", true),
            ("STS:assume*", "sts:AssumeRole", true),
            ("sts:?ssumeRole", "sts:AssumeRole", true),
            ("sts:AssumeRole?", "sts:AssumeRole", false),
            ("*a*b", "xaxxb", true),
            ("*a*b", "xaxxbx", false),
            ("ecs-tasks.amazonaws.com", "ecs.amazonaws.com", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn it_ends_and_any_text_fits_itself_and_a_star(text in "[^*?]*", pattern in ".*") {
            prop_assert!(fits(&text, &text));
            prop_assert!(fits("*", &text));
            let starred = format!("{}*", text.chars().take(3).collect::<String>());
            prop_assert!(fits(&starred, &text));
            let _ = fits(&pattern, &text);
        }
    }
}
