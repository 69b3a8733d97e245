//! Which answer a request gets: a tenant's site, the dashboard, or what the preview adds, all below `/__tenantry/`.

use std::sync::Arc;

use tenantry_core::name::TenantId;

use crate::access::Called;
use crate::dashboard::{self, Reached};
use crate::html::Escaped;
use crate::http::host::Host;
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::target::can_exist;
use crate::http::{Method, Refusal};
use crate::preview::Preview;
use crate::stream::Audience;
use crate::workers::{Answers, Outcome};
use crate::{assets, page, toolbar};

/// Where everything is that is not of a site.
const OWN: &str = "/__tenantry/";

/// Answers requests.
pub(crate) struct Router(pub(crate) Arc<Preview>);

/// What a host stands for.
struct Place {
    audience: Audience,
    /// Whether it is the server itself, under whose name the dashboard is found.
    is_root: bool,
}

impl Answers for Router {
    fn answer(&self, request: &Request) -> Outcome {
        let place = match self.place(request) {
            Ok(place) => place,
            Err(reply) => return Outcome::Reply(reply),
        };
        let path = request.target.path.as_str();
        if path == "/__tenantry" {
            return Outcome::Reply(Reply::redirect(301, OWN));
        }
        match path.strip_prefix(OWN) {
            Some("events") => self.events(&place, request),
            Some(own) => Outcome::Reply(self.own(own, &place, request)),
            None => Outcome::Reply(self.site(&place, request)),
        }
    }
}

impl Router {
    /// What the host of a request stands for.
    fn place(&self, request: &Request) -> Result<Place, Reply> {
        match self.0.access.judge(request) {
            Called::Itself => {
                let audience = self.0.tenant.clone().map_or(Audience::Dashboard, Audience::Tenant);
                Ok(Place { audience, is_root: true })
            }
            Called::ByName => match self.0.sites.by_host(&request.host.name) {
                Ok(tenant) => Ok(Place { audience: Audience::Tenant(tenant), is_root: false }),
                Err(closest) => Err(unknown_host(&request.host, &closest, self.0.port)),
            },
            Called::Unknown => Err(unknown_host(&request.host, &[], self.0.port)),
            Called::Stranger => {
                let reply = Reply::text(401, "this preview is for whoever has its address with the token");
                Err(reply.header("WWW-Authenticate", "Basic realm=\"tenantry\", charset=\"UTF-8\""))
            }
        }
    }

    fn site(&self, place: &Place, request: &Request) -> Reply {
        match &place.audience {
            Audience::Dashboard if request.target.path == "/" => dashboard::list(&self.0, &self.reached(request)),
            Audience::Dashboard => dashboard::nothing(),
            Audience::Tenant(_) if !can_exist(&request.target.path) => nothing(),
            Audience::Tenant(tenant) => {
                // The number is read first: a change in between is then looked for once too often, not too rarely.
                let build = self.0.build();
                let answer = self.0.show(tenant, &request.target.path);
                page::reply(&answer, request, &build)
            }
        }
    }

    /// What the preview adds. Data are for pages of the same origin only.
    fn own(&self, name: &str, place: &Place, request: &Request) -> Reply {
        if let Some(asset) = assets::find(name, request) {
            return asset;
        }
        if request.is_foreign() {
            return FOREIGN.reply();
        }
        match &place.audience {
            Audience::Tenant(tenant) if name == "page" => toolbar::state(&self.0, tenant, request),
            Audience::Tenant(tenant) if name == "about" => toolbar::about(&self.0, tenant, request),
            Audience::Tenant(_) if name == "search" => toolbar::search(&self.0, request),
            Audience::Tenant(_) if name == "go" => toolbar::go(&self.0, &self.reached(request)),
            _ if place.is_root => dashboard::reply(&self.0, name, &self.reached(request)),
            // Bookmarks of a tenant's host lead to where the dashboard is.
            _ if name.is_empty() => Reply::redirect(302, &self.reached(request).dashboard()),
            _ => nothing(),
        }
    }

    /// A stream of events. It has no token of its own: it says nothing to a page of another origin.
    fn events(&self, place: &Place, request: &Request) -> Outcome {
        if request.is_foreign() {
            return Outcome::Reply(FOREIGN.reply());
        }
        if request.method == Method::Head {
            return Outcome::Reply(Reply::new(200, "text/event-stream", Vec::new()));
        }
        let of_dashboard = place.is_root && request.target.value("dashboard").is_some();
        let audience = if of_dashboard { Audience::Dashboard } else { place.audience.clone() };
        let (preview, host) = (Arc::clone(&self.0), request.host.authority());
        Outcome::Kept(Box::new(move |writer| preview.streams.begin((audience, &host), || preview.hello(), writer)))
    }

    fn reached<'r>(&'r self, request: &'r Request) -> Reached<'r> {
        Reached { request, port: request.host.port, sole: self.0.tenant.as_ref() }
    }
}

const FOREIGN: Refusal = Refusal::new(403, "this is for pages of this server only");

impl Refusal {
    fn reply(&self) -> Reply {
        Reply::refusal(self)
    }
}

fn nothing() -> Reply {
    Reply::text(404, "no site has such an address")
}

/// What a host is told that no tenant has.
fn unknown_host(host: &Host, closest: &[String], port: u16) -> Reply {
    let port = host.port.unwrap_or(port);
    let link = |id: &String| match TenantId::new(id) {
        Ok(id) => format!("<li><a href=\"http://{id}.localhost:{port}/\">{id}</a></li>\n"),
        Err(_) => format!("<li>{}</li>\n", Escaped(id)),
    };
    let items: String = closest.iter().map(link).collect();
    let list = if items.is_empty() { items } else { format!("<p>Closest to it are:</p>\n<ul>\n{items}</ul>\n") };
    let what = format!("<p>No tenant is called <code>{}</code>.</p>\n{list}", Escaped(&host.name));
    let all = format!("<p><a href=\"http://localhost:{port}/\">All tenants</a></p>\n");
    dashboard::document(403, "No tenant has this name", &format!("{what}{all}"))
}
