//! The rules of the house, read from the sources: the direction of the crates, what each crate never does, the length
//! of files and functions, and documents that name only what exists.
//!
//! No behaviour of the program is tested here. Rules that clippy, rustfmt or cargo-deny hold are left to them; the
//! length of functions is counted again, because an `allow` would hide it.

use tenantry_core::layer::{KEYS, Owner};

use crate::repository::code::{code_of, functions, uses_std, without_tests, words};
use crate::repository::documents::{
    DOCUMENTS, code_spans, documents, lines_in_fences, link_targets, module_exists, path_exists, rows_below,
};
use crate::repository::{
    code_below, files, lines_where, manifests, members_asked_for, read, root, sources, texts, vocabulary,
};

/// Lines that a file, the middle file, and the body of a function have at most.
const LONGEST_FILE: usize = 600;

const LONGEST_MEDIAN: usize = 250;

const LONGEST_FUNCTION: usize = 60;

#[test]
fn crates_depend_in_one_direction() {
    let mut names = Vec::new();
    let mut wrong = Vec::new();
    for (folder, manifest) in manifests() {
        let (name, normal, dev): (_, &[&str], &[&str]) = match folder.as_str() {
            "tests" => ("tenantry-tests", &[], &["core", "builder", "cli", "testkit"]),
            "tests/fuzz" => ("tenantry-fuzz", &["core"], &[]),
            "tenantry-builder" => ("tenantry-builder", &["core"], &["testkit"]),
            "tenantry-publisher" => ("tenantry-publisher", &["core"], &["testkit"]),
            "tenantry-server" => ("tenantry-server", &["core", "builder"], &["testkit"]),
            "tenantry-cli" => ("tenantry-cli", &["core", "builder", "publisher", "server"], &["testkit"]),
            "xtask" => ("xtask", &["builder", "core", "publisher", "testkit"], &[]),
            other => (other, &[], &[]),
        };
        if manifest.get("package").and_then(|package| package.get("name")?.as_str()) != Some(name) {
            wrong.push(format!("the crate in {folder} has another name"));
        }
        for (kind, asked) in members_asked_for(&manifest) {
            let short = asked.trim_start_matches("tenantry-");
            let allowed = normal.contains(&short) || (kind == "dev-dependencies" && dev.contains(&short));
            if !allowed {
                wrong.push(format!("{name}: {asked} in [{kind}]"));
            }
        }
        names.push(name.to_owned());
    }
    assert_eq!(wrong, [""; 0]);
    assert!(names.len() >= 6, "{names:?}");
}

#[test]
fn documents_name_only_paths_that_exist() {
    let files = files();
    let mut dead: Vec<String> =
        DOCUMENTS.iter().filter(|name| !files.contains(**name)).map(ToString::to_string).collect();
    for (document, text) in documents() {
        let folder = document.rsplit_once('/').map_or(root().to_owned(), |(folder, _)| root().join(folder));
        let spans = code_spans(&text).into_iter().filter(|span| !path_exists(span, &files));
        let links = link_targets(&text).into_iter().filter(|target| {
            let path = target.split('#').next().unwrap_or_default();
            !target.contains("://") && !folder.join(path).exists()
        });
        dead.extend(spans.chain(links).map(|path| format!("{document}: {path}")));
    }
    assert_eq!(dead, [""; 0]);
}

#[test]
fn documents_name_only_crates_and_modules_that_exist() {
    let vocabulary = vocabulary();
    let mut dead = Vec::new();
    for (document, text) in documents() {
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
            let rest = word.strip_prefix("tenantry-").unwrap_or_default();
            let is_name = rest.starts_with(|c: char| c.is_ascii_lowercase());
            if is_name && !vocabulary.contains_key(&word.replace('-', "_")) {
                dead.push(format!("{document}: {word}"));
            }
        }
        let spans = code_spans(&text).into_iter().filter(|span| !module_exists(span, &vocabulary));
        dead.extend(spans.map(|span| format!("{document}: `{span}`")));
    }
    assert_eq!(dead, [""; 0]);
}

