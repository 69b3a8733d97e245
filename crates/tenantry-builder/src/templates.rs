//! Tera, and nothing else of the program knows it.
//!
//! What is here: compiling a theme's templates, finding what each depends on, rendering with limits, and turning Tera's
//! errors into findings with a place. Templates see the context of [`PageContext`] and two functions; nothing else, so
//! that what is rendered depends on what its key says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use tenantry_core::colour::Colour;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::site::PageContext;
use tenantry_core::source::{Place, Source};
use tera::{Context, ErrorKind, Kwargs, State, Tera, Value};

use crate::prints::{Prints, prints};
use crate::themes::Asset;

/// Largest output of one template, in bytes.
const LARGEST_OUTPUT: usize = 16 << 20;
/// Longest message taken over from Tera, in bytes: it may quote a whole line.
const LONGEST_MESSAGE: usize = 400;

/// The template of the tenant's own style sheet.
pub(crate) const BRAND_TEMPLATE: &str = "brand.css";

/// The templates of a theme.
pub struct Templates {
    pages: Tera,
    styles: Tera,
    prefixes: Vec<String>,
    sources: BTreeMap<String, Arc<Source>>,
    closures: BTreeMap<String, Closure>,
}

/// A template with all that it extends and includes.
struct Closure {
    /// A digest of these, and of the assets that they name.
    digest: Digest,
    /// What they do with the values of tenants, if they only print them.
    prints: Option<Prints>,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").field("sources", &self.sources.keys()).finish_non_exhaustive()
    }
}

type Assets = Arc<BTreeMap<String, Asset>>;

impl Templates {
    /// Compiles the templates of a chain of themes, the nearest prefix first.
    pub fn compile(
        prefixes: Vec<String>,
        sources: BTreeMap<String, Arc<Source>>,
        assets: Assets,
    ) -> Result<Templates, Diagnostic> {
        let (styles, pages): (Vec<_>, Vec<_>) = sources.iter().partition(|(name, _)| name.ends_with(".css"));
        let mut templates = Templates {
            pages: engine(&prefixes, &[".html", ".xml", ".svg", ".txt"]),
            styles: engine(&prefixes, &[".css"]),
            prefixes,
            closures: BTreeMap::new(),
            sources: sources.clone(),
        };
        templates.styles.set_escape_fn(escape_css);
        templates.styles.register_function("legible", |kwargs: Kwargs, _: &State<'_>| legible(&kwargs));
        register_functions(&mut templates.pages, &assets);
        let texts = |list: Vec<(&String, &Arc<Source>)>| {
            list.into_iter().map(|(name, source)| (name.clone(), source.text().to_owned())).collect::<Vec<_>>()
        };
        let (pages, styles) = (texts(pages), texts(styles));
        let loaded = templates.pages.add_raw_templates(pages).and_then(|()| templates.styles.add_raw_templates(styles));
        loaded.map_err(|error| templates.finding(&error, None))?;
        templates.closures = sources.keys().map(|name| (name.clone(), templates.closure(name, &assets))).collect();
        Ok(templates)
    }

    /// Whether there is a page template of a name.
    pub fn has_page(&self, name: &str) -> bool {
        self.resolve(name).is_some()
    }

    /// Whether there is a style template of a name.
    pub fn has_style(&self, name: &str) -> bool {
        self.styles.contains_template(name)
    }

    /// The names of page templates, without their theme, for hints.
    pub fn page_names(&self) -> BTreeSet<&str> {
        let names = self.sources.keys().filter_map(|name| name.split_once('/').map(|(_, name)| name));
        names.filter_map(|name| name.strip_suffix(".html")).filter(|name| !name.starts_with('_')).collect()
    }

    /// Their sources, also those that a nearer theme replaces.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.sources.values()
    }

    /// The digest of a template, of all that it extends and includes, and of the assets that they name.
    pub fn digest(&self, name: &str) -> Digest {
        self.resolve(name)
            .and_then(|full| self.closures.get(&full))
            .map_or_else(|| Digest::of(name.as_bytes()), |closure| closure.digest)
    }

