//! What a task on Fargate must reach on 443 before its command runs, by its interface. Keys are
//! used by the services themselves.

use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::image::ecr_registry;
use crate::model::log::LogDriver;

/// Something that must be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::preflight) struct Need {
    /// How people call it.
    pub(super) name: String,
    /// The end of the name of its endpoint, where a VPC may have one.
    pub(super) endpoint: Option<&'static str>,
    /// What a start fails for that does not reach it.
    pub(super) cause: &'static str,
}

/// Services that a VPC may have an endpoint for, in the order in which a start asks for them.
const SECRETS: (&str, &str, &str) = (
    "Secrets Manager",
    "secretsmanager",
    "secrets-manager-timeout-no-route",
);
const PARAMETERS: (&str, &str, &str) = ("SSM", "ssm", "ssm-timeout-no-route");
const ECR_API: (&str, &str, &str) = ("the API of ECR", "ecr.api", "ecr-timeout-no-route");
const ECR_IMAGES: (&str, &str, &str) = ("the registry of ECR", "ecr.dkr", "ecr-timeout-no-route");
const LAYERS: (&str, &str, &str) = (
    "S3 with the image's layers",
    "s3",
    "s3-layer-timeout-no-route",
);
const LOGS: (&str, &str, &str) = ("CloudWatch Logs", "logs", "logs-timeout-no-route");

const ORDER: [&str; 6] = [
    SECRETS.1,
    PARAMETERS.1,
    ECR_API.1,
    ECR_IMAGES.1,
    LAYERS.1,
    LOGS.1,
];

/// What a definition needs, in the order in which a start asks for it.
pub(in crate::preflight) fn needs(definition: &TaskDefinition, region: &str) -> Vec<Need> {
    let mut all = Vec::new();
    for container in &definition.containers {
        add_values(&mut all, container, region);
        add_image(&mut all, container, region);
        if let LogDriver::Awslogs { region: own, .. } = &container.log {
            add(&mut all, LOGS, own.as_deref().unwrap_or(region), region);
        }
    }
    all.sort_by_key(|need: &Need| {
        let place = |name| ORDER.iter().position(|known| *known == name);
        need.endpoint.and_then(place).unwrap_or(ORDER.len())
    });
    all
}

fn add_values(all: &mut Vec<Need>, container: &ContainerDefinition, region: &str) {
    let values = container.secrets.iter().map(|it| &it.value_from);
    for reference in values {
        let mut parts = reference.split(':').skip(2);
        let service = parts.next();
        let own = parts.next().filter(|own| !own.is_empty());
        let what = match service {
            Some("secretsmanager") => SECRETS,
            _ => PARAMETERS,
        };
        add(all, what, own.unwrap_or(region), region);
    }
    if container.repository_credentials.is_some() {
        add(all, SECRETS, region, region);
    }
}

fn add_image(all: &mut Vec<Need>, container: &ContainerDefinition, region: &str) {
    let host = registry(&container.image);
    if let Some((_, own)) = ecr_registry(host) {
        for what in [ECR_API, ECR_IMAGES, LAYERS] {
            add(all, what, own, region);
        }
        return;
    }
    push(
        all,
        Need {
            name: format!("the registry {host}"),
            endpoint: None,
            cause: "registry-timeout-no-route",
        },
    );
}

/// Adds a service. An endpoint leads to the services of its own region alone.
fn add(
    all: &mut Vec<Need>,
    (name, endpoint, cause): (&str, &'static str, &'static str),
    at: &str,
    region: &str,
) {
    let need = if at == region {
        Need {
            name: name.to_owned(),
            endpoint: Some(endpoint),
            cause,
        }
    } else {
        Need {
            name: format!("{name} in {at}"),
            endpoint: None,
            cause,
        }
    };
    push(all, need);
}

fn push(all: &mut Vec<Need>, need: Need) {
    if !all.contains(&need) {
        all.push(need);
    }
}

/// The host that an image comes from. Without one it is Docker Hub's: only a first part with a dot,
/// a colon, or `localhost` is a host (the reference grammar of container images).
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::definition::SecretReference;

    fn names(container: ContainerDefinition) -> Vec<String> {
        let definition = TaskDefinition {
            containers: vec![container],
            ..TaskDefinition::default()
        };
        let needs = needs(&definition, "us-east-1").into_iter();
        needs
            .map(|need| need.endpoint.map_or(need.name, str::to_owned))
            .collect()
    }

    #[test]
    fn images_and_their_registries() {
        let ecr = ["ecr.api", "ecr.dkr", "s3"].map(str::to_owned).to_vec();
        let abroad = [
            "the API of ECR in eu-west-1",
            "the registry of ECR in eu-west-1",
            "S3 with the image's layers in eu-west-1",
        ];
        for (image, wanted) in [
            (
                "000000000000.dkr.ecr.us-east-1.amazonaws.com/a:1",
                ecr.clone(),
            ),
            ("000000000000.dkr-ecr.us-east-1.on.aws/a:1", ecr),
            (
                "000000000000.dkr.ecr.eu-west-1.amazonaws.com/a:1",
                abroad.map(str::to_owned).to_vec(),
            ),
            (
                "public.ecr.aws/x/y:1",
                vec!["the registry public.ecr.aws".to_owned()],
            ),
            ("ghcr.io/x/y", vec!["the registry ghcr.io".to_owned()]),
            ("alpine", vec!["the registry docker.io".to_owned()]),
            (
                "library/alpine:3",
                vec!["the registry docker.io".to_owned()],
            ),
        ] {
            let container = ContainerDefinition {
                image: image.into(),
                ..ContainerDefinition::default()
            };
            assert_eq!(names(container), wanted, "{image}");
        }
    }

    #[test]
    fn values_and_logs_come_in_the_order_of_a_start() {
        let secret = |value_from: &str| SecretReference {
            name: "X".into(),
            value_from: value_from.into(),
        };
        let container = ContainerDefinition {
            image: "ghcr.io/x/y".into(),
            log: LogDriver::Awslogs {
                group: "g".into(),
                region: None,
                prefix: None,
            },
            secrets: vec![
                secret("/prod/x"),
                secret("arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf"),
                secret("arn:aws:ssm:eu-west-1:000000000000:parameter/x"),
            ],
            ..ContainerDefinition::default()
        };
        assert_eq!(
            names(container),
            [
                "secretsmanager",
                "ssm",
                "logs",
                "SSM in eu-west-1",
                "the registry ghcr.io"
            ]
        );
    }
}
