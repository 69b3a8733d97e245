//! What a running preview says on the terminal.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tenantry_core::diagnostic::{Diagnostic, Severity};
use tenantry_server::Engine;
use tenantry_server::observe::{Edit, Event, Observer};
use tenantry_server::site::{Checked, Findings, Sites, TouchedGroup};

use crate::arguments::{Format, Global};
use crate::commands::serve::size;
use crate::display::{self, count, some_of};
use crate::json::{self, Outcome};
use crate::terminal::{self, Stream};

/// Groups that are named after a change; the largest come first.
const GROUPS: usize = 5;

/// Tenants with errors whose findings are shown when all have been looked at.
const TENANTS: usize = 5;

/// Says what happens.
pub struct Talk {
    engine: Arc<Engine>,
    global: Global,
    said: Mutex<Said>,
}

/// What was said, so that it is not said again.
#[derive(Default)]
struct Said {
    problems: BTreeSet<String>,
    findings: Option<Findings>,
}

impl Talk {
    pub fn new(engine: Arc<Engine>, global: &Global) -> Talk {
        Talk { engine, global: global.clone(), said: Mutex::default() }
    }

    fn edited(&self, edit: &Edit) {
        if self.global.format == Format::Json {
            return terminal::write(Stream::Output, &json::document("serve", Outcome::Ok, EditView::from(edit)));
        }
        let what = match edit.touched.files.as_slice() {
            [] => "some files".to_owned(),
            files => some_of(files),
        };
        let mut text =
            format!("{what}: {} in {} ms\n", size(edit.touched.tenants(), edit.touched.pages()), edit.took.as_millis());
        if edit.touched.groups.len() > 1 {
            text.push_str(&groups(&edit.touched.groups));
        }
        if !self.global.quiet {
            terminal::write(Stream::Error, &text);
        }
        self.tell_problems(&edit.problems);
    }

    /// Shows what is wrong now and was not before, and says when nothing is any more.
    fn tell_problems(&self, problems: &[Diagnostic]) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |problem: &Diagnostic| format!("{:?}", problem.key());
        let fresh: Vec<&Diagnostic> =
            problems.iter().filter(|problem| !said.problems.contains(&key(problem))).collect();
        for problem in &fresh {
            display::diagnostic(problem, &self.global);
        }
        let is_mended = problems.is_empty() && !said.problems.is_empty();
        said.problems = problems.iter().map(key).collect();
        if is_mended && !self.global.quiet {
            terminal::write(Stream::Error, "mended\n");
        }
    }

    /// When all tenants have been looked at: how many findings there are, and some of the errors.
    fn checked(&self, checked: Checked) {
        if checked.done < checked.all || self.global.format == Format::Json {
            return;
        }
        let rows = self.engine.tenants();
        let found = rows.iter().filter_map(|row| row.findings).fold(Findings::default(), |sum, one| Findings {
            errors: sum.errors + one.errors,
            warnings: sum.warnings + one.warnings,
        });
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.findings.replace(found) == Some(found) {
            return;
        }
        drop(said);
        if !self.global.quiet {
            let (errors, warnings) = (count(found.errors, "error"), count(found.warnings, "warning"));
            let text = format!("checked {}: {errors}, {warnings}\n", count(rows.len(), "tenant"));
            terminal::write(Stream::Error, &text);
        }
        let broken = rows.iter().filter(|row| row.findings.is_some_and(|findings| findings.errors > 0));
        let details = broken.take(TENANTS).filter_map(|row| self.engine.tenant(&row.id));
        let errors: Vec<Diagnostic> = details.flat_map(|detail| detail.problems).filter(Diagnostic::is_error).collect();
        if !errors.is_empty() {
            self.tell_problems(&unique(errors));
        }
    }
}

impl Observer for Talk {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Edited(edit) => self.edited(edit),
            Event::Checked(checked) => self.checked(checked),
            Event::Watching => {}
            Event::Polling { reason } => {
                if display::shows(&self.global, Severity::Warning) && self.global.format == Format::Human {
                    let text = format!("changes are looked for again and again instead of being told: {reason}\n");
                    terminal::write(Stream::Error, &text);
                }
            }
        }
    }
}

/// Tenants that share a mistake tell it once.
fn unique(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    problems.into_iter().filter(|problem| seen.insert(problem.key())).collect()
}

fn groups(groups: &[TouchedGroup]) -> String {
    let mut sorted: Vec<&TouchedGroup> = groups.iter().collect();
    sorted.sort_by_key(|group| std::cmp::Reverse(group.tenants));
    let line = |group: &&TouchedGroup| {
        let name = if group.group.is_empty() { "sites/".to_owned() } else { format!("sites/{}/", group.group) };
        format!("  {name}: {}\n", size(group.tenants, group.pages))
    };
    let mut text: String = sorted.iter().take(GROUPS).map(line).collect();
    if sorted.len() > GROUPS {
        text.push_str(&format!("  and {} more\n", count(sorted.len() - GROUPS, "group")));
    }
    text
}

#[derive(Serialize)]
struct EditView<'e> {
    files: &'e [String],
    tenants: usize,
    pages: usize,
    groups: Vec<GroupView<'e>>,
    milliseconds: u128,
    errors: usize,
}

#[derive(Serialize)]
struct GroupView<'e> {
    group: &'e str,
    tenants: usize,
    pages: usize,
}

impl<'e> From<&'e Edit> for EditView<'e> {
    fn from(edit: &'e Edit) -> EditView<'e> {
        let group =
            |group: &'e TouchedGroup| GroupView { group: &group.group, tenants: group.tenants, pages: group.pages };
        EditView {
            files: &edit.touched.files,
            tenants: edit.touched.tenants(),
            pages: edit.touched.pages(),
            groups: edit.touched.groups.iter().map(group).collect(),
            milliseconds: edit.took.as_millis(),
            errors: edit.problems.len(),
        }
    }
}
