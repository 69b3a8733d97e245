//! Asks for what was published at the address where the public gets it, and compares.
//!
//! What was sent has to come back byte for byte, with its media type; and what changed pages link to on their own site has
//! to be there. What differs may be the target's fault, a cache's, or the configuration's of a web server: it is told.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rayon::prelude::*;
use serde::Serialize;
use tenantry_core::artifact::Encoding;
use tenantry_core::digest::Checksum;
use tenantry_core::path::{OutputPath, in_address};
use tenantry_core::publish::TargetSettings;
use ureq::Agent;

use crate::built::Built;
use crate::fault::{Fault, FaultKind, Outcome};
use crate::links::{internal_links, join};
use crate::listing::{File, is_page};
use crate::plan::{Action, Step, TenantPlan};
use crate::retry::Patience;
use crate::site::Site;

/// How long one answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Most differences that are told of a site.
const MOST_TOLD: usize = 20;

/// Something that the public does not get as it was published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The address.
    pub address: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What a site is asked with.
pub(crate) struct Reader<'r> {
    agent: Agent,
    patience: &'r Patience,
    interrupt: &'r AtomicBool,
}

impl<'r> Reader<'r> {
    /// One that follows no more than a few redirects.
    pub(crate) fn new(patience: &'r Patience, interrupt: &'r AtomicBool) -> Reader<'r> {
        let config = Agent::config_builder().timeout_global(Some(TIME_LIMIT)).http_status_as_error(false);
        Reader { agent: config.build().into(), patience, interrupt }
    }

    /// Compares a site with what was sent of it. Nothing, if the target has no `verify_url`.
    pub(crate) fn compare(&self, built: &Built, (site, plan): (&Site, &TenantPlan)) -> Vec<Difference> {
        let Some(public) = Public::of(&site.settings) else { return Vec::new() };
        let is_sent = |step: &&Step| matches!(step.action, Action::Upload | Action::Change) && is_served(&step.path);
        let sent: Vec<&Step> = plan.steps.iter().filter(is_sent).collect();
        let mut found: Vec<Difference> =
            sent.par_iter().filter_map(|step| self.file(&public, site, &step.path)).collect();
        let pages = sent.iter().filter(|step| is_page(&step.path));
        let links: BTreeSet<String> = pages.flat_map(|step| links_of(built, site, (&public, &step.path))).collect();
        found.par_extend(links.par_iter().filter_map(|address| self.link(&public, address)));
        found.sort();
        found.truncate(MOST_TOLD);
        found
    }

    fn file(&self, public: &Public<'_>, site: &Site, path: &OutputPath) -> Option<Difference> {
        let file = site.built.0.get(path)?;
        let address = public.address(path);
        let problem = match self.get(public, &address, file.encoding) {
            Err(fault) => fault.message,
            Ok(answer) => wrong(&answer, file)?,
        };
        Some(Difference { address, problem })
    }

    fn link(&self, public: &Public<'_>, address: &str) -> Option<Difference> {
        let problem = match self.get(public, address, None) {
            Err(fault) => fault.message,
            Ok(Answer { status: 200, .. }) => return None,
            Ok(Answer { status, .. }) => format!("a page links to it, and the answer is {status}"),
        };
        Some(Difference { address: address.to_owned(), problem })
    }

    fn get(&self, public: &Public<'_>, address: &str, encoding: Option<Encoding>) -> Outcome<Answer> {
        let accepted = encoding.map_or("identity", Encoding::token);
        self.patience.keep_trying(self.interrupt, || {
            // What is kept compressed is asked for as browsers do.
            let mut request = self.agent.get(address).header("Accept-Encoding", accepted);
            if let Some(host) = public.host {
                request = request.header("Host", host);
            }
            let mut response = request.call().map_err(|error| Fault::passing(error.to_string()))?;
            let status = response.status().as_u16();
            let header =
                |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let (media_type, encoding) = (header("content-type").to_owned(), header("content-encoding").to_owned());
            let mut bytes = Vec::new();
            let read = response.body_mut().as_reader().read_to_end(&mut bytes);
            read.map_err(|error| Fault::passing(error.to_string()))?;
            if matches!(status, 429 | 502..=504) {
                return Err(Fault::new(FaultKind::Passing(Some(Duration::ZERO)), format!("the answer is {status}")));
            }
            Ok(Answer { status, media_type, encoding, bytes })
        })
    }
}

/// What came back.
struct Answer {
    status: u16,
    media_type: String,
    encoding: String,
    bytes: Vec<u8>,
}

/// Where the public gets a site.
struct Public<'p> {
    /// The address of the site, with a slash at its end.
    base: String,
    /// The name to ask for, where the address is another one than the public's.
    host: Option<&'p str>,
}

impl<'p> Public<'p> {
    fn of(settings: &'p TargetSettings) -> Option<Public<'p>> {
        let base = settings.text_if_any("verify_url")?;
        Some(Public { base: format!("{}/", base.trim_end_matches('/')), host: settings.text_if_any("verify_host") })
    }

    /// The address of a file; a page is found at its folder.
    fn address(&self, path: &OutputPath) -> String {
        let path = path.as_str();
        let shown = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
        format!("{}{}", self.base, in_address(shown.unwrap_or(path)))
    }
}

/// Whether a file is for the public: what hosts obey, and what they show for dead addresses, they do not serve as it is.
fn is_served(path: &OutputPath) -> bool {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    !path.as_str().starts_with('_') && name != "404.html"
}

fn wrong(answer: &Answer, file: &File) -> Option<String> {
    if answer.status != 200 {
        return Some(format!("the answer is {}", answer.status));
    }
    if Checksum::of(&answer.bytes) != file.digest {
        return Some(format!("it has other bytes than were sent ({} instead of {})", answer.bytes.len(), file.size));
    }
    let encoding = file.encoding.map(Encoding::token).unwrap_or_default();
    if answer.encoding != encoding {
        let said = |encoding: &str| if encoding.is_empty() { "none".to_owned() } else { format!("`{encoding}`") };
        return Some(format!("its encoding is {}, and not {}", said(&answer.encoding), said(encoding)));
    }
    let essence = |media_type: &str| media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    let (found, expected) = (essence(&answer.media_type), essence(&file.media_type));
    let is_same =
        found == expected || (is_script(&found) && is_script(&expected)) || is_xml(&found) && is_xml(&expected);
    (!is_same).then(|| format!("its media type is `{found}`, and not `{expected}`"))
}

/// Servers have not all followed RFC 9239.
fn is_script(media_type: &str) -> bool {
    matches!(media_type, "text/javascript" | "application/javascript")
}

/// RFC 7303 makes two names of one.
fn is_xml(media_type: &str) -> bool {
    matches!(media_type, "text/xml" | "application/xml")
}

/// The addresses on its own site that a page leads to.
fn links_of(built: &Built, site: &Site, (public, path): (&Public<'_>, &OutputPath)) -> Vec<String> {
    let Ok(text) = built.page(&site.tenant, path) else { return Vec::new() };
    let page = public.address(path);
    internal_links(&text).iter().filter_map(|link| join(&public.base, &page, link)).collect()
}
