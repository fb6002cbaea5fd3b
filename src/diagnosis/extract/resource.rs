//! Names of what AWS keeps.

use super::scan::{behind, quoted, quoted_behind, word, word_behind, word_from};

/// The ARN of a secret.
pub(super) fn secret(text: &str) -> Option<String> {
    let at = text.find(":secretsmanager:")?;
    let begin = text[..at].rfind("arn:")?;
    let arn = word(&text[begin..])?;
    let is_cut = arn.ends_with(['*', '…']) || text[begin + arn.len()..].starts_with("..");
    (arn.contains(":secret:") && !is_cut).then(|| arn.to_owned())
}

/// Its name: without the six characters that AWS adds, and without what `valueFrom` adds.
pub(super) fn secret_name(text: &str) -> Option<String> {
    let arn = secret(text)?;
    let (_, name) = arn.split_once(":secret:")?;
    let name = name.split(':').next()?;
    let name = match name.rsplit_once('-') {
        Some((name, added)) if added.len() == 6 => name,
        _ => name,
    };
    (!name.is_empty()).then(|| name.to_owned())
}

/// The JSON key that a secret lacks.
pub(super) fn json_key(text: &str) -> Option<String> {
    word_behind(text, "json key ").map(str::to_owned)
}

/// A parameter of SSM.
pub(super) fn parameter(text: &str) -> Option<String> {
    for words in ["invalid ssm parameters: ", "invalid parameters: "] {
        if let Some(name) = word_behind(text, words) {
            return Some(name.to_owned());
        }
    }
    if let Some((_, name)) = text.split_once(":parameter/") {
        return word(name).map(|name| format!("/{name}"));
    }
    behind(text, "parameter ")
        .filter_map(word)
        .find(|name| name.starts_with('/'))
        .map(str::to_owned)
}

/// The role that something was asked with, or that could not be used.
pub(super) fn role(text: &str) -> Option<String> {
    let name = |rest: &str| rest.split('/').next_back().map(str::to_owned);
    if let Some((_, rest)) = text.split_once(":role/") {
        return word(rest).and_then(name);
    }
    if let Some((_, rest)) = text.split_once(":assumed-role/") {
        return word(rest)?.split('/').next().map(str::to_owned);
    }
    // A database quotes its roles otherwise.
    behind(text, "role ")
        .filter(|rest| rest.starts_with('\''))
        .find_map(quoted)
        .and_then(name)
}

/// The ARN of the role that something was asked with.
pub(super) fn role_arn(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(":assumed-role/")?;
    let mut parts = before.rsplit(':');
    let account = parts.next()?;
    let partition = parts.nth(2).filter(|it| it.starts_with("aws"))?;
    let name = word(rest)?.split('/').next()?;
    let digits = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    digits(account).then(|| format!("arn:{partition}:iam::{account}:role/{name}"))
}

/// What somebody may not do.
pub(super) fn action(text: &str) -> Option<String> {
    word_behind(text, "not authorized to perform: ")
        .filter(|action| action.contains(':'))
        .map(str::to_owned)
}

/// What they may not do it with.
pub(super) fn resource(text: &str) -> Option<String> {
    word_behind(text, "on resource: ").map(str::to_owned)
}

/// A log group.
pub(super) fn log_group(text: &str) -> Option<String> {
    if let Some((_, rest)) = text.split_once(":log-group:") {
        return word(rest)?.split(':').next().map(str::to_owned);
    }
    quoted_behind(text, "log group ")
        .or_else(|| word_behind(text, "awslogs-group="))
        .map(str::to_owned)
}

/// A subnet's id.
pub(super) fn subnet(text: &str) -> Option<String> {
    id(text, "subnet-")
}

/// A security group's id.
pub(super) fn security_group(text: &str) -> Option<String> {
    id(text, "sg-")
}

