//! Faults of themes, of their parameters, and of the entries of a catalogue.
//!
//! Rows 82 to 86, 88, 90 to 92 of the catalogue of faults, and of 87 what loops and ranges can do. A panic within a
//! template (row 89) cannot be brought about from outside. Themes are the operator's: what they may do is not in
//! question here, only how their mistakes are told and whom they touch.

use std::time::Duration;

use serde_json::Value;
use tenantry_testkit::{Outcome, Program, Tree, Workspace};

/// A sound tenant with a sound theme, and one with the theme `odd`, which the test makes odd.
const WORKSPACE: &str = r#"
//- /sites/group.toml
theme = "plain"
languages = ["fr"]
//- /sites/content/index.fr.md
+++
title = "Accueil"
+++
Bonjour.
//- /sites/good/site.toml
name = "Good"
base_url = "https://good.example.org"
//- /sites/group/group.toml
theme = "odd"
//- /sites/group/bad/site.toml
name = "Bad"
base_url = "https://bad.example.org"
//- /themes/odd/theme.toml
name = "Odd"
//- /themes/odd/strings/fr.toml
home = "Accueil"
//- /themes/odd/templates/page.html
<title>{{ page.title }}</title>
{{ page.body }}
"#;

/// The template of the odd theme.
const PAGE: &str = "themes/odd/templates/page.html";

/// Parameters of every type.
const PARAMS: &str = r##"
[params.brand]
type = "colour"
default = "#1f4e79"
[params.note]
type = "text"
[params.help]
type = "url"
[params.face]
type = "choice"
choices = ["sans", "serif"]
default = "sans"
[params.wide]
type = "bool"
default = false
[params.logo]
type = "asset"
"##;

#[test]
fn fault_082_a_cookie_without_a_name_is_an_error_at_its_entry() {
    let long = "x".repeat(4_097);
    let cases = [
        ("names = [\"\"]", "bad-cookie-name", "2:10", "not empty"),
        (&*format!("names = [\"{long}\"]"), "bad-cookie-name", "2:10", "4097 bytes"),
        ("names = [\"a\", \"\"]", "bad-cookie-name", "2:15", "not empty"),
        ("names = [\"a\\u0007b\"]", "", "2:10", "u{7}"),
        ("names = [\"a\\nb\"]", "bad-cookie-name", "2:10", ""),
        ("names = []", "nameless-cookie", "2:9", "hosts"),
        ("names = []\nhosts = []", "nameless-cookie", "2:9", "hosts"),
        ("names = [{ }]", "", "2:", ""),
        ("hosts = [\"https://x.example/\"]", "bad-host", "2:10", "without scheme"),
        ("hosts = [\"\"]", "bad-host", "2:10", "host name"),
        ("hosts = [\"a b\"]", "bad-host", "2:10", "host name"),
    ];
    for (line, code, place, words) in cases {
        let report = build(&cookie(line));
        report.expect(&[(&format!("{code} sites/group/bad/cookies.toml:{place}"), words)]);
        assert_eq!((report.code, report.status("bad"), report.status("good")), (1, "failed", "built"), "{line}");
    }
}

#[test]
fn fault_082_an_unknown_pattern_is_told_the_nearest_one() {
    let report = build(&cookie("names = [{ glbo = \"a*\" }]"));
    report.finds("error unknown-key sites/group/bad/cookies.toml:2:12", "did you mean `glob`?");
    assert_eq!((report.status("bad"), report.status("good")), ("failed", "built"));
}

#[test]
fn fault_082_a_pattern_that_fits_nothing_or_everything_is_an_error() {
    for line in [
        "names = [{ prefix = \"\" }]",
        "names = [{ glob = \"\" }]",
        "names = [{ prefix = \"a\", regex = \"b\" }]",
        "names = [{ regex = \"(\" }]",
    ] {
        refuses(&cookie(line), &[(" sites/group/bad/cookies.toml:2:", "")]);
    }
}

