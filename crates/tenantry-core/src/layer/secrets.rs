//! Secrets, which belong into no file of a workspace: found, refused, never shown.
//!
//! They are known by their key or by their form. Keys of the register are names that others chose, so there only the
//! form counts: a cookie may well be called `token`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::layer::{Reader, keys};

/// What stands for a secret where values are shown.
pub(crate) const HIDDEN: &str = "[secret]";

/// Keys that hold secrets, lower case, without `-` and `_`.
const SECRET_KEYS: &[&str] = &[
    "accesskey",
    "accesskeyid",
    "accesstoken",
    "apikey",
    "apitoken",
    "authtoken",
    "awsaccesskeyid",
    "awssecretaccesskey",
    "clientsecret",
    "credentials",
    "passwd",
    "password",
    "privatekey",
    "refreshtoken",
    "s3key",
    "s3secret",
    "secret",
    "secretaccesskey",
    "secretkey",
    "sessiontoken",
    "token",
];

/// Reports every secret of a file. True if there was one: then nothing else of the file may be used or shown.
pub(crate) fn report_secrets(reader: &mut Reader<'_>, table: &DeTable<'_>) -> bool {
    let mut found = Vec::new();
    for (key, value) in table {
        let named_by_others = keys::top(key.get_ref()).is_some_and(|key| key.register);
        let keys_count = if named_by_others { Keys::AreNames } else { Keys::Count };
        search((key.get_ref(), key.span()), value, keys_count, &mut found);
    }
    for (key, span) in &found {
        let message = format!("`{key}` holds a secret, and a workspace may hold none");
        let hint =
            "take it out of the file, replace it where it was valid, and give it by the environment when you publish";
        let place = reader.place(span.clone());
        reader.diagnostics.push(Diagnostic::error("secret", message).at(place).confidential().hint(hint));
    }
    !found.is_empty()
}

/// Whether keys tell secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Count,
    AreNames,
}

type Place = std::ops::Range<usize>;

fn search((key, span): (&str, Place), value: &Spanned<DeValue<'_>>, keys: Keys, found: &mut Vec<(String, Place)>) {
    let by_key = keys == Keys::Count && is_secret_key(key) && holds_text(value.get_ref());
    if by_key {
        found.push((key.to_owned(), span));
        return;
    }
    match value.get_ref() {
        DeValue::String(text) if looks_secret(text) => found.push((key.to_owned(), span)),
        DeValue::Table(table) => {
            for (inner, value) in table {
                search((inner.get_ref(), inner.span()), value, keys, found);
            }
        }
        DeValue::Array(items) => {
            for item in items.iter() {
                search((key, span.clone()), item, keys, found);
            }
        }
        _ => {}
    }
}

fn holds_text(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::String(_) => true,
        DeValue::Array(items) => items.iter().any(|item| holds_text(item.get_ref())),
        DeValue::Table(table) => table.iter().any(|(_, value)| holds_text(value.get_ref())),
        _ => false,
    }
}

/// Whether a key names a secret, however it is spelt.
pub(crate) fn is_secret_key(key: &str) -> bool {
    let folded: String = key.chars().filter(|c| !matches!(c, '-' | '_')).collect::<String>().to_lowercase();
    SECRET_KEYS.contains(&folded.as_str())
}

/// Whether text gives itself away: AWS access keys, private keys, a password in an address.
pub(crate) fn looks_secret(text: &str) -> bool {
    let aws = text.len() == 20
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    aws || text.contains("PRIVATE KEY-----") || has_password(text)
}

/// `https://user:password@host`, and `https://token@host`, as hosts of repositories give tokens.
fn has_password(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_web = ["http", "https"].iter().any(|web| scheme.to_ascii_lowercase().ends_with(web));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit_once('@').is_some_and(|(user, _)| is_web || user.contains(':'))
}

/// Whether a line of a file that cannot be parsed may hold a secret.
pub(crate) fn may_hold_secret(line: &str) -> bool {
    let words = line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')));
    let by_key = words.clone().any(is_secret_key);
    by_key || words.clone().any(looks_secret) || looks_secret(line)
}
