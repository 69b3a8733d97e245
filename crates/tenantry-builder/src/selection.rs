//! Which tenants a command is about: ids, groups, globs, shards.

use tenantry_core::digest::Digest;
use tenantry_core::suggest::did_you_mean;

/// A choice of tenants.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Ids, paths of groups, or globs; empty for all.
    pub patterns: Vec<String>,
    /// One part of all tenants.
    pub shard: Option<Shard>,
}

/// A tenant as it is chosen: by its id, or by the folder of its group seen from `sites/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'n> {
    /// Its id.
    pub id: &'n str,
    /// The folder of its group.
    pub group: &'n str,
}

/// Part `index` (from 1) of `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub index: u32,
    /// How many parts there are.
    pub count: u32,
}

impl Selection {
    /// Whether all tenants are meant.
    pub fn is_all(&self) -> bool {
        self.patterns.is_empty() && self.shard.is_none()
    }

    /// Whether a tenant is meant.
    pub fn includes(&self, tenant: Named<'_>) -> bool {
        let chosen = self.patterns.is_empty() || self.patterns.iter().any(|pattern| matches(pattern, tenant));
        chosen && self.shard.is_none_or(|shard| shard.includes(tenant))
    }

    /// The first pattern that fits no tenant, with what was perhaps meant.
    pub fn unknown<'i>(&self, tenants: impl Iterator<Item = Named<'i>> + Clone) -> Option<(String, Option<String>)> {
        let pattern = self.patterns.iter().find(|pattern| !tenants.clone().any(|tenant| matches(pattern, tenant)))?;
        let known = tenants.flat_map(|Named { id, group }| [id, group]);
        Some((pattern.clone(), did_you_mean(pattern, known)))
    }
}

impl Shard {
    /// Reads `I/N`.
    pub fn parse(text: &str) -> Result<Shard, String> {
        let parts = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if index >= 1 && index <= count => Ok(Shard { index, count }),
            _ => Err(format!("`{text}` is no shard: expected I/N with I from 1 to N, such as 1/4")),
        }
    }

    /// A tenant's part depends on its id alone, so that it stays when others come and go.
    fn includes(self, tenant: Named<'_>) -> bool {
        let digest = Digest::of(tenant.id.as_bytes());
        let mut first = [0; 4];
        first.copy_from_slice(&digest.as_bytes()[..4]);
        u32::from_le_bytes(first) % self.count == self.index - 1
    }
}

/// Whether a pattern is the tenant's id, a group above it, or a glob over its id or its path.
fn matches(pattern: &str, Named { id, group }: Named<'_>) -> bool {
    let trimmed = pattern.trim_end_matches('/');
    if trimmed == "sites" {
        return true;
    }
    let pattern = trimmed.strip_prefix("sites/").unwrap_or(trimmed);
    if pattern.is_empty() {
        return false;
    }
    let path = if group.is_empty() { id.to_owned() } else { format!("{group}/{id}") };
    if pattern.contains(['*', '?']) {
        return glob(pattern.as_bytes(), id.as_bytes()) || glob(pattern.as_bytes(), path.as_bytes());
    }
    pattern == id
        || pattern == path
        || group == pattern
        || group.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('/'))
}

/// `*` stands for any text, `?` for one byte. Linear in the text for each `*`.
pub(crate) fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[from] => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((star_at, star_from)) => {
                    at = star_at + 1;
                    from = star_from + 1;
                    star = Some((star_at, from));
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn patterns_are_ids_groups_and_globs() {
        let tenant = Named { id: "lille", group: "ods/north" };
        for pattern in ["lille", "ods", "ods/north", "ods/north/lille", "sites/ods/", "l*e", "*", "ods/*", "l?lle"] {
            assert!(matches(pattern, tenant), "{pattern}");
        }
        for pattern in ["lill", "od", "north", "x*", "l?le", ""] {
            assert!(!matches(pattern, tenant), "{pattern}");
        }
    }

    #[test]
    fn every_tenant_is_in_exactly_one_shard() {
        for number in 0..100 {
            let id = format!("t{number}");
            let tenant = Named { id: &id, group: "" };
            let shards = (1..=3).filter(|index| Shard { index: *index, count: 3 }.includes(tenant));
            assert_eq!(shards.count(), 1);
        }
        assert!(Shard::parse("0/2").is_err() && Shard::parse("3/2").is_err() && Shard::parse("2/2").is_ok());
    }
}
