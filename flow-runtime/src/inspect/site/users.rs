//! The users' file: who has which token, and which roles.
//!
//! ```toml
//! [ana]
//! token = "a long text that nobody guesses"
//! roles = ["viewer", "operator"]
//! ```

use std::fs;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::token::{self, Token};
use crate::inspect::User;
use crate::{Error, ErrorKind};

/// Who may come in.
#[derive(Clone, Debug)]
pub enum Users {
    /// Whoever has the one token, which is printed. Every role is theirs.
    One(Token),
    /// Those of a file.
    Listed(Vec<(Token, User)>),
}

impl Users {
    /// Returns who shows this token. All tokens are compared, so that the time tells
    /// nothing about where it was found.
    pub fn admit(&self, token: &str) -> Option<User> {
        match self {
            Self::One(known) => known.is(token).then(|| User::with_every_role("owner")),
            Self::Listed(users) => among_all(users, |known| known.is(token)).cloned(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`], with the file and the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| {
            let message = format!("the users' file `{}` cannot be read", path.display());
            Error::with_source(ErrorKind::Serve, message, error)
        })?;
        parse(&text).map_err(|Mistake { at, what }| {
            let before = text.get(..at.start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let message = format!("the users' file `{}`, line {line}: {what}", path.display());
            Error::new(ErrorKind::Serve, message)
        })
    }
}

/// Returns the last user whose token it is. Every token is asked.
fn among_all(users: &[(Token, User)], mut is: impl FnMut(&Token) -> bool) -> Option<&User> {
    let mut found = None;
    for (known, user) in users {
        if is(known) {
            found = Some(user);
        }
    }
    found
}

/// A mistake in a file, and its place.
struct Mistake {
    at: Range<usize>,
    what: String,
}

fn mistake<T>(at: Range<usize>, what: impl Into<String>) -> Result<T, Mistake> {
    let what = what.into();
    Err(Mistake { at, what })
}

fn parse(text: &str) -> Result<Users, Mistake> {
    let file = DeTable::parse(text).map_err(|error| Mistake {
        at: error.span().unwrap_or(0..0),
        what: error.message().to_owned(),
    })?;
    let mut users: Vec<(Token, User)> = Vec::new();
    let mut entries: Vec<_> = file.get_ref().iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    for (name, entry) in entries {
        let DeValue::Table(entry) = entry.get_ref() else {
            let name_of = name.get_ref();
            let what = format!("a user is a table, with a token and roles: `[{name_of}]`");
            return mistake(name.span(), what);
        };
        if name.get_ref().trim().is_empty() {
            return mistake(name.span(), "a user has a name");
        }
        let (at, token, roles) = self::entry(name, entry)?;
        if users.iter().any(|(known, _)| known.is(&token)) {
            return mistake(at, "two users have this token");
        }
        let user = User::new(name.get_ref().as_ref(), roles);
        users.push((Token::of(&token), user));
    }
    if users.is_empty() {
        return mistake(0..0, "there is no user in it, so nobody could come in");
    }
    Ok(Users::Listed(users))
}

type Entry = (Range<usize>, String, Vec<String>);

fn entry(name: &Spanned<DeString<'_>>, entry: &DeTable<'_>) -> Result<Entry, Mistake> {
    let (mut token, mut roles) = (None, None);
    for (key, value) in entry {
        let at = value.span();
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("token", DeValue::String(text)) => {
                let seen = text.chars().filter(|letter| !letter.is_whitespace());
                if seen.count() < token::SHORTEST {
                    let least = token::SHORTEST;
                    let what =
                        format!("a token has at least {least} characters, blanks not among them");
                    return mistake(at, what);
                }
                token = Some((at, text.to_string()));
            }
            ("token", _) => return mistake(at, "a token is a text"),
            ("roles", DeValue::Array(array)) => {
                let role = |role: &Spanned<DeValue<'_>>| match role.get_ref() {
                    DeValue::String(text) if !text.is_empty() => Ok(text.to_string()),
                    _ => mistake(role.span(), "a role is a text that is not empty"),
                };
                roles = Some(array.iter().map(role).collect::<Result<Vec<_>, _>>()?);
            }
            ("roles", _) => return mistake(at, "roles are a list of texts"),
            (other, _) => {
                let what = format!("a user has `token` and `roles`, not `{other}`");
                return mistake(key.span(), what);
            }
        }
    }
    let lacks = |what: &str| format!("the user `{}` has no `{what}`", name.get_ref());
    match (token, roles) {
        (Some((at, token)), Some(roles)) => Ok((at, token, roles)),
        (None, _) => mistake(name.span(), lacks("token")),
        (_, None) => mistake(name.span(), lacks("roles")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_token_is_let_in_with_their_roles() {
        let text = "[ana]\ntoken = \"0123456789abcdef\"\nroles = [\"viewer\"]\n\
                    [bo]\ntoken = \"fedcba9876543210\"\nroles = []\n";
        let Ok(users) = parse(text) else { panic!() };
        let ana = users.admit("0123456789abcdef").unwrap();
        assert!(ana.name() == "ana" && ana.has_role("viewer") && !ana.has_role("operator"));
        assert_eq!(users.admit("fedcba9876543210").unwrap().name(), "bo");
        assert!(users.admit("0123456789abcdeF").is_none() && users.admit("").is_none());
    }

    #[test]
    fn all_tokens_are_compared_wherever_the_right_one_is() {
        let user = |name: &str| (Token::of(name), User::new(name, [""; 0]));
        let users = ["ana", "bo", "cleo"].map(user);
        for name in ["ana", "bo", "cleo", "nobody"] {
            let mut asked = Vec::new();
            let found = among_all(&users, |known| {
                asked.push(known.text().to_owned());
                known.is(name)
            });
            let expected = (name != "nobody").then_some(name);
            assert_eq!(found.map(User::name), expected);
            assert_eq!(asked, ["ana", "bo", "cleo"]);
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let long = "0123456789abcdef";
        for (text, line, what) in [
            ("", 1, "no user"),
            ("ana = 1", 1, "`[ana]`"),
            ("[ana]\nroles = []", 1, "no `token`"),
            (&format!("[ana]\ntoken = \"{long}\""), 1, "no `roles`"),
            ("[ana]\ntoken = \"short\"\nroles = []", 2, "at least 16"),
            ("[ana]\n\ntoken = 17", 3, "a token is a text"),
            (
                "[ana]\nroles = []\ntoken = \"                    x\"",
                3,
                "at least 16",
            ),
            (
                &format!("\n[\"\"]\ntoken = \"{long}\"\nroles = []"),
                2,
                "a user has a name",
            ),
            (
                &format!("[\" \"]\ntoken = \"{long}\"\nroles = []"),
                1,
                "a user has a name",
            ),
            ("[ana]\n\nrole = []", 3, "not `role`"),
            ("[ana]\nroles = [\n\"a\",\n1]", 4, "a role is"),
            ("[ana\nroles = []", 1, ""),
            (
                &format!(
                    "[a]\ntoken = \"{long}\"\nroles = []\n[b]\ntoken = \"{long}\"\nroles = []"
                ),
                5,
                "two users",
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("users.toml");
            fs::write(&path, text).unwrap();
            let error = Users::read(&path).unwrap_err().to_string();
            let place = format!("users.toml`, line {line}: ");
            assert!(
                error.contains(&place) && error.contains(what),
                "{text:?}: {error}"
            );
        }
        let error = Users::read(Path::new("none.toml")).unwrap_err().to_string();
        assert!(error.contains("`none.toml` cannot be read"), "{error}");
    }
}
