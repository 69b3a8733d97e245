//! Built sites as web servers serve them: read from the output folder alone, its manifests and the files for hosts.

use std::collections::BTreeMap;
use std::path::Path;

use tenantry_core::artifact::{HostRules, OBEYED};
use tenantry_core::hosting::{HostedSite, Unfit};
use tenantry_core::layer::{BaseUrl, UrlTemplate};
use tenantry_core::manifest::Manifest;
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::compare::Known;
use crate::disk::DiskError;
use crate::report::TenantReport;
use crate::view::View;

/// Where the files of tenants lie on the server.
#[derive(Debug, Clone)]
pub enum WebRoot {
    /// In a folder for each, by its id, in this one.
    Below(String),
    /// In a folder with `{tenant}`, `{domain}` or `{group}` in its name.
    Named(UrlTemplate),
}

impl WebRoot {
    /// Checks the name of a folder.
    pub fn new(text: &str) -> Result<WebRoot, String> {
        UrlTemplate::new(text.trim_end_matches('/')).map(WebRoot::Named).map_err(|error| error.to_string())
    }

    /// Whether it can be another folder for each tenant; [`one_folder`] tells whether it is.
    pub fn tells_tenants_apart(&self) -> bool {
        match self {
            WebRoot::Below(_) => true,
            WebRoot::Named(name) => name.fill(|_| "a".to_owned()) != name.fill(|_| "b".to_owned()),
        }
    }

    fn of(&self, tenant: &TenantReport, domain: &str) -> String {
        match self {
            WebRoot::Below(folder) => format!("{}/{}", folder.trim_end_matches('/'), tenant.id),
            WebRoot::Named(name) => name.fill(|word| match word {
                "tenant" => tenant.id.to_string(),
                "domain" => domain.to_owned(),
                _ => tenant.group.to_string(),
            }),
        }
    }
}

/// Why the site of a tenant is not to be had.
#[derive(Debug)]
pub enum Missing {
    /// There is no whole output of it.
    NotBuilt(TenantId),
    /// Its output cannot be read.
    Disk(DiskError),
    /// It does not fit a server.
    Unfit(Unfit),
}

/// The built sites of tenants, in their order, and those that are not to be had.
pub fn hosted_sites(out: &Path, tenants: &[TenantReport], root: &WebRoot) -> (Vec<HostedSite>, Vec<Missing>) {
    let view = View::of_kept(out);
    let (mut sites, mut missing) = (Vec::new(), Vec::new());
    for tenant in tenants {
        match hosted(&view, tenant, root) {
            Ok(site) => sites.push(site),
            Err(reason) => missing.push(reason),
        }
    }
    (sites, missing)
}

/// Two sites that would be served from one folder, one of them under the name of the other.
pub fn one_folder(sites: &[HostedSite]) -> Option<[&HostedSite; 2]> {
    let mut folders = BTreeMap::new();
    sites.iter().find_map(|site| Some([folders.insert(site.root.as_str(), site)?, site]))
}

fn hosted(view: &View<'_>, tenant: &TenantReport, root: &WebRoot) -> Result<HostedSite, Missing> {
    let manifest = match view.known(&tenant.id).map_err(Missing::Disk)? {
        Known::Listed(manifest) => manifest,
        _ => return Err(Missing::NotBuilt(tenant.id.clone())),
    };
    let [headers, redirects] = OBEYED.map(|name| text(view, (&tenant.id, &manifest), name));
    let rules = HostRules::read(&headers?, &redirects?);
    let domain = BaseUrl::of_written(&manifest.base_url).map(|url| url.host().to_owned()).unwrap_or_default();
    HostedSite::of(tenant.id.clone(), &manifest, root.of(tenant, &domain), rules).map_err(Missing::Unfit)
}

/// The text of a file; none if the site has no such file.
fn text(view: &View<'_>, (id, manifest): (&TenantId, &Manifest), name: &str) -> Result<String, Missing> {
    let path = OutputPath::generated(name.to_owned());
    if !manifest.artifacts.contains_key(&path) {
        return Ok(String::new());
    }
    let bytes = view.bytes(id, &path).map_err(Missing::Disk)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
