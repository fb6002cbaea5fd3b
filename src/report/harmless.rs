//! Other people's text, made fit for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Ends every colour.
const RESET: &str = "\u{1b}[0m";

/// `text` with nothing in it that steers a terminal: control characters are made visible (`^[` for
/// escape), and so is what turns the direction of writing; plain colours go. Tabs and line ends
/// stay; a carriage return before a line end goes.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    made_harmless(text, false)
}

/// The same, where colours are welcome: plain colours stay, and end with the text.
#[must_use]
pub fn harmless_coloured(text: &str) -> Cow<'_, str> {
    made_harmless(text, true)
}

fn made_harmless(text: &str, with_colours: bool) -> Cow<'_, str> {
    if is_harmless(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut is_coloured = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(colour) = colour(rest) {
            if with_colours {
                shown.push_str(colour);
                is_coloured = !resets(colour);
            }
            rest = &rest[colour.len()..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let ends_line = rest.is_empty() || rest.starts_with('\n');
        if !(c == '\r' && ends_line) {
            push_visible(&mut shown, c);
        }
    }
    if is_coloured {
        shown.push_str(RESET);
    }
    Cow::Owned(shown)
}

/// JSON, whose values stay what they are, with nothing in it that steers a terminal: JSON itself
/// escapes the control characters of ASCII but the last one, and there are more.
#[must_use]
pub fn harmless_json(json: &str) -> Cow<'_, str> {
    if is_harmless(json) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 8);
    for c in json.chars() {
        if steers(c) {
            // All of them stand in a string, and need no more than one escape.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether nothing need be done. Looks at bytes alone, for it is asked of every line.
fn is_harmless(text: &str) -> bool {
    let controls = |byte: u8| (byte < 0x20 && byte != b'\t' && byte != b'\n') || byte == 0x7f;
    // The first bytes of everything beyond ASCII that [`steers`].
    let may_steer = |byte: u8| matches!(byte, 0xc2 | 0xd8 | 0xe2);
    let mut bytes = text.bytes();
    if !bytes.any(|byte| controls(byte) || may_steer(byte)) {
        return true;
    }
    !text.chars().any(steers)
}

/// Whether a character does something other than being seen.
fn steers(c: char) -> bool {
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    // Some viewers take these for line ends.
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    (c.is_control() && c != '\t' && c != '\n') || turns || breaks
}

fn push_visible(shown: &mut String, c: char) {
    match c {
        c if !steers(c) => shown.push(c),
        '\u{7f}' => shown.push_str("^?"),
        c if c.is_ascii() => {
            shown.push('^');
            shown.push(char::from(c as u8 ^ 0x40));
        }
        c => shown.extend(c.escape_unicode()),
    }
}

/// The sequence that sets colours or weight, if the text begins with one (ECMA-48, SGR).
fn colour(text: &str) -> Option<&str> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
    let is_colour = codes[end..].starts_with('m') && end < 64 && is_plain(&codes[..end]);
    is_colour.then(|| &text[..end + 3])
}

/// Whether these codes set colours, bold, faint, italic, underline or reverse, and nothing that
/// hides text or makes it blink.
fn is_plain(codes: &str) -> bool {
    let mut codes = codes.split(';');
    while let Some(code) = codes.next() {
        let is_plain = match code.split_once(':') {
            // A colour, or a kind of underline, with all that belongs to it.
            Some((code, rest)) => {
                matches!(code, "38" | "48" | "4") && rest.split(':').all(is_number)
            }
            None if code.is_empty() => true,
            None => match code.parse::<u16>() {
                Ok(38 | 48) => takes_a_colour(&mut codes),
                Ok(0..=4 | 7 | 9 | 21..=24 | 27 | 29..=37 | 39..=47 | 49 | 90..=97 | 100..=107) => {
                    true
                }
                _ => false,
            },
        };
        if !is_plain {
            return false;
        }
    }
    true
}

/// Whether the next codes are a colour out of a table, or by its red, green and blue.
fn takes_a_colour<'c>(codes: &mut impl Iterator<Item = &'c str>) -> bool {
    let count = match codes.next() {
        Some("5") => 1,
        Some("2") => 3,
        _ => return false,
    };
    codes.take(count).filter(|code| is_number(code)).count() == count
}

/// Whether it can be the number of a colour, which may be left out.
fn is_number(code: &str) -> bool {
    code.len() < 4 && !code.contains(':')
}

/// Whether no colour is left after these codes, which are plain.
fn resets(colour: &str) -> bool {
    let mut codes = colour[2..colour.len() - 1].split(';');
    let mut is_reset = false;
    while let Some(code) = codes.next() {
        is_reset = code.bytes().all(|digit| digit == b'0');
        if matches!(code.parse::<u16>(), Ok(38 | 48)) {
            // What belongs to it is no code.
            takes_a_colour(&mut codes);
        }
    }
    is_reset
}

