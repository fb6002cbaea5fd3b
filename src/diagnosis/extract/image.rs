//! Names of images and of what is in them.

use super::scan::{quoted_behind, word, word_behind};

/// An image, as the task definition has it.
pub(super) fn image(text: &str) -> Option<String> {
    let behind = [
        "failed to resolve ref ",
        "failed to resolve reference ",
        "unpack image ",
        "pull access denied for ",
        "manifest for ",
        "pulling image ",
    ];
    for words in behind {
        if let Some(image) = word_behind(text, words).filter(|image| image.contains('/')) {
            return Some(image.to_owned());
        }
    }
    let at = text.find(".dkr.ecr.")?;
    let begin = text[..at]
        .rfind(|c: char| !c.is_ascii_alphanumeric())
        .map_or(0, |at| at + 1);
    let image = word(&text[begin..])?;
    let is_image = image.contains('/') && !image.contains("/v2/");
    is_image.then(|| image.to_owned())
}

/// Its repository, without the registry's host.
pub(super) fn repository(text: &str) -> Option<String> {
    if let Some(name) = quoted_behind(text, "repository with name ") {
        return Some(name.to_owned());
    }
    let image = image(text)?;
    let (path, _) = without_tag(&image);
    match path.split_once('/') {
        Some((host, path)) if host.contains('.') => Some(path.to_owned()),
        _ => Some(path.to_owned()),
    }
}

/// Its tag.
pub(super) fn tag(text: &str) -> Option<String> {
    let image = image(text)?;
    without_tag(&image).1.map(str::to_owned)
}

fn without_tag(image: &str) -> (&str, Option<&str>) {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (image, None),
    }
}

/// The program that could not be run.
pub(super) fn executable(text: &str) -> Option<String> {
    quoted_behind(text, "exec: ")
        .map(str::to_owned)
        .or_else(|| {
            let (_, rest) = text.split_once("exec /")?;
            word(rest).map(|path| format!("/{path}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_taken_apart() {
        let text =
            "failed to resolve ref \"1.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1\": x: not found";
        assert_eq!(
            image(text).as_deref(),
            Some("1.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1")
        );
        assert_eq!(repository(text).as_deref(), Some("team/app"));
        assert_eq!(tag(text).as_deref(), Some("v1"));
        let text = "pull access denied for some/nonsense, repository does not exist";
        assert_eq!(repository(text).as_deref(), Some("some/nonsense"));
        assert_eq!(tag(text), None);
        let text = "Get 626.dkr.ecr.ap-northeast-1.amazonaws.com/hello:0.0.1: dial tcp";
        assert_eq!(repository(text).as_deref(), Some("hello"));
    }

    #[test]
    fn a_program_is_found() {
        assert_eq!(
            executable("exec: \"node x\": not found").as_deref(),
            Some("node x")
        );
        assert_eq!(
            executable("exec /app/run: exec format error").as_deref(),
            Some("/app/run")
        );
    }
}
