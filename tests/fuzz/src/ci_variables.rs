//! What a CI system says of itself: lines `NAME=VALUE` of its environment, `USER` and `HOST`
//! besides.

use std::collections::BTreeMap;

use run_admin_task::model::identity::{CiRun, Identity};
use run_admin_task::model::run_key::RunKey;

use crate::reading::text;

/// Whatever the variables say, AWS takes what is made of them.
pub(crate) fn check(input: &[u8]) {
    let text = &*text(input);
    let variables: BTreeMap<_, _> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    let variable = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let identity = Identity {
        user: variable("USER").unwrap_or_default(),
        host: variable("HOST").unwrap_or_default(),
        ci: CiRun::detect(variable),
    };

    let started_by = identity.started_by();
    assert!(started_by.starts_with("run-admin-task"));
    assert!(started_by.len() <= 128, "{started_by:?}");
    assert!(
        started_by
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c)),
        "{started_by:?}"
    );

    let own = BTreeMap::from([("run-admin-task:who".to_owned(), text.to_owned())]);
    let tags = identity.tags(text, &RunKey::fresh(text), &own);
    let who = tags.iter().find(|tag| tag.key == "run-admin-task:who");
    assert_eq!(who.map(|tag| tag.value.as_str()), Some(text), "ours wins");
    for tag in identity.tags(text, &RunKey::fresh(text), &BTreeMap::new()) {
        assert!((1..=128).contains(&tag.key.chars().count()));
        assert!(tag.value.chars().count() <= 256, "{:?}", tag.value);
        assert!(
            tag.value
                .chars()
                .all(|c| c.is_alphanumeric() || " +-=._:/@".contains(c)),
            "{:?}",
            tag.value
        );
    }
}
