//! Rows 49 to 56: nesting and lists without end, what is said twice, bytes that are no text, numbers beyond reason.

use super::{BAD, bad, bytes, settings};
use crate::report::build;
use crate::sound::refuses;

#[test]
fn fault_049_brackets_without_end_are_one_error() {
    let bad = format!("covers = {}", "[".repeat(100_000));
    refuses(&settings(&bad), &[("toml-syntax sites/bad/site.toml:1:", "")]);
    refuses(&settings(&"[".repeat(100_000)), &[("toml-syntax sites/bad/site.toml:1:", "")]);
}

#[test]
fn fault_050_inline_tables_without_end_are_one_error() {
    let bad = format!("vars = {}", "{a=".repeat(100_000));
    refuses(&settings(&bad), &[(" sites/bad/site.toml", "")]);
    let closed = format!("{BAD}vars = {}1{}", "{a=".repeat(5_000), "}".repeat(5_000));
    refuses(&settings(&closed), &[("toml-syntax sites/bad/site.toml:3:", "")]);
}

#[test]
fn fault_051_dots_without_end_are_one_error() {
    for lines in long_keys() {
        refuses(&bad(&lines), &[("toml-syntax sites/bad/site.toml:", "")]);
    }
    // Few enough for the parser, and still nothing that a theme or a target would take.
    let deep = vec!["a"; 60].join(".");
    refuses(&settings(&format!("{BAD}params.{deep} = 1\n")), &[("unknown-param sites/bad/site.toml:3:", "")]);
}

#[test]
fn fault_051_dots_without_end_are_told_at_their_line() {
    for lines in long_keys() {
        refuses(&bad(&lines), &[("toml-syntax sites/bad/site.toml:3:", "")]);
    }
}

/// Row 52: what is too large is not read, and what has too many keys is not parsed.
#[test]
fn fault_052_keys_without_number_are_one_error() {
    let keys = |number: usize| (0..number).map(|key| format!("k{key}=1\n")).collect::<String>();
    let million = format!("{BAD}{}", keys(1_000_000));
    assert!(million.len() > 9 << 20);
    refuses(&settings(&million), &[("disk sites/bad/site.toml", "at most 1048576 are allowed")]);
    refuses(&bad(&keys(20_000)), &[("too-many-keys sites/bad/site.toml", "20000")]);
    for (file, code) in [("cookies.toml", "too-many-keys"), ("content/x.fr.md", "too-many-keys")] {
        let workspace = settings(BAD);
        let text = if file == "cookies.toml" { keys(20_001) } else { format!("+++\n{}+++\nx\n", keys(20_001)) };
        workspace.write(&format!("sites/bad/{file}"), &text);
        refuses(&workspace, &[(&format!("{code} sites/bad/{file}"), "20000")]);
    }
}

/// Row 52: mistakes without number are told up to a limit, and that there are more.
#[test]
fn fault_052_unknown_keys_without_number_are_told_up_to_a_limit() {
    let report = build(&bad(&(0..19_000).map(|key| format!("k{key}=1\n")).collect::<String>()));
    let errors = report.errors();
    assert_eq!(errors.len(), 1_001);
    assert_eq!(errors.iter().filter(|error| error.starts_with("more-mistakes sites/bad/site.toml")).count(), 1);
    assert_eq!(report.status("good"), "built");
}

/// Row 53: signs without end, above what is read and just below, in settings and before a document.
#[test]
fn fault_053_signs_without_end_are_one_error() {
    let signs = |number: usize| "+".repeat(number);
    refuses(&bad(&format!("x = {}1", signs(2_000_000))), &[("disk sites/bad/site.toml", "at most 1048576")]);
    refuses(&bad(&format!("x = {}1", signs(1_000_000))), &[("toml-syntax sites/bad/site.toml:3:", "sign")]);
    let workspace = settings(BAD);
    for text in [signs(1_000_000), format!("+++\nx = {}1\n+++\nTexte\n", signs(1_000_000))] {
        workspace.write("sites/bad/content/x.fr.md", &text);
        let report = build(&workspace);
        assert!(report.status("bad") == "failed" && workspace.holds("dist/good/index.html"), "{:?}", report.findings);
        for error in report.errors() {
            assert!(error.contains(" sites/bad/content/x.fr.md"), "{error}");
        }
    }
}

#[test]
fn fault_054_what_is_said_twice_is_an_error_at_the_second_place() {
    let cases = [
        ("name = \"Worse\"", "3:1", "duplicate"),
        ("vars.a = \"1\"\nvars.b = \"2\"\nvars.a = \"3\"", "5:6", "duplicate"),
        ("[vars]\na = \"1\"\n[vars]\nb = \"2\"", "5:2", "duplicate"),
        ("vars.a = \"1\"\n[vars]\nb = \"2\"", "4:2", "duplicate"),
        ("vars = { a = \"1\" }\nvars.b = \"2\"", "4:1", ""),
        ("params = { brand = \"a\", brand = \"b\" }", "3:25", "duplicate"),
    ];
    for (lines, place, words) in cases {
        refuses(&bad(lines), &[(&format!("toml-syntax sites/bad/site.toml:{place}"), words)]);
    }
}

