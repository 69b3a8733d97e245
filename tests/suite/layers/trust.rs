//! Trust: what a tenant may set, and whose markup is kept.

use super::{build, tenant};
use crate::report::{hint, place};

#[test]
fn what_a_tenant_may_not_set_names_the_layer_that_may() {
    for line in [
        "publish.x.kind = \"dir\"",
        "env.x.noindex = true",
        "trust_tenants = true",
        "allow_mentions = [\"x.example\"]",
        "lint_allow = []",
        "profile = [\"fr\"]",
        "exports = [\"klaro\"]",
        "precompress = [\"gzip\"]",
        "domains = [\"x.example\"]",
        "review = true",
        "theme = \"plain\"",
    ] {
        let built = build(&[&tenant("r/d/a", line)]);
        let found = built.one("misplaced-key");
        assert_eq!(
            (found["severity"].as_str(), &*place(&found)),
            (Some("error"), "sites/r/d/a/site.toml:3:1"),
            "{line}"
        );
        assert!(hint(&found).contains("group.toml"), "{found}");
        assert_eq!([built.status("a"), built.status("b"), built.status("c")], ["failed", "built", "built"], "{line}");
    }
}

#[test]
fn a_trusted_tenant_may_set_what_the_operator_may() {
    let html = "//- /sites/r/d/a/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n<b class=\"x\">raw</b>\n";
    let files =
        ["//- /sites/r/group.toml\ntrust_tenants = true\n", html, &tenant("r/d/a", "missing_translation = \"error\"")];
    let built = build(&files);
    built.is_clean();
    assert!(built.html("a/").contains("<b class=\"x\">raw</b>"), "{}", built.html("a/"));
}

#[test]
fn trust_ends_where_a_nearer_group_ends_it() {
    let built = build(&[
        "//- /sites/r/group.toml\ntrust_tenants = true\n",
        "//- /sites/r/d/group.toml\ntrust_tenants = false\n",
        &tenant("r/d/a", "missing_translation = \"error\""),
        "//- /sites/r/e/site.toml\nname = \"E\"\nbase_url = \"https://e.example\"\nmissing_translation = \"error\"\n",
    ]);
    assert_eq!(place(&built.one("misplaced-key")), "sites/r/d/a/site.toml:3:1");
    assert_eq!([built.status("a"), built.status("b"), built.status("e")], ["failed", "built", "built"]);
}

#[test]
fn raw_html_of_an_untrusted_tenant_is_dropped_with_a_warning() {
    let html = "//- /sites/r/d/a/content/index.fr.md\n+++\ntitle = \"A\"\n+++\ntext <b class=\"x\">raw</b>\n";
    let group = "//- /sites/r/content/index.fr.md\n+++\ntitle = \"A\"\n+++\n<b class=\"x\">of the group</b>\n";
    let built = build(&[html, group]);
    assert_eq!(built.outcome.code, 0, "{}", built.outcome.stdout);
    assert!(!built.html("a/").contains("<b class") && built.html("b/").contains("<b class=\"x\">of the group</b>"));
    let found = built.findings().first().cloned().unwrap_or_default();
    assert_eq!((found["severity"].as_str(), found["line"].as_u64()), (Some("warning"), Some(4)), "{found}");
    assert_eq!(found["file"], "sites/r/d/a/content/index.fr.md");
}
