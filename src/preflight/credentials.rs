//! `credentials`: whom AWS sees, and whether it takes them.

use futures_util::future::FutureExt as _;

use super::group::{About, Account, Group, Look, Subject};
use crate::model::account::caller::Caller;
use crate::model::finding::Finding;
use crate::ports::{CallError, CallErrorKind};

const NAME: &str = "credentials";

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether AWS takes the credentials, whose they are, and in which region",
        permissions: &[],
        causes: &[],
    }],
    look: Look::AtPlace(|subject, account| look(subject, account).boxed()),
};

async fn look(subject: &Subject, account: &Account) -> Vec<Finding> {
    vec![judge(&subject.region, account.callers.caller().await)]
}

fn judge(region: &str, answer: Result<Caller, CallError>) -> Finding {
    match answer {
        Ok(caller) => Finding::pass(
            NAME,
            format!("{} of account {} in {region}", caller.arn, caller.account),
        ),
        Err(error) if error.kind == CallErrorKind::Credentials => Finding::fail(
            NAME,
            format!("AWS does not take the credentials: {error}"),
        )
        .hinted("log in again (for example aws sso login), or name others with --profile or AWS_PROFILE"),
        // This call needs no permission: an answer that refuses something else is an answer.
        Err(error) => Finding::skip(NAME, format!("AWS could not be asked whose they are: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Verdict;

    #[test]
    fn credentials_pass_or_fail() {
        let caller = Caller {
            account: "000000000000".into(),
            arn: "arn:aws:iam::000000000000:user/ana".into(),
        };
        let finding = judge("us-east-1", Ok(caller));
        assert_eq!(
            finding.message,
            "arn:aws:iam::000000000000:user/ana of account 000000000000 in us-east-1"
        );
        for (kind, verdict) in [
            (CallErrorKind::Credentials, Verdict::Fail),
            (CallErrorKind::Network, Verdict::Skip),
        ] {
            let error = CallError {
                operation: "sts:GetCallerIdentity",
                kind,
                code: None,
                message: "no".into(),
            };
            assert_eq!(judge("us-east-1", Err(error)).verdict, verdict);
        }
    }
}
