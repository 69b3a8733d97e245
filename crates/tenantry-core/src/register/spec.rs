//! What layers say of the register: every field optional, every value with its origin.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::duration::Duration;
use crate::language::{Category, Column, Kind, Party};
use crate::layer::{Combine, LocalText, Origin, Scalar, Sourced};
use crate::name::{CookieId, ProviderId, TableId};
use crate::register::{Host, NamePattern};

/// Column labels by column, then by language.
pub type Labels = IndexMap<Column, LocalText>;

/// Durations by place, in the order in which they were written; `other` is everywhere else.
pub type ByPlace = Vec<(Arc<str>, Duration)>;

/// The register of one layer, or of several combined.
#[derive(Debug, Clone, Default)]
pub struct RegisterSpec {
    /// `[provider.ID]`
    pub providers: IndexMap<ProviderId, Arc<ProviderSpec>>,
    /// `[cookie.PROVIDER.SLUG]`
    pub cookies: IndexMap<CookieId, Arc<CookieSpec>>,
    /// `[category]`
    pub categories: IndexMap<Arc<str>, CategorySpec>,
    /// `[table.ID]`
    pub tables: IndexMap<TableId, Arc<TableSpec>>,
    /// `label`, for all tables of the layer and below.
    pub labels: Labels,
}

/// Who sets a cookie.
#[derive(Debug, Clone, Default)]
pub struct ProviderSpec {
    /// Its name.
    pub name: LocalText,
    /// Where it presents itself.
    pub url: Option<Sourced<Arc<str>>>,
    /// Its privacy policy.
    pub privacy: Option<Sourced<Arc<str>>>,
    /// Its country.
    pub country: Option<Sourced<Arc<str>>>,
}

/// A publisher's own word for a category.
#[derive(Debug, Clone, Default)]
pub struct CategorySpec {
    /// The fixed category that it means.
    pub is: Option<Sourced<Category>>,
    /// How it is called.
    pub label: LocalText,
}

/// A catalogue entry.
#[derive(Debug, Clone, Default)]
pub struct CookieSpec {
    /// Where the entry begins in the strongest layer that speaks of it.
    pub declared: Origin,
    /// Its names; by default its slug.
    pub names: Option<Sourced<Vec<NamePattern>>>,
    /// A fixed category, or a word of `[category]`.
    pub category: Option<Sourced<Arc<str>>>,
    /// What kind of tracker it is; by default an HTTP cookie.
    pub kind: Option<Sourced<Kind>>,
    /// The service it belongs to.
    pub service: LocalText,
    /// What it is for.
    pub purpose: LocalText,
    /// How long it is kept.
    pub duration: DurationSpec,
    /// Who else sees it: the hosts that set or read it.
    pub hosts: Option<Sourced<Vec<Host>>>,
    /// Where to learn more.
    pub link: LocalText,
    /// Where it is used.
    pub location: LocalText,
    /// Where to refuse it.
    pub opt_out: LocalText,
    /// Its legal basis.
    pub legal_basis: LocalText,
    /// Literal cells, where the published text says something else than the fields.
    pub cell: IndexMap<Column, LocalText>,
    /// First or third party, where hosts do not tell.
    pub party: Option<Sourced<Party>>,
    /// What it does for the site: `session`, `csrf`, `audience` …
    pub role: Option<Sourced<Arc<str>>>,
    /// How long the data is kept, as opposed to the cookie.
    pub data_retention: Option<Sourced<Duration>>,
    /// Whether consent is needed, and why.
    pub consent: Option<Sourced<Scalar>>,
    /// Further fields of the register that exports read: `third_party_access`, `consent_mode`, `iab`.
    pub further: IndexMap<&'static str, Sourced<Scalar>>,
}

