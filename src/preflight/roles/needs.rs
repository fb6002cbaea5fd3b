//! What must be allowed, and to whom: tables over the definition and the request.

use std::collections::{BTreeMap, BTreeSet};

use super::arn::{Arn, Place};
use super::repository::repository;
use super::stored::{Stored, with_suffix};
use crate::model::account::encrypted::Encrypted;
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::log::LogDriver;
use crate::preflight::definition::runs_on_fargate;
use crate::preflight::group::Definite;

/// Actions on one resource that must be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) kind: Kind,
    pub(super) actions: &'static [&'static str],
    /// The resource, as the real call names it or near to it.
    pub(super) resource: String,
    /// The resource, as a policy that allows it should name it.
    pub(super) grant: String,
    /// What the real call would have conditions on.
    pub(super) context: Vec<(String, Vec<String>)>,
}

/// What a right is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A secret of Secrets Manager.
    Secret,
    /// A parameter of Systems Manager.
    Parameter,
    /// The key that one of them is encrypted with.
    Key,
    /// Logging in at ECR.
    Registry,
    /// A repository of ECR.
    Repository,
    /// A log group, and its streams.
    LogGroup,
    /// Starting the task.
    Start,
    /// Giving the task its roles.
    Pass,
    /// Following and stopping it.
    Follow,
    /// Reading its log.
    Read,
    /// Commands in its containers.
    Session,
}

impl Kind {
    /// The cause that a start fails for, where ECS tells of one.
    pub(super) fn cause(self) -> Option<&'static str> {
        match self {
            Self::Secret => Some("secret-access-denied"),
            Self::Parameter => Some("ssm-access-denied"),
            Self::Key => Some("kms-access-denied"),
            Self::Registry | Self::Repository => Some("ecr-pull-access-denied"),
            Self::LogGroup => Some("log-group-access-denied"),
            Self::Start => Some("runtask-denied"),
            Self::Pass => Some("passrole-denied"),
            Self::Follow | Self::Read | Self::Session => None,
        }
    }

    /// One, and many.
    pub(super) fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Secret => ("secret", "secrets"),
            Self::Parameter => ("parameter", "parameters"),
            Self::Key => ("key", "keys"),
            Self::Registry => ("registry", "registries"),
            Self::Repository => ("repository", "repositories"),
            Self::LogGroup => ("log group", "log groups"),
            Self::Start | Self::Pass | Self::Follow | Self::Read | Self::Session => ("", ""),
        }
    }

    /// Whether its resources can have a policy of their own, which a simulation does not see.
    pub(super) fn has_own_policy(self) -> bool {
        matches!(self, Self::Secret | Self::Key | Self::Repository)
    }
}

/// What is known of the stored values that a definition means.
pub(super) type Keys = BTreeMap<Stored, Encrypted>;

/// Where a definition's resources are: what all of this needs to know.
pub(super) fn place(definite: &Definite<'_>) -> Option<Place> {
    Place::of(&definite.definition.arn, &definite.subject.region)
}

/// The secrets and parameters that ECS reads before the containers start.
pub(super) fn stored(definition: &TaskDefinition, place: &Place) -> BTreeSet<Stored> {
    let containers = definition.containers.iter();
    let all = containers.flat_map(|container| {
        let values = container.secrets.iter();
        let values = values.map(|it| Stored::parse(&it.value_from, place));
        let login = container.repository_credentials.iter();
        values.chain(login.map(|it| Stored::credentials(it, place)))
    });
    all.flatten().collect()
}

/// What the execution role must be allowed.
///
/// On an instance, the instance's own role pulls images and writes logs, and only values are read
/// by the execution role.
pub(super) fn of_execution(definite: &Definite<'_>, place: &Place, keys: &Keys) -> Vec<Need> {
    let definition = definite.definition;
    let mut needs = Vec::new();
    for stored in stored(definition, place) {
        let known = keys.get(&stored);
        needs.push(value(&stored, known));
        needs.extend(known.and_then(|known| key(&stored, known)));
    }
    if runs_on_fargate(definite.subject)
        || definite.subject.request.launch_type.as_deref() == Some("EXTERNAL")
    {
        images(definition, place, &mut needs);
        for container in &definition.containers {
            logs(container, place, &mut needs);
        }
    }
    let mut distinct: Vec<Need> = Vec::new();
    for need in needs {
        if !distinct.contains(&need) {
            distinct.push(need);
        }
    }
    distinct
}

