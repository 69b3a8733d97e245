//! A Caddyfile, whole or to be imported.
//!
//! A block for each host. What stands in `route` is done in the order in which it is written; every pattern is an
//! expression, since Caddy's own take capital letters for small ones and braces for variables.

use std::fmt::Write as _;

use super::pattern::{glob, literal};
use super::{HostedSite, Hosts, NOT_FOUND, Unfit, header_name, types_of};
use crate::artifact::ASK_AGAIN;

/// Files that are not shown: those that the server obeys, and what the publisher keeps.
const HIDDEN: &str = "(_headers|_redirects|\\.tenantry.*)$";

/// Writes it. Without a port to listen on, Caddy sees to certificates itself, for addresses that begin with `https`.
pub(super) fn caddy(hosts: &Hosts<'_>, listen: &[String]) -> Result<String, Unfit> {
    let mut text = String::from(
        "# Written by `tenantry export caddy`. Write it again after a build that changes domains, languages, headers or\n\
         # former addresses.\n",
    );
    for sites in hosts.values() {
        let own = sites[0].address.root();
        let addresses: Vec<String> = match listen {
            [] => vec![own.to_owned()],
            listen => listen.iter().map(|address| listened(sites[0].address.host(), address)).collect(),
        };
        let _ = writeln!(text, "\n{} {{", addresses.join(", "));
        text.push_str(&bound(listen));
        text.push_str(&block(sites)?);
        text.push_str("}\n");
    }
    Ok(text)
}

/// A host with the port of an address to listen on.
fn listened(host: &str, address: &str) -> String {
    let port = address.rsplit(':').next().unwrap_or(address);
    format!("http://{host}:{port}")
}

/// The interfaces to listen on, if not all.
fn bound(listen: &[String]) -> String {
    let mut interfaces: Vec<&str> = listen.iter().filter_map(|address| Some(address.rsplit_once(':')?.0)).collect();
    interfaces.dedup();
    if interfaces.is_empty() { String::new() } else { format!("\tbind {}\n", interfaces.join(" ")) }
}

fn block(sites: &[&HostedSite]) -> Result<String, Unfit> {
    let mut text = String::from("\troute {\n");
    // The page at the address of a folder has no ending in it. Endings come from tenants: a prefix of their own keeps them
    // from the names of the other matchers, of which a block has one of each.
    for (ending, media) in types_of(sites).into_iter().filter(|(ending, _)| *ending != "html") {
        let _ = writeln!(text, "\t\t@type_{ending} path_regexp \"(?i)\\.{ending}$\"");
        let _ = writeln!(text, "\t\theader @type_{ending} Content-Type {}", quoted(sites[0], media)?);
    }
    for (number, site) in sites.iter().enumerate() {
        text.push_str(&routes(site, number)?);
    }
    text.push_str("\t\terror 404\n\t}\n\thandle_errors {\n\t\troute {\n");
    for (number, site) in sites.iter().enumerate() {
        text.push_str(&errors(site, number)?);
    }
    text.push_str("\t\t}\n\t}\n");
    Ok(text)
}

fn routes(site: &HostedSite, number: usize) -> Result<String, Unfit> {
    let base = site.address.path();
    let mut text = format!("\t\t# {}\n\t\t@site{number} path_regexp \"^{}\"\n", site.tenant, literal(base));
    let _ = writeln!(text, "\t\troute @site{number} {{");
    text.push_str(&headers(site)?);
    let _ = writeln!(text, "\t\t\t@hidden path_regexp \"^{}{HIDDEN}\"", literal(base));
    text.push_str("\t\t\terror @hidden 404\n");
    for (index, (from, to)) in site.rules.moved.iter().enumerate() {
        let _ = writeln!(text, "\t\t\t@moved{index} path_regexp \"^{}$\"", literal(&site.at(from)));
        let _ = writeln!(text, "\t\t\tredir @moved{index} {} 301", quoted(site, to)?);
    }
    let bare = base.trim_end_matches('/');
    if !bare.is_empty() {
        let _ = writeln!(text, "\t\t\turi strip_prefix {}", quoted(site, bare)?);
    }
    let _ =
        writeln!(text, "\t\t\troot * {}\n\t\t\tfile_server{}\n\t\t}}", quoted(site, &site.root)?, precompressed(site));
    if !bare.is_empty() {
        let _ = writeln!(text, "\t\t@bare{number} path_regexp \"^{}$\"", literal(bare));
        let _ = writeln!(text, "\t\tredir @bare{number} {} 301", quoted(site, &site.address.rooted(""))?);
    }
    Ok(text)
}

