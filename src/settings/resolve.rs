//! From what was said to what counts.

use std::collections::BTreeMap;
use std::path::Path;

use super::key::Key;
use super::layer::{Layers, Origin};
use super::values::{
    amount, bad, capacity_providers, command, count, duration, ids, leave, postgres_version, rule,
    switch, text, words,
};
use super::{Importance, Launch, Output, Settings, Talk, Timestamps, Variable, env_file};
use crate::error::Failure;
use crate::model::reach::Reach;

/// Makes typed settings of the layers. `variable` looks up our own environment, `read` a file.
pub fn resolve(
    layers: &Layers,
    environment: Option<String>,
    variable: impl Fn(&str) -> Option<String>,
    read: impl Fn(&Path) -> std::io::Result<String>,
) -> Result<Settings, Failure> {
    let said = |key: Key| layers.get(key);
    let on = |key: Key| switch(layers.get(key)).map(|value| value.unwrap_or(false));
    let quiet = on(Key::Quiet)?;
    let verbose = on(Key::Verbose)?;
    Ok(Settings {
        environment,
        cluster: text(said(Key::Cluster)).unwrap_or_default(),
        subnets: ids(said(Key::Subnets), "subnet-")?,
        security_groups: ids(said(Key::SecurityGroups), "sg-")?,
        network_from_service: text(said(Key::NetworkFromService)),
        region: said(Key::Region)
            .filter(|said| said.origin != Origin::BuiltIn)
            .and_then(|said| text(Some(said))),
        profile: text(said(Key::Profile)),
        reach: text(said(Key::Profile)).map(Reach::Profile),
        place: Vec::new(),
        task_definition: text(said(Key::TaskDefinition)).unwrap_or_default(),
        container: text(said(Key::Container)),
        assign_public_ip: switch(said(Key::AssignPublicIp))?,
        launch: launch(layers)?,
        platform_version: text(said(Key::PlatformVersion)),
        env: variables(layers, &variable, &read)?,
        cpu: amount(said(Key::Cpu))?,
        memory: amount(said(Key::Memory))?,
        tags: tags(layers)?,
        start_retries: count(said(Key::StartRetries))?,
        start_timeout: duration(said(Key::StartTimeout))?.unwrap_or_default(),
        timeout: duration(said(Key::Timeout))?,
        on_interrupt: leave(said(Key::OnInterrupt))?,
        on_timeout: leave(said(Key::OnTimeout))?,
        credentials_grace: duration(said(Key::CredentialsGrace))?.unwrap_or_default(),
        drain: duration(said(Key::Drain))?,
        wait_stopped: on(Key::WaitStopped)?,
        check: on(Key::Check)?,
        read_secrets: on(Key::ReadSecrets)?,
        migrations: text(said(Key::Migrations)),
        postgres_version: postgres_version(said(Key::PostgresVersion))?,
        rules: rules(layers)?,
        status_command: command(said(Key::StatusCommand))?,
        dry_run_command: words(said(Key::DryRunCommand)),
        migrate_command: command(said(Key::MigrateCommand))?,
        attach_if_running: on(Key::AttachIfRunning)?,
        run_key: text(said(Key::RunKey)),
        record: switch(said(Key::Record))?.unwrap_or(true),
        confirm: on(Key::Confirm)?,
        yes: on(Key::Yes)?,
        output: output(layers)?,
        timestamps: timestamps(layers)?,
        talk: match (quiet, verbose) {
            (true, _) => Talk::Quiet,
            (false, true) => Talk::Verbose,
            (false, false) => Talk::Usual,
        },
    })
}

/// Launch type or capacity providers: the one said at the higher place.
fn launch(layers: &Layers) -> Result<Launch, Failure> {
    match layers.highest(Key::LaunchType, Key::CapacityProvider) {
        (Some(launch_type), Some(_)) => {
            let value = launch_type.values.join(",");
            Err(bad(
                launch_type,
                &value,
                "name a launch type or capacity providers, not both",
            ))
        }
        (Some(launch_type), None) => Ok(Launch::Type(
            text(Some(launch_type))
                .unwrap_or_default()
                .to_ascii_uppercase(),
        )),
        (None, Some(said)) => match capacity_providers(Some(said))? {
            providers if providers.is_empty() => {
                Err(bad(said, "", "name at least one capacity provider"))
            }
            providers => Ok(Launch::Providers(providers)),
        },
        (None, None) => Ok(Launch::Type("FARGATE".to_owned())),
    }
}

