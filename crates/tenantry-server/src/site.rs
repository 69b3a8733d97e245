//! What a preview server shows: the trait that the engine of the preview implements, and the values that it gives.
//!
//! Nothing of HTTP is known behind it, and nothing of layers, documents or themes in front of it. Whatever text stands
//! in these values is plain: it is escaped where it lands.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::name::TenantId;

/// The tenants of a workspace as they would be published now. Every method may be called from several threads at once.
pub trait Sites: Send + Sync {
    /// Which tenant has this host, given in lower case and without a port: `<id>.localhost`, or its real domain. Else
    /// the closest names, as ids.
    fn by_host(&self, host: &str) -> Result<TenantId, Vec<String>>;

    /// What stands at a path of a tenant's site, now: the page rendered from the current sources, a static file, a
    /// redirect, the page of 404. The path begins with `/`, is decoded, and holds neither `..` nor an empty segment but
    /// the last. It begins at the root of the host, so it includes the path of the tenant's address, if that has one.
    fn answer(&self, tenant: &TenantId, path: &str) -> Answer;

    /// Where the values of the page at a path come from. It is asked for when somebody wants to know.
    fn provenance(&self, tenant: &TenantId, path: &str) -> Vec<Origin>;

    /// All tenants, for the dashboard, sorted by id.
    fn tenants(&self) -> Vec<TenantRow>;

    /// One tenant, for the dashboard.
    fn tenant(&self, tenant: &TenantId) -> Option<TenantDetail>;

    /// Files that changed below the workspace, as paths seen from it; `None` asks to look at everything. Tells what
    /// that touches. It is never called twice at once.
    fn changed(&self, paths: Option<&[PathBuf]>) -> Touched;

    /// What is wrong since the last change, as far as that is known without looking at all that it touches.
    fn problems(&self, touched: &Touched) -> Vec<Diagnostic>;

    /// What is wrong with what tenants share, and with files that are nobody's.
    fn shared_problems(&self) -> Vec<Diagnostic>;

    /// A chosen few of the pages that the last change touched, each before and after it.
    fn examples(&self, touched: &Touched) -> Vec<Example>;

    /// The page that the last change is about, if it is about one.
    fn page_about(&self, touched: &Touched) -> Option<(TenantId, String)>;

    /// How far the look at all tenants is, which goes on in the background.
    fn checked(&self) -> Checked;

    /// Whether each change is told by [`Sites::changed`] from now on. Until then sources are looked at when they are
    /// needed.
    fn watched(&self, watching: Watching);
}

/// Whether changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watching {
    /// They are not, or not all.
    Incomplete,
    /// They are.
    Complete,
}

/// What stands at a path.
#[derive(Debug, Clone)]
pub struct Answer {
    /// 200, 301, 302, 404, or 500 if there is no good version at all.
    pub status: u16,
    /// Those of `_headers`, the media type, and where a redirect leads.
    pub headers: Vec<(String, String)>,
    /// The bytes, as they would be published.
    pub body: Arc<[u8]>,
    /// The digest of the body.
    pub digest: Digest,
    /// What made this the last good version instead of the present one; the overlay shows it.
    pub problems: Vec<Diagnostic>,
    /// Why it was rendered.
    pub why: String,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The dotted key, or what else it is: `vars.platform`, `document`.
    pub key: String,
    /// The value as it is written.
    pub value: String,
    /// The layer that gives it.
    pub layer: String,
    /// Its file, seen from the workspace.
    pub file: String,
    /// The line, if it is not the whole file.
    pub line: Option<usize>,
}

/// A tenant in the list of all.
#[derive(Debug, Clone)]
pub struct TenantRow {
    /// Its id.
    pub id: TenantId,
    /// The group that it belongs to, seen from `sites/`; empty for none.
    pub group: String,
    /// The name that its pages show.
    pub name: String,
    /// Where it is published.
    pub address: String,
    /// Its languages, the default one first.
    pub languages: Vec<String>,
    /// How many errors and warnings it has, once it was looked at.
    pub findings: Option<Findings>,
    /// When one of its own files changed last.
    pub changed: Option<SystemTime>,
}

/// How much is wrong with a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Findings {
    /// What keeps it from being built.
    pub errors: usize,
    /// What someone should look at.
    pub warnings: usize,
}

/// A tenant by itself.
#[derive(Debug, Clone)]
pub struct TenantDetail {
    /// As in the list.
    pub row: TenantRow,
    /// Its pages, in all languages.
    pub pages: Vec<PageRow>,
    /// Its layers, the strongest first.
    pub layers: Vec<LayerRow>,
    /// What was found in it.
    pub problems: Vec<Diagnostic>,
}

/// A page of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRow {
    /// What the page is called in every language and tenant: `cookies`.
    pub page: String,
    /// Its language.
    pub lang: String,
    /// Where it stands on the tenant's host: `/en/cookies/`.
    pub path: String,
    /// Its title.
    pub title: String,
}

/// A layer of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerRow {
    /// The layer: `sites/ods`.
    pub layer: String,
    /// How many keys and documents it gives.
    pub gives: usize,
    /// Those that take the place of another layer's.
    pub overrides: Vec<Override>,
}

/// A value that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The value.
    pub origin: Origin,
    /// The layer whose value it hides.
    pub hides: String,
}

/// What a change touches.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// The files that differ, seen from the workspace, as far as they are known.
    pub files: Vec<String>,
    /// Tenants and pages, by group, sorted.
    pub groups: Vec<TouchedGroup>,
    /// The tenants that were asked for before and may be others now.
    pub open: Vec<TenantId>,
    /// Some of the tenants, which stand for the others.
    pub some: Vec<TenantId>,
}

impl Touched {
    /// Whether nothing changed.
    pub fn is_nothing(&self) -> bool {
        self.files.is_empty() && self.groups.is_empty() && self.open.is_empty()
    }

    /// How many tenants.
    pub fn tenants(&self) -> usize {
        self.groups.iter().map(|group| group.tenants).sum()
    }

    /// How many pages.
    pub fn pages(&self) -> usize {
        self.groups.iter().map(|group| group.pages).sum()
    }
}

/// What a change touches of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedGroup {
    /// The group, seen from `sites/`; empty for tenants that have none.
    pub group: String,
    /// How many tenants.
    pub tenants: usize,
    /// How many pages.
    pub pages: usize,
}

/// A page before and after a change.
#[derive(Debug, Clone)]
pub struct Example {
    /// Why it was chosen.
    pub kinds: Vec<ExampleKind>,
    /// Whose page it is.
    pub tenant: TenantId,
    /// The path on the tenant's host.
    pub path: String,
    /// The page before; nothing if it was not there.
    pub before: Option<Arc<[u8]>>,
    /// The page after; nothing if it is gone.
    pub after: Option<Arc<[u8]>>,
}

/// Why a page stands for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleKind {
    /// Its tenant has the fewest pages.
    Fewest,
    /// Its tenant has the most pages.
    Most,
    /// Its tenant overrides something.
    Overriding,
    /// Its tenant overrides nothing.
    Plain,
}

impl ExampleKind {
    /// In a word or two.
    pub fn as_str(self) -> &'static str {
        match self {
            ExampleKind::Fewest => "fewest pages",
            ExampleKind::Most => "most pages",
            ExampleKind::Overriding => "with an override",
            ExampleKind::Plain => "without an override",
        }
    }
}

/// How far the look at all tenants is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Tenants that were looked at.
    pub done: usize,
    /// All tenants.
    pub all: usize,
}
