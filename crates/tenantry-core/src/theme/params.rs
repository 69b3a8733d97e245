//! A tenant's parameters: its layers' values where they set one, the theme's defaults elsewhere.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::colour::{Colour, LEGIBLE};
use crate::diagnostic::Diagnostic;
use crate::layer::{Chain, Combine, LocalText, Origin};
use crate::path::OutputPath;
use crate::site::{ContentIndex, Tenant};
use crate::suggest::did_you_mean;
use crate::theme::{Asked, Ground, Param};

/// A parameter, checked.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    /// Neither set nor given a default.
    Absent,
    /// True or false.
    Bool(bool),
    /// A colour, an address, a choice.
    Plain(Arc<str>),
    /// Text, by language perhaps.
    Text(LocalText),
    /// A file of the site.
    Asset(OutputPath),
}

/// The values of a tenant's parameters, in the order in which the theme declares them.
type Settled = IndexMap<Arc<str>, ParamValue>;

/// Decides a tenant's parameters.
///
/// `None` if a value is of the wrong type, or names a file that is not there or not what the theme asks for.
pub fn settle_params(
    declared: &IndexMap<Arc<str>, Param>,
    tenant: &Tenant,
    content: &ContentIndex,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Settled> {
    let before = diagnostics.len();
    unknown_params(declared, tenant, diagnostics);
    let mut settled = IndexMap::new();
    for (name, param) in declared {
        let value = match tenant.params.get(name) {
            None => {
                let default = param.default.clone().unwrap_or(ParamValue::Absent);
                existing(default, &param.asked, content).map_err(|reason| (reason, tenant.theme.origin))
            }
            Some(written) => param
                .kind
                .check(&written.value)
                .map(|value| over_default(value, param.default.as_ref()))
                .and_then(|value| existing(value, &param.asked, content))
                .map_err(|reason| (reason, written.origin)),
        };
        match value {
            Ok(value) => {
                settled.insert(Arc::clone(name), value);
            }
            Err((reason, origin)) => {
                let problem = Diagnostic::error("wrong-type", format!("the parameter `{name}`: {reason}"));
                diagnostics.push(at(&tenant.chain, origin, problem));
            }
        }
    }
    if diagnostics[before..].iter().any(Diagnostic::is_error) {
        return None;
    }
    low_contrast(declared, (tenant, &settled), diagnostics);
    Some(settled)
}

fn unknown_params(declared: &IndexMap<Arc<str>, Param>, tenant: &Tenant, diagnostics: &mut Vec<Diagnostic>) {
    for (name, written) in tenant.params.iter().filter(|(name, _)| !declared.contains_key(*name)) {
        let known = || declared.keys().map(|key| &**key);
        let hint =
            did_you_mean(name, known()).unwrap_or_else(|| format!("it has {}", known().collect::<Vec<_>>().join(", ")));
        let message = format!("the theme `{}` has no parameter `{name}`", tenant.theme.value);
        diagnostics.push(at(&tenant.chain, written.origin, Diagnostic::error("unknown-param", message).hint(hint)));
    }
}

/// Text by language is completed by the default.
fn over_default(value: ParamValue, default: Option<&ParamValue>) -> ParamValue {
    match (value, default) {
        (ParamValue::Text(own), Some(ParamValue::Text(default))) => ParamValue::Text(own.over(default)),
        (value, _) => value,
    }
}

/// A file that a parameter names must be there, and be what the theme asks for.
fn existing(value: ParamValue, asked: &Asked, content: &ContentIndex) -> Result<ParamValue, String> {
    let ParamValue::Asset(path) = &value else { return Ok(value) };
    let Some(file) = content.files.get(path) else {
        let near = did_you_mean(path.as_str(), content.files.keys().map(OutputPath::as_str));
        let hint = near.map(|near| format!("; {near}")).unwrap_or_default();
        return Err(format!("no layer has the file `static/{path}`{hint}"));
    };
    let ending = path.as_str().rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    if !asked.endings.is_empty() && !asked.endings.iter().any(|known| **known == ending) {
        return Err(format!("`static/{path}` does not end in one of {}", asked.endings.join(", ")));
    }
    match asked.most_bytes {
        Some(most) if file.size > most => {
            Err(format!("`static/{path}` has {} bytes, at most {most} are allowed", file.size))
        }
        _ => Ok(value),
    }
}

/// Warns of colours in which text cannot be read on the grounds that the theme puts it on.
fn low_contrast(
    declared: &IndexMap<Arc<str>, Param>,
    (tenant, settled): (&Tenant, &Settled),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let colour = |name: &str| match settled.get(name) {
        Some(ParamValue::Plain(text)) => Colour::parse(text),
        _ => None,
    };
    for (name, param) in declared.iter().filter(|(_, param)| !param.grounds.is_empty()) {
        let Some(text) = colour(name) else { continue };
        let grounds: Vec<Colour> = param
            .grounds
            .iter()
            .filter_map(|ground| match ground {
                Ground::Colour(ground) => Some(*ground),
                Ground::Param(name) => colour(name),
            })
            .collect();
        let worst = grounds.iter().min_by(|one, two| text.contrast(**one).total_cmp(&text.contrast(**two)));
        let Some(ground) = worst.filter(|ground| !text.is_legible_on(**ground)) else { continue };
        // Cut, not rounded: 4.4996 is not 4.50.
        let ratio = (text.contrast(*ground) * 100.0).floor() / 100.0;
        let message =
            format!("text in `{name}`, {text}, on {ground} has a contrast of {ratio:.2}:1, less than {LEGIBLE}:1");
        let hint = match text.legible_on(&grounds) {
            Some(near) => format!("the nearest colour that can be read is {near}"),
            None => "no colour can be read on all the grounds that the theme puts it on".to_owned(),
        };
        let origin = tenant.params.get(name).map_or(tenant.theme.origin, |written| written.origin);
        diagnostics.push(at(&tenant.chain, origin, Diagnostic::warning("low-contrast", message).hint(hint)));
    }
}

fn at(chain: &Chain, origin: Origin, diagnostic: Diagnostic) -> Diagnostic {
    match chain.place(origin) {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}
