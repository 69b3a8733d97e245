//! The fuzzer, `xtask fuzz`: libFuzzer looks for texts that panic a target of `tests/fuzz`, or that it takes otherwise
//! than it should.
//!
//! The targets are a workspace of their own, built with what the stable compiler has of LLVM's coverage, so that no other
//! tool chain is needed; libFuzzer itself is C++ and is compiled with them. What is found stands in `target/fuzz/found/`
//! and is tried first in the next run.

use std::env;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use tenantry_core::duration::Duration;
use tenantry_core::language::Lang;
use tenantry_testkit::browser::on_path;

use crate::Failure;
use crate::gate::{cargo, code_of};

/// The target.
const TARGET: &str = "durations";

/// What its first texts are made from: a string and what it is, on each line.
const STRINGS: &str = "crates/tenantry-core/src/duration/real.tsv";

const LANGUAGES: [Lang; 5] = [Lang::FRENCH, Lang::ENGLISH, Lang::GERMAN, Lang::SPANISH, Lang::DUTCH];

/// Below the workspace's folder: what is compiled, what is tried, what is found.
const BUILT: &str = "target/fuzz";

/// How code is compiled that tells libFuzzer where it has been.
const FLAGS: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// How long it runs.
#[derive(Args)]
pub(crate) struct Options {
    /// For how many seconds texts are tried
    #[arg(long, default_value = "60")]
    seconds: NonZeroU32,
}

/// Builds the target, and runs it for a while.
pub(crate) fn run(root: &Path, options: &Options) -> Result<String, Failure> {
    compiler_is_there()?;
    let (seeds, corpus, found) = (folder(root, "seeds")?, folder(root, "corpus")?, folder(root, "found")?);
    write_seeds(root, &seeds)?;
    let mut command = Command::new(cargo());
    // With a target named, programs that only build are compiled as ever.
    command.args(["run", "--locked", "--manifest-path", "tests/fuzz/Cargo.toml", "--target", "host-tuple"]);
    command.args(["--target-dir", BUILT, "--bin", TARGET, "--"]).args([&corpus, &seeds, &found]);
    command.arg(format!("-max_total_time={}", options.seconds));
    command.arg(format!("-artifact_prefix={}/", found.display())).args(["-max_len=512", "-print_final_stats=1"]);
    command.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", FLAGS.join(" ")).current_dir(root);
    match code_of(&mut command)? {
        0 => Ok(format!("fuzz: nothing found in {} s", options.seconds)),
        code => Err(Failure {
            message: format!("the target does not compile, or a text was found: see above (exit {code})"),
            code,
        }),
    }
}

/// libFuzzer is compiled by `cc`, which takes what `CXX` says, or else a compiler by its usual name.
fn compiler_is_there() -> Result<(), Failure> {
    let search_path = env::var_os("PATH").unwrap_or_default();
    let is_there = env::var_os("CXX").is_some() || on_path(&search_path, &["c++"]).is_some();
    is_there
        .then_some(())
        .ok_or_else(|| Failure::new("libFuzzer is C++, and no compiler of it is there: install `g++`"))
}

/// A folder of the target below what is built.
fn folder(root: &Path, name: &str) -> Result<PathBuf, Failure> {
    let folder = root.join(BUILT).join(name).join(TARGET);
    fs::create_dir_all(&folder).map_err(|error| cannot_write(&folder, &error))?;
    Ok(folder)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot write `{}`: {error}", path.display()))
}

/// Writes what is tried first, a file for each text.
fn write_seeds(root: &Path, folder: &Path) -> Result<(), Failure> {
    let strings = root.join(STRINGS);
    let strings = fs::read_to_string(&strings)
        .map_err(|error| Failure::new(format!("cannot read `{}`: {error}", strings.display())))?;
    for (number, text) in seeds(&strings).iter().enumerate() {
        let file = folder.join(number.to_string());
        fs::write(&file, text).map_err(|error| cannot_write(&file, &error))?;
    }
    Ok(())
}

/// Each string, and each duration among them in every language.
fn seeds(strings: &str) -> Vec<String> {
    let strings = strings.lines().filter_map(|line| line.split('\t').next());
    strings
        .flat_map(|text| {
            let durations = Duration::parse(text).into_iter();
            let printed = durations.flat_map(|duration| LANGUAGES.map(|lang| duration.print(lang)));
            printed.chain([text.to_owned()])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_strings_and_durations_in_every_language() {
        let expected = ["1 an", "1 year", "1 Jahr", "1 año", "1 jaar", "1 Jahr", "183"];
        assert_eq!(seeds("1 Jahr\tP1Y\n183\tNoUnit(183)\n"), expected);
    }
}
