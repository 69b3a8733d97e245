//! Publishing to other machines, on real servers: the five tenants there and back for each kind of target, and what
//! networks and hosts do to it.

mod command;
mod git;
mod races;
mod s3;
mod ssh;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

use crate::report::{json, run};
use crate::serve::five_sources;

/// A file of one of the five, which the tests change.
const NOTE: &str = "sites/opendatasoft/datajoule/static/note.txt";

/// One of a name that addresses, keys and commands have to escape.
const ODD: &str = "sites/opendatasoft/datajoule/static/été & co+41 'x';$(id).txt";

/// A workspace that is published to the target `live`.
struct Publishing {
    workspace: Workspace,
    env: BTreeMap<String, String>,
    /// Everything that was said, by all commands.
    said: String,
}

impl Publishing {
    /// The five tenants with a target.
    #[track_caller]
    fn five(target: &str) -> Publishing {
        let workspace = five_sources();
        let group = workspace.read("sites/group.toml");
        // Among the files is one in a folder that begins with a dot.
        workspace.write("sites/group.toml", &format!("exports = [\"gpc\"]\n{group}\n[publish.live]\n{target}\n"));
        workspace.write(NOTE, "first\n");
        workspace.write(ODD, "odd\n");
        Publishing { workspace, env: BTreeMap::new(), said: String::new() }
    }

    fn with(mut self, variables: &[(&str, &str)]) -> Publishing {
        self.env.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    #[track_caller]
    fn build(&self) {
        let built = run(&self.workspace, &["build"]);
        assert_eq!(built.code, 0, "{}", built.stderr);
    }

    /// Runs the program with the variables.
    #[track_caller]
    fn run(&mut self, args: &[&str]) -> Outcome {
        let program = Program::new().args(args).current_dir(&self.workspace);
        let outcome = self.env.iter().fold(program, |program, (name, value)| program.env(name, value)).run();
        self.said.push_str(&outcome.stdout);
        self.said.push_str(&outcome.stderr);
        outcome
    }

    /// Publishes, and gives what became of each tenant.
    #[track_caller]
    fn publish(&mut self, args: &[&str]) -> BTreeMap<String, Value> {
        let outcome = self.run(&[&["publish", "--to", "live", "--yes", "--format", "json"], args].concat());
        assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
        by_tenant(&outcome)
    }

    /// The files that were built for a tenant, with their bytes.
    fn built(&self, tenant: &str) -> BTreeMap<String, Vec<u8>> {
        let manifest = self.workspace.read(&format!("dist/.tenantry/manifests/{tenant}.json"));
        let manifest: Value = serde_json::from_str(&manifest).unwrap();
        let paths = manifest["artifacts"].as_object().unwrap().keys();
        paths
            .map(|path| (path.clone(), fs::read(self.workspace.at(&format!("dist/{tenant}/{path}"))).unwrap()))
            .collect()
    }

    /// There and back: publish all, nothing, a change, take it back, and let it be so again.
    #[track_caller]
    fn round(&mut self, fetch: &dyn Fn(&str, &str) -> Option<Vec<u8>>) {
        self.build();
        let first = self.publish(&[]);
        assert!(first.len() == 5 && first.values().all(|tenant| tenant["status"] == "published"), "{first:#?}");
        self.is_live(first.keys(), fetch);
        let nothing = self.publish(&[]);
        assert!(nothing.values().all(|tenant| tenant["status"] == "unchanged"), "{nothing:#?}");

        self.workspace.write(NOTE, "other\n");
        self.build();
        let second = self.publish(&[]);
        let changed: Vec<_> = second.values().filter(|tenant| tenant["status"] == "published").collect();
        assert_eq!(changed.len(), 1, "{second:#?}");
        let sums = ["uploaded", "changed", "removed"].map(|what| changed[0][what].as_u64().unwrap());
        assert_eq!(sums, [0, 1, 0], "{changed:#?}");
        self.is_live(first.keys(), fetch);

        let back = self.run(&["rollback", "datajoule", "--to", "live", "--yes"]);
        assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
        assert_eq!(fetch("datajoule", "note.txt").as_deref(), Some(&b"first\n"[..]));
        assert_eq!(self.publish(&[])["datajoule"]["status"], "held-back");
        assert_eq!(self.publish(&["--again"])["datajoule"]["status"], "published");
        self.is_live(first.keys(), fetch);
    }

    /// Row 110: a place that lacks our mark and one with another tenant's are refused, and nothing below `there` changes.
    /// `leave` puts something at the place of a tenant that was never published.
    #[track_caller]
    fn refuses_places_of_others(&mut self, there: impl AsRef<Path>, leave: &dyn Fn(&str)) {
        let state = || Tree::read(&there);
        self.build();
        self.publish(&["datajoule"]);
        leave("inmemori");
        let before = state();
        self.is_refused(&["inmemori"], "was not made by a publish");
        assert_eq!(state().difference(&before), [""; 0]);

        let group = self.workspace.read("sites/group.toml");
        let (layer, target) = group.split_once("[publish.live]").unwrap();
        let target = target.replace("{tenant}", "datajoule");
        self.workspace.write("sites/group.toml", &format!("{layer}[publish.live]{target}"));
        self.build();
        for more in ["--again", "--force"] {
            self.is_refused(&["inmemori", more], "the place is that of the tenant `datajoule`");
        }
        let back = self.run(&["rollback", "inmemori", "--to", "live", "--yes"]);
        assert_eq!(back.code, 1, "{}", back.stderr);
        assert!(back.stderr.contains("is the place of the tenant `datajoule`"), "{}", back.stderr);
        assert_eq!(state().difference(&before), [""; 0]);
    }

    #[track_caller]
    fn is_refused(&mut self, args: &[&str], words: &str) {
        let refused = self.run(&[&["publish", "--to", "live", "--yes"], args].concat());
        assert_eq!(refused.code, 3, "{}{}", refused.stdout, refused.stderr);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }

    /// Whether every file that was built is at the target.
    #[track_caller]
    fn is_live<'t>(&self, tenants: impl Iterator<Item = &'t String>, fetch: &dyn Fn(&str, &str) -> Option<Vec<u8>>) {
        for tenant in tenants {
            for (path, bytes) in self.built(tenant) {
                assert!(fetch(tenant, &path).as_ref() == Some(&bytes), "{tenant}/{path} is another one");
            }
        }
    }
}

/// What became of each tenant.
fn by_tenant(outcome: &Outcome) -> BTreeMap<String, Value> {
    let document = json(outcome);
    let tenants = document["tenants"].as_array().unwrap_or_else(|| panic!("{document:#}"));
    tenants.iter().map(|tenant| (tenant["tenant"].as_str().unwrap_or_default().to_owned(), tenant.clone())).collect()
}
