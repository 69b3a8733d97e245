//! The consent banner of a site's own pages: an option of the theme, off unless a layer says `params.banner`.
//!
//! The manager is vanilla-cookieconsent. The workspace brings its files, from the npm package, in `static/consent/`; its
//! configuration is written from the register, so that policy and banner cannot disagree. Nothing comes from elsewhere.

use std::sync::Arc;

use indexmap::IndexMap;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::export::shows_banner;
use tenantry_core::path::{OutputPath, SourcePath};
use tenantry_core::site::ContentIndex;
use tenantry_core::theme::ParamValue;

use crate::workspace::TenantSeed;

/// The files of the npm package that the workspace brings, by the parameter that gives templates their address.
const FILES: [(&str, &str); 2] =
    [("banner_style", "consent/cookieconsent.css"), ("banner_script", "consent/cookieconsent.umd.js")];
/// The script that is written.
pub(crate) const START: &str = "consent/start.js";

type Params = IndexMap<Arc<str>, ParamValue>;

/// The number of the version that visitors are asked about.
pub(crate) fn revision(params: &Params) -> u32 {
    match params.get("banner_revision") {
        Some(ParamValue::Plain(number)) => number.parse().unwrap_or(1),
        _ => 1,
    }
}

/// Gives templates the addresses of the banner's files. `None` if the workspace does not bring them.
pub(crate) fn add_files(
    params: &mut Params,
    (seed, content): (&TenantSeed, &ContentIndex),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<()> {
    if !shows_banner(params) {
        return Some(());
    }
    for (name, file) in FILES {
        let path = OutputPath::generated(file.to_owned());
        // A script runs on the pages: an untrusted tenant cannot bring one.
        let may_bring = |source: &SourcePath| seed.parent.trusts_tenants() || !source.lies_in(&seed.folder.path);
        if !content.files.get(&path).is_some_and(|file| may_bring(&file.source)) {
            let problem = Diagnostic::error("banner-files", format!("the banner needs `static/{file}`"));
            let hint =
                "copy it from `dist/` of the npm package vanilla-cookieconsent into the `static/consent/` of a group";
            diagnostics.push(problem.about(seed.identity.file.as_str()).hint(hint));
            return None;
        }
        params.insert(name.into(), ParamValue::Asset(path));
    }
    params.insert("banner_start".into(), ParamValue::Asset(OutputPath::generated(START.to_owned())));
    Some(())
}