/// What of a site lies there compressed, the smallest first.
fn precompressed(site: &HostedSite) -> String {
    let tokens: Vec<&str> = site.precompressed.iter().rev().map(|encoding| encoding.token()).collect();
    match tokens.is_empty() {
        true => String::new(),
        false => format!(" {{\n\t\t\t\tprecompressed {}\n\t\t\t}}", tokens.join(" ")),
    }
}

fn headers(site: &HostedSite) -> Result<String, Unfit> {
    let mut text = String::from("\t\t\theader {\n");
    let all = site.everywhere().map(|(name, value)| (name.as_str(), value.as_str()));
    let ask_again = (!site.everywhere().any(|(name, _)| name == ASK_AGAIN.0)).then_some(ASK_AGAIN);
    for (name, value) in all.chain(ask_again) {
        let _ = writeln!(text, "\t\t\t\t{} {}", header_name(site, name)?, quoted(site, value)?);
    }
    text.push_str("\t\t\t}\n");
    for (index, (name, pattern, value)) in site.somewhere().enumerate() {
        let _ = writeln!(text, "\t\t\t@some{index} path_regexp \"{}\"", glob(site.address.path(), pattern));
        let _ = writeln!(text, "\t\t\theader @some{index} {} {}", header_name(site, name)?, quoted(site, value)?);
    }
    Ok(text)
}

/// The page of an error: that of the folder of a language, else that of the site. Headers of files are not those of pages.
fn errors(site: &HostedSite, number: usize) -> Result<String, Unfit> {
    let mut text = format!("\t\t\t@site{number} path_regexp \"^{}\"\n", literal(site.address.path()));
    let _ = writeln!(text, "\t\t\troute @site{number} {{\n\t\t\t\troot * {}", quoted(site, &site.root)?);
    let _ = writeln!(text, "\t\t\t\theader {} {}", ASK_AGAIN.0, quoted(site, ASK_AGAIN.1)?);
    text.push_str("\t\t\t\theader Content-Type \"text/html; charset=utf-8\"\n");
    for (index, folder) in site.not_found.iter().enumerate() {
        let _ = writeln!(text, "\t\t\t\t@in{index} path_regexp \"^{}\"", literal(&site.at(folder)));
        let _ = writeln!(text, "\t\t\t\thandle @in{index} {{");
        let _ = writeln!(text, "\t\t\t\t\trewrite * {}", quoted(site, &format!("/{folder}{NOT_FOUND}"))?);
        text.push_str("\t\t\t\t\tfile_server {\n\t\t\t\t\t\tstatus {err.status_code}\n\t\t\t\t\t}\n\t\t\t\t}\n");
    }
    text.push_str("\t\t\t}\n");
    Ok(text)
}

/// A word between quotation marks. Caddy puts variables in place of what stands in braces, and has no way to write a
/// backslash before a quotation mark.
fn quoted(site: &HostedSite, text: &str) -> Result<String, Unfit> {
    if let Some(wrong) = text.chars().find(|c| c.is_control() || matches!(c, '{' | '}' | '\\')) {
        let message = format!("`{}` cannot stand in a Caddyfile", wrong.escape_default());
        return Err(Unfit::of(&site.tenant, message));
    }
    Ok(format!("\"{}\"", text.replace('"', "\\\"")))
}
