//! Rows 83 to 88 and 90 to 92: templates that circle, never end, name what is not there, or would let words out.

use tenantry_testkit::{Tree, Workspace};

use super::{PAGE, PARAMS, odd, template};
use crate::report::build;
use crate::sound::refuses;

/// Components that call themselves, and each other.
const CIRCULAR: [&str; 2] = [
    "{% component a() %}{{ <a /> }}{% endcomponent a %}\n{{ <a /> }}",
    "{% component a() %}{{ <b /> }}{% endcomponent a %}\n\
     {% component b() %}{{ <a /> }}{% endcomponent b %}\n{{ <a /> }}",
];

#[test]
fn fault_083_templates_that_include_themselves_are_an_error() {
    for workspace in circles("include") {
        refuses(&workspace, &[("template themes", ".html")]);
    }
}

#[test]
fn fault_084_templates_that_extend_themselves_are_an_error() {
    for workspace in circles("extends") {
        refuses(&workspace, &[("template themes", ".html")]);
    }
}

#[test]
fn fault_084_circles_of_templates_are_told_in_a_file() {
    for workspace in circles("include").iter().chain(&circles("extends")) {
        refuses(workspace, &[("template themes/odd/templates/", "")]);
    }
}

#[test]
fn fault_084_a_template_that_is_not_there_is_an_error_where_it_is_named() {
    let workspace = template("{% include \"nope.html\" %}");
    refuses(&workspace, &[("template themes/odd/templates/page.html:1:", "nope.html")]);
    let workspace = template("{% extends \"nope.html\" %}");
    refuses(&workspace, &[("template themes/odd/templates/page.html:1:", "nope.html")]);
}

#[test]
fn fault_085_components_that_call_themselves_are_an_error() {
    for text in CIRCULAR {
        refuses(&template(text), &[("template themes", "omponent")]);
    }
}

#[test]
fn fault_085_components_that_call_themselves_are_told_in_their_file() {
    for text in CIRCULAR {
        refuses(&template(text), &[("template themes/odd/templates/page.html", "omponent")]);
    }
}

#[test]
fn fault_086_nesting_without_end_is_an_error() {
    for text in [
        "{% if true %}".repeat(10_000) + &"{% endif %}".repeat(10_000),
        "{% if true %}".repeat(10_000),
        format!("{{{{ {}1{} }}}}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{{{{ {}1 }}}}", "not ".repeat(10_000)),
        format!("{{{{ {}1{} }}}}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{{{{ {}1 }}}}", "1 + ".repeat(100_000)),
        format!("{{{{ page{} }}}}", ".title".repeat(10_000)),
        "{% for a in nav %}".repeat(5_000) + &"{% endfor %}".repeat(5_000),
    ] {
        let report = build(&template(&text));
        for error in report.errors() {
            assert!(error.starts_with("template themes/odd/templates/page.html:1:"), "{error}");
        }
        assert_eq!(report.status("good"), "built", "{}", report.outcome.stderr);
    }
}

#[test]
fn fault_087_ranges_without_end_are_an_error_at_their_line() {
    let workspace = template("\n{% for i in range(end=100000000) %}{{ i }}{% endfor %}");
    refuses(&workspace, &[("template themes/odd/templates/page.html:2:", "range")]);
}

#[test]
fn fault_088_an_undefined_variable_is_an_error_at_its_place() {
    let cases = [
        ("<p>\n  {{ pag.title }}</p>", "2:6", "pag"),
        ("<p>\n  {{ page.titel }}</p>", "2:", "titel"),
        ("<p>\n  {{ strings.nope }}</p>", "2:", "nope"),
        ("<p>\n  {{ params.nope }}</p>", "2:", "nope"),
        ("<p>\n  {{ vars.x }}</p>", "2:6", "vars"),
        ("<p>\n  {{ page.title | nope }}</p>", "2:", "nope"),
        ("<p>\n  {{ nope(x=1) }}</p>", "2:", "nope"),
        ("<p>\n  {% nope %}</p>", "2:", ""),
        ("<p>\n  {{ page.title </p>", "2:", ""),
        ("<p>\n  {% if page.title %}", "", ""),
        ("<p>\n  {% for e in site.noindex %}{% endfor %}", "2:", ""),
    ];
    for (text, place, words) in cases {
        refuses(&template(text), &[(&format!("template {PAGE}:{place}"), words)]);
    }
}

#[test]
fn fault_088_an_error_of_a_part_is_told_in_the_part() {
    let workspace = template("{% include \"_a.html\" %}");
    workspace.write("themes/odd/templates/_a.html", "<p>\n<b>é {{ page.nope }}</b>\n");
    refuses(&workspace, &[("template themes/odd/templates/_a.html:2:14", "nope")]);
}

#[test]
fn fault_088_a_mistake_in_a_style_sheet_is_told_at_its_place() {
    let workspace = odd("");
    workspace.write("themes/odd/templates/brand.css", ":root {\n  --brand: {{ params.brnad }};\n}\n");
    refuses(&workspace, &[("template themes/odd/templates/brand.css:2:", "brnad")]);
}

