//! The five documents as they were published, as data: each fault that the domain guide finds in them is found.
//!
//! The prose is our own, of the same shapes; names, hosts, durations and cells are facts.

use super::{Checked, check};

/// One table of examples, with an empty cell, in prose that says too much.
const ALITTLEMARKET: &str = r#"
//- /sites/cookies.toml
provider.alm.name = "Alittlemarket"
provider.kameleoon.name = "Kameleoon"
provider.google.name = "Google"
[category]
fonctionnalite = { is = "functional", label.fr = "Fonctionnalité" }
analyse = { is = "analytics", label.fr = "Analyse" }
strict = { is = "necessary", label.fr = "Strictement nécessaire" }
[table.exemples]
title.fr = "Exemples de cookies"
columns = ["category", "name", "service", "purpose"]
rows = ["alm/alm_pseudo", "kameleoon/kameleoonVisitorIdentifier", "google/_utmz", "alm/sessid"]
[cookie.alm.alm_pseudo]
category = "fonctionnalite"
service.fr = "Tout le site"
purpose.fr = "Stocke le pseudo de l'utilisateur connecté."
[cookie.kameleoon.kameleoonVisitorIdentifier]
category = "analyse"
purpose.fr = "Stocke un identifiant."
[cookie.google._utmz]
category = "analyse"
service.fr = "Tout le site"
purpose.fr = "Stocke des données d'analyse."
[cookie.alm.sessid]
category = "strict"
service.fr = "Tout le site"
purpose.fr = "Conserve la session."
//- /sites/content/cookies.fr.md
+++
title = "Suivi"
+++
## Types

Des gifs invisibles suivent les visites. Les témoins Flash aussi.

## Exemples

Voici quelques exemples :

{{ cookie_table("exemples") }}

## Gestion

Voyez l'aide de votre navigateur, par exemple Internet Explorer.
"#;

/// Three tables of two column sets; hosts in place of names, durations in place of links.
const INMEMORI: &str = r#"
//- /sites/cookies.toml
[category]
fonctionnement = { is = "necessary", label.fr = "Fonctionnement" }
paiement = { is = "functional", label.fr = "Paiement en ligne" }
analytique = { is = "analytics", label.fr = "Analytique" }
social = { is = "marketing", label.fr = "Social" }
[table.internes]
title.fr = "Cookies internes nécessaires"
columns = ["name", "category", "purpose", "duration"]
rows = ["inmemori/im_web_cookie", "inmemori/cookie_validation", "stripe/payment"]
[table.audience]
title.fr = "Cookies d'audience"
columns = ["name", "category", "purpose", "link"]
rows = ["inmemori/im_mkt_tracking", "google/utm", "amplitude/visits", "segment/visits", "facebook/social"]
[cookie.inmemori.im_web_cookie]
category = "fonctionnement"
purpose.fr = "Mémoriser la fermeture du bandeau sur les cookies, sur l'espace"
duration = "13 months"
[cookie.inmemori.cookie_validation]
category = "fonctionnement"
purpose.fr = "Mémoriser la fermeture du bandeau sur les cookies, sur le site"
duration = "365 days"
[cookie.stripe.payment]
names = []
hosts = [".stripe.com"]
category = "paiement"
purpose.fr = "Offrir un service de paiement"
duration = "13 months"
[cookie.inmemori.im_mkt_tracking]
category = "analytique"
purpose.fr = "Mémoriser les pages consultées"
cell.link.fr = "Durée de conservation : 1 jour"
[cookie.google.utm]
names = ["_utma", "_utmz", "_utmz"]
category = "analytique"
purpose.fr = "Identifier le canal"
cell.link.fr = "Durée de conservation : 13 mois"
[cookie.amplitude.visits]
names = []
hosts = [".amplitude.com"]
category = "analytique"
purpose.fr = "Comptabiliser les visites"
link = "amplitude.com/privacy"
[cookie.segment.visits]
names = []
hosts = [".segment.com"]
category = "analytique"
purpose.fr = "Comptabiliser les visites"
link = "segment.com/docs"
[cookie.facebook.social]
names = []
hosts = [".facebook.com"]
category = "social"
purpose.fr = "Publicité"
link = "facebook.com/policies"
"#;

