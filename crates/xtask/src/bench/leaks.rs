//! The leak check alone: the words of all sources, looked up among the hosts of all tenants.
//!
//! The functions are those that a build calls, the texts are in memory, and each is searched once. A build searches less: of
//! settings their values, and not the whole file.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tenantry_core::leak::{Fleet as Hosts, HostList, host_words};
use tenantry_core::name::TenantId;
use tenantry_testkit::Fleet;

use crate::Failure;
use crate::bench::output::undone;
use crate::floor::{Content, each};

/// The folders whose texts sites are made from.
const SOURCES: [&str; 2] = ["sites", "themes"];

/// What is searched, and what for.
pub(crate) struct Sources {
    texts: Vec<String>,
    hosts: Vec<(TenantId, HostList)>,
}

impl Sources {
    /// Reads a generated workspace.
    pub(crate) fn read(workspace: &Path, tenants: usize) -> Result<Self, Failure> {
        let mut texts = Vec::new();
        for folder in SOURCES {
            let content = Content::read(&workspace.join(folder))?;
            texts.extend(content.files().filter_map(|(_, bytes)| String::from_utf8(bytes.to_vec()).ok()));
        }
        let tenant = |number| {
            let id = Fleet::id(number);
            let hosts = [format!("{id}.example.org")].into_iter().collect();
            Ok((TenantId::new(&id).map_err(|error| Failure::new(error.to_string()))?, hosts))
        };
        Ok(Self { texts, hosts: (0..tenants).map(tenant).collect::<Result<_, Failure>>()? })
    }

    /// Searches all of it, and says how long that took. Each tenant names its own host, and nobody another one's.
    pub(crate) fn search(&self, threads: NonZeroUsize) -> Result<Duration, Failure> {
        let hosts = self.hosts.clone();
        let start = Instant::now();
        let fleet = Hosts::new(hosts);
        let mentions = AtomicUsize::new(0);
        each(&self.texts, threads, |text| {
            let found = host_words(text).filter(|word| fleet.has(&word.host)).count();
            mentions.fetch_add(found, Ordering::Relaxed);
            Ok(())
        })?;
        let time = start.elapsed();
        match mentions.into_inner() {
            found if found == self.hosts.len() => Ok(time),
            found => Err(undone(&format!("the leak check found {found} mentions, and not {}", self.hosts.len()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenantry_testkit::Workspace;

    #[test]
    fn every_tenant_is_searched_for() {
        let workspace = Workspace::from_text(
            "//- /sites/a/site.toml\nbase_url = \"https://t00001.example.org\"\n\
             //- /sites/b/site.toml\nbase_url = \"https://t00002.example.org\"\n\
             //- /themes/plain/page.html\nt00003.example.com\n",
        );
        let threads = NonZeroUsize::new(2).unwrap();
        assert!(Sources::read(workspace.path(), 2).unwrap().search(threads).is_ok());
        let failure = Sources::read(workspace.path(), 3).unwrap().search(threads).unwrap_err();
        assert!(failure.message.contains("found 2 mentions, and not 3"), "{failure:?}");
    }
}
