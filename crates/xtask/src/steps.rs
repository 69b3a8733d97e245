//! What the gate runs, in order, as a table.
//!
//! To add a check is to add a row here; how a row is run is the business of `gate.rs`.

/// One command that must succeed.
pub(crate) struct Step {
    /// The heading, in a word or two.
    pub(crate) name: &'static str,
    /// The program that does it.
    pub(crate) tool: Tool,
    /// Its arguments.
    pub(crate) args: &'static [&'static str],
    /// What is set in its environment.
    pub(crate) env: &'static [(&'static str, &'static str)],
}

/// A program that steps run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The cargo that started the gate.
    Cargo,
    /// cargo-deny, installed if it is not there.
    CargoDeny,
}

/// The gate: the cheapest checks first, so that a slip is known soon.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "format", tool: Tool::Cargo, args: &["fmt", "--all", "--check"], env: &[] },
    Step {
        name: "lints",
        tool: Tool::Cargo,
        args: &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        env: &[],
    },
    Step {
        name: "documentation",
        tool: Tool::Cargo,
        args: &["doc", "--workspace", "--no-deps", "--locked"],
        env: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    Step {
        name: "dependencies",
        tool: Tool::CargoDeny,
        args: &["--workspace", "--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"],
        env: &[],
    },
    // A workspace of its own, which nothing else compiles: its lock file has to follow.
    Step {
        name: "fuzz target",
        tool: Tool::Cargo,
        args: &["tree", "--quiet", "--locked", "--depth", "0", "--manifest-path", "tests/fuzz/Cargo.toml"],
        env: &[],
    },
    Step {
        name: "test tools",
        tool: Tool::Cargo,
        args: &["run", "--quiet", "--locked", "-p", "xtask", "--", "test-tools"],
        env: &[],
    },
    Step { name: "build", tool: Tool::Cargo, args: &["build", "--workspace", "--locked"], env: &[] },
    Step { name: "tests", tool: Tool::Cargo, args: &["test", "--workspace", "--locked"], env: &[] },
];
