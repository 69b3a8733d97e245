//! Has the crate compiled again when a file is added to a folder that it embeds; changed files cargo sees by itself.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

fn main() {
    for embedded in ["build.rs", "scaffold", "../../themes/charter"] {
        println!("cargo::rerun-if-changed={embedded}");
    }
}
