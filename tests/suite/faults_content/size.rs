//! Rows 70 to 72: documents whose work or output could grow out of all proportion.
//!
//! Nothing here looks at a clock: a document of 1 MiB with which work grows by the square takes minutes, and a run of
//! the program has an end before that.

use std::time::Duration;

use tenantry_testkit::Program;

use super::{BAD, FRONT, PAGE, body, page};
use crate::report::{build, json};
use crate::sound::{beside_good, refuses};

/// Largest document, in bytes.
const LARGEST: usize = 1 << 20;

/// Makes a text of about so many bytes.
type Make = fn(usize) -> String;

/// Patterns that parsers of Markdown have been slow with (cmark's `pathological_tests.py`), and those that could be of
/// what is done before and after parsing. Each is made as long as it is asked to be.
const PATTERNS: [(&str, Make); 36] = [
    ("strong emphasis in emphasis", |n| "*a **a ".repeat(n / 14) + "b" + &" a** a*".repeat(n / 14)),
    ("emphasis that only closes", |n| "a_ ".repeat(n / 3)),
    ("emphasis that only opens", |n| "_a ".repeat(n / 3)),
    ("links that only close", |n| "a]".repeat(n / 2)),
    ("links that only open", |n| "[a".repeat(n / 2)),
    ("openers and closers that do not match", |n| "*a_ ".repeat(n / 4)),
    ("openers and closers, multiples of 3", |n| "a**b".to_owned() + &"c* ".repeat(n / 3)),
    ("links that open and emphasis that closes", |n| "[ a_".repeat(n / 4)),
    ("brackets and parentheses", |n| "[ (](".repeat(n / 5)),
    ("emphasis around links", |n| "**x [a*b**c*](d)".repeat(n / 16)),
    ("brackets in brackets", |n| "[".repeat(n / 2 - 1) + "a" + &"]".repeat(n / 2 - 1)),
    ("quotations in quotations", |n| "> ".repeat(n / 2 - 1) + "a"),
    ("lists in lists", |n| (0..n / 600).map(|depth| format!("{}* a\n", " ".repeat(depth % 1_000))).collect()),
    ("backticks", |n| (1..).map(|ticks| format!("e{}", "`".repeat(ticks))).take((2 * n).isqrt() - 2).collect()),
    ("links whose address opens", |n| "[a](<b".repeat(n / 6)),
    ("links whose address does not close", |n| "[a](b".repeat(n / 5)),
    ("comments that only open", |n| "<!--".repeat(n / 4)),
    ("instructions that only open", |n| "<?".repeat(n / 2)),
    ("declarations that only open", |n| "<!x ".repeat(n / 4)),
    ("character data that only opens", |n| "<![CDATA[".repeat(n / 9)),
    ("tags that do not close", |n| "<a\n".repeat(n / 3)),
    ("addresses between brackets that do not close", |n| "<a:".repeat(n / 3)),
    ("references to nothing", |n| "[]: ".repeat(n / 4)),
    ("references and their definitions", |n| {
        (0..n / 25).map(|number| format!("[{number}]: u\n")).collect::<String>() + &"[0] ".repeat(n / 10)
    }),
    ("notes", |n| (0..n / 25).map(|number| format!("[^{number}]\n\n[^{number}]: x\n\n")).collect()),
    ("notes in notes", |n| "[^1]: ".repeat(n / 6)),
    ("a table that never begins", |n| "|".repeat(n / 2) + "\n" + &"|-".repeat(n / 4)),
    ("a table's row without end", |n| "a|b\n-|-\n".to_owned() + &"|x".repeat(n / 2 - 8)),
    ("struck words", |n| "~~a ".repeat(n / 4)),
    ("entities", |n| "&#".repeat(n / 2)),
    ("attributes of a heading", |n| "# ".to_owned() + &"{".repeat(n - 2)),
    ("headings of one name", |n| "# a\n".repeat(n / 4)),
    ("placeholders that only open", |n| "{{ ".repeat(n / 3)),
    ("placeholders that are none", |n| "{{x}}".repeat(n / 5)),
    ("placeholders", |n| "{{tenant.id}}".repeat(n / 13)),
    ("words that tokens are made of", |n| (0..n / 11).map(|number| format!("tnt{number}x ")).collect()),
];

