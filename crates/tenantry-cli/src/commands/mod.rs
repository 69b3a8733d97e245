//! The commands, a file for each.

mod build;
mod completions;
mod explain;
mod export;
mod list;
mod publish;
mod releases;
mod rollback;
mod scaffold;
mod schema;
mod serve;
mod serve_talk;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tenantry_builder::build::{Stop, find_workspace};
use tenantry_core::layer::parse_document;
use tenantry_core::path::SourcePath;
use tenantry_core::source::Source;

use crate::arguments::{Arguments, Command, Format, Global};
use crate::exit::Exit;
use crate::terminal::{self, Stream};

/// Runs the command of the arguments.
pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    terminal::choose_colours(&arguments.global);
    if arguments.global.format == Format::Sarif && !matches!(arguments.command, Command::Check(_)) {
        let message = format!("`{}` has no report in SARIF", arguments.command.name());
        return Err(Stop::Unknown { message, hint: Some("only `check` has one; others: --format json".into()) });
    }
    match &arguments.command {
        Command::Build(build) => build::build(build, &arguments.global),
        Command::Check(check) => build::check(check, &arguments.global),
        Command::List(list) => list::list(list, &arguments.global),
        Command::Explain(explain) => explain::explain(explain, &arguments.global),
        Command::Serve(serve) => serve::serve(serve, &arguments.global),
        Command::Export(export) => export::export(export, &arguments.global),
        Command::Publish(publish) => publish::publish(publish, &arguments.global),
        Command::Releases(releases) => releases::releases(releases, &arguments.global),
        Command::Rollback(rollback) => rollback::rollback(rollback, &arguments.global),
        Command::Init(init) => scaffold::init(init, &arguments.global),
        Command::New(new) => scaffold::new(new, &arguments.global),
        Command::Schema(schema) => schema::schema(schema, &arguments.global),
        Command::Completions(completions) => Ok(completions::completions(completions)),
    }
}

/// Whether a run is to end: the first Ctrl-C lets the tenants in flight end; the second one does not wait for them.
fn interrupt() -> Arc<AtomicBool> {
    let interrupt = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupt);
    let handler = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(Exit::Interrupted as i32);
        }
    });
    if let Err(error) = handler {
        terminal::write(Stream::Error, &format!("warning: Ctrl-C will not end the run cleanly: {error}\n"));
    }
    interrupt
}

/// The workspace that the arguments mean.
fn workspace(global: &Global) -> Result<PathBuf, Stop> {
    match &global.workspace {
        Some(folder) => tenantry_builder::disk::canonical(folder).map_err(Stop::Disk),
        None => find_workspace(&PathBuf::from(".")),
    }
}

/// The output folder, as an absolute path.
fn output_folder(asked_for: Option<&Path>, workspace: &Path) -> Result<PathBuf, Stop> {
    let Some(folder) = asked_for else { return Ok(workspace.join("dist")) };
    std::path::absolute(folder)
        .map_err(|error| Stop::Unknown { message: format!("`{}` is no folder: {error}", folder.display()), hint: None })
}

/// `KEY=VALUE` as TOML. A value that is no TOML is text, so that shells need no second pair of quotation marks.
fn settings(global: &Global) -> Result<Vec<String>, Stop> {
    global.set.iter().map(|setting| as_toml(setting)).collect()
}

fn as_toml(setting: &str) -> Result<String, Stop> {
    let Some((key, value)) = setting.split_once('=') else {
        return Err(Stop::Unknown {
            message: format!("`{setting}` is no setting"),
            hint: Some("expected KEY=VALUE, such as vars.platform=portal".into()),
        });
    };
    let value = value.trim();
    let as_written = format!("{key} = {value}");
    if is_toml(&as_written) {
        return Ok(as_written);
    }
    let escaped: String = value.chars().map(escaped).collect();
    Ok(format!("{key} = \"{escaped}\""))
}

fn is_toml(text: &str) -> bool {
    let source = Source::new(SourcePath::named("--set"), text);
    parse_document(&source, &mut Vec::new()).is_some()
}

/// A character as it stands in a basic string of TOML.
fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    }
}
