//! Phrases that rules look for, as data: in lower case, between bars, with plain apostrophes.

/// Consent by going on with the visit, which is none.
pub(super) const BROWSING_ON: &str = "
    en poursuivant votre navigation|en continuant votre navigation|en continuant à naviguer|la poursuite de votre navigation
    by continuing to browse|by continuing to use this site|by continuing to use this website|your continued use of
    durch die weitere nutzung|wenn sie weitersurfen|si continúa navegando|al continuar navegando|door verder te surfen
    door gebruik te blijven maken
";

/// The number that an article of the French law had before June 2019.
pub(super) const FORMER_ARTICLE: &str = "article 32-ii|article 32 ii|art. 32-ii|l'article 32, ii|article 32 (ii)";

/// Programs that are no longer there.
pub(super) const DEAD_PROGRAMS: &str =
    "internet explorer|adobe flash|flash player|flash cookies|témoins flash|cookies flash|objets locaux partagés";

/// Statistics that need no consent because they are anonymous: pairs of which both stand in one sentence.
pub(super) const STATISTICS: &str = "
    statistiques sont anonymes|statistiques anonymes|anonymous statistics|statistics are anonymous
    anonyme statistiken|anonymen statistiken|estadísticas anónimas|anonieme statistieken
";
/// The other half.
pub(super) const NO_CONSENT: &str = "
    consentement de l'utilisateur n'est pas nécessaire|n'est pas nécessaire|pas besoin de consentement|sans consentement
    ne requièrent pas de consentement|ne nécessitent pas de consentement|n'est pas requis
    no consent|not require consent|without consent|consent is not|keine einwilligung|ohne einwilligung
    sin consentimiento|no requieren consentimiento|geen toestemming|zonder toestemming
";

