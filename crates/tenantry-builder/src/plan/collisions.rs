//! Two files of one name, also where case does not count, and files that are folders for others.

use std::borrow::Cow;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::path::{OutputPath, SourcePath};

use super::Planning;

/// Who claims a path.
#[derive(Debug)]
pub(super) enum Owner {
    /// A page, by its number.
    Page(usize),
    /// The fragment of a page.
    Fragment(usize),
    /// A file of the theme.
    Theme,
    /// The tenant's style sheet.
    Brand,
    /// A file of a layer.
    File(SourcePath),
    /// The page for addresses that lead nowhere.
    NotFound,
    /// A file that the site has in any case.
    Site(&'static str),
    /// A compressed form of another file.
    Compressed(OutputPath),
    /// A former address of a page.
    Alias(OutputPath, usize),
}

impl Planning<'_> {
    /// Reports every path that is claimed twice.
    pub(super) fn collisions(&mut self) {
        let mut claims: Vec<(Cow<'_, str>, usize)> =
            self.owners.iter().enumerate().map(|(number, (path, _))| (path.folded(), number)).collect();
        claims.sort();
        let mut collisions: Vec<(&str, usize, usize)> = Vec::new();
        for pair in claims.windows(2) {
            if pair[0].0 == pair[1].0 {
                collisions.push((&pair[0].0, pair[0].1, pair[1].1));
            }
        }
        for (path, number) in &claims {
            for folder in path.match_indices('/').map(|(at, _)| &path[..at]) {
                let first = claims.partition_point(|(other, _)| &**other < folder);
                if let Some((_, other)) = claims.get(first).filter(|(other, _)| other == folder) {
                    collisions.push((folder, *other, *number));
                }
            }
        }
        collisions.sort_unstable();
        collisions.dedup_by_key(|(path, ..)| *path);
        let problems: Vec<Diagnostic> =
            collisions.into_iter().map(|(path, one, other)| self.collision(path, one, other)).collect();
        self.diagnostics.extend(problems);
    }

    fn collision(&self, path: &str, one: usize, other: usize) -> Diagnostic {
        // As it was claimed; where only case differs, as the second claims it.
        let (claimed, owner) = &self.owners[other];
        let shown = claimed.as_str().get(..path.len()).filter(|_| claimed.as_str().is_ascii()).unwrap_or(path);
        let (one, other) = (self.words(&self.owners[one].1), self.words(owner));
        let problem = Diagnostic::error("collision", format!("`{shown}` is claimed twice: by {one} and by {other}"));
        let hint = "rename one of them, or give a page another `slug`";
        problem.about(self.resolved.tenant.identity.file.as_str()).hint(hint)
    }

    /// Who that is, in words.
    fn words(&self, owner: &Owner) -> String {
        let page = |number: &usize| &self.site.pages()[*number];
        match owner {
            Owner::Page(number) => format!("the page `{}` ({})", page(number).path, page(number).source),
            Owner::Fragment(number) => format!("the fragment of the page `{}`", page(number).path),
            Owner::Theme => format!("a file of the theme `{}`", self.resolved.theme.name),
            Owner::Brand => "the tenant's style sheet".to_owned(),
            Owner::File(source) => format!("the file `{source}`"),
            Owner::NotFound => "the page for addresses that lead nowhere".to_owned(),
            Owner::Site(name) => format!("the site's `{name}`"),
            Owner::Compressed(path) => format!("the compressed form of `{path}`"),
            Owner::Alias(address, number) => {
                format!("the alias `{address}` of the page `{}` ({})", page(number).path, page(number).source)
            }
        }
    }
}
