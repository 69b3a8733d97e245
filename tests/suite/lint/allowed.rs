//! Exceptions: each with its reason, counted and listed; and rules that do not exist.

use super::{SOUND, check};
use crate::report::{hint, run};

/// The settings of the group with an exception.
fn group(exceptions: &str) -> String {
    format!("//- /sites/group.toml\ntheme = \"plain\"\nlanguages = [\"fr\"]\nlint_allow = [{exceptions}]\n")
}

/// A register whose cookie has no duration, and two tenants.
fn without_duration() -> String {
    let two = "//- /sites/b/site.toml\nname = \"B\"\nbase_url = \"https://b.example\"\n";
    SOUND.replace("duration = \"session\"\n", "") + two
}

#[test]
fn what_is_allowed_is_counted_and_listed_with_its_reason() {
    let text = without_duration() + &group("{ rule = \"dur-missing\", reason = \"as published\" }");
    let checked = check(&text, &[]);
    checked.lacks("dur-missing");
    let allowed = &checked.report["rules"]["allowed"];
    assert_eq!((&allowed[0]["code"], &allowed[0]["reason"]), (&"dur-missing".into(), &"as published".into()));
    assert_eq!((allowed.as_array().map(Vec::len), &allowed[0]["tenants"]), (Some(1), &2.into()));
    let told = run(&checked.workspace, &["check"]).stderr;
    assert!(told.contains("allowed[dur-missing]: 1 finding: as published\n"), "{told}");
    assert!(told.ends_with("checked core (not legal advice): 0 errors, 0 warnings, 1 allowed\n"), "{told}");
    let told = run(&checked.workspace, &["check", "--verbose"]).stderr;
    assert!(told.contains("`p/one` has no duration (sites/cookies.toml:2:"), "{told}");
}

#[test]
fn an_exception_may_be_for_some_tenants_or_cookies_only() {
    for (limit, told) in [
        ("tenants = [\"a\"]", Some(1)),
        ("tenants = [\"a\", \"b\"]", None),
        ("cookies = [\"p/one\"]", None),
        ("cookies = [\"p/two\"]", Some(2)),
    ] {
        let exception = format!("{{ rule = \"dur-missing\", reason = \"x\", {limit} }}");
        let checked = check(&(without_duration() + &group(&exception)), &[]);
        let tenants = checked.all("dur-missing").first().and_then(|found| found["tenants"].as_u64());
        assert_eq!(tenants, told, "{limit}: {}", checked.report);
    }
}

#[test]
fn a_warning_that_a_build_finds_is_allowed_too_and_an_error_is_not() {
    let dead = SOUND.replace("title = \"Cookies\"\n", "");
    let checked = check(&(dead + &group("{ rule = \"a11y-caption\", reason = \"x\" }")), &[]);
    checked.lacks("a11y-caption");
    let missing = SOUND.replace("purpose = \"Garde la session.\"", "purpose.en = \"Keeps the session.\"");
    let checked = check(&(missing + &group("{ rule = \"lang-variant-missing\", reason = \"x\" }")), &[]);
    checked.finds("lang-variant-missing", "error");
}

/// The one that every build tells of rows is about a cookie as well.
#[test]
fn two_rows_of_one_name_are_allowed_by_cookie() {
    let same = "names = [\"n\"]\nhosts = [\"h.example\"]\n";
    let two =
        format!("[cookie.p.two]\ncategory = \"necessary\"\npurpose = \"Compte.\"\n{same}duration = \"session\"\n");
    let sound = SOUND.replace("[table", &format!("{same}{two}[table")).replace("\"p/one\"", "\"p/one\", \"p/two\"");
    for (cookie, is_told) in [("p/two", false), ("p/one", true)] {
        let exception = format!("{{ rule = \"dup-name\", reason = \"x\", cookies = [\"{cookie}\"] }}");
        let checked = check(&(sound.clone() + &group(&exception)), &[]);
        assert_eq!(!checked.all("dup-name").is_empty(), is_told, "{cookie}: {}", checked.report);
    }
}

#[test]
fn a_rule_that_does_not_exist_is_an_error_with_the_nearest() {
    let checked = check(&group("{ rule = \"dur-mising\", reason = \"x\" }"), &[]);
    assert!(hint(checked.all("unknown-rule")[0]).contains("`dur-missing`"), "{}", checked.report);
    assert_eq!(checked.code, 1);
    assert_eq!(run(&checked.workspace, &["build"]).code, 1);
}

#[test]
fn an_exception_without_a_reason_is_refused() {
    for exception in ["{ rule = \"dur-missing\" }", "{ rule = \"dur-missing\", reason = \" \" }"] {
        check(&group(exception), &[]).finds("bad-value", "reason");
    }
}