    /// What a template does with the values of tenants; `None` if it does more than print them.
    pub(crate) fn prints(&self, name: &str) -> Option<&Prints> {
        self.closures.get(&self.resolve(name)?)?.prints.as_ref()
    }

    /// Renders a page.
    pub fn render_page(&self, name: &str, context: &PageContext<'_>) -> Result<Vec<u8>, Diagnostic> {
        let body = Value::safe_string(&context.page.body);
        let value = Value::try_from_serializable(context).map_err(|error| self.finding(&error, Some(name)))?;
        let mut tera_context = Context::new();
        for (key, value) in value.into_map().unwrap_or_default() {
            let value = if key.as_str() == Some("page") { with_body(value, body.clone()) } else { value };
            tera_context.insert_value(key.to_string(), value);
        }
        self.render(&self.pages, name, &tera_context)
    }

    /// Renders a style sheet, which sees the theme's parameters only.
    pub fn render_style(&self, name: &str, params: &tenantry_core::site::Params<'_>) -> Result<Vec<u8>, Diagnostic> {
        let mut context = Context::new();
        let params = Value::try_from_serializable(params).map_err(|error| self.finding(&error, Some(name)))?;
        context.insert_value("params", params);
        self.render(&self.styles, name, &context)
    }

    fn render(&self, tera: &Tera, name: &str, context: &Context) -> Result<Vec<u8>, Diagnostic> {
        let mut capped = Capped { bytes: Vec::with_capacity(16 << 10), overflowed: false };
        let result = tera.render_to(name, context, &mut capped);
        if capped.overflowed {
            let message = format!("the template `{name}` writes more than {LARGEST_OUTPUT} bytes");
            return Err(match self.resolve(name).and_then(|full| self.sources.get(&full)) {
                Some(source) => Diagnostic::error("output-too-large", message).at(Place::new(source, 0..0)),
                None => Diagnostic::error("output-too-large", message),
            });
        }
        result.map_err(|error| self.finding(&error, Some(name)))?;
        Ok(capped.bytes)
    }

    /// The full name that a name stands for.
    fn resolve(&self, name: &str) -> Option<String> {
        if self.sources.contains_key(name) {
            return Some(name.to_owned());
        }
        self.prefixes.iter().map(|prefix| format!("{prefix}{name}")).find(|full| self.sources.contains_key(full))
    }

    /// Everything that a template reaches, and the assets that it names.
    fn closure(&self, name: &str, assets: &Assets) -> Closure {
        let mut reached = BTreeSet::new();
        // Components are found by their own names, wherever they are defined.
        let with_components = self.sources.iter().filter(|(_, source)| defines_component(source.text()));
        let mut open: Vec<String> = with_components.map(|(name, _)| name.clone()).collect();
        open.push(name.to_owned());
        while let Some(name) = open.pop() {
            let Some(source) = self.sources.get(&name).filter(|_| reached.insert(name.clone())) else { continue };
            open.extend(references(source.text()).iter().filter_map(|name| self.resolve(name)));
        }
        let mut digester = Digester::new();
        for name in &reached {
            let text = self.sources.get(name).map_or("", |source| source.text());
            digester = digester.with(name).with(text);
            for asset in named_assets(text, assets) {
                digester = digester.with(asset.output.as_str());
            }
        }
        // Other endings may be escaped otherwise.
        let are_pages = reached.iter().all(|name| name.ends_with(".html"));
        let texts = reached.iter().filter_map(|name| self.sources.get(name)).map(|source| source.text());
        Closure { digest: digester.finish(), prints: if are_pages { prints(texts) } else { None } }
    }

