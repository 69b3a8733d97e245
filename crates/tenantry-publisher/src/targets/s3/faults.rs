//! What a store says no with, read for what may be done about it.
//!
//! Answers of stores repeat much of the request. Of their text only the code and the message are told.

use std::time::Duration;

use object_store::Error;

use crate::fault::{Fault, FaultKind};

/// How long a store is left alone that asks for slowness.
const SLOWNESS: Duration = Duration::from_secs(1);
/// Longest words of a store that are told.
const LONGEST: usize = 300;

/// A fault of an error, about a bucket of this name.
pub(super) fn fault(bucket: &str, error: &Error) -> Fault {
    let text = whole(error);
    let code = between(&text, "<Code>", "</Code>").unwrap_or_default();
    let status = status(&text);
    let kind = match (error, status, code) {
        (_, Some(429 | 503), _) | (_, _, "SlowDown" | "TooManyRequests") => FaultKind::Passing(Some(SLOWNESS)),
        (_, _, "NoSuchBucket") => FaultKind::Lasting,
        (Error::PermissionDenied { .. } | Error::Unauthenticated { .. }, ..)
        | (_, _, "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired") => FaultKind::Denied,
        (Error::Generic { .. }, None, _) if has_no_credentials(&text) => FaultKind::Denied,
        (Error::Generic { .. }, Some(408 | 500..=599) | None, _) | (_, _, "RequestTimeout" | "InternalError") => {
            FaultKind::Passing(None)
        }
        _ => FaultKind::Lasting,
    };
    Fault::new(kind, format!("`{bucket}`: {}{}", words(&text, status), hint(code, &text)))
}

/// An error with those that it comes from.
fn whole(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = inner.source();
    }
    text
}

fn status(text: &str) -> Option<u16> {
    let digits = text.split_once("status code: ")?.1.get(..3)?;
    digits.parse().ok()
}

fn words(text: &str, status: Option<u16>) -> String {
    let said = [between(text, "<Code>", "</Code>"), between(text, "<Message>", "</Message>")];
    let said: Vec<&str> = said.into_iter().flatten().collect();
    let told = match (said.as_slice(), status) {
        ([], Some(status)) => format!("it answers {status}"),
        ([], None) => text.lines().next().unwrap_or_default().to_owned(),
        (said, _) => said.join(": "),
    };
    told.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// What to do, where the words of the store do not say it.
fn hint(code: &str, text: &str) -> &'static str {
    match code {
        "NoSuchBucket" => " (create the bucket, or mend its name)",
        "RequestTimeTooSkewed" => " (set the clock of this machine)",
        "AuthorizationHeaderMalformed" | "PermanentRedirect" => " (mend `region` or `endpoint`)",
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" => " (mend AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)",
        "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired" => " (get new credentials; the next publish goes on)",
        _ if has_no_credentials(text) => " (set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)",
        _ if text.contains("incorrectly configured region") => " (mend `region`)",
        _ => "",
    }
}

/// Without credentials the service is asked that machines of Amazon have for them.
fn has_no_credentials(text: &str) -> bool {
    text.contains("169.254.169.254") || text.contains("/latest/api/token")
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    let (inner, _) = text.split_once(from)?.1.split_once(to)?;
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: &str) -> (FaultKind, String) {
        let found = fault("s3://x", &Error::Generic { store: "S3", source: error.into() });
        (found.kind, found.message)
    }

    #[test]
    fn fault_113_answers_are_told_apart() {
        let body = |status: &str, code: &str| {
            format!(
                "Server returned non-2xx status code: {status}: <Error><Code>{code}</Code><Key>canary</Key></Error>"
            )
        };
        let slow = FaultKind::Passing(Some(SLOWNESS));
        let cases = [
            (body("503 Service Unavailable", "SlowDown"), slow, "SlowDown"),
            (body("429 Too Many Requests", ""), slow, ""),
            (body("500 Internal Server Error", "InternalError"), FaultKind::Passing(None), "InternalError"),
            (body("404 Not Found", "NoSuchBucket"), FaultKind::Lasting, "create the bucket"),
            (body("400 Bad Request", "ExpiredToken"), FaultKind::Denied, "get new credentials"),
            (body("400 Bad Request", "AuthorizationHeaderMalformed"), FaultKind::Lasting, "mend `region`"),
            ("error sending request: connection reset".to_owned(), FaultKind::Passing(None), "reset"),
        ];
        for (text, kind, words) in cases {
            let (found, message) = told(&text);
            assert_eq!(found, kind, "{text}");
            assert!(message.contains(words) && !message.contains("canary"), "{message}");
        }
    }
}
