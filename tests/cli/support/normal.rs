//! Stand-ins for what differs from run to run and from machine to machine.

/// How long the thing is that `text` begins with, if it does.
type Match = fn(&str) -> Option<usize>;

/// `text` with stand-ins for the folder, task ids, random tokens, durations, time stamps, ports and
/// counts of calls.
pub(super) fn normal(text: &str, folder: &str) -> String {
    let text = text.replace(folder, "[folder]");
    let mut normal = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let mut in_word = false;
    while let Some(c) = rest.chars().next() {
        let found = if in_word { None } else { stand_in(rest) };
        let length = if let Some((length, name)) = found {
            normal.push_str(name);
            length
        } else {
            normal.push(c);
            c.len_utf8()
        };
        in_word = rest[..length].ends_with(char::is_alphanumeric);
        rest = &rest[length..];
    }
    normal
}

fn stand_in(text: &str) -> Option<(usize, &'static str)> {
    let kinds: [(Match, &str); 8] = [
        (time_stamp, "[time stamp]"),
        (minute, "[minute]"),
        (second, "[second]:"),
        (token, "[token]"),
        (task_id, "[task]"),
        (calls, "[n] API calls"),
        (duration, "[time]"),
        (port, "127.0.0.1:[port]"),
    ];
    kinds
        .iter()
        .find_map(|(length, name)| Some((length(text)?, *name)))
        .filter(|(length, _)| {
            let ends = text[..*length].ends_with(':');
            ends || !text[*length..].starts_with(char::is_alphanumeric)
        })
}

/// `2026-01-02T03:04:05.678Z`.
fn time_stamp(text: &str) -> Option<usize> {
    let form = "0000-00-00T00:00:00.000Z";
    let begin = text.get(..form.len())?;
    (shape(begin) == form).then_some(form.len())
}

/// `01-02 03:04`.
fn minute(text: &str) -> Option<usize> {
    let form = "00-00 00:00";
    let begin = text.get(..form.len())?;
    (shape(begin) == form).then_some(form.len())
}

/// `text` with each digit as `0`.
pub(crate) fn shape(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect()
}

/// `1767225600:`, as GitLab has it in its marks.
fn second(text: &str) -> Option<usize> {
    let length = digits(text)?;
    (length == 10 && text[length..].starts_with(':')).then_some(length + 1)
}

/// `01234567-89ab-cdef-0123-456789abcdef`.
fn token(text: &str) -> Option<usize> {
    let form = [8, 13, 18, 23];
    let token = text.get(..36)?;
    let fits = |(at, c): (usize, char)| {
        if form.contains(&at) {
            c == '-'
        } else {
            c.is_ascii_hexdigit()
        }
    };
    token.char_indices().all(fits).then_some(token.len())
}

/// `12 API calls`.
fn calls(text: &str) -> Option<usize> {
    let length = digits(text)?;
    let what = " API calls";
    text[length..]
        .starts_with(what)
        .then_some(length + what.len())
}

/// 32 hexadecimal characters.
fn task_id(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    (length == 32).then_some(length)
}

/// `0.4s`, `2m 5s`.
fn duration(text: &str) -> Option<usize> {
    let first = digits(text)?;
    let second = |between: &str| {
        let rest = text[first..].strip_prefix(between)?;
        let length = digits(rest)?;
        rest[length..]
            .starts_with('s')
            .then_some(first + between.len() + length + 1)
    };
    second(".").or_else(|| second("m "))
}

fn digits(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (length > 0).then_some(length)
}

/// `127.0.0.1:1234`.
fn port(text: &str) -> Option<usize> {
    let host = "127.0.0.1:";
    Some(host.len() + digits(text.strip_prefix(host)?)?)
}

#[test]
fn what_differs_is_replaced_and_nothing_else() {
    for (text, expected) in [
        ("task 0123456789abcdef0123456789abcdef.", "task [task]."),
        (
            "RUNNING after 12.3s, 2m 5s, 90s",
            "RUNNING after [time], [time], 90s",
        ),
        ("at 2026-01-02T03:04:05.678Z:", "at [time stamp]:"),
        ("RUNNING  01-02 03:04  -", "RUNNING  [minute]  -"),
        ("http://127.0.0.1:43210/", "http://127.0.0.1:[port]/"),
        ("/tmp/x/f.toml:2", "[folder]/f.toml:2"),
        ("section_end:1767225600:a", "section_end:[second]:a"),
        ("::01234567-89ab-cdef-0123-456789abcdef::", "::[token]::"),
        ("0 warnings, 12 API calls", "0 warnings, [n] API calls"),
        ("v1.4.0 é x0.4s", "v1.4.0 é x0.4s"),
    ] {
        assert_eq!(normal(text, "/tmp/x"), expected);
    }
}