/// What translators, converters and templates leave behind.
pub(super) const RESIDUE: &str = "
    lorem ipsum|dolor sit amet|as an ai language model|translated by|translated with|traduit par deepl|traduit avec
    traduit de l'anglais|machine translation|traduction automatique|übersetzt mit deepl
    veuillez traduire|voici la traduction|here is the translation|[insert|[insérer|[à compléter|[to be completed
    xxx|[nom de la société]|[company name]|[your company]|&amp;nbsp;|&amp;eacute;|undefined undefined|[object object]
";

/// Words by which a text speaks of web beacons.
pub(super) const BEACONS: &str = "
    web beacon|web beacons|internet beacons|balises internet|balises web|gifs invisibles|pixels invisibles|pixel invisible
    pixels espions|pixel espion|tracking pixel|tracking pixels|zählpixel|píxeles de seguimiento|trackingpixels
";
/// Of Flash.
pub(super) const FLASH: &str = "témoins flash|cookies flash|flash cookies|local shared objects|objets locaux partagés";
/// Of the browser's storage.
pub(super) const STORAGES: &str =
    "local storage|localstorage|session storage|stockage local|lokaler speicher|indexeddb";
/// Of fingerprints.
pub(super) const FINGERPRINTS: &str = "fingerprinting|prise d'empreinte|empreinte numérique du navigateur|browser fingerprint|huella digital del navegador";

/// Words by which a table says that it is not complete.
pub(super) const EXAMPLES: &str = "
    exemples de cookies|quelques exemples|exemples de traceurs|des exemples|à titre d'exemple|liste non exhaustive
    examples of cookies|some examples|for example|non-exhaustive list|not exhaustive|beispiele|nicht abschließend
    ejemplos de cookies|algunos ejemplos|voorbeelden van cookies|niet uitputtend
";

/// Words in a table's title that mean cookies of the site itself.
pub(super) const INTERNAL: &str =
    "internes|interne|propriétaires|first-party|first party|eigene|erstanbieter|propias|interne cookies|eigen";

/// Words in a table's title that mean a category.
pub(super) const TITLE_NECESSARY: &str = "
    nécessaires|nécessaire|strictement nécessaires|indispensables|necessary|essential|needs|erforderliche|notwendige
    necesarias|noodzakelijke|fonctionnement|fonctionnels|functional|funktionale|funcionales|functionele
";
/// The same of measurement.
pub(super) const TITLE_ANALYTICS: &str = "
    audience|statistiques|statistique|analyse|mesure|analytics|statistics|measurement|measure|statistik|analyse-cookies
    analítica|estadística|estadísticas|statistieken
";
/// The same of advertising.
pub(super) const TITLE_MARKETING: &str = "
    publicité|publicitaires|réseaux sociaux|marketing|advertising|social media|werbung|soziale medien|publicidad
    redes sociales|reclame|advertenties
";

/// Words of a purpose that is to remember a choice about cookies.
pub(super) const CHOICE_COOKIE: &str = "cookie|cookies|traceurs|trackers";
/// The other half.
pub(super) const CHOICE: &str = "
    bandeau|choix|préférences|consentement|banner|choice|choices|consent|einwilligung|auswahl|hinweis
    elección|consentimiento|aviso|toestemming|keuze|melding
";

/// What links and scripts of a permanent way to change one's mind hold.
pub(super) const WITHDRAW_HOOKS: &str = "
    manage-cookies|cookie-settings|gestion-des-cookies|gerer-mes-cookies|data-consent|data-cc|klaro|orejime|tarteaucitron
    #consent|cookieconsent
";

/// Words before a name that make it an owner.
pub(super) const OWNED_BY: &str = "
    est la propriété de|est propriété de|appartient à|est édité par|est publié par|éditeur du site :|propriétaire :
    is owned by|is the property of|is published by|belongs to|is operated by|site owner:|gehört|wird betrieben von
    es propiedad de|está editado por|is eigendom van|wordt uitgegeven door
";

/// Links whose words do not say where they lead.
pub(super) const EMPTY_WORDS: &str = "
    ici|cliquez ici|cliquer ici|en savoir plus|lire la suite|lien|ce lien|suite
    here|click here|read more|more|link|this link|learn more|hier|mehr|klicken sie hier|aquí|haga clic aquí|más
    klik hier|lees meer|meer
";

/// Common words by which a language is told, for prose of some length.
pub(super) const STOP_WORDS: [(&str, &str); 5] = [
    ("fr", "le|la|les|des|du|de|et|est|une|un|pour|sur|dans|par|vous|que|qui|aux|votre|ce|cette|d|l|au|sont|avec|se"),
    ("en", "the|of|and|is|are|for|on|in|by|you|that|which|your|this|to|with|from|a|an|it|its|about|whether"),
    ("de", "der|die|das|des|und|ist|sind|für|auf|im|von|sie|dass|ihre|dieser|zu|mit|ein|eine|den|dem|nicht"),
    ("es", "el|la|los|las|del|y|es|son|para|sobre|en|por|usted|que|su|este|esta|con|una|un|de|al|se"),
    ("nl", "de|het|een|en|is|zijn|voor|op|in|van|u|dat|die|uw|deze|te|met|om|wordt|aan|bij"),
];

/// Blocks of a policy: the names of parts and the ids of headings that count as each.
pub(super) const CONTROLLER: &str = "
    publisher|controller|editeur|éditeur|responsable|qui-est-responsable|who-is-responsible|verantwortlicher|responsable-del-tratamiento
    verwerkingsverantwoordelijke
";
/// How to reach whoever is responsible.
pub(super) const CONTACT: &str = "contact|dpo|nous-contacter|nous-joindre|kontakt|contacto|une-question|questions";
/// The rights.
pub(super) const RIGHTS: &str =
    "rights|droits|vos-droits|your-rights|ihre-rechte|rechte|derechos|sus-derechos|rechten|uw-rechten";
/// The right to complain.
pub(super) const COMPLAINT: &str = "
    complaint|complaints|se-plaindre|plainte|reclamation|réclamation|beschwerde|beschwerderecht|reclamaciones|klacht|klachten
";
/// Whether data leave the Union.
pub(super) const TRANSFER: &str =
    "transfer|transfers|transferts|transfert|übermittlung|uebermittlung|transferencias|doorgifte";
/// What a cookie is.
pub(super) const DEFINITION: &str =
    "definition|what-is-a-cookie|quest-ce-quun-cookie|was-ist-ein-cookie|que-es-una-cookie";
/// How to accept, refuse and revoke.
pub(super) const CHOICES: &str = "choix|choices|vos-choix|your-choices|browser|ihre-wahl|sus-opciones|uw-keuzes";
/// That opt-out signals are honoured.
pub(super) const SIGNALS: &str = "signals|opt-out-signals|gpc|global-privacy-control";
/// That an opt-out is done.
pub(super) const OPT_OUT_DONE: &str = "opt-out-confirmation|opt-out-status|opt-out-done";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::prose::{entries, lowered};

    #[test]
    fn phrases_are_lowered_with_plain_apostrophes() {
        let lists = [
            BROWSING_ON,
            FORMER_ARTICLE,
            DEAD_PROGRAMS,
            STATISTICS,
            NO_CONSENT,
            RESIDUE,
            BEACONS,
            FLASH,
            STORAGES,
            FINGERPRINTS,
            EXAMPLES,
            INTERNAL,
            TITLE_NECESSARY,
            TITLE_ANALYTICS,
            TITLE_MARKETING,
            CHOICE_COOKIE,
            CHOICE,
            WITHDRAW_HOOKS,
            OWNED_BY,
            EMPTY_WORDS,
            CONTROLLER,
            CONTACT,
            RIGHTS,
            COMPLAINT,
            TRANSFER,
            DEFINITION,
            CHOICES,
            SIGNALS,
            OPT_OUT_DONE,
        ];
        for phrase in lists.into_iter().flat_map(entries) {
            assert_eq!(lowered(phrase), phrase);
            assert!(!phrase.contains('’'), "{phrase}");
        }
    }
}
