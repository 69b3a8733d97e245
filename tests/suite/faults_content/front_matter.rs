//! Front matter: what is none, what is missing from it, and documents that are not named for their language.

use super::{FRONT, PAGE, page};
use crate::report::build;
use crate::sound::refuses;

#[test]
fn mistakes_in_front_matter_are_errors_at_their_place() {
    let cases = [
        ("title = \"{{7*7}}\"", "bad-placeholder", "2:9", ""),
        ("title = \"T {{ vars.x\"", "bad-placeholder", "2:9", "not closed"),
        ("title = \"{{ include(\\\"a\\\") }}\"", "", "2:9", ""),
        ("title = '{{ cookie_tables() }}'", "call-in-text", "2:9", "only a value"),
        ("title = \"{{ vars.platfrom }}\"", "cannot-fill", "2:9", "`platform`"),
        ("title = \"T\"\ndescription = \"{{ vars.platfrom }}\"", "cannot-fill", "3:15", "`platform`"),
        ("title = \"T\"\ndescription = \"{{ sit.host }}\"", "bad-placeholder", "3:15", "did you mean `site`?"),
        ("title = \"{{ page.title }}\"", "cannot-fill", "2:9", ""),
    ];
    for (lines, code, place, words) in cases {
        let workspace = page("");
        workspace.append("sites/bad/site.toml", "vars.platform = \"x\"\n");
        workspace.write(PAGE, &format!("+++\n{lines}\n+++\nTexte {{{{ vars.platform }}}}.\n"));
        refuses(&workspace, &[(&format!("{code} {PAGE}:{place}"), words)]);
    }
}

#[test]
fn a_document_without_its_language_is_told_how_to_be_named() {
    let cases = [
        ("cookies.md", "write `cookies.fr.md`"),
        ("legal/cookies.md", "write `cookies.fr.md`"),
        ("cookies.francais.md", "write `cookies.fr.md`"),
        ("_parts/dpo.md", "write `dpo.fr.md`"),
    ];
    for (name, words) in cases {
        let workspace = page("Texte.");
        workspace.write(&format!("sites/bad/content/{name}"), &format!("{FRONT}Texte.\n"));
        refuses(&workspace, &[(&format!("no-language sites/bad/content/{name}: no language in the name"), words)]);
    }
    let workspace = page("Texte.");
    workspace.write("sites/bad/content/page.fr.html", "<p>");
    build(&workspace).finds("warning unread-file sites/bad/content/page.fr.html", "Markdown");
}

#[test]
fn front_matter_that_is_none_is_an_error_at_its_place() {
    let cases = [
        ("---\ntitle: Page\n---\nTexte.\n", "front-matter", "1:1", "`+++`"),
        ("+++\ntitle = \"Page\"\n\nTexte.\n", "front-matter", "1:1", "not closed"),
        ("Texte seul.\n", "no-title", "1:1", "title = "),
        ("", "no-title", "1:1", "title = "),
        ("+++\nupdated = 2026-12-01\n+++\nTexte.\n", "no-title", "1:1", "title = "),
        ("+++\ntitel = \"Page\"\n+++\n", "unknown-key", "2:1", "did you mean `title`?"),
        ("+++\ntitle = \"T\"\nlanguages = [\"fr\"]\n+++\n", "unknown-key", "3:1", ""),
        ("+++\ntitle = \"T\"\ntitle = \"U\"\n+++\n", "toml-syntax", "3:1", "duplicate"),
        ("+++\ntitle = Page\n+++\n", "toml-syntax", "2:9", "\"Page\""),
        ("+++\ntitle = “Page”\n+++\n", "typographic-quotes", "2:9", "\"…\""),
        ("+++\ntitle = 7\n+++\n", "wrong-type", "2:9", "expected text"),
        ("+++\ntitle = { fr = \"T\" }\n+++\n", "wrong-type", "2:9", "expected text"),
        ("+++\ntitle = \"T\"\nnav = \"1\"\n+++\n", "wrong-type", "3:7", "whole number"),
        ("+++\ntitle = \"T\"\nupdated = \"2026-12-01\"\n+++\n", "wrong-type", "3:11", "without quotation marks"),
        ("+++\ntitle = \"T\"\naliases = \"/a/\"\n+++\n", "wrong-type", "3:11", "list"),
        ("+++\ntitle = \"T\"\ntemplate = true\n+++\n", "wrong-type", "3:12", "text"),
        ("+++\ntitle = \"T\"\nparams = []\n+++\n", "wrong-type", "3:10", "table"),
        ("+++\r\ntitle = \"T\"\r\nnav = \"1\"\r\n+++\r\n", "wrong-type", "3:7", "whole number"),
        ("\u{feff}+++\ntitle = \"T\"\nnav = \"1\"\n+++\n", "wrong-type", "3:7", "whole number"),
    ];
    for (text, code, place, words) in cases {
        let workspace = page("");
        workspace.write(PAGE, text);
        refuses(&workspace, &[(&format!("{code} {PAGE}:{place}"), words)]);
    }
}

#[test]
fn an_empty_title_is_an_error() {
    for title in ["\"\"", "\"  \""] {
        let workspace = page("");
        workspace.write(PAGE, &format!("+++\ntitle = {title}\n+++\nTexte.\n"));
        refuses(&workspace, &[(&format!(" {PAGE}:"), "title")]);
    }
}

#[test]
fn a_page_may_have_an_empty_text() {
    let workspace = page("");
    assert_eq!(build(&workspace).code, 0);
}
