//! Names of tasks as people type and paste them, one a line, and ARNs as AWS sends them.

use run_admin_task::model::arn::{TaskArn, TaskName};
use run_admin_task::model::task::{family, task_id};

use crate::reading::text;

const ARN: &str = "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e2d";

/// What is taken for a name means at least the task that it spells out, and nothing in it could be
/// read as another word of a command line.
pub(crate) fn check(input: &[u8]) {
    for line in text(input).lines() {
        let id = task_id(line);
        assert!(line.ends_with(id) && !id.contains('/'));
        assert!(!family(line).contains([':', '/']));
        if let Some(arn) = TaskArn::parse(line) {
            assert!(!arn.id.is_empty() && !arn.region.is_empty());
            assert_eq!(arn.id, id);
        }
        let Ok(name) = TaskName::parse(line) else {
            continue;
        };
        assert!(!name.text().contains(char::is_whitespace));
        assert_eq!(name.text(), line.trim());
        match name.arn() {
            Some(arn) => assert!(name.fits(line.trim()) && arn.id == name.id()),
            None => assert_eq!(name.fits(ARN), "0f1e2d".starts_with(name.text())),
        }
    }
}
