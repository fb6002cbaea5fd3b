//! `CloudWatch` Logs as a reader meets it.

use ecs_emulator::Emulator;
use serde_json::Value;
use serde_json::json;

use crate::client::Client;
use crate::client::GROUP;
use crate::client::poll;
use crate::client::run_script;
use crate::client::start;

fn filled(logs: &Value, count: i64) -> (Emulator, Client) {
    let (emulator, client) = start(&json!({"logs": logs}));
    let events = (0..count).map(|number| (1000 + number / 3, format!("line {number}")));
    emulator.put_log_events("g", "s", events.collect());
    (emulator, client)
}

fn request(token: &Value) -> Value {
    let mut request = json!({"logGroupName": "g", "logStreamName": "s", "startFromHead": true});
    if !token.is_null() {
        request["nextToken"] = token.clone();
    }
    request
}

/// Messages of each page up to the repeated token.
fn pages(client: &Client) -> Vec<Vec<String>> {
    let mut token = Value::Null;
    let mut pages = Vec::new();
    loop {
        let page = client.call("GetLogEvents", &request(&token));
        let events = page["events"].as_array().cloned().unwrap_or_default();
        let messages = events
            .iter()
            .map(|event| event["message"].as_str().unwrap_or_default());
        pages.push(messages.map(ToOwned::to_owned).collect());
        if page["nextForwardToken"] == token {
            return pages;
        }
        token = page["nextForwardToken"].clone();
    }
}

fn lines(numbers: std::ops::Range<i64>) -> Vec<String> {
    numbers.map(|number| format!("line {number}")).collect()
}

#[test]
fn pages_end_by_count_and_the_token_repeats() {
    let (emulator, client) = filled(&json!({"page_events": 4}), 10);
    assert_eq!(
        pages(&client),
        [lines(0..4), lines(4..8), lines(8..10), vec![]]
    );
    let mut first = request(&Value::Null);
    first["startFromHead"] = false.into();
    let tail = client.call("GetLogEvents", &first);
    assert_eq!(tail["events"][0]["message"], "line 6");
    let end = client.call("GetLogEvents", &request(&tail["nextForwardToken"]));
    assert_eq!(end["nextForwardToken"], tail["nextForwardToken"]);
    emulator.put_log_events("g", "s", vec![(2000, "more".to_owned())]);
    let more = client.call("GetLogEvents", &request(&tail["nextForwardToken"]));
    assert_eq!(more["events"][0]["message"], "more");
}

#[test]
fn empty_pages_come_before_each_page_and_before_the_end() {
    let (_emulator, client) = filled(&json!({"page_events": 2, "empty_pages": 3}), 3);
    let sizes: Vec<usize> = pages(&client).iter().map(Vec::len).collect();
    assert_eq!(sizes, [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0]);
}

#[test]
fn a_token_dies_and_a_new_beginning_makes_new_ones() {
    let (_emulator, client) = filled(&json!({"page_events": 1, "token_life": 2}), 9);
    let mut token = Value::Null;
    for _ in 0..3 {
        let page = client.call("GetLogEvents", &request(&token));
        token = page["nextForwardToken"].clone();
    }
    let refusal = client.refusal("GetLogEvents", &request(&token));
    assert_eq!(refusal.1, "The specified nextToken is invalid.");
    let mut again = request(&Value::Null);
    again["startTime"] = 1001.into();
    let page = client.call("GetLogEvents", &again);
    assert_eq!(page["events"][0]["message"], "line 3");
    client.call("GetLogEvents", &request(&page["nextForwardToken"]));
}

#[test]
fn groups_and_streams_that_do_not_exist_are_told_apart() {
    let (_emulator, client) = filled(&json!({}), 1);
    let ask = |group: &str, stream: &str| {
        client.refusal(
            "GetLogEvents",
            &json!({"logGroupName": group, "logStreamName": stream}),
        )
    };
    let not_found = |what: &str| {
        (
            "ResourceNotFoundException".to_owned(),
            format!("The specified log {what} does not exist."),
        )
    };
    assert_eq!(ask("gone", "s"), not_found("group"));
    assert_eq!(ask("g", "gone"), not_found("stream"));
    client.call("CreateLogGroup", &json!({"logGroupName": "new"}));
    client.call(
        "CreateLogStream",
        &json!({"logGroupName": "new", "logStreamName": "n"}),
    );
    let events = json!([{"timestamp": 5, "message": "find me"}, {"timestamp": 6, "message": "no"}]);
    let put = json!({"logGroupName": "new", "logStreamName": "n", "logEvents": events});
    client.call("PutLogEvents", &put);
    let groups = client.call("DescribeLogGroups", &json!({"logGroupNamePrefix": "n"}));
    assert_eq!(groups["logGroups"][0]["logGroupName"], "new");
    let found = client.call(
        "FilterLogEvents",
        &json!({"logGroupName": "new", "filterPattern": "find"}),
    );
    assert_eq!(found["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["events"][0]["logStreamName"], "n");
}

#[test]
fn a_stream_and_its_events_may_come_late() {
    let late = json!({"logs": {"stream_delay_ms": 1500, "delay_ms": 200}});
    let (emulator, client) = start(&late);
    let arn = run_script(&emulator, &client, "echo early; sleep 0.6; echo late");
    let id = emulator.tasks()[0].id.clone();
    let request = json!({
        "logGroupName": GROUP, "logStreamName": format!("admin/admin/{id}"), "startFromHead": true,
    });
    client.running_task(&arn);
    let refusal = client.refusal("GetLogEvents", &request);
    assert_eq!(refusal.1, "The specified log stream does not exist.");
    let events = poll(|| {
        let answer = client
            .try_call("GetLogEvents", &request)
            .map_err(|error| error.to_string())?;
        let events = answer.body["events"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if events.len() == 2 {
            Ok(events)
        } else {
            Err(format!("{events:?}"))
        }
    });
    for event in events {
        let delay = event["ingestionTime"]
            .as_i64()
            .zip(event["timestamp"].as_i64());
        assert_eq!(
            delay.map(|(ingested, written)| ingested - written),
            Some(200)
        );
    }
}
