//! STS: who the caller is. It alone speaks the query protocol, with XML.

use crate::arn;
use crate::refusal::Refusal;

/// The answer of `GetCallerIdentity`.
pub(crate) fn caller_identity(request_id: &str) -> String {
    let account = arn::ACCOUNT;
    format!(
        r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/emulator</Arn><UserId>AIDAEMULATOR</UserId><Account>{account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"#
    )
}

/// An error by the query protocol.
pub(crate) fn error(refusal: &Refusal, request_id: &str) -> String {
    let side = if refusal.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    let code = escaped(&refusal.code);
    let message = escaped(&refusal.message);
    format!(
        r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>{side}</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"#
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
