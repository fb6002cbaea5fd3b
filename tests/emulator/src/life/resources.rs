//! What a task gets before its containers start: secrets, log streams, images.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::account::Parameter;
use crate::ecs::Container;
use crate::ecs::Task;
use crate::life::failure::Failure;
use crate::scenario::Image;
use crate::secrets::SecretReference;
use crate::secrets::SecretStore;
use crate::ssm;
use crate::world::World;

/// How to start the process of one container.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    /// The container's place in the task.
    pub(crate) index: usize,
    image_name: String,
    pub(crate) image: Image,
    pub(crate) words: Vec<String>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) log: Option<LogTarget>,
}

/// Where a container's output goes.
#[derive(Clone, Debug)]
pub(crate) struct LogTarget {
    pub(crate) group: String,
    pub(crate) stream: String,
}

/// Resolves secrets and finds log groups, before any image is pulled.
pub(crate) fn initialise(world: &mut World, task_id: &str) -> Result<Vec<Launch>, Failure> {
    let task = world.ecs.task(task_id).expect("tasks are never forgotten");
    let parameters = &world.scenario.account.parameters;
    let mut groups_to_create = Vec::new();
    let mut launches = Vec::new();
    for (index, container) in task.containers.iter().enumerate() {
        let spec = &container.spec;
        let log = log_target(task, container);
        if let Some(target) = &log
            && !world.logs.has_group(&target.group)
        {
            if !creates_group(container) {
                return Err(Failure::log_group());
            }
            groups_to_create.push(target.group.clone());
        }
        launches.push(Launch {
            index,
            image_name: spec.image.clone(),
            image: Image::default(),
            words: spec.words(),
            environment: environment(container, &world.secrets, parameters)?,
            directory: spec
                .working_directory
                .as_ref()
                .map(PathBuf::from)
                .filter(|it| it.is_dir()),
            log,
        });
    }
    for group in groups_to_create {
        world.logs.create_group(&group, crate::clock::Moment::now());
    }
    Ok(launches)
}

/// Finds the program of each image.
pub(crate) fn pull_images(world: &World, launches: Vec<Launch>) -> Result<Vec<Launch>, Failure> {
    launches
        .into_iter()
        .map(
            |mut launch| match world.scenario.image(&launch.image_name) {
                Some(image) => {
                    launch.image = image.clone();
                    Ok(launch)
                }
                None => Err(Failure::image(launch.index, &launch.image_name)),
            },
        )
        .collect()
}

/// `prefix/container/task-id`; without a prefix, the runtime's id of the container.
fn log_target(task: &Task, container: &Container) -> Option<LogTarget> {
    let options = container.spec.awslogs()?;
    let stream = match options.get("awslogs-stream-prefix") {
        Some(prefix) => format!("{prefix}/{}/{}", container.spec.name, task.id),
        None => container.runtime_id.clone(),
    };
    Some(LogTarget {
        group: options.get("awslogs-group")?.clone(),
        stream,
    })
}

fn creates_group(container: &Container) -> bool {
    let option = container
        .spec
        .awslogs()
        .and_then(|options| options.get("awslogs-create-group"));
    option.is_some_and(|value| value == "true")
}

/// The variables of the definition and the overrides, and the secrets.
fn environment(
    container: &Container,
    secrets: &SecretStore,
    parameters: &[Parameter],
) -> Result<BTreeMap<String, String>, Failure> {
    let spec = &container.spec;
    let plain = spec
        .environment
        .iter()
        .map(|it| (it.name.clone(), it.value.clone()));
    let mut environment: BTreeMap<String, String> = plain.collect();
    for variable in &spec.secrets {
        let value = secret_value(secrets, parameters, &variable.value_from)?;
        environment.insert(variable.name.clone(), value);
    }
    Ok(environment)
}

/// The text behind a `valueFrom`. AWS takes a name for a parameter of the Systems Manager; here
/// it may be that of a secret too.
fn secret_value(
    secrets: &SecretStore,
    parameters: &[Parameter],
    value_from: &str,
) -> Result<String, Failure> {
    let is_secret_arn = value_from.contains(":secretsmanager:");
    if !is_secret_arn && let Some(parameter) = ssm::find(parameters, value_from) {
        return Ok(parameter.value.clone());
    }
    let reference = SecretReference::parse(value_from);
    let value = secrets.resolve(&reference).map_err(|refusal| {
        if is_secret_arn {
            Failure::secret(&reference.secret, &refusal)
        } else {
            Failure::parameter(value_from)
        }
    })?;
    let text = value
        .text
        .clone()
        .or_else(|| value.binary.clone())
        .unwrap_or_default();
    match &reference.json_key {
        None => Ok(text),
        Some(key) => json_member(&text, key).ok_or_else(|| Failure::secret_key(key)),
    }
}

fn json_member(text: &str, key: &str) -> Option<String> {
    let json: Value = serde_json::from_str(text).ok()?;
    match json.get(key)? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::secrets::SecretValue;

    fn store(value: &str) -> (SecretStore, String) {
        let mut store = SecretStore::default();
        let now = Moment::from_epoch_ms(0);
        let secret = store.create("app", "us-east-1", now).expect("it is new");
        secret.put(
            None,
            SecretValue {
                text: Some(value.to_owned()),
                binary: None,
            },
            now,
        );
        let arn = secret.arn().to_owned();
        (store, arn)
    }

    #[test]
    fn a_secret_is_taken_whole_or_by_key() {
        let (secrets, arn) = store(r#"{"url":"postgres://","port":5432}"#);
        let value = |suffix: &str| secret_value(&secrets, &[], &format!("{arn}{suffix}"));
        assert_eq!(
            value("").as_deref(),
            Ok(r#"{"url":"postgres://","port":5432}"#)
        );
        assert_eq!(value(":url::").as_deref(), Ok("postgres://"));
        assert_eq!(value(":port:AWSCURRENT:").as_deref(), Ok("5432"));
        let failure = value(":user::").expect_err("there is no such key");
        assert!(
            failure.reason.ends_with("did not contain json key user"),
            "{}",
            failure.reason
        );
    }

    #[test]
    fn a_missing_secret_is_told_in_awss_words() {
        let (secrets, _) = store("x");
        let arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf";
        let failure = secret_value(&secrets, &[], &format!("{arn}:key::")).expect_err("it is gone");
        assert_eq!(
            failure.reason,
            format!(
                "ResourceInitializationError: unable to pull secrets or registry auth: execution \
                 resource retrieval failed: unable to retrieve secret from asm: service call has \
                 been retried 1 time(s): failed to fetch secret {arn} from secrets manager: \
                 ResourceNotFoundException: Secrets Manager can't find the specified secret."
            )
        );
        let parameter = secret_value(&secrets, &[], "/app/url").expect_err("it is gone");
        assert!(
            parameter.reason.contains("from ssm"),
            "{}",
            parameter.reason
        );
    }

    #[test]
    fn a_parameter_is_taken_by_name_and_by_arn() {
        let (secrets, _) = store("x");
        let parameter = serde_json::json!([{"name": "/app/url", "value": "x://y"}]);
        let parameters: Vec<Parameter> = serde_json::from_value(parameter).expect("it is right");
        let value = |from: &str| secret_value(&secrets, &parameters, from);
        assert_eq!(value("/app/url").as_deref(), Ok("x://y"));
        let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/app/url";
        assert_eq!(value(arn).as_deref(), Ok("x://y"));
        let gone = value("/app/key").expect_err("it is gone");
        assert!(
            gone.reason.ends_with("invalid parameters: /app/key"),
            "{}",
            gone.reason
        );
    }
}
