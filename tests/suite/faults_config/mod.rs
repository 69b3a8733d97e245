//! Faults of settings: TOML that is none, keys and values that are wrong, names, addresses, secrets.
//!
//! Rows 49 to 63 of the catalogue of faults. What content and themes get wrong has modules of its own, and so have files
//! that are no files.

mod addresses;
mod command_line;
mod keys;
mod secrets;
mod syntax;
mod values;

use tenantry_testkit::Workspace;

use crate::sound::{beside_good, trusting};

/// The first two lines of a faulty tenant whose fault begins on line 3.
const BAD: &str = "name = \"Bad\"\nbase_url = \"https://bad.example.org\"\n";

/// A workspace with the tenant `bad`, whose settings are this text.
fn settings(text: &str) -> Workspace {
    settings_of("bad", text)
}

fn settings_of(id: &str, text: &str) -> Workspace {
    let workspace = beside_good("");
    workspace.write(&format!("sites/{id}/site.toml"), text);
    workspace
}

fn bytes(bytes: &[u8]) -> Workspace {
    let workspace = beside_good("");
    workspace.write_bytes("sites/bad/site.toml", bytes);
    workspace
}

/// A workspace with the tenant `bad`, whose settings go on with these lines from line 3 on.
fn bad(lines: &str) -> Workspace {
    settings(&format!("{BAD}{lines}\n"))
}

/// The same, with tenants that the operator trusts.
fn trusted(lines: &str) -> Workspace {
    trusting(bad(lines))
}
