//! Themes, loaded: templates compiled once, assets named by their content, strings merged.
//!
//! A theme that extends another looks for each template and asset in its own folder first, then in that of the other;
//! `charter/page.html` names the other's explicitly.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use sha2::{Digest as _, Sha384};
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Checksum, Digest, Digester};
use tenantry_core::language::Lang;
use tenantry_core::layer::parse_document;
use tenantry_core::name::ThemeName;
use tenantry_core::path::{OutputPath, SourcePath};
use tenantry_core::source::{Place, Source};
use tenantry_core::theme::{Param, ThemeSpec, decode_theme, settle_declarations};
use walkdir::WalkDir;

use crate::brands::Brands;
use crate::disk::{self, DiskResult, Stamp};
use crate::loaded::inspect;
use crate::templates::{BRAND_TEMPLATE, Templates};

/// Most themes in a chain of `extends`.
const LONGEST_CHAIN: usize = 8;

/// How often a theme is read until nobody has changed it meanwhile, and the pause after each time.
const MOST_TRIES: usize = 25;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);
/// By how much the clock that files get their times from lags behind, in nanoseconds.
const CLOCK_LAG: u64 = 20_000_000;

/// A theme, ready to render.
#[derive(Debug)]
pub struct Theme {
    /// Its name.
    pub name: ThemeName,
    /// Its parameters and those of the themes it extends.
    pub params: IndexMap<Arc<str>, Param>,
    /// Its templates and those of the themes it extends.
    pub templates: Templates,
    /// Its assets, by the path that templates name them by.
    pub assets: Arc<BTreeMap<String, Asset>>,
    /// Everything that it is made of.
    pub digest: Digest,
    /// The themes that it is made of, itself first.
    pub(crate) chain: Vec<ThemeName>,
    pub(crate) brands: Brands,
    strings: Strings,
    /// Where the strings were written, by language.
    written: WrittenStrings,
    /// For a theme that speaks no language at all.
    no_strings: (IndexMap<String, String>, Digest),
}

/// A file of a theme that goes out under a name that changes with its content.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it goes: `assets/charter.0123456789abcdef.css`.
    pub output: OutputPath,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Their digest.
    pub digest: Digest,
    /// Their checksum.
    pub checksum: Checksum,
    /// `sha384-…` (W3C Subresource Integrity).
    pub integrity: String,
}

impl Asset {
    /// Names a file by its content.
    pub fn new(path: &str, bytes: Arc<[u8]>) -> Asset {
        let (digest, checksum) = (Digest::of(&bytes), Checksum::of(&bytes));
        let output = OutputPath::generated(format!("assets/{}", hashed_name(path, digest)));
        let integrity = format!("sha384-{}", STANDARD.encode(Sha384::digest(&bytes)));
        Asset { output, bytes, digest, checksum, integrity }
    }
}

impl Theme {
    /// The words of a language, with their digest; those of English stand in for a language that the theme lacks.
    pub fn strings(&self, lang: Lang) -> (&IndexMap<String, String>, Digest) {
        let found = self.language_of_strings(lang).and_then(|lang| self.strings.get(&lang));
        let (strings, digest) = found.unwrap_or(&self.no_strings);
        (strings, *digest)
    }

    /// The language whose words are shown in the pages of a language.
    pub(crate) fn language_of_strings(&self, lang: Lang) -> Option<Lang> {
        let primary = Lang::new(lang.primary()).unwrap_or(lang);
        let known = [lang, primary, Lang::ENGLISH].into_iter().find(|lang| self.strings.contains_key(lang));
        known.or_else(|| self.strings.keys().next().copied())
    }

    /// The words of all languages, each with where it was written.
    pub(crate) fn written_strings(&self) -> impl Iterator<Item = (Lang, &str, &Place)> {
        self.strings.iter().flat_map(|(lang, (strings, _))| {
            let place = |key: &String| {
                let in_language = self.written.get(lang).and_then(|places| places.get(key));
                in_language.or_else(|| self.written.get(&Lang::ENGLISH)?.get(key))
            };
            strings.iter().filter_map(move |(key, text)| Some((*lang, &**text, place(key)?)))
        })
    }

    /// Whether the theme speaks a language.
    pub fn speaks(&self, lang: Lang) -> bool {
        self.strings.contains_key(&lang)
            || Lang::new(lang.primary()).is_ok_and(|primary| self.strings.contains_key(&primary))
    }
}

