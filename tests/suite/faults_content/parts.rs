//! Parts: how deep they nest, where their mistakes are told, and how much they may multiply.

use super::{PAGE, body, page};
use crate::report::build;
use crate::sound::refuses;

#[test]
fn a_part_without_the_language_is_told_which_file_to_write() {
    let workspace = page("{{ include(\"english\") }}");
    workspace.write("sites/content/_parts/english.en.md", "English.\n");
    refuses(&workspace, &[(&format!("cannot-fill {PAGE}:4:1"), "_parts/english.fr.md")]);
}

#[test]
fn parts_nest_once() {
    let workspace = page("{{ include(\"a\") }}");
    for (part, text) in [("a", "{{ include(\"b\") }}\n"), ("b", "Au fond.\n")] {
        workspace.write(&format!("sites/bad/content/_parts/{part}.fr.md"), text);
    }
    assert!(body(&workspace).contains("<p>Au fond.</p>"));
    workspace.write("sites/bad/content/_parts/b.fr.md", "Deux.\n\n{{ include(\"c\") }}\n");
    workspace.write("sites/bad/content/_parts/c.fr.md", "Trois.\n");
    workspace.remove("dist");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/b.fr.md:3:1", "parts nest once")]);
}

#[test]
fn a_part_that_includes_itself_is_an_error_in_the_part() {
    let workspace = page("{{ include(\"a\") }}");
    workspace.write("sites/bad/content/_parts/a.fr.md", "Un.\n\n{{ include(\"a\") }}\n");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/a.fr.md:3:1", "`a`")]);
    workspace.write("sites/bad/content/_parts/a.fr.md", "{{ include(\"b\") }}\n");
    workspace.write("sites/bad/content/_parts/b.fr.md", "{{ include(\"a\") }}\n");
    refuses(&workspace, &[("cannot-fill sites/bad/content/_parts/b.fr.md:1:1", "`a`")]);
}

#[test]
fn an_error_in_a_part_is_told_in_the_part() {
    let workspace = page("{{ include(\"a\") }}");
    workspace.write("sites/bad/content/_parts/a.fr.md", "Un.\n\nDeux {{7*7}} et [x](javascript:x).\n");
    let report = build(&workspace);
    report.finds("error bad-placeholder sites/bad/content/_parts/a.fr.md:3:6", "");
    report.finds("error bad-link sites/bad/content/_parts/a.fr.md:3:17", "");
    assert_eq!((report.status("bad"), report.status("good")), ("failed", "built"));
}

#[test]
fn parts_that_multiply_are_stopped_and_the_content_is_blamed() {
    let workspace = page(&"{{ include(\"a\") }}\n\n".repeat(200));
    workspace.write("sites/bad/content/_parts/a.fr.md", &"{{ include(\"b\") }}\n\n".repeat(200));
    workspace.write("sites/bad/content/_parts/b.fr.md", &"mot ".repeat(500));
    refuses(&workspace, &[(" sites/bad/content/", "at most")]);
}
