//! Row 78: what a register says is text, in every cell.

use super::{body, page, register};

#[test]
fn fault_078_the_cells_of_cookies_are_text() {
    let texts = [
        ("<b onclick=\\\"x\\\">gras</b>", "&lt;b onclick=&quot;x&quot;&gt;gras&lt;/b&gt;"),
        ("un | deux | trois", "un | deux | trois"),
        ("un\\ndeux", "un\ndeux"),
        ("un `code` **gras** [x](y)", "un `code` **gras** [x](y)"),
        ("{{ vars.x }} {{7*7}}", "{{ vars.x }} {{7*7}}"),
        ("</td><td>", "&lt;/td&gt;&lt;td&gt;"),
        ("a &amp; b", "a &amp;amp; b"),
        ("=cmd|' /C calc'!A0", "=cmd|&#39; /C calc&#39;!A0"),
    ];
    for (written, shown) in texts {
        for field in ["purpose", "service", "location", "legal_basis"] {
            let workspace = page("{{ cookie_table(\"t\") }}");
            workspace.write("sites/bad/cookies.toml", &register(field, &format!("\"{written}\"")));
            let html = body(&workspace);
            assert!(html.contains(&format!(">{shown}</td>")), "{field}: {html}");
            assert_eq!((html.matches("<td").count(), html.matches("<th scope=\"row\"").count()), (6, 1), "{html}");
        }
    }
}

#[test]
fn fault_078_everything_else_of_a_register_is_text_too() {
    let hostile = "\\\"><script>alert(1)</script>";
    let workspace = page("{{ cookie_tables() }}");
    workspace.write(
        "sites/bad/cookies.toml",
        &format!(
            "provider.a.name = \"{hostile}\"\ncategory.x = {{ is = \"analytics\", label = \"{hostile}\" }}\n\
             [cookie.a.b]\nnames = [\"{hostile}\", {{ regex = \"{hostile}\" }}]\ncategory = \"x\"\n\
             link = \"javascript:alert(1)\"\n\
             opt_out = \"{hostile}\"\ncell.purpose = \"{hostile}\"\nduration.raw = \"{hostile}\"\n\
             [table.t]\ntitle = \"{hostile}\"\nintro = \"{hostile}\"\nlabel.name = \"{hostile}\"\nrows = [\"a/b\"]\n\
             columns = [\"name\", \"provider\", \"category\", \"purpose\", \"duration\", \"link\", \"opt_out\"]\n"
        ),
    );
    let html = body(&workspace);
    let page = workspace.read("dist/bad/page/index.html");
    assert!(!page.contains("<script") && !html.contains("href=\"javascript"), "{page}");
    assert!(html.contains(">javascript:alert(1)</td>"), "{html}");
    assert_eq!(html.matches("&lt;script&gt;").count(), 12, "{html}");
}