/// The themes of a workspace, by name. One that cannot be loaded is `None`, and why is in `problems`.
#[derive(Debug, Default, Clone)]
pub struct Themes {
    themes: BTreeMap<ThemeName, Option<Arc<Theme>>>,
    /// What is wrong with them.
    pub problems: Vec<(ThemeName, Diagnostic)>,
}

impl Themes {
    /// Loads the themes that tenants ask for.
    pub fn load(root: &Path, wanted: &BTreeSet<ThemeName>) -> Themes {
        let mut themes = Themes::default();
        for name in wanted {
            let (theme, problems) = load_at_one_moment(root, name);
            themes.problems.extend(problems.into_iter().map(|problem| (name.clone(), problem)));
            themes.themes.insert(name.clone(), theme.map(Arc::new));
        }
        themes
    }

    /// Loads those of some themes that are not loaded yet.
    pub(crate) fn load_more(&mut self, root: &Path, wanted: &BTreeSet<ThemeName>) {
        let missing = wanted.iter().filter(|name| !self.themes.contains_key(*name)).cloned().collect();
        let Themes { themes, problems } = Themes::load(root, &missing);
        self.themes.extend(themes);
        self.problems.extend(problems);
    }

    /// Loads again the themes that a change of some themes' files may touch. Gives those that turned out different.
    pub(crate) fn reload(&mut self, root: &Path, is_changed: impl Fn(&ThemeName) -> bool) -> BTreeSet<ThemeName> {
        let is_touched = |theme: Option<&Arc<Theme>>| theme.is_none_or(|theme| theme.chain.iter().any(&is_changed));
        let touched = self.themes.iter().filter(|(_, theme)| is_touched(theme.as_ref()));
        let touched: BTreeSet<ThemeName> = touched.map(|(name, _)| name.clone()).collect();
        let mut new = Themes::load(root, &touched);
        let is_other = |name: &&ThemeName| {
            let digest = |themes: &Themes| themes.digest(name.as_str());
            let told = |themes: &Themes| -> Vec<Diagnostic> {
                let own = themes.problems.iter().filter(|(other, _)| other == *name);
                own.map(|(_, problem)| problem.clone()).collect()
            };
            // Of one that cannot be loaded no more is known than why.
            digest(self) != digest(&new) || (digest(self).is_none() && told(self) != told(&new))
        };
        let different: BTreeSet<ThemeName> = touched.iter().filter(is_other).cloned().collect();
        self.problems.retain(|(name, _)| !touched.contains(name));
        self.problems.append(&mut new.problems);
        self.themes.extend(new.themes.into_iter().filter(|(name, _)| different.contains(name)));
        different
    }

    /// The digest of everything that a theme is made of, if it is loaded.
    pub(crate) fn digest(&self, name: &str) -> Option<Digest> {
        Some(self.themes.get(name)?.as_ref()?.digest)
    }

    /// The themes that were loaded without a word, with their digests.
    pub(crate) fn sound(&self) -> impl Iterator<Item = (&str, [u8; 16])> {
        let told_of = |name: &ThemeName| self.problems.iter().any(|(other, _)| other == name);
        let loaded = self.themes.values().flatten().filter(move |theme| !told_of(&theme.name));
        loaded.map(|theme| (theme.name.as_str(), *theme.digest.as_bytes()))
    }

    /// Those that could be loaded.
    pub(crate) fn loaded(&self) -> impl Iterator<Item = &Arc<Theme>> {
        self.themes.values().flatten()
    }

    /// A theme; `Some(None)` if it is there and cannot be loaded.
    pub fn get(&self, name: &ThemeName) -> Option<Option<&Arc<Theme>>> {
        self.themes.get(name).map(Option::as_ref)
    }
}

/// The names of the themes in `themes/`.
pub fn theme_names(root: &Path) -> Vec<String> {
    let is_theme =
        |name: &String| disk::exists(&root.join("themes").join(name).join("theme.toml")).is_ok_and(|there| there);
    disk::names_in(&root.join("themes")).unwrap_or_default().into_iter().filter(is_theme).collect()
}

/// Whether a theme is there at all.
pub fn theme_exists(root: &Path, name: &ThemeName) -> DiskResult<bool> {
    disk::exists(&root.join("themes").join(name.as_str()).join("theme.toml"))
}