/// Each is a page of a tenant, which is built or told why not, and all of them together are one run.
#[test]
fn fault_070_patterns_that_parsers_are_slow_with_take_their_length() {
    let workspace = beside_good("");
    for (number, (name, make)) in PATTERNS.iter().enumerate() {
        let mut text = FRONT.to_owned() + &make(LARGEST - FRONT.len());
        text.truncate(LARGEST);
        assert!(text.len() > LARGEST / 2, "`{name}` has {} bytes", text.len());
        let site = format!("name = \"{name}\"\nbase_url = \"https://p{number}.example.org\"\n");
        workspace.write(&format!("sites/p{number}/site.toml"), &site);
        workspace.write(&format!("sites/p{number}/content/page.fr.md"), &text);
    }
    let program = Program::new().args(["build", "--format", "json"]).current_dir(&workspace);
    let report = json(&program.time_limit(Duration::from_secs(100)).run());
    let tenants = report["tenants"].as_array().unwrap();
    assert_eq!(tenants.len(), PATTERNS.len() + 1, "{report}");
    for tenant in tenants {
        let (id, status) = (tenant["id"].as_str().unwrap(), tenant["status"].as_str().unwrap());
        let told = |found: &serde_json::Value| {
            let file = found["file"].as_str().unwrap_or_default();
            found["severity"] == "error" && file.starts_with(&format!("sites/{id}/"))
        };
        let has_errors = report["findings"].as_array().unwrap().iter().any(told);
        assert_eq!(status, if has_errors { "failed" } else { "built" }, "{id}: {}", tenant["name"]);
        assert!(id != "good" || status == "built", "{report}");
    }
}

/// Row 71: tables are bounded by columns and rows.
#[test]
fn fault_071_tables_without_end_are_an_error_at_their_place() {
    let table = |columns: usize, rows: usize| {
        let row = |cell: &str| format!("{}|\n", format!("|{cell}").repeat(columns));
        row("a") + &row("-") + &row("b").repeat(rows)
    };
    let place = format!("table-too-large {PAGE}:");
    for (columns, rows, words) in [(70_000, 1, "70000 columns"), (65, 1, "65 columns"), (1, 250_000, "5000 rows")] {
        refuses(&page(&table(columns, rows)), &[(&place, words)]);
    }
    // A million rows do not fit into a document.
    refuses(&page(&table(1, 1_000_000)), &[(&format!("disk {PAGE}"), "1048576")]);
    assert_eq!(body(&page(&table(64, 200))).matches("<tr>").count(), 201);
    assert_eq!(body(&page(&table(1, 5_000))).matches("<tr>").count(), 5_001);
}

/// Row 72: what is defined once and used often.
#[test]
fn fault_072_a_reference_that_is_used_often_has_an_end() {
    for definition in [
        format!("[x]: https://a.example/{}", "x".repeat(400_000)),
        format!("[x]: https://a.example \"{}\"", "t".repeat(400_000)),
    ] {
        let text = format!("{definition}\n\n{}", "[x] ".repeat(150_000));
        let workspace = page(&text);
        let report = build(&workspace);
        for error in report.errors() {
            assert!(error.starts_with(&format!("output-too-large {PAGE}:")), "{error}");
        }
        if report.code == 0 {
            let size = workspace.read("dist/bad/page/index.html").len();
            assert!(size < 8 * text.len() + LARGEST, "{} bytes became {size}", text.len());
        }
    }
}

/// Row 72: the header of a column stands in each of its cells, and is noticed before all of them are written.
#[test]
fn fault_072_a_long_header_of_a_long_table_has_an_end() {
    for (header, rows) in [(900_000, 5_000), (100_000, 5_000), (20_000, 2_000)] {
        let text = format!("| {} |\n| - |\n{}", "x".repeat(header), "| a |\n".repeat(rows));
        refuses(&page(&text), &[(&format!("output-too-large {PAGE}:"), "more than")]);
    }
}