#[test]
fn fault_082_the_longest_name_is_no_fault() {
    assert_eq!(build(&cookie(&format!("names = [\"{}\"]", "x".repeat(4_096)))).code, 0);
}

#[test]
fn fault_082_absurd_durations_are_errors_at_their_place() {
    let cases = [
        ("\"-1 day\"", "negative"),
        ("\"-1\"", ""),
        ("\"1e308 years\"", "too large"),
        ("\"99999999999999999999 years\"", "too large"),
        ("\"4294967296 days\"", "too large"),
        ("\"1.5 years\"", "whole number"),
        ("\"\"", "empty"),
        ("\"NaN\"", ""),
        ("\"13\"", "no unit"),
        ("\"about a year\"", ""),
        ("\"P1Y\"", ""),
        ("13", "expected text, found a whole number"),
        ("-1", "expected text, found a whole number"),
        ("{ is = \"-1 day\" }", "negative"),
    ];
    for (written, words) in cases {
        let report = build(&cookie(&format!("duration = {written}")));
        report.expect(&[(" sites/group/bad/cookies.toml:2:", words)]);
        assert_eq!((report.code, report.status("bad"), report.status("good")), (1, "failed", "built"), "{written}");
    }
    let report = build(&cookie("duration = { is = \"-1 day\" }"));
    report.expect(&[("bad-duration sites/group/bad/cookies.toml:2:19", "")]);
}

#[test]
fn fault_082_a_row_given_twice_is_told_at_its_place() {
    let workspace = cookie("purpose = \"x\"");
    let text = workspace.read("sites/group/bad/cookies.toml");
    workspace.write("sites/group/bad/cookies.toml", &text.replace("rows = [\"a/b\"]", "rows = [\"a/b\", \"a/b\"]"));
    build(&workspace).tells("sites/group/bad/cookies.toml:6:16");
}

#[test]
fn fault_082_a_name_given_twice_on_one_host_is_told_at_its_place() {
    let workspace = cookie("names = [\"_ga\"]\nhosts = [\".bad.example.org\"]");
    let text = workspace.read("sites/group/bad/cookies.toml").replace("rows = [\"a/b\"]", "rows = [\"a/b\", \"a/c\"]");
    let second = "[cookie.a.c]\nnames = [\"_ga\"]\nhosts = [\".bad.example.org\"]\n";
    workspace.write("sites/group/bad/cookies.toml", &(text + second));
    build(&workspace).tells("sites/group/bad/cookies.toml:");
}

#[test]
fn fault_082_rows_that_are_none_are_errors_at_their_place() {
    let cases = [
        ("\"a/bb\"", "unknown-cookie", "did you mean `a/b`?"),
        ("\"zzzz/yyyy\"", "unknown-cookie", "[cookie.zzzz.yyyy]"),
        ("\"a\"", "bad-name", "provider/slug"),
        ("\"\"", "bad-name", "provider/slug"),
        ("7", "wrong-type", "expected text"),
    ];
    for (row, code, words) in cases {
        let workspace = cookie("purpose = \"x\"");
        let text =
            workspace.read("sites/group/bad/cookies.toml").replace("rows = [\"a/b\"]", &format!("rows = [{row}]"));
        workspace.write("sites/group/bad/cookies.toml", &text);
        refuses(&workspace, &[(&format!("{code} sites/group/bad/cookies.toml:6:9"), words)]);
    }
}

#[test]
fn fault_082_a_category_and_a_provider_that_nobody_describes() {
    refuses(
        &cookie("category = \"analytcs\""),
        &[("unknown-category sites/group/bad/cookies.toml:2:12", "`analytics`")],
    );
    let workspace = cookie("purpose = \"x\"");
    let text = workspace.read("sites/group/bad/cookies.toml").replace("[provider.a]", "[provider.aa]");
    workspace.write("sites/group/bad/cookies.toml", &text);
    let report = build(&workspace);
    report.finds("warning unknown-provider sites/group/bad/cookies.toml:1:", "provider");
    assert_eq!(report.code, 0);
}

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

