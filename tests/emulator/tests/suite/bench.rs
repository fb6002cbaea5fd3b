//! A rough guard against reading that is slow by design.

use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use crate::client::start;

#[test]
fn a_page_costs_the_same_at_the_end_of_a_long_stream() {
    let (emulator, client) = start(&json!({"logs": {"page_events": 10}}));
    let events = (0..200_000)
        .map(|number| (number, format!("line {number}")))
        .collect();
    emulator.put_log_events("g", "s", events);
    let request = json!({
        "logGroupName": "g", "logStreamName": "s", "startFromHead": true, "startTime": 199_990,
    });
    let began = Instant::now();
    for _ in 0..50 {
        client.call("GetLogEvents", &request);
    }
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
}
