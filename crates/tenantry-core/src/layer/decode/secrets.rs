//! Secrets, which belong into no file of a workspace: found, refused, never shown.

use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::layer::Reader;

/// Keys that hold secrets, which belong into no file of a workspace.
const SECRET_KEYS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "secret_key",
    "secret_access_key",
    "access_key",
    "access_key_id",
    "aws_secret_access_key",
    "aws_access_key_id",
    "api_key",
    "apikey",
    "private_key",
    "credentials",
    "auth_token",
    "session_token",
    "s3_key",
    "s3_secret",
];

/// Reports every secret in the file, without showing it. True if there was one.
pub(super) fn report_secrets(reader: &mut Reader<'_>, table: &DeTable<'_>) -> bool {
    let mut found = false;
    for (key, value) in table {
        let name = key.get_ref().to_lowercase();
        let secret = match value.get_ref() {
            DeValue::String(text) => SECRET_KEYS.contains(&name.as_str()) || looks_secret(text),
            DeValue::Table(inner) => {
                found |= report_secrets(reader, inner);
                false
            }
            _ => false,
        };
        if secret {
            let place = reader.place(key.span());
            let message = format!("`{}` holds a secret, and a workspace may hold none", key.get_ref());
            reader.diagnostics.push(
                Diagnostic::error("secret", message)
                    .at(place)
                    .confidential()
                    .hint("take it out of the file, replace it where it was valid, and give it by the environment when you publish"),
            );
            found = true;
        }
    }
    found
}

/// Values whose form gives them away: AWS access keys, private keys.
fn looks_secret(text: &str) -> bool {
    let aws = text.len() == 20
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    aws || text.contains("PRIVATE KEY-----")
}
