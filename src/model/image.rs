//! The name of an image, as a definition writes it.

/// The hosts of ECR after the account and before the region, and what follows the region there
/// (Amazon ECR user guide, "Making requests to Amazon ECR registries").
const ECR_HOSTS: [(&str, &[&str]); 4] = [
    (
        "dkr.ecr",
        &["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu"],
    ),
    ("dkr.ecr-fips", &["amazonaws.com"]),
    ("dkr-ecr", &["on.aws", "on.amazonwebservices.com.cn"]),
    ("dkr-ecr-fips", &["on.aws"]),
];

/// Where an image is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ImageName {
    /// In ECR.
    Ecr(EcrImage),
    /// In Docker Hub: what names no registry is there.
    DockerHub,
    /// In another registry.
    Other {
        /// Its host, with its port.
        registry: String,
    },
}

/// An image in ECR.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EcrImage {
    /// The account whose registry it is in.
    pub account: String,
    /// The region.
    pub region: String,
    /// The repository, with its namespaces.
    pub repository: String,
    /// Which of its images.
    pub version: Version,
}

/// Which image of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Version {
    /// The one that has this tag now.
    Tag(String),
    /// The one with this content. It is taken where there is a tag as well.
    Digest(String),
}

impl ImageName {
    /// Reads a name; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return None;
        }
        // A colon before the last slash is that of a port.
        let last = rest.rfind('/').map_or(0, |at| at + 1);
        let (path, tag) = match rest[last..].split_once(':') {
            Some((name, tag)) => (&rest[..last + name.len()], Some(tag)),
            None => (rest, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return None;
        }
        let (registry, repository) = match path.split_once('/') {
            Some((host, path)) if is_host(host) => (Some(host), path),
            _ => (None, path),
        };
        if !is_repository(repository) {
            return None;
        }
        let Some(registry) = registry else {
            return Some(Self::DockerHub);
        };
        if let Some((account, region)) = ecr_registry(registry) {
            return Some(Self::Ecr(EcrImage {
                account: account.to_owned(),
                region: region.to_owned(),
                repository: repository.to_owned(),
                version: match (digest, tag) {
                    (Some(digest), _) => Version::Digest(digest.to_owned()),
                    (None, tag) => Version::Tag(tag.unwrap_or("latest").to_owned()),
                },
            }));
        }
        Some(match registry {
            "docker.io" | "index.docker.io" | "registry-1.docker.io" => Self::DockerHub,
            other => Self::Other {
                registry: other.to_owned(),
            },
        })
    }
}

impl EcrImage {
    /// The tag or the digest, as a name writes it.
    #[must_use]
    pub fn version(&self) -> String {
        match &self.version {
            Version::Tag(tag) => format!(":{tag}"),
            Version::Digest(digest) => format!("@{digest}"),
        }
    }
}

/// Account and region of a private registry of ECR, by its host.
#[must_use]
pub fn ecr_registry(host: &str) -> Option<(&str, &str)> {
    let (account, rest) = host.split_once('.')?;
    if account.len() != 12 || !account.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    ECR_HOSTS.iter().find_map(|(service, domains)| {
        let rest = rest.strip_prefix(service)?.strip_prefix('.')?;
        let (region, domain) = rest.split_once('.')?;
        (!region.is_empty() && domains.contains(&domain)).then_some((account, region))
    })
}

/// What comes before the first slash is a host if it cannot be a part of a name in Docker Hub.
fn is_host(text: &str) -> bool {
    text == "localhost" || text.contains(['.', ':'])
}

fn is_repository(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    text.split('/')
        .all(|part| !part.is_empty() && part.chars().all(fits))
}

fn is_tag(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !text.is_empty() && text.len() <= 128 && !text.starts_with(['.', '-']) && text.chars().all(fits)
}

fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hash)| {
        !algorithm.is_empty() && hash.len() >= 32 && hash.chars().all(|c| c.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOST: &str = "000000000000.dkr.ecr.us-east-1.amazonaws.com";

    fn in_ecr(text: &str) -> EcrImage {
        match ImageName::parse(text) {
            Some(ImageName::Ecr(image)) => image,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn images_in_ecr() {
        let image = in_ecr(&format!("{HOST}/team/admin:1.2.3"));
        assert_eq!(
            (image.account.as_str(), image.region.as_str()),
            ("000000000000", "us-east-1")
        );
        assert_eq!(
            (image.repository.as_str(), image.version().as_str()),
            ("team/admin", ":1.2.3")
        );
        assert_eq!(in_ecr(&format!("{HOST}/admin")).version(), ":latest");
        let digest = format!("sha256:{}", "0a".repeat(32));
        let both = in_ecr(&format!("{HOST}/admin:1@{digest}"));
        assert_eq!(both.version, Version::Digest(digest));
        for (host, region) in [
            (
                "000000000000.dkr.ecr.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
            ),
            (
                "000000000000.dkr.ecr-fips.us-west-2.amazonaws.com",
                "us-west-2",
            ),
            ("000000000000.dkr-ecr.eu-west-1.on.aws", "eu-west-1"),
            (
                "000000000000.dkr-ecr-fips.us-gov-west-1.on.aws",
                "us-gov-west-1",
            ),
        ] {
            assert_eq!(in_ecr(&format!("{host}/admin:1")).region, region);
        }
    }

    #[test]
    fn images_elsewhere() {
        for name in [
            "nginx",
            "nginx:1",
            "library/nginx",
            "docker.io/library/nginx:1",
        ] {
            assert_eq!(ImageName::parse(name), Some(ImageName::DockerHub), "{name}");
        }
        for (name, host) in [
            ("public.ecr.aws/nginx/nginx:1", "public.ecr.aws"),
            ("ghcr.io/a/b", "ghcr.io"),
            ("localhost:5000/a", "localhost:5000"),
            (
                "1.dkr.ecr.us-east-1.amazonaws.com/a",
                "1.dkr.ecr.us-east-1.amazonaws.com",
            ),
            (
                "000000000000.dkr.ecr.us-east-1.amazonaws.com.evil.org/a",
                "000000000000.dkr.ecr.us-east-1.amazonaws.com.evil.org",
            ),
        ] {
            let registry = host.to_owned();
            assert_eq!(
                ImageName::parse(name),
                Some(ImageName::Other { registry }),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_no_name() {
        for text in [
            "",
            "Nginx",
            "nginx:",
            "nginx:.1",
            "nginx@sha256:1",
            "a//b",
            "https://ghcr.io/a",
            "ghcr.io/",
            "a b",
        ] {
            assert_eq!(ImageName::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([0-9]{12}[.]dkr[.]ecr[.])?[a-zé0-9./:@-]{0,60}|.*") {
            let _ = ImageName::parse(&text);
        }

        #[test]
        fn what_was_put_together_is_taken_apart(
            repository in "[a-z0-9]{1,9}(/[a-z0-9]{1,9}){0,3}",
            tag in "[A-Za-z0-9_][A-Za-z0-9._-]{0,20}",
        ) {
            let image = in_ecr(&format!("{HOST}/{repository}:{tag}"));
            prop_assert_eq!(image.repository, repository);
            prop_assert_eq!(image.version, Version::Tag(tag));
        }
    }
}
