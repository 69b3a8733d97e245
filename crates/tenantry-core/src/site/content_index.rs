//! Which documents, parts and files a layer offers, those of the layers above included.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::content::Document;
use crate::language::Lang;
use crate::path::{OutputPath, PagePath, SourcePath};
use crate::site::Page;

/// One document in one language.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its language.
    pub lang: Lang,
    /// How deep its layer lies: 0 is `sites/`.
    pub depth: u16,
    /// Where it is.
    pub path: SourcePath,
    /// The document; `None` if it has errors, which have been reported.
    pub document: Option<Arc<Document>>,
}

/// A file that goes out as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticFile {
    /// Where it is.
    pub source: SourcePath,
    /// How large it is, in bytes.
    pub size: u64,
}

/// The content of a layer, combined with that of the layers above it.
#[derive(Debug, Clone, Default)]
pub struct ContentIndex {
    /// Pages: for each path, its versions by language.
    pub pages: BTreeMap<PagePath, Vec<Version>>,
    /// Parts, by name.
    pub parts: BTreeMap<String, Vec<Version>>,
    /// Static files, by where they go.
    pub files: BTreeMap<OutputPath, StaticFile>,
}

impl ContentIndex {
    /// Whether it offers nothing.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty() && self.parts.is_empty() && self.files.is_empty()
    }

    /// This layer's content over that of the layers above: a document replaces the one of the same path and language.
    #[must_use]
    pub fn over(self, above: &Arc<ContentIndex>) -> Arc<ContentIndex> {
        if self.is_empty() {
            return Arc::clone(above);
        }
        let mut combined = ContentIndex::clone(above);
        combined.files.extend(self.files);
        for (path, versions) in self.pages {
            replace(combined.pages.entry(path).or_default(), versions);
        }
        for (name, versions) in self.parts {
            replace(combined.parts.entry(name).or_default(), versions);
        }
        Arc::new(combined)
    }

    /// The documents whose text a page shows: its own and its parts.
    pub fn shown_by<'d>(&'d self, page: &'d Page) -> Vec<&'d Document> {
        let (mut shown, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open = vec![page.document.as_ref()];
        while let Some(document) = open.pop() {
            shown.push(document);
            for (name, _) in document.body.includes() {
                let part = self.part(name, page.document_lang).and_then(|version| version.document.as_deref());
                open.extend(part.filter(|_| seen.insert(name)));
            }
        }
        shown
    }

    /// The part of a name in a language.
    pub fn part(&self, name: &str, lang: Lang) -> Option<&Version> {
        self.parts.get(name)?.iter().find(|version| version.lang == lang)
    }
}

fn replace(versions: &mut Vec<Version>, nearer: Vec<Version>) {
    for version in nearer {
        versions.retain(|above| above.lang != version.lang);
        versions.push(version);
    }
    versions.sort_by_key(|version| version.lang);
}