    /// A finding with the place that Tera names; where it names none, that of the template that was rendered.
    fn finding(&self, error: &tera::Error, rendered: Option<&str>) -> Diagnostic {
        if let ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) = error.kind() {
            let message = shortened(report.message());
            let problem = Diagnostic::error("template", message);
            return match self.sources.get(report.filename()) {
                Some(source) => problem.at(Place::new(source, report.span().range.clone())),
                None => problem.about(report.filename()),
            };
        }
        let text = error.to_string();
        let first_line = text.lines().next().unwrap_or("the template cannot be used").trim_start_matches("error: ");
        let problem = Diagnostic::error("template", shortened(first_line));
        let place = self.place_in_report(&text).or_else(|| self.place_of_name(error.kind())).or_else(|| {
            let source = self.sources.get(&self.resolve(rendered?)?)?;
            Some(Place::new(source, 0..0))
        });
        match place {
            Some(place) => problem.at(place),
            None => problem.about("themes"),
        }
    }

    /// Where a template names another one that is missing or leads back to it.
    fn place_of_name(&self, kind: &ErrorKind) -> Option<Place> {
        let (template, named) = match kind {
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => (tpl, None),
            ErrorKind::MissingParent { current, parent } => (current, Some(parent)),
            _ => return None,
        };
        let source = self.sources.get(&self.resolve(template)?)?;
        let text = source.text();
        let at = match named {
            Some(named) => text.find(named.as_str()),
            None => text.find("{% extends").or_else(|| text.find("{% include")),
        };
        let at = at.unwrap_or(0);
        Some(Place::new(source, at..at))
    }

    /// Reads ` --> charter/page.html:3:7` out of a report that has no span.
    fn place_in_report(&self, report: &str) -> Option<Place> {
        let arrow = report.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
        let mut parts = arrow.trim().rsplitn(3, ':');
        let column: usize = parts.next()?.parse().ok()?;
        let line: usize = parts.next()?.parse().ok()?;
        let source = self.sources.get(parts.next()?)?;
        let start: usize = source.text().split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let offset = (start + column.saturating_sub(1)).min(source.text().len());
        Some(Place::new(source, offset..offset))
    }
}

fn engine(prefixes: &[String], escaped: &[&'static str]) -> Tera {
    let mut tera = Tera::default();
    tera.autoescape_on(escaped.iter().copied());
    // It fails only if templates are there already.
    let _ = tera.set_fallback_prefixes(prefixes.to_vec());
    tera
}

/// `asset(path="charter.css")` and `integrity(path="charter.css")`.
fn register_functions(tera: &mut Tera, assets: &Assets) {
    let table = Arc::clone(assets);
    tera.register_function("asset", move |kwargs: Kwargs, state: &State<'_>| {
        let path = kwargs.must_get::<&str>("path")?;
        let site = site_of(state)?;
        let root = site.get_from_path("root").and_then(Value::as_str).unwrap_or("./");
        let root = if root == "./" { "" } else { root };
        if path == BRAND_TEMPLATE
            && let Some(brand) = site.get_from_path("brand.path").and_then(Value::as_str)
        {
            return Ok(format!("{root}{brand}"));
        }
        let asset = table.get(path).ok_or_else(|| unknown_asset(path, &table))?;
        Ok(format!("{root}{}", asset.output))
    });
    let table = Arc::clone(assets);
    tera.register_function("integrity", move |kwargs: Kwargs, state: &State<'_>| {
        let path = kwargs.must_get::<&str>("path")?;
        if path == BRAND_TEMPLATE
            && let Some(integrity) = site_of(state)?.get_from_path("brand.integrity").and_then(Value::as_str)
        {
            return Ok(integrity.to_owned());
        }
        table.get(path).map(|asset| asset.integrity.clone()).ok_or_else(|| unknown_asset(path, &table))
    });
}

/// `legible(colour=params.brand, on=["#ffffff", params.panel])`: the colour, or the nearest one in which text can be read
/// on all these grounds; where no colour can, the colour as it is.
fn legible(kwargs: &Kwargs) -> Result<String, tera::Error> {
    let read = |text: &str| {
        Colour::parse(text).ok_or_else(|| tera::Error::message(format!("`{text}` is no colour such as `#1f4e79`")))
    };
    let colour = read(kwargs.must_get::<&str>("colour")?)?;
    let grounds = kwargs.must_get::<Vec<String>>("on")?;
    let grounds = grounds.iter().map(|ground| read(ground)).collect::<Result<Vec<Colour>, _>>()?;
    Ok(colour.legible_on(&grounds).unwrap_or(colour).to_string())
}

