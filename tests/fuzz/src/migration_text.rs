//! Migrations: text that a database is to carry out, and nobody has tried.

use run_admin_task::migrations::file::{FileName, MigrationFile};
use run_admin_task::migrations::review::{Asked, review, rules};
use run_admin_task::model::review::Severity;

use crate::reading::text;

/// Whatever stands in a file: it is reviewed, and each finding stands in it.
pub(crate) fn check(input: &[u8]) {
    let text = &*text(input);
    let file = |path: &str| MigrationFile {
        path: path.to_owned(),
        name: FileName::parse(path)
            .expect("a version")
            .expect("a migration"),
        sql: text.to_owned(),
    };
    // With every rule there is.
    let asked = Asked {
        severities: rules::all()
            .map(|rule| (rule.name.to_owned(), Some(Severity::Warn)))
            .collect(),
        postgres_version: "19".to_owned(),
        ..Asked::default()
    };
    let files = [file("1_a.up.sql"), file("1_a.down.sql"), file("2_b.sql")];
    let reviewed = review(&files, &asked);
    assert_eq!(reviewed.files.len(), files.len());
    let of_the_first = |finding: &&_| {
        let finding: &run_admin_task::model::review::ReviewFinding = finding;
        finding.file == "1_a.up.sql"
    };
    for finding in reviewed.findings.iter().filter(of_the_first) {
        let found = text.get(finding.span.clone());
        let found = found.unwrap_or_else(|| panic!("{finding:?} is not in the text"));
        assert!((1..=text.split('\n').count()).contains(&finding.line));
        assert_eq!(
            finding.end_line - finding.line,
            found.matches('\n').count(),
            "{finding:?}"
        );
        assert!(finding.column >= 1 && finding.end_column >= 1);
        assert!(rules::find(&finding.rule).is_some());
        assert!(!finding.message.contains("gave up"), "the parser panicked");
    }
    // A file is reviewed by itself as it is beside others.
    let alone = review(&files[..2], &asked).findings;
    assert!(alone.iter().all(|it| reviewed.findings.contains(it)));
}
