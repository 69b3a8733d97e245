//! What a preview answers after any edits equals a clean build, whether it was told of the paths that changed or only that
//! something did.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tenantry_builder::preview::{Options, Preview};
use tenantry_builder::report::Status;
use tenantry_core::name::TenantId;
use tenantry_testkit::Tree;

use super::{EDITS, Recalled, Sequence, asked, each_sequence};

/// How many sequences a run of all tests tries.
const SEQUENCES: u64 = 500;

impl Sequence {
    fn preview(&self) -> Preview {
        Preview::open(Options {
            workspace: self.workspace.path().to_owned(),
            environment: self.staging.then(|| "staging".to_owned()),
            ..Options::default()
        })
        .unwrap()
    }

    /// Edits and tells a preview, then builds anew and compares. Gives how many files were compared.
    fn go_previewed(mut self) -> Result<usize, String> {
        let mut preview = self.preview();
        let mut told = self.sources();
        for _ in 0..=self.random.below(EDITS) {
            let was_staging = self.staging;
            let edit = self.edit();
            self.done.push(edit);
            if self.staging != was_staging {
                preview = self.preview();
                told = self.sources();
            }
            // Some storms are told of at once.
            if self.random.below(3) > 0 {
                let now = self.sources();
                self.tell(&preview, (&told, &now));
                told = now;
            }
            match self.random.below(4) {
                0 => preview.check_all(),
                1 => look_around(&preview),
                _ => {}
            }
        }
        let now = self.sources();
        self.tell(&preview, (&told, &now));
        preview.check_all();
        self.compare(&preview)
    }

    /// Tells of what changed, in one of several ways.
    fn tell(&mut self, preview: &Preview, (before, after): (&Tree, &Tree)) {
        let all: BTreeSet<&String> = before.entries.keys().chain(after.entries.keys()).collect();
        let is_other = |path: &&String| before.entries.get(*path) != after.entries.get(*path);
        let mut paths: Vec<PathBuf> = all.into_iter().filter(is_other).map(PathBuf::from).collect();
        let way = self.random.below(4);
        self.done.push(format!("told {}", ["nothing", "files", "files and folders", "whole paths"][way]));
        match way {
            0 => {
                preview.changed(None);
                return;
            }
            2 => {
                let gone = |folder: &PathBuf| !self.workspace.path().join(folder).exists();
                let folders = paths.iter().filter_map(|path| path.parent().map(PathBuf::from)).filter(gone);
                paths.extend(folders.collect::<Vec<_>>());
            }
            3 => paths.iter_mut().for_each(|path| *path = self.workspace.path().join(&*path)),
            _ => {}
        }
        preview.changed(Some(&paths));
    }

    fn compare(&self, preview: &Preview) -> Result<usize, String> {
        let clean = self.build("clean", (None, &Recalled::default()));
        if clean.tenants.is_empty() {
            return Ok(0);
        }
        let output = Tree::read_without(self.workspace.at("clean"), ".tenantry");
        let mut wrong = Vec::new();
        let mut compared = 0;
        for tenant in &clean.tenants {
            let id = &tenant.id;
            let first = preview.answer(id, "/");
            if tenant.status == Status::Failed {
                if first.problems.is_empty() {
                    wrong.push(format!("`{id}` is built with errors: {:?}", clean.findings));
                }
                continue;
            }
            let made = preview.files(id);
            let built = output.below(id.as_str());
            let names: Vec<&str> = built.paths().iter().map(|path| &path[id.as_str().len() + 1..]).collect();
            if made.iter().map(|path| path.as_str()).ne(names.iter().copied()) {
                wrong.push(format!("`{id}` has {made:?} and is built as {names:?}"));
            }
            for path in names {
                let answer = preview.file(id, path);
                let bytes = built.bytes(&format!("{id}/{path}")).unwrap_or_default();
                if *answer.body != *bytes || !answer.problems.is_empty() {
                    let text = String::from_utf8_lossy(&answer.body).into_owned();
                    wrong.push(format!(
                        "`{id}/{path}` {:?} {text}\n{}",
                        answer.problems,
                        String::from_utf8_lossy(bytes)
                    ));
                }
                compared += 1;
            }
        }
        if wrong.is_empty() { Ok(compared) } else { Err(format!("{:#?}\n{}", self.done, wrong.join("\n"))) }
    }
}

/// Somebody looks at some pages.
fn look_around(preview: &Preview) {
    for id in ["t0", "t1", "t2", "r0", "moved"] {
        let id = TenantId::new(id).unwrap();
        for path in ["/", "/cookies/", "/own/", "/shared.txt"] {
            preview.answer(&id, path);
        }
    }
}

#[test]
fn a_preview_answers_what_a_clean_build_writes() {
    if let Some(number) = asked("TENANTRY_SEQUENCE") {
        return Sequence::new(number).go_previewed().map(drop).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    let sequences = asked("TENANTRY_SEQUENCES").unwrap_or(SEQUENCES);
    let compared = each_sequence(sequences, Sequence::go_previewed);
    assert!(compared > sequences, "only {compared} files were compared in {sequences} sequences");
}
