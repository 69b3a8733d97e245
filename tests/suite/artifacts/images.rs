//! Logos and other pictures that tenants bring: an error of that tenant, or a picture that runs and loads nothing.

use super::build;
use crate::report::hint;

const THEME: &str = "//- /themes/plain/theme.toml\n\
    params.logo = { type = \"asset\", accept = [\"svg\", \"png\"], max_bytes = 1000 }\n";

const PORTAL: &str = "//- /sites/portal/site.toml\nname = \"Portal\"\nbase_url = \"https://portal.example/legal/\"\n";

/// Builds with a logo, and gives the code of the error that its tenant has.
#[track_caller]
fn error_of_logo(name: &str, content: &str) -> Option<String> {
    let portal = format!("{PORTAL}params.logo = \"static/{name}\"\n//- /sites/portal/static/{name}\n{content}");
    let built = build(&[THEME, &portal], &[]);
    assert_eq!(built.status("stranger"), "built");
    let error = built.findings().iter().find(|found| found["severity"] == "error")?;
    assert_eq!(built.status("portal"), "failed");
    Some(error["code"].as_str().unwrap().to_owned())
}

const GOOD: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"1\" height=\"1\"/></svg>\n";

#[test]
fn a_logo_is_an_image_of_a_kind_and_size_that_the_theme_asks_for() {
    assert_eq!(error_of_logo("logo.svg", GOOD), None);
    assert_eq!(error_of_logo("logo.png", "not a picture\n").as_deref(), Some("bad-image"));
    assert_eq!(error_of_logo("logo.svg", "<html></html>\n").as_deref(), Some("bad-image"));
    assert_eq!(error_of_logo("logo.txt", "not a picture\n").as_deref(), Some("wrong-type"));
    let large = format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><desc>{}</desc></svg>\n", "x".repeat(1000));
    assert_eq!(error_of_logo("logo.svg", &large).as_deref(), Some("wrong-type"));
}

#[test]
fn a_drawing_with_a_script_is_refused_with_what_it_holds() {
    let script = GOOD.replace("<rect", "<script>alert(1)</script><rect");
    let portal = format!("{PORTAL}//- /sites/portal/static/x/drawing.SVG\n{script}");
    let built = build(&[&portal], &[]);
    let error = built.one("active-image");
    assert_eq!(error["file"], "sites/portal/static/x/drawing.SVG");
    assert!(
        error["message"].as_str().unwrap().contains("`script`") && hint(&error).contains("export the drawing again"),
        "{error}"
    );
    assert_eq!((built.status("portal").as_str(), built.status("stranger").as_str()), ("failed", "built"));
}
