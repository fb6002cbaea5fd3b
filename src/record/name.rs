//! What records are called.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

/// What ends the name of a record's file.
const ENDING: &str = ".json";
/// An id, with `0` for each digit and `f` for each hexadecimal digit.
const FORM: &str = "00000000T000000.000Z-ffffffff";

/// The id of a run that began at this time. Ids sort by time; two that begin in the same
/// millisecond differ.
pub(super) fn new(began: Timestamp) -> String {
    let random = Uuid::new_v4().simple().to_string();
    let at = began.to_zoned(TimeZone::UTC);
    format!(
        "{}-{}",
        at.strftime("%Y%m%dT%H%M%S.%3fZ"),
        &random[..random.len().min(8)]
    )
}

/// The name of the file that holds the record of this id.
pub(super) fn of_file(id: &str) -> String {
    format!("{id}{ENDING}")
}

/// The id of the record that a file of this name holds; `None`: it is no file of ours.
pub(super) fn id(file: &str) -> Option<&str> {
    file.strip_suffix(ENDING).filter(|id| is_id(id))
}

/// What begins the name of the file in which the record of this id is written, until it is whole.
pub(super) fn begin_of_unfinished(id: &str) -> String {
    format!(".{id}-")
}

/// What ends it.
pub(super) const END_OF_UNFINISHED: &str = ".unfinished";

/// Whether a file of this name is one that was being written.
pub(super) fn is_unfinished(file: &str) -> bool {
    let name = file.strip_suffix(END_OF_UNFINISHED);
    name.and_then(|name| name.strip_prefix('.')?.get(..FORM.len()))
        .is_some_and(is_id)
}

fn is_id(text: &str) -> bool {
    text.len() == FORM.len()
        && text.bytes().zip(FORM.bytes()).all(|(is, form)| match form {
            b'0' => is.is_ascii_digit(),
            b'f' => is.is_ascii_digit() || (b'a'..=b'f').contains(&is),
            form => is == form,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_the_time_and_are_known_again() {
        let began: Timestamp = "2026-11-24T13:33:51.1239Z".parse().expect("a time");
        let first = new(began);
        assert!(first.starts_with("20261124T133351.123Z-"), "{first}");
        assert_eq!(id(&of_file(&first)), Some(first.as_str()));
        let second = new(began);
        assert_ne!(first, second);
        let unfinished = format!("{}abc{END_OF_UNFINISHED}", begin_of_unfinished(&first));
        assert!(is_unfinished(&unfinished), "{unfinished}");
        assert_eq!(id(&unfinished), None);
    }

    #[test]
    fn other_peoples_files_are_not_ours() {
        for file in [
            "notes.json",
            "20261124T133351.123Z-1f2e3d4c",
            "20261124T133351.123Z-1f2e3d4.json",
            "20261124T133351.123Z-1F2E3D4C.json",
            "20261124T133351.123Z-1f2e3d4c.json~",
            "x20261124T133351.123Z-1f2e3d4c.json",
            ".json",
            "é",
            ".unfinished",
            ".é20261124T133351.123Z-1f2e3d4c.unfinished",
        ] {
            assert_eq!(id(file), None, "{file}");
            assert!(!is_unfinished(file), "{file}");
        }
    }
}
