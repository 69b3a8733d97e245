//! `robots.txt` (RFC 9309).

use crate::artifact::headers::Indexed;
use crate::layer::BaseUrl;

/// Everything may be read, and the sitemap is named. A site that is to be left out of search results is read as well:
/// a crawler that may not read a page does not see its `noindex`, and lists the bare address.
pub fn robots(base_url: &BaseUrl, indexed: Indexed) -> String {
    let mut text = String::from("User-agent: *\nDisallow:\n");
    if indexed == Indexed::Yes {
        text.push_str(&format!("\nSitemap: {}\n", base_url.join("sitemap.xml")));
    }
    text
}
