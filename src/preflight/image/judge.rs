//! What was seen of images, judged.

use std::collections::BTreeMap;

use super::{NAME, Seen};
use crate::model::account::image::{Found, Manifest, Platform, PullThrough};
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::finding::{Finding, Verdict};
use crate::model::image::{EcrImage, ImageName};
use crate::ports::CallErrorKind;
use crate::preflight::definition::runs_on_fargate;
use crate::preflight::group::{Definite, Subject};
use crate::preflight::looked::could_not;

const MEGABYTE: u64 = 1_000_000;
/// Compressed images that are larger make a start slow.
const LARGE: u64 = 1_000 * MEGABYTE;

pub(super) fn judge(definite: &Definite<'_>, seen: &BTreeMap<String, Seen>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for container in &definite.definition.containers {
        if done.contains(&&*container.image) {
            continue;
        }
        done.push(&container.image);
        match ImageName::parse(&container.image) {
            None => findings.push(unreadable(container)),
            Some(ImageName::DockerHub) => findings.push(in_docker_hub(container)),
            Some(ImageName::Other { registry }) => findings.push(Finding::skip(
                NAME,
                format!(
                    "`{}` is in {registry}, and only ECR is asked",
                    container.image
                ),
            )),
            Some(ImageName::Ecr(image)) => {
                if let Some(seen) = seen.get(&container.image) {
                    let (what, against) = in_ecr(definite, &image, seen);
                    told.extend(what);
                    findings.extend(against);
                }
            }
        }
    }
    if !told.is_empty() {
        findings.insert(0, Finding::pass(NAME, told.join(", ")));
    }
    findings
}

fn unreadable(container: &ContainerDefinition) -> Finding {
    Finding::fail(
        NAME,
        format!(
            "`{}` of container `{}` is not the name of an image",
            container.image, container.name
        ),
    )
    .hinted("register a revision with REGISTRY/REPOSITORY:TAG, in lower case")
}

/// Docker, "Docker Hub pull usage and limits": who does not log in may pull a hundred times.
fn in_docker_hub(container: &ContainerDefinition) -> Finding {
    let image = &container.image;
    let skip = format!("`{image}` is in Docker Hub, and only ECR is asked");
    if container.repository_credentials.is_some() {
        return Finding::skip(NAME, skip);
    }
    Finding::skip(
        NAME,
        format!("{skip}; without credentials it gives one address 100 pulls in six hours, and a NAT gateway is one address"),
    )
    .hinted("if it is meant to be in ECR, write its registry before it: ACCOUNT.dkr.ecr.REGION.amazonaws.com/…")
}

/// What is there, if it will do, and what is to be said besides.
fn in_ecr(
    definite: &Definite<'_>,
    image: &EcrImage,
    seen: &Seen,
) -> (Option<String>, Vec<Finding>) {
    let name = format!("{}{}", image.repository, image.version());
    let manifest = match &seen.image {
        Ok(Found::Image(manifest)) => manifest,
        Ok(Found::NoImage | Found::NoRepository) => {
            return match filled(image, seen) {
                Some(rule) => {
                    let why = format!(
                        "`{name}` is not in ECR yet: a start takes it from {}, if the execution role may do so",
                        rule.upstream
                    );
                    (Some(why), Vec::new())
                }
                None => (None, vec![missing(image, seen)]),
            };
        }
        Ok(Found::Withheld(why)) => {
            let why = format!("image `{name}` could not be looked at: {why}");
            return (None, vec![Finding::skip(NAME, why)]);
        }
        Err(error) => {
            return (
                None,
                vec![could_not(NAME, &format!("image `{name}`"), error)],
            );
        }
    };
    let platform = platform(definite.subject, definite.definition);
    let (runs_on, platform_against) = fits(&name, manifest, platform.as_ref(), seen);
    let (size, size_against) = size(definite.subject, &name, seen);
    let against: Vec<_> = platform_against.into_iter().chain(size_against).collect();
    let is_sound = against.iter().all(|it| it.verdict == Verdict::Skip);
    let facts: Vec<_> = runs_on.into_iter().chain(size).collect();
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", facts.join(", "))
    };
    (
        is_sound.then(|| format!("`{name}` is there{facts}")),
        against,
    )
}

