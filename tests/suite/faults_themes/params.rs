//! A theme's parameters, its `theme.toml`, and the languages that it speaks.

use super::{PARAMS, odd};
use crate::report::build;
use crate::sound::refuses;

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
        workspace.append("sites/group/bad/site.toml", &format!("params.{line}\n"));
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
    workspace.append("sites/group/bad/site.toml", "languages = [\"fr\", \"de\"]\n");
    workspace.write("sites/content/index.de.md", "+++\ntitle = \"Start\"\n+++\nHallo.\n");
    let report = build(&workspace);
    report.finds("warning theme-language sites/group/bad/site.toml:3:13", "themes/odd/strings/de.toml");
    assert_eq!((report.code, report.status("bad")), (0, "built"));
    assert!(workspace.read("dist/bad/de/index.html").contains("Hallo."));
}
