//! What of a tenant's site breaks rules: its register, and its pages beside it.

use std::collections::BTreeSet;

use crate::content::Outline;
use crate::language::{Category, Lang};
use crate::layer::Chain;
use crate::lint::banner::{self, Question};
use crate::lint::finder::{Finder, Found, about};
use crate::lint::prose::entries;
use crate::lint::{Rule, consent, cookie, document, page, phrases, rules, table};
use crate::register::{Register, RegisterSpec};
use crate::site::{Blueprint, Page, Parts};

/// What is wrong with a register, whoever shows it, in the languages that it is shown in.
pub fn check_register((register, spec): (&Register, &RegisterSpec), languages: &[Lang], chain: &Chain) -> Vec<Found> {
    let mut found = Vec::new();
    for cookie in register.cookies() {
        found.extend(cookie::check(cookie, languages, chain).iter().cloned());
    }
    for shown in register.tables.iter().filter(|table| !table.rows.is_empty()) {
        let mut finder = Finder::new(chain);
        table::check(shown, &mut finder);
        found.append(&mut finder.found);
        for cookie in &shown.rows {
            let mut finder = Finder::of_cookie(chain, &cookie.id);
            table::check_row(shown, cookie, languages, &mut finder);
            found.append(&mut finder.found);
        }
    }
    found.extend(unlisted_exempt((register, spec), chain));
    found
}

/// What is wrong with a register seen from the addresses of a tenant.
pub fn check_parties(register: &Register, covered_hosts: &[String], chain: &Chain) -> Vec<Found> {
    register.tables.iter().flat_map(|shown| table::check_parties(shown, covered_hosts, chain)).collect()
}

/// Exempt cookies of the catalogue that no table names.
fn unlisted_exempt((register, spec): (&Register, &RegisterSpec), chain: &Chain) -> Vec<Found> {
    let listed: BTreeSet<&str> = register.cookies().iter().map(|cookie| cookie.id.as_str()).collect();
    let is_exempt = |role: &str| role == "audience-exempt";
    let exempt = spec.cookies.iter().filter(|(_, spec)| spec.role.as_ref().is_some_and(|role| is_exempt(&role.value)));
    exempt
        .filter(|(id, _)| !listed.contains(id.as_str()))
        .flat_map(|(id, spec)| {
            let mut finder = Finder::of_cookie(chain, id);
            let message = format!("`{id}` needs no consent, and stands in no table");
            finder.tell(&rules::EXEMPT_NOT_LISTED, spec.declared, (message, "list it too"));
            finder.found
        })
        .collect()
}

/// What a register has to do with the pages that show it, looked up once for all tenants that have it.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The names of providers, in every language.
    suppliers: Vec<String>,
    /// Which blocks a policy is to have: by which rule, under which names, and what they do.
    blocks: Vec<(&'static Rule, &'static str, &'static str)>,
    /// What visitors are to be asked.
    question: Question,
}

impl Wanted {
    fn of(register: &Register) -> &Wanted {
        register.wanted.get_or_init(|| Wanted {
            suppliers: suppliers(register),
            blocks: if register.cookies().is_empty() { Vec::new() } else { wanted_blocks(register) },
            question: Question::of(register),
        })
    }
}

/// What is wrong with the pages of a tenant.
pub fn check_site(parts: Parts<'_>, register: &Register) -> Vec<Found> {
    let Parts { tenant, blueprint, .. } = parts;
    let wanted = Wanted::of(register);
    let has_cookies = register.tables.iter().any(|table| !table.rows.is_empty());
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for (index, page) in blueprint.pages().iter().enumerate() {
        let documents = blueprint.content().shown_by(page);
        let shows_tables = blueprint.shows_tables(index) && has_cookies;
        for document in &documents {
            if seen.insert(document.body.source.path()) {
                found.extend(document::read(document).found.iter().cloned());
                if !wanted.suppliers.is_empty() {
                    found.extend(page::owners(document, (&wanted.suppliers, &tenant.name)));
                }
            }
        }
        if shows_tables {
            found.extend(page::check(page, &documents, (tenant, register)));
        }
    }
    found.extend(banner::check(parts, &wanted.question));
    for lang in &tenant.languages {
        found.extend(blocks(*lang, blueprint, wanted));
    }
    found
}

fn suppliers(register: &Register) -> Vec<String> {
    let cookies = register.cookies();
    let names = cookies.iter().filter_map(|cookie| cookie.provider.as_ref()).flat_map(|provider| provider.name.texts());
    let names: BTreeSet<&str> = names.map(|name| &*name.value).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// The blocks that a policy has in a language: names of parts and ids of headings.
fn blocks(lang: Lang, blueprint: &Blueprint, wanted: &Wanted) -> Vec<Found> {
    let pages: Vec<&Page> = blueprint.pages().iter().filter(|page| page.lang == lang).collect();
    let policy =
        blueprint.pages().iter().enumerate().find(|(index, page)| page.lang == lang && blueprint.shows_tables(*index));
    let Some((_, policy)) = policy.filter(|_| !wanted.blocks.is_empty()) else { return Vec::new() };
    let documents = pages.iter().flat_map(|page| blueprint.content().shown_by(page));
    let outlines = documents.flat_map(|document| &document.body.outline);
    let named: BTreeSet<&str> = outlines
        .filter_map(|outline| match outline {
            Outline::Heading(heading) => Some(&*heading.id),
            Outline::Include(name) => Some(&**name),
            Outline::CookieTable(..) | Outline::CookieTables(..) => None,
        })
        .collect();
    let missing = wanted.blocks.iter().filter(|(_, names, _)| !entries(names).any(|name| named.contains(name)));
    missing
        .map(|(rule, names, what)| {
            let first = entries(names).next().unwrap_or_default();
            let message = format!("no page in `{lang}` has a block that {what}");
            let hint = format!("name it: a part `{first}`, or a heading with {{#{first}}}");
            about(rule, policy.source.as_str(), (message, &hint))
        })
        .collect()
}

fn wanted_blocks(register: &Register) -> Vec<(&'static Rule, &'static str, &'static str)> {
    let mut wanted: Vec<(&'static Rule, &str, &str)> = vec![
        (&rules::CONTROLLER_MISSING, phrases::CONTROLLER, "says who is responsible"),
        (&rules::CONTACT_MISSING, phrases::CONTACT, "says how to reach who is responsible"),
        (&rules::RIGHTS_MISSING, phrases::RIGHTS, "lists the rights"),
        (&rules::COMPLAINT_RIGHT_MISSING, phrases::COMPLAINT, "tells of the right to complain"),
        (&rules::TRANSFER_MISSING, phrases::TRANSFER, "tells whether data leave the Union"),
        (&rules::AEPD_BLOCK_MISSING, phrases::DEFINITION, "defines cookies"),
        (&rules::AEPD_BLOCK_MISSING, phrases::CHOICES, "says how to accept, refuse and revoke"),
    ];
    let advertises = |category: Category| matches!(category, Category::Marketing | Category::Social);
    let cookies = register.cookies();
    let sells = cookies.iter().any(|cookie| {
        consent::needs_consent(cookie) && cookie.category.as_ref().is_some_and(|category| advertises(category.is))
    });
    if sells {
        wanted.push((&rules::SIGNAL_NOT_HONOURED, phrases::SIGNALS, "says that opt-out signals are honoured"));
        wanted.push((&rules::OPT_OUT_CONFIRMATION_MISSING, phrases::OPT_OUT_DONE, "shows that an opt-out is done"));
    }
    wanted
}