/// The rule by which ECR fetches an image that it does not have.
fn filled<'a>(image: &EcrImage, seen: &'a Seen) -> Option<&'a PullThrough> {
    let rules = seen.pull_through.as_ref()?.as_ref().ok()?;
    rules.iter().find(|rule| rule.covers(&image.repository))
}

fn missing(image: &EcrImage, seen: &Seen) -> Finding {
    let (account, region, repository) = (&image.account, &image.region, &image.repository);
    let rules = seen
        .pull_through
        .as_ref()
        .and_then(|rules| rules.as_ref().err());
    let unseen = rules.filter(|error| error.kind == CallErrorKind::Denied).map_or("", |_| {
        "; whether a pull-through cache would fetch it was not seen: the caller lacks the permission ecr:DescribePullThroughCacheRules"
    });
    if seen.image == Ok(Found::NoRepository) {
        return Finding::fail(
            NAME,
            format!("there is no repository `{repository}` in account {account} in {region}{unseen}"),
        )
        .because("image-repository-missing")
        .hinted(format!(
            "aws ecr describe-repositories --registry-id {account} --region {region}; then correct the image, or create the repository and push to it"
        ));
    }
    let version = image.version();
    let finding = Finding::fail(
        NAME,
        format!("repository `{repository}` has no image `{version}`{unseen}"),
    )
    .because("image-tag-missing");
    if seen.tags.is_empty() {
        return finding.hinted(format!(
            "aws ecr describe-images --registry-id {account} --repository-name {repository} --region {region}"
        ));
    }
    finding.hinted(format!(
        "push it, or register a revision with one that is there; the newest are {}",
        seen.tags.join(", ")
    ))
}

/// What the task runs on, in Docker's words; `None` where its container instance decides.
fn platform(subject: &Subject, definition: &TaskDefinition) -> Option<Platform> {
    let architecture = match definition.cpu_architecture.as_deref() {
        Some("X86_64") => "amd64",
        Some("ARM64") => "arm64",
        None if runs_on_fargate(subject) => "amd64",
        Some(_) | None => return None,
    };
    let system = match definition.operating_system.as_deref() {
        Some(system) if system.starts_with("WINDOWS") => "windows",
        Some("LINUX") => "linux",
        None if runs_on_fargate(subject) => "linux",
        Some(_) | None => return None,
    };
    Some(Platform {
        system: system.to_owned(),
        architecture: architecture.to_owned(),
    })
}

/// What of the image's platforms is worth a word, and what is against them.
fn fits(
    name: &str,
    manifest: &Manifest,
    wanted: Option<&Platform>,
    seen: &Seen,
) -> (Option<String>, Option<Finding>) {
    let skipped = |why: &str| {
        let what = format!("the platform of image `{name}` could not be looked at: {why}");
        (None, Some(Finding::skip(NAME, what)))
    };
    let platforms = match manifest {
        Manifest::Index(platforms) if platforms.is_empty() => {
            return skipped("its index names none");
        }
        Manifest::Index(platforms) => platforms.clone(),
        Manifest::Single { .. } => match &seen.platform {
            Some(Ok(Some(platform))) => vec![platform.clone()],
            Some(Ok(None)) | None => return skipped("its configuration tells none"),
            Some(Err(error)) => {
                let what = format!("the platform of image `{name}`");
                return (None, Some(could_not(NAME, &what, error)));
            }
        },
        Manifest::Unknown => return skipped("its manifest is of a kind that is not known here"),
    };
    let there: Vec<_> = platforms.iter().map(Platform::name).collect();
    let Some(wanted) = wanted else {
        let there = there.join(", ");
        return (
            Some(format!(
                "{there}; the container instance decides which is needed"
            )),
            None,
        );
    };
    if platforms.contains(wanted) {
        return (Some(wanted.name()), None);
    }
    let cause = match manifest {
        Manifest::Index(_) => "arch-mismatch-manifest",
        // It is pulled, and cannot be run.
        Manifest::Single { .. } | Manifest::Unknown => "exec-format-error",
    };
    let (wanted, there) = (wanted.name(), there.join(", "));
    let finding = Finding::fail(
        NAME,
        format!("image `{name}` is for {there}, and the task runs on {wanted}"),
    )
    .because(cause)
    .hinted(format!(
        "docker buildx build --platform {wanted} …, or register a revision with another runtimePlatform"
    ));
    (None, Some(finding))
}