/// Loads a theme as it was at one moment. Somebody may save its files, or change branches, while they are read; then all
/// of them are read again, so that no page is made of halves of two themes.
fn load_at_one_moment(root: &Path, name: &ThemeName) -> (Option<Theme>, Vec<Diagnostic>) {
    let mut names = chain_names(root, name);
    let mut tries = MOST_TRIES;
    loop {
        let before = look(root, &names);
        let mut problems = Vec::new();
        let theme = load_theme(root, name, &mut problems);
        let names_now = chain_names(root, name);
        if names_now == names && before.is_some() && look(root, &names) == before {
            return (theme, problems);
        }
        names = names_now;
        tries -= 1;
        if tries == 0 {
            let message =
                "its files are being changed all the time, so it may have been read in the middle of a change";
            problems.push(Diagnostic::warning("unsettled-theme", message).about(format!("themes/{name}")));
            return (theme, problems);
        }
        thread::sleep(BETWEEN_TRIES);
    }
}

/// The theme and those that it extends, as far as they can be read.
fn chain_names(root: &Path, name: &ThemeName) -> Vec<ThemeName> {
    let chain = load_chain(root, name, &mut Vec::new()).unwrap_or_default();
    if chain.is_empty() { vec![name.clone()] } else { chain.into_iter().map(|link| link.name).collect() }
}

/// What the files of some themes look like; `None` if one is so young that its next change might not show.
fn look(root: &Path, names: &[ThemeName]) -> Option<BTreeMap<PathBuf, Option<Stamp>>> {
    let now = disk::now();
    let folders = names.iter().map(|name| root.join("themes").join(name.as_str()));
    let entries = folders.flat_map(|folder| WalkDir::new(folder).follow_links(false)).flatten();
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    let stamps: BTreeMap<_, _> = files.map(|entry| (entry.path().to_owned(), disk::stamp_of(entry.path()))).collect();
    let is_settled = |stamp: &Stamp| now.abs_diff(stamp.changed) > CLOCK_LAG;
    stamps.values().flatten().all(is_settled).then_some(stamps)
}

