//! What was built against what the last release lists. Nothing is listed or read at the target for it.

use std::collections::{BTreeMap, BTreeSet};

use tenantry_core::manifest::CacheClass;
use tenantry_core::path::OutputPath;

use crate::listing::{Class, File, Listing};
use crate::plan::{Action, Reason, Step};

/// Two sides to compare, and what else counts.
#[derive(Clone, Copy)]
pub(crate) struct Comparison<'c> {
    /// What was built.
    pub(crate) built: &'c Listing,
    /// What the release that is shown lists; `None` if there is none.
    pub(crate) shown: Option<&'c Listing>,
    /// What of it no page names any more, and until when it stays.
    pub(crate) retired: &'c BTreeMap<OutputPath, u64>,
    /// Of what nobody knows whether and how it is there, since something was cut short.
    pub(crate) unsure: &'c BTreeSet<OutputPath>,
    /// The time now.
    pub(crate) now: u64,
    /// Whether assets stay at all when no page names them any more.
    pub(crate) retires: bool,
}

/// The steps from one side to the other, by path, and how many files stay as they are.
pub(crate) fn compare(sides: Comparison<'_>) -> (Vec<Step>, usize) {
    let (mut steps, mut same) = (Vec::new(), 0);
    for (path, file) in &sides.built.0 {
        match sides.reason_to_send(path, file) {
            None => same += 1,
            Some((action, reason)) => {
                let class = Class::of(path, file.cache);
                steps.push(Step { path: path.clone(), action, reason, class, bytes: file.size });
            }
        }
    }
    for (path, file) in sides.shown.iter().flat_map(|shown| &shown.0) {
        if let Some((action, reason)) = sides.reason_to_drop(path, file) {
            let class = Class::of(path, file.cache);
            steps.push(Step { path: path.clone(), action, reason, class, bytes: 0 });
        }
    }
    for path in sides.left_behind() {
        let class = Class::of(path, CacheClass::Revalidate);
        steps.push(Step { path: path.clone(), action: Action::Remove, reason: Reason::Interrupted, class, bytes: 0 });
    }
    steps.sort_by(|one, two| one.path.cmp(&two.path));
    (steps, same)
}

impl Comparison<'_> {
    fn reason_to_send(&self, path: &OutputPath, file: &File) -> Option<(Action, Reason)> {
        let Some(shown) = self.shown else { return Some((Action::Upload, Reason::FirstRelease)) };
        let Some(there) = shown.0.get(path) else { return Some((Action::Upload, Reason::NewFile)) };
        if self.unsure.contains(path) {
            Some((Action::Change, Reason::Interrupted))
        } else if there.digest != file.digest || there.size != file.size {
            Some((Action::Change, Reason::OtherContent))
        } else if there != file {
            Some((Action::Change, Reason::OtherHeaders))
        } else {
            None
        }
    }

    /// What may be there, and is neither listed nor built.
    fn left_behind(&self) -> impl Iterator<Item = &OutputPath> {
        let is_unlisted = |path: &&OutputPath| {
            let is_shown = self.shown.is_some_and(|shown| shown.0.contains_key(*path));
            !is_shown && !self.built.0.contains_key(*path)
        };
        self.unsure.iter().filter(is_unlisted)
    }

    fn reason_to_drop(&self, path: &OutputPath, file: &File) -> Option<(Action, Reason)> {
        if self.built.0.contains_key(path) {
            return None;
        }
        if self.built.clashes_with(path) {
            return Some((Action::Remove, Reason::Gone));
        }
        match self.retired.get(path) {
            Some(until) if *until > self.now => None,
            Some(_) => Some((Action::Remove, Reason::Expired)),
            None if self.retires && file.cache == CacheClass::Immutable => Some((Action::Retire, Reason::Gone)),
            None => Some((Action::Remove, Reason::Gone)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use tenantry_core::digest::Checksum;
    use tenantry_core::name::TenantId;

    use super::*;
    use crate::record::Record;

    fn path(text: &str) -> OutputPath {
        OutputPath::new(text).unwrap()
    }

    fn listing(files: &[(&str, &str)]) -> Listing {
        let file = |(name, bytes): &(&str, &str)| {
            let cache = if name.starts_with("assets/") { CacheClass::Immutable } else { CacheClass::Revalidate };
            let digest = Checksum::of(bytes.as_bytes());
            let media_type = Cow::Borrowed("text/html");
            (path(name), File { digest, size: bytes.len() as u64, media_type, cache, encoding: None })
        };
        Listing(files.iter().map(file).collect())
    }

    fn told(sides: Comparison<'_>) -> Vec<String> {
        let (steps, _) = compare(sides);
        let line = |step: &Step| format!("{} {}: {}", step.action.as_str(), step.path, step.reason.as_str());
        steps.iter().map(line).collect()
    }

    fn sides<'c>(built: &'c Listing, shown: &'c Listing, retired: &'c BTreeMap<OutputPath, u64>) -> Comparison<'c> {
        const NONE: &BTreeSet<OutputPath> = &BTreeSet::new();
        Comparison { built, shown: Some(shown), retired, unsure: NONE, now: 100, retires: true }
    }

    #[test]
    fn fault_115_only_what_differs_by_content_is_sent() {
        let built = listing(&[("a.html", "one"), ("b.html", "two"), ("c.html", "new")]);
        let shown = listing(&[("a.html", "one"), ("b.html", "2wo"), ("d.html", "old")]);
        let none = BTreeMap::new();
        let expected = ["change b.html: other content", "upload c.html: new file", "remove d.html: not built any more"];
        assert_eq!(told(sides(&built, &shown, &none)), expected);
        assert_eq!(told(sides(&shown, &shown, &none)), [""; 0]);
    }

    #[test]
    fn old_assets_stay_for_a_while() {
        let (built, shown) =
            (listing(&[]), listing(&[("assets/a.css", "a"), ("assets/b.css", "b"), ("assets/c.css", "c")]));
        let retired = BTreeMap::from([(path("assets/a.css"), 101), (path("assets/b.css"), 100)]);
        let expected = ["remove assets/b.css: its time is over", "retire assets/c.css: not built any more"];
        assert_eq!(told(sides(&built, &shown, &retired)), expected);
    }

    #[test]
    fn an_asset_stays_not_where_something_else_is_to_be() {
        let (built, shown) = (listing(&[("assets/a/b.css", "b")]), listing(&[("assets/a", "a"), ("assets/c", "c")]));
        let none = BTreeMap::new();
        let expected = [
            "remove assets/a: not built any more",
            "upload assets/a/b.css: new file",
            "retire assets/c: not built any more",
        ];
        assert_eq!(told(sides(&built, &shown, &none)), expected);
    }

    #[test]
    fn what_a_publish_that_was_cut_short_may_have_touched_is_sent_or_removed() {
        let shown = listing(&[("a.html", "one"), ("b.html", "two")]);
        let begun = listing(&[("a.html", "1"), ("b.html", "two"), ("x.html", "x")]);
        let mut record = Record::new(&TenantId::new("a").unwrap());
        record.leftovers.insert(path("y.html"));
        let (none, unsure) = (BTreeMap::new(), record.unsure(Some(&shown), Some(&begun)));
        let sides = Comparison { unsure: &unsure, ..sides(&shown, &shown, &none) };
        let expected = [
            "change a.html: a publish was cut short",
            "remove x.html: a publish was cut short",
            "remove y.html: a publish was cut short",
        ];
        assert_eq!(told(sides), expected);
    }
}
