//! What the pages of the five tenants load: how much it is, and that it is what the page says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};
use tenantry_testkit::{Program, Tree, Workspace};

use crate::html::attribute;
use crate::repository::root;

/// Most bytes of a page with its style sheets.
const MOST_BYTES: usize = 30_000;

/// A style sheet that a page loads: the digest that it names, and the bytes.
type Style<'t> = (String, &'t [u8]);

/// Each page of the five, with its text and its style sheets.
fn pages(tree: &Tree) -> Vec<(&str, &str, Vec<Style<'_>>)> {
    let pages = tree.paths().into_iter().filter(|path| path.ends_with("index.html") || path.ends_with("404.html"));
    pages.map(|path| (path, tree.text(path), styles(tree, path))).collect()
}

fn styles<'t>(tree: &'t Tree, page: &str) -> Vec<Style<'t>> {
    let html = tree.text(page);
    let tags = html.split('<').filter(|tag| tag.starts_with("link rel=\"stylesheet\""));
    let tenant = page.split('/').next().unwrap_or_default();
    let style = |tag: &str| {
        let href = attribute(tag, "href").unwrap();
        let name = href.rsplit('/').next().unwrap();
        let bytes = tree.bytes(&format!("{tenant}/assets/{name}")).unwrap_or_else(|| panic!("{page}: {href}"));
        (attribute(tag, "integrity").unwrap_or_else(|| panic!("{page}: no digest of {href}")), bytes)
    };
    tags.map(style).collect()
}

pub(super) fn built() -> Tree {
    let out = Workspace::empty();
    let program = Program::new().args(["build", "--workspace"]).args([root()]).args(["--out"]).args([out.at("dist")]);
    assert_eq!(program.run().code, 0);
    Tree::read(out.at("dist"))
}

#[test]
fn a_page_and_its_style_sheets_have_30_kilobytes_at_most() {
    let tree = built();
    let pages = pages(&tree);
    assert!(pages.len() >= 48, "{}", pages.len());
    for (path, html, styles) in pages {
        let weight = html.len() + styles.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
        assert!(weight <= MOST_BYTES, "`{path}` weighs {weight} bytes");
        assert_eq!(styles.len(), 2, "{path}");
    }
}

/// W3C Subresource Integrity, section 3.
#[test]
fn every_digest_is_that_of_the_file() {
    let tree = built();
    for (path, _, styles) in pages(&tree) {
        for (integrity, bytes) in styles {
            assert_eq!(integrity, format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes))), "{path}");
        }
    }
}