/// `duration`, as text or as a table of facts about it.
#[derive(Debug, Clone, Default)]
pub struct DurationSpec {
    /// The duration.
    pub is: Option<Sourced<Duration>>,
    /// Text instead of a duration: until an event, or as it was found.
    pub text: LocalText,
    /// Where it is known from.
    pub source: Option<Sourced<Arc<str>>>,
    /// Whether somebody has looked.
    pub verified: Option<Sourced<bool>>,
    /// Whether each visit extends it.
    pub refresh: Option<Sourced<bool>>,
    /// Whether it is an upper bound.
    pub bound: Option<Sourced<bool>>,
    /// By place; `other` is everywhere else.
    pub by: Option<Sourced<ByPlace>>,
}

/// `[table.ID]`
#[derive(Debug, Clone, Default)]
pub struct TableSpec {
    /// Its caption.
    pub title: LocalText,
    /// A paragraph before it.
    pub intro: LocalText,
    /// Its columns, in order.
    pub columns: Option<Sourced<Vec<Sourced<Column>>>>,
    /// Another table whose columns and labels it takes.
    pub like: Option<Sourced<TableId>>,
    /// Its labels.
    pub labels: Labels,
    /// Its rows, exactly these.
    pub rows: Option<Sourced<Vec<Sourced<CookieId>>>>,
    /// Rows added at the end.
    pub add: Vec<Sourced<CookieId>>,
    /// Rows taken out.
    pub drop: Vec<Sourced<CookieId>>,
    /// Rows that a stronger layer's `rows` hides, to tell the tenant what its own list lacks.
    pub hidden_rows: Vec<CookieId>,
}

impl RegisterSpec {
    /// Whether the layer says nothing of the register.
    pub fn is_empty(&self) -> bool {
        let RegisterSpec { providers, cookies, categories, tables, labels } = self;
        providers.is_empty() && cookies.is_empty() && categories.is_empty() && tables.is_empty() && labels.is_empty()
    }
}

impl crate::layer::IsEmpty for RegisterSpec {
    fn is_empty(&self) -> bool {
        RegisterSpec::is_empty(self)
    }
}

impl Combine for RegisterSpec {
    fn over(self, weaker: &Self) -> Self {
        let RegisterSpec { providers, cookies, categories, tables, labels } = self;
        RegisterSpec {
            providers: over_shared(providers, &weaker.providers),
            cookies: over_shared(cookies, &weaker.cookies),
            categories: categories.over(&weaker.categories),
            tables: over_shared(tables, &weaker.tables),
            labels: labels.over(&weaker.labels),
        }
    }
}

/// Entries that only one side has are shared, not copied.
fn over_shared<K, V>(stronger: IndexMap<K, Arc<V>>, weaker: &IndexMap<K, Arc<V>>) -> IndexMap<K, Arc<V>>
where
    K: Clone + Eq + std::hash::Hash,
    V: Combine + Clone,
{
    let mut combined = weaker.clone();
    for (key, value) in stronger {
        let value = match weaker.get(&key) {
            Some(below) => Arc::new(Arc::unwrap_or_clone(value).over(below)),
            None => value,
        };
        combined.insert(key, value);
    }
    combined
}

impl Combine for ProviderSpec {
    fn over(self, weaker: &Self) -> Self {
        let ProviderSpec { name, url, privacy, country } = self;
        ProviderSpec {
            name: name.over(&weaker.name),
            url: url.over(&weaker.url),
            privacy: privacy.over(&weaker.privacy),
            country: country.over(&weaker.country),
        }
    }
}

impl Combine for CategorySpec {
    fn over(self, weaker: &Self) -> Self {
        let CategorySpec { is, label } = self;
        CategorySpec { is: is.over(&weaker.is), label: label.over(&weaker.label) }
    }
}

impl Combine for DurationSpec {
    fn over(self, weaker: &Self) -> Self {
        // A new value does not inherit what was known of the old one.
        if self.is.is_some() || !self.text.is_empty() || self.by.is_some() {
            return self;
        }
        let DurationSpec { is: _, text: _, source, verified, refresh, bound, by: _ } = self;
        DurationSpec {
            is: weaker.is,
            text: weaker.text.clone(),
            source: source.over(&weaker.source),
            verified: verified.over(&weaker.verified),
            refresh: refresh.over(&weaker.refresh),
            bound: bound.over(&weaker.bound),
            by: weaker.by.clone(),
        }
    }
}

