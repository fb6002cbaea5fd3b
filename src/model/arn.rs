//! What a task's ARN tells, and how people name a task.

use super::task::task_id;

/// A task as somebody named it: an ARN, an id, or the beginning of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskName {
    text: String,
}

/// A task ARN, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskArn {
    /// The region it runs in.
    pub region: String,
    /// Its cluster; ARNs of the old form have none
    /// (Amazon ECS developer guide, "Amazon Resource Names (ARNs)").
    pub cluster: Option<String>,
    /// Its id.
    pub id: String,
}

/// Why a text names no task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskNameError {
    /// It begins with `arn:` and is no task's ARN.
    #[error("`{0}` is not the ARN of a task")]
    Arn(String),
    /// Ids have letters, digits and dashes.
    #[error("`{0}` is neither a task's id nor its beginning nor its ARN")]
    Id(String),
}

impl TaskName {
    /// Reads a name as it was typed.
    pub fn parse(text: &str) -> Result<Self, TaskNameError> {
        let text = text.trim();
        if text.starts_with("arn:") {
            return match TaskArn::parse(text) {
                Some(_) => Ok(Self {
                    text: text.to_owned(),
                }),
                None => Err(TaskNameError::Arn(text.to_owned())),
            };
        }
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if text.is_empty() || !text.chars().all(sound) {
            return Err(TaskNameError::Id(text.to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
        })
    }

    /// The ARN, if that is what was typed.
    #[must_use]
    pub fn arn(&self) -> Option<TaskArn> {
        TaskArn::parse(&self.text)
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The id, or what was typed of it.
    #[must_use]
    pub fn id(&self) -> &str {
        task_id(&self.text)
    }

    /// Whether nothing is missing of it: an ARN, or an id as long as ECS makes them (32
    /// hexadecimal characters, in old accounts a UUID of 36).
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let id = self.id();
        let hex = id.chars().filter(char::is_ascii_hexdigit).count();
        let dashes = id.chars().filter(|c| *c == '-').count();
        self.arn().is_some()
            || hex == 32 && (dashes == 0 || dashes == 4) && hex + dashes == id.len()
    }

    /// Whether this task may be meant.
    #[must_use]
    pub fn fits(&self, arn: &str) -> bool {
        if self.text.starts_with("arn:") {
            self.text == arn
        } else {
            task_id(arn).starts_with(&self.text)
        }
    }
}

impl TaskArn {
    /// Takes `arn:PARTITION:ecs:REGION:ACCOUNT:task/CLUSTER/ID` apart, or the old form without a
    /// cluster.
    #[must_use]
    pub fn parse(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let mut path = resource.split('/');
        if scheme != "arn" || service != "ecs" || path.next() != Some("task") {
            return None;
        }
        let (cluster, id) = match (path.next()?, path.next(), path.next()) {
            (cluster, Some(id), None) => (Some(cluster), id),
            (id, None, None) => (None, id),
            _ => return None,
        };
        let sound = |part: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            !part.is_empty() && part.chars().all(fits)
        };
        let parts = [
            Some(partition),
            Some(region),
            Some(account),
            cluster,
            Some(id),
        ];
        if !parts.into_iter().flatten().all(sound) {
            return None;
        }
        Some(Self {
            region: region.to_owned(),
            cluster: cluster.map(str::to_owned),
            id: id.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ARN: &str = "arn:aws:ecs:eu-west-1:000000000000:task/everruns/0f1e2d";

    #[test]
    fn an_arn_tells_region_cluster_and_id() {
        let arn = TaskArn::parse(ARN).expect("sound");
        assert_eq!(arn.region, "eu-west-1");
        assert_eq!(arn.cluster.as_deref(), Some("everruns"));
        assert_eq!(arn.id, "0f1e2d");
        let old = TaskArn::parse("arn:aws-cn:ecs:cn-north-1:0:task/0f1e").expect("sound");
        assert_eq!((old.cluster, old.id.as_str()), (None, "0f1e"));
        for wrong in [
            "arn:aws:ecs:eu-west-1:0:service/everruns/api",
            "arn:aws:s3:::bucket",
            "arn:aws:ecs:eu-west-1:0:task/",
            "arn:aws:ecs:eu-west-1:0:task//1",
            "arn:aws:ecs::0:task/a/1",
            "arn:aws:ecs:eu-west-1:0 0:task/a/1",
            "arn:aws:ecs:eu-west-1:0:task/a\u{b}b/1",
            "arn:",
        ] {
            assert_eq!(TaskArn::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names() {
        let fits = |name: &str| TaskName::parse(name).map(|name| name.fits(ARN));
        assert_eq!(fits(ARN), Ok(true));
        assert_eq!(fits("0f1e2d"), Ok(true));
        assert_eq!(fits("0f"), Ok(true));
        assert_eq!(fits("1e"), Ok(false));
        for wrong in ["", "a b", "0f1e/2d", "arn:aws:ecs:x", "--all"] {
            assert!(
                TaskName::parse(wrong).is_err() || wrong == "--all",
                "{wrong}"
            );
        }
    }

    #[test]
    fn whole_names() {
        for (name, expected) in [
            (ARN, true),
            ("0123456789abcdef0123456789abcdef", true),
            ("01234567-89ab-cdef-0123-456789abcdef", true),
            ("0123456789abcdef0123456789abcde", false),
            ("0123456789abcdef0123456789abcdeg", false),
            ("0f1e", false),
        ] {
            let name = TaskName::parse(name).expect("sound");
            assert_eq!(name.is_whole(), expected, "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(arn:)?[a-z:/0-9-]{0,40}|.*") {
            if let Ok(name) = TaskName::parse(&text) {
                let _ = (name.arn(), name.id().len(), name.fits(ARN));
            }
        }
    }
}
