//! The rules of the house, read from the sources: the direction of the crates, what each crate never does, the length
//! of files and functions, and documents that name only what exists.
//!
//! No behaviour of the program is tested here. Rules that clippy, rustfmt or cargo-deny hold are left to them; the
//! length of functions is counted again, because an `allow` would hide it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use tenantry_core::layer::{KEYS, Owner};

/// Documents whose words about the code are checked, besides `docs/*.md`.
const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];

/// A span in backticks that begins so is a path of this repository.
const ROOTS: &[&str] = &["crates/", "tests/", "docs/", "themes/", "sites/", ".ci/", ".cargo/"];

/// Paths of the same form that documents use as examples: of a workspace to be, or of any workspace.
const EXAMPLE_PATHS: &[&str] = &["sites/opendatasoft/lille"];

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &[".git", "target", "dist"];

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
            "tenantry-builder" => ("tenantry-builder", &["core"], &["testkit"]),
            "tenantry-cli" => ("tenantry-cli", &["core", "builder"], &["testkit"]),
            "xtask" => ("xtask", &["testkit"], &[]),
            other => (other, &[], &[]),
        };
        if manifest.get("package").and_then(|package| package.get("name")?.as_str()) != Some(name) {
            wrong.push(format!("the crate in {folder} has another name"));
        }
        for (kind, asked) in members_asked_for(&manifest) {
            let short = asked.trim_start_matches("tenantry-");
            if !normal.contains(&short) && !(kind == "dev-dependencies" && dev.contains(&short)) {
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
    let wrong: Vec<String> = code_below("crates/tenantry-builder/src/")
        .into_iter()
        .filter(|(path, code)| !path.ends_with("src/disk.rs") && uses_std(code, "fs"))
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
    let tests: Vec<&str> = lines_of(&readme, true)
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

// The repository.

/// The folder of the whole repository.
fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// A text of the repository; an empty one if it is not there.
fn read(path: &str) -> String {
    let text = fs::read_to_string(root().join(path));
    assert!(text.is_ok(), "cannot read {path}: {:?}", text.err());
    text.unwrap_or_default()
}

/// Every file, as a path seen from the root, sorted.
fn files() -> BTreeSet<String> {
    let mut open = vec![root().to_owned()];
    let mut files = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let shown = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().into_owned();
            if SKIPPED.contains(&shown.as_str()) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(shown);
            }
        }
    }
    files
}

/// Every file that is text, with its text.
fn texts() -> Vec<(String, String)> {
    let text = |path: String| fs::read_to_string(root().join(&path)).ok().map(|text| (path, text));
    files().into_iter().filter_map(text).collect()
}

/// The places of lines of which something is true.
fn lines_where(texts: Vec<(String, String)>, is_so: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for (path, text) in texts {
        let lines = text.split('\n').enumerate().filter(|(_, line)| is_so(line));
        places.extend(lines.map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())));
    }
    places
}

/// Every Rust source, with its text.
fn sources() -> Vec<(String, String)> {
    texts().into_iter().filter(|(path, _)| path.ends_with(".rs")).collect()
}

/// The code of every Rust source below a folder.
fn code_below(folder: &str) -> Vec<(String, String)> {
    let below = sources().into_iter().filter(|(path, _)| path.starts_with(folder));
    let code: Vec<_> = below.map(|(path, text)| (path, code_of(&text))).collect();
    assert!(!code.is_empty(), "no sources below {folder}");
    code
}

/// The manifest of each member of the workspace, under the name of its folder.
fn manifests() -> BTreeMap<String, toml::Table> {
    let mut manifests = BTreeMap::new();
    for (path, text) in texts() {
        let folder = path.strip_suffix("/Cargo.toml").map(|folder| folder.trim_start_matches("crates/"));
        if let Some(folder) = folder {
            let parsed = text.parse::<toml::Table>();
            assert!(parsed.is_ok(), "{path}: {:?}", parsed.err());
            manifests.insert(folder.to_owned(), parsed.unwrap_or_default());
        }
    }
    manifests
}

