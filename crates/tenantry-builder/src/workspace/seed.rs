//! Tenants whose settings are read.

use std::path::Path;
use std::sync::Arc;

use tenantry_core::diagnostic::{Diagnostic, Subject};
use tenantry_core::layer::{BaseUrl, Chain, Combine, Holder, LayerFile, LayerName, LayerSpec, decode_settings};
use tenantry_core::name::TenantId;
use tenantry_core::site::Identity;
use tenantry_core::source::{Place, Source};

use super::Layer;
use crate::disk;
use crate::scan::{Folder, FolderKind};
use crate::selection::Named;
use crate::state::Told;

/// A tenant whose settings are read and whose site is not resolved yet.
#[derive(Debug)]
pub struct TenantSeed {
    /// Which one.
    pub identity: Identity,
    /// Its folder.
    pub folder: Folder,
    /// The layer above it.
    pub parent: Arc<Layer>,
    /// Its sources and those above.
    pub chain: Arc<Chain>,
    /// What it says itself; `None` if that cannot be read. It is let go with the tenant, before the list of all is.
    pub own: Option<Box<LayerSpec>>,
    /// What is wrong so far.
    pub problems: Vec<Diagnostic>,
    /// Whether what it says was let go, to be read again.
    is_put_aside: bool,
}

impl TenantSeed {
    /// Reads the settings of a tenant's folder.
    pub(crate) fn read(root: &Path, folder: Folder, parent: Arc<Layer>) -> TenantSeed {
        let mut problems = folder.problems.clone();
        let holder = if parent.trusts_tenants() { Holder::TrustedTenant } else { Holder::Tenant };
        let (own, chain) = read_settings(root, &folder, (&parent.chain, holder), &mut problems);
        let name = folder.path.file_name();
        let id = TenantId::new(name).unwrap_or_else(|error| {
            let problem = Diagnostic::error("bad-tenant-id", error.to_string()).about(folder.path.as_str());
            problems.push(problem.hint("rename the folder: its name is the tenant's id"));
            TenantId::stand_in(name)
        });
        let (above, _) = folder.path.as_str().rsplit_once('/').unwrap_or_default();
        let identity = Identity { id, group: group_of(above).to_owned(), file: folder.path.join("site.toml") };
        TenantSeed::new((identity, folder, parent), (chain, own), problems)
    }

    /// A tenant that was read.
    pub(crate) fn new(
        (identity, folder, parent): (Identity, Folder, Arc<Layer>),
        (chain, own): (Arc<Chain>, Option<LayerSpec>),
        problems: Vec<Diagnostic>,
    ) -> TenantSeed {
        let own = own.map(Box::new);
        TenantSeed { identity, folder, parent, chain, own, problems, is_put_aside: false }
    }

    /// Lets go of what nobody asks for before it is its turn: what a large fleet says takes more memory than it takes time
    /// to read it twice. A tenant with problems stays as it is; so does a row of a roster.
    #[must_use]
    pub(crate) fn put_aside(mut self) -> TenantSeed {
        if let Some(own) = self.own.take_if(|_| self.problems.is_empty() && self.chain.row().is_none()) {
            let LayerSpec { name, base_url, base_url_template, covers, languages, theme, environments, .. } = *own;
            let asked =
                LayerSpec { name, base_url, base_url_template, covers, languages, theme, ..LayerSpec::default() };
            self.own = Some(Box::new(LayerSpec { environments, ..asked }));
            self.is_put_aside = true;
        }
        self
    }

    /// Reads a tenant again that was put aside. What has been found since then stays with it.
    pub(crate) fn take_up(self, root: &Path) -> TenantSeed {
        if !self.is_put_aside {
            return self;
        }
        let mut again = TenantSeed::read(root, self.folder, self.parent);
        again.problems.extend(self.problems);
        again
    }

