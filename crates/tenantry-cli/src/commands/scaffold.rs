//! `init` and `new`: what was written, and what to do next.

use std::path::{Path, PathBuf};

use anstyle::Style;
use serde::Serialize;
use tenantry_builder::build::Stop;
use tenantry_builder::scaffold::{self, NewTenant, NewTheme, Scaffolded};

use crate::arguments::{Format, Global, Init, New};
use crate::display::count;
use crate::exit::Exit;
use crate::json;
use crate::terminal::{self, Stream};

/// A theme with more files than this is told by their number.
const MOST_FILES: usize = 4;

/// `init`
pub fn init(arguments: &Init, global: &Global) -> Result<Exit, Stop> {
    let folder = arguments.folder.clone().or_else(|| global.workspace.clone()).unwrap_or_else(|| PathBuf::from("."));
    let mut done = scaffold::init(&folder)?;
    if folder != Path::new(".") {
        done.commands.insert(0, format!("cd {}", in_shell(&folder.to_string_lossy())));
    }
    Ok(report("init", &done, global))
}

/// `new`
pub fn new(arguments: &New, global: &Global) -> Result<Exit, Stop> {
    let root = super::workspace(global)?;
    let done = match arguments {
        New::Tenant(new) => {
            let (name, base_url) = (new.name.as_deref(), new.base_url.as_deref());
            scaffold::new_tenant(&root, &NewTenant { path: &new.path, name, base_url })
        }
        New::Group(new) => scaffold::new_group(&root, &new.path),
        New::Theme(new) => scaffold::new_theme(&root, &NewTheme { name: &new.name, extends: new.extends.as_deref() }),
    };
    Ok(report("new", &done?, global))
}

fn report(command: &str, done: &Scaffolded, global: &Global) -> Exit {
    if global.format == Format::Json {
        terminal::write(Stream::Output, &as_json(command, done));
    } else if !global.quiet {
        terminal::write(Stream::Output, &as_text(done));
    }
    Exit::Success
}

fn as_json(command: &str, done: &Scaffolded) -> String {
    #[derive(Serialize)]
    struct Written<'d> {
        written: &'d [String],
        kept: &'d [String],
        next: Vec<&'d String>,
    }
    let Scaffolded { written, kept, advice, commands } = done;
    let next = advice.iter().chain(commands).collect();
    json::document(command, Exit::Success.into(), Written { written, kept, next })
}

fn as_text(done: &Scaffolded) -> String {
    let bold = Style::new().bold();
    let mut text = format!("{bold}written{bold:#}\n{}", tree(&done.written));
    for path in &done.kept {
        text.push_str(&format!("`{path}` was there already, and is as it was\n"));
    }
    text.push_str(&format!("{bold}next{bold:#}\n"));
    for sentence in &done.advice {
        text.push_str(&format!("  - {sentence}\n"));
    }
    for command in &done.commands {
        text.push_str(&format!("  $ {command}\n"));
    }
    text
}

/// Sorted paths, each folder's indented below it; of a large theme the number of its files.
fn tree(paths: &[String]) -> String {
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut told = "";
    for path in paths {
        let theme = theme_of(path);
        let files = paths.iter().filter(|other| theme.is_some_and(|theme| theme_of(other) == Some(theme))).count();
        let folded = theme.filter(|_| files > MOST_FILES);
        if folded.is_some_and(|theme| theme == told) {
            continue;
        }
        let mut folders: Vec<&str> = folded.unwrap_or(path).split('/').collect();
        let name = folders.pop().unwrap_or_default();
        let common = open.iter().zip(&folders).take_while(|(one, other)| one == other).count();
        for (depth, folder) in folders.iter().enumerate().skip(common) {
            text.push_str(&format!("{:indent$}{folder}/\n", "", indent = 2 * depth + 2));
        }
        let line = if folded.is_some() { format!("{name}/  {}", count(files, "file")) } else { name.to_owned() };
        text.push_str(&format!("{:indent$}{line}\n", "", indent = 2 * folders.len() + 2));
        (open, told) = (folders, folded.unwrap_or_default());
    }
    text
}

/// `themes/charter` of `themes/charter/theme.toml`
fn theme_of(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("themes/")?;
    let (name, _) = inner.split_once('/')?;
    Some(&path[..path.len() - inner.len() + name.len()])
}

/// A word as a shell reads it back.
fn in_shell(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | '~');
    if word.chars().all(plain) && !word.starts_with(['-', '~']) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