fn load_theme(root: &Path, name: &ThemeName, problems: &mut Vec<Diagnostic>) -> Option<Theme> {
    if !is_there(root, name, problems)? {
        return None;
    }
    let before = problems.len();
    let chain = load_chain(root, name, problems)?;
    let specs: Vec<_> = chain.iter().map(|link| (&link.spec, &link.source)).collect();
    let params = settle_declarations(&specs, problems);
    let names: Vec<&ThemeName> = chain.iter().map(|link| &link.name).collect();
    let assets = Arc::new(load_assets(root, &names, problems));
    let sources = load_templates(root, &names, problems);
    let (strings, written) = load_strings(root, &names, problems);
    let params = params?;
    let digest = digest_of(&chain, &sources, (&assets, &strings));
    if problems[before..].iter().any(Diagnostic::is_error) {
        return None;
    }
    let prefixes = names.iter().map(|name| format!("{name}/")).collect();
    match Templates::compile(prefixes, sources, Arc::clone(&assets)) {
        Ok(templates) => Some(Theme {
            brands: Brands::default(),
            name: name.clone(),
            chain: names.into_iter().cloned().collect(),
            params,
            templates,
            assets,
            digest,
            strings,
            written,
            no_strings: with_digest(IndexMap::new()),
        }),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// A digest of the files of a theme and of those that it extends.
fn digest_of(
    chain: &[Link],
    templates: &BTreeMap<String, Arc<Source>>,
    (assets, strings): (&BTreeMap<String, Asset>, &Strings),
) -> Digest {
    let mut digester = Digester::new();
    for link in chain {
        digester = digester.with(link.name.as_str()).with(link.source.text());
    }
    for (name, source) in templates {
        digester = digester.with(name).with(source.text());
    }
    for (name, asset) in assets {
        digester = digester.with(name).with(asset.digest.as_bytes());
    }
    strings.iter().fold(digester, |sum, (lang, (_, digest))| sum.with(lang.as_str()).with(digest.as_bytes())).finish()
}

/// One theme of a chain.
struct Link {
    name: ThemeName,
    spec: ThemeSpec,
    source: Arc<Source>,
}

/// The theme and those it extends, nearest first.
fn load_chain(root: &Path, name: &ThemeName, problems: &mut Vec<Diagnostic>) -> Option<Vec<Link>> {
    let mut chain: Vec<Link> = Vec::new();
    let mut next = Some(name.clone());
    while let Some(name) = next.take() {
        let path = SourcePath::named(&format!("themes/{name}/theme.toml"));
        let source = Source::new(path.clone(), read(root, &path, problems)?);
        let spec = decode_theme(&source, problems)?;
        if let Some(extends) = &spec.extends {
            let place = Place::new(&source, extends.origin.span);
            let too_long = chain.len() + 1 == LONGEST_CHAIN;
            let circle = extends.value == name || chain.iter().any(|earlier| earlier.name == extends.value);
            if circle || too_long {
                let message = match circle {
                    true => format!("the theme extends itself by way of `{}`", extends.value),
                    false => format!("a theme extends at most {} others, one after the other", LONGEST_CHAIN - 1),
                };
                problems.push(Diagnostic::error("theme-circle", message).at(place));
                return None;
            }
            if !is_there(root, &extends.value, problems)? {
                let known = theme_names(root);
                let hint =
                    tenantry_core::suggest::did_you_mean(extends.value.as_str(), known.iter().map(String::as_str));
                problems.push(
                    Diagnostic::error("unknown-theme", format!("there is no theme `{}`", extends.value))
                        .at(place)
                        .hint_maybe(hint),
                );
                return None;
            }
            next = Some(extends.value.clone());
        }
        chain.push(Link { name, spec, source });
    }
    Some(chain)
}

/// Whether a theme is there; `None` if that cannot be found out.
fn is_there(root: &Path, name: &ThemeName, problems: &mut Vec<Diagnostic>) -> Option<bool> {
    theme_exists(root, name).map_err(|error| problems.push(error.diagnostic_below(root))).ok()
}

fn read(root: &Path, path: &SourcePath, problems: &mut Vec<Diagnostic>) -> Option<String> {
    match disk::read_source_text(root, path, disk::LARGEST_TEXT) {
        Ok(text) => Some(text),
        Err(error) => {
            problems.push(
                Diagnostic::error("disk", format!("cannot {} it: {}", error.action, error.cause)).about(path.as_str()),
            );
            None
        }
    }
}

/// The files of a folder of a theme, seen from it, sorted; links and devices are findings.
fn files(root: &Path, folder: &SourcePath, problems: &mut Vec<Diagnostic>) -> Vec<String> {
    let base = root.join(folder.as_str());
    match disk::is_folder(&base) {
        Ok(true) => {}
        Ok(false) => return Vec::new(),
        Err(error) => {
            problems.push(error.diagnostic_below(root));
            return Vec::new();
        }
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(&base).min_depth(1).follow_links(false).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems.push(disk::unlisted(&base, error).diagnostic_below(root));
                continue;
            }
        };
        let relative = entry.path().strip_prefix(&base).ok().and_then(Path::to_str);
        match relative {
            Some(name)
                if entry.file_type().is_file() && !crate::scan::is_hidden(&entry.file_name().to_string_lossy()) =>
            {
                files.push(name.to_owned());
            }
            _ if entry.file_type().is_dir() || entry.file_type().is_file() => {}
            _ => {
                let problem = Diagnostic::error(
                    "not-a-file",
                    format!("it is {}, which is not read", disk::kind_of(entry.file_type())),
                );
                problems.push(problem.about(entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy()));
            }
        }
    }
    files
}

fn load_assets(root: &Path, chain: &[&ThemeName], problems: &mut Vec<Diagnostic>) -> BTreeMap<String, Asset> {
    let mut assets = BTreeMap::new();
    for theme in chain.iter().rev() {
        let folder = SourcePath::named(&format!("themes/{theme}/static"));
        for name in files(root, &folder, problems) {
            if let Err(error) = OutputPath::new(&name) {
                problems.push(Diagnostic::error("bad-name", error.to_string()).about(folder.join(&name).as_str()));
                continue;
            }
            match disk::read_source(root, &folder.join(&name), disk::LARGEST_ASSET) {
                Ok(bytes) => {
                    problems.extend(inspect(folder.join(&name).as_str(), &bytes).err());
                    let asset = Asset::new(&name, bytes.into());
                    assets.insert(name, asset);
                }
                Err(error) => {
                    problems
                        .push(Diagnostic::error("disk", error.cause.to_string()).about(folder.join(&name).as_str()));
                }
            }
        }
    }
    assets
}

