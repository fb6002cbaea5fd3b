//! Evidence as somebody hands it to `explain`, pasted or in a file.

use run_admin_task::diagnosis::{CAUSES, Evidence, diagnose, read};
use run_admin_task::model::diagnosis::Diagnosis;
use run_admin_task::report::explanation::page;

use crate::reading::text;

/// Whatever it is, it has a cause that is known or `unknown`, and a page on which nothing steers a
/// terminal.
pub(crate) fn check(input: &[u8]) {
    let text = text(input);
    holds(&diagnose(&Evidence::of_message(&text, None)));
    if let Ok(evidence) = read(&text) {
        holds(&diagnose(&evidence));
    }
}

fn holds(diagnosis: &Diagnosis) {
    let known = CAUSES.iter().any(|cause| cause.name == diagnosis.cause);
    assert!(known, "{}", diagnosis.cause);
    assert_eq!(diagnosis.is_known(), diagnosis.cause != "unknown");
    assert!(!diagnosis.next_steps.is_empty() && diagnosis.summary.ends_with('.'));
    assert!(!diagnosis.related.contains(&diagnosis.cause));
    for line in page(diagnosis, Some(80)) {
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}
