//! Writes a state: what is still known of tenants, and what was learned of others.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use indexmap::IndexSet;
use tenantry_core::digest::{Checksum, Digest};
use tenantry_core::layer::BaseUrl;

use super::{
    Bytes, Common, DIGEST, Folder, Grounds, HEAD, Head, Known, Record, Remembered, State, StoredFinding, file,
};
use crate::disk::{self, DiskResult};
use crate::view::STAGE;

/// A state on its way.
#[derive(Debug, Default)]
pub(crate) struct Draft<'d> {
    common: IndexSet<Common<'d>>,
    findings: IndexSet<StoredFinding>,
    shapes: IndexSet<&'d str>,
    folders: BTreeMap<&'d str, Tenants<'d>>,
}

/// What becomes of a tenant that another state remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate<'d> {
    /// It is kept as it is.
    Kept,
    /// It is kept, and looks so at a glance: the shape of its folder, and the digest.
    Glanced(&'d str, Bytes),
    /// It is no longer remembered.
    Forgotten,
}

/// The tenants of a folder.
#[derive(Debug)]
enum Tenants<'d> {
    /// Those of the state before, in its bytes.
    AsTheyWere(&'d Folder<'d>),
    Listed(Vec<Remembered<'d>>),
}

/// The beginning of a digest of what a tenant claims by its address. Equal claims have equal ones.
pub(crate) fn claim_of(url: &BaseUrl) -> u64 {
    let digest = Digest::of(url.claim().as_bytes());
    digest.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl<'d> Draft<'d> {
    /// Takes over what another state has of some tenants. It is the first to be taken in.
    pub(crate) fn keep(&mut self, state: &'d State<'d>, fate: impl Fn(&Remembered<'d>) -> Fate<'d>) {
        let takes_all = is_all_needed(state, &fate);
        if takes_all {
            // What tenants have in common keeps its numbers, so that folders without a change are taken over as they are.
            self.common = state.common.iter().cloned().collect();
            self.findings = state.findings.iter().cloned().collect();
            self.shapes = state.shapes.iter().copied().collect();
        }
        for folder in &state.folders {
            let tenants = if takes_all && folder.tenants.iter().all(|tenant| fate(tenant) == Fate::Kept) {
                Tenants::AsTheyWere(folder)
            } else {
                let kept = folder.tenants.iter().filter_map(|tenant| match fate(tenant) {
                    Fate::Kept => self.renumbered(tenant, state),
                    Fate::Glanced(shape, digest) => {
                        let glance = Some((self.shape(shape), digest));
                        Some(Remembered { glance, ..self.renumbered(tenant, state)? })
                    }
                    Fate::Forgotten => None,
                });
                Tenants::Listed(kept.collect())
            };
            self.folders.insert(folder.path, tenants);
        }
    }

    /// A tenant of another state with the numbers of this one.
    fn renumbered(&mut self, tenant: &Remembered<'d>, state: &'d State<'d>) -> Option<Remembered<'d>> {
        let findings = tenant.findings.iter().filter_map(|index| state.findings.get(*index as usize));
        let glance = tenant.glance.and_then(|(shape, digest)| Some((*state.shapes.get(shape as usize)?, digest)));
        Some(Remembered {
            common: self.common(state.common.get(tenant.common as usize)?.clone()),
            findings: findings.map(|finding| self.finding(finding)).collect(),
            glance: glance.map(|(shape, digest)| (self.shape(shape), digest)),
            ..tenant.clone()
        })
    }

    /// Takes in what was learned of a tenant.
    pub(crate) fn learn(&mut self, id: &'d str, record: &'d Record) {
        let Record { grounds, theme, told, values, environments, leaks, findings } = record;
        let Grounds { folder, files, glance, above, manifest } = grounds;
        let all = |texts: &'d [String]| texts.iter().map(String::as_str).collect();
        let common = self.common(Common {
            above: *above,
            theme: (&theme.0, theme.1),
            languages: all(&told.languages),
            values: all(values),
            environments: all(environments),
        });
        let remembered = Remembered {
            id,
            files: *files,
            glance: glance.as_ref().map(|(shape, digest)| (self.shape(shape), *digest)),
            manifest: *manifest,
            claim: BaseUrl::new(&told.base_url).map_or(0, |url| claim_of(&url)),
            common,
            name: &told.name,
            base_url: &told.base_url,
            hosts: leaks.hosts.as_str(),
            words: leaks.words.as_str(),
            pages: number(told.pages),
            files_made: number(told.files),
            findings: findings.iter().map(|finding| self.finding(finding)).collect(),
        };
        let tenants = self.folders.entry(folder).or_insert_with(|| Tenants::Listed(Vec::new()));
        match tenants {
            Tenants::Listed(tenants) => tenants.push(remembered),
            Tenants::AsTheyWere(before) => {
                let more = before.tenants.iter().cloned().chain([remembered]);
                *tenants = Tenants::Listed(more.collect());
            }
        }
    }

    fn common(&mut self, common: Common<'d>) -> u32 {
        number(self.common.insert_full(common).0)
    }

    fn shape(&mut self, shape: &'d str) -> u32 {
        number(self.shapes.insert_full(shape).0)
    }

    fn finding(&mut self, finding: &StoredFinding) -> u32 {
        let known = self.findings.get_index_of(finding);
        number(known.unwrap_or_else(|| self.findings.insert_full(finding.clone()).0))
    }

    /// Writes it below `dir`, whole or not at all.
    pub(crate) fn write(self, dir: &Path, known: Known<'_>) -> DiskResult<()> {
        let mut blocks: Vec<(&str, Cow<'_, [u8]>)> = Vec::with_capacity(self.folders.len());
        for (path, tenants) in self.folders {
            match tenants {
                Tenants::AsTheyWere(folder) => blocks.push((path, Cow::Borrowed(folder.block))),
                Tenants::Listed(tenants) if tenants.is_empty() => {}
                Tenants::Listed(mut tenants) => {
                    tenants.sort_unstable_by(|a, b| a.id.cmp(b.id));
                    // Texts, numbers and lists always have a form.
                    blocks.push((path, Cow::Owned(postcard::to_allocvec(&tenants).unwrap_or_default())));
                }
            }
        }
        let head = Head {
            known,
            common: self.common.into_iter().collect(),
            findings: self.findings.into_iter().collect(),
            shapes: self.shapes.into_iter().collect(),
            folders: blocks.iter().map(|(path, block)| (*path, block.len())).collect(),
        };
        let head = postcard::to_allocvec(&head).unwrap_or_default();
        let length: usize = blocks.iter().map(|(_, block)| block.len()).sum();
        let mut bytes = Vec::with_capacity(HEAD.len() + DIGEST + head.len() + length);
        bytes.extend(HEAD);
        bytes.extend([0; DIGEST]);
        bytes.extend(head);
        blocks.iter().for_each(|(_, block)| bytes.extend_from_slice(block));
        let checksum = Checksum::of(&bytes[HEAD.len() + DIGEST..]);
        bytes[HEAD.len()..HEAD.len() + DIGEST].copy_from_slice(checksum.as_bytes());
        disk::replace(&file(dir), &bytes, &dir.join(STAGE))
    }
}

/// Whether all that tenants have in common is of some tenant that is kept. Nothing stays of one that is forgotten.
fn is_all_needed<'d>(state: &State<'d>, fate: impl Fn(&Remembered<'d>) -> Fate<'d>) -> bool {
    let [mut common, mut findings, mut shapes] =
        [state.common.len(), state.findings.len(), state.shapes.len()].map(|length| vec![false; length]);
    let need =
        |needed: &mut Vec<bool>, index: u32| needed.get_mut(index as usize).into_iter().for_each(|it| *it = true);
    for tenant in state.folders.iter().flat_map(|folder| &folder.tenants) {
        let fate = fate(tenant);
        if fate == Fate::Forgotten {
            continue;
        }
        need(&mut common, tenant.common);
        tenant.findings.iter().for_each(|index| need(&mut findings, *index));
        if let (Fate::Kept, Some((shape, _))) = (fate, tenant.glance) {
            need(&mut shapes, shape);
        }
    }
    common.into_iter().chain(findings).chain(shapes).all(|needed| needed)
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tenantry_testkit::Workspace;

    use super::super::{FILE, LARGEST, Read, Stored, Told};
    use super::*;
    use crate::leaks::Kept;

    fn known() -> Known<'static> {
        Known { program: [7; 16], executable: None, boot: "b", fleet: None, themes: None }
    }

    fn record(folder: &str, address: &str) -> Record {
        let told =
            Told { name: "A".into(), base_url: address.into(), languages: Arc::new(["fr".into()]), pages: 2, files: 9 };
        Record {
            grounds: Grounds {
                folder: folder.into(),
                files: [1; 16],
                glance: Some(("\0site.toml".into(), [9; 16])),
                above: [2; 16],
                manifest: (3, 4, 5),
            },
            theme: ("plain".into(), [6; 16]),
            told,
            values: vec!["word".into()],
            environments: Vec::new(),
            leaks: Kept::default(),
            findings: Vec::new(),
        }
    }

    /// A state of three tenants in two folders.
    fn written() -> (Workspace, Vec<u8>) {
        let workspace = Workspace::empty();
        let records = [("b", "sites"), ("a", "sites"), ("c", "sites/g")];
        let records = records.map(|(id, folder)| (id, record(folder, &format!("https://{id}.example"))));
        let mut draft = Draft::default();
        records.iter().for_each(|(id, record)| draft.learn(id, record));
        draft.write(workspace.path(), known()).unwrap();
        let bytes = disk::read(&workspace.at(FILE), LARGEST).unwrap();
        (workspace, bytes)
    }

    #[test]
    fn a_state_is_read_as_it_was_written() {
        let (workspace, bytes) = written();
        let stored = Stored::read(workspace.path());
        let Read::Whole(state) = stored.decode() else { panic!("not read") };
        assert_eq!(
            (&state.known, state.tenants(), state.common.len(), &*state.shapes),
            (&known(), 3, 1, &["\0site.toml"][..])
        );
        let ids = |folder| state.below(folder).iter().map(|tenant| tenant.id).collect::<Vec<_>>();
        assert_eq!((ids("sites"), ids("sites/g"), ids("sites/h")), (vec!["a", "b"], vec!["c"], vec![]));
        let claims = state.below("sites").iter().map(|tenant| tenant.claim);
        let expected = ["https://a.example/", "http://b.example"].map(|url| claim_of(&BaseUrl::new(url).unwrap()));
        assert!(claims.eq(expected));

        let mut draft = Draft::default();
        draft.keep(&state, |_| Fate::Kept);
        draft.write(workspace.path(), known()).unwrap();
        assert_eq!(disk::read(&workspace.at(FILE), LARGEST).unwrap(), bytes, "what is kept is kept as it is");
        assert!(matches!(Stored::read(Workspace::empty().path()).decode(), Read::Nothing));
    }

    #[test]
    fn a_tenant_that_changes_leaves_the_others_as_they_were() {
        let (workspace, _) = written();
        let stored = Stored::read(workspace.path());
        let Read::Whole(state) = stored.decode() else { panic!("not read") };
        let records = [("a", record("sites/g", "https://new.example")), ("d", record("sites/h", "https://d.example"))];
        let mut draft = Draft::default();
        draft.keep(&state, |tenant| match tenant.id {
            "a" => Fate::Forgotten,
            "b" => Fate::Glanced("\0other", [8; 16]),
            _ => Fate::Kept,
        });
        records.iter().for_each(|(id, record)| draft.learn(id, record));
        draft.write(workspace.path(), known()).unwrap();
        let stored = Stored::read(workspace.path());
        let Read::Whole(after) = stored.decode() else { panic!("not read") };
        let told = |state: &State<'_>, folder| {
            let shape = |tenant: &Remembered<'_>| state.shapes[tenant.glance.unwrap().0 as usize].to_owned();
            let tenants = state.below(folder).iter();
            tenants.map(|tenant| format!("{} {} {}", tenant.id, tenant.base_url, shape(tenant))).collect::<Vec<_>>()
        };
        assert_eq!(told(&after, "sites"), ["b https://b.example \0other"]);
        assert_eq!(told(&after, "sites/g"), ["a https://new.example \0site.toml", "c https://c.example \0site.toml"]);
        assert_eq!(told(&after, "sites/h"), ["d https://d.example \0site.toml"]);
        assert_eq!((after.tenants(), after.common.len(), after.shapes.len()), (4, 1, 2));
    }

    #[test]
    fn fault_100_a_state_cut_or_changed_anywhere_is_none() {
        let (workspace, bytes) = written();
        let unusable = || matches!(Stored::read(workspace.path()).decode(), Read::Unusable(_));
        for at in 0..bytes.len() {
            workspace.write_bytes(FILE, &bytes[..at]);
            assert!(unusable(), "cut at {at}");
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            workspace.write_bytes(FILE, &flipped);
            assert!(unusable(), "changed at {at}");
        }
    }
}
