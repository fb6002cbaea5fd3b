//! Which repository of ECR an image is in.

use super::arn::Place;
use crate::model::image::ecr_registry;

/// The ARN of the repository that an image is pulled from; `None` where it is not in a private
/// registry of ECR.
pub(super) fn repository(image: &str, place: &Place) -> Option<String> {
    let (host, path) = image.split_once('/')?;
    let (account, region) = ecr_registry(host)?;
    let name = path.split('@').next()?;
    // A colon after the last slash begins the tag.
    let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
    let last = last.split(':').next().filter(|last| !last.is_empty())?;
    let name = match folder {
        "" => last.to_owned(),
        folder => format!("{folder}/{last}"),
    };
    Some(place.elsewhere("ecr", region, account, &format!("repository/{name}")))
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
    fn images() {
        let ecr = "000000000000.dkr.ecr.eu-west-1.amazonaws.com";
        for (image, name) in [
            (format!("{ecr}/admin"), Some("admin")),
            (format!("{ecr}/team/admin:1.2"), Some("team/admin")),
            (format!("{ecr}/admin@sha256:00"), Some("admin")),
            (format!("{ecr}/admin:1@sha256:00"), Some("admin")),
            (
                "000000000000.dkr-ecr.eu-west-1.on.aws/admin:1".into(),
                Some("admin"),
            ),
            (
                "000000000000.dkr.ecr-fips.eu-west-1.amazonaws.com/admin".into(),
                Some("admin"),
            ),
            (format!("{ecr}/"), None),
            (ecr.to_owned(), None),
            ("public.ecr.aws/nginx/nginx".into(), None),
            ("0.dkr.ecr.eu-west-1.amazonaws.com/admin".into(), None),
            ("nginx".into(), None),
        ] {
            let expected =
                name.map(|name| format!("arn:aws:ecr:eu-west-1:000000000000:repository/{name}"));
            assert_eq!(repository(&image, &place()), expected, "{image}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(
            text in "(000000000000\\.dkr\\.ecr\\.us-east-1\\.amazonaws\\.com/)?[a-z:/@.-]{0,30}|.*"
        ) {
            let _ = repository(&text, &place());
        }
    }
}