/// Components that call themselves, and each other.
const CIRCULAR: [&str; 2] = [
    "{% component a() %}{{ <a /> }}{% endcomponent a %}\n{{ <a /> }}",
    "{% component a() %}{{ <b /> }}{% endcomponent a %}\n\
     {% component b() %}{{ <a /> }}{% endcomponent b %}\n{{ <a /> }}",
];

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
    workspace.write("sites/group/bad/site.toml", &(workspace.read("sites/group/bad/site.toml") + note));
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

#[test]
fn a_template_that_the_theme_does_not_have_is_told_where_it_is_asked_for() {
    let workspace = odd("");
    workspace.write("themes/odd/templates/legal.html", "{{ page.body }}");
    let text = "+++\ntitle = \"T\"\ntemplate = \"leagl\"\n+++\nTexte.\n";
    workspace.write("sites/group/bad/content/page.fr.md", text);
    refuses(&workspace, &[("unknown-template sites/group/bad/content/page.fr.md:3:12", "did you mean `legal`?")]);
    workspace.write("sites/group/bad/content/page.fr.md", &text.replace("leagl", "zzzzzz"));
    refuses(&workspace, &[("unknown-template sites/group/bad/content/page.fr.md:3:12", "legal, page")]);
    workspace.write("sites/group/bad/content/page.fr.md", &text.replace("leagl", "legal"));
    assert_eq!(build(&workspace).code, 0);
}

#[test]
fn a_template_of_the_settings_is_told_in_the_settings() {
    let workspace = odd("");
    let settings = workspace.read("sites/group/bad/site.toml") + "pages.index.template = \"pgae\"\n";
    workspace.write("sites/group/bad/site.toml", &settings);
    refuses(&workspace, &[("unknown-template sites/group/bad/site.toml:3:24", "did you mean `page`?")]);
}

#[test]
fn an_asset_that_the_theme_does_not_have_is_told_at_its_place() {
    for call in ["asset", "integrity"] {
        let workspace = template(&format!("<p>\n<link href=\"{{{{ {call}(path=\"odd.cs\") }}}}\">"));
        workspace.write("themes/odd/static/odd.css", "a { color: red }\n");
        refuses(&workspace, &[(&format!("template {PAGE}:2:"), "did you mean `odd.css`?")]);
    }
    refuses(&template("{{ asset() }}"), &[(&format!("template {PAGE}:1:"), "path")]);
    refuses(&template("{{ asset(path=7) }}"), &[(&format!("template {PAGE}:1:"), "")]);
}

#[test]
fn a_theme_that_extends_in_a_circle_is_an_error_at_its_place() {
    let place = "theme-circle themes/odd/theme.toml:2:11";
    refuses(&odd("extends = \"odd\"\n"), &[(place, "`odd`")]);
    let workspace = odd("extends = \"other\"\n");
    workspace.write("themes/other/theme.toml", "extends = \"odd\"\n");
    refuses(&workspace, &[("theme-circle themes/other/theme.toml:1:11", "`odd`")]);
}

#[test]
fn a_theme_that_extends_no_theme_is_an_error_at_its_place() {
    refuses(&odd("extends = \"plian\"\n"), &[("unknown-theme themes/odd/theme.toml:2:11", "did you mean `plain`?")]);
    refuses(&odd("extends = \"../plain\"\n"), &[("bad-name themes/odd/theme.toml:2:11", "")]);
    refuses(&odd("extends = 7\n"), &[("wrong-type themes/odd/theme.toml:2:11", "expected text")]);
}

#[test]
fn a_long_chain_of_themes_is_told_as_such() {
    let workspace = odd("extends = \"t1\"\n");
    for n in 1..=9 {
        let extends = if n < 9 { format!("extends = \"t{}\"\n", n + 1) } else { String::new() };
        workspace.write(&format!("themes/t{n}/theme.toml"), &extends);
    }
    let report = build(&workspace);
    assert!(report.errors().len() == 1 && report.errors()[0].contains(" themes/t"), "{:?}", report.errors());
    assert!(!report.errors()[0].contains("extends itself"), "it does not: {:?}", report.errors());
}