/// Row 72: parts and values that are shown often.
#[test]
fn fault_072_parts_and_values_that_are_shown_often_have_an_end() {
    let workspace = page(&"{{ include(\"part\") }}\n\n".repeat(20_000));
    workspace.write("sites/bad/content/_parts/part.fr.md", &"mot ".repeat(200_000));
    refuses(&workspace, &[(&format!("cannot-fill {PAGE}:"), "4194304")]);
    let long = "v".repeat(19_000);
    for (text, words) in [
        ("{{vars.x}} ".repeat(60_000), "4194304"),
        (format!("[lien](https://a.example/{})", "{{vars.x}}".repeat(60_000)), "8192"),
    ] {
        let workspace = page(&text);
        workspace.append("sites/bad/site.toml", &format!("vars.x = \"{long}\"\n"));
        refuses(&workspace, &[(&format!("cannot-fill {PAGE}:"), words)]);
    }
    let workspace = page("");
    workspace.write(PAGE, &format!("+++\ntitle = \"{}\"\n+++\nTexte\n", "{{vars.x}}".repeat(1_900)));
    workspace.append("sites/bad/site.toml", &format!("vars.x = \"{long}\"\n"));
    refuses(&workspace, &[(&format!("cannot-fill {PAGE}:2:"), "16384")]);
}

/// Row 72: parts that show parts often, of which nothing is left to see; and a link into a page that shows them.
#[test]
fn fault_072_parts_of_parts_that_are_shown_often_have_an_end() {
    let often = |part: &str| format!("{{{{ include(\"{part}\") }}}}\n\n").repeat(40_000);
    for inner in ["", "{{tenant.id}}"] {
        let workspace = page(&often("outer"));
        workspace.write("sites/bad/content/_parts/outer.fr.md", &often("inner"));
        workspace.write("sites/bad/content/_parts/inner.fr.md", inner);
        refuses(&workspace, &[(&format!("cannot-fill {PAGE}:"), "262144 placeholders")]);
    }
    let workspace = page(&("[a](page:rien) ".repeat(200) + "\n\n" + &often("outer")));
    workspace.write("sites/bad/content/_parts/outer.fr.md", &"# a\n".repeat(200_000));
    workspace.write("sites/bad/content/index.fr.md", &format!("{FRONT}[a](page:page#b)\n"));
    let report = build(&workspace);
    let (no_heading, more) = ("cannot-fill sites/bad/content/index.fr.md:4:", format!("more-mistakes {PAGE}"));
    let told = |begin: &str| report.errors().iter().filter(|error| error.starts_with(begin)).count();
    assert_eq!((report.status("bad"), told(no_heading), told(&more)), ("failed", 1, 1));
}

/// Row 72 for a whole site: pages that are allowed each, and too many together.
#[test]
fn fault_072_a_site_that_is_too_large_in_all_is_an_error() {
    let workspace = beside_good(BAD);
    workspace.write("sites/bad/content/_parts/part.fr.md", &"mot ".repeat(250_000));
    for number in 0..150 {
        let page = format!("{FRONT}{}", "{{ include(\"part\") }}\n\n".repeat(3));
        workspace.write(&format!("sites/bad/content/p{number}.fr.md"), &page);
    }
    refuses(&workspace, &[("output-too-large sites/bad/site.toml", "536870912")]);
}

/// What stands on every page: a navigation is no list of all pages.
#[test]
fn fault_072_a_navigation_of_all_pages_is_an_error() {
    let workspace = beside_good(BAD);
    for number in 0..101 {
        let page = format!("+++\ntitle = \"Page\"\nnav = {number}\n+++\nTexte\n");
        workspace.write(&format!("sites/bad/content/p{number}.fr.md"), &page);
    }
    refuses(&workspace, &[("long-navigation sites/bad/site.toml", "100 entries")]);
    workspace.remove("sites/bad/content/p7.fr.md");
    assert_eq!(build(&workspace).status("bad"), "built");
}

/// Mistakes without number: the first are told, and that there are more.
#[test]
fn fault_072_mistakes_without_number_are_told_up_to_a_limit() {
    for (unit, code, severity) in [
        ("[a](page:rien) ", "cannot-fill", "error"),
        ("{{ rien }} ", "bad-placeholder", "error"),
        ("![](https://a.example/x.png) ", "remote-image", "error"),
        ("<b> ", "html-dropped", "warning"),
    ] {
        let report = build(&page(&unit.repeat(20_000)));
        let of = |code: &str| {
            report.findings.iter().filter(|found| found.starts_with(&format!("{severity} {code} "))).count()
        };
        assert_eq!((of(code), of("more-mistakes")), (100, 1), "{unit}");
        assert_eq!(report.status("bad"), if severity == "error" { "failed" } else { "built" }, "{unit}");
    }
}
