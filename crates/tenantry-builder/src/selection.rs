//! Which tenants a command is about: ids, groups, globs, shards.

use tenantry_core::digest::Digest;
use tenantry_core::site::Identity;
use tenantry_core::suggest::did_you_mean;

/// A choice of tenants.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Ids, paths of groups, or globs; empty for all.
    pub patterns: Vec<String>,
    /// One part of all tenants.
    pub shard: Option<Shard>,
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
    pub fn includes(&self, identity: &Identity) -> bool {
        let chosen = self.patterns.is_empty() || self.patterns.iter().any(|pattern| matches(pattern, identity));
        chosen && self.shard.is_none_or(|shard| shard.includes(identity))
    }

    /// The first pattern that fits no tenant, with what was perhaps meant.
    pub fn unknown<'i>(
        &self,
        identities: impl Iterator<Item = &'i Identity> + Clone,
    ) -> Option<(String, Option<String>)> {
        let pattern =
            self.patterns.iter().find(|pattern| !identities.clone().any(|identity| matches(pattern, identity)))?;
        let known = identities.flat_map(|identity| [identity.id.as_str(), identity.group.as_str()]);
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
    fn includes(self, identity: &Identity) -> bool {
        let digest = Digest::of(identity.id.as_str().as_bytes());
        let mut first = [0; 4];
        first.copy_from_slice(&digest.as_bytes()[..4]);
        u32::from_le_bytes(first) % self.count == self.index - 1
    }
}

/// Whether a pattern is the tenant's id, a group above it, or a glob over its id or its path.
fn matches(pattern: &str, identity: &Identity) -> bool {
    let trimmed = pattern.trim_end_matches('/');
    if trimmed == "sites" {
        return true;
    }
    let pattern = trimmed.strip_prefix("sites/").unwrap_or(trimmed);
    if pattern.is_empty() {
        return false;
    }
    let id = identity.id.as_str();
    let path = if identity.group.is_empty() { id.to_owned() } else { format!("{}/{id}", identity.group) };
    if pattern.contains(['*', '?']) {
        return glob(pattern.as_bytes(), id.as_bytes()) || glob(pattern.as_bytes(), path.as_bytes());
    }
    pattern == id
        || pattern == path
        || identity.group == pattern
        || identity.group.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('/'))
}

/// `*` stands for any text, `?` for one byte. Linear in the text for each `*`.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
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
    use tenantry_core::name::TenantId;
    use tenantry_core::path::SourcePath;

    fn identity(group: &str, id: &str) -> Identity {
        Identity { id: TenantId::new(id).unwrap(), group: group.into(), file: SourcePath::named("x") }
    }

    #[test]
    fn patterns_are_ids_groups_and_globs() {
        let tenant = identity("ods/north", "lille");
        for pattern in ["lille", "ods", "ods/north", "ods/north/lille", "sites/ods/", "l*e", "*", "ods/*", "l?lle"] {
            assert!(matches(pattern, &tenant), "{pattern}");
        }
        for pattern in ["lill", "od", "north", "x*", "l?le", ""] {
            assert!(!matches(pattern, &tenant), "{pattern}");
        }
    }

    #[test]
    fn every_tenant_is_in_exactly_one_shard() {
        for number in 0..100 {
            let tenant = identity("", &format!("t{number}"));
            let shards = (1..=3).filter(|index| Shard { index: *index, count: 3 }.includes(&tenant));
            assert_eq!(shards.count(), 1);
        }
        assert!(Shard::parse("0/2").is_err() && Shard::parse("3/2").is_err() && Shard::parse("2/2").is_ok());
    }
}
