//! Parameters of the Systems Manager.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::account::Parameter;
use crate::arn;
use crate::refusal::Refusal;
use crate::world::Context;

/// `GetParameters` takes no more names.
const MOST_NAMES: usize = 10;

/// By name or ARN, perhaps with `:version` or `:label` after it, which change nothing here.
pub(crate) fn find<'a>(parameters: &'a [Parameter], reference: &str) -> Option<&'a Parameter> {
    let name = match reference.split_once(":parameter/") {
        Some((_, name)) => name,
        None => reference,
    };
    let name = name.split(':').next().unwrap_or(name);
    // The ARN of `/app/url` and that of `app/url` are the same.
    let bare = |name: &str| name.strip_prefix('/').unwrap_or(name).to_owned();
    parameters.iter().find(|parameter| {
        if reference.starts_with("arn:") {
            bare(&parameter.name) == bare(name)
        } else {
            parameter.name == name
        }
    })
}

fn parameter_arn(parameter: &Parameter, region: &str) -> String {
    let name = parameter.name.strip_prefix('/').unwrap_or(&parameter.name);
    arn::new("ssm", region, &format!("parameter/{name}"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DescribeRequest {
    #[serde(default)]
    parameter_filters: Vec<Filter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    key: String,
    option: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

impl Filter {
    fn fits(&self, parameter: &Parameter) -> Result<bool, Refusal> {
        let own = match self.key.as_str() {
            "Name" => &parameter.name,
            "Type" => &parameter.kind,
            other => {
                let message = format!("The following filter key is not valid: {other}.");
                return Err(Refusal::new("InvalidFilterKey", message));
            }
        };
        let fits = |value: &String| match self.option.as_deref() {
            Some("BeginsWith") => own.starts_with(value.as_str()),
            Some("Contains") => own.contains(value.as_str()),
            _ => own == value,
        };
        Ok(self.values.iter().any(fits))
    }
}

/// All parameters come in one page.
pub(crate) fn describe_parameters(
    parameters: &[Parameter],
    context: &Context,
    request: &DescribeRequest,
) -> Result<Value, Refusal> {
    let mut described = Vec::new();
    for parameter in parameters {
        let mut fits = true;
        for filter in &request.parameter_filters {
            fits &= filter.fits(parameter)?;
        }
        if fits {
            let key = (parameter.kind == "SecureString").then_some("alias/aws/ssm");
            described.push(json!({
                "Name": parameter.name,
                "ARN": parameter_arn(parameter, &context.region),
                "Type": parameter.kind,
                "KeyId": key,
                "LastModifiedDate": 1_767_225_600,
                "Version": 1,
                "Tier": "Standard",
                "DataType": "text",
                "Policies": [],
            }));
        }
    }
    Ok(json!({"Parameters": described}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NamesRequest {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: bool,
}

pub(crate) fn get_parameters(
    parameters: &[Parameter],
    context: &Context,
    request: &NamesRequest,
) -> Result<Value, Refusal> {
    if request.names.len() > MOST_NAMES {
        let message = format!(
            "1 validation error detected: Value '[{}]' at 'names' failed to satisfy constraint: \
             Member must have length less than or equal to {MOST_NAMES}",
            request.names.join(", ")
        );
        return Err(Refusal::new("ValidationException", message));
    }
    let mut found = Vec::new();
    let mut invalid = Vec::new();
    for name in &request.names {
        match find(parameters, name) {
            Some(parameter) => found.push(json(parameter, context, request.with_decryption)),
            None => invalid.push(name),
        }
    }
    Ok(json!({"Parameters": found, "InvalidParameters": invalid}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NameRequest {
    name: String,
    #[serde(default)]
    with_decryption: bool,
}

pub(crate) fn get_parameter(
    parameters: &[Parameter],
    context: &Context,
    request: &NameRequest,
) -> Result<Value, Refusal> {
    let parameter = find(parameters, &request.name).ok_or_else(|| {
        Refusal::new(
            "ParameterNotFound",
            format!("Parameter {} not found.", request.name),
        )
    })?;
    Ok(json!({"Parameter": json(parameter, context, request.with_decryption)}))
}

fn json(parameter: &Parameter, context: &Context, decrypted: bool) -> Value {
    let value = if parameter.kind == "SecureString" && !decrypted {
        "AQICAHhlbXVsYXRlZA=="
    } else {
        &parameter.value
    };
    json!({
        "Name": parameter.name,
        "ARN": parameter_arn(parameter, &context.region),
        "Type": parameter.kind,
        "Value": value,
        "LastModifiedDate": 1_767_225_600,
        "Version": 1,
        "DataType": "text",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_found_by_name_and_by_arn() {
        let parameters: Vec<Parameter> =
            serde_json::from_value(json!([{"name": "/app/url"}, {"name": "key"}]))
                .expect("they are right");
        let arn = parameter_arn(&parameters[0], "us-east-1");
        assert_eq!(arn, "arn:aws:ssm:us-east-1:000000000000:parameter/app/url");
        let name = |reference: &str| find(&parameters, reference).map(|it| it.name.as_str());
        assert_eq!(name(&arn), Some("/app/url"));
        assert_eq!(name("/app/url"), Some("/app/url"));
        assert_eq!(name("/app/url:3"), Some("/app/url"));
        assert_eq!(name("app/url"), None);
        assert_eq!(name("key"), Some("key"));
        assert_eq!(
            name("arn:aws:ssm:us-east-1:000000000000:parameter/key"),
            Some("key")
        );
        assert_eq!(
            name("arn:aws:ssm:us-east-1:000000000000:parameter/gone"),
            None
        );
    }
}
