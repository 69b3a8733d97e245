//! From what layers say to the register of a tenant: every row has its cookie, every cookie its category.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::duration::Duration;
use crate::language::{Category, Column, Kind, Lang, Party, Words};
use crate::layer::{Chain, Combine, LocalText, Origin, Sourced};
use crate::lint::{Found, Wanted};
use crate::name::{CookieId, ProviderId, TableId};
use crate::register::size::{LARGEST_REGISTER, written_size};
use crate::register::spec::{ByPlace, CategorySpec, CookieSpec, DurationSpec, Labels, RegisterSpec, TableSpec};
use crate::register::{Host, NamePattern};
use crate::suggest::{Suggestions, did_you_mean};

/// The register of a tenant: the tables it shows, in the order in which layers name them.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Every table, those without rows too.
    pub tables: Vec<Table>,
    /// What rules ask of the pages that show it, once somebody has asked.
    pub(crate) wanted: OnceLock<Wanted>,
}

/// A table: an ordered choice of cookies, and the columns to show.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its id.
    pub id: TableId,
    /// Its caption.
    pub title: LocalText,
    /// A paragraph before it.
    pub intro: LocalText,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Labels that differ from the built-in ones.
    pub labels: Labels,
    /// Its rows.
    pub rows: Vec<Arc<Cookie>>,
}

/// Who sets a cookie.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// Its name.
    pub name: LocalText,
    /// Where it presents itself.
    pub url: Option<Arc<str>>,
    /// Its privacy policy.
    pub privacy: Option<Arc<str>>,
    /// Its country.
    pub country: Option<Arc<str>>,
}

/// A category, with the publisher's own word for it where there is one.
#[derive(Debug, Clone)]
pub struct CategoryOf {
    /// The fixed category.
    pub is: Category,
    /// The publisher's word.
    pub label: LocalText,
}

impl Register {
    /// Every cookie of its tables once, in the order in which they name it first.
    pub fn cookies(&self) -> Vec<&Arc<Cookie>> {
        let mut seen = BTreeSet::new();
        let rows = self.tables.iter().flat_map(|table| &table.rows);
        rows.filter(|cookie| seen.insert(&cookie.id)).collect()
    }

    /// Whether what is known of a cookie depends on the tenant's own addresses.
    pub fn parties_depend_on_covers(&self) -> bool {
        self.cookies().iter().any(|cookie| cookie.party.is_none() && !cookie.hosts.is_empty())
    }

    /// Whether a table shows what depends on the tenant's own addresses, and so cannot be shared.
    pub fn depends_on_covers(&self) -> bool {
        self.tables.iter().any(|table| table.columns.contains(&Column::Party))
    }
}

impl CategoryOf {
    /// What pages call it.
    pub fn label(&self, lang: Lang) -> &str {
        self.label.text(lang).unwrap_or_else(|| Words::or_english(lang).category(self.is))
    }
}

/// A cookie as layers leave it: decided, with what was found.
#[derive(Debug, Clone)]
pub struct SettledCookie {
    /// The cookie.
    pub cookie: Arc<Cookie>,
    /// What is wrong with its entry.
    pub diagnostics: Vec<Diagnostic>,
}

/// Cookies that are decided already, since a tenant leaves them as they are.
pub type Inherited<'i> = dyn Fn(&CookieId, &Arc<CookieSpec>) -> Option<Arc<SettledCookie>> + 'i;

/// A cookie, decided.
#[derive(Debug, Clone)]
pub struct Cookie {
    /// Its id.
    pub id: CookieId,
    /// Where its entry begins.
    pub declared: Origin,
    /// Its names; empty if it is known by its hosts only.
    pub names: Vec<NamePattern>,
    /// The hosts that set or read it.
    pub hosts: Vec<Host>,
    /// Who sets it; `None` if the provider has no entry.
    pub provider: Option<Provider>,
    /// Its category; `None` if nothing was said.
    pub category: Option<CategoryOf>,
    /// What kind of tracker it is.
    pub kind: Kind,
    /// First or third party, if said.
    pub party: Option<Party>,
    /// The service it belongs to.
    pub service: LocalText,
    /// What it is for.
    pub purpose: LocalText,
    /// Where it is used.
    pub location: LocalText,
    /// Where to learn more.
    pub link: LocalText,
    /// Where to refuse it.
    pub opt_out: LocalText,
    /// Its legal basis.
    pub legal_basis: LocalText,
    /// How long it is kept.
    pub duration: Option<Duration>,
    /// Whether it is an upper bound.
    pub duration_is_bound: bool,
    /// How long it is kept in some places; `other` is everywhere else.
    pub duration_by_place: ByPlace,
    /// Text instead of a duration.
    pub duration_text: LocalText,
    /// How long its data is kept.
    pub data_retention: Option<Duration>,
    /// Literal cells.
    pub cells: IndexMap<Column, LocalText>,
    /// The entry as written, for facts that no page shows.
    pub written: Arc<CookieSpec>,
    /// The same for machines, once somebody has asked for it in some languages.
    pub(crate) json: OnceLock<(Vec<Lang>, String)>,
    /// What rules find in it, for some languages, once somebody has asked.
    pub(crate) lint: OnceLock<(Vec<Lang>, Arc<[Found]>)>,
}