/// `text` with nothing in it that GitHub's runner takes for a command: a line that begins with
/// `::` after white space, and `##[` anywhere. A zero-width space breaks both and shows nothing.
pub(super) fn without_commands(text: &str) -> Cow<'_, str> {
    let begins = |line: &str| line.trim_start().starts_with("::");
    if !text.split(['\n', '\r']).any(begins) {
        return without_brackets(text);
    }
    let lines = text.split_inclusive(['\n', '\r']).map(|line| {
        if begins(line) {
            line.replacen("::", "\u{200b}::", 1)
        } else {
            line.to_owned()
        }
    });
    let lines: String = lines.collect();
    Cow::Owned(without_brackets(&lines).into_owned())
}

/// `text` without `##[`, which the page of a job's log interprets even where commands are stopped.
pub(super) fn without_brackets(text: &str) -> Cow<'_, str> {
    if text.contains("##[") {
        Cow::Owned(text.replace("##[", "#\u{200b}#["))
    } else {
        Cow::Borrowed(text)
    }
}

/// `text` with no line that Buildkite takes for the header of a group (`--- `, `+++ `, `~~~ `) or
/// for the order to open the last one (`^^^ +++`). Colours before them do not keep Buildkite from it.
pub(super) fn without_headers(text: &str) -> Cow<'_, str> {
    if !text.split('\n').any(|line| header(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| match header(line) {
        Some(at) => format!("{}\u{200b}{}", &line[..at], &line[at..]),
        None => line.to_owned(),
    });
    Cow::Owned(lines.collect())
}

/// Where in a line the mark of a group stands, if it begins with one. Colours are taken out before
/// Buildkite looks, so they may stand within the mark as well.
fn header(line: &str) -> Option<usize> {
    let mut seen = uncoloured(line);
    let (at, first) = seen.next()?;
    if !matches!(first, '-' | '+' | '~' | '^') {
        return None;
    }
    let is_mark = (0..2).all(|_| seen.next().is_some_and(|(_, c)| c == first));
    // A terminal ends a line with `\r`, so a bare mark counts as well.
    let ends = is_mark && seen.next().is_none_or(|(_, c)| c.is_whitespace());
    ends.then_some(at)
}

