//! ARNs: of roles, of callers, and of what a right is about.

/// An ARN, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`; region and account may be empty.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = scheme == "arn" && !partition.is_empty() && !resource.is_empty();
        is_whole.then_some(Self {
            partition,
            service,
            region,
            account,
            resource,
        })
    }
}

/// Where a definition's own resources are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) partition: String,
    pub(super) region: String,
    pub(super) account: String,
}

impl Place {
    /// By the ARN of the definition.
    pub(super) fn of(definition: &str, region: &str) -> Option<Self> {
        let arn = Arn::parse(definition)?;
        Some(Self {
            partition: arn.partition.to_owned(),
            region: region.to_owned(),
            account: arn.account.to_owned(),
        })
    }

    /// The ARN of something in this place.
    pub(super) fn arn(&self, service: &str, resource: &str) -> String {
        let (region, account) = (&self.region, &self.account);
        self.elsewhere(service, region, account, resource)
    }

    /// The ARN of something in another region or account.
    pub(super) fn elsewhere(
        &self,
        service: &str,
        region: &str,
        account: &str,
        resource: &str,
    ) -> String {
        let partition = &self.partition;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// A role as a definition names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedRole {
    /// Its name, without its path.
    pub(super) name: String,
    /// Its account, where it was named by ARN.
    pub(super) account: Option<String>,
    /// Its ARN: as it was named, or as it is without a path.
    pub(super) arn: String,
}

impl NamedRole {
    /// Reads `arn:aws:iam::ACCOUNT:role/PATH/NAME`, or a name.
    pub(super) fn parse(text: &str, place: &Place) -> Self {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        match Arn::parse(text) {
            Some(arn) => Self {
                name: last(arn.resource),
                account: Some(arn.account.to_owned()),
                arn: text.to_owned(),
            },
            None => Self {
                name: last(text),
                account: None,
                arn: place.elsewhere("iam", "", &place.account, &format!("role/{text}")),
            },
        }
    }
}

/// Whom STS sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// The account itself.
    Root,
    /// A user of IAM.
    User(String),
    /// A session of the role of this name. The path is not told.
    Session(String),
    /// A federated user.
    Federated,
    /// Something else.
    Unknown,
}

impl Who {
    /// By the ARN that `GetCallerIdentity` gives.
    pub(super) fn parse(text: &str) -> Self {
        let Some(arn) = Arn::parse(text) else {
            return Self::Unknown;
        };
        let mut path = arn.resource.split('/');
        match (arn.service, path.next()) {
            ("iam", Some("root")) => Self::Root,
            ("iam", Some("user")) => match path.next_back() {
                Some(name) => Self::User(name.to_owned()),
                None => Self::Unknown,
            },
            ("sts", Some("assumed-role")) => match path.next() {
                Some(name) => Self::Session(name.to_owned()),
                None => Self::Unknown,
            },
            ("sts", Some("federated-user")) => Self::Federated,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> Place {
        let arn = "arn:aws:ecs:us-east-1:000000000000:task-definition/a:1";
        Place::of(arn, "us-east-1").expect("a place")
    }

    #[test]
    fn roles_by_arn_and_by_name() {
        let role = NamedRole::parse("arn:aws:iam::111111111111:role/a/b/name", &place());
        assert_eq!(
            (&*role.name, role.account.as_deref()),
            ("name", Some("111111111111"))
        );
        let role = NamedRole::parse("name", &place());
        assert_eq!((&*role.name, role.account), ("name", None));
        assert_eq!(role.arn, "arn:aws:iam::000000000000:role/name");
    }

    #[test]
    fn callers() {
        let sso = "AWSReservedSSO_Admin_0123456789abcdef";
        for (arn, expected) in [
            ("arn:aws:iam::000000000000:root", Who::Root),
            (
                "arn:aws:iam::000000000000:user/ana",
                Who::User("ana".into()),
            ),
            (
                "arn:aws:iam::000000000000:user/team/ana",
                Who::User("ana".into()),
            ),
            (
                "arn:aws:sts::000000000000:assumed-role/deploy/session",
                Who::Session("deploy".into()),
            ),
            (
                "arn:aws:sts::000000000000:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana@example.com",
                Who::Session(sso.into()),
            ),
            (
                "arn:aws:sts::000000000000:federated-user/ana",
                Who::Federated,
            ),
            ("arn:aws:iam::000000000000:user", Who::Unknown),
            ("ana", Who::Unknown),
        ] {
            assert_eq!(Who::parse(arn), expected, "{arn}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(arn:)?[a-z:/*0-9-]{0,40}|.*") {
            let _ = (Arn::parse(&text), Who::parse(&text), NamedRole::parse(&text, &place()));
        }
    }
}
