//! The configuration of nginx, to be included in its `http` block.
//!
//! A server block for each host; in it a location for each site, and in that one the site's own addresses. A header
//! that only some files have is a variable of a `map`, shared by all sites for which it says the same.

use std::fmt::Write as _;

use indexmap::IndexSet;

use super::pattern::glob;
use super::{HostedSite, Hosts, NOT_FOUND, Unfit, header_name, types_of};
use crate::artifact::{ASK_AGAIN, Encoding, OBEYED};

/// Stands for a dollar, which begins a variable wherever a value may hold one.
const DOLLAR: &str = "${tenantry_dollar}";
/// Names of hosts longer than this do not fit into nginx's tables as they are.
const LONG_NAME: usize = 40;
/// More hosts than this neither.
const MANY_NAMES: usize = 400;

/// Writes it. Where nothing says where to listen, it is on port 80.
pub(super) fn nginx(hosts: &Hosts<'_>, listen: &[String]) -> Result<String, Unfit> {
    let listening = match listen {
        [] => "    listen 80;\n".to_owned(),
        listen => listen.iter().map(|address| format!("    listen {address};\n")).collect(),
    };
    let mut maps = IndexSet::new();
    let mut servers = String::new();
    for (host, sites) in hosts {
        let _ = write!(servers, "\nserver {{\n{listening}    server_name {host};\n{}}}\n", inside(sites, &mut maps)?);
    }
    let mut text = String::from(
        "# Written by `tenantry export nginx`; to be included in the http block. Write it again after a build that\n\
         # changes domains, languages, headers or former addresses.\n\n",
    );
    text.push_str(&tables(hosts.keys()));
    for (number, map) in maps.iter().enumerate() {
        let _ = writeln!(text, "map $uri $tenantry_{number} {{\n{map}}}\n");
    }
    if servers.contains(DOLLAR) || maps.iter().any(|map| map.contains(DOLLAR)) {
        text.push_str("geo $tenantry_dollar {\n    default \"$\";\n}\n\n");
    }
    let _ =
        write!(text, "# Hosts that are nobody's.\nserver {{\n{listening}    server_name \"\";\n    return 404;\n}}\n");
    text.push_str(&servers);
    Ok(text)
}

/// Room for the names, where the usual one does not do.
fn tables<'h>(hosts: impl ExactSizeIterator<Item = &'h &'h str> + Clone) -> String {
    let many = (hosts.len() > MANY_NAMES).then(|| hosts.len().next_power_of_two() * 2);
    let long = hosts.clone().any(|host| host.len() > LONG_NAME);
    let mut text = String::new();
    if let Some(size) = many {
        let _ = writeln!(text, "server_names_hash_max_size {size};");
    }
    if long || many.is_some() {
        text.push_str("server_names_hash_bucket_size 512;\n\n");
    }
    text
}

fn inside(sites: &[&HostedSite], maps: &mut IndexSet<String>) -> Result<String, Unfit> {
    let mut text =
        String::from("    absolute_redirect off;\n    default_type application/octet-stream;\n    types {\n");
    for (ending, media) in types_of(sites) {
        let _ = writeln!(text, "        {} {ending};", quoted(sites[0], media)?);
    }
    text.push_str("    }\n");
    for site in sites {
        text.push_str(&location(site, maps)?);
    }
    if !sites.iter().any(|site| site.address.path() == "/") {
        text.push_str("\n    location / {\n        return 404;\n    }\n");
    }
    Ok(text)
}

