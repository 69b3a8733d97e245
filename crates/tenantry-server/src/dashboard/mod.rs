//! The dashboard: all tenants, one tenant, the last change. HTML made here, usable without its script.

mod edit;
mod list;
mod tenant;

use std::time::SystemTime;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tenantry_core::name::TenantId;
use tenantry_core::path::in_address;

pub(crate) use crate::dashboard::list::{list, matching};
use crate::html::count;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::page::OWN_POLICY;
use crate::preview::Preview;

/// How the server was reached, which decides what leads where: a port may be forwarded.
pub(crate) struct Reached<'r> {
    pub(crate) request: &'r Request,
    pub(crate) port: Option<u16>,
    /// The tenant at the root, if there is one.
    pub(crate) sole: Option<&'r TenantId>,
}

impl Reached<'_> {
    /// The address of the dashboard.
    pub(crate) fn dashboard(&self) -> String {
        match self.sole {
            Some(_) if self.request.host.is_loopback() => "/__tenantry/".to_owned(),
            Some(_) => format!("http://localhost{}/__tenantry/", self.port()),
            None => format!("http://localhost{}/", self.port()),
        }
    }

    /// The address of a page of a tenant.
    pub(crate) fn site(&self, tenant: &TenantId, path: &str) -> String {
        let path = in_address(path);
        if self.sole == Some(tenant) { path } else { format!("http://{tenant}.localhost{}{path}", self.port()) }
    }

    fn port(&self) -> String {
        self.port.map(|port| format!(":{port}")).unwrap_or_default()
    }
}

/// A page of the dashboard, by its name below `/__tenantry/`.
pub(crate) fn reply(preview: &Preview, name: &str, reached: &Reached<'_>) -> Reply {
    match name.split_once('/') {
        None if name.is_empty() => list(preview, reached),
        None if name == "edit" => edit::page(preview, reached),
        Some(("tenant", id)) => tenant::page(preview, id, reached),
        Some(("edit", rest)) => edit::side(preview, rest, reached),
        _ => nothing(),
    }
}

/// What stands where nothing is.
pub(crate) fn nothing() -> Reply {
    document(404, "There is nothing here", "<p><a href=\"/\">All tenants</a></p>\n")
}

/// A document of the dashboard. `title` is plain text of ours, `body` is HTML.
pub(crate) fn document(status: u16, title: &str, body: &str) -> Reply {
    let text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} - Tenantry</title>\n\
         <link rel=\"icon\" href=\"/__tenantry/icon.svg\">\n\
         <link rel=\"stylesheet\" href=\"/__tenantry/dashboard.css\">\n\
         <script type=\"module\" src=\"/__tenantry/dashboard.js\"></script>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">Skip to the content</a>\n<header>\n<nav aria-label=\"Dashboard\">\n\
         <a href=\"/__tenantry/\">All tenants</a>\n<a href=\"/__tenantry/edit\">Last change</a>\n</nav>\n</header>\n\
         <main id=\"content\" tabindex=\"-1\">\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    Reply::new(status, "text/html; charset=utf-8", text.into_bytes())
        .header("Content-Security-Policy", OWN_POLICY)
        .header("X-Frame-Options", "DENY")
}

/// How long ago something was.
fn ago(then: SystemTime) -> String {
    let seconds = then.elapsed().map_or(0, |elapsed| elapsed.as_secs());
    let (number, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{} ago", count(usize::try_from(number).unwrap_or(usize::MAX), unit))
}

/// Text as a value in a query.
fn in_query(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
