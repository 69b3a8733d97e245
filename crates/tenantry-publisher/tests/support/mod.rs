//! Built output made by hand, a store in memory, and what is asked of them.

#![allow(dead_code, unreachable_pub, reason = "each test program uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong here ends a test")]

pub mod memory;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tenantry_core::digest::Checksum;
use tenantry_core::manifest::{Artifact, CacheClass, Key, MANIFEST_FORMAT, Manifest};
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;
use tenantry_core::publish::{FieldValue, Kind, TargetSettings};
use tenantry_publisher::built::Built;
use tenantry_publisher::observe::Unobserved;
use tenantry_publisher::releases::Goal;
use tenantry_publisher::retry::Patience;
use tenantry_publisher::run::{How, Publisher, Report, Status};
use tenantry_testkit::Workspace;

use self::memory::{Shared, Tree};

/// An output folder.
pub struct Dist {
    pub folder: Workspace,
    /// Fields of the target besides its kind and path.
    pub fields: BTreeMap<String, FieldValue>,
}

impl Dist {
    pub fn new() -> Dist {
        Dist { folder: Workspace::in_memory(), fields: BTreeMap::new() }
    }

    /// Builds a tenant, published to a place of its name: paths and texts. What begins with `assets/` may be kept for ever.
    pub fn build(&self, tenant: &str, files: &[(&str, &str)]) {
        self.build_for(tenant, &format!("/{tenant}"), files);
    }

    /// The same for another place.
    pub fn build_for(&self, tenant: &str, place: &str, files: &[(&str, &str)]) {
        let mut manifest = Manifest { format: MANIFEST_FORMAT, tenant: tenant.to_owned(), ..Manifest::default() };
        for (path, text) in files {
            self.folder.write(&format!("{tenant}/{path}"), text);
            let cache = match path.starts_with("assets/") {
                true => CacheClass::Immutable,
                false => CacheClass::Revalidate,
            };
            let artifact = Artifact {
                compressed: None,
                digest: Checksum::of(text.as_bytes()),
                size: text.len() as u64,
                media_type: Cow::Borrowed("text/html; charset=utf-8"),
                cache,
                key: Key::default(),
            };
            manifest.artifacts.insert(OutputPath::new(path).unwrap(), artifact);
        }
        let mut fields = self.fields.clone();
        fields.insert("path".into(), FieldValue::Text(place.to_owned()));
        manifest.targets.insert("live".into(), TargetSettings { kind: Kind::Dir, fields });
        self.folder.write_bytes(&format!(".tenantry/manifests/{tenant}.json"), &manifest.to_bytes().unwrap());
    }

    /// A publisher of this output to a store.
    pub fn publisher(&self, store: &Shared) -> Publisher {
        Publisher {
            opener: store.opener(),
            patience: Patience::new(Duration::from_micros(10)),
            jobs: 1,
            ..Publisher::new(Built::new(self.folder.path().to_owned()), "live".into())
        }
    }

    /// Publishes tenants, and gives what became of them.
    pub fn publish(&self, store: &Shared, tenants: &[&str]) -> Report {
        run(&self.publisher(store), tenants)
    }
}

/// Publishes with a publisher.
pub fn run(publisher: &Publisher, tenants: &[&str]) -> Report {
    let interrupt = AtomicBool::new(false);
    publisher.plan(&ids(tenants), &interrupt).apply(&How::default(), &Unobserved, &interrupt).unwrap()
}

/// Goes back with a publisher.
pub fn roll_back(publisher: &Publisher, tenants: &[&str], goal: &Goal) -> Report {
    publisher.roll_back(&ids(tenants), goal, &AtomicBool::new(false))
}

pub fn ids(tenants: &[&str]) -> Vec<TenantId> {
    tenants.iter().map(|tenant| TenantId::new(tenant).unwrap()).collect()
}

/// What became of each tenant.
pub fn statuses(report: &Report) -> Vec<Status> {
    report.tenants.iter().map(|tenant| tenant.status).collect()
}

/// Files as a tree.
pub fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// The lock that a record holds.
pub fn lock_of(store: &Shared, tenant: &str) -> Option<String> {
    let place = store.place(tenant);
    let record: serde_json::Value = serde_json::from_slice(place.notes.get("site.json")?).unwrap();
    record["lock"]["id"].as_str().map(str::to_owned)
}
