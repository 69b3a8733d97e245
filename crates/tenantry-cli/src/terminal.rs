//! The one door to standard output and standard error: colours only where they are wanted, a closed pipe is no fault.

use std::io::{IsTerminal, Write};

use anstream::ColorChoice;

use crate::arguments::{Colour, Global};

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Results.
    Output,
    /// What is said about them.
    Error,
}

/// Sets when colours are used, for the whole process.
pub fn choose_colours(global: &Global) {
    let choice = match global.color {
        Colour::Auto => ColorChoice::Auto,
        Colour::Always => ColorChoice::Always,
        Colour::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Writes text; styles in it are left out where the stream is no terminal.
pub fn write(stream: Stream, text: &str) {
    let _ = match stream {
        Stream::Output => {
            let mut out = anstream::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        }
        Stream::Error => anstream::stderr().lock().write_all(text.as_bytes()),
    };
}

/// Whether people watch what is said.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// How wide findings may get, in columns.
pub const WIDTH: usize = 120;
