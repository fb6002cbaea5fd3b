//! What all `Describe…` calls have in common: ids and filters.

use serde_json::Value;

use crate::form::Form;
use crate::refusal::Refusal;
use crate::wildcard;

/// One of the things that a call describes.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) id: String,
    /// Name of each filter that it knows, and its values there.
    pub(crate) filters: Vec<(&'static str, Vec<String>)>,
    pub(crate) json: Value,
}

/// How the absence of a thing is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// The parameter with the ids, such as `SubnetId`.
    pub(crate) ids: &'static str,
    /// Such as `InvalidSubnetID.NotFound`.
    pub(crate) not_found: &'static str,
    /// Such as `subnet ID`.
    pub(crate) name: &'static str,
}

/// Those that are asked for, by id and by filter.
pub(crate) fn chosen(
    form: Form<'_>,
    kind: Kind,
    resources: Vec<Resource>,
) -> Result<Vec<Value>, Refusal> {
    let ids = form.list(kind.ids);
    if let Some(id) = ids
        .iter()
        .find(|id| resources.iter().all(|one| one.id != **id))
    {
        let message = format!("The {} '{id}' does not exist", kind.name);
        return Err(Refusal::new(kind.not_found, message));
    }
    let filters = filters(form);
    let mut chosen = Vec::new();
    for resource in resources {
        let is_named = ids.is_empty() || ids.contains(&resource.id.as_str());
        if is_named && fits(&resource, &filters)? {
            chosen.push(resource.json);
        }
    }
    Ok(chosen)
}

/// Name and values of each filter.
fn filters(form: Form<'_>) -> Vec<(&str, Vec<&str>)> {
    (1..)
        .map_while(|number| {
            let name = form.text(&format!("Filter.{number}.Name"))?;
            Some((name, form.list(&format!("Filter.{number}.Value"))))
        })
        .collect()
}

/// All filters must fit, each by one of its values.
fn fits(resource: &Resource, filters: &[(&str, Vec<&str>)]) -> Result<bool, Refusal> {
    for (name, wanted) in filters {
        // Nothing here has tags.
        if name.starts_with("tag") {
            return Ok(false);
        }
        let Some((_, own)) = resource.filters.iter().find(|(own, _)| own == name) else {
            let message = format!("The filter '{name}' is invalid");
            return Err(Refusal::new("InvalidParameterValue", message));
        };
        let is_one = |pattern: &&str| own.iter().any(|value| wildcard::fits(pattern, value));
        if !wanted.iter().any(is_one) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An id in AWS's form that is the same for the same name.
pub(crate) fn id_for(prefix: &str, name: &str) -> String {
    format!("{prefix}-0{:08x}", number_for(name))
}

/// A number that is the same for the same name.
pub(crate) fn number_for(name: &str) -> u32 {
    let step = |number: u32, byte| (number ^ u32::from(byte)).wrapping_mul(16_777_619);
    name.bytes().fold(2_166_136_261, step)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KIND: Kind = Kind {
        ids: "SubnetId",
        not_found: "InvalidSubnetID.NotFound",
        name: "subnet ID",
    };

    fn ask(form: &Value) -> Result<Vec<Value>, Refusal> {
        let resources = ["a", "b"].map(|id| Resource {
            id: id.to_owned(),
            filters: vec![("vpc-id", vec![format!("vpc-{id}")])],
            json: id.into(),
        });
        chosen(Form(form), KIND, resources.into())
    }

    #[test]
    fn ids_and_filters_choose() {
        assert_eq!(ask(&json!({})).expect("both"), ["a", "b"]);
        assert_eq!(ask(&json!({"SubnetId.1": "b"})).expect("one"), ["b"]);
        let one = json!({"Filter.1.Name": "vpc-id", "Filter.1.Value.1": "x", "Filter.1.Value.2": "vpc-a"});
        assert_eq!(ask(&one).expect("one"), ["a"]);
        let both = json!({"Filter.1.Name": "vpc-id", "Filter.1.Value.1": "vpc-*"});
        assert_eq!(ask(&both).expect("both"), ["a", "b"]);
        let none = json!({"Filter.1.Name": "tag:Name", "Filter.1.Value.1": "*"});
        assert!(ask(&none).expect("none").is_empty());
    }

    #[test]
    fn what_is_not_there_is_refused_by_its_id_and_an_unknown_filter_by_its_name() {
        let gone = ask(&json!({"SubnetId.1": "c"})).expect_err("it is gone");
        assert_eq!(
            (gone.code.as_str(), gone.message.as_str()),
            (
                "InvalidSubnetID.NotFound",
                "The subnet ID 'c' does not exist"
            )
        );
        let wrong = ask(&json!({"Filter.1.Name": "vpc", "Filter.1.Value.1": "x"}));
        let wrong = wrong.expect_err("there is no such filter");
        assert_eq!(wrong.message, "The filter 'vpc' is invalid");
    }
}
