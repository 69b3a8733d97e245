//! A request as the router sees it.

#[cfg(test)]
use crate::http::head::Head;
use crate::http::head::LOCAL;
use crate::http::host::Host;
use crate::http::target::Target;
use crate::http::{Method, Refusal};

/// A request whose address and host make sense.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) host: Host,
    headers: Vec<(String, String)>,
}

impl Request {
    /// Takes what `tiny_http` read of what the gate wrote.
    pub(crate) fn of(inner: &tiny_http::Request) -> Result<Request, Refusal> {
        let pair = |header: &tiny_http::Header| (header.field.to_string(), header.value.to_string());
        let headers: Vec<(String, String)> = inner.headers().iter().map(pair).collect();
        let method = if *inner.method() == tiny_http::Method::Head { Method::Head } else { Method::Get };
        let host = headers.iter().find(|(name, _)| name == "Host").map_or("", |(_, value)| value);
        Ok(Request { method, target: Target::parse(inner.url())?, host: Host::parse(host)?, headers })
    }

    /// The same as what the gate reads, for tests of the router.
    #[cfg(test)]
    pub(crate) fn from_head(head: Head) -> Result<Request, Refusal> {
        let headers: Vec<_> = head.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let host = headers.iter().find(|(name, _)| name == "Host").map_or("", |(_, value)| value);
        Ok(Request { method: head.method, target: Target::parse(&head.target)?, host: Host::parse(host)?, headers })
    }

    /// The same, on a connection to this address.
    #[cfg(test)]
    pub(crate) fn called_at(mut self, local: &str) -> Request {
        self.headers.push((LOCAL.to_owned(), local.to_owned()));
        self
    }

    /// The value of a header, by its known name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The address of this machine that the client called.
    pub(crate) fn local(&self) -> Option<std::net::SocketAddr> {
        self.header(LOCAL)?.parse().ok()
    }

    /// Whether a page of another origin asks for it. A person who follows a link does not.
    pub(crate) fn is_foreign(&self) -> bool {
        let own = format!("http://{}", self.host.authority());
        let other_origin = self.header("Origin").is_some_and(|origin| origin != own);
        let site = self.header("Sec-Fetch-Site").unwrap_or("none");
        let navigates = self.header("Sec-Fetch-Mode") == Some("navigate");
        other_origin || (!matches!(site, "same-origin" | "none") && !navigates)
    }
}
