//! `sitemap.xml` (sitemaps.org protocol 0.9), with the languages of each page (Google, localized versions).

use std::fmt::Write as _;

use crate::content::escape;
use crate::language::{Date, Lang};

/// A page, as the sitemap lists it.
#[derive(Debug, Clone)]
pub struct SitemapPage {
    /// Its whole address.
    pub url: String,
    /// The date of its last update.
    pub updated: Option<Date>,
    /// The addresses of the page in every language that it has a text of its own in, itself included; the site's
    /// default language first, if it is among them.
    pub translations: Vec<(Lang, String)>,
    /// Where readers of other languages are sent: the page in the default language.
    pub otherwise: Option<String>,
}

/// Writes the sitemap. Addresses are in ASCII.
pub fn sitemap(pages: &[SitemapPage]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for page in pages {
        let _ = write!(xml, "<url>\n<loc>{}</loc>\n", escape(&page.url));
        if let Some(updated) = &page.updated {
            let _ = writeln!(xml, "<lastmod>{updated}</lastmod>");
        }
        if page.translations.len() > 1 {
            for (lang, url) in &page.translations {
                alternate(&mut xml, lang.as_str(), url);
            }
            if let Some(url) = &page.otherwise {
                alternate(&mut xml, "x-default", url);
            }
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

fn alternate(xml: &mut String, lang: &str, url: &str) {
    let _ = writeln!(xml, "<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{}\"/>", escape(url));
}
