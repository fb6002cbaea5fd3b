//! What a stored value is encrypted with. Nothing here tells the value.

use super::stored::{Parameter, Secret};

/// A secret or a parameter that is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Encrypted {
    /// Its full ARN.
    pub arn: String,
    /// The key, as the service names it: an ARN, an id or an alias. Absent means the service's own
    /// key, or that it is not encrypted.
    pub key: Option<String>,
}

impl From<Secret> for Encrypted {
    fn from(secret: Secret) -> Self {
        Self {
            arn: secret.arn,
            key: secret.kms_key,
        }
    }
}

impl From<Parameter> for Encrypted {
    fn from(parameter: Parameter) -> Self {
        let is_secure = parameter.kind == "SecureString";
        Self {
            arn: parameter.arn,
            key: parameter.kms_key.filter(|_| is_secure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_secure_parameter_is_encrypted() {
        for (kind, key) in [("SecureString", Some("alias/aws/ssm")), ("String", None)] {
            let parameter = Parameter {
                arn: "arn:aws:ssm:us-east-1:000000000000:parameter/everruns/url".into(),
                kind: kind.into(),
                kms_key: Some("alias/aws/ssm".into()),
                ..Parameter::default()
            };
            let expected = Encrypted {
                arn: parameter.arn.clone(),
                key: key.map(str::to_owned),
            };
            assert_eq!(Encrypted::from(parameter), expected);
        }
    }
}
