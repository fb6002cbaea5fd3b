//! Settings from environment variables.

use super::key::{Kind, SPECS};
use super::layer::{Layer, Origin, Said};
use super::values::split_list;

/// The layer that the environment variables make. An empty variable says nothing.
pub fn layer(variable: impl Fn(&str) -> Option<String>) -> Layer {
    let mut layer = Layer::new();
    for spec in &SPECS {
        for name in spec.variables {
            let Some(value) = variable(name).filter(|value| !value.trim().is_empty()) else {
                continue;
            };
            let values = if spec.kind == Kind::List {
                split_list(&value)
            } else {
                vec![value.trim().to_owned()]
            };
            match layer.get_mut(&spec.key) {
                // Two variables of one list add up; of anything else the first counts.
                Some(Said { values: before, .. }) if spec.kind == Kind::List => {
                    before.extend(
                        values
                            .into_iter()
                            .filter(|value| !before.contains(value))
                            .collect::<Vec<_>>(),
                    );
                }
                Some(_) => {}
                None => {
                    let origin = Origin::Variable(name);
                    layer.insert(spec.key, Said { values, origin });
                }
            }
        }
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::super::key::Key;
    use super::*;
    use std::collections::BTreeMap;

    fn layer_of(variables: &[(&str, &str)]) -> Layer {
        let variables: BTreeMap<_, _> = variables.iter().copied().collect();
        layer(|name| variables.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn lists_are_split_and_both_spellings_add_up() {
        let layer = layer_of(&[
            ("ECS_SUBNETS", "subnet-1, subnet-2"),
            ("ECS_SECURITY_GROUP", "sg-1"),
            ("ECS_SECURITY_GROUPS", "sg-2,sg-1"),
        ]);
        assert_eq!(layer[&Key::Subnets].values, ["subnet-1", "subnet-2"]);
        assert_eq!(layer[&Key::SecurityGroups].values, ["sg-1", "sg-2"]);
        assert_eq!(layer[&Key::Subnets].origin.to_string(), "ECS_SUBNETS");
    }

    #[test]
    fn an_empty_variable_says_nothing_and_the_first_region_counts() {
        let layer = layer_of(&[
            ("ECS_CLUSTER", "  "),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "eu-west-2"),
        ]);
        assert!(!layer.contains_key(&Key::Cluster));
        assert_eq!(layer[&Key::Region].values, ["eu-west-1"]);
    }
}
