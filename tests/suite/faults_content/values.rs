//! What a value becomes where it lands: escaped text, whole addresses, and no ids.

use super::{EVERY_PLACE, PAGE, body, page, read_after_build, with_var};
use crate::sound::refuses;

/// A value that would break out of text, of an attribute and of an address.
const HOSTILE: &str = r#"\"><script>alert('1')</script>&amp;"#;

/// The same, escaped.
const ESCAPED: &str = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;";

#[test]
fn a_value_is_escaped_where_it_lands() {
    let workspace = page("");
    with_var(&workspace, HOSTILE);
    workspace.write(PAGE, EVERY_PLACE);
    let page = read_after_build(&workspace, "dist/bad/page/index.html");
    for part in [
        format!("<p>Texte {ESCAPED}, <strong>{ESCAPED}</strong>"),
        format!("lien {ESCAPED}</a>"),
        format!("alt=\"image {ESCAPED}\""),
        format!("<h2 id=\"titre\">Titre {ESCAPED}</h2>"),
        format!("<a href=\"#titre\">Titre {ESCAPED}</a>"),
        format!("data-label=\"A {ESCAPED}\""),
    ] {
        assert!(page.contains(&part), "{part}: {page}");
    }
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn a_value_in_an_address_is_escaped() {
    let workspace = page("Un [lien](https://a.example/{{ vars.x }}) et <https://b.example/{{ vars.x }}>.");
    with_var(&workspace, "a\\\"><b>&'x");
    let html = body(&workspace);
    assert!(
        html.contains("href=\"https://a.example/a&quot;&gt;&lt;b&gt;&amp;&#39;x\"") || html.contains("%22%3E%3Cb%3E"),
        "{html}"
    );
    assert!(!html.contains("<b>"), "{html}");
}

#[test]
fn a_value_that_makes_an_address_run_code_is_an_error() {
    let cases = [
        ("Un [lien]({{ vars.x }}).", "javascript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", "JavaScript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", " javascript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", "java\\nscript:alert(1)"),
        ("Un [lien]({{ vars.x }}).", "data:text/html,x"),
        ("Un [lien]({{ vars.x }}).", "//evil.example"),
        ("Un [lien]({{ vars.x }}).", "http://localhost/"),
        ("Un [lien](java{{ vars.x }}).", "script:alert(1)"),
        ("Un [lien]({{ vars.x }}:alert%281%29).", "javascript"),
        ("Un <{{ vars.x }}>.", "javascript:alert(1)"),
        ("Un [lien].\n\n[lien]: {{ vars.x }}", "javascript:alert(1)"),
        ("Un [lien](https://{{ vars.x }}/).", "localhost"),
        ("Un [lien](https://{{ vars.x }}/).", "a.example\\\"x"),
    ];
    for (text, value) in cases {
        let workspace = page(text);
        with_var(&workspace, value);
        refuses(&workspace, &[(&format!("cannot-fill {PAGE}:4:4"), "")]);
    }
}

#[test]
fn a_value_may_be_a_whole_address() {
    let workspace = page("[a]({{ vars.x }}) [b](mailto:{{ vars.mail }}) <{{ vars.x }}>");
    let settings = workspace.read("sites/bad/site.toml")
        + "vars.x = \"https://a.example/?b=1&c=2\"\nvars.mail = \"a@b.example\"\n";
    workspace.write("sites/bad/site.toml", &settings);
    let html = body(&workspace);
    assert!(
        html.contains("href=\"https://a.example/?b=1&amp;c=2\">a<") && html.contains("href=\"mailto:a@b.example\">b<"),
        "{html}"
    );
}

#[test]
fn values_that_multiply_are_stopped_and_the_content_is_blamed() {
    let workspace = page(&"{{ vars.x }} ".repeat(2_000));
    with_var(&workspace, &"mot ".repeat(4_900));
    refuses(&workspace, &[(" sites/bad/content/", "at most")]);
}