fn site_of(state: &State<'_>) -> Result<Value, tera::Error> {
    state
        .get::<Value>("site")?
        .ok_or_else(|| tera::Error::message("`asset` needs the value `site`, which a component does not see"))
}

fn unknown_asset(path: &str, assets: &BTreeMap<String, Asset>) -> tera::Error {
    let near = tenantry_core::suggest::did_you_mean(path, assets.keys().map(String::as_str));
    let hint = near.map(|near| format!("; {near}")).unwrap_or_default();
    tera::Error::message(format!("the theme has no asset `{path}`{hint}"))
}

/// The page's values with its body, which is HTML already.
fn with_body(page: Value, body: Value) -> Value {
    let Some(mut map) = page.into_map() else { return Value::none() };
    map.insert("body".into(), body);
    Value::from(map)
}

/// A writer that stops at a limit.
struct Capped {
    bytes: Vec<u8>,
    overflowed: bool,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LARGEST_OUTPUT {
            self.overflowed = true;
            return Err(io::Error::other("the output is too large"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The names in `{% extends "…" %}` and `{% include "…" %}`, which are literals (Tera has no other form).
fn references(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in text.split("{%").skip(1) {
        let tag = tag.trim_start_matches('-').trim_start();
        let Some(rest) = tag.strip_prefix("extends").or_else(|| tag.strip_prefix("include")) else { continue };
        let rest = rest.trim_start();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))
            && let Some(end) = rest[1..].find(quote)
        {
            names.push(rest[1..=end].to_owned());
        }
    }
    names
}

/// Whether a template defines a component.
fn defines_component(text: &str) -> bool {
    text.split("{%").skip(1).any(|tag| tag.trim_start_matches('-').trim_start().starts_with("component"))
}

/// What stands behind each call of a function, from its first argument on.
fn calls<'t>(text: &'t str, function: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(function).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('('))
}

/// The assets that a template names. One that is named by an expression may be any of them.
fn named_assets<'a>(text: &str, assets: &'a BTreeMap<String, Asset>) -> Vec<&'a Asset> {
    let mut named = BTreeSet::new();
    for call in calls(text, "asset").chain(calls(text, "integrity")) {
        let argument = call.split(')').next().unwrap_or(call);
        let literal = argument.split_once('=').map(|(_, value)| value.trim().trim_matches(['"', '\'', '`']));
        match literal {
            Some(path) if path == BRAND_TEMPLATE || assets.contains_key(path) => {
                named.insert(path.to_owned());
            }
            _ => return assets.values().collect(),
        }
    }
    assets.iter().filter(|(path, _)| named.contains(*path)).map(|(_, asset)| asset).collect()
}

/// Escapes text for a style sheet: everything but letters, digits and what colours and lengths need is written as a
/// code point (CSS Syntax Level 3, section 4.3.7).
fn escape_css(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '#' | '.' | ',' | '%' | '-' | '_' | ' ' => write!(out, "{c}")?,
            _ => write!(out, "\\{:x} ", u32::from(c))?,
        }
    }
    Ok(())
}

fn shortened(message: &str) -> String {
    let mut end = message.len().min(LONGEST_MESSAGE);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message[..end].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_literals() {
        let text = "{% extends \"layout.html\" %}{%- include '_a.html' -%}{% if x %}";
        assert_eq!(references(text), ["layout.html", "_a.html"]);
    }

    #[test]
    fn fault_091_style_sheets_have_an_escaper_of_their_own() {
        let mut out = Vec::new();
        escape_css("#a1b2c3; } body { background: url(//evil) }", &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains([';', '{', '}', '(', ')', ':', '/']), "{out}");
        assert!(out.starts_with("#a1b2c3"));
    }
}
