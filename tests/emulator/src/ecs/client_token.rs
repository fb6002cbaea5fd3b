//! Idempotency of `RunTask`: what a client token has started.

use std::collections::HashMap;

use serde_json::Value;

/// The tokens of all clusters.
#[derive(Debug, Default)]
pub(crate) struct ClientTokens(HashMap<(String, String), Use>);

#[derive(Debug)]
struct Use {
    parameters: Value,
    task_ids: Vec<String>,
}

/// What is known of a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Recall {
    New,
    /// The same call again: these tasks are its answer.
    Replay(Vec<String>),
    /// Another call has used it, for these tasks.
    Conflict(Vec<String>),
}

impl ClientTokens {
    pub(crate) fn recall(&self, cluster: &str, token: &str, request: &Value) -> Recall {
        match self.0.get(&(cluster.to_owned(), token.to_owned())) {
            None => Recall::New,
            Some(earlier) if earlier.parameters == parameters(request) => {
                Recall::Replay(earlier.task_ids.clone())
            }
            Some(earlier) => Recall::Conflict(earlier.task_ids.clone()),
        }
    }

    pub(crate) fn remember(&mut self, cluster: &str, token: &str, request: &Value, ids: &[String]) {
        let earlier = Use {
            parameters: parameters(request),
            task_ids: ids.to_vec(),
        };
        self.0
            .insert((cluster.to_owned(), token.to_owned()), earlier);
    }
}

/// All parameters but the key itself.
fn parameters(request: &Value) -> Value {
    let mut parameters = request.clone();
    if let Some(fields) = parameters.as_object_mut() {
        fields.remove("clientToken");
        fields.remove("cluster");
    }
    parameters
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_answers_the_same_call_and_refuses_another() {
        let mut tokens = ClientTokens::default();
        let call = json!({"cluster": "c", "clientToken": "t", "taskDefinition": "f", "count": 1});
        assert_eq!(tokens.recall("c", "t", &call), Recall::New);
        let ids = ["id".to_owned()];
        tokens.remember("c", "t", &call, &ids);
        let by_arn =
            json!({"count": 1, "clientToken": "t", "cluster": "arn:c", "taskDefinition": "f"});
        assert_eq!(
            tokens.recall("c", "t", &by_arn),
            Recall::Replay(ids.to_vec())
        );
        let other = json!({"cluster": "c", "clientToken": "t", "taskDefinition": "g", "count": 1});
        assert_eq!(
            tokens.recall("c", "t", &other),
            Recall::Conflict(ids.to_vec())
        );
        assert_eq!(tokens.recall("d", "t", &call), Recall::New);
        assert_eq!(tokens.recall("c", "u", &call), Recall::New);
    }
}
