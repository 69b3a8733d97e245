//! Reads the content of one layer: documents, parts, static files.

use std::path::Path;
use std::sync::Arc;

use tenantry_core::content::{Document, Trust, compile_document, compile_part};
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::language::Lang;
use tenantry_core::path::{OutputPath, PagePath, SourcePath};
use tenantry_core::site::{ContentIndex, StaticFile, Version};
use tenantry_core::source::Source;

use crate::disk;
use crate::scan::{Folder, is_hidden};

/// Folder of `content/` that holds parts.
const PARTS: &str = "_parts/";

/// Files that hosts or browsers obey, which no layer may supply: they are the program's to write.
const RESERVED: &[&str] = &[
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    "cname",
    "robots.txt",
    "sitemap.xml",
    "sw.js",
    "service-worker.js",
    "serviceworker.js",
    "cookies.json",
    "404.html",
];
/// Folders of the same sort.
const RESERVED_FOLDERS: &[&str] = &["functions/", ".well-known/", "assets/"];

/// What a layer offers, and whether that is all of it.
#[derive(Debug)]
pub(crate) struct LayerContent {
    /// What could be read.
    pub(crate) index: ContentIndex,
    /// Whether a file had to be left out. Documents with errors do not count: they are in the index as such.
    pub(crate) incomplete: bool,
}

/// Reads what a layer offers. `depth` is how deep it lies: 0 is `sites/`.
pub(crate) fn read_content(
    root: &Path,
    folder: &Folder,
    (depth, trust): (u16, Trust),
    diagnostics: &mut Vec<Diagnostic>,
) -> LayerContent {
    let mut reading =
        Reading { root, folder, depth, trust, diagnostics, index: ContentIndex::default(), incomplete: false };
    for name in &folder.content {
        reading.document(name);
    }
    for name in &folder.statics {
        reading.static_file(name);
    }
    LayerContent { index: reading.index, incomplete: reading.incomplete }
}

struct Reading<'r> {
    root: &'r Path,
    folder: &'r Folder,
    depth: u16,
    trust: Trust,
    diagnostics: &'r mut Vec<Diagnostic>,
    index: ContentIndex,
    incomplete: bool,
}

impl Reading<'_> {
    /// Reports a file that has to be left out.
    fn leave_out(&mut self, problem: Diagnostic) {
        self.incomplete = true;
        self.diagnostics.push(problem);
    }

    fn document(&mut self, name: &str) {
        let path = self.folder.path.join("content").join(name);
        if name.split('/').any(is_hidden) {
            return;
        }
        let Some(stem) = name.strip_suffix(".md") else {
            let warning = Diagnostic::warning("unread-file", "this file is not read: `content/` holds Markdown")
                .about(path.as_str());
            self.diagnostics.push(warning.hint("files that go out as they are belong into `static/`"));
            return;
        };
        let Some((stem, lang)) = self.language(stem, &path) else { return };
        match stem.strip_prefix(PARTS) {
            Some(part) => {
                let document = self.compile(&path, compile_part);
                let version = Version { lang, depth: self.depth, path, document };
                self.index.parts.entry(part.to_owned()).or_default().push(version);
            }
            None => self.page(stem, (lang, path)),
        }
    }

    /// Splits `cookies.fr` into its path and its language.
    fn language<'n>(&mut self, stem: &'n str, path: &SourcePath) -> Option<(&'n str, Lang)> {
        let file = stem.rsplit('/').next().unwrap_or(stem);
        let problem = match file.rsplit_once('.') {
            Some((name, lang)) if !name.is_empty() => match Lang::new(lang) {
                Ok(lang) => return Some((&stem[..stem.len() - lang.as_str().len() - 1], lang)),
                Err(error) => Diagnostic::error("no-language", format!("no language in the name: {error}")),
            },
            _ => Diagnostic::error("no-language", "no language in the name"),
        };
        let bare = file.split('.').next().unwrap_or(file);
        self.leave_out(
            problem.about(path.as_str()).hint(format!("write `{bare}.fr.md`, with the language before `.md`")),
        );
        None
    }

    fn page(&mut self, stem: &str, (lang, path): (Lang, SourcePath)) {
        match PagePath::new(stem) {
            Ok(page) => {
                let document = self.compile(&path, compile_document);
                let version = Version { lang, depth: self.depth, path, document };
                self.index.pages.entry(page).or_default().push(version);
            }
            Err(error) => self.leave_out(
                Diagnostic::error("bad-name", error.to_string()).about(path.as_str()).hint("rename the file"),
            ),
        }
    }

    fn compile(
        &mut self,
        path: &SourcePath,
        compile: fn(&Arc<Source>, Trust, &mut Vec<Diagnostic>) -> Option<Document>,
    ) -> Option<Arc<Document>> {
        match disk::read_source_text(self.root, path, disk::LARGEST_TEXT) {
            Ok(text) => {
                let source = Source::new(path.clone(), text);
                compile(&source, self.trust, self.diagnostics).map(Arc::new)
            }
            Err(error) => {
                let message = format!("cannot {} it: {}", error.action, error.cause);
                self.diagnostics.push(Diagnostic::error("disk", message).about(path.as_str()));
                None
            }
        }
    }

    fn static_file(&mut self, name: &str) {
        let path = self.folder.path.join("static").join(name);
        let folded = name.to_lowercase();
        let reserved =
            RESERVED.contains(&folded.as_str()) || RESERVED_FOLDERS.iter().any(|folder| folded.starts_with(folder));
        let refused = if reserved {
            Err(format!("`{name}` is written by the program, or obeyed by hosts and browsers: it cannot be supplied"))
        } else {
            OutputPath::new(name).map_err(|error| error.to_string())
        };
        let output = match refused {
            Ok(output) => output,
            Err(reason) => {
                self.leave_out(
                    Diagnostic::error("refused-file", reason).about(path.as_str()).hint("remove or rename the file"),
                );
                return;
            }
        };
        match disk::size(&self.root.join(path.as_str())) {
            Ok(size) if size > disk::LARGEST_ASSET => {
                let message = format!("the file has {size} bytes, at most {} are allowed", disk::LARGEST_ASSET);
                self.leave_out(Diagnostic::error("too-large", message).about(path.as_str()));
            }
            Ok(size) => {
                self.index.files.insert(output, StaticFile { source: path, size });
            }
            Err(error) => self.leave_out(Diagnostic::error("disk", error.cause.to_string()).about(path.as_str())),
        }
    }
}