/// Decides a register. Mistakes are reported at the layer that made them; a register with errors is no register.
pub fn settle_register(
    (spec, chain): (&RegisterSpec, &Chain),
    inherited: &Inherited<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Register> {
    let mut settling = Settling::new((spec, chain), inherited, diagnostics);
    let tables: Vec<Table> = spec.tables.iter().map(|(id, table)| settling.table(id, table)).collect();
    (!settling.failed).then_some(Register { tables, wanted: OnceLock::new() })
}

/// Decides one cookie of a register.
pub fn settle_cookie(
    (spec, chain): (&RegisterSpec, &Chain),
    id: &CookieId,
    written: &Arc<CookieSpec>,
) -> SettledCookie {
    let mut diagnostics = Vec::new();
    let cookie = Settling::new((spec, chain), &|_, _| None, &mut diagnostics).cookie(id, written);
    let cookie = Arc::new(cookie);
    SettledCookie { cookie, diagnostics }
}

struct Settling<'s> {
    spec: &'s RegisterSpec,
    chain: &'s Chain,
    inherited: &'s Inherited<'s>,
    diagnostics: &'s mut Vec<Diagnostic>,
    /// Cookies decided so far: a cookie of two tables is decided, and complained about, once.
    cookies: IndexMap<CookieId, Option<Arc<Cookie>>>,
    /// What the tables decided so far have when they are written.
    size: usize,
    suggestions: Suggestions,
    failed: bool,
}