#[test]
fn fault_054_the_same_cookie_twice_is_an_error() {
    let workspace = bad("");
    workspace.write("sites/bad/cookies.toml", "[cookie.a.b]\npurpose = \"x\"\n[cookie.a.b]\npurpose = \"y\"\n");
    let report = build(&workspace);
    let errors = report.errors();
    assert!(errors[0].starts_with("toml-syntax sites/bad/cookies.toml:3:11: duplicate key"), "{errors:?}");
    assert_eq!((report.status("bad"), report.status("good")), ("failed", "built"));
}

#[test]
fn fault_054_several_mistakes_are_all_told() {
    let workspace = bad("covers = [\nvars.a = \n\nname = \"Again\"");
    let report = build(&workspace);
    let places = report.errors();
    assert!(places.len() >= 2 && places.iter().all(|place| place.contains("sites/bad/site.toml")), "{places:?}");
}

#[test]
fn fault_055_a_mark_and_carriage_returns_are_read_as_nothing() {
    let workspace = settings("\u{feff}name = \"Bad\"\r\nbase_url = \"https://bad.example.org\"\r\nvars.x = \"y\"\r\n");
    workspace.write(
        "sites/bad/content/index.fr.md",
        "\u{feff}+++\r\ntitle = \"Chez {{ vars.x }}\"\r\n+++\r\nUn {{ vars.x }}.\r\n",
    );
    let report = build(&workspace);
    assert_eq!((report.code, report.errors().len()), (0, 0), "{:?}", report.findings);
    let page = workspace.read("dist/bad/index.html");
    assert!(page.contains("<title>Chez y</title>") && page.contains("<p>Un y.</p>"), "{page}");
}

#[test]
fn fault_055_a_mark_and_carriage_returns_do_not_move_places() {
    let workspace = settings("\u{feff}nmae = \"Bad\"\r\nbase_url = \"https://bad.example.org\"\r\ncolour = 1\r\n");
    let expected =
        [("unknown-key sites/bad/site.toml:1:1", "`name`"), ("unknown-key sites/bad/site.toml:3:1", "colour")];
    refuses(&workspace, &expected);
}

#[test]
fn fault_055_bytes_that_are_no_text_are_named() {
    refuses(&settings(&format!("{BAD}vars.a = \"x\0y\"\n")), &[("not-text sites/bad/site.toml:3:12", "NUL")]);
    let latin = [BAD.as_bytes(), b"vars.a = \"caf\xe9\"\n"].concat();
    refuses(&bytes(&latin), &[("disk sites/bad/site.toml", "line 3 is not UTF-8")]);
    for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
        let wide: Vec<u8> = BAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        refuses(&bytes(&[&mark[..], &wide].concat()), &[("disk sites/bad/site.toml", "UTF-16: save it as UTF-8")]);
    }
    // UTF-16 without a mark is full of NUL bytes.
    let wide: Vec<u8> = BAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refuses(&bytes(&wide), &[(" sites/bad/site.toml", "")]);
}

#[test]
fn fault_056_numbers_and_dates_beyond_reason() {
    let float = format!("noindex = 0.{}", "1".repeat(10_000));
    let cases = [
        ("pages.index.nav = nan", "wrong-type", "3:19", "expected a whole number"),
        ("pages.index.nav = -inf", "wrong-type", "3:19", "expected a whole number"),
        ("pages.index.nav = 9223372036854775808", "wrong-type", "3:19", "too large"),
        ("pages.index.nav = 0xFFFFFFFFFFFFFFFFFF", "wrong-type", "3:19", "too large"),
        ("pages.index.updated = 2026-02-30", "", "3:23", ""),
        ("pages.index.updated = 0000-00-00", "", "3:23", ""),
        ("pages.index.updated = 2026-13-01", "", "3:23", ""),
        ("pages.index.updated = 23:59:60", "", "3:23", ""),
        ("pages.index.updated = \"2026-12-01\"", "wrong-type", "3:23", "without quotation marks"),
    ];
    for (line, code, place, words) in cases {
        refuses(&bad(line), &[(&format!("{code} sites/bad/site.toml:{place}"), words)]);
    }
    let workspace = bad(&float);
    workspace
        .write("sites/bad/site.toml", &workspace.read("sites/bad/site.toml").replace("noindex", "pages.index.nav"));
    refuses(&workspace, &[("wrong-type sites/bad/site.toml:3:19", "a whole number")]);
}

#[test]
fn fault_056_years_at_the_ends_and_numbers_in_texts_are_taken_as_written() {
    let workspace = bad("pages.index.updated = 9999-12-31\nvars.n = 9223372036854775807");
    workspace.write("sites/bad/content/index.fr.md", "+++\ntitle = \"T\"\n+++\n{{ page.updated }} et {{ vars.n }}\n");
    assert_eq!(build(&workspace).code, 0);
    let page = workspace.read("dist/bad/index.html");
    assert!(page.contains("<p>31 décembre 9999 et 9223372036854775807</p>"), "{page}");
}

/// Keys of 20,000 parts: alone, as a header, below a table.
fn long_keys() -> [String; 3] {
    let key = vec!["a"; 20_000].join(".");
    [format!("{key} = 1"), format!("[{key}]"), format!("vars.{key} = 1")]
}
