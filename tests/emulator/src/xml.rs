//! JSON written as XML, and the frames that the query protocol puts around answers and errors.

use serde_json::Value;

use crate::http::Service;
use crate::refusal::Refusal;

/// Members as elements. Each member of a list is an element `item` in EC2, `member` elsewhere.
pub(crate) fn elements(service: Service, value: &Value) -> String {
    let item = if service == Service::Ec2 {
        "item"
    } else {
        "member"
    };
    let mut xml = String::new();
    write(&mut xml, value, item);
    xml
}

fn write(xml: &mut String, value: &Value, item: &str) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            let told = members.iter().filter(|(_, value)| !value.is_null());
            for (name, value) in told {
                element(xml, name, value, item);
            }
        }
        Value::Array(list) => {
            for value in list {
                element(xml, item, value, item);
            }
        }
        Value::String(text) => *xml += &escaped(text),
        Value::Bool(_) | Value::Number(_) => *xml += &value.to_string(),
    }
}

fn element(xml: &mut String, name: &str, value: &Value, item: &str) {
    xml.extend(["<", name, ">"]);
    write(xml, value, item);
    xml.extend(["</", name, ">"]);
}

/// The whole answer of an operation, around its elements.
pub(crate) fn answer(
    service: Service,
    operation: &str,
    elements: &str,
    request_id: &str,
) -> String {
    let space = name_space(service);
    if service == Service::Ec2 {
        return format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><{operation}Response xmlns="{space}"><requestId>{request_id}</requestId>{elements}</{operation}Response>"#
        );
    }
    format!(
        r#"<{operation}Response xmlns="{space}"><{operation}Result>{elements}</{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"#
    )
}

/// An error: EC2 has a form of its own.
pub(crate) fn error(service: Service, refusal: &Refusal, request_id: &str) -> String {
    let code = escaped(&refusal.code);
    let message = escaped(&refusal.message);
    if service == Service::Ec2 {
        return format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>{request_id}</RequestID></Response>"#
        );
    }
    let space = name_space(service);
    let side = if refusal.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    format!(
        r#"<ErrorResponse xmlns="{space}"><Error><Type>{side}</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"#
    )
}

fn name_space(service: Service) -> &'static str {
    match service {
        Service::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
        Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
        _ => "https://sts.amazonaws.com/doc/2011-06-15/",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_items_in_ec2_and_members_elsewhere() {
        let value = json!({"a": [{"b": "x<&>"}, "y"], "c": true, "d": null, "e": [], "f": 2});
        assert_eq!(
            elements(Service::Ec2, &value),
            "<a><item><b>x&lt;&amp;&gt;</b></item><item>y</item></a><c>true</c><e></e><f>2</f>"
        );
        assert_eq!(
            elements(Service::Iam, &json!({"A": ["y"]})),
            "<A><member>y</member></A>"
        );
    }

    #[test]
    fn the_errors_of_ec2_have_a_form_of_their_own() {
        let refusal = Refusal::new("UnauthorizedOperation", "no & no").with_status(403);
        let ec2 = error(Service::Ec2, &refusal, "id");
        let errors = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no &amp; no</Message></Error></Errors><RequestID>id</RequestID></Response>";
        assert!(ec2.ends_with(errors), "{ec2}");
        let iam = error(Service::Iam, &refusal, "id");
        assert!(iam.starts_with("<ErrorResponse "), "{iam}");
        assert!(iam.contains("<Type>Sender</Type>"), "{iam}");
    }
}
