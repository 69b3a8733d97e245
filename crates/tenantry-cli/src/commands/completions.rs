//! `completions`: a script that makes a shell complete the command line.

use clap::CommandFactory;

use crate::arguments::{Arguments, Completions};
use crate::exit::Exit;
use crate::terminal::{self, Stream};

/// Prints the script.
pub fn completions(arguments: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "tenantry", &mut script);
    terminal::write(Stream::Output, &String::from_utf8_lossy(&script));
    Exit::Success
}