impl<'s> Settling<'s> {
    fn new(
        (spec, chain): (&'s RegisterSpec, &'s Chain),
        inherited: &'s Inherited<'s>,
        diagnostics: &'s mut Vec<Diagnostic>,
    ) -> Settling<'s> {
        let (cookies, suggestions) = (IndexMap::new(), Suggestions::default());
        Settling { spec, chain, inherited, diagnostics, cookies, size: 0, suggestions, failed: false }
    }

    fn report(&mut self, origin: Origin, diagnostic: Diagnostic) {
        self.failed |= diagnostic.is_error();
        let placed = match self.chain.place(origin) {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        };
        self.diagnostics.push(placed);
    }

    fn table(&mut self, id: &TableId, spec: &TableSpec) -> Table {
        let like = spec.like.as_ref().and_then(|like| self.like(id, like));
        let columns = spec.columns.as_ref().or(like.as_ref().and_then(|like| like.columns.as_ref()));
        let columns = match columns {
            Some(columns) => columns.value.iter().map(|column| column.value).collect(),
            None => vec![Column::Name, Column::Provider, Column::Purpose, Column::Duration],
        };
        let taken = like.map(|like| like.labels.clone()).unwrap_or_default();
        let labels = spec.labels.clone().over(&taken.over(&self.spec.labels));
        let rows: Vec<_> = spec.sourced_rows().into_iter().cloned().collect();
        self.equal_names(&rows);
        self.unused_edits(spec);
        if !rows.is_empty() && spec.title.texts().all(|title| title.value.trim().is_empty()) {
            let message = format!("the table `{id}` has no title, which is its caption: its id is shown instead");
            let origin = rows[0].origin;
            let hint = format!("say what it holds: table.{id}.title = \"…\"");
            self.report(origin, Diagnostic::warning("a11y-caption", message).hint(hint));
        }
        let table = Table {
            id: id.clone(),
            title: spec.title.clone(),
            intro: spec.intro.clone(),
            columns,
            labels,
            rows: rows.iter().filter_map(|row| self.row(row)).collect(),
        };
        self.too_large(&table, rows.first().map(|row| row.origin).unwrap_or_default());
        table
    }

    /// The first table by which the register becomes too large to be written.
    fn too_large(&mut self, table: &Table, origin: Origin) {
        let before = self.size;
        self.size = self.size.saturating_add(written_size(table));
        if before <= LARGEST_REGISTER && self.size > LARGEST_REGISTER {
            let message = format!(
                "with the table `{}` the tables have more than {LARGEST_REGISTER} bytes, at most that many are allowed",
                table.id
            );
            let hint = "a label, a provider's name and a category's label stand in every row: shorten them, or show fewer rows";
            self.report(origin, Diagnostic::error("table-too-large", message).hint(hint));
        }
    }

    /// Two cookies of one name on one host are one cookie, described twice.
    fn equal_names(&mut self, rows: &[Sourced<CookieId>]) {
        let mut seen = BTreeSet::new();
        for row in rows {
            let Some(spec) = self.spec.cookies.get(&row.value) else { continue };
            let (Some(names), Some(hosts)) = (&spec.names, &spec.hosts) else { continue };
            let is_new = seen.insert((&names.value, &hosts.value));
            if !names.value.is_empty() && !is_new {
                let message = format!("`{}` has the names and hosts of another row", row.value);
                self.report(names.origin, Diagnostic::warning("dup-name", message).of_cookie(&row.value));
            }
        }
    }

    /// The table that `like` names; a table that is itself like another is refused, so that nobody searches in circles.
    fn like(&mut self, id: &TableId, like: &Sourced<TableId>) -> Option<Arc<TableSpec>> {
        let found = self.spec.tables.get(&like.value).cloned();
        let problem = match &found {
            None => {
                let hint = did_you_mean(like.value.as_str(), self.spec.tables.keys().map(TableId::as_str));
                Some(Diagnostic::error("unknown-table", format!("there is no table `{}`", like.value)).hint_maybe(hint))
            }
            Some(_) if like.value == *id => {
                Some(Diagnostic::error("like-of-like", "a table cannot be like itself").hint("name another table"))
            }
            Some(other) if other.like.is_some() => Some(
                Diagnostic::error(
                    "like-of-like",
                    format!("the table `{}` takes its own columns from another", like.value),
                )
                .hint("name the table that has the columns"),
            ),
            Some(_) => None,
        };
        match problem {
            Some(problem) => {
                self.report(like.origin, problem);
                None
            }
            None => found,
        }
    }

    /// `drop` of a row that is not there is a mistake; a list that lacks rows of the list it hides deserves a note.
    fn unused_edits(&mut self, spec: &TableSpec) {
        let rows = spec.rows.iter().flat_map(|rows| rows.value.iter()).chain(&spec.add);
        let rows: BTreeSet<&CookieId> = rows.map(|row| &row.value).collect();
        let listed = |id: &CookieId| rows.contains(id);
        for dropped in spec.drop.iter().filter(|dropped| !listed(&dropped.value)) {
            let known = spec.rows.iter().flat_map(|rows| rows.value.iter()).map(|row| row.value.as_str());
            let hint = self.suggestions.did_you_mean(dropped.value.as_str(), known);
            let message = format!("`{}` is dropped, but the table does not have it", dropped.value);
            self.report(dropped.origin, Diagnostic::warning("drop-of-nothing", message).hint_maybe(hint));
        }
        for repeated in spec.repeated_rows() {
            let message = format!("`{}` is in the table already, so it is shown once", repeated.value);
            self.report(repeated.origin, Diagnostic::warning("dup-row", message));
        }
        let Some(rows) = &spec.rows else { return };
        let missing: Vec<&str> = spec.hidden_rows.iter().filter(|id| !listed(id)).map(CookieId::as_str).collect();
        if !missing.is_empty() {
            let message = format!("this list hides the group's, and lacks {}", missing.join(", "));
            self.report(
                rows.origin,
                Diagnostic::note("rows-pinned", message).hint("`add` and `drop` follow the group's list"),
            );
        }
    }

    fn row(&mut self, row: &Sourced<CookieId>) -> Option<Arc<Cookie>> {
        if let Some(settled) = self.cookies.get(&row.value) {
            return settled.clone();
        }
        let settled = match self.spec.cookies.get(&row.value).cloned() {
            Some(spec) => Some(match (self.inherited)(&row.value, &spec) {
                Some(settled) => {
                    self.failed |= settled.diagnostics.iter().any(Diagnostic::is_error);
                    self.diagnostics.extend(settled.diagnostics.iter().cloned());
                    Arc::clone(&settled.cookie)
                }
                None => Arc::new(self.cookie(&row.value, &spec)),
            }),
            None => {
                let known = self.spec.cookies.keys().map(CookieId::as_str);
                let hint = self
                    .suggestions
                    .did_you_mean(row.value.as_str(), known)
                    .or_else(|| Some(format!("describe it: [cookie.{}.{}]", row.value.provider(), row.value.slug())));
                let message = format!("there is no cookie `{}` in the catalogue", row.value);
                self.report(row.origin, Diagnostic::error("unknown-cookie", message).hint_maybe(hint));
                None
            }
        };
        self.cookies.insert(row.value.clone(), settled.clone());
        settled
    }

    fn cookie(&mut self, id: &CookieId, spec: &Arc<CookieSpec>) -> Cookie {
        let names = match &spec.names {
            Some(names) => names.value.clone(),
            None => vec![NamePattern::Exact(id.slug().into())],
        };
        let hosts = spec.hosts.as_ref().map(|hosts| hosts.value.clone()).unwrap_or_default();
        if names.is_empty() && hosts.is_empty() {
            let message = format!("the cookie `{id}` has neither a name nor a host");
            let hint = "give it `names`, or `hosts = [\".example.org\"]`";
            let origin = spec.names.as_ref().map_or(spec.declared, |names| names.origin);
            self.report(origin, Diagnostic::error("nameless-cookie", message).hint(hint));
        }
        let DurationSpec { is, text, bound, by, .. } = &spec.duration;
        Cookie {
            id: id.clone(),
            declared: spec.declared,
            names,
            hosts,
            provider: self.provider(id, spec),
            category: spec.category.as_ref().and_then(|category| self.category(category)),
            kind: spec.kind.as_ref().map_or(Kind::Http, |kind| kind.value),
            party: spec.party.as_ref().map(|party| party.value),
            service: spec.service.clone(),
            purpose: spec.purpose.clone(),
            location: spec.location.clone(),
            link: spec.link.clone(),
            opt_out: spec.opt_out.clone(),
            legal_basis: spec.legal_basis.clone(),
            duration: is.as_ref().map(|is| is.value),
            duration_is_bound: bound.as_ref().is_some_and(|bound| bound.value),
            duration_by_place: by.as_ref().map(|by| by.value.clone()).unwrap_or_default(),
            duration_text: text.clone(),
            data_retention: spec.data_retention.as_ref().map(|found| found.value),
            cells: spec.cell.clone(),
            written: Arc::clone(spec),
            json: OnceLock::new(),
            lint: OnceLock::new(),
        }
    }

    fn provider(&mut self, id: &CookieId, spec: &CookieSpec) -> Option<Provider> {
        match self.spec.providers.get_key_value(id.provider()) {
            Some((provider, spec)) if !spec.name.is_empty() => {
                let text = |field: &Option<Sourced<Arc<str>>>| field.as_ref().map(|field| Arc::clone(&field.value));
                Some(Provider {
                    id: provider.clone(),
                    name: spec.name.clone(),
                    url: text(&spec.url),
                    privacy: text(&spec.privacy),
                    country: text(&spec.country),
                })
            }
            _ => {
                let known = self.spec.providers.keys().map(ProviderId::as_str);
                let hint = self
                    .suggestions
                    .did_you_mean(id.provider(), known)
                    .unwrap_or_else(|| format!("say who it is: [provider.{}] name = \"…\"", id.provider()));
                let message =
                    format!("the provider `{}` of `{id}` has no name, so its cell stays empty", id.provider());
                self.report(spec.declared, Diagnostic::warning("unknown-provider", message).hint(hint));
                None
            }
        }
    }

    fn category(&mut self, word: &Sourced<Arc<str>>) -> Option<CategoryOf> {
        if let Some(CategorySpec { is, label }) = self.spec.categories.get(&word.value) {
            if let Some(is) = is {
                return Some(CategoryOf { is: is.value, label: label.clone() });
            }
            if let Some(is) = Category::from_word(&word.value) {
                return Some(CategoryOf { is, label: label.clone() });
            }
        } else if let Some(is) = Category::from_word(&word.value) {
            return Some(CategoryOf { is, label: LocalText::default() });
        }
        let own = self.spec.categories.keys().map(|word| &**word);
        let known = own.chain(Category::ALL.iter().map(|category| category.as_str()));
        let hint = self.suggestions.did_you_mean(&word.value, known).unwrap_or_else(|| {
            format!("say what it means: [category] {} = {{ is = \"analytics\", label.fr = \"…\" }}", word.value)
        });
        self.report(
            word.origin,
            Diagnostic::error("unknown-category", format!("there is no category `{}`", word.value)).hint(hint),
        );
        None
    }
}
