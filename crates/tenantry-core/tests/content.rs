//! Documents: what compiling and filling promise for every text, good or bad.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::borrow::Cow;

use proptest::prelude::*;
use tenantry_core::content::{
    Body, Draft, LinkStyle, Linked, Surroundings, Target, Trust, Unfilled, ValuePath, Values, compile_document,
    compile_part,
};
use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::path::SourcePath;
use tenantry_core::register::TableHtml;
use tenantry_core::source::Source;

/// Fills every hole with something that must be escaped.
struct Hostile;

impl Values for Hostile {
    fn value(&self, _path: &ValuePath) -> Result<Cow<'_, str>, Unfilled> {
        Ok("<script>\"'&".into())
    }

    fn table(&self, id: &str) -> Result<&TableHtml, Unfilled> {
        Err(Unfilled { message: format!("no table {id}"), hint: None })
    }

    fn tables(&self) -> &[TableHtml] {
        &[]
    }
}

/// Leads every link to the page above.
struct Around;

impl Surroundings for Around {
    fn link(&self, _target: &Target) -> Result<Linked, Unfilled> {
        self.file("../")
    }

    fn file(&self, path: &str) -> Result<Linked, Unfilled> {
        Ok(Linked { written: path.to_owned(), below_root: None, to_table: None })
    }

    fn part(&self, name: &str) -> Result<&Body, Unfilled> {
        Err(Unfilled { message: format!("no part {name}"), hint: None })
    }
}

/// The HTML of a body.
fn filled(body: &Body, values: &impl Values) -> String {
    Draft::new(body, &Around, &mut Vec::new()).fill(values, LinkStyle::Relative).html
}

fn compiled(text: &str, trust: Trust) -> (Option<String>, Vec<Diagnostic>) {
    let source = Source::new(SourcePath::named("sites/a/content/x.fr.md"), text);
    let mut diagnostics = Vec::new();
    let document = compile_part(&source, trust, &mut diagnostics);
    (document.map(|document| filled(&document.body, &Hostile)), diagnostics)
}

fn html(text: &str) -> String {
    let (filling, diagnostics) = compiled(text, Trust::Tenant);
    filling.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

#[test]
fn values_are_escaped_wherever_they_land() {
    let page = html(
        "## A {{ vars.x }}\n\n| {{ vars.x }} | b |\n|---|---|\n| {{ vars.x }} | `{{ vars.x }}` |\n\n![{{ vars.x }}](/a.png)\n",
    );
    assert!(!page.contains("<script>"), "{page}");
    assert!(page.contains("<h2 id=\"a\">A &lt;script&gt;&quot;&#39;&amp;</h2>"), "{page}");
    assert!(page.contains("data-label=\"b\"><code>{{ vars.x }}</code>"), "{page}");
}

#[test]
fn an_autolink_shows_its_address() {
    struct Address;
    impl Values for Address {
        fn value(&self, _path: &ValuePath) -> Result<Cow<'_, str>, Unfilled> {
            Ok("https://a.example/?x=1&y=2".into())
        }
        fn table(&self, id: &str) -> Result<&TableHtml, Unfilled> {
            Err(Unfilled { message: id.into(), hint: None })
        }
        fn tables(&self) -> &[TableHtml] {
            &[]
        }
    }
    let source = Source::new(SourcePath::named("x.fr.md"), "<{{ site.base_url }}>");
    let document = compile_part(&source, Trust::Tenant, &mut Vec::new()).unwrap();
    let page = filled(&document.body, &Address);
    let address = "https://a.example/?x=1&amp;y=2";
    assert_eq!(page, format!("<p><a class=\"url\" href=\"{address}\">{address}</a></p>\n"));
}

#[test]
fn tables_have_headers_and_a_name() {
    let page = html("## Prices\n\nTable: What it costs\n\n| Item | Price |\n|---|---|\n| One | 1 |\n");
    assert!(page.contains("<caption>What it costs</caption>"), "{page}");
    assert!(page.contains("<th scope=\"col\">Item</th>"), "{page}");
    assert!(page.contains("<th scope=\"row\" data-label=\"Item\">One</th><td data-label=\"Price\">1</td>"), "{page}");
    let unnamed = html("## Prices\n\n| Item | Price |\n|---|---|\n| One | 1 |\n");
    assert!(unnamed.contains("aria-labelledby=\"prices\""), "{unnamed}");
}

#[test]
fn a_call_stands_alone() {
    for text in [
        "a {{ cookie_tables() }}",
        "- {{ cookie_tables() }}",
        "## {{ include(\"a\") }}",
        "| {{ cookie_tables() }} |\n|---|\n",
    ] {
        let (_, diagnostics) = compiled(text, Trust::Operator);
        assert!(diagnostics.iter().any(|found| found.code == "call-in-text"), "{text:?}: {diagnostics:?}");
    }
}

#[test]
fn places_are_those_of_the_file() {
    let source = Source::new(SourcePath::named("x.fr.md"), "+++\ntitle = \"A\"\n+++\n\nb {{ vars.x }} {{ 7*7 }}\n");
    let mut diagnostics = Vec::new();
    assert!(compile_document(&source, Trust::Tenant, &mut diagnostics).is_none());
    let tenantry_core::diagnostic::Subject::Place(place) = &diagnostics[0].subject else { panic!("{diagnostics:?}") };
    assert_eq!(place.to_string(), "x.fr.md:5:16");
}

/// Pieces that documents are made of, and that parsers trip over.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{{ vars.x }}"),
        Just("{{ cookie_tables() }}"),
        Just("{{ include(\"a\") }}"),
        Just("\\{{"),
        Just("{{"),
        Just("}}"),
        Just("<"),
        Just(">"),
        Just("`"),
        Just("```\n"),
        Just("*"),
        Just("["),
        Just("]("),
        Just(")"),
        Just("!["),
        Just("\n"),
        Just("\n\n"),
        Just("## "),
        Just("| a | b |\n|---|---|\n| "),
        Just("<script>alert(1)</script>"),
        Just("<img onerror=x>"),
        Just("javascript:x"),
        Just("&#106;avascript:x"),
        Just("{#id}"),
        Just("> "),
        Just("- "),
        Just("+++\n"),
        Just("é"),
        Just("\u{202e}"),
        Just("tnt0x"),
        Just("0z"),
        Just("[^1]"),
        Just("[^1]: "),
        Just("Table: "),
        Just("\0"),
        Just(" "),
        Just("a"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_text_breaks_the_compiler_or_gets_code_into_a_page(text in pieces()) {
        let (filling, diagnostics) = compiled(&text, Trust::Tenant);
        let _ = compiled(&text, Trust::Operator);
        if let Some(filling) = filling {
            let page = filling.to_lowercase();
            prop_assert!(!page.contains("<script") && !page.contains("<img onerror") && !page.contains("href=\"javascript"), "{page}");
            prop_assert!(!page.contains("tnt1x"), "a token is left: {page}");
        } else {
            prop_assert!(!diagnostics.is_empty());
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        let _ = compiled(&text, Trust::Tenant);
        let source = Source::new(SourcePath::named("x.fr.md"), text);
        let _ = compile_document(&source, Trust::Operator, &mut Vec::new());
    }
}
