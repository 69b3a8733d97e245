//! The keys of `site.toml` and `group.toml`: who may set each, and where it belongs when it stands elsewhere.
//!
//! README has this list as a table; a test compares the two.

use crate::suggest::nearest;

/// Which layer may set a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Tenants only: it says who they are.
    Tenant,
    /// Groups and tenants.
    Everyone,
    /// Groups, and tenants that a group trusts (`trust_tenants = true`).
    Operator,
    /// Groups only.
    Group,
}

/// A key at the top of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// Who may set it.
    pub owner: Owner,
    /// Whether it is part of the register, and so may stand in `cookies.toml`.
    pub register: bool,
    /// What it means, in one line.
    pub meaning: &'static str,
}

const fn key(name: &'static str, owner: Owner, meaning: &'static str) -> Key {
    Key { name, owner, register: false, meaning }
}

const fn register(name: &'static str, meaning: &'static str) -> Key {
    Key { name, owner: Owner::Everyone, register: true, meaning }
}

/// Every key that may stand at the top of `site.toml`, `group.toml` or `cookies.toml`.
pub const KEYS: &[Key] = &[
    key("name", Owner::Tenant, "the tenant's name, as pages show it"),
    key("base_url", Owner::Tenant, "where the site is published, `https://…`, with a path if need be"),
    key("covers", Owner::Everyone, "the addresses that the policies speak of; by default `base_url` alone"),
    key("languages", Owner::Everyone, "the languages served; the first is the default"),
    key("theme", Owner::Operator, "the theme, a folder of `themes/`"),
    key("params", Owner::Everyone, "parameters of the theme, as its `theme.toml` declares them"),
    key("vars", Owner::Everyone, "values for content, text or text by language"),
    key("nav", Owner::Everyone, "navigation: `items`, or `add` and `drop` on the inherited list"),
    key(
        "pages",
        Owner::Everyone,
        "per page: `false` removes it; `updated`, `title`, `slug` … replace its front matter",
    ),
    key("missing_translation", Owner::Operator, "`skip`, `fallback` or `error` for a page without a translation"),
    register("provider", "who sets cookies: `[provider.ID]`"),
    register("cookie", "the catalogue: `[cookie.PROVIDER.SLUG]`"),
    register("category", "a publisher's own words for categories"),
    register("table", "cookie tables: `[table.ID]`"),
    register("label", "column labels for all tables of the layer"),
    key("profile", Owner::Operator, "the rules that `check` applies"),
    key("lint_allow", Owner::Operator, "exceptions to rules, each with its reason"),
    key("publish", Owner::Operator, "publish targets: `[publish.NAME]`"),
    key("env", Owner::Operator, "environments: `[env.NAME]`, chosen by `--env NAME`"),
    key("noindex", Owner::Operator, "asks search engines to leave the site out"),
    key("exports", Owner::Operator, "the register in the forms of others, published beside the pages"),
    key("precompress", Owner::Operator, "`gzip`, `brotli`: files compressed ahead, beside the others"),
    key("domains", Owner::Group, "the domains that the tenants' `base_url` must lie in"),
    key("trust_tenants", Owner::Group, "whether the tenants below are the operator's own"),
    key("allow_mentions", Owner::Group, "other tenants whom the sites below may name, by host or by id"),
    key("review", Owner::Group, "sign-off of changes"),
    key("roster", Owner::Group, "tenants from a file, `.csv` or `.jsonl`, one a row"),
];

/// Keys of inner tables, with where they belong.
const INNER: &[(&[&str], &str)] = &[
    (
        &["names", "kind", "service", "purpose", "duration", "hosts", "role", "party", "cell", "consent"],
        "it belongs to a cookie: `cookie.PROVIDER.SLUG.",
    ),
    (&["columns", "rows", "like", "intro"], "it belongs to a table: `table.ID."),
    (&["updated", "slug", "template", "aliases", "description"], "it belongs to a page: `pages.PATH."),
];

/// Looks a key of the top up.
pub(crate) fn top(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// Where a key that stands in the wrong table belongs.
pub(crate) fn belongs(name: &str) -> Option<String> {
    if top(name).is_some() {
        return Some(format!(
            "`{name}` belongs at the top of the file: a key below a `[header]` belongs to that header, so move it above \
             the first one"
        ));
    }
    INNER.iter().find(|(names, _)| names.contains(&name)).map(|(_, belongs)| format!("{belongs}{name}`"))
}

/// The nearest key of the top.
pub(crate) fn nearest_top(name: &str) -> Option<&'static str> {
    nearest(name, KEYS.iter().map(|key| key.name))
}
