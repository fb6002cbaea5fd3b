//! Which program this is.

/// The version, and the commit that it was built from where that is known:
/// `0.1.0 (0123abcde 2026-11-24)`. See `build.rs`.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), env!("RUN_ADMIN_TASK_SOURCE"),);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_commit_where_there_is_one() {
        let source = VERSION.strip_prefix(env!("CARGO_PKG_VERSION"));
        let source = source.expect("the number comes first");
        if source.is_empty() {
            return;
        }
        let inner = source
            .strip_prefix(" (")
            .and_then(|rest| rest.strip_suffix(')'));
        let (commit, date) = inner
            .and_then(|inner| inner.split_once(' '))
            .expect("two words");
        let commit = commit.strip_suffix("-dirty").unwrap_or(commit);
        assert_eq!(commit.len(), 9, "{VERSION}");
        assert!(commit.bytes().all(|c| c.is_ascii_hexdigit()), "{VERSION}");
        assert!(date.parse::<jiff::civil::Date>().is_ok(), "{VERSION}");
    }
}
