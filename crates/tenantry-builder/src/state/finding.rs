//! Findings as they are kept: a warning of a tenant that is not read again is told again all the same.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tenantry_core::diagnostic::{Diagnostic, Severity, Subject};
use tenantry_core::path::SourcePath;
use tenantry_core::source::{Place, Source};

use crate::disk;

/// A finding without the text that it points into, which is read again to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct StoredFinding {
    severity: Severity,
    code: String,
    message: Box<str>,
    subject: StoredSubject,
    related: Vec<(StoredPlace, String)>,
    hint: Option<Box<str>>,
    confidential: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum StoredSubject {
    Place(StoredPlace),
    File(String),
    Run,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct StoredPlace {
    path: String,
    start: u32,
    end: u32,
}

impl StoredPlace {
    /// `None` for a place in a setting of the command line, which is no file, and for one in a roster, which may be
    /// elsewhere in it next time.
    fn of(place: &Place, roster: Option<&SourcePath>) -> Option<StoredPlace> {
        let path = place.source.path();
        let is_file = ["sites/", "themes/"].iter().any(|folder| path.as_str().starts_with(folder));
        let stays = is_file && Some(path) != roster;
        stays.then(|| StoredPlace { path: path.to_string(), start: place.span.start, end: place.span.end })
    }
}

impl StoredFinding {
    /// A finding to be kept; `None` if it points into something that will not be there. `roster` is the file that the
    /// tenant is a row of, if it is.
    pub(crate) fn of(finding: &Diagnostic, roster: Option<&SourcePath>) -> Option<StoredFinding> {
        // Only what is found anew is held against exceptions for cookies.
        let Diagnostic { severity, code, message, subject, related, hint, confidential, cookie: _ } = finding;
        let subject = match subject {
            Subject::Place(place) => StoredSubject::Place(StoredPlace::of(place, roster)?),
            // That of a tenant of a roster is told at its row.
            Subject::File(file) if roster.is_some_and(|roster| roster.as_str() == file) => return None,
            Subject::File(file) => StoredSubject::File(file.clone()),
            Subject::Run => StoredSubject::Run,
        };
        let related = related.iter().map(|(place, text)| Some((StoredPlace::of(place, roster)?, text.clone())));
        Some(StoredFinding {
            severity: *severity,
            code: code.to_string(),
            message: message.clone(),
            subject,
            related: related.collect::<Option<_>>()?,
            hint: hint.clone(),
            confidential: *confidential,
        })
    }
}

/// Makes findings of kept ones again, reading each file that they point into once.
#[derive(Debug)]
pub(crate) struct Restorer<'r> {
    root: &'r Path,
    sources: Mutex<BTreeMap<String, Option<Arc<Source>>>>,
}

impl<'r> Restorer<'r> {
    /// For the workspace at `root`.
    pub(crate) fn new(root: &'r Path) -> Restorer<'r> {
        Restorer { root, sources: Mutex::default() }
    }

    /// The finding. `None` if a file that it points into can no longer be read.
    pub(crate) fn restore(&self, stored: &StoredFinding) -> Option<Diagnostic> {
        let subject = match &stored.subject {
            StoredSubject::Place(place) => Subject::Place(self.place(place)?),
            StoredSubject::File(file) => Subject::File(file.clone()),
            StoredSubject::Run => Subject::Run,
        };
        let related = stored.related.iter().map(|(place, text)| Some((self.place(place)?, text.clone())));
        Some(Diagnostic {
            severity: stored.severity,
            code: Cow::Owned(stored.code.clone()),
            message: stored.message.clone(),
            subject,
            related: related.collect::<Option<_>>()?,
            hint: stored.hint.clone(),
            confidential: stored.confidential,
            cookie: None,
        })
    }

    fn place(&self, place: &StoredPlace) -> Option<Place> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let source = sources.entry(place.path.clone()).or_insert_with(|| {
            let path = SourcePath::named(&place.path);
            let text = disk::read_source_text(self.root, &path, disk::LARGEST_TEXT).ok()?;
            Some(Source::new(path, text))
        });
        Some(Place::new(source.as_ref()?, place.start as usize..place.end as usize))
    }
}

#[cfg(test)]
mod tests {
    use tenantry_testkit::Workspace;

    use super::*;

    #[test]
    fn a_finding_is_restored_as_it_was() {
        let workspace = Workspace::from_text("//- /sites/a/site.toml\nname = \"A\"\nvars.x = 1\n");
        let path = SourcePath::named("sites/a/site.toml");
        let source = Source::new(path, workspace.read("sites/a/site.toml"));
        let finding = Diagnostic::warning("unused-value", "no page uses `vars.x`")
            .at(Place::new(&source, 11..17))
            .related(Place::new(&source, 0..4), "here")
            .hint("remove it");
        let stored = StoredFinding::of(&finding, None).unwrap();
        let restorer = Restorer::new(workspace.path());
        assert_eq!(restorer.restore(&stored), Some(finding.clone()));
        workspace.remove("sites/a/site.toml");
        assert_eq!(Restorer::new(workspace.path()).restore(&stored), None);
        assert_eq!(StoredFinding::of(&finding, Some(source.path())), None, "the row may be elsewhere next time");
        let set = Source::new(SourcePath::named("--set"), "x = 1");
        assert_eq!(StoredFinding::of(&finding.at(Place::new(&set, 0..1)), None), None);
    }
}
