//! Configurations of web servers that serve built sites by their domains: what `_headers` and `_redirects` ask for, said
//! in the server's own language.
//!
//! Addresses, paths and header values come from tenants. Each writer puts them into its file by one function that
//! refuses what the format cannot hold, so that none of them ends the directive that it stands in.

mod caddy;
mod nginx;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::artifact::{Encoding, HostRules};
use crate::layer::BaseUrl;
use crate::manifest::Manifest;
use crate::name::TenantId;
use crate::path::OutputPath;

/// A web server that a configuration is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// nginx: a text to be included in the `http` block of its configuration.
    Nginx,
    /// Caddy: a Caddyfile, whole or to be imported.
    Caddy,
}

/// The page of an error, in the folder of each language.
const NOT_FOUND: &str = "404.html";

/// A built site, as a web server serves it.
#[derive(Debug, Clone)]
pub struct HostedSite {
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it is published.
    pub address: BaseUrl,
    /// The folder on the server that holds its files; no slash at its end.
    pub root: String,
    /// What it asks of its host.
    pub rules: HostRules,
    /// Folders that have a page for addresses that lead nowhere: `""`, `fr/`; the deepest first.
    not_found: Vec<String>,
    /// Media types by the ending of files.
    types: BTreeMap<String, String>,
    /// The encodings that some files lie beside the others in.
    precompressed: Vec<Encoding>,
}

impl HostedSite {
    /// A site of this manifest, below a folder of the server.
    pub fn of(tenant: TenantId, manifest: &Manifest, root: String, rules: HostRules) -> Result<HostedSite, Unfit> {
        let address = BaseUrl::of_written(&manifest.base_url).map_err(|error| Unfit::of(&tenant, error.to_string()))?;
        let mut not_found: Vec<String> = manifest.artifacts.keys().filter_map(folder_of_not_found).collect();
        not_found.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
        let types = manifest.artifacts.iter();
        let types = types.filter_map(|(path, file)| Some((ending(path)?, file.media_type.clone().into_owned())));
        let types = types.collect();
        let forms: BTreeSet<Encoding> =
            manifest.artifacts.values().filter_map(|artifact| artifact.compressed).collect();
        let precompressed = forms.into_iter().collect();
        Ok(HostedSite { tenant, address, root, rules, not_found, types, precompressed })
    }

    /// Where something of the site stands on its host, decoded.
    fn at(&self, below: &str) -> String {
        format!("{}{below}", self.address.path())
    }

    /// The headers of every file.
    fn everywhere(&self) -> impl Iterator<Item = &(String, String)> {
        self.rules.headers.iter().filter(|rule| rule.pattern == "/*").flat_map(|rule| &rule.headers)
    }

    /// The headers of some files: the name, the pattern and the value.
    fn somewhere(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let rules = self.rules.headers.iter().filter(|rule| rule.pattern != "/*");
        rules.flat_map(|rule| {
            rule.headers.iter().map(|(name, value)| (name.as_str(), rule.pattern.as_str(), value.as_str()))
        })
    }
}

/// Why a configuration cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// Whose site it is about.
    pub tenant: TenantId,
    /// What is wrong.
    pub message: String,
}

impl Unfit {
    fn of(tenant: &TenantId, message: impl Into<String>) -> Unfit {
        Unfit { tenant: tenant.clone(), message: message.into() }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.tenant, self.message)
    }
}

/// Writes the configuration of sites, and tells which of them are not in it. `listen` are ports, or addresses with ports;
/// where there are none, each server's own rule applies.
pub fn configuration(server: Server, sites: Vec<HostedSite>, listen: &[String]) -> (String, Vec<Unfit>) {
    let write = match server {
        Server::Nginx => nginx::nginx,
        Server::Caddy => caddy::caddy,
    };
    let mut unfit = at_one_address(&sites);
    unfit.extend(sites.iter().filter_map(|site| write(&by_host(std::slice::from_ref(site)), listen).err()));
    let fits = |site: &HostedSite| !unfit.iter().any(|unfit| unfit.tenant == site.tenant);
    let sites: Vec<HostedSite> = sites.into_iter().filter(fits).collect();
    let text = write(&by_host(&sites), listen).unwrap_or_else(|error| {
        unfit.push(error);
        String::new()
    });
    (text, unfit)
}

/// Sites that claim one host and path: nobody can say whose it is, so it is nobody's.
fn at_one_address(sites: &[HostedSite]) -> Vec<Unfit> {
    let mut claims: BTreeMap<(&str, &str), Vec<&TenantId>> = BTreeMap::new();
    for site in sites {
        claims.entry((site.address.host(), site.address.path())).or_default().push(&site.tenant);
    }
    let several = claims.into_iter().filter(|(_, tenants)| tenants.len() > 1);
    several
        .flat_map(|((host, path), tenants)| tenants.into_iter().map(move |tenant| (tenant, format!("{host}{path}"))))
        .map(|(tenant, address)| Unfit::of(tenant, format!("another tenant is at `{address}` too")))
        .collect()
}

/// Sites by the name of their host, those of the deepest path first.
type Hosts<'s> = BTreeMap<&'s str, Vec<&'s HostedSite>>;

fn by_host(sites: &[HostedSite]) -> Hosts<'_> {
    let mut hosts = Hosts::new();
    for site in sites {
        hosts.entry(site.address.host()).or_default().push(site);
    }
    for sites in hosts.values_mut() {
        sites.sort_by_key(|site| std::cmp::Reverse((site.address.path().len(), site.address.path())));
    }
    hosts
}

/// The media types of all files of a host, by their ending: an ending means the same everywhere.
fn types_of<'s>(sites: &[&'s HostedSite]) -> BTreeMap<&'s str, &'s str> {
    sites.iter().flat_map(|site| &site.types).map(|(ending, media)| (ending.as_str(), media.as_str())).collect()
}

/// The name of a header, which is no word of the format.
fn header_name<'n>(site: &HostedSite, name: &'n str) -> Result<&'n str, Unfit> {
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { Ok(name) } else { Err(Unfit::of(&site.tenant, format!("`{name}` is no name of a header"))) }
}

fn folder_of_not_found(path: &OutputPath) -> Option<String> {
    let folder = path.as_str().strip_suffix(NOT_FOUND)?;
    (folder.is_empty() || folder.ends_with('/')).then(|| folder.to_owned())
}

/// The ending of a file's name, if servers can be told its type by it.
fn ending(path: &OutputPath) -> Option<String> {
    let name = path.as_str().rsplit('/').next()?;
    let (stem, ending) = name.rsplit_once('.')?;
    let plain = !stem.is_empty() && !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| ending.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