fn output(layers: &Layers) -> Result<Output, Failure> {
    let Some(said) = layers.get(Key::Output) else {
        return Ok(Output::Auto);
    };
    let Some(word) = text(Some(said)) else {
        return Ok(Output::Auto);
    };
    Output::of_word(&word).ok_or_else(|| {
        let remedy = "write auto, human, plain, json, github, gitlab or buildkite";
        bad(said, &word, remedy)
    })
}

fn timestamps(layers: &Layers) -> Result<Timestamps, Failure> {
    let Some(said) = layers.get(Key::Timestamps) else {
        return Ok(Timestamps::None);
    };
    match text(Some(said)).as_deref() {
        Some("utc") => Ok(Timestamps::Utc),
        Some("local") => Ok(Timestamps::Local),
        Some("none") | None => Ok(Timestamps::None),
        Some(other) => Err(bad(said, other, "write utc, local or none")),
    }
}

/// Extra environment variables: files below single variables, higher places over lower ones.
fn variables(
    layers: &Layers,
    variable: &impl Fn(&str) -> Option<String>,
    read: &impl Fn(&Path) -> std::io::Result<String>,
) -> Result<BTreeMap<String, Variable>, Failure> {
    let mut variables = BTreeMap::new();
    let hidden = |value| Variable {
        value,
        written_out: false,
    };
    let take = |name: &str, origin: &Origin| {
        variable(name).ok_or_else(|| {
            Failure::usage(format!("{origin}: the variable {name} is not set here"))
                .hinted(format!("set it, or write {name}=VALUE"))
        })
    };
    for said in layers.all(Key::EnvFile) {
        for path in &said.values {
            let text = read(Path::new(path))
                .map_err(|error| bad(said, path, &format!("the file cannot be read: {error}")))?;
            let parsed = env_file::parse(&text).map_err(|line| {
                Failure::usage(format!("{path}:{line}: this line is no variable"))
                    .hinted("write NAME=VALUE, NAME or # comment")
            })?;
            for (name, value) in parsed {
                let value = value.map_or_else(|| take(&name, &said.origin), Ok)?;
                variables.insert(name, hidden(value));
            }
        }
    }
    for said in layers.all(Key::Env) {
        for pair in &said.values {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => {
                    let value = value.to_owned();
                    (
                        name,
                        Variable {
                            value,
                            written_out: true,
                        },
                    )
                }
                None => (pair.as_str(), hidden(take(pair, &said.origin)?)),
            };
            if name.is_empty() {
                return Err(bad(said, pair, "write NAME=VALUE, or NAME to take ours"));
            }
            variables.insert(name.to_owned(), value);
        }
    }
    Ok(variables)
}

fn tags(layers: &Layers) -> Result<BTreeMap<String, String>, Failure> {
    let mut tags = BTreeMap::new();
    for said in layers.all(Key::Tags) {
        for pair in &said.values {
            match pair.split_once('=') {
                Some((key, value))
                    if !key.is_empty()
                        && key.chars().count() <= 128
                        && value.chars().count() <= 256 =>
                {
                    tags.insert(key.to_owned(), value.to_owned());
                }
                _ => {
                    return Err(bad(
                        said,
                        pair,
                        "write KEY=VALUE, the key at most 128 and the value at most 256 characters long",
                    ));
                }
            }
        }
    }
    Ok(tags)
}

