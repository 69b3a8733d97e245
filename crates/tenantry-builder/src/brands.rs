//! The style sheets that a theme makes for single tenants, each kept for others with the same parameters.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::language::Lang;
use tenantry_core::site::{BrandFile, Params};
use tenantry_core::theme::ParamValue;

use crate::themes::{Asset, Theme, brand_template};

/// Most style sheets that are kept: a fleet in which each tenant has its own colours gains nothing from more.
const MOST: usize = 256;

/// A style sheet made for some parameters.
#[derive(Debug)]
pub struct Brand {
    /// As pages name it.
    pub file: BrandFile,
    /// Its bytes.
    pub asset: Asset,
    /// The parameters that it was made with.
    pub params: Digest,
}

/// The style sheets made so far, by a digest of the parameters that they see.
#[derive(Debug, Default)]
pub(crate) struct Brands(Mutex<BTreeMap<Digest, Arc<Brand>>>);

/// A tenant's own style sheet. `None` if its template has errors; `Some(None)` if the theme has none.
#[expect(clippy::option_option, reason = "failed, absent and present are three things")]
pub(crate) fn brand(
    theme: &Theme,
    params: &IndexMap<Arc<str>, ParamValue>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Option<Arc<Brand>>> {
    let Some(template) = brand_template(theme) else { return Some(None) };
    // A style sheet is one for all languages.
    let lang = Lang::ENGLISH;
    let digest = params_digest(params, lang);
    let known = || theme.brands.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known().get(&digest) {
        return Some(Some(Arc::clone(found)));
    }
    match theme.templates.render_style(template, &Params { values: params, root: "../".into(), lang }) {
        Ok(bytes) => {
            let asset = Asset::new(template, bytes.into());
            let file = BrandFile { path: asset.output.to_string(), integrity: asset.integrity.clone() };
            let brand = Arc::new(Brand { file, asset, params: digest });
            let mut brands = known();
            if brands.len() < MOST {
                brands.insert(digest, Arc::clone(&brand));
            }
            Some(Some(brand))
        }
        Err(problem) => {
            diagnostics.push(problem);
            None
        }
    }
}

/// A digest of the theme's parameters as the pages of a language see them.
pub(crate) fn params_digest(params: &IndexMap<Arc<str>, ParamValue>, lang: Lang) -> Digest {
    digest_of(params.iter(), lang)
}

/// The same of some of them.
pub(crate) fn digest_of<'p>(params: impl Iterator<Item = (&'p Arc<str>, &'p ParamValue)>, lang: Lang) -> Digest {
    let mut seen = Vec::with_capacity(512);
    for (name, value) in params {
        let (kind, text): (u8, &str) = match value {
            ParamValue::Absent => (0, ""),
            ParamValue::Bool(false) => (1, ""),
            ParamValue::Bool(true) => (2, ""),
            ParamValue::Plain(text) => (3, text),
            ParamValue::Asset(path) => (4, path.as_str()),
            ParamValue::Text(text) => text.text(lang).map_or((5, ""), |text| (6, text)),
        };
        for part in [&**name, text] {
            seen.extend_from_slice(&(part.len() as u64).to_le_bytes());
            seen.extend_from_slice(part.as_bytes());
        }
        seen.push(kind);
    }
    Digest::of(&seen)
}