#[test]
fn a_chain_of_themes_takes_what_is_nearest() {
    let workspace = odd("extends = \"plain\"\n");
    workspace.write(PAGE, "{% include \"_a.html\" %} {% include \"plain/page.html\" %}");
    workspace.write("themes/odd/templates/_a.html", "proche");
    workspace.write("themes/plain/templates/_a.html", "loin");
    assert_eq!(build(&workspace).code, 0);
    let html = workspace.read("dist/bad/index.html");
    assert!(html.contains("proche") && !html.contains("loin") && html.contains("<main>"), "{html}");
}

#[test]
fn a_theme_that_nobody_has_is_an_error_where_it_is_asked_for() {
    let workspace = odd("");
    workspace.write("sites/group/group.toml", "theme = \"odr\"\n");
    refuses(&workspace, &[("unknown-theme sites/group/group.toml:1:9", "did you mean `odd`?")]);
    workspace.write("sites/group/group.toml", "theme = \"../odd\"\n");
    refuses(&workspace, &[("bad-value sites/group/group.toml:1:9", "")]);
    workspace.write("sites/group/group.toml", "theme = \"zzzzzzzz\"\n");
    refuses(&workspace, &[("unknown-theme sites/group/group.toml:1:9", "odd, plain")]);
}

#[test]
fn a_folder_that_is_no_theme_is_told() {
    let workspace = odd("");
    workspace.remove("themes/odd/theme.toml");
    let report = build(&workspace);
    let told = report.errors().iter().any(|error| error.contains("theme.toml"));
    assert!(told && report.status("bad") == "failed" && report.status("good") == "built", "{:?}", report.findings);
}

#[test]
fn a_theme_without_its_page_is_an_error() {
    let workspace = odd("");
    workspace.remove(PAGE);
    refuses(&workspace, &[("no-template themes/odd", "templates/page.html")]);
}

#[test]
fn mistakes_of_a_theme_are_told_at_their_place() {
    let cases = [
        ("nmae = \"X\"", "unknown-key", "2:1", "did you mean `name`?"),
        ("params.a.type = \"color\"", "unknown-word", "2:17", "did you mean `colour`?"),
        ("params.a.default = \"x\"", "missing-key", "2:8", "`type`"),
        ("params.a = \"x\"", "wrong-type", "2:12", "a parameter such as"),
        ("params = []", "wrong-type", "2:10", "a table of parameters"),
        ("params.a = { type = \"bool\", defualt = true }", "unknown-key", "2:29", "did you mean `default`?"),
        ("params.a = { type = \"bool\", default = \"yes\" }", "wrong-type", "2:39", "expected true or false"),
        ("params.a = { type = \"colour\", default = \"red\" }", "wrong-type", "2:41", "expected a colour"),
        ("params.a = { type = \"choice\", choices = [\"b\"], default = \"c\" }", "wrong-type", "2:58", "one of b"),
        ("name = X", "toml-syntax", "2:", ""),
    ];
    for (line, code, place, words) in cases {
        let report = build(&odd(&format!("{line}\n")));
        let wanted = format!("{code} themes/odd/theme.toml:{place}");
        let told = report.errors().iter().any(|error| error.contains(wanted.trim_start()) && error.contains(words));
        assert!(told, "{line}: {:?}", report.errors());
        assert_eq!((report.code, report.status("bad"), report.status("good")), (1, "failed", "built"), "{line}");
    }
}

#[test]
fn a_choice_without_choices_is_an_error() {
    let workspace = odd("params.a = { type = \"choice\" }\n");
    refuses(&workspace, &[(" themes/odd/theme.toml:2:", "choices")]);
}

#[test]
fn an_asset_that_a_theme_has_by_default_must_be_there() {
    let workspace = odd("params.icon = { type = \"asset\", default = \"static/icon.svg\" }\n");
    workspace.write(PAGE, "<link href=\"{{ params.icon }}\">");
    let report = build(&workspace);
    assert!(report.code == 1 && report.status("good") == "built", "{}", workspace.read("dist/bad/index.html"));
}

