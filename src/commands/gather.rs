//! Collecting what the user said from flags, variables and the configuration file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::secrets;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::exclusive::Exclusive;
use crate::model::reach::{Reach, word};
use crate::settings::key::Key;
use crate::settings::layer::{Layer, Layers, built_in};
use crate::settings::{self, Settings, discover, file, variables};

/// Everything that was said, and what counts of it.
#[derive(Debug)]
pub struct Gathered {
    /// Every place, highest first.
    pub layers: Layers,
    /// The values that count.
    pub settings: Settings,
    /// What the file says of single commands.
    pub commands: BTreeMap<String, Layer>,
    /// The configuration file that was read.
    pub file: Option<PathBuf>,
}

impl Gathered {
    /// Which commands must not run beside each other, by the configuration file.
    pub fn exclusive(&self) -> Result<Exclusive, Failure> {
        let said = self.commands.iter().filter_map(|(name, layer)| {
            let said = settings::switch(layer.get(&Key::Exclusive)).transpose()?;
            Some(said.map(|exclusive| (name.clone(), exclusive)))
        });
        let settings = &self.settings;
        let looks = [&*settings.status_command, &*settings.dry_run_command];
        Ok(Exclusive::new(said.collect::<Result<_, _>>()?)
            .with_migrations(&settings.migrate_command, &looks))
    }
}

/// One of our environment variables, if it is set to text.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Reads flags, variables and the configuration file; `command` is the container's first word.
pub fn gather(options: &Options, command: Option<&str>) -> Result<Gathered, Failure> {
    let path = file_path(options.config.as_deref())?;
    let file = match &path {
        Some(path) => read(path)?,
        None => file::File::default(),
    };
    let environment = options
        .environment
        .clone()
        .or_else(|| variable("RUN_ADMIN_TASK_ENVIRONMENT").filter(|name| !name.is_empty()))
        .or_else(|| file.default_environment.clone());

    let profile_may_come = file.brings(Key::Profile) || another_file_brings_a_profile();

    let mut layers = Layers::default();
    layers.push(options.layer());
    layers.push(variables::layer(variable));
    if let Some(name) = &environment {
        let layer = file.environments.get(name).ok_or_else(|| {
            Failure::usage(format!("there is no environment `{name}`")).hinted(no_environment(
                path.as_deref(),
                &file,
                name,
            ))
        })?;
        layers.push(layer.clone());
    }
    if let Some(layer) = command.and_then(|command| file.commands.get(command)) {
        layers.push(layer.clone());
    }
    layers.push(file.defaults);
    layers.push(built_in());
    let mut settings = settings::resolve(&layers, environment, variable, |path| {
        std::fs::read_to_string(path)
    })?;
    if settings.profile.is_none() && profile_may_come {
        settings.reach = path.as_deref().map(|path| without_profile(path, &settings));
    }
    settings.place = place(options);
    secrets::conceal_those_of(&settings);
    Ok(Gathered {
        layers,
        settings,
        commands: file.commands,
        file: path,
    })
}

/// The flags that lead to the same place once more.
fn place(options: &Options) -> Vec<String> {
    const WHERE: [Key; 9] = [
        Key::Cluster,
        Key::Subnets,
        Key::SecurityGroups,
        Key::NetworkFromService,
        Key::Region,
        Key::Profile,
        Key::TaskDefinition,
        Key::Container,
        Key::Migrations,
    ];
    let config = options.config.as_ref();
    let config = config.map(|path| ("--config", path.display().to_string()));
    let environment = options.environment.clone().map(|name| ("-E", name));
    let layer = options.layer();
    let said = WHERE.iter().filter_map(|key| Some((key, layer.get(key)?)));
    let said = said.flat_map(|(key, said)| {
        let flag = key.spec().flag;
        said.values.iter().map(move |value| (flag, value.clone()))
    });
    let all = config.into_iter().chain(environment).chain(said);
    all.map(|(flag, value)| format!("{flag} {}", word(&value)))
        .collect()
}

/// How to come by no profile again, from any folder.
fn without_profile(path: &Path, settings: &Settings) -> Reach {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    Reach::File {
        path: path.display().to_string(),
        environment: settings.environment.clone(),
    }
}

/// Whether the file that counts where none is named has a profile for whoever says nothing else.
fn another_file_brings_a_profile() -> bool {
    let found = std::env::current_dir().ok();
    let found = found.and_then(|folder| discover::find(&folder, user_folder().as_deref()));
    // One that cannot be read will say so when it is meant.
    let file = found.and_then(|path| read(&path).ok());
    file.is_some_and(|file| file.brings(Key::Profile))
}

fn no_environment(path: Option<&Path>, file: &file::File, name: &str) -> String {
    match path {
        Some(path) => format!(
            "{}: {}",
            path.display(),
            file::known_environments(file, name)
        ),
        None => format!(
            "no configuration file was found: name one with --config, or write {}",
            discover::FILE_NAME
        ),
    }
}

/// The configuration file that counts: the one that is named, or else the one that is found.
pub(super) fn file_path(named: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    let named = named.map(Path::to_path_buf).or_else(|| {
        std::env::var_os("RUN_ADMIN_TASK_CONFIG")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    });
    if named.is_some() {
        return Ok(named);
    }
    let folder = std::env::current_dir()
        .map_err(|error| Failure::usage(format!("the current folder cannot be read: {error}")))?;
    Ok(discover::find(&folder, user_folder().as_deref()))
}

/// The user's folder for configuration: `~/.config`, or what the system has in its place.
fn user_folder() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir())
}

/// Reads a configuration file.
pub(super) fn read(path: &Path) -> Result<file::File, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!(
            "the configuration file {} cannot be read: {error}",
            path.display()
        ))
        .hinted("name another with --config or RUN_ADMIN_TASK_CONFIG")
    })?;
    file::parse(&path.display().to_string(), &text)
}
