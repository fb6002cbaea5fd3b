//! The pages of the emulator itself, under `/_emulator/`.

use bytes::Bytes;
use hyper::Method;
use hyper::Response;
use serde_json::Value;
use serde_json::json;

use crate::ecs::Task;
use crate::http::reply;
use crate::http::reply::ReplyBody;
use crate::scenario::Scenario;
use crate::views::TaskView;
use crate::world::Shared;

pub(crate) fn answer(
    world: &Shared,
    method: &Method,
    page: &str,
    body: &Bytes,
) -> Response<ReplyBody> {
    match (method.as_str(), page) {
        ("GET", "health") => reply::own(200, &json!({"status": "ok"})),
        ("GET", "calls") => reply::own(200, &json(&world.lock().calls)),
        ("GET", "tasks") => {
            let tasks: Vec<TaskView> = world.lock().ecs.tasks().iter().map(Task::view).collect();
            reply::own(200, &json(&tasks))
        }
        ("POST", "scenario") => match serde_json::from_slice::<Scenario>(body) {
            Ok(scenario) => {
                world.lock().set_scenario(scenario);
                reply::own(200, &json!({}))
            }
            Err(error) => reply::own(400, &json!({"message": error.to_string()})),
        },
        _ => reply::own(
            404,
            &json!({"message": format!("there is no {method} /_emulator/{page}")}),
        ),
    }
}

fn json(views: &impl serde::Serialize) -> Value {
    serde_json::to_value(views).expect("views are texts, numbers and JSON")
}