#[test]
fn every_source_says_what_it_is() {
    let silent = sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path);
    assert_eq!(silent.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    // In two pieces, so that this file does not hold them.
    let folders = [("/ho", "me/"), ("/Us", "ers/"), ("/ro", "ot/"), ("/wo", "rk/main"), ("C:\\Us", "ers")];
    let registries =
        [("sparse", "+http"), ("replace", "-with"), ("[registr", "ies"), ("CARGO_REGISTR", "IES"), ("[sour", "ce.")];
    let words = [folders, registries].concat();
    let (registry, official) = (concat!("registry", "+"), "https://github.com/rust-lang/crates.io-index");
    let wrong = lines_where(texts(), |line| {
        let known = words.iter().any(|(head, tail)| line.contains(&format!("{head}{tail}")));
        known || line.split_once(registry).is_some_and(|(_, address)| !address.starts_with(official))
    });
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn no_line_ends_in_a_space() {
    // What the program prints is kept to the byte.
    let kept = |path: &str| path.starts_with("tests/suite/expected/");
    let texts: Vec<_> = texts().into_iter().filter(|(path, _)| !kept(path)).collect();
    let unfinished: Vec<_> = texts.iter().filter(|(_, text)| !text.is_empty() && !text.ends_with('\n')).collect();
    assert!(unfinished.is_empty(), "no line break at the end: {unfinished:?}");
    assert_eq!(lines_where(texts, |line| line.ends_with([' ', '\t', '\r'])), [""; 0]);
}

#[test]
fn the_builder_reaches_the_disk_in_one_file() {
    // The second holds tests.
    let is_door = |path: &str| ["src/disk.rs", "src/disk/tests.rs"].iter().any(|door| path.ends_with(door));
    let wrong: Vec<String> = code_below("crates/tenantry-builder/src/")
        .into_iter()
        .filter(|(path, code)| !is_door(path) && uses_std(code, "fs"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(wrong, [""; 0]);
    assert!(uses_std("let x = std::fs::read(y);", "fs"));
    assert!(uses_std("use std::{io, fs};", "fs"));
    assert!(!uses_std("use std::{io, fmt};", "fs"));
}

#[test]
fn the_core_is_pure() {
    let mut wrong = Vec::new();
    for (path, code) in code_below("crates/tenantry-core/src/") {
        let modules = ["fs", "env", "time", "thread"].into_iter().filter(|module| uses_std(&code, module));
        let printing = ["print!(", "println!(", "dbg!("].into_iter().filter(|call| code.contains(call));
        wrong.extend(modules.chain(printing).map(|found| format!("{path}: {found}")));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_can_panic_is_rare() {
    let code: Vec<_> =
        code_below("crates/").into_iter().map(|(path, code)| (path.clone(), without_tests(&path, &code))).collect();
    let lines: usize = code.iter().map(|(_, code)| code.lines().count()).sum();
    let places = lines_where(code, |line| [".unwrap(", ".expect(", "panic!("].iter().any(|word| line.contains(word)));
    assert!(places.len() * 1000 < lines, "{} in {lines} lines: {places:#?}", places.len());
}

#[test]
fn the_table_of_keys_is_that_of_the_code() {
    let readme = read("README.md");
    let written: Vec<(String, String)> = rows_below(&readme, "| key | who may set it |")
        .into_iter()
        .map(|cells| (cells[0].trim_matches('`').to_owned(), cells[1].clone()))
        .collect();
    let known: Vec<(String, String)> =
        KEYS.iter().map(|key| (key.name.to_owned(), owner_words(key.owner).to_owned())).collect();
    assert_eq!(written, known);
}

#[test]
fn a_target_of_the_makefile_is_one_line() {
    let makefile = read("Makefile");
    let lines: Vec<&str> = makefile.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let is_target = |line: &str| line.split_once(':').is_some_and(|(name, _)| words(name).eq([name]));
    let targets = lines.iter().filter(|line| is_target(line)).count();
    let recipes = lines.iter().filter(|line| line.starts_with('\t')).count();
    let pairs = lines.windows(2).filter(|pair| is_target(pair[0]) && pair[1].starts_with('\t')).count();
    assert_eq!((recipes, pairs), (targets, targets), "{lines:#?}");
    assert!(targets > 0 && !makefile.contains("\\\n"), "{lines:#?}");
}

#[test]
fn readme_tests_as_the_continuous_integration_does() {
    let script = read(".ci/run");
    let last = script.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    let command = last.trim_start_matches("exec ").trim();
    let readme = read("README.md");
    let tests: Vec<&str> = lines_in_fences(&readme)
        .into_iter()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| line.starts_with("make test") || line.starts_with("cargo test"))
        .collect();
    assert_eq!(tests, [command]);
}

#[test]
fn no_file_is_long() {
    let lengths: Vec<(usize, String)> =
        sources().into_iter().map(|(path, text)| (text.lines().count(), path)).collect();
    let long: Vec<_> = lengths.iter().filter(|(lines, _)| *lines > LONGEST_FILE).collect();
    assert!(long.is_empty(), "{long:#?}");
    let mut lines: Vec<usize> = lengths.iter().map(|(lines, _)| *lines).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    assert!(median <= LONGEST_MEDIAN, "the middle file has {median} lines");
}

#[test]
fn no_function_is_long() {
    let mut long = Vec::new();
    for (path, code) in code_below("crates/") {
        let functions = functions(&without_tests(&path, &code)).into_iter().filter(|found| found.2 > LONGEST_FUNCTION);
        long.extend(functions.map(|(name, line, length)| format!("{path}:{line}: `{name}` has {length} lines")));
    }
    assert_eq!(long, [""; 0]);
}

#[test]
fn the_scanner_understands_literals() {
    let source = r####"
        fn a() { let x = "fn no() {"; let y = '{'; let z = '\''; } // fn no() {
        /* fn no() { { */
        fn b<'a>(x: &'a str) -> [u8; 2] { r#"}"#; b'}'; }
        fn c();
    "####;
    let code = code_of(source);
    let names: Vec<String> = functions(&code).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(code.lines().count(), source.lines().count());
    assert!(!code.contains("no"), "{code}");
    let tested = without_tests("x.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}");
    assert!(!tested.contains("fn b") && tested.contains("fn c"), "{tested}");
    assert_eq!(tested.lines().count(), 6);
}

#[test]
fn the_rules_for_documents_see_what_they_should() {
    let text = "See `crates/x.rs` and ``a `b` c``.\n```sh\n`not me`\n```\n[a](docs/json.md#x) `multi\nline`";
    assert_eq!(code_spans(text), ["crates/x.rs", "a `b` c", "multi line"]);
    assert_eq!(link_targets(text), ["docs/json.md#x"]);
    let files = files();
    for there in ["crates/", "sites/<group>/x", "themes/charter", "src/disk.rs", "vars.x", "make test"] {
        assert!(path_exists(there, &files), "{there}");
    }
    for gone in ["crates/nothing/", "sites/nothing/<x>", "layer/nothing.rs", "NOTHING.md"] {
        assert!(!path_exists(gone, &files), "{gone}");
    }
    let vocabulary = vocabulary();
    for there in ["tenantry_core::layer::KEYS", "std::fs", "layer::keys", "a b"] {
        assert!(module_exists(there, &vocabulary), "{there}");
    }
    for gone in ["tenantry_core::nothing", "tenantry_core::layer::NOTHING", "tenantry_gone::x"] {
        assert!(!module_exists(gone, &vocabulary), "{gone}");
    }
}

/// How README says who may set a key.
fn owner_words(owner: Owner) -> &'static str {
    match owner {
        Owner::Tenant => "tenant",
        Owner::Everyone => "group, tenant",
        Owner::Operator => "group, trusted tenant",
        Owner::Group => "group",
    }
}