#[test]
fn parameters_of_the_wrong_type_are_errors_at_the_tenants_line() {
    let cases = [
        ("brand = \"red\"", "wrong-type", "3:16", "a colour such as"),
        ("brand = \"#12345\"", "wrong-type", "3:16", "a colour such as"),
        ("brand = \"#12345g\"", "wrong-type", "3:16", "a colour such as"),
        ("brand = \"#fff; } body { x: y\"", "wrong-type", "3:16", "a colour such as"),
        ("brand = 123456", "wrong-type", "3:16", "found a whole number"),
        ("note = 7", "wrong-type", "3:15", "expected text"),
        ("note = [\"a\"]", "wrong-type", "3:15", "found a list"),
        ("note = { xx-bad-yy = \"a\" }", "wrong-type", "3:", ""),
        ("note = { fr = 7 }", "wrong-type", "3:", ""),
        ("help = \"javascript:alert(1)\"", "wrong-type", "3:15", "javascript:"),
        ("help = \"//evil.example\"", "wrong-type", "3:15", "scheme"),
        ("help = \"help\"", "wrong-type", "3:15", "address"),
        ("help = \"#\"", "wrong-type", "3:15", ""),
        ("help = true", "wrong-type", "3:15", "found true or false"),
        ("face = \"comic\"", "wrong-type", "3:15", "one of sans, serif"),
        ("face = true", "wrong-type", "3:15", "one of sans, serif"),
        ("wide = \"yes\"", "wrong-type", "3:15", "expected true or false, found text"),
        ("wide = 1", "wrong-type", "3:15", "expected true or false"),
        ("logo = \"logo.svg\"", "wrong-type", "3:15", "static/"),
        ("logo = \"static/../site.toml\"", "wrong-type", "3:15", ""),
        ("logo = \"static/lgoo.svg\"", "wrong-type", "3:15", "`logo.svg`"),
        ("logo = \"https://evil.example/p.png\"", "wrong-type", "3:15", "static/"),
        ("barnd = \"#fff\"", "unknown-param", "3:", "did you mean `brand`?"),
        ("zzzzzz = \"#fff\"", "unknown-param", "3:", "brand, note"),
    ];
    for (line, code, place, words) in cases {
        let workspace = odd(PARAMS);
        workspace.write("sites/group/bad/static/logo.svg", "<svg/>");
        let settings = workspace.read("sites/group/bad/site.toml") + &format!("params.{line}\n");
        workspace.write("sites/group/bad/site.toml", &settings);
        refuses(&workspace, &[(&format!("{code} sites/group/bad/site.toml:{place}"), words)]);
    }
}

#[test]
fn a_parameter_of_a_group_is_told_in_the_group() {
    let workspace = odd(PARAMS);
    workspace.write("sites/group/group.toml", "theme = \"odd\"\nparams.brand = \"red\"\n");
    workspace.write("sites/group/two/site.toml", "name = \"Two\"\nbase_url = \"https://two.example.org\"\n");
    refuses(&workspace, &[("wrong-type sites/group/group.toml:2:16", "a colour such as")]);
    let report = build(&workspace);
    assert_eq!(report.document["findings"][0]["tenants"], 2, "{}", report.document["findings"]);
}

#[test]
fn a_language_that_the_theme_does_not_speak_is_a_warning_at_its_place() {
    let workspace = odd("");
    let settings = workspace.read("sites/group/bad/site.toml") + "languages = [\"fr\", \"de\"]\n";
    workspace.write("sites/group/bad/site.toml", &settings);
    workspace.write("sites/content/index.de.md", "+++\ntitle = \"Start\"\n+++\nHallo.\n");
    let report = build(&workspace);
    report.finds("warning theme-language sites/group/bad/site.toml:3:13", "themes/odd/strings/de.toml");
    assert_eq!((report.code, report.status("bad")), (0, "built"));
    assert!(workspace.read("dist/bad/de/index.html").contains("Hallo."));
}

