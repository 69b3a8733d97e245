//! Who may ask: the names under which this server may be called, and the token that others than this machine need.
//!
//! A name that is not known here is refused even on a local connection: a page of another site can make the browser
//! call this server under a name of its own (DNS rebinding). An address in numbers cannot be made to mean something
//! else.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http::host::Host;
use crate::http::request::Request;

/// The user's name that goes with the token.
pub(crate) const USER: &str = "tenantry";

/// Which names are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// This machine alone.
    Local,
    /// Whoever reaches this name or address, and has the token.
    Shared {
        /// As it was asked for.
        name: String,
        /// In the URL that is told to the operator, and nowhere else.
        token: String,
    },
}

/// What a request's host is, before tenants are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// The server itself.
    Itself,
    /// A name that a tenant may have.
    ByName,
    /// Something that is not accepted.
    Unknown,
    /// Without the token.
    Stranger,
}

impl Access {
    /// Judges a request.
    pub(crate) fn judge(&self, request: &Request) -> Called {
        let Access::Shared { name, token } = self else { return local(&request.host) };
        if !has_token(request.header("Authorization"), token) {
            return Called::Stranger;
        }
        let own = request.local().map(|local| local.ip().to_canonical());
        let by_number = |address: IpAddr| Some(address.to_canonical()) == own;
        if request.host.name == *name || request.host.address().is_some_and(by_number) {
            Called::Itself
        } else if own.is_some_and(|own| own.is_loopback()) {
            local(&request.host)
        } else {
            Called::Unknown
        }
    }
}

fn local(host: &Host) -> Called {
    match host.address() {
        _ if host.is_loopback() => Called::Itself,
        Some(_) => Called::Unknown,
        None => Called::ByName,
    }
}

/// Whether the request brings the token. How long the comparison takes does not depend on where it fails.
fn has_token(authorization: Option<&str>, token: &str) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{USER}:{token}")));
    let given = authorization.unwrap_or_default();
    let differences = given.bytes().zip(expected.bytes()).fold(0, |sum, (one, other)| sum | (one ^ other));
    given.len() == expected.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::head::{Progress, read};
    use crate::limits::Limits;

    fn request(host: &str, local: &str, headers: &str) -> Request {
        let text = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
        let Progress::Whole(head) = read(text.as_bytes(), &Limits::default()) else { panic!("{text}") };
        Request::from_head(head).unwrap().called_at(local)
    }

    #[test]
    fn fault_016_only_names_of_this_machine_are_the_server() {
        let judge = |host: &str| Access::Local.judge(&request(host, "127.0.0.1:4000", ""));
        for host in ["localhost", "LOCALHOST:4000", "127.0.0.1:4000", "[::1]:4000"] {
            assert_eq!(judge(host), Called::Itself, "{host}");
        }
        for host in ["192.168.1.5", "1.2.3.4:4000", "[2001:db8::1]", "0.0.0.0"] {
            assert_eq!(judge(host), Called::Unknown, "{host}");
        }
        assert_eq!(judge("evil.example"), Called::ByName);
    }

    #[test]
    fn others_need_the_name_and_the_token() {
        let access = Access::Shared { name: "preview.lan".into(), token: "secret".into() };
        let token = format!("Authorization: Basic {}\r\n", STANDARD.encode("tenantry:secret"));
        let judge = |host: &str, local: &str, headers: &str| access.judge(&request(host, local, headers));
        assert_eq!(judge("preview.lan:4000", "192.168.1.5:4000", &token), Called::Itself);
        assert_eq!(judge("192.168.1.5:4000", "192.168.1.5:4000", &token), Called::Itself);
        assert_eq!(judge("192.168.1.6:4000", "192.168.1.5:4000", &token), Called::Unknown);
        assert_eq!(judge("a.localhost", "192.168.1.5:4000", &token), Called::Unknown);
        assert_eq!(judge("a.localhost", "127.0.0.1:4000", &token), Called::ByName);
        for headers in ["", "Authorization: Basic AAAA\r\n", "Authorization: Bearer secret\r\n"] {
            assert_eq!(judge("preview.lan", "192.168.1.5:4000", headers), Called::Stranger, "{headers}");
        }
    }
}