impl Combine for CookieSpec {
    fn over(self, weaker: &Self) -> Self {
        let CookieSpec {
            declared,
            names,
            category,
            kind,
            service,
            purpose,
            duration,
            hosts,
            link,
            location,
            opt_out,
            legal_basis,
            cell,
            party,
            role,
            data_retention,
            consent,
            further,
        } = self;
        CookieSpec {
            declared,
            names: names.over(&weaker.names),
            category: category.over(&weaker.category),
            kind: kind.over(&weaker.kind),
            service: service.over(&weaker.service),
            purpose: purpose.over(&weaker.purpose),
            duration: duration.over(&weaker.duration),
            hosts: hosts.over(&weaker.hosts),
            link: link.over(&weaker.link),
            location: location.over(&weaker.location),
            opt_out: opt_out.over(&weaker.opt_out),
            legal_basis: legal_basis.over(&weaker.legal_basis),
            cell: cell.over(&weaker.cell),
            party: party.over(&weaker.party),
            role: role.over(&weaker.role),
            data_retention: data_retention.over(&weaker.data_retention),
            consent: consent.over(&weaker.consent),
            further: further.over(&weaker.further),
        }
    }
}

impl Combine for TableSpec {
    fn over(self, weaker: &Self) -> Self {
        let TableSpec { title, intro, columns, like, labels, rows, add, drop, hidden_rows: _ } = self;
        let hidden_rows = if rows.is_some() { weaker.effective_rows() } else { weaker.hidden_rows.clone() };
        TableSpec {
            title: title.over(&weaker.title),
            intro: intro.over(&weaker.intro),
            // `columns` and `like` answer the same question: the stronger answer hides the weaker one.
            columns: if like.is_some() { columns } else { columns.over(&weaker.columns) },
            like: like.over(&weaker.like),
            labels: labels.over(&weaker.labels),
            // Edits are made layer by layer: what a layer adds comes last, whatever became of it above.
            rows: rows.or_else(|| weaker.edited_rows()),
            add,
            drop,
            hidden_rows,
        }
    }
}

impl TableSpec {
    /// The rows after `add` and `drop`, in order.
    pub fn effective_rows(&self) -> Vec<CookieId> {
        self.sourced_rows().into_iter().map(|row| row.value.clone()).collect()
    }

    /// The same with the origin of each. A row stands once, where it is named first.
    pub fn sourced_rows(&self) -> Vec<&Sourced<CookieId>> {
        self.named_rows().0
    }

    /// Rows that are named although they are there already.
    pub fn repeated_rows(&self) -> Vec<&Sourced<CookieId>> {
        self.named_rows().1
    }

    /// Every row that is named and not dropped: the first time, and again.
    fn named_rows(&self) -> (Vec<&Sourced<CookieId>>, Vec<&Sourced<CookieId>>) {
        let dropped: BTreeSet<&CookieId> = self.drop.iter().map(|row| &row.value).collect();
        let listed = self.rows.iter().flat_map(|rows| rows.value.iter());
        let kept = listed.filter(|row| !dropped.contains(&row.value));
        let mut seen = BTreeSet::new();
        kept.chain(&self.add).partition(|row| seen.insert(&row.value))
    }

    /// The rows as the list that the next layer edits; `None` if no layer has named any.
    fn edited_rows(&self) -> Option<Sourced<Vec<Sourced<CookieId>>>> {
        let value: Vec<_> = self.sourced_rows().into_iter().cloned().collect();
        let origin = self.rows.as_ref().map(|rows| rows.origin).or_else(|| self.add.first().map(|row| row.origin))?;
        Some(Sourced { value, origin })
    }
}
