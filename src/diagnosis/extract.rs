//! What a text names: a secret, an image, a host…

mod address;
mod database;
mod image;
mod resource;
mod scan;

use std::collections::BTreeMap;

/// Looks for one thing in a clean text.
type Finder = fn(&str) -> Option<String>;

/// Everything that is looked for.
const FINDERS: [(&str, Finder); 24] = [
    ("secret", resource::secret),
    ("secret_name", resource::secret_name),
    ("json_key", resource::json_key),
    ("parameter", resource::parameter),
    ("role", resource::role),
    ("role_arn", resource::role_arn),
    ("action", resource::action),
    ("resource", resource::resource),
    ("log_group", resource::log_group),
    ("subnet", resource::subnet),
    ("security_group", resource::security_group),
    ("file_system", resource::file_system),
    ("region", resource::region),
    ("image", image::image),
    ("repository", image::repository),
    ("tag", image::tag),
    ("executable", image::executable),
    ("host", address::host),
    ("address", address::address),
    ("port", address::port),
    ("migration", database::migration),
    ("sqlstate", database::sqlstate),
    ("database", database::database),
    ("user", database::user),
];

/// What these texts name. What an earlier text says counts.
pub(super) fn extract<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeMap<String, String> {
    let mut extracted = BTreeMap::new();
    for text in texts {
        for (name, find) in FINDERS {
            if !extracted.contains_key(name)
                && let Some(value) = find(text)
            {
                extracted.insert(name.to_owned(), value);
            }
        }
    }
    extracted
}
