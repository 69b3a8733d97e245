//! What may be after a fault, and what may not.
//!
//! Each file is the old or the new one, whole, and a page finds the assets that it was made with. A tenant whose files are
//! of two builds is known to be unfinished. What no build wrote stays. A run that claims success has done all of its work,
//! and one that fails names what it failed at; what fails for one tenant is done for the others.

use std::collections::BTreeSet;

use tenantry_testkit::Outcome;

use crate::sweep::calls::Call;
use crate::sweep::output::{Files, Output};
use crate::sweep::strace::{Fault, KILLED};

/// Where files are on their way.
const STAGE: &str = "dist/.tenantry/stage";
/// What the paths of files on their way begin with.
const STAGED: &str = "dist/.tenantry/stage/";

/// What a build holds until it ends; nobody needs what is written there.
const LOCK: &str = "dist/.tenantry/lock";

/// Calls that the standard library, or the program, makes again when a signal has interrupted them, but for those about folders.
const MADE_AGAIN: [&str; 5] = ["openat", "openat2", "read", "write", "ftruncate"];

/// The output before a build and after it, when nothing befalls it.
pub(crate) struct Sides {
    /// Before.
    pub(crate) old: Output,
    /// After.
    pub(crate) new: Output,
}

impl Sides {
    fn tenants(&self) -> BTreeSet<&str> {
        self.old.tenants().chain(self.new.tenants()).collect()
    }
}

/// What is wrong with the way a run ended.
pub(crate) fn ending(outcome: &Outcome, (call, fault): (&Call, Fault), output: &Output, sides: &Sides) -> Vec<String> {
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    let mut wrong = Vec::new();
    match (fault, outcome.code) {
        (Fault::Kill, KILLED) => {}
        (Fault::Error("EINTR"), code) if code != 0 && is_made_again(call) => {
            wrong.push(format!("an interrupted call was not made again: exit {code}"));
        }
        (Fault::Error(error), 0) if error != "EINTR" && is_kept_by(call) => {
            wrong.push("exit 0, and the system could not keep what was written".to_owned());
        }
        (Fault::Error(_), 0) => {
            let difference = output.files.difference(&sides.new.files);
            wrong.extend(difference.into_iter().map(|line| format!("exit 0, and not all is done: {line}")));
        }
        // A removal is refused while the sources cannot be read.
        (Fault::Error(_), 3) if call.path.starts_with("sites") && names_it(&said, call) => {}
        (Fault::Error(_), 1 | 2) if !names_it(&said, call) => wrong.push("the error does not name the path".to_owned()),
        (Fault::Error(_), 1 | 2) => {}
        (_, code) => wrong.push(format!("exit {code}")),
    }
    if !wrong.is_empty() {
        wrong.push(format!("it said: {}", said.trim()));
    }
    wrong
}

fn is_made_again(call: &Call) -> bool {
    !call.of_folder && MADE_AGAIN.contains(&call.name.as_str())
}

/// Whether a call is the last chance to be told that something written could not be kept.
fn is_kept_by(call: &Call) -> bool {
    call.name == "close" && call.changes && call.path != LOCK
}

/// Whether the program has named what a call was about, or the folder that this lies in; the stage is cleared as a whole,
/// and a file on its way is named by where it goes.
fn names_it(said: &str, call: &Call) -> bool {
    let folder = call.path.rsplit_once('/').map(|(folder, _)| folder);
    let stage = call.path.starts_with(STAGE).then_some(STAGE);
    let goes_to = call.path.strip_prefix(STAGED).and_then(|name| name.rsplit_once('.'));
    let goes_to = goes_to.map(|(tenant, _)| format!("dist/{tenant}/"));
    let names = [Some(call.path.as_str()), call.other.as_deref(), folder, stage, goes_to.as_deref()];
    names.into_iter().flatten().any(|name| said.contains(name))
}

/// What is wrong with the files after a fault: each is the old or the new one, and none is gone that both have.
pub(crate) fn files(now: &Output, sides: &Sides) -> Vec<String> {
    let (old, new) = (&sides.old.files, &sides.new.files);
    let mut wrong = Vec::new();
    for (path, entry) in &now.files.entries {
        let known = [old, new].iter().any(|side| side.bytes(path) == Some(&entry.bytes));
        if !known {
            wrong.push(format!("`{path}` is neither the old file nor the new one"));
        }
    }
    let lasting = old.entries.keys().filter(|path| new.entries.contains_key(*path));
    let gone = lasting.filter(|path| !now.files.entries.contains_key(*path));
    wrong.extend(gone.map(|path| format!("`{path}` is gone")));
    for id in sides.tenants() {
        let old_is_mixed = sides.old.is_unfinished(id);
        let tenant = Tenant {
            id,
            old_is_mixed,
            old: sides.old.of_tenant(id),
            new: sides.new.of_tenant(id),
            now: now.of_tenant(id),
        };
        wrong.extend(tenant.mixture(now));
        wrong.extend(tenant.assets());
    }
    wrong
}

/// What is wrong with the other tenants, where a call was about the files of one.
pub(crate) fn others(now: &Output, call: &Call, sides: &Sides) -> Vec<String> {
    let is_of = |id: &str| {
        let is_name = |name: &str| name.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        call.path.split('/').any(is_name)
    };
    let Some(own) = sides.tenants().into_iter().find(|id| is_of(id)) else { return Vec::new() };
    let undone = |id: &&str| *id != own && now.of_tenant(id) != sides.new.of_tenant(id);
    sides
        .tenants()
        .into_iter()
        .filter(undone)
        .map(|id| format!("`{id}` is not done, and `{own}` had the fault"))
        .collect()
}

/// The files of one tenant: before, after, and now.
struct Tenant<'f> {
    id: &'f str,
    /// Whether they were those of two builds before.
    old_is_mixed: bool,
    old: Files<'f>,
    new: Files<'f>,
    now: Files<'f>,
}

impl Tenant<'_> {
    /// A tenant whose files are those of two builds is known to be unfinished; one without a folder gets all at once.
    fn mixture(&self, now: &Output) -> Option<String> {
        if self.now == self.new || (self.now == self.old && !self.old_is_mixed) {
            return None;
        }
        if self.old.is_empty() {
            return Some(format!("`{}` is new, and there in part", self.id));
        }
        (!now.is_unfinished(self.id)).then(|| format!("`{}` has files of two builds, and nothing says so", self.id))
    }

    /// A page of one of the two builds is there with all assets of that build.
    fn assets(&self) -> Option<String> {
        let lacks = |side: &Files<'_>, other: &Files<'_>| {
            let is_there = |(path, bytes): (&&str, &&[u8])| {
                path.ends_with(".html") && self.now.get(path) == Some(bytes) && other.get(path) != Some(bytes)
            };
            let assets = side.keys().filter(|path| path.starts_with("assets/") && side.iter().any(is_there));
            assets.copied().find(|path| !self.now.contains_key(path)).map(str::to_owned)
        };
        let lacking = lacks(&self.old, &self.new).or_else(|| lacks(&self.new, &self.old))?;
        Some(format!("a page of `{}` is there, and its `{lacking}` is not", self.id))
    }
}
