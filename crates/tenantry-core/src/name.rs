//! The names of things: tenants, themes, providers, cookies, tables.
//!
//! Each is checked once, when it is made; after that a value of the type is a promise.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Words that no tenant may be called: hosts and folders that mean something else to somebody.
const RESERVED_TENANTS: &[&str] = &[
    "admin",
    "api",
    "app",
    "assets",
    "cdn",
    "content",
    "dist",
    "ftp",
    "imap",
    "localhost",
    "mail",
    "ns1",
    "ns2",
    "pop",
    "root",
    "sites",
    "smtp",
    "static",
    "themes",
    "webmail",
    "www",
];

/// Names that Windows keeps for devices, with any ending. Source: Microsoft, "Naming Files, Paths, and Namespaces".
const DEVICE_NAMES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$",
];

/// Whether a file name is a device on Windows, whatever its ending.
pub(crate) fn is_device_name(file_name: &str) -> bool {
    let stem = file_name.split('.').next().unwrap_or(file_name).trim_end().to_ascii_lowercase();
    DEVICE_NAMES.contains(&stem.as_str())
}

/// Why a name is refused: what is wrong with it, and what it should look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError(String);

impl NameError {
    pub(crate) fn new(message: impl Into<String>) -> NameError {
        NameError(message.into())
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NameError {}

/// Makes a cheap-to-clone, ordered, printable name out of checked text.
macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

name_type! {
    /// The id of a tenant: the name of its folder, and a label of a host name in previews.
    ///
    /// One to 63 of `a-z 0-9 -`, no hyphen at either end, no `xn--`, no reserved word.
    TenantId
}

impl TenantId {
    /// Checks a folder's name.
    pub fn new(text: &str) -> Result<TenantId, NameError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() || text.len() > 63 {
            return Err(NameError::new(format!(
                "a tenant's id has 1 to 63 characters, this one has {}",
                text.chars().count()
            )));
        }
        if let Some(wrong) = text.chars().find(|c| !allowed(*c)) {
            return Err(NameError::new(format!(
                "`{}` cannot stand in a tenant's id: only a-z, 0-9 and - can",
                wrong.escape_default()
            )));
        }
        if text.starts_with('-') || text.ends_with('-') {
            return Err(NameError::new("a tenant's id neither begins nor ends with a hyphen"));
        }
        if text.starts_with("xn--") {
            return Err(NameError::new("a tenant's id is no encoded international name (`xn--`)"));
        }
        if RESERVED_TENANTS.contains(&text) || is_device_name(text) {
            return Err(NameError::new(format!("`{text}` is a reserved word and cannot be a tenant's id")));
        }
        Ok(TenantId(text.into()))
    }

    /// A folder's name that is no id, so that reports can name it. Nothing is built under it.
    pub fn stand_in(text: &str) -> TenantId {
        TenantId(crate::diagnostic::printable(text).into())
    }
}

name_type! {
    /// The name of a theme: its folder below `themes/`.
    ThemeName
}

impl ThemeName {
    /// Checks a folder's name.
    pub fn new(text: &str) -> Result<ThemeName, NameError> {
        word("a theme's name", text).map(ThemeName)
    }
}

name_type! {
    /// The id of a provider, such as `opendatasoft`.
    ProviderId
}

impl ProviderId {
    /// Checks a key of `[provider.…]`.
    pub fn new(text: &str) -> Result<ProviderId, NameError> {
        word("a provider's id", text).map(ProviderId)
    }
}

name_type! {
    /// The id of a table, such as `necessary`.
    TableId
}

impl TableId {
    /// Checks a key of `[table.…]`.
    pub fn new(text: &str) -> Result<TableId, NameError> {
        word("a table's id", text).map(TableId)
    }
}

name_type! {
    /// The id of a cookie, `provider/slug`, such as `opendatasoft/sessionid`.
    CookieId
}

impl CookieId {
    /// Joins a provider and a slug, as `[cookie.provider.slug]` does.
    pub fn new(provider: &str, slug: &str) -> Result<CookieId, NameError> {
        let provider = word("a provider's id", provider)?;
        let slug = word("a cookie's slug", slug)?;
        Ok(CookieId(format!("{provider}/{slug}").into()))
    }

    /// Checks a reference such as `"opendatasoft/sessionid"`.
    pub fn parse(text: &str) -> Result<CookieId, NameError> {
        match text.split_once('/') {
            Some((provider, slug)) => CookieId::new(provider, slug),
            None => Err(NameError::new(format!("`{text}` is no cookie's id: expected `provider/slug`"))),
        }
    }

    /// The part before the slash.
    pub fn provider(&self) -> &str {
        self.0.split_once('/').map_or(&*self.0, |(provider, _)| provider)
    }

    /// The part after the slash.
    pub fn slug(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, slug)| slug)
    }
}

/// A word that can be a bare TOML key, and then some: letters, digits, `_ - . $`.
fn word(what: &str, text: &str) -> Result<Arc<str>, NameError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$');
    if text.is_empty() || text.len() > 100 || text.starts_with('.') {
        return Err(NameError::new(format!("{what} has 1 to 100 characters and begins with no dot")));
    }
    match text.chars().find(|c| !allowed(*c)) {
        None => Ok(text.into()),
        Some(wrong) => Err(NameError::new(format!(
            "`{}` cannot stand in {what}: only letters, digits, _ - . and $ can",
            wrong.escape_default()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_ids_are_host_labels() {
        for good in ["a", "artisanat", "t00001", "val-d-oise", "3com"] {
            assert_eq!(TenantId::new(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(64);
        for bad in ["", "A", "аcme", "a\u{202e}b", "-a", "a-", "xn--a", "www", "admin", "nul", "con", "a.b", &long] {
            assert!(TenantId::new(bad).is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn cookie_ids_have_two_parts() {
        let id = CookieId::parse("opendatasoft/sessionid").unwrap();
        assert_eq!((id.provider(), id.slug()), ("opendatasoft", "sessionid"));
        assert!(CookieId::parse("sessionid").is_err());
        assert!(CookieId::parse("a/b/c").is_err());
    }
}