/// How much single rules matter: higher places over lower ones, rule by rule.
fn rules(layers: &Layers) -> Result<BTreeMap<String, Importance>, Failure> {
    let said = layers.all(Key::Rules);
    let pairs = said.flat_map(|said| said.values.iter().map(move |pair| rule(said, pair)));
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::super::layer::{self, Layer, Said};
    use super::super::variables as from_environment;
    use super::*;

    const FILE: &str = r#"
[defaults]
cluster = "from-defaults"
task-definition = "from-defaults"
container = "from-defaults"
env = { A = "defaults", B = "defaults" }
launch-type = "EC2"
[environments.production]
cluster = "from-environment"
container = "from-environment"
env = { B = "environment" }
capacity-provider = ["FARGATE_SPOT:1"]
[commands.migrate]
timeout = "2h"
task-definition = "from-command"
"#;

    fn flags(pairs: &[(Key, &str)]) -> Layer {
        pairs
            .iter()
            .map(|(key, value)| {
                let origin = Origin::Flag(key.spec().flag);
                (
                    *key,
                    Said {
                        values: vec![(*value).to_owned()],
                        origin,
                    },
                )
            })
            .collect()
    }

    fn settings(flag_layer: Layer, environment: &[(&str, &str)]) -> Result<Settings, Failure> {
        let environment: BTreeMap<_, _> = environment.iter().copied().collect();
        let variable = |name: &str| environment.get(name).map(|value| (*value).to_owned());
        let file = file::parse("f.toml", FILE).expect("it is sound");
        let mut layers = Layers::default();
        layers.push(flag_layer);
        layers.push(from_environment::layer(variable));
        layers.push(file.environments["production"].clone());
        layers.push(file.commands["migrate"].clone());
        layers.push(file.defaults);
        layers.push(layer::built_in());
        let read = |path: &Path| match path.to_str() {
            Some("vars") => Ok("B=file\nC=file\nD\n".to_owned()),
            _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
        };
        resolve(&layers, None, variable, read)
    }

    #[test]
    fn higher_places_win() {
        let settings = settings(
            flags(&[(Key::Container, "from-flag")]),
            &[
                ("ECS_CLUSTER", "from-variable"),
                ("ECS_CONTAINER", "from-variable"),
            ],
        )
        .expect("sound");
        assert_eq!(settings.container.as_deref(), Some("from-flag"));
        assert_eq!(settings.cluster, "from-variable");
        assert_eq!(settings.task_definition, "from-command");
        assert_eq!(settings.timeout.map(|t| t.as_secs()), Some(7_200));
        assert_eq!(settings.start_timeout.as_secs(), 600);
        assert_eq!(settings.region, None, "left to the profile");
    }

    #[test]
    fn capacity_providers_of_a_higher_place_replace_a_launch_type() {
        let from_file = settings(Layer::new(), &[]).expect("sound");
        assert!(
            matches!(from_file.launch, Launch::Providers(_)),
            "{:?}",
            from_file.launch
        );
        let from_flag = settings(flags(&[(Key::LaunchType, "fargate")]), &[]).expect("sound");
        assert_eq!(from_flag.launch, Launch::Type("FARGATE".into()));
    }

    #[test]
    fn environment_variables_add_up() {
        let settings = settings(
            flags(&[(Key::EnvFile, "vars"), (Key::Env, "E")]),
            &[("D", "ours"), ("E", "ours too")],
        )
        .expect("sound");
        let env: Vec<_> = settings
            .env
            .iter()
            .map(|(k, v)| format!("{k}={}", v.value))
            .collect();
        assert_eq!(
            env,
            [
                "A=defaults",
                "B=environment",
                "C=file",
                "D=ours",
                "E=ours too"
            ]
        );
    }

    #[test]
    fn what_cannot_be_taken_is_named() {
        let message = |layer: Layer| settings(layer, &[]).expect_err("refused").to_string();
        assert_eq!(
            message(flags(&[(Key::Env, "NOT_SET")])),
            "--env: the variable NOT_SET is not set here\nhint: set it, or write NOT_SET=VALUE"
        );
        assert!(
            message(flags(&[(Key::EnvFile, "nowhere")]))
                .starts_with("--env-file: `nowhere` cannot be taken")
        );
        assert!(
            message(flags(&[(Key::Output, "xml")])).contains("auto, human, plain, json, github")
        );
        assert!(message(flags(&[(Key::Tags, "x")])).starts_with("--tag: `x`"));
        assert!(message(flags(&[(Key::Subnets, "vpc-1")])).contains("begin with `subnet-`"));
    }
}