/// The templates of all themes of the chain, under `theme/name`.
fn load_templates(root: &Path, chain: &[&ThemeName], problems: &mut Vec<Diagnostic>) -> BTreeMap<String, Arc<Source>> {
    let mut sources = BTreeMap::new();
    for theme in chain {
        let folder = SourcePath::named(&format!("themes/{theme}/templates"));
        for name in files(root, &folder, problems) {
            let path = folder.join(&name);
            if let Some(text) = read(root, &path, problems) {
                sources.insert(format!("{theme}/{name}"), Source::new(path, text));
            }
        }
    }
    let has_page = chain.iter().any(|theme| sources.contains_key(&format!("{theme}/page.html")));
    if !has_page && let Some(theme) = chain.first() {
        let problem = Diagnostic::error("no-template", "the theme has no `templates/page.html`");
        problems.push(problem.about(format!("themes/{theme}")));
    }
    sources
}

type Strings = BTreeMap<Lang, (IndexMap<String, String>, Digest)>;
type WrittenStrings = BTreeMap<Lang, BTreeMap<String, Place>>;

/// The strings by language: a nearer theme's word wins, and English fills what a language lacks.
fn load_strings(root: &Path, chain: &[&ThemeName], problems: &mut Vec<Diagnostic>) -> (Strings, WrittenStrings) {
    let mut by_lang: BTreeMap<Lang, IndexMap<String, String>> = BTreeMap::new();
    let mut written = WrittenStrings::new();
    for theme in chain.iter().rev() {
        let folder = SourcePath::named(&format!("themes/{theme}/strings"));
        for name in files(root, &folder, problems) {
            let path = folder.join(&name);
            let Some(Ok(lang)) = name.strip_suffix(".toml").map(Lang::new) else {
                let problem =
                    Diagnostic::warning("unread-file", "strings are in files named by language, such as `fr.toml`");
                problems.push(problem.about(path.as_str()));
                continue;
            };
            if let Some(text) = read(root, &path, problems) {
                let (strings, places) = (by_lang.entry(lang).or_default(), written.entry(lang).or_default());
                for (key, text, place) in strings_of(&Source::new(path, text), problems) {
                    places.insert(key.clone(), place);
                    strings.insert(key, text);
                }
            }
        }
    }
    let english = by_lang.get(&Lang::ENGLISH).cloned().unwrap_or_default();
    for strings in by_lang.values_mut() {
        for (key, text) in &english {
            strings.entry(key.clone()).or_insert_with(|| text.clone());
        }
    }
    (by_lang.into_iter().map(|(lang, strings)| (lang, with_digest(strings))).collect(), written)
}

fn with_digest(strings: IndexMap<String, String>) -> (IndexMap<String, String>, Digest) {
    let digester = strings.iter().fold(Digester::new(), |digester, (key, text)| digester.with(key).with(text));
    (strings, digester.finish())
}

/// The strings of a file, each with its place.
fn strings_of(source: &Arc<Source>, problems: &mut Vec<Diagnostic>) -> Vec<(String, String, Place)> {
    let Some(document) = parse_document(source, problems) else { return Vec::new() };
    let mut strings = Vec::new();
    for (key, value) in document.get_ref() {
        match value.get_ref().as_str() {
            Some(text) => {
                strings.push((key.get_ref().to_string(), text.to_owned(), Place::new(source, value.span())));
            }
            None => problems.push(
                Diagnostic::error("wrong-type", "a string of the theme is text: `key = \"text\"`")
                    .at(Place::new(source, value.span())),
            ),
        }
    }
    strings
}

/// `charter.css` becomes `charter.0123456789abcdef.css`.
fn hashed_name(path: &str, digest: Digest) -> String {
    let hash = digest.short(16);
    match path.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains('/') && !stem.is_empty() => format!("{stem}.{hash}.{ending}"),
        _ => format!("{path}.{hash}"),
    }
}

/// The template of the tenant's own style sheet, if the theme has one.
pub fn brand_template(theme: &Theme) -> Option<&'static str> {
    theme.templates.has_style(BRAND_TEMPLATE).then_some(BRAND_TEMPLATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_with_content() {
        let digest = Digest::of(b"x");
        assert_eq!(hashed_name("a/b.css", digest), format!("a/b.{}.css", digest.short(16)));
        assert_eq!(hashed_name("LICENSE", digest), format!("LICENSE.{}", digest.short(16)));
    }
}
