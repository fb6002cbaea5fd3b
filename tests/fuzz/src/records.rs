//! A record of a run as it may stand on the disk: from another version, or damaged.

use run_admin_task::record::Record;

/// What can be read can be written and read again, and says the same of its end.
pub(crate) fn check(input: &[u8]) {
    let Ok(record) = serde_json::from_slice::<Record>(input) else {
        return;
    };
    let written = serde_json::to_vec(&record).expect("a record is JSON");
    let again: Record = serde_json::from_slice(&written).expect("what was written");
    assert_eq!(record.outcome(), again.outcome());
    assert_eq!(record.tells_its_tasks_end(), again.tells_its_tasks_end());
    let _ = again.masked();
}
