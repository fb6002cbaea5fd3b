//! A task as `DescribeTasks` shows it at a given moment.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::clock::Moment;
use crate::ecs::Container;
use crate::ecs::Process;
use crate::ecs::Stop;
use crate::ecs::Task;
use crate::ecs::TaskPhase;

/// The platform version of Linux tasks on Fargate.
const PLATFORM_VERSION: &str = "1.4.0";

pub(crate) fn task_json(task: &Task, now: Moment, with_tags: bool) -> Value {
    let mut json = json!({
        "taskArn": task.arn,
        "clusterArn": arn::cluster(&task.region, &task.cluster),
        "taskDefinitionArn": task.definition_arn,
        "group": task.group,
        "lastStatus": task.phase.name(),
        "desiredStatus": task.desired_status(),
        "launchType": task.capacity.launch_type,
        "overrides": task.overrides,
        "tags": if with_tags { task.tags.json() } else { json!([]) },
        "containers": task.containers.iter().map(|it| container_json(task, it, now)).collect::<Value>(),
        "attachments": attachments(task),
        "availabilityZone": format!("{}a", task.region),
        "healthStatus": "UNKNOWN",
        "enableExecuteCommand": false,
        "version": task.changes + late_changes(task, now),
    });
    let fields = json
        .as_object_mut()
        .expect("the literal above is an object");
    add_capacity(fields, task);
    add_times(fields, task);
    add_text(fields, "startedBy", task.started_by.as_deref());
    if let Some(stop) = shown_stop(task, now) {
        add_text(fields, "stopCode", Some(&stop.code));
        add_text(fields, "stoppedReason", Some(&stop.reason));
    }
    json
}

/// All that `RunTask` answers about a stopped task when its client token comes again.
pub(crate) fn stopped_task_json(task: &Task) -> Value {
    json!({
        "taskArn": task.arn,
        "lastStatus": task.phase.name(),
        "desiredStatus": task.desired_status(),
    })
}

fn shown_stop(task: &Task, now: Moment) -> Option<&Stop> {
    task.stop.as_ref().filter(|stop| stop.shown_at <= now)
}

/// Facts that came into sight without a change of the task itself.
fn late_changes(task: &Task, now: Moment) -> u64 {
    let codes = task
        .containers
        .iter()
        .filter(|it| it.shown_exit_code(now).is_some())
        .count();
    codes as u64 + u64::from(shown_stop(task, now).is_some())
}

fn add_text(fields: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), value.into());
    }
}

fn add_capacity(fields: &mut Map<String, Value>, task: &Task) {
    let capacity = &task.capacity;
    add_text(fields, "capacityProviderName", capacity.provider.as_deref());
    add_text(fields, "cpu", capacity.cpu.as_deref());
    add_text(fields, "memory", capacity.memory.as_deref());
    if capacity.is_fargate() {
        add_text(fields, "platformVersion", Some(PLATFORM_VERSION));
        add_text(fields, "platformFamily", Some("Linux"));
    } else {
        let resource = format!("container-instance/{}/{}", task.cluster, &task.id);
        let instance = arn::new("ecs", &task.region, &resource);
        add_text(fields, "containerInstanceArn", Some(&instance));
    }
}

fn add_times(fields: &mut Map<String, Value>, task: &Task) {
    let times = task.shown_times();
    if times.connectivity.is_some() {
        add_text(fields, "connectivity", Some("CONNECTED"));
    }
    let moments = [
        ("createdAt", Some(times.created)),
        ("connectivityAt", times.connectivity),
        ("pullStartedAt", times.pull_started),
        ("pullStoppedAt", times.pull_stopped),
        ("startedAt", times.started),
        ("stoppingAt", times.stopping),
        ("executionStoppedAt", times.execution_stopped),
        ("stoppedAt", times.stopped),
    ];
    for (name, moment) in moments {
        if let Some(moment) = moment {
            fields.insert(name.to_owned(), moment.seconds().into());
        }
    }
}

fn container_json(task: &Task, container: &Container, now: Moment) -> Value {
    let address = task
        .capacity
        .subnet
        .as_ref()
        .filter(|_| has_interface(task));
    let interfaces: Vec<Value> = address
        .map(|_| {
            json!({
                "attachmentId": attachment_id(&task.id),
                "privateIpv4Address": private_address(&task.id),
            })
        })
        .into_iter()
        .collect();
    let mut json = json!({
        "containerArn": container.arn,
        "taskArn": task.arn,
        "name": container.spec.name,
        "image": container.spec.image,
        "lastStatus": container.status(),
        "networkBindings": [],
        "networkInterfaces": interfaces,
        "healthStatus": "UNKNOWN",
        "cpu": container.spec.cpu.to_string(),
    });
    if container.process != Process::NotYet && container.process != Process::Never {
        json["runtimeId"] = container.runtime_id.clone().into();
    }
    if let Some(code) = container.shown_exit_code(now) {
        json["exitCode"] = code.into();
    }
    if let Some(reason) = &container.reason {
        json["reason"] = reason.clone().into();
    }
    json
}

fn has_interface(task: &Task) -> bool {
    task.times.connectivity.is_some()
}

fn attachments(task: &Task) -> Value {
    let Some(subnet) = &task.capacity.subnet else {
        return json!([]);
    };
    let status = match task.phase {
        TaskPhase::Provisioning => "PRECREATED",
        TaskPhase::Stopped => "DELETED",
        _ => "ATTACHED",
    };
    let mut details = vec![json!({"name": "subnetId", "value": subnet})];
    if has_interface(task) {
        let address = private_address(&task.id);
        details.extend([
            json!({"name": "networkInterfaceId", "value": format!("eni-0{}", &task.id[..16])}),
            json!({"name": "macAddress", "value": "0a:00:00:00:00:01"}),
            json!({"name": "privateDnsName", "value": format!("ip-{}.ec2.internal", address.replace('.', "-"))}),
            json!({"name": "privateIPv4Address", "value": address}),
        ]);
    }
    json!([{
        "id": attachment_id(&task.id),
        "type": "ElasticNetworkInterface",
        "status": status,
        "details": details,
    }])
}

/// Made from the task's id, so that it needs no place of its own.
fn attachment_id(task_id: &str) -> String {
    arn::uuid(task_id)
}

fn private_address(task_id: &str) -> String {
    let byte = |at: usize| u8::from_str_radix(&task_id[at..at + 2], 16).unwrap_or(1);
    format!("10.0.{}.{}", byte(0), byte(2))
}
