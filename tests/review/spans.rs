//! Where findings stand in a text.

use run_admin_task::migrations::review::{Asked, review};

use crate::corpus::files;

#[test]
fn a_finding_stands_where_its_lines_and_columns_say() {
    for file in files("unsafe") {
        let reviewed = review(std::slice::from_ref(&file), &Asked::default());
        for finding in reviewed.findings {
            let before = &file.sql[..finding.span.start];
            assert_eq!(before.matches('\n').count() + 1, finding.line);
            assert!(!file.sql[finding.span].trim().is_empty(), "{}", file.path);
            assert!(finding.end_line >= finding.line);
        }
    }
}