    /// As it is chosen.
    pub(crate) fn named(&self) -> Named<'_> {
        Named { id: self.identity.id.as_str(), group: &self.identity.group }
    }

    /// Where people find it: its folder, or its line of a roster.
    pub fn home(&self) -> String {
        match self.chain.row() {
            Some(row) => format!("{}:{}", row.source.path(), row.position().line),
            None => self.folder.path.to_string(),
        }
    }

    /// What can be told of it before its site is resolved.
    pub(crate) fn told(&self) -> Told {
        let own = self.own.as_ref();
        let languages = own.and_then(|own| own.languages.as_ref()).or(self.parent.spec.languages.as_ref());
        Told {
            name: own.and_then(|own| own.name.as_ref()).map_or_else(String::new, |name| name.value.to_string()),
            base_url: self.written_address().map_or_else(String::new, |(url, _)| url.to_string()),
            languages: languages.map(|list| list.value.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            pages: 0,
            files: 0,
        }
    }

    /// The address that the tenant writes itself, and where.
    pub fn written_address(&self) -> Option<(BaseUrl, Option<Place>)> {
        let url = self.own.as_ref()?.base_url.as_ref()?;
        Some((url.value.clone(), self.chain.place(url.origin)))
    }
}

/// The folder of a group seen from `sites/`.
pub(crate) fn group_of(folder: &str) -> &str {
    folder.strip_prefix("sites").unwrap_or(folder).trim_start_matches('/')
}

/// Reads the settings and the register of a folder. `None` if they have errors.
pub(crate) fn read_settings(
    root: &Path,
    folder: &Folder,
    (above, holder): (&Arc<Chain>, Holder),
    problems: &mut Vec<Diagnostic>,
) -> (Option<LayerSpec>, Arc<Chain>) {
    let mut files = match folder.kind {
        FolderKind::Tenant => vec![("site.toml", LayerFile::Settings)],
        FolderKind::Group => vec![("group.toml", LayerFile::Settings)],
        // What a tenant of a roster has besides its row.
        FolderKind::Plain => Vec::new(),
    };
    if folder.has_cookies {
        files.push(("cookies.toml", LayerFile::Cookies));
    }
    let layer = LayerName::new(folder.path.as_str());
    let mut sources = Vec::new();
    let mut spec: Option<LayerSpec> = Some(LayerSpec::default());
    for (name, file) in files {
        let path = folder.path.join(name);
        if folder.problems.iter().any(|problem| problem.subject == Subject::File(path.to_string())) {
            // The scan refused it and said why.
            spec = None;
            continue;
        }
        let text = match disk::read_source_text(root, &path, disk::LARGEST_TEXT) {
            Ok(text) => text,
            Err(error) => {
                problems.push(
                    Diagnostic::error("disk", format!("cannot {} it: {}", error.action, error.cause))
                        .about(path.as_str()),
                );
                spec = None;
                continue;
            }
        };
        let source = Source::new(path, text);
        let index = u16::try_from(above.len() + sources.len()).unwrap_or(u16::MAX);
        let own = decode_settings(&source, index, (holder, file), problems);
        sources.push((layer.clone(), source));
        spec = match (spec, own) {
            // What a layer says in its settings wins over its catalogue.
            (Some(settings), Some(own)) => Some(settings.over(&own)),
            _ => None,
        };
    }
    (spec, above.below(sources))
}

#[cfg(test)]
mod tests {
    use tenantry_testkit::Workspace;

    use crate::workspace;

    #[test]
    fn a_tenant_that_was_put_aside_is_taken_up_as_it_was() {
        let workspace = Workspace::from_text(
            "//- /sites/group.toml\nroster = \"r.csv\"\n//- /sites/r.csv\nid,name,base_url\nr,R,https://r.example\n\
             //- /sites/a/site.toml\nname = \"A\"\nbase_url = \"https://a.example\"\n\
             provider.p.name = \"P\"\n//- /sites/b/site.toml\nname = 1\n",
        );
        let told = |seeds: &[super::TenantSeed]| format!("{seeds:#?}");
        let read = workspace::read(workspace.path()).unwrap().tenants;
        let aside = workspace::read(workspace.path()).unwrap().tenants.into_iter().map(super::TenantSeed::put_aside);
        let mut aside: Vec<_> = aside.collect();
        let is_put_aside: Vec<bool> = aside.iter().map(|seed| seed.is_put_aside).collect();
        assert_eq!(is_put_aside, [true, false, false], "what is wrong with a tenant, and a row, is held");
        assert!(aside[0].own.as_ref().unwrap().register.is_empty() && aside[0].written_address().is_some());
        let found = tenantry_core::diagnostic::Diagnostic::error("code", "found with others");
        aside[0].problems.push(found.clone());
        let again: Vec<_> = aside.into_iter().map(|seed| seed.take_up(workspace.path())).collect();
        let mut read = read;
        read[0].problems.push(found);
        assert_eq!(told(&again), told(&read));
    }
}
