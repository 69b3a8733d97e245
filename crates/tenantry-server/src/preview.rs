//! What the threads of a running server share: the sites, who looks at what, and the last change.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Instant, SystemTime};

use serde::Serialize;
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::{Digest, Digester};
use tenantry_core::name::TenantId;

use crate::access::Access;
use crate::observe::{Edit, Event as Told, Observer};
use crate::open::{Open, Sent};
use crate::page::is_page;
use crate::site::{Answer, Checked, Example, Sites, Touched};
use crate::stream::{Audience, Event, Streams};

/// Whether browsers are led to the page that was edited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Follow {
    /// They stay where they are.
    #[default]
    No,
    /// They are.
    Yes,
}

/// What the threads share.
pub(crate) struct Preview {
    pub(crate) sites: Arc<dyn Sites>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) streams: Streams,
    pub(crate) open: Open,
    pub(crate) access: Access,
    /// The tenant that stands at the root, instead of the dashboard.
    pub(crate) tenant: Option<TenantId>,
    pub(crate) port: u16,
    pub(crate) follow: Follow,
    /// Tells the builds of this run from those of another that had the same port.
    pub(crate) run: String,
    pub(crate) edits: AtomicU64,
    pub(crate) last: Mutex<Option<Arc<LastEdit>>>,
    pub(crate) checked: Mutex<Checked>,
    /// Whether it is known how changes are found out. Before that, files as young as the look at them are taken for
    /// changed.
    pub(crate) is_settled: AtomicBool,
}

/// The last change, with the pages that stand for all that it touches, once somebody wants to see them.
pub(crate) struct LastEdit {
    pub(crate) edit: Edit,
    examples: OnceLock<Vec<Example>>,
}

/// What pages are told of a page.
#[derive(Serialize)]
struct PageTold<'p> {
    build: String,
    path: &'p str,
    digest: String,
    problems: usize,
}

impl Preview {
    /// What the present state of the sources is called.
    pub(crate) fn build(&self) -> String {
        format!("{}-{}", self.run, self.edits.load(Ordering::SeqCst))
    }

    /// What a stream is told first.
    pub(crate) fn hello(&self) -> Event {
        #[derive(Serialize)]
        struct Hello {
            build: String,
        }
        Event::new("hello", &Hello { build: self.build() })
    }

    /// What stands at a path, remembered as being looked at.
    pub(crate) fn show(&self, tenant: &TenantId, path: &str) -> Answer {
        let answer = self.sites.answer(tenant, path);
        if matches!(answer.status, 200 | 404 | 500) {
            self.open.note(tenant, path, sent(&answer));
        }
        answer
    }

    /// Has the sites look at files, and tells whom it concerns. Whether anything changed.
    pub(crate) fn changed(&self, paths: Option<&[PathBuf]>) -> bool {
        let (at, started) = (SystemTime::now(), Instant::now());
        let touched = self.sites.changed(paths);
        if touched.is_nothing() {
            return false;
        }
        let number = self.edits.fetch_add(1, Ordering::SeqCst) + 1;
        self.tell_pages(&touched);
        if !self.is_settled.load(Ordering::SeqCst) {
            return true;
        }
        let took = started.elapsed();
        let problems = self.sites.problems(&touched);
        let edit = Edit { number, at, took, touched, problems };
        let last = Arc::new(LastEdit { edit, examples: OnceLock::new() });
        *lock(&self.last) = Some(Arc::clone(&last));
        self.observer.event(Told::Edited(&last.edit));
        self.streams.tell(&Audience::Dashboard, &Event::new("edit", &number));
        true
    }

    /// Tells pages that are looked at what differs in them.
    fn tell_pages(&self, touched: &Touched) {
        for tenant in self.streams.tenants().into_iter().filter(|tenant| touched.open.contains(tenant)) {
            let audience = Audience::Tenant(tenant.clone());
            let mut assets = Vec::new();
            for (path, before) in self.open.of(&tenant) {
                match self.compare(&tenant, &path, before) {
                    Some(event) if before.is_page => self.streams.tell(&audience, &event),
                    Some(_) => assets.push(path),
                    None => {}
                }
            }
            if !assets.is_empty() {
                self.streams.tell(&audience, &Event::new("assets", &assets));
            }
        }
        self.lead(touched);
    }

    /// Compares what was sent for a path with what stands there now; tells what differs.
    fn compare(&self, tenant: &TenantId, path: &str, before: Sent) -> Option<Event> {
        let answer = self.sites.answer(tenant, path);
        let now = sent(&answer);
        if !before.is_page && answer.status != 200 {
            // An asset that has another name now; the page that names it is told.
            self.open.forget(tenant, path);
            return None;
        }
        if (now.digest, now.problems) == (before.digest, before.problems) {
            return None;
        }
        self.open.note(tenant, path, now);
        let (digest, problems) = (answer.digest.to_string(), answer.problems.len());
        Some(Event::new("page", &PageTold { build: self.build(), path, digest, problems }))
    }

    /// Leads browsers to the page that was edited, where that is wanted.
    fn lead(&self, touched: &Touched) {
        #[derive(Serialize)]
        struct There<'p> {
            tenant: &'p str,
            path: &'p str,
        }
        if self.follow == Follow::No {
            return;
        }
        let Some((tenant, path)) = self.sites.page_about(touched) else { return };
        let event = Event::new("follow", &There { tenant: tenant.as_str(), path: &path });
        for listener in self.streams.tenants() {
            self.streams.tell(&Audience::Tenant(listener), &event);
        }
        self.streams.tell(&Audience::Dashboard, &event);
    }

    /// The last change.
    pub(crate) fn last(&self) -> Option<Arc<LastEdit>> {
        lock(&self.last).clone()
    }

    /// Tells how far the look at all tenants is, if that has changed.
    pub(crate) fn tell_checked(&self) {
        let now = self.sites.checked();
        let was = std::mem::replace(&mut *lock(&self.checked), now);
        if was != now {
            self.observer.event(Told::Checked(now));
            self.streams.tell(&Audience::Dashboard, &Event::new("checked", &()));
        }
    }
}

impl LastEdit {
    /// Some of the pages that it touches, as long as it is the last change.
    pub(crate) fn examples(&self, sites: &dyn Sites) -> &[Example] {
        self.examples.get_or_init(|| sites.examples(&self.edit.touched))
    }
}

/// What an answer is known by.
fn sent(answer: &Answer) -> Sent {
    Sent { digest: answer.digest, problems: problems_digest(&answer.problems), is_page: is_page(answer) }
}

fn problems_digest(problems: &[Diagnostic]) -> Digest {
    let digest = problems.iter().fold(Digester::new(), |digester, problem| {
        let (file, start, code, message) = problem.key();
        digester.with(file).with(start.to_le_bytes()).with(code.as_bytes()).with(message)
    });
    digest.finish()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