fn value(stored: &Stored, known: Option<&Encrypted>) -> Need {
    let named = &stored.reference().arn;
    let full = known.map(|it| &it.arn).filter(|arn| !arn.is_empty());
    let (kind, actions, resource): (_, &'static [_], _) = match stored {
        Stored::Secret(_) => (
            Kind::Secret,
            &["secretsmanager:GetSecretValue"],
            full.cloned().unwrap_or_else(|| with_suffix(named)),
        ),
        Stored::Parameter(_) => (Kind::Parameter, &["ssm:GetParameters"], named.clone()),
    };
    Need {
        kind,
        actions,
        grant: resource.clone(),
        resource,
        context: Vec::new(),
    }
}

/// The right to use a customer's key. An alias names no key that a policy could hold.
fn key(stored: &Stored, known: &Encrypted) -> Option<Need> {
    let key = known.key.as_deref().filter(|key| !key.is_empty())?;
    let named = match &*known.arn {
        "" => &stored.reference().arn,
        full => full,
    };
    let arn = Arn::parse(named)?;
    let (service, of) = match stored {
        Stored::Secret(_) => ("secretsmanager", "SecretARN"),
        Stored::Parameter(_) => ("ssm", "PARAMETER_ARN"),
    };
    let resource = match Arn::parse(key) {
        Some(key_arn) if key_arn.resource.starts_with("key/") => key.to_owned(),
        Some(_) => return None,
        None if key.starts_with("alias/") => return None,
        None => {
            let (partition, region, account) = (arn.partition, arn.region, arn.account);
            format!("arn:{partition}:kms:{region}:{account}:key/{key}")
        }
    };
    Some(Need {
        kind: Kind::Key,
        actions: &["kms:Decrypt"],
        grant: resource.clone(),
        resource,
        context: vec![
            (
                "kms:ViaService".to_owned(),
                vec![format!("{service}.{}.amazonaws.com", arn.region)],
            ),
            (
                format!("kms:EncryptionContext:{of}"),
                vec![named.to_owned()],
            ),
        ],
    })
}

/// Whether a value is encrypted with a key that is named by a customer's alias: what may be done
/// with it cannot be asked then.
pub(super) fn is_behind_alias(known: &Encrypted) -> bool {
    let key = known.key.as_deref().unwrap_or_default();
    let alias = key.rsplit(':').next().unwrap_or_default();
    alias.starts_with("alias/") && !alias.starts_with("alias/aws/")
}

fn images(definition: &TaskDefinition, place: &Place, needs: &mut Vec<Need>) {
    let own_login = |it: &&ContainerDefinition| it.repository_credentials.is_none();
    let containers = definition.containers.iter().filter(own_login);
    let repositories: BTreeSet<_> = containers
        .filter_map(|container| repository(&container.image, place))
        .collect();
    if repositories.is_empty() {
        return;
    }
    needs.push(Need {
        kind: Kind::Registry,
        actions: &["ecr:GetAuthorizationToken"],
        resource: "*".to_owned(),
        grant: "*".to_owned(),
        context: Vec::new(),
    });
    needs.extend(repositories.into_iter().map(|arn| Need {
        kind: Kind::Repository,
        actions: &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        ],
        grant: arn.clone(),
        resource: arn,
        context: Vec::new(),
    }));
}

/// The ARN of the group that a container logs to, and the stream of any task of it.
fn log_place(container: &ContainerDefinition, place: &Place) -> Option<(String, String)> {
    let LogDriver::Awslogs {
        group,
        region,
        prefix,
    } = &container.log
    else {
        return None;
    };
    let region = region.as_deref().unwrap_or(&place.region);
    let name = &container.name;
    let stream = match prefix {
        Some(prefix) => format!("{prefix}/{name}/{ANY_TASK}"),
        None => "*".to_owned(),
    };
    Some((log_group(place, region, group), stream))
}

/// `CloudWatch` Logs asks for rights on a stream, and for those on a group on a stream without a
/// name, as its refusals show.
fn logs(container: &ContainerDefinition, place: &Place, needs: &mut Vec<Need>) {
    let Some((arn, stream)) = log_place(container, place) else {
        return;
    };
    if container.log_options.creates_group {
        needs.push(Need {
            kind: Kind::LogGroup,
            actions: &["logs:CreateLogGroup"],
            resource: format!("{arn}:log-stream:"),
            grant: format!("{arn}:*"),
            context: Vec::new(),
        });
    }
    needs.push(Need {
        kind: Kind::LogGroup,
        actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
        resource: format!("{arn}:log-stream:{stream}"),
        grant: format!("{arn}:*"),
        context: Vec::new(),
    });
}

/// Stands for the id of a task that is not there yet.
const ANY_TASK: &str = "00000000000000000000000000000000";

fn log_group(place: &Place, region: &str, group: &str) -> String {
    place.elsewhere(
        "logs",
        region,
        &place.account,
        &format!("log-group:{group}"),
    )
}

