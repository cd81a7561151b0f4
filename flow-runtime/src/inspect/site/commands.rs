//! Commands: what a browser asks for, and gets an answer to.
//!
//! A browser sends `{"id": 7, "command": …}`, and gets `{"id": 7, "reply": …}`, or
//! `{"id": 7, "error": "…"}` where the command could not be read, or the reply is too long.
//! The id is any JSON, and comes back as it was; without one it is `null`. Texts are read
//! straight into what they are for: so numbers keep all their digits.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::limits::REPLY_SIZE;
use crate::inspect::User;

/// The answer to a command, when it is there.
pub type Reply = Pin<Box<dyn Future<Output = String> + Send>>;

/// Answers the text of a command.
pub type Answers = dyn Fn(&str, &User) -> Reply + Send + Sync;

/// The id of a command, as it was written.
pub type Id = Box<RawValue>;

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
        let command = match serde_json::from_str(command.get()) {
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
            match serde_json::to_string(&reply) {
                Ok(reply) if reply.len() > REPLY_SIZE => error(&id, &too_long("the reply")),
                Ok(reply) => format!("{{\"id\":{id},\"reply\":{reply}}}"),
                Err(why) => error(&id, &format!("the reply cannot be JSON: {why}")),
            }
        })
    })
}

/// The answer if the function that answers panics.
const PANIC: &str = "the command made the program panic";

/// Returns the id of a command's text, if it can be had.
pub fn id_of(text: &str) -> Id {
    match read(text) {
        Ok((id, _)) | Err((id, _)) => id,
    }
}

/// Returns the id and the command.
fn read(text: &str) -> Result<(Id, Box<RawValue>), (Id, String)> {
    let nobody = || RawValue::NULL.to_owned();
    let message: Result<BTreeMap<String, Box<RawValue>>, _> = serde_json::from_str(text);
    let mut message = message.map_err(|error| {
        let why = match error.is_data() {
            true => "a message is an object: {\"id\": …, \"command\": …}".to_owned(),
            false => format!("this is no JSON: {error}"),
        };
        (nobody(), why)
    })?;
    let id = message.remove("id").unwrap_or_else(nobody);
    match message.remove("command") {
        Some(command) => Ok((id, command)),
        None => Err((id, "there is no `command` in the message".to_owned())),
    }
}

/// The answer to what could not be answered.
pub fn error(id: &RawValue, why: &str) -> String {
    format!("{{\"id\":{id},\"error\":{}}}", Value::from(why))
}

/// Says that something is longer than what a browser is told at once.
pub fn too_long(what: &str) -> String {
    format!("{what} is longer than {REPLY_SIZE} bytes")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    #[test]
    fn numbers_keep_all_their_digits() {
        let answers = typed(|command: u128, _| async move { command });
        let user = User::new("ana", [""; 0]);
        for digits in [
            "9007199254740993",
            "18446744073709551617",
            "-9223372036854775809",
        ] {
            let text = format!("{{\"id\":{digits},\"command\":{}}}", u128::MAX);
            let answer = format!("{{\"id\":{digits},\"reply\":{}}}", u128::MAX);
            assert_eq!(block_on(answers(&text, &user)), answer);
            let text = format!("{{\"id\":[{digits}]}}");
            assert_eq!(id_of(&text).get(), format!("[{digits}]"));
        }
    }

    #[test]
    fn a_reply_that_is_too_long_is_an_error_with_its_id() {
        let answers = typed(|size: usize, _| async move { "x".repeat(size) });
        let user = User::new("ana", [""; 0]);
        let answer = |size: usize| {
            let text = format!("{{\"id\":7,\"command\":{size}}}");
            serde_json::from_str::<Value>(&block_on(answers(&text, &user))).unwrap()
        };
        let longest = REPLY_SIZE - "\"\"".len();
        assert_eq!(answer(longest)["reply"].as_str().unwrap().len(), longest);
        let error = json!({ "id": 7, "error": "the reply is longer than 1048576 bytes" });
        assert_eq!(answer(longest + 1), error);
    }
}
