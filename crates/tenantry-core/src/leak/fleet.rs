//! Whose a host is: the hosts of all tenants of a workspace.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Digester};
use crate::layer::BaseUrl;
use crate::leak::host_of;
use crate::name::TenantId;

/// Some hosts, sorted, each once. One text, since a fleet keeps a list for each tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HostList(Box<str>);

impl HostList {
    /// The hosts of some addresses.
    pub fn of_addresses<'a>(addresses: impl IntoIterator<Item = &'a BaseUrl>) -> HostList {
        addresses.into_iter().map(|address| address.host().to_owned()).collect()
    }

    /// The list that [`HostList::as_str`] gives.
    pub fn of_text(text: &str) -> HostList {
        HostList(text.into())
    }

    /// The hosts as one text, with a space between each two.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a host is among them.
    pub fn contains(&self, host: &str) -> bool {
        self.iter().any(|own| own == host)
    }

    /// The hosts, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|host| !host.is_empty())
    }
}

impl FromIterator<String> for HostList {
    fn from_iter<T: IntoIterator<Item = String>>(hosts: T) -> HostList {
        let mut hosts: Vec<String> = hosts.into_iter().collect();
        hosts.sort();
        hosts.dedup();
        HostList(hosts.join(" ").into())
    }
}

/// The hosts of all tenants. Several may have one host, with different paths.
#[derive(Debug, Default)]
pub struct Fleet {
    /// By id.
    tenants: Vec<(TenantId, HostList)>,
    /// Every host, sorted, with the index of a tenant that has it; sorted when somebody asks.
    hosts: OnceLock<Vec<(Box<str>, u32)>>,
}

impl Fleet {
    /// Takes the hosts of tenants.
    pub fn new(mut tenants: Vec<(TenantId, HostList)>) -> Fleet {
        tenants.sort();
        Fleet { tenants, hosts: OnceLock::new() }
    }

    /// A digest of who has which hosts.
    pub fn digest(&self) -> Digest {
        let mut digester = Digester::new();
        for (id, hosts) in &self.tenants {
            digester.put(id.as_str().as_bytes());
            digester.put(hosts.0.as_bytes());
        }
        digester.finish()
    }

    /// How many tenants there are.
    pub fn tenants(&self) -> usize {
        self.tenants.len()
    }

    /// The hosts of a tenant, if it is known.
    pub fn hosts_of(&self, id: &TenantId) -> Option<&HostList> {
        let at = self.tenants.binary_search_by(|(known, _)| known.cmp(id)).ok()?;
        self.tenants.get(at).map(|(_, hosts)| hosts)
    }

    /// Whether some tenant has this host.
    pub fn has(&self, host: &str) -> bool {
        self.owners(host).next().is_some()
    }

    /// The tenants that have this host, by id.
    pub fn owners(&self, host: &str) -> impl Iterator<Item = &TenantId> {
        let hosts = self.hosts.get_or_init(|| self.sorted());
        let start = hosts.partition_point(|(known, _)| **known < *host);
        let same = hosts[start..].iter().take_while(move |(known, _)| **known == *host);
        same.filter_map(|(_, index)| self.tenants.get(*index as usize).map(|(id, _)| id))
    }

    fn sorted(&self) -> Vec<(Box<str>, u32)> {
        let mut hosts = Vec::with_capacity(self.tenants.len());
        for (index, (_, own)) in (0..).zip(&self.tenants) {
            hosts.extend(own.iter().map(|host| (host.into(), index)));
        }
        hosts.sort_unstable();
        hosts
    }

    /// Whether one of the words of `allow_mentions` lets a host be named: the host, or the id of a tenant that has it.
    pub fn allows(&self, words: &[impl AsRef<str>], host: &str) -> bool {
        let is_meant = |word: &str| {
            host_of(word).is_some_and(|allowed| allowed == host) || self.owners(host).any(|id| id.as_str() == word)
        };
        words.iter().any(|word| is_meant(word.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenants(list: &[(&str, &[&str])]) -> Vec<(TenantId, HostList)> {
        let tenant = |(id, hosts): &(&str, &[&str])| {
            (TenantId::new(id).unwrap(), hosts.iter().map(|host| (*host).to_owned()).collect())
        };
        list.iter().map(tenant).collect()
    }

    #[test]
    fn a_host_has_its_owners() {
        let fleet = Fleet::new(tenants(&[("a", &["a.fr", "shared.fr"]), ("b", &["b.fr", "shared.fr"]), ("c", &[])]));
        let owners = |host: &str| fleet.owners(host).map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!((&*owners("a.fr"), &*owners("shared.fr"), &*owners("www.a.fr")), ("a", "a b", ""));
        assert!(fleet.has("b.fr") && !fleet.has("fr") && !fleet.has(""));
        let hosts = |id: &str| Some(fleet.hosts_of(&TenantId::new(id).unwrap())?.iter().collect::<Vec<_>>());
        assert_eq!((hosts("b"), hosts("c"), hosts("d")), (Some(vec!["b.fr", "shared.fr"]), Some(vec![]), None));
    }

    #[test]
    fn a_mention_is_allowed_by_host_and_by_tenant() {
        let fleet = Fleet::new(tenants(&[("a", &["xn--bcher-kva.example", "shared.fr"]), ("b", &["shared.fr"])]));
        for word in ["shared.fr", "SHARED.fr.", "a", "b"] {
            assert!(fleet.allows(&[word], "shared.fr"), "{word}");
        }
        assert!(fleet.allows(&["x", "Bücher.example"], "xn--bcher-kva.example"));
        for word in ["", "c", "fr", "www.shared.fr", "A"] {
            assert!(!fleet.allows(&[word], "shared.fr"), "{word}");
        }
        assert!(!fleet.allows(&[""; 0], "shared.fr"));
    }

    #[test]
    fn a_list_of_hosts_is_sorted_and_has_each_once() {
        let address = |text: &str| BaseUrl::new(text).unwrap();
        let list =
            HostList::of_addresses(&[address("https://b.fr/x/"), address("https://A.fr"), address("http://b.fr")]);
        assert_eq!(list.iter().collect::<Vec<_>>(), ["a.fr", "b.fr"]);
        assert!(list.contains("b.fr") && !list.contains("b.f") && !list.contains("a.fr b.fr"));
        assert_eq!((list.as_str(), HostList::of_text(list.as_str())), ("a.fr b.fr", list.clone()));
        assert_eq!(HostList::default().iter().count(), 0);
    }

    #[test]
    fn the_digest_tells_whose_a_host_is() {
        let digest = |list: &[(&str, &[&str])]| Fleet::new(tenants(list)).digest();
        let one = digest(&[("a", &["a.fr"]), ("b", &["b.fr"])]);
        assert_eq!(one, digest(&[("b", &["b.fr"]), ("a", &["a.fr"])]));
        assert_ne!(one, digest(&[("a", &["b.fr"]), ("b", &["a.fr"])]));
        assert_ne!(one, digest(&[("a", &["a.fr"])]));
    }
}