/// The characters of a line that are seen, and where they stand.
fn uncoloured(line: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(colour) = colour(&line[at..]) {
            at += colour.len();
        }
        let c = line[at..].chars().next()?;
        at += c.len_utf8();
        Some((at - c.len_utf8(), c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_are_shown() {
        for (text, expected) in [
            ("plain\ttext", "plain\ttext"),
            ("\u{1b}[2Jgone", "^[[2Jgone"),
            ("\u{1b}]0;title\u{7}", "^[]0;title^G"),
            ("50 %\r100 %\r\n", "50 %^M100 %\n"),
            ("line\r", "line"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("nul\0", "nul^@"),
            ("abc\u{202e}cba", "abc\\u{202e}cba"),
            ("a\u{2028}b\u{2069}", "a\\u{2028}b\\u{2069}"),
            ("naïve – “quoted” …", "naïve – “quoted” …"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    #[test]
    fn plain_colours_alone_are_welcome() {
        for (text, without, with) in [
            (
                "\u{1b}[1;31mred\u{1b}[0m",
                "red",
                "\u{1b}[1;31mred\u{1b}[0m",
            ),
            ("\u{1b}[32mopen", "open", "\u{1b}[32mopen\u{1b}[0m"),
            ("\u{1b}[m", "", "\u{1b}[m"),
            ("\u{1b}[0;1mx", "x", "\u{1b}[0;1mx\u{1b}[0m"),
            (
                "\u{1b}[38;5;208mx\u{1b}[39m",
                "x",
                "\u{1b}[38;5;208mx\u{1b}[39m\u{1b}[0m",
            ),
            ("\u{1b}[8mhidden", "^[[8mhidden", "^[[8mhidden"),
            ("\u{1b}[5mblinks", "^[[5mblinks", "^[[5mblinks"),
            // Behind a colour's own codes others may stand.
            (
                "\u{1b}[38;5;1;8mhidden",
                "^[[38;5;1;8mhidden",
                "^[[38;5;1;8mhidden",
            ),
            ("\u{1b}[48;2;1;2mx", "^[[48;2;1;2mx", "^[[48;2;1;2mx"),
            // The last code is of a colour, and resets nothing.
            (
                "\u{1b}[48;5;0mblack",
                "black",
                "\u{1b}[48;5;0mblack\u{1b}[0m",
            ),
            (
                "\u{1b}[38;2;9;0;0;1mred",
                "red",
                "\u{1b}[38;2;9;0;0;1mred\u{1b}[0m",
            ),
            (
                "\u{1b}[4:3;38:2::9:0:0mred",
                "red",
                "\u{1b}[4:3;38:2::9:0:0mred\u{1b}[0m",
            ),
            ("\u{1b}[31;0mx", "x", "\u{1b}[31;0mx"),
            ("\u{1b}[31", "^[[31", "^[[31"),
            ("\u{1b}[31\nm", "^[[31\nm", "^[[31\nm"),
            (
                "\u{1b}[2Jx\u{1b}[31m",
                "^[[2Jx",
                "^[[2Jx\u{1b}[31m\u{1b}[0m",
            ),
        ] {
            assert_eq!(harmless(text), without);
            assert_eq!(harmless_coloured(text), with);
        }
    }

    #[test]
    fn commands_are_broken() {
        for (text, expected) in [
            ("a::b", "a::b"),
            ("::error::x", "\u{200b}::error::x"),
            (
                "  ::set-output name=a::b",
                "  \u{200b}::set-output name=a::b",
            ),
            ("x\n::add-mask::y", "x\n\u{200b}::add-mask::y"),
            ("x\r::add-mask::y", "x\r\u{200b}::add-mask::y"),
            ("see ##[error]x", "see #\u{200b}#[error]x"),
        ] {
            assert_eq!(without_commands(text), expected);
        }
    }

    #[test]
    fn headers_are_broken() {
        for (text, expected) in [
            ("--- a", "\u{200b}--- a"),
            ("x\n+++ b\ny", "x\n\u{200b}+++ b\ny"),
            ("~~~\tc", "\u{200b}~~~\tc"),
            ("^^^ +++", "\u{200b}^^^ +++"),
            ("---", "\u{200b}---"),
            (
                "\u{1b}[31m--- a\u{1b}[0m",
                "\u{1b}[31m\u{200b}--- a\u{1b}[0m",
            ),
            ("---\u{1b}[1m a", "\u{200b}---\u{1b}[1m a"),
            ("-\u{1b}[1m-- a", "\u{200b}-\u{1b}[1m-- a"),
            ("---- a", "---- a"),
            (" --- a", " --- a"),
            ("a --- b", "a --- b"),
        ] {
            assert_eq!(without_headers(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_header_is_left(text in "(?s)(\u{1b}\\[1m|[-+~^ \ta\n]){0,16}") {
            let plain = without_headers(&text).replace("\u{1b}[1m", "");
            for line in plain.lines() {
                let mark = line.get(..3).unwrap_or_default();
                let marks = ["---", "+++", "~~~", "^^^"].contains(&mark);
                let goes_on = |c: char| !c.is_whitespace();
                prop_assert!(!marks || line[3..].starts_with(goes_on), "{:?}", plain);
            }
        }

        #[test]
        fn nothing_is_left_that_commands(text in "(?s)[ :#\\[a\n\r]{0,24}") {
            let shown = without_commands(&text);
            prop_assert!(!shown.contains("##["));
            prop_assert!(shown.split(['\n', '\r']).all(|line| !line.trim_start().starts_with("::")));
        }

        #[test]
        fn json_stays_what_it_is(text in "(?s)(.|[\u{7f}-\u{9f}\u{2028}\u{202e}]){0,24}") {
            let json = serde_json::to_string(&text).expect("JSON");
            let shown = harmless_json(&json);
            prop_assert!(!shown.chars().any(steers), "{}", shown);
            prop_assert_eq!(serde_json::from_str::<String>(&shown).expect("JSON"), text);
        }

        #[test]
        fn nothing_is_left_that_steers(text in "(?s).*") {
            prop_assert!(!harmless(&text).chars().any(steers));
        }

        #[test]
        fn no_colour_outlives_its_text(
            text in "(\u{1b}\\[(0|1|5|8|31|38|48|2|5|;|;|;|:){0,8}m|a){0,6}",
        ) {
            let mut terminal = vt100::Parser::default();
            terminal.process(harmless_coloured(&text).as_bytes());
            let screen = terminal.screen();
            let colours = (screen.fgcolor(), screen.bgcolor());
            prop_assert_eq!(colours, (vt100::Color::Default, vt100::Color::Default));
            prop_assert!(!screen.bold() && !screen.inverse());
        }

        #[test]
        fn no_escape_is_left_but_of_colours(text in "(?s)[\u{1b}\\[0-9;:mJx\r\n]{0,24}") {
            prop_assert!(!harmless(&text).chars().any(steers));
            let shown = harmless_coloured(&text);
            let mut escapes = shown.match_indices('\u{1b}');
            prop_assert!(escapes.all(|(at, _)| colour(&shown[at..]).is_some()));
            let last = shown.rfind('\u{1b}').and_then(|at| colour(&shown[at..]));
            prop_assert!(last.is_none_or(resets), "{:?} stays coloured", shown);
            prop_assert_eq!(harmless(&shown), harmless(&text));
        }
    }
}