/// The members that a manifest names, each with the kind of dependency, those of one platform too.
fn members_asked_for(manifest: &toml::Table) -> Vec<(String, String)> {
    let mut members = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            let real = |(key, value): (&String, &toml::Value)| {
                value.get("package").and_then(toml::Value::as_str).unwrap_or(key).to_owned()
            };
            let names = table.iter().map(real);
            let ours = names.filter(|name| name.starts_with("tenantry") || name == "xtask");
            members.extend(ours.map(|name| (key.clone(), name)));
        } else if key == "target" {
            let platforms = table.values().filter_map(toml::Value::as_table);
            members.extend(platforms.flat_map(members_asked_for));
        }
    }
    members
}

/// By crate, with `_`: the names of its files and folders, and all words of its code.
fn vocabulary() -> BTreeMap<String, BTreeSet<String>> {
    let mut vocabulary: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let name = match path.strip_prefix("crates/").and_then(|rest| rest.split_once('/')) {
            Some((name, _)) => name.replace('-', "_"),
            None => "tenantry_tests".to_owned(),
        };
        let code = code_of(&text);
        let found = words(&path).chain(words(&code)).map(str::to_owned);
        vocabulary.entry(name).or_default().extend(found);
    }
    vocabulary
}

// Documents.

/// The documents that are there, with their text.
fn documents() -> Vec<(String, String)> {
    let is_document =
        |path: &String| DOCUMENTS.contains(&path.as_str()) || (path.starts_with("docs/") && path.ends_with(".md"));
    files().into_iter().filter(is_document).map(|path| (path.clone(), read(&path))).collect()
}

/// The lines inside of fences, or those outside.
fn lines_of(text: &str, inside: bool) -> Vec<&str> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced == inside {
            lines.push(line);
        }
    }
    lines
}

/// What stands between backticks outside of fences. A span ends in as many backticks as it begins with.
fn code_spans(text: &str) -> Vec<String> {
    let prose = lines_of(text, false).join("\n");
    let mut rest = prose.as_str();
    let mut spans = Vec::new();
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let fence = "`".repeat(ticks);
        let inner = &rest[start + ticks..];
        let Some(end) = inner.find(&fence) else { break };
        spans.push(inner[..end].trim().replace('\n', " "));
        rest = &inner[end + ticks..];
    }
    spans
}

/// Where the links of a document lead: `[text](target)`, outside of fences and of code.
fn link_targets(text: &str) -> Vec<String> {
    let mut prose = lines_of(text, false).join("\n");
    for span in code_spans(text) {
        prose = prose.replace(&format!("`{span}`"), "");
    }
    let ends = prose.match_indices("](").map(|(at, found)| at + found.len());
    ends.filter_map(|at| prose[at..].split_once(')').map(|(target, _)| target.to_owned())).collect()
}

/// Whether a span is no path of the repository, or one that exists. Of a pattern such as `sites/<group>/site.toml` the
/// folders before its first variable part must exist.
fn path_exists(span: &str, files: &BTreeSet<String>) -> bool {
    if span.contains(char::is_whitespace) || EXAMPLE_PATHS.iter().any(|example| span.starts_with(example)) {
        return true;
    }
    let fixed = span.split(['<', '*', '…', '{', '$']).next().unwrap_or(span);
    if ROOTS.iter().any(|root| span.starts_with(root)) {
        let folder = if fixed == span { fixed } else { fixed.rsplit_once('/').map_or("", |(folder, _)| folder) };
        let folder = folder.trim_end_matches('/');
        let lies_in =
            |file: &str| file.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        return files.iter().any(|file| lies_in(file));
    }
    let is_shouted = span.strip_suffix(".md").is_some_and(|stem| !stem.contains(|c: char| !c.is_ascii_uppercase()));
    let is_source = span.ends_with(".rs") && fixed == span;
    let ending = format!("/{span}");
    (!is_shouted && !is_source) || files.iter().any(|file| file == span || (is_source && file.ends_with(&ending)))
}

