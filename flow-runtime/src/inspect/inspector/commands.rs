//! Commands of a browser to the inspector.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_core::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::board::Board;
use super::figures::raw;
use crate::inspect::{Exposed, User};

/// A command of the page.
pub enum Command {
    /// Reads exposed values: `{"get": {"of": "job", "names": ["spent"]}}`.
    Get { of: String, names: Vec<String> },
    /// Sets one: `{"set": {"of": "job", "name": "at_once", "value": 8}}`.
    Set {
        of: String,
        name: String,
        value: Value,
    },
    /// Lists what failed in a store: `{"failures": {"store": "answers"}}`.
    Failures { store: String },
    /// Tries a failed artifact again: `{"again": {"store": "answers", "key": 17}}`. The key
    /// is read by the store alone: so a number keeps all its digits.
    Again { store: String, key: Box<RawValue> },
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let command: BTreeMap<String, Box<RawValue>> = BTreeMap::deserialize(deserializer)?;
        let mut verbs = command.into_iter();
        let no_verb = || D::Error::custom("a command is an object of one verb: {\"set\": {…}}");
        let (Some((verb, fields)), None) = (verbs.next(), verbs.next()) else {
            return Err(no_verb());
        };
        let fields: Result<BTreeMap<String, Box<RawValue>>, _> = serde_json::from_str(fields.get());
        let mut fields = fields.map_err(|_| no_verb())?;
        let mut take = |field: &'static str| {
            fields
                .remove(field)
                .ok_or_else(|| D::Error::missing_field(field))
        };
        let text = |value: Box<RawValue>| {
            let text: Result<String, _> = serde_json::from_str(value.get());
            text.map_err(|_| D::Error::custom(format!("`{value}` is no text")))
        };
        match verb.as_str() {
            "get" => {
                let names: Result<Vec<_>, _> = serde_json::from_str(take("names")?.get());
                let names = names.map_err(|_| D::Error::custom("names are a list"))?;
                let names = names.into_iter().map(text).collect::<Result<_, _>>()?;
                Ok(Self::Get {
                    of: text(take("of")?)?,
                    names,
                })
            }
            "set" => Ok(Self::Set {
                of: text(take("of")?)?,
                name: text(take("name")?)?,
                value: serde_json::from_str(take("value")?.get()).map_err(D::Error::custom)?,
            }),
            "failures" => Ok(Self::Failures {
                store: text(take("store")?)?,
            }),
            "again" => Ok(Self::Again {
                store: text(take("store")?)?,
                key: take("key")?,
            }),
            _ => Err(D::Error::custom("it is one of get, set, failures, again")),
        }
    }
}

/// Answers a command: with what it asks for, or `{"refused": "why"}`.
pub async fn answer(board: Arc<Board>, command: Command, user: User) -> Box<RawValue> {
    let answer = match command {
        Command::Get { of, names } => get(&board, &user, &of, names),
        Command::Set { of, name, value } => set(&board, &user, &of, &name, value),
        Command::Failures { store } => match board.store(&store) {
            Some(store) => store.failures.list().await,
            None => Err(format!("there is no store `{store}` here")),
        },
        Command::Again { store, key } => match board.store(&store) {
            Some(store) if user.has_role(&store.role) => {
                let again = store.failures.again(&key).await;
                again.map(|what| raw(&json!({ "again": what })))
            }
            // Who may not is told what they know: the page shows the store to them, too.
            Some(_) => Err("you may not try it again".to_owned()),
            None => Err(format!("there is no store `{store}` here")),
        },
    };
    answer.unwrap_or_else(|why| raw(&json!({ "refused": why })))
}

/// Reads values: `null` for what is not there, or not to be seen.
fn get(board: &Board, user: &User, of: &str, names: Vec<String>) -> Result<Box<RawValue>, String> {
    let values = match board.fields(of) {
        Some(fields) => fields.as_seen_by(user).get(names),
        None => names.into_iter().map(|name| (name, None)).collect(),
    };
    Ok(raw(&json!({ "values": values })))
}

fn set(
    board: &Board,
    user: &User,
    of: &str,
    name: &str,
    value: Value,
) -> Result<Box<RawValue>, String> {
    let Some(fields) = board.fields(of) else {
        return Err(format!("there is no `{name}` that you may set"));
    };
    let set = fields.as_seen_by(user).try_set(name, value);
    set.map(|()| raw(&json!({ "set": true })))
        .map_err(|refused| refused.to_string())
}
