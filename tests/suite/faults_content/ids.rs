//! Ids of headings, cookie tables and footnotes: none comes from a value, and none stands twice.

use tenantry_testkit::Workspace;

use super::{PAGE, body, page, register, with_var};
use crate::report::build;
use crate::sound::refuses;

#[test]
fn ids_of_headings_never_come_from_values() {
    let workspace = page("## Chez {{ vars.x }} ici\n\n## {{ vars.x }}\n\n## {{ tenant.name }}\n\n## `{{ x }}`");
    with_var(&workspace, "la Ville");
    let html = body(&workspace);
    for part in [
        "<h2 id=\"chez-ici\">Chez la Ville ici</h2>",
        "<h2 id=\"section\">la Ville</h2>",
        "<h2 id=\"section-2\">Bad</h2>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn ids_given_twice_are_errors_at_the_second() {
    refuses(&page("## A {#x}\n\n## B {#x}"), &[(&format!("duplicate-id {PAGE}:6:1"), "`x`")]);
    let html = body(&page("## A\n\n## A\n\n## A-2"));
    let ids: Vec<&str> = html.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids, ["a", "a-2", "a-2-2"]);
}

#[test]
fn an_id_of_a_part_that_the_page_has_too_is_an_error() {
    let workspace = page("## Titre\n\n{{ include(\"part\") }}");
    workspace.write("sites/bad/content/_parts/part.fr.md", "## Titre\n");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/part.fr.md:1:1", "`titre`")]);
    let workspace = page("{{ include(\"part\") }}\n\n{{ include(\"part\") }}");
    workspace.write("sites/bad/content/_parts/part.fr.md", "## Titre\n");
    refuses(&workspace, &[(" sites/bad/content/", "`titre`")]);
}

#[test]
fn an_id_of_a_cookie_table_is_no_other_ones() {
    let tables = register("purpose", "\"x\"");
    for text in [
        "## Titre {#table-t}\n\n{{ cookie_tables() }}",
        "{{ cookie_tables() }}\n\n{{ cookie_tables() }}",
        "{{ cookie_table(\"t\") }}\n\n{{ cookie_table(\"t\") }}",
        "{{ cookie_table(\"t\") }}\n\n{{ cookie_tables() }}",
        "## Titre {#table-t-caption}\n\n{{ cookie_table(\"t\") }}",
    ] {
        let workspace = page(text);
        workspace.write("sites/bad/cookies.toml", &tables);
        refuses_or_distinct(&workspace, text);
    }
}

#[test]
fn an_id_of_a_footnote_is_no_other_ones() {
    for text in ["## A\n\nNote[^a].\n\n[^a]: Texte.", "Note[^1].\n\n[^1]: Texte.\n\n{{ include(\"part\") }}"] {
        let workspace = page(text);
        workspace.write("sites/bad/content/_parts/part.fr.md", "Autre[^1].\n\n[^1]: Autre texte.\n");
        refuses_or_distinct(&workspace, text);
    }
}

/// Checks that no id stands twice in the page, or that it is refused.
#[track_caller]
fn refuses_or_distinct(workspace: &Workspace, text: &str) {
    let report = build(workspace);
    if report.code == 1 {
        return assert!(report.errors()[0].contains(" sites/bad/content/"), "{:?}", report.errors());
    }
    let html = workspace.read("dist/bad/page/fragment.html");
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    assert_eq!(twice, [""; 0], "{text}");
}
