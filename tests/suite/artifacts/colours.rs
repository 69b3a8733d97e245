//! Colours of text: what cannot be read is told, with the nearest colour that can, and is not shown.

use serde_json::Value;

use super::build;
use crate::built::Built;
use crate::report::{hint, place};

const THEME: &str = r##"
//- /themes/plain/theme.toml
params.ink = { type = "colour", default = "#000", contrast = ["#fff", "paper"] }
params.paper = { type = "colour", default = "#f5f5f5" }
//- /themes/plain/templates/brand.css
:root { --ink: {{ legible(colour=params.ink, on=["#ffffff", params.paper]) }}; }
"##;

fn portal(line: &str) -> String {
    format!("//- /sites/portal/site.toml\nname = \"Portal\"\nbase_url = \"https://portal.example/legal/\"\n{line}\n")
}

fn style(built: &Built) -> String {
    let folder = built.workspace.at("dist/portal/assets");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let name = names.into_iter().find(|name| name.starts_with("brand.")).unwrap();
    built.file(&format!("portal/assets/{name}"))
}

#[test]
fn a_colour_that_cannot_be_read_is_told_with_both_colours_and_the_nearest() {
    let built = build(&[THEME, &portal("params.ink = \"#FC0\"")], &[]);
    assert_eq!(built.outcome.code, 0);
    let warning = built.one("low-contrast");
    assert_eq!(
        (&warning["severity"], place(&warning)),
        (&Value::from("warning"), "sites/portal/site.toml:3:14".into())
    );
    let message = warning["message"].as_str().unwrap();
    assert_eq!(message, "text in `ink`, #ffcc00, on #f5f5f5 has a contrast of 1.38:1, less than 4.5:1");
    let nearest = hint(&warning).rsplit(' ').next().unwrap().to_owned();
    assert_eq!(style(&built), format!(":root {{ --ink: {nearest}; }}\n"));
}

#[test]
fn the_other_colour_may_be_the_tenants_too() {
    let built = build(&[THEME, &portal("params.paper = \"#555555\"")], &[]);
    assert!(built.one("low-contrast")["message"].as_str().unwrap().contains("on #555555"), "{}", built.outcome.stdout);
    let readable = build(&[THEME, &portal("params.ink = \"#1f4e79\"")], &[]);
    assert!(readable.all("low-contrast").is_empty() && style(&readable).contains("#1f4e79"));
}

#[test]
fn a_default_that_cannot_be_read_is_told_once_for_all_tenants() {
    let theme = THEME.replace("default = \"#000\"", "default = \"#ccc\"");
    assert_eq!(build(&[&theme], &[]).one("low-contrast")["tenants"], 2);
}

#[test]
fn a_colour_that_is_none_is_an_error_of_its_tenant() {
    for bad in ["red", "#12", "#12345g", "rgb(0,0,0)", "#fff; } body { display: none"] {
        let built = build(&[THEME, &portal(&format!("params.ink = \"{bad}\""))], &[]);
        assert_eq!((built.status("portal").as_str(), built.status("stranger").as_str()), ("failed", "built"), "{bad}");
        assert_eq!(place(&built.one("wrong-type")), "sites/portal/site.toml:3:14");
    }
}

#[test]
fn a_ground_that_is_no_colour_is_an_error_of_the_theme() {
    let theme = THEME.replace("\"paper\"", "\"papper\"");
    let error = build(&[&theme], &[]).one("bad-value");
    assert_eq!((place(&error), hint(&error)), ("themes/plain/theme.toml:1:71".into(), "did you mean `paper`?"));
}

#[test]
fn a_theme_changes_only_the_default_of_an_inherited_colour() {
    let near = "//- /themes/near/theme.toml\nextends = \"plain\"\nparams.ink.default = \"#00f\"\n\
                //- /sites/group.toml\ntheme = \"near\"\nlanguages = [\"fr\", \"en\"]\nmissing_translation = \"fallback\"\n";
    let built = build(&[THEME, near], &[]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    assert_eq!(style(&built), ":root { --ink: #0000ff; }\n");
    let broken = build(&[THEME, &near.replace("\"#00f\"", "7")], &[]);
    assert_eq!(place(&broken.one("wrong-type")), "themes/near/theme.toml:2:22");
}

/// What a theme says of a parameter has a meaning for its kind.
#[test]
fn odd_words_about_a_parameter_are_errors_of_the_theme() {
    for line in [
        "params.a = { type = \"asset\", max_bytes = -1 }",
        "params.a = { type = \"asset\", accept = [\"SVG\"] }",
        "params.a = { type = \"asset\", accept = [\".svg\"] }",
        "params.a = { type = \"text\", contrast = [\"#fff\"] }",
        "params.a = { type = \"text\", accept = [\"svg\"] }",
        "params.a = { type = \"text\", max_bytes = 1 }",
        "params.a = { type = \"text\", choices = [\"x\"] }",
    ] {
        let error = build(&[&format!("//- /themes/plain/theme.toml\n{line}\n")], &[]).one("bad-value");
        let column = line.rfind("= ").unwrap() + 3;
        assert_eq!(place(&error), format!("themes/plain/theme.toml:1:{column}"), "{line}: {error}");
    }
    let itself = "//- /themes/plain/theme.toml\nparams.a = { type = \"colour\", contrast = [\"a\"] }\n";
    assert_eq!(place(&build(&[itself], &[]).one("bad-value")), "themes/plain/theme.toml:1:43");
}

#[test]
fn files_of_themes_are_inspected_too() {
    let script = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>";
    for (file, code) in [
        (format!("x.svg\n{script}\n"), "active-image"),
        ("x.css\n@import 'https://a.example/';\n".into(), "remote-resource"),
    ] {
        let built = build(&[&format!("//- /themes/plain/static/{file}")], &[]);
        assert_eq!((built.one(code)["tenants"].as_u64(), built.outcome.code), (Some(2), 1), "{}", built.outcome.stdout);
    }
}