fn location(site: &HostedSite, maps: &mut IndexSet<String>) -> Result<String, Unfit> {
    if site.root.contains('$') {
        return Err(Unfit::of(&site.tenant, "nginx has no folder whose name holds `$`"));
    }
    let base = site.address.path();
    let mut text = format!("\n    # {}\n", site.tenant);
    if let Some(bare) = base.strip_suffix('/').filter(|bare| !bare.is_empty()) {
        let to = quoted(site, &site.address.rooted("").replace('$', "%24"))?;
        let _ = writeln!(text, "    location = {} {{\n        return 301 {to};\n    }}", quoted(site, bare)?);
    }
    let _ = writeln!(text, "    location {} {{", quoted(site, base)?);
    let _ = writeln!(text, "        alias {};", quoted(site, &format!("{}/", site.root))?);
    text.push_str("        index index.html;\n");
    // nginx of itself knows no Brotli.
    if site.precompressed.contains(&Encoding::Gzip) {
        text.push_str("        gzip_static on;\n        gzip_vary on;\n");
    }
    text.push_str(&headers(site, maps)?);
    // A folder without an index is forbidden to nginx.
    if let Some(folder) = site.not_found.iter().find(|folder| folder.is_empty()) {
        text.push_str(&error_page(site, folder, "        ")?);
    }
    for hidden in OBEYED {
        let address = quoted(site, &site.at(hidden))?;
        let _ = writeln!(text, "        location = {address} {{\n            return 404;\n        }}");
    }
    let ours = quoted(site, &site.at(".tenantry"))?;
    let _ = writeln!(text, "        location {ours} {{\n            return 404;\n        }}");
    for (from, to) in &site.rules.moved {
        let from = quoted(site, &site.at(from))?;
        let to = quoted(site, &to.replace('$', "%24"))?;
        let _ = writeln!(text, "        location = {from} {{\n            return 301 {to};\n        }}");
    }
    for folder in site.not_found.iter().filter(|folder| !folder.is_empty()) {
        let _ = writeln!(text, "        location {} {{", quoted(site, &site.at(folder))?);
        text.push_str(&error_page(site, folder, "            ")?);
        text.push_str("        }\n");
    }
    text.push_str("    }\n");
    Ok(text)
}

fn error_page(site: &HostedSite, folder: &str, indent: &str) -> Result<String, Unfit> {
    let page = value(site, &site.at(&format!("{folder}{NOT_FOUND}")))?;
    Ok(format!("{indent}error_page 404 {page};\n{indent}error_page 403 =404 {page};\n"))
}

/// The headers of a site's files. How long a file may be kept is not said of one that is not there.
fn headers(site: &HostedSite, maps: &mut IndexSet<String>) -> Result<String, Unfit> {
    let mut text = String::new();
    let mut some: Vec<&str> = site.somewhere().map(|(name, ..)| name).chain([ASK_AGAIN.0]).collect();
    some.sort_unstable();
    some.dedup();
    for (name, value_) in site.everywhere().filter(|(name, _)| !some.contains(&name.as_str())) {
        let _ = writeln!(text, "        add_header {} {} always;", header_name(site, name)?, value(site, value_)?);
    }
    for name in some {
        let (number, _) = maps.insert_full(map(site, name)?);
        let always = if name == ASK_AGAIN.0 { "" } else { " always" };
        let _ = writeln!(text, "        add_header {} $tenantry_{number}{always};", header_name(site, name)?);
    }
    Ok(text)
}

/// What a header says of which files of a site. nginx sends no header whose value is empty.
fn map(site: &HostedSite, name: &str) -> Result<String, Unfit> {
    let (known, ask_again) = ASK_AGAIN;
    let all = site.everywhere().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let all = all.unwrap_or(if name == known { ask_again } else { "" });
    let mut text = format!("    default {};\n", value(site, all)?);
    for (_, pattern, said) in site.somewhere().filter(|(known, ..)| *known == name) {
        let _ = writeln!(text, "    \"~{}\" {};", glob(site.address.path(), pattern), value(site, said)?);
    }
    Ok(text)
}

/// A value in which nginx looks for variables.
fn value(site: &HostedSite, text: &str) -> Result<String, Unfit> {
    Ok(quoted(site, text)?.replace('$', DOLLAR))
}

/// A word between quotation marks, whatever it holds.
fn quoted(site: &HostedSite, text: &str) -> Result<String, Unfit> {
    if let Some(wrong) = text.chars().find(|c| c.is_control()) {
        let message = format!("`{}` cannot stand in a configuration of nginx", wrong.escape_default());
        return Err(Unfit::of(&site.tenant, message));
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}
