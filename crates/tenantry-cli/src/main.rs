//! The program `tenantry`. It decides nothing: arguments in, one command, one exit code.

#![allow(
    unreachable_pub,
    reason = "nothing of a program is reachable from outside; `pub` marks what a module offers the others"
)]

mod arguments;
mod commands;
mod display;
mod exit;
mod json;
mod progress;
mod sarif;
mod terminal;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::of_usage(&error),
    };
    match commands::run(&arguments) {
        Ok(code) => code.into(),
        Err(stop) => {
            let code = exit::of_stop(&stop);
            display::stop(&stop, &arguments);
            code.into()
        }
    }
}
