//! Commands: what a browser asks for, and gets an answer to.
//!
//! A browser sends `{"id": 7, "command": …}`, and gets `{"id": 7, "reply": …}`, or
//! `{"id": 7, "error": "…"}` where the command could not be read. The id is any JSON,
//! and comes back as it was; without one it is `null`.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::inspect::User;

/// The answer to a command, when it is there.
pub type Reply = Pin<Box<dyn Future<Output = String> + Send>>;

/// Answers the text of a command.
pub type Answers = dyn Fn(&str, &User) -> Reply + Send + Sync;

/// Makes a function from commands to replies one from text to text.
pub fn typed<C, F, R>(answer: F) -> Box<Answers>
where
    C: DeserializeOwned,
    F: Fn(C, User) -> R + Send + Sync + 'static,
    R: Future<Output: Serialize> + Send + 'static,
{
    Box::new(move |text, user| {
        let (id, command) = match read(text) {
            Ok(read) => read,
            Err((id, why)) => return Box::pin(async move { error(&id, &why) }),
        };
        let command = match serde_json::from_value(command) {
            Ok(command) => command,
            Err(why) => {
                let why = format!("no command that is known: {why}");
                return Box::pin(async move { error(&id, &why) });
            }
        };
        // A panic is the function's, and ends this command only: here, and where it is awaited.
        let reply = catch_unwind(AssertUnwindSafe(|| answer(command, user.clone())));
        let Ok(reply) = reply else {
            return Box::pin(async move { error(&id, PANIC) });
        };
        Box::pin(async move {
            let mut reply = pin!(reply);
            let reply = poll_fn(|cx| {
                let polled = catch_unwind(AssertUnwindSafe(|| reply.as_mut().poll(cx)));
                polled.map_or_else(|_| Poll::Ready(None), |reply| reply.map(Some))
            });
            let Some(reply) = reply.await else {
                return error(&id, PANIC);
            };
            match serde_json::to_value(reply) {
                Ok(reply) => json!({ "id": id, "reply": reply }).to_string(),
                Err(why) => error(&id, &format!("the reply cannot be JSON: {why}")),
            }
        })
    })
}

/// The answer if the function that answers panics.
const PANIC: &str = "the command made the program panic";

/// Returns the id of a command's text, if it can be had.
pub fn id_of(text: &str) -> Value {
    match read(text) {
        Ok((id, _)) | Err((id, _)) => id,
    }
}

/// Returns the id and the command.
fn read(text: &str) -> Result<(Value, Value), (Value, String)> {
    let message: Value = serde_json::from_str(text)
        .map_err(|error| (Value::Null, format!("this is no JSON: {error}")))?;
    let Value::Object(mut message) = message else {
        let why = "a message is an object: {\"id\": …, \"command\": …}";
        return Err((Value::Null, why.to_owned()));
    };
    let id = message.remove("id").unwrap_or_default();
    match message.remove("command") {
        Some(command) => Ok((id, command)),
        None => Err((id, "there is no `command` in the message".to_owned())),
    }
}

/// The answer to what could not be answered.
pub fn error(id: &Value, why: &str) -> String {
    json!({ "id": id, "error": why }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block_on::block_on;

    #[test]
    fn everything_is_answered_with_its_id() {
        let answers = typed(|command: u8, user: User| async move {
            assert!(command != 13);
            format!("{command} for {}", user.name())
        });
        let user = User::new("ana", ["viewer"]);
        for (text, answer) in [
            (r#"{"id":7,"command":1}"#, r#"{"id":7,"reply":"1 for ana"}"#),
            (
                r#"{"id":"a","command":1}"#,
                r#"{"id":"a","reply":"1 for ana"}"#,
            ),
            (r#"{"command":1}"#, r#"{"id":null,"reply":"1 for ana"}"#),
        ] {
            let same = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(same(&block_on(answers(text, &user))), same(answer));
        }
        for (text, id, why) in [
            (r#"{"id":7,"command":13}"#, json!(7), "panic"),
            (r#"{"id":7,"command":256}"#, json!(7), "no command"),
            (r#"{"id":7}"#, json!(7), "no `command`"),
            ("{", Value::Null, "no JSON"),
            ("[]", Value::Null, "an object"),
        ] {
            let answer: Value = serde_json::from_str(&block_on(answers(text, &user))).unwrap();
            assert_eq!(answer["id"], id, "{answer}");
            assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
        }
    }
}