/// Two tenants of one boilerplate, without a column of durations, without a date, with a claim about statistics.
const PORTALS: &str = r#"
//- /sites/cookies.toml
provider.opendatasoft.name = "Opendatasoft"
[table.necessary]
title.fr = "Cookies nécessaires"
columns = ["provider", "service", "name", "purpose"]
rows = ["opendatasoft/sessionid", "opendatasoft/csrftoken"]
[cookie.opendatasoft.sessionid]
category = "necessary"
service.fr = "Authentification"
purpose.fr = "Se souvenir de l'utilisateur."
[cookie.opendatasoft.csrftoken]
category = "security"
service.fr = "API"
purpose.fr = "Récupérer des données"
//- /sites/content/cookies.fr.md
+++
title = "Charte cookies"
+++
Lorsque les statistiques sont anonymes, le consentement de l’utilisateur n’est pas nécessaire.

{{ cookie_tables() }}
//- /sites/b/site.toml
name = "B"
base_url = "https://b.example"
"#;

fn all(checked: &Checked, expected: &[(&str, usize)]) {
    for (rule, count) in expected {
        assert_eq!(checked.all(rule).len(), *count, "{rule}: {:#?}", checked.told(rule));
    }
}

#[test]
fn alittlemarket() {
    let checked = check(ALITTLEMARKET, &["--profile", "fr"]);
    all(
        &checked,
        &[
            ("dur-missing", 4),
            ("name-near-miss", 1),
            ("empty-cell", 1),
            ("provider-missing", 1),
            ("kind-unlisted", 2),
            ("date-missing", 1),
            ("withdraw-hook-missing", 1),
        ],
    );
    checked.finds("name-near-miss", "`__utmz` of Google");
    checked.finds("empty-cell", "`service` of `kameleoon/kameleoonVisitorIdentifier`");
    checked.finds("kind-unlisted", "web beacons");
    checked.finds("kind-unlisted", "Flash");
    checked.finds("table-partial", "examples only");
    checked.finds("claim-stale", "Internet Explorer");
    checked.finds("banner-missing", "3 cookies need consent, `alm/alm_pseudo` first");
    assert_eq!(checked.code, 1);
}

/// A link to `#` has no place in a site that is built: the document that holds it is refused.
#[test]
fn alittlemarket_dead_links() {
    for link in ["[Politique](#)", "[Firefox]()"] {
        let text = ALITTLEMARKET.replace("Des gifs", &format!("Voyez {link}. Des gifs"));
        let checked = check(&text, &[]);
        checked.finds("link-dead", "leads nowhere");
        assert_eq!(checked.code, 1);
    }
}

#[test]
fn inmemori() {
    let checked = check(INMEMORI, &["--profile", "fr"]);
    all(
        &checked,
        &[
            ("dur-missing", 5),
            ("dur-in-wrong-column", 2),
            ("dup-name", 1),
            ("name-near-miss", 2),
            ("name-is-host", 4),
            ("provider-missing", 2),
            ("category-conflict", 1),
            ("party-conflict", 1),
            ("link-no-scheme", 3),
            ("consent-store-over-6m", 2),
            ("withdraw-hook-missing", 1),
            ("date-missing", 0),
        ],
    );
    checked.finds("dup-name", "`_utmz` stands twice");
    checked.finds("category-conflict", "`facebook/social`");
    checked.finds("party-conflict", "`stripe/payment`");
    checked.finds("consent-store-over-6m", "365 days");
    checked.finds("dur-in-wrong-column", "`google/utm`");
}

#[test]
fn the_portals() {
    let checked = check(PORTALS, &["--profile", "fr"]);
    all(&checked, &[("dur-missing", 2), ("date-missing", 1), ("claim-stale", 1), ("withdraw-hook-missing", 1)]);
    for rule in ["dur-missing", "date-missing", "claim-stale", "withdraw-hook-missing"] {
        assert_eq!(checked.all(rule)[0]["tenants"], 2, "told once, with the number of tenants: {rule}");
    }
}

/// A supplier in the place of the owner, as a pasted page leaves it.
#[test]
fn the_vendor_as_owner() {
    let text = PORTALS.replace("Lorsque", "Ce portail est édité par **Opendatasoft**. Lorsque");
    let checked = check(&text, &[]);
    checked.finds("vendor-as-owner", "`Opendatasoft`");
    assert_eq!(checked.code, 1);
    let own = PORTALS.replace("Lorsque", "Ce portail est édité par {{ tenant.name }}. Lorsque");
    check(&own, &[]).lacks("vendor-as-owner");
}