/// What the task role must be allowed, as far as it can be known: what a program in a container
/// needs, nobody tells.
pub(super) fn of_task(definite: &Definite<'_>) -> Vec<Need> {
    if !definite.subject.execute_command {
        return Vec::new();
    }
    vec![Need {
        kind: Kind::Session,
        actions: &[
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        resource: "*".to_owned(),
        grant: "*".to_owned(),
        context: Vec::new(),
    }]
}

/// What the caller must be allowed to run the task and to follow it.
pub(super) fn of_caller(definite: &Definite<'_>, place: &Place, roles: &[String]) -> Vec<Need> {
    let (subject, definition) = (definite.subject, definite.definition);
    let cluster = &subject.request.cluster;
    let cluster = if cluster.starts_with("arn:") {
        cluster.clone()
    } else {
        place.arn("ecs", &format!("cluster/{cluster}"))
    };
    let name = cluster.rsplit('/').next().unwrap_or_default();
    let tasks = place.arn("ecs", &format!("task/{name}/*"));
    let instances = place.arn("ecs", &format!("container-instance/{name}/*"));
    let in_cluster = vec![("ecs:cluster".to_owned(), vec![cluster.clone()])];
    let with = |more: Vec<(String, Vec<String>)>| [in_cluster.clone(), more].concat();
    let tags = tags(definite);
    let mut needs = vec![
        Need {
            kind: Kind::Start,
            actions: &["ecs:RunTask"],
            resource: definition.arn.clone(),
            grant: revisions(&definition.arn),
            context: with(tags.clone()),
        },
        need(Kind::Follow, &["ecs:TagResource"], &tasks, {
            let by = ("ecs:CreateAction".to_owned(), vec!["RunTask".to_owned()]);
            [with(tags), vec![by]].concat()
        }),
        need(
            Kind::Follow,
            &["ecs:DescribeTasks", "ecs:StopTask"],
            &tasks,
            in_cluster.clone(),
        ),
        need(
            Kind::Follow,
            &["ecs:ListTasks"],
            &instances,
            in_cluster.clone(),
        ),
        need(
            Kind::Follow,
            &["ecs:DescribeTaskDefinition"],
            "*",
            Vec::new(),
        ),
    ];
    if subject.execute_command {
        let container = (
            "ecs:container-name".to_owned(),
            vec![subject.deciding.clone()],
        );
        let context = with(vec![container]);
        for resource in [&tasks, &cluster] {
            needs.push(need(
                Kind::Session,
                &["ecs:ExecuteCommand"],
                resource,
                context.clone(),
            ));
        }
    }
    let to = vec![(
        "iam:PassedToService".to_owned(),
        vec![super::trust::ECS_TASKS.to_owned()],
    )];
    let passed = roles.iter();
    needs.extend(passed.map(|role| need(Kind::Pass, &["iam:PassRole"], role, to.clone())));
    for container in &definition.containers {
        read(container, place, &mut needs);
    }
    needs
}

fn need(
    kind: Kind,
    actions: &'static [&'static str],
    resource: &str,
    context: Vec<(String, Vec<String>)>,
) -> Need {
    Need {
        kind,
        actions,
        resource: resource.to_owned(),
        grant: resource.to_owned(),
        context,
    }
}

/// All revisions of a definition.
fn revisions(arn: &str) -> String {
    match arn.rsplit_once(':') {
        Some((family, revision)) if revision.parse::<u64>().is_ok() => format!("{family}:*"),
        _ => arn.to_owned(),
    }
}

fn tags(definite: &Definite<'_>) -> Vec<(String, Vec<String>)> {
    let tags = &definite.subject.request.tags;
    if tags.is_empty() {
        return Vec::new();
    }
    let keys = tags.iter().map(|tag| tag.key.clone()).collect();
    let each = tags.iter();
    let each = each.map(|tag| {
        (
            format!("aws:RequestTag/{}", tag.key),
            vec![tag.value.clone()],
        )
    });
    each.chain([("aws:TagKeys".to_owned(), keys)]).collect()
}

fn read(container: &ContainerDefinition, place: &Place, needs: &mut Vec<Need>) {
    let Some((arn, stream)) = log_place(container, place) else {
        return;
    };
    for (actions, stream) in [
        (&["logs:GetLogEvents"] as &'static [_], &*stream),
        (&["logs:DescribeLogStreams"], ""),
    ] {
        let need = Need {
            kind: Kind::Read,
            actions,
            resource: format!("{arn}:log-stream:{stream}"),
            grant: format!("{arn}:*"),
            context: Vec::new(),
        };
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
}

#[cfg(test)]
mod tests;