/// Whether a span is no path through modules, or one whose every word its crate knows: `tenantry_core::layer::KEYS`.
/// Without a crate, `layer::KEYS`, some crate must.
fn module_exists(span: &str, vocabulary: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let path: Vec<&str> = span.trim_end_matches("()").split("::").collect();
    let is_name = |name: &str| words(name).eq([name]);
    let is_foreign = matches!(path[0], "std" | "clippy" | "toml" | "tera");
    if path.len() < 2 || is_foreign || !path.iter().all(|name| is_name(name)) {
        return true;
    }
    let knows = |known: &BTreeSet<String>, path: &[&str]| path.iter().all(|name| known.contains(*name));
    if path[0].starts_with("tenantry_") || path[0] == "xtask" {
        return vocabulary.get(path[0]).is_some_and(|known| knows(known, &path[1..]));
    }
    vocabulary.values().any(|known| knows(known, &path))
}

/// The cells of the rows of the table whose first line begins with `head`.
fn rows_below(text: &str, head: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
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

// Code.

/// A source without its comments and without what its literals hold, line for line.
fn code_of(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let skipped = literal_or_comment(rest);
        if skipped > 0 {
            let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
            code.extend(source[at..at + skipped].chars().map(blank));
            at += skipped;
        } else {
            let c = rest.chars().next().unwrap_or(' ');
            code.push(c);
            at += c.len_utf8();
        }
    }
    code
}

/// How many bytes the comment or literal at the start of `rest` has; 0 if there is none. Block comments do not nest.
fn literal_or_comment(rest: &str) -> usize {
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let mut next = rest.chars().skip(1);
    let hashes = next.clone().take_while(|c| *c == '#').count();
    match rest.as_bytes()[0] {
        b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        b'/' if rest.starts_with("/*") => until("*/", 2),
        b'"' => quoted(rest, '"'),
        b'r' if rest[1 + hashes..].starts_with('"') => until(&format!("\"{}", "#".repeat(hashes)), hashes + 2),
        // Otherwise it is a lifetime.
        b'\'' if next.next() == Some('\\') || next.next() == Some('\'') => quoted(rest, '\''),
        _ => 0,
    }
}

fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == mark => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Code without the modules and items of tests, line for line. Files of tests and the test kit are tests as a whole.
fn without_tests(path: &str, code: &str) -> String {
    if path.ends_with("/tests.rs") || path.contains("/tests/") || path.contains("tenantry-testkit/") {
        return String::new();
    }
    let mut kept = code.to_owned();
    while let Some(start) = kept.find("#[cfg(test)]") {
        let end = item_body(&kept, start).end;
        let blank: String = kept[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(start..end, &blank);
    }
    kept
}

/// The bytes between the braces of the item that begins at `start`; empty, behind its semicolon, if it has no body.
fn item_body(code: &str, start: usize) -> Range<usize> {
    let mut nested = 0_i32;
    let mut opened = None;
    let mut braces = 0_i32;
    for (offset, c) in code[start..].char_indices() {
        let at = start + offset;
        match (c, opened) {
            ('(' | '[', None) => nested += 1,
            (')' | ']', None) => nested -= 1,
            (';', None) if nested == 0 => return at + 1..at + 1,
            ('{', _) => {
                opened = opened.or(Some(at + 1));
                braces += 1;
            }
            ('}', Some(body)) => {
                braces -= 1;
                if braces == 0 {
                    return body..at;
                }
            }
            _ => {}
        }
    }
    code.len()..code.len()
}

/// Every function that has a body: its name, its line, and how many lines of its body hold code.
fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let in_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let body = item_body(code, at);
        if in_word || name.is_empty() || body.is_empty() {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let length = code[body].lines().filter(|line| !line.trim().is_empty()).count();
        functions.push((name, line, length));
    }
    functions
}

/// The words of some code.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Whether code names a module of the standard library, alone or in a list.
fn uses_std(code: &str, module: &str) -> bool {
    let alone = format!("std::{module}");
    let is_whole = |at: usize| !code[at + alone.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let listed = code.match_indices("std::{").any(|(at, _)| {
        let list = code[at..].split_once(';').map_or("", |(list, _)| list);
        words(list).any(|word| word == module)
    });
    listed || code.match_indices(&alone).any(|(at, _)| is_whole(at))
}
