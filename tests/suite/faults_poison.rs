//! Row 135: one tenant in a hundred is broken, each in another way, and the others are byte-identical to a run without
//! the broken ones.
//!
//! `TENANTRY_TENANTS=N` makes a fleet of another size, `TENANTRY_PROGRAM` runs another build of the program. In a small
//! fleet more than one in a hundred are broken, so that every way of the table is tried.

use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

use serde_json::Value;
use tenantry_testkit::breakage::{BREAKAGES, Breakage};
use tenantry_testkit::{Fleet, Program, Tree, Workspace};

use crate::report::{dist, findings, json, with_status};
use crate::repository::root;

/// How many tenants a run of all tests makes.
const TENANTS: usize = 300;

/// A fleet of which some tenants are broken.
struct Poisoned {
    workspace: Workspace,
    tenants: usize,
    /// The broken ones by id: their number, and how they are broken.
    broken: BTreeMap<String, (usize, &'static Breakage)>,
}

impl Poisoned {
    fn new() -> Self {
        let tenants = env::var("TENANTRY_TENANTS").ok().and_then(|number| number.parse().ok()).unwrap_or(TENANTS);
        let workspace = Workspace::in_memory();
        Fleet { tenants, seed: 135 }.write(workspace.path(), &root().join("themes")).unwrap();
        let number = BREAKAGES.len().max(tenants / 100).min(tenants - 1);
        // Spread over the fleet; the first tenant stays, since links lead to it.
        let chosen = (0..number).map(|nth| (1 + nth * (tenants - 1) / number, &BREAKAGES[nth % BREAKAGES.len()]));
        let broken = chosen.map(|(tenant, how)| (Fleet::id(tenant), (tenant, how))).collect();
        Self { workspace, tenants, broken }
    }

    fn break_them(&self) {
        for (id, (number, how)) in &self.broken {
            let done = (how.apply)(&self.workspace.at(&Fleet::folder(*number)));
            assert!(done.is_ok(), "{id} cannot be broken by `{}`: {done:?}", how.name);
        }
    }

    fn remove_the_broken(&self) {
        self.broken.values().for_each(|(number, _)| self.workspace.remove(&Fleet::folder(*number)));
    }

    /// A build by a user whom the modes of files bind.
    #[track_caller]
    fn build(&self, out: &str, code: i32) -> Value {
        let program = Program::new().args(["build", "--format", "json", "--out", out]).current_dir(&self.workspace);
        let outcome = program.time_limit(Duration::from_secs(600)).bound_by_modes().run();
        assert_eq!(outcome.code, code, "{}", outcome.stderr);
        json(&outcome)
    }

    /// Every broken tenant failed and no other, and an error of the right kind is told about its folder.
    #[track_caller]
    fn are_told(&self, report: &Value) {
        let broken: Vec<&String> = self.broken.keys().collect();
        assert_eq!(with_status(report, "failed").iter().collect::<Vec<_>>(), broken);
        let mut silent = Vec::new();
        for (id, (number, how)) in &self.broken {
            let folder = format!("{}/", Fleet::folder(*number));
            let about = |found: &&Value| {
                let file = found["file"].as_str().unwrap_or_default();
                found["severity"] == "error" && format!("{file}/").starts_with(&folder)
            };
            let told: Vec<&Value> = findings(report).iter().filter(about).collect();
            let reason = told.iter().find(|found| found["code"] == how.code);
            let is_told = reason.is_some_and(|found| !found["message"].as_str().unwrap_or_default().is_empty());
            if !is_told {
                let codes: Vec<_> = told.iter().map(|found| found["code"].as_str().unwrap_or_default()).collect();
                silent.push(format!("{id}, `{}`: {codes:?} and not `{}`", how.name, how.code));
            }
        }
        assert!(silent.is_empty(), "{silent:#?}");
    }
}

#[test]
fn fault_135_broken_tenants_change_nothing_for_the_others() {
    let fleet = Poisoned::new();
    fleet.build("dist", 0);
    let healthy = dist(&fleet.workspace);
    fleet.break_them();
    // Where they were built before, their last output stays, and nothing else is written.
    fleet.are_told(&fleet.build("dist", 1));
    let after = dist(&fleet.workspace);
    assert_eq!(after.difference(&healthy), [""; 0]);
    assert_eq!(after.rewritten_since(&healthy), [""; 0]);
    drop(after);
    // Where nothing was built before, the others are as in a run in which nobody is broken.
    fleet.are_told(&fleet.build("fresh", 1));
    let mut others = healthy;
    others.entries.retain(|path, _| !fleet.broken.contains_key(path.split('/').next().unwrap_or_default()));
    assert_eq!(Tree::read(fleet.workspace.at("fresh")).difference(&others), [""; 0]);
    // And as in a fleet that never had the broken ones.
    fleet.remove_the_broken();
    let report = fleet.build("without", 0);
    assert_eq!(with_status(&report, "built").len(), fleet.tenants - fleet.broken.len());
    assert_eq!(Tree::read(fleet.workspace.at("without")).difference(&others), [""; 0]);
}

/// The table is worth its name: many ways, each with a name of its own.
#[test]
fn fault_135_there_are_many_ways_to_break_a_tenant() {
    let names: std::collections::BTreeSet<&str> = BREAKAGES.iter().map(|how| how.name).collect();
    assert!(names.len() == BREAKAGES.len() && names.len() >= 100, "{}", names.len());
}
