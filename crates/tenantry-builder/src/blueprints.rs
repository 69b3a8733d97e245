//! The blueprints of a layer: sites are laid out once for all tenants that add no page and no text of their own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::language::Lang;
use tenantry_core::layer::MissingTranslation;
use tenantry_core::site::{Blueprint, ContentIndex, Tenant};

use crate::resolve::Setting;
use crate::skeleton::Skeletons;
use crate::workspace::{Layer, TenantSeed};

/// What blueprints of one layer differ by.
type Kind = (Vec<Lang>, MissingTranslation);

/// A site as it is laid out.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// What is the same for all tenants that share it.
    pub(crate) blueprint: Arc<Blueprint>,
    /// Pages rendered for all of them; `None` for the site of a single tenant.
    pub(crate) skeletons: Option<Arc<Skeletons>>,
}

/// A layout that tenants share, and what was found while it was made.
type Made = (Layout, Vec<Diagnostic>);

/// The blueprints of a layer that tenants share.
#[derive(Debug, Default)]
pub struct Blueprints(Mutex<BTreeMap<Kind, Arc<Made>>>);

impl Blueprints {
    /// The one for a tenant that adds nothing. Those with errors are not kept: each tenant hears of its own.
    fn shared(
        &self,
        tenant: &Tenant,
        content: &Arc<ContentIndex>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Layout> {
        let kind = (tenant.languages.clone(), tenant.missing_translation);
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&kind).map(Arc::clone);
        let made = match found {
            Some(made) => made,
            None => {
                // Two tenants may come here at once; they make the same.
                let mut found = Vec::new();
                let Some(blueprint) = Blueprint::new(tenant, content, &mut found) else {
                    diagnostics.append(&mut found);
                    return None;
                };
                // A title with values in it stands on other pages too.
                let skeletons = (!blueprint.has_filled_titles()).then(Arc::default);
                let made = Arc::new((Layout { blueprint: Arc::new(blueprint), skeletons }, found));
                known().insert(kind, Arc::clone(&made));
                made
            }
        };
        diagnostics.extend(made.1.iter().cloned());
        Some(made.0.clone())
    }
}

/// The layout of a tenant's site. `None` if something is wrong, which is in `diagnostics`.
pub(crate) fn layout(
    seed: &TenantSeed,
    (tenant, content): (&Tenant, &Arc<ContentIndex>),
    setting: &Setting<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Layout> {
    if setting.is_as_written() && adds_nothing(seed, content, &seed.parent) {
        return seed.parent.blueprints.shared(tenant, content, diagnostics);
    }
    let blueprint = Arc::new(Blueprint::new(tenant, content, diagnostics)?);
    Some(Layout { blueprint, skeletons: None })
}

fn adds_nothing(seed: &TenantSeed, content: &Arc<ContentIndex>, parent: &Layer) -> bool {
    let says_nothing = seed.own.as_ref().is_some_and(|own| own.pages.is_empty() && own.nav.is_empty());
    says_nothing && Arc::ptr_eq(content, &parent.content)
}
