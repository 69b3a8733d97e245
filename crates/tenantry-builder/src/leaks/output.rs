//! The leak check of what is made: finds what no source shows as a whole word, such as a host that a document and a value
//! make together, or one in a file of `static/`.

use std::collections::{BTreeMap, BTreeSet};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::leak::host_words;
use tenantry_core::path::OutputPath;

use super::{Bounds, LEAK, owners_in_words};

/// The output of one tenant, as far as it was searched.
#[derive(Debug)]
pub(crate) struct SearchedOutput<'l> {
    bounds: Bounds<'l>,
    /// By host: the first file that holds it, and how many do.
    found: BTreeMap<String, (OutputPath, usize)>,
}

impl<'l> SearchedOutput<'l> {
    pub(super) fn of(bounds: Bounds<'l>) -> SearchedOutput<'l> {
        SearchedOutput { bounds, found: BTreeMap::new() }
    }

    /// Searches a file, if it is text.
    pub(crate) fn search(&mut self, path: &OutputPath, bytes: &[u8]) {
        let Ok(text) = str::from_utf8(bytes) else { return };
        let words = host_words(text).map(|word| word.host).filter(|host| self.bounds.forbid(host));
        let hosts: BTreeSet<String> = words.map(|host| host.into_owned()).collect();
        for host in hosts {
            self.found.entry(host).or_insert_with(|| (path.clone(), 0)).1 += 1;
        }
    }

    /// What was found.
    pub(crate) fn findings(self) -> Vec<Diagnostic> {
        let SearchedOutput { bounds, found } = self;
        let id = bounds.tenant;
        let finding = |(host, (path, files)): (String, (OutputPath, usize))| {
            let whose = owners_in_words(bounds.fleet, &host);
            let message = format!("`{host}` is a host of {whose}, and stands in the output of another one");
            let others = if files > 1 { format!(" and {} more of its files", files - 1) } else { String::new() };
            let hint = format!(
                "no source shows it as one word: look for what is put together in `{id}/{path}`{others}, and into `static/`"
            );
            // The same for all tenants that a mistake touches, so that it is told once.
            Diagnostic::error(LEAK, message).about(format!("<tenant>/{path}")).hint(hint)
        };
        found.into_iter().map(finding).collect()
    }
}
