//! An image, as its registry has it.

use serde_json::Value;

/// What was found of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The registry has no such repository.
    NoRepository,
    /// The repository has no such image.
    NoImage,
    /// It is there.
    Image(Manifest),
    /// ECR cannot give it, for this reason.
    Withheld(String),
}

/// What an image is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manifest {
    /// One image for each of these platforms.
    Index(Vec<Platform>),
    /// One image; its platform is told by the configuration with this digest.
    Single {
        /// Of the configuration.
        config: String,
    },
    /// A kind that is not known here.
    Unknown,
}

/// What an image runs on, in Docker's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// `linux`, `windows`.
    pub system: String,
    /// `amd64`, `arm64`.
    pub architecture: String,
}

/// A prefix of repositories which ECR fills from another registry when an image is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullThrough {
    /// Of the names of repositories; `ROOT` means all.
    pub prefix: String,
    /// The registry that they come from.
    pub upstream: String,
}

impl Manifest {
    /// Reads a manifest of OCI or Docker.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let Ok(json) = serde_json::from_str::<Value>(text) else {
            return Self::Unknown;
        };
        if let Some(manifests) = json["manifests"].as_array() {
            let platforms = manifests.iter();
            let platforms = platforms.filter_map(|it| Platform::of(&it["platform"]));
            // What builders attest of an image is listed beside it, for an unknown platform.
            return Self::Index(platforms.filter(|it| it.system != "unknown").collect());
        }
        match json["config"]["digest"].as_str() {
            Some(config) => Self::Single {
                config: config.to_owned(),
            },
            None => Self::Unknown,
        }
    }
}

impl Platform {
    /// Reads the configuration of an image.
    #[must_use]
    pub fn parse(config: &str) -> Option<Self> {
        Self::of(&serde_json::from_str(config).ok()?)
    }

    fn of(json: &Value) -> Option<Self> {
        let field = |name: &str| json[name].as_str().map(str::to_owned);
        Some(Self {
            system: field("os")?,
            architecture: field("architecture")?,
        })
    }

    /// As Docker writes it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.system, self.architecture)
    }
}

impl PullThrough {
    /// Whether a repository is one of these.
    #[must_use]
    pub fn covers(&self, repository: &str) -> bool {
        let rest = repository.strip_prefix(&self.prefix);
        self.prefix == "ROOT" || rest.is_some_and(|rest| rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(system: &str, architecture: &str) -> Platform {
        Platform {
            system: system.into(),
            architecture: architecture.into(),
        }
    }

    #[test]
    fn manifests() {
        let index = r#"{"schemaVersion":2,"manifests":[
            {"digest":"sha256:1","platform":{"architecture":"amd64","os":"linux"}},
            {"digest":"sha256:2","platform":{"architecture":"arm64","os":"linux","variant":"v8"}},
            {"digest":"sha256:3","platform":{"architecture":"unknown","os":"unknown"}}]}"#;
        let platforms = vec![platform("linux", "amd64"), platform("linux", "arm64")];
        assert_eq!(Manifest::parse(index), Manifest::Index(platforms));
        let single = r#"{"schemaVersion":2,"config":{"digest":"sha256:c"},"layers":[]}"#;
        let config = "sha256:c".to_owned();
        assert_eq!(Manifest::parse(single), Manifest::Single { config });
        for other in ["", "[]", r#"{"config":{}}"#, r#"{"schemaVersion":1}"#] {
            assert_eq!(Manifest::parse(other), Manifest::Unknown);
        }
    }

    #[test]
    fn configurations() {
        let config = r#"{"architecture":"arm64","os":"linux","config":{"Env":["A=b"]}}"#;
        assert_eq!(Platform::parse(config), Some(platform("linux", "arm64")));
        assert_eq!(Platform::parse("{}"), None);
    }

    #[test]
    fn prefixes() {
        let rule = |prefix: &str| PullThrough {
            prefix: prefix.into(),
            upstream: "public.ecr.aws".into(),
        };
        assert!(rule("hub").covers("hub/library/nginx"));
        assert!(!rule("hub").covers("hubble/nginx"));
        assert!(rule("ROOT").covers("nginx"));
    }
}
