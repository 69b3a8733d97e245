//! The host that a request names, and whether it is one that can only mean this machine.
//!
//! A page of another site can make a browser call this server, and by its own domain's records even under its own name.
//! Names that are not known here are therefore refused, however local the connection is.

use std::net::{IpAddr, Ipv6Addr};

use crate::http::Refusal;

/// Longest name of a host (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 253;

/// A host, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    /// In lower case, without a final dot, without the brackets of IPv6.
    pub(crate) name: String,
    /// The port, if it is named.
    pub(crate) port: Option<u16>,
}

const NO_HOST: Refusal = Refusal::new(400, "the host makes no sense");

impl Host {
    /// Reads the value of a `Host` header.
    pub(crate) fn parse(text: &str) -> Result<Host, Refusal> {
        let (name, port) = split(text).ok_or(NO_HOST)?;
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let port = match port {
            Some(port) if is_port(port) => Some(port.parse().map_err(|_| NO_HOST)?),
            Some(_) => return Err(NO_HOST),
            None => None,
        };
        Ok(Host { name, port })
    }

    /// The address that it is, if it is one.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.name.parse().ok()
    }

    /// Whether it is this machine as such, and no name below it.
    pub(crate) fn is_loopback(&self) -> bool {
        self.name == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }

    /// As it stands in an address: with brackets round IPv6, and the port.
    pub(crate) fn authority(&self) -> String {
        let name = if self.name.contains(':') { format!("[{}]", self.name) } else { self.name.clone() };
        self.port.map_or(name.clone(), |port| format!("{name}:{port}"))
    }
}

/// The name or address, and what stands behind its colon.
fn split(text: &str) -> Option<(String, Option<&str>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        let address: Ipv6Addr = address.parse().ok()?;
        let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
        return Some((address.to_string(), port));
    }
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    is_name(&name).then_some((name, port))
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(allowed) && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_016_hosts_that_make_no_sense_are_refused() {
        let long = "a".repeat(10_000);
        let bad = ["", ":80", "[::1", "[::1]80", "[x]:80", "a b", "a/b", "a@b", "a:", "a:x", "a:99999", "a..b", "::1"];
        for bad in bad.into_iter().chain([long.as_str()]) {
            assert!(Host::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn hosts_are_read_in_one_form() {
        let authority = |text: &str| Host::parse(text).unwrap().authority();
        assert_eq!(authority("Artisanat.LocalHost.:4000"), "artisanat.localhost:4000");
        assert_eq!(authority("[0:0:0:0:0:0:0:1]"), "[::1]");
        assert_eq!(authority("[::1]:80"), "[::1]:80");
        for local in ["localhost", "localhost:4000", "127.0.0.1", "127.1.2.3:1", "[::1]:4000"] {
            assert!(Host::parse(local).unwrap().is_loopback(), "{local}");
        }
        for other in ["a.localhost", "192.168.1.5", "2130706433", "127.1", "0x7f.0.0.1", "localhost.evil.example"] {
            assert!(!Host::parse(other).unwrap().is_loopback(), "{other}");
        }
    }
}