/// How large the image is, and whether that is against it.
fn size(subject: &Subject, name: &str, seen: &Seen) -> (Option<String>, Option<Finding>) {
    match &seen.size {
        Ok(Some(size)) if *size > LARGE => {
            let each = if runs_on_fargate(subject) {
                ", and Fargate pulls it for each task anew"
            } else {
                ""
            };
            let megabytes = size.div_ceil(MEGABYTE);
            let finding = Finding::warn(
                NAME,
                format!(
                    "image `{name}` is large, {megabytes} MB compressed: that is start-up time{each}"
                ),
            );
            let hint = "build it on a smaller base, or in stages without what only the build needs";
            (None, Some(finding.hinted(hint)))
        }
        Ok(Some(size)) => (
            Some(format!("{} MB compressed", size.div_ceil(MEGABYTE))),
            None,
        ),
        Ok(None) => (None, None),
        Err(error) => {
            let what = format!("the size of image `{name}`");
            (None, Some(could_not(NAME, &what, error)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::CallError;
    use crate::preflight::group::tests::subject;

    fn on(system: &str, architecture: &str) -> Platform {
        Platform {
            system: system.into(),
            architecture: architecture.into(),
        }
    }

    fn denied(operation: &'static str) -> CallError {
        CallError {
            operation,
            kind: CallErrorKind::Denied,
            code: None,
            message: "no".into(),
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the answer of a port, as a case has it"
    )]
    fn index(platforms: &[Platform]) -> Result<Found, CallError> {
        Ok(Found::Image(Manifest::Index(platforms.to_vec())))
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the answer of a port, as a case has it"
    )]
    fn single() -> Result<Found, CallError> {
        let config = "sha256:c".to_owned();
        Ok(Found::Image(Manifest::Single { config }))
    }

    struct Scene {
        subject: Subject,
        seen: Seen,
    }

    impl Scene {
        fn definition(&mut self) -> &mut TaskDefinition {
            self.subject.definition.as_mut().expect("it has one")
        }
    }

    fn findings(change: impl Fn(&mut Scene)) -> Vec<Finding> {
        let mut scene = Scene {
            subject: subject(),
            seen: Seen {
                image: index(&[on("linux", "amd64"), on("linux", "arm64")]),
                size: Ok(Some(52_428_800)),
                platform: None,
                tags: Vec::new(),
                pull_through: None,
            },
        };
        change(&mut scene);
        let subject = scene.subject;
        let definition = subject.definition.as_ref().expect("it has one");
        let image = definition.containers[0].image.clone();
        let definite = Definite {
            subject: &subject,
            definition,
        };
        judge(&definite, &[(image, scene.seen)].into())
    }

    fn found(change: impl Fn(&mut Scene)) -> Vec<(Verdict, String)> {
        let told = findings(change).into_iter();
        told.map(|it| (it.verdict, it.cause.unwrap_or_default().to_owned()))
            .collect()
    }

    fn one(verdict: Verdict, cause: &str) -> Vec<(Verdict, String)> {
        vec![(verdict, cause.to_owned())]
    }

    #[test]
    fn an_image_that_is_there_or_not() {
        let sound = findings(|_| ());
        assert_eq!(sound[0].verdict, Verdict::Pass);
        assert_eq!(
            sound[0].message,
            "`everruns-admin:1.2.3` is there (linux/amd64, 53 MB compressed)"
        );
        for (answer, cause) in [
            (Found::NoRepository, "image-repository-missing"),
            (Found::NoImage, "image-tag-missing"),
        ] {
            let missing = found(|scene| scene.seen.image = Ok(answer.clone()));
            assert_eq!(missing, one(Verdict::Fail, cause));
        }
        let refused = |scene: &mut Scene| scene.seen.image = Err(denied("ecr:BatchGetImage"));
        assert_eq!(found(refused), one(Verdict::Skip, ""));
        let withheld = |scene: &mut Scene| scene.seen.image = Ok(Found::Withheld("no".into()));
        assert_eq!(found(withheld), one(Verdict::Skip, ""));
    }

    #[test]
    fn tags_that_are_there_instead() {
        let findings = findings(|scene| {
            scene.seen.image = Ok(Found::NoImage);
            scene.seen.tags = vec!["1.2.4".into(), "1.2.2".into()];
        });
        let hint = findings[0].hint.as_deref().unwrap_or_default();
        assert!(hint.ends_with("the newest are 1.2.4, 1.2.2"), "{hint}");
    }

    #[test]
    fn what_a_start_fetches_is_not_missing() {
        let rule = |prefix: &'static str| {
            move |scene: &mut Scene| {
                scene.seen.image = Ok(Found::NoRepository);
                let (prefix, upstream) = (prefix.into(), "public.ecr.aws".into());
                scene.seen.pull_through = Some(Ok(vec![PullThrough { prefix, upstream }]));
            }
        };
        assert_eq!(found(rule("ROOT")), one(Verdict::Pass, ""));
        assert_eq!(
            found(rule("hub")),
            one(Verdict::Fail, "image-repository-missing")
        );
        let unseen = findings(|scene| {
            scene.seen.image = Ok(Found::NoRepository);
            scene.seen.pull_through = Some(Err(denied("ecr:DescribePullThroughCacheRules")));
        });
        assert!(
            unseen[0]
                .message
                .contains("ecr:DescribePullThroughCacheRules")
        );
    }

    #[test]
    fn platforms() {
        let arm = |scene: &mut Scene| scene.definition().cpu_architecture = Some("ARM64".into());
        assert_eq!(found(arm), one(Verdict::Pass, ""));
        let fails = |cause: &str| one(Verdict::Fail, cause);
        assert_eq!(
            found(|scene| {
                arm(scene);
                scene.seen.image = index(&[on("linux", "amd64")]);
            }),
            fails("arch-mismatch-manifest")
        );
        assert_eq!(
            found(|scene| {
                scene.definition().operating_system = Some("WINDOWS_SERVER_2022_CORE".into());
            }),
            fails("arch-mismatch-manifest")
        );
        assert_eq!(
            found(|scene| {
                scene.seen.image = single();
                scene.seen.platform = Some(Ok(Some(on("linux", "arm64"))));
            }),
            fails("exec-format-error")
        );
        let unseen = vec![
            (Verdict::Pass, String::new()),
            (Verdict::Skip, String::new()),
        ];
        assert_eq!(
            found(|scene| {
                scene.seen.image = single();
                scene.seen.platform = Some(Err(denied("ecr:GetDownloadUrlForLayer")));
            }),
            unseen
        );
        assert_eq!(
            found(|scene| scene.seen.image = Ok(Found::Image(Manifest::Unknown))),
            unseen
        );
        let on_instance = findings(|scene| {
            scene.subject.request.launch_type = Some("EC2".into());
            scene.seen.image = index(&[on("linux", "arm64")]);
        });
        assert!(
            on_instance[0]
                .message
                .contains("the container instance decides")
        );
    }

    #[test]
    fn sizes() {
        let size = |size: Result<Option<u64>, CallError>| {
            move |scene: &mut Scene| {
                scene.seen.size = size.clone();
            }
        };
        assert_eq!(found(size(Ok(Some(LARGE)))), one(Verdict::Pass, ""));
        assert_eq!(found(size(Ok(Some(LARGE + 1)))), one(Verdict::Warn, ""));
        assert_eq!(found(size(Ok(None))), one(Verdict::Pass, ""));
        let unseen = found(size(Err(denied("ecr:DescribeImages"))));
        assert_eq!(
            unseen,
            [
                (Verdict::Pass, String::new()),
                (Verdict::Skip, String::new())
            ]
        );
    }

    #[test]
    fn images_elsewhere_are_skipped_each_once() {
        let image = |image: &'static str| {
            move |scene: &mut Scene| {
                let mut container = scene.definition().containers[0].clone();
                container.image = image.into();
                scene.definition().containers = vec![container.clone(), container];
            }
        };
        assert_eq!(found(image("ghcr.io/a/b:1")), one(Verdict::Skip, ""));
        assert_eq!(found(image("Admin")), one(Verdict::Fail, ""));
        let hub = findings(image("nginx:1"));
        assert!(
            hub[0].message.contains("100 pulls in six hours"),
            "{}",
            hub[0].message
        );
        let known = findings(|scene| {
            image("nginx:1")(scene);
            let credentials = Some("hub".to_owned());
            scene.definition().containers[0].repository_credentials = credentials;
        });
        assert!(!known[0].message.contains("pulls"), "{}", known[0].message);
    }
}