#[test]
fn mistakes_of_strings_are_told_at_their_place() {
    for (text, code, place) in [
        ("home = 7\n", "wrong-type", "1:8"),
        ("home = \"A\"\n[x]\ny = \"z\"\n", "wrong-type", "2:"),
        ("home = Accueil\n", "toml-syntax", "1:8"),
        ("home = \"A\"\nhome = \"B\"\n", "toml-syntax", "2:1"),
    ] {
        let workspace = odd("");
        workspace.write("themes/odd/strings/fr.toml", text);
        refuses(&workspace, &[(&format!("{code} themes/odd/strings/fr.toml:{place}"), "")]);
    }
    let workspace = odd("");
    workspace.write("themes/odd/strings/french.toml", "home = \"A\"\n");
    build(&workspace).finds("warning unread-file themes/odd/strings/french.toml", "fr.toml");
}

#[test]
fn a_file_of_a_theme_that_cannot_be_published_is_told() {
    for name in ["con.css", "a b?.css", "x:y.css"] {
        let workspace = odd("");
        workspace.write(&format!("themes/odd/static/{name}"), "a {}\n");
        refuses(&workspace, &[(&format!("bad-name themes/odd/static/{name}"), "")]);
    }
    let workspace = odd("");
    workspace.symlink("/etc/passwd", "themes/odd/static/p.css");
    refuses(&workspace, &[("not-a-file themes/odd/static/p.css", "symbolic link")]);
    let workspace = odd("");
    workspace.symlink("/etc/passwd", "themes/odd/templates/_p.html");
    refuses(&workspace, &[("not-a-file themes/odd/templates/_p.html", "symbolic link")]);
    let workspace = odd("");
    workspace.write_bytes("themes/odd/templates/_p.html", b"caf\xe9\n");
    refuses(&workspace, &[("disk themes/odd/templates/_p.html", "line 1 is not UTF-8")]);
}

#[test]
fn a_theme_that_nobody_uses_stops_nobody() {
    let workspace = odd("");
    workspace.write("themes/unused/theme.toml", "nonsense =\n");
    workspace.write("themes/unused/templates/page.html", "{{ nope");
    let report = build(&workspace);
    assert_eq!((report.code, report.errors().len()), (0, 0), "{:?}", report.findings);
}

/// A run of `build --format json`, read.
struct Report {
    code: i32,
    /// `severity code file:line:column: message [hint]`
    findings: Vec<String>,
    document: Value,
    outcome: Outcome,
}

impl Report {
    /// The errors, without that word.
    fn errors(&self) -> Vec<&str> {
        self.findings.iter().filter_map(|finding| finding.strip_prefix("error ")).collect()
    }

    /// Checks that these are all the errors: each by its code and place, and by words of its message or hint.
    #[track_caller]
    fn expect(&self, expected: &[(&str, &str)]) {
        let errors = self.errors();
        let fits = |error: &&str, (start, words): &(&str, &str)| {
            let start_fits = if start.starts_with(' ') { error.contains(start) } else { error.starts_with(start) };
            start_fits && error.contains(words)
        };
        let all =
            errors.len() == expected.len() && errors.iter().zip(expected).all(|(error, wanted)| fits(error, wanted));
        assert!(all, "expected {expected:?}, found {errors:#?}\n{}", self.outcome.stderr);
    }

    /// Checks that there is such a finding among others.
    #[track_caller]
    fn finds(&self, start: &str, words: &str) {
        let found = self.findings.iter().any(|finding| finding.starts_with(start) && finding.contains(words));
        assert!(found, "expected {start:?} with {words:?}, found {:#?}", self.findings);
    }

    /// Checks that an error or a warning stands at this place, and that the sound tenant is built.
    #[track_caller]
    fn tells(&self, place: &str) {
        let told = self.findings.iter().any(|finding| finding.contains(place) && !finding.starts_with("note "));
        assert!(told && self.status("good") == "built", "nothing is told at {place}: {:#?}", self.findings);
    }