#[test]
fn fault_090_output_without_end_is_an_error() {
    let text = "mot ".repeat(250);
    let workspace = template(&format!("{{% for i in range(end=100000) %}}{text}{{% endfor %}}"));
    refuses(&workspace, &[(&format!("output-too-large {PAGE}:"), "more than")]);
}

#[test]
fn fault_090_a_style_sheet_without_end_is_an_error() {
    let workspace = odd("");
    let css = format!("{{% for i in range(end=100000) %}}{}{{% endfor %}}", "/* */ ".repeat(200));
    workspace.write("themes/odd/templates/brand.css", &css);
    refuses(&workspace, &[("output-too-large themes/odd/templates/brand.css:", "more than")]);
}

#[test]
fn fault_091_what_a_tenant_writes_is_escaped_whatever_the_template_is_called() {
    let mut open = Vec::new();
    for ending in [".html", ".svg", ".xml", ".txt", ".htm", ".html.tera", ".inc", ""] {
        let workspace = template(&format!("{{% include \"_part{ending}\" %}}"));
        workspace.write(
            &format!("themes/odd/templates/_part{ending}"),
            "<b title=\"{{ tenant.name }}\">{{ page.title }}</b>\n",
        );
        hostile_name(&workspace);
        let report = build(&workspace);
        let html = if report.code == 0 { workspace.read("dist/bad/index.html") } else { String::new() };
        if html.contains("<script") {
            open.push(ending);
        }
    }
    assert_eq!(open, [""; 0], "nothing is escaped in templates that end so");
}

#[test]
fn fault_091_a_style_sheet_is_escaped_as_a_style_sheet() {
    let workspace = odd(PARAMS);
    workspace.write("themes/odd/templates/brand.css", "a::before { content: \"{{ params.note }}\" }\n");
    let note = "params.note = '\"} body { background: url(//evil) } </style>'\n";
    workspace.append("sites/group/bad/site.toml", note);
    assert_eq!(build(&workspace).code, 0);
    let assets = Tree::read(workspace.at("dist/bad/assets"));
    let paths = assets.paths();
    let brand = paths.iter().find(|path| path.starts_with("brand.") && path.ends_with(".css"));
    let css = brand.map(|path| assets.text(path)).unwrap_or_default();
    assert!(css.contains("content") && !css.contains("url(") && !css.contains("</style"), "{css}");
    assert_eq!((css.matches('{').count(), css.matches('}').count(), css.matches('"').count()), (1, 1, 2), "{css}");
}

#[test]
fn fault_091_an_attribute_without_quotes_is_no_way_out() {
    let workspace = template("<b title=\"{{ tenant.name }}\">{{ tenant.name }}</b>");
    hostile_name(&workspace);
    assert_eq!(build(&workspace).code, 0);
    let html = workspace.read("dist/bad/index.html");
    assert!(!html.contains("<script") && !html.contains("\"\">"), "{html}");
}

#[test]
fn fault_092_a_theme_reads_nothing_but_its_values() {
    for call in [
        "get_env(name=\"HOME\")",
        "load_data(path=\"/etc/passwd\")",
        "now()",
        "get_random(start=1, end=9)",
        "get_file_hash(path=\"/etc/passwd\")",
    ] {
        refuses(&template(&format!("<p>\n{{{{ {call} }}}}</p>")), &[(&format!("template {PAGE}:2:"), "")]);
    }
    for path in ["/etc/passwd", "../../../sites/group.toml", "../theme.toml"] {
        let workspace = template(&format!("{{% include \"{path}\" %}}"));
        refuses(&workspace, &[(&format!("template {PAGE}:1:"), path)]);
        let workspace = template(&format!("{{{{ asset(path=\"{path}\") }}}}"));
        refuses(&workspace, &[(&format!("template {PAGE}:1:"), path)]);
    }
}

/// Workspaces whose page template names itself by this tag, and names another that names a third and back.
fn circles(tag: &str) -> [Workspace; 2] {
    let other = template(&format!("{{% {tag} \"_a.html\" %}}"));
    other.write("themes/odd/templates/_a.html", &format!("{{% {tag} \"_b.html\" %}}"));
    other.write("themes/odd/templates/_b.html", &format!("{{% {tag} \"_a.html\" %}}"));
    [template(&format!("{{% {tag} \"page.html\" %}}")), other]
}

/// Gives the tenant `bad`, and its page, a name that would break out of text and of an attribute.
fn hostile_name(workspace: &Workspace) {
    let settings = "name = '\"><script>alert(1)</script>'\nbase_url = \"https://bad.example.org\"\n";
    workspace.write("sites/group/bad/site.toml", settings);
    let text = "+++\ntitle = '\"><script>alert(1)</script>'\n+++\nTexte.\n";
    workspace.write("sites/group/bad/content/index.fr.md", text);
}