/// The id of an EFS file system.
pub(super) fn file_system(text: &str) -> Option<String> {
    id(text, "fs-")
}

fn id(text: &str, begin: &str) -> Option<String> {
    let word = word_from(text, begin)?;
    let rest = &word[begin.len()..];
    let end = rest
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(rest.len());
    (end >= 4).then(|| format!("{begin}{}", &rest[..end]))
}

/// The region that an ARN or an endpoint names.
pub(super) fn region(text: &str) -> Option<String> {
    let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    parts
        .filter(|part| is_region(part))
        .map(str::to_owned)
        .next()
}

fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [area, .., number] = parts.as_slice() else {
        return false;
    };
    parts.len() >= 3
        && area.len() == 2
        && parts
            .iter()
            .rev()
            .skip(1)
            .all(|part| part.bytes().all(|b| b.is_ascii_lowercase()))
        && number.len() == 1
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_a_refusal() {
        let text = "failed to fetch secret arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf:password:: \
                    from secrets manager: AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/exec/abc \
                    is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:x because";
        let secret_arn =
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf:password";
        assert_eq!(secret(text).as_deref(), Some(secret_arn));
        assert_eq!(secret_name(text).as_deref(), Some("prod/db"));
        assert_eq!(role(text).as_deref(), Some("exec"));
        assert_eq!(
            role_arn(text).as_deref(),
            Some("arn:aws:iam::111122223333:role/exec")
        );
        assert_eq!(
            action(text).as_deref(),
            Some("secretsmanager:GetSecretValue")
        );
        assert_eq!(resource(text).as_deref(), Some("arn:x"));
        assert_eq!(region(text).as_deref(), Some("us-east-1"));
    }

    #[test]
    fn parameters_groups_and_networks_are_found() {
        assert_eq!(
            parameter("invalid ssm parameters: /a/b.").as_deref(),
            Some("/a/b")
        );
        assert_eq!(
            parameter("arn:aws:ssm:r:1:parameter/a/b because").as_deref(),
            Some("/a/b")
        );
        let arn = "arn:aws:logs:eu-west-1:1:log-group:/ecs/admin:log-stream:";
        assert_eq!(log_group(arn).as_deref(), Some("/ecs/admin"));
        assert_eq!(
            subnet("in subnet 'subnet-0abc12': x").as_deref(),
            Some("subnet-0abc12")
        );
        assert_eq!(
            security_group("[sg-0123abcd]").as_deref(),
            Some("sg-0123abcd")
        );
        assert_eq!(
            file_system("resolve \"fs-0867a83d.efs.x").as_deref(),
            Some("fs-0867a83d")
        );
        assert_eq!(
            role("role 'arn:aws:iam::1:role/path/CruddurTaskRole' x").as_deref(),
            Some("CruddurTaskRole")
        );
        assert_eq!(
            json_key("did not contain json key MY_KEY").as_deref(),
            Some("MY_KEY")
        );
        assert_eq!(json_key("the JSON key 'PW'").as_deref(), Some("PW"));
        assert_eq!(role("the role 'exec' has").as_deref(), Some("exec"));
        assert_eq!(
            parameter("the SSM parameter '/app/x': denied").as_deref(),
            Some("/app/x")
        );
        let gov = "User: arn:aws-us-gov:sts::111122223333:assumed-role/exec/1 is not";
        assert_eq!(
            role_arn(gov).as_deref(),
            Some("arn:aws-us-gov:iam::111122223333:role/exec")
        );
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        assert_eq!(security_group("msg-0123abcd"), None);
        assert_eq!(subnet("subnet-wide"), None);
        assert_eq!(region("a two-word-x2 us-east-10x"), None);
        assert_eq!(secret("arn:aws:secretsmanager:us-east-1"), None);
        assert_eq!(secret("arn:aws:secretsmanager:r:1:secret:prod/d..."), None);
        assert_eq!(role("role \"app\" does not exist"), None);
    }
}