    /// What became of a tenant.
    fn status(&self, id: &str) -> &str {
        let tenants = self.document["tenants"].as_array().map(Vec::as_slice).unwrap_or_default();
        tenants
            .iter()
            .find(|tenant| tenant["id"] == id)
            .and_then(|tenant| tenant["status"].as_str())
            .unwrap_or("absent")
    }
}

/// A workspace whose odd theme has these lines in its `theme.toml` from line 2 on.
fn odd(lines: &str) -> Workspace {
    let workspace = Workspace::with_theme(WORKSPACE);
    workspace.write("themes/odd/theme.toml", &format!("name = \"Odd\"\n{}", lines.trim_start()));
    workspace
}

/// A workspace whose odd theme has this page template.
fn template(text: &str) -> Workspace {
    let workspace = odd("");
    workspace.write(PAGE, text);
    workspace
}

/// Workspaces whose page template names itself by this tag, and names another that names a third and back.
fn circles(tag: &str) -> [Workspace; 2] {
    let other = template(&format!("{{% {tag} \"_a.html\" %}}"));
    other.write("themes/odd/templates/_a.html", &format!("{{% {tag} \"_b.html\" %}}"));
    other.write("themes/odd/templates/_b.html", &format!("{{% {tag} \"_a.html\" %}}"));
    [template(&format!("{{% {tag} \"page.html\" %}}")), other]
}

/// A workspace whose tenant `bad` has a cookie with these fields from line 2 on, shown in a table. With one line of
/// fields, the rows are on line 6.
fn cookie(fields: &str) -> Workspace {
    let workspace = odd("");
    let register = format!(
        "[cookie.a.b]\n{fields}\n[table.t]\ntitle = \"T\"\n\
         columns = [\"name\", \"purpose\", \"duration\"]\nrows = [\"a/b\"]\n\
         [provider.a]\nname = \"A\"\n"
    );
    workspace.write("sites/group/bad/cookies.toml", &register);
    let text = "+++\ntitle = \"Cookies\"\n+++\n{{ cookie_tables() }}\n";
    workspace.write("sites/group/bad/content/cookies.fr.md", text);
    workspace
}

/// Gives the tenant `bad`, and its page, a name that would break out of text and of an attribute.
fn hostile_name(workspace: &Workspace) {
    let settings = "name = '\"><script>alert(1)</script>'\nbase_url = \"https://bad.example.org\"\n";
    workspace.write("sites/group/bad/site.toml", settings);
    let text = "+++\ntitle = '\"><script>alert(1)</script>'\n+++\nTexte.\n";
    workspace.write("sites/group/bad/content/index.fr.md", text);
}

/// Checks that `bad` fails with these errors and no other, and that `good` is built.
#[track_caller]
fn refuses(workspace: &Workspace, expected: &[(&str, &str)]) {
    let report = build(workspace);
    report.expect(expected);
    let sound = matches!(report.status("good"), "built" | "unchanged");
    assert!(sound && (report.code, report.status("bad")) == (1, "failed"), "{}", report.document["tenants"]);
    assert!(workspace.read("dist/good/index.html").contains("Bonjour.") && !workspace.holds("dist/bad"));
}

#[track_caller]
fn build(workspace: &Workspace) -> Report {
    let program = Program::new().args(["build", "--format", "json"]).current_dir(workspace);
    let outcome = program.time_limit(Duration::from_secs(20)).run();
    let document: Value = serde_json::from_str(&outcome.stdout).unwrap_or(Value::Null);
    let findings = document["findings"].as_array().map(|findings| findings.iter().map(line).collect());
    assert!(findings.is_some(), "no report\n{}", outcome.transcript());
    Report { code: outcome.code, findings: findings.unwrap_or_default(), document, outcome }
}

/// A finding in one line.
fn line(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let place: String =
        ["line", "column"].iter().filter_map(|key| Some(format!(":{}", finding[*key].as_u64()?))).collect();
    let (severity, code, file, message, hint) =
        (text("severity"), text("code"), text("file"), text("message"), text("hint"));
    format!("{severity} {code} {file}{place}: {message} [{hint}]")
}
