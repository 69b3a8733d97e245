//! What sites are made from, as texts to be searched: values, documents, the words and templates of themes.
//!
//! Which of them a tenant's site shows is asked only once one holds a host of somebody else: [`Shown`].

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use tenantry_core::language::Lang;
use tenantry_core::layer::{Chain, LayerSpec, Origin};
use tenantry_core::leak::{Code, code_in, host_words, shown_origins, texts_of_layer as texts_of_spec};
use tenantry_core::path::SourcePath;
use tenantry_core::site::ContentIndex;
use tenantry_core::source::{Place, Source, Span};

use crate::resolve::Resolved;
use crate::themes::Theme;
use crate::workspace::{Layer, TenantSeed};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    /// A value of settings.
    Value,
    /// A page or a part.
    Document,
    /// A string of a theme, in a language.
    Words(Lang),
    /// A template.
    Template,
}

/// A text that sites may show.
pub(super) struct Text<'t> {
    pub(super) carrier: Carrier,
    /// The text, as it is shown.
    pub(super) words: &'t str,
    /// Where it was written.
    place: Place,
}

/// A host that a text names.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// The host.
    pub(super) host: Box<str>,
    /// What names it.
    pub(super) carrier: Carrier,
    /// Where the host stands.
    pub(super) at: Place,
    /// Where the text begins and ends that names it.
    text: Span,
}

impl Mention {
    /// By file and place.
    pub(super) fn order(&self) -> (&SourcePath, u32) {
        (self.at.source.path(), self.at.span.start)
    }
}

impl<'t> Text<'t> {
    fn whole(carrier: Carrier, source: &'t Arc<Source>) -> Text<'t> {
        Text { carrier, words: source.text(), place: Place::new(source, 0..source.text().len()) }
    }

    fn value(text: &'t str, place: Place) -> Text<'t> {
        Text { carrier: Carrier::Value, words: text, place }
    }

    /// Adds the hosts that are meant, each where it stands first.
    pub(super) fn mentions(&self, mentions: &mut Vec<Mention>, mut is_meant: impl FnMut(&str) -> bool) {
        let mut seen = BTreeSet::new();
        let mut code: Option<Vec<Range<usize>>> = None;
        for word in host_words(self.words).filter(|word| is_meant(&word.host)) {
            let code = code.get_or_insert_with(|| self.code());
            let at = code.partition_point(|part| part.end <= word.span.start);
            let is_code = code.get(at).is_some_and(|part| part.start <= word.span.start);
            if !is_code && seen.insert(word.host.to_string()) {
                let host = word.host.into();
                mentions.push(Mention {
                    host,
                    carrier: self.carrier,
                    at: self.place_of(word.span),
                    text: self.place.span,
                });
            }
        }
    }

    /// What in it is not shown as it stands.
    fn code(&self) -> Vec<Range<usize>> {
        match self.carrier {
            Carrier::Value | Carrier::Words(_) => Vec::new(),
            Carrier::Document => code_in(self.words, Code::Document),
            Carrier::Template => code_in(self.words, Code::Template),
        }
    }

    /// Where some of its words were written; where they were written in another way, the whole text.
    pub(super) fn place_of(&self, words: Range<usize>) -> Place {
        let Place { source, span } = &self.place;
        let written = source.text().get(span.range()).and_then(|written| written.find(self.words));
        match written {
            Some(offset) => {
                let start = span.start as usize + offset;
                Place::new(source, start + words.start..start + words.end)
            }
            None => self.place.clone(),
        }
    }
}

/// The texts of a group's own files.
pub(super) fn texts_of_layer(layer: &Layer) -> Vec<Text<'_>> {
    let above = layer.parent.as_ref().map_or(0, |parent| parent.chain.len());
    let own = texts_of_spec(&layer.spec).into_iter().filter(|(_, origin)| usize::from(origin.source) >= above);
    let mut texts = values(own, &layer.chain);
    texts.extend(documents(&layer.content, layer.depth));
    texts
}

/// The texts of a tenant's own files, and what the command line sets.
pub(super) fn texts_of_tenant<'t>(
    (seed, resolved): (&'t TenantSeed, &'t Resolved),
    set: &'t [(Arc<Source>, LayerSpec)],
) -> Vec<Text<'t>> {
    let own = seed.own.as_deref().into_iter().flat_map(texts_of_spec);
    let mut texts = values(own, &seed.chain);
    for (source, spec) in set {
        let place = |origin: Origin| Place::new(source, origin.span);
        texts.extend(texts_of_spec(spec).into_iter().map(|(text, origin)| Text::value(text, place(origin))));
    }
    let content = resolved.blueprint.content();
    if !Arc::ptr_eq(content, &seed.parent.content) {
        texts.extend(documents(content, seed.parent.depth + 1));
    }
    texts
}

/// The texts of a theme and of those that it extends.
pub(super) fn texts_of_theme(theme: &Theme) -> Vec<Text<'_>> {
    let strings = theme.written_strings().map(|(lang, words, place)| {
        let place = place.clone();
        Text { carrier: Carrier::Words(lang), words, place }
    });
    strings.chain(theme.templates.sources().map(|source| Text::whole(Carrier::Template, source))).collect()
}

fn values<'t>(texts: impl IntoIterator<Item = (&'t str, Origin)>, chain: &Chain) -> Vec<Text<'t>> {
    texts.into_iter().filter_map(|(text, origin)| Some(Text::value(text, chain.place(origin)?))).collect()
}

/// The documents of the layer at a depth.
fn documents(content: &ContentIndex, depth: u16) -> impl Iterator<Item = Text<'_>> {
    let versions = content.pages.values().chain(content.parts.values()).flatten();
    let own = versions.filter(move |version| version.depth == depth).filter_map(|version| version.document.as_ref());
    own.map(|document| Text::whole(Carrier::Document, &document.body.source))
}

/// What a tenant's site shows.
pub(super) struct Shown {
    documents: BTreeSet<SourcePath>,
    values: BTreeSet<(SourcePath, Span)>,
    languages: BTreeSet<Lang>,
}

impl Shown {
    pub(super) fn of(seed: &TenantSeed, resolved: &Resolved) -> Shown {
        let Resolved { tenant, blueprint, theme, .. } = resolved;
        let documents = blueprint.pages().iter().flat_map(|page| blueprint.content().shown_by(page));
        let name = seed.own.iter().flat_map(|own| &own.name).map(|name| name.origin);
        let origins = shown_origins(tenant, blueprint.pages(), blueprint.values()).into_iter().chain(name);
        let places = origins.filter_map(|origin| tenant.chain.place(origin));
        Shown {
            documents: documents.map(|document| document.body.source.path().clone()).collect(),
            values: places.map(|place| (place.source.path().clone(), place.span)).collect(),
            languages: tenant.languages.iter().filter_map(|lang| theme.language_of_strings(*lang)).collect(),
        }
    }

    pub(super) fn holds(&self, mention: &Mention) -> bool {
        let path = mention.at.source.path();
        match mention.carrier {
            Carrier::Value => self.values.contains(&(path.clone(), mention.text)),
            Carrier::Document => self.documents.contains(path),
            Carrier::Words(lang) => self.languages.contains(&lang),
            Carrier::Template => true,
        }
    }
}
