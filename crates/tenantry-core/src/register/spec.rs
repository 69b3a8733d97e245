//! What layers say of the register: every field optional, every value with its origin.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;

use crate::duration::Duration;
use crate::language::{Category, Column, Kind, Party};
use crate::layer::{Combine, LocalText, Origin, Scalar, Sourced};
use crate::name::{CookieId, ProviderId, TableId};
use crate::register::{Host, NamePattern};
use crate::schema::values::{CategoryWord, ConsentFacts, Cookies, DurationText, DurationWords, Further, PlacesTable};

/// Column labels by column, then by language.
pub type Labels = IndexMap<Column, LocalText>;

/// Durations by place, in the order in which they were written; `other` is everywhere else.
pub type ByPlace = Vec<(Arc<str>, Duration)>;

/// The register of one layer, or of several combined.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default)]
pub struct RegisterSpec {
    /// `[provider.ID]`
    #[schemars(rename = "provider")]
    pub providers: IndexMap<ProviderId, Arc<ProviderSpec>>,
    /// `[cookie.PROVIDER.SLUG]`
    #[schemars(rename = "cookie", with = "Cookies")]
    pub cookies: IndexMap<CookieId, Arc<CookieSpec>>,
    /// `[category]`
    #[schemars(rename = "category")]
    pub categories: IndexMap<Arc<str>, CategorySpec>,
    /// `[table.ID]`
    #[schemars(rename = "table")]
    pub tables: IndexMap<TableId, Arc<TableSpec>>,
    /// `label`, for all tables of the layer and below.
    #[schemars(rename = "label")]
    pub labels: Labels,
}

/// Who sets a cookie.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct ProviderSpec {
    /// Its name, as cookie tables show it.
    pub name: LocalText,
    /// Where it presents itself.
    pub url: Option<Sourced<Arc<str>>>,
    /// Its privacy policy.
    pub privacy: Option<Sourced<Arc<str>>>,
    /// Its country.
    pub country: Option<Sourced<Arc<str>>>,
}

/// A publisher's own word for a category.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct CategorySpec {
    /// The fixed category that it means.
    pub is: Option<Sourced<Category>>,
    /// How it is called.
    pub label: LocalText,
}

/// A catalogue entry.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct CookieSpec {
    /// Where the entry begins in the strongest layer that speaks of it.
    #[schemars(skip)]
    pub declared: Origin,
    /// Its names; by default its slug.
    pub names: Option<Sourced<Vec<NamePattern>>>,
    /// A fixed category, or a word of `[category]`.
    #[schemars(with = "CategoryWord")]
    pub category: Option<Sourced<Arc<str>>>,
    /// What kind of tracker it is; by default an HTTP cookie.
    pub kind: Option<Sourced<Kind>>,
    /// The service it belongs to.
    pub service: LocalText,
    /// What it is for.
    pub purpose: LocalText,
    /// How long it is kept: `"14 days"`, `"6 mois"`, `"session"`, or a table of facts about it.
    #[schemars(with = "DurationText")]
    pub duration: DurationSpec,
    /// The hosts that set or read it.
    pub hosts: Option<Sourced<Vec<Host>>>,
    /// Where to learn more: an address, or words.
    pub link: LocalText,
    /// Where on the site it is used.
    pub location: LocalText,
    /// Where or how to refuse it: an address, or words.
    pub opt_out: LocalText,
    /// Its legal basis.
    pub legal_basis: LocalText,
    /// Literal cells, where the published text says something else than the fields.
    pub cell: IndexMap<Column, LocalText>,
    /// First or third party, where the hosts do not tell.
    pub party: Option<Sourced<Party>>,
    /// What it does for the site: `session`, `csrf`, `audience` …
    pub role: Option<Sourced<Arc<str>>>,
    /// How long the data are kept, as opposed to the cookie: `"25 months"`.
    pub data_retention: Option<Sourced<Duration>>,
    /// Whether consent is needed, and why.
    #[schemars(with = "ConsentFacts")]
    pub consent: Option<Sourced<Scalar>>,
    /// Further fields of the register that exports read: `third_party_access`, `consent_mode`, `iab`.
    #[schemars(flatten, with = "Further")]
    pub further: IndexMap<&'static str, Sourced<Scalar>>,
}

/// `duration`, as text or as a table of facts about it.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct DurationSpec {
    /// The duration: `"14 days"`, `"6 mois"`, `"session"`.
    pub is: Option<Sourced<Duration>>,
    /// Text instead of a duration: until an event, or as it was found.
    #[schemars(flatten, with = "DurationWords")]
    pub text: LocalText,
    /// Whether that text is as it was found, and not an event.
    #[schemars(skip)]
    pub kept_raw: bool,
    /// Where it is known from; no page shows it.
    pub source: Option<Sourced<Arc<str>>>,
    /// Whether somebody has looked; no page shows it.
    pub verified: Option<Sourced<bool>>,
    /// Whether each visit extends it; no page shows it.
    pub refresh: Option<Sourced<bool>>,
    /// Whether it is an upper bound, shown as "up to 180 days".
    pub bound: Option<Sourced<bool>>,
    /// By place, such as `{ EEA = "13 months", other = "24 months" }`; `other` is everywhere else.
    #[schemars(with = "PlacesTable")]
    pub by: Option<Sourced<ByPlace>>,
}

/// `[table.ID]`
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub struct TableSpec {
    /// Its caption.
    pub title: LocalText,
    /// A paragraph before it.
    pub intro: LocalText,
    /// Its columns, in order, each once; by default name, provider, purpose, duration.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub columns: Option<Sourced<Vec<Sourced<Column>>>>,
    /// Another table whose columns and labels it takes.
    pub like: Option<Sourced<TableId>>,
    /// Labels of its columns, where the built-in ones will not do.
    #[schemars(rename = "label")]
    pub labels: Labels,
    /// Its rows: exactly these cookies, in this order.
    pub rows: Option<Sourced<Vec<Sourced<CookieId>>>>,
    /// Rows added at the end of the inherited ones.
    pub add: Vec<Sourced<CookieId>>,
    /// Rows taken out of the inherited ones.
    pub drop: Vec<Sourced<CookieId>>,
    /// Rows that a stronger layer's `rows` hides, to tell the tenant what its own list lacks.
    #[schemars(skip)]
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
        let DurationSpec { is: _, text: _, kept_raw: _, source, verified, refresh, bound, by: _ } = self;
        DurationSpec {
            is: weaker.is,
            text: weaker.text.clone(),
            kept_raw: weaker.kept_raw,
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
