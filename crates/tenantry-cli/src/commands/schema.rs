//! `schema`: the JSON Schemas of the workspace's TOML files, for editors.

use serde::Serialize;
use tenantry_builder::build::Stop;
use tenantry_builder::schemas::{SchemaFile, refresh};
use tenantry_core::schema::{FOLDER, text};

use crate::arguments::{Format, Global, Schema};
use crate::display::count;
use crate::exit::Exit;
use crate::json::{self, Outcome};
use crate::terminal::{self, Stream};

/// Prints one schema, or brings those of the workspace up to date.
pub fn schema(arguments: &Schema, global: &Global) -> Result<Exit, Stop> {
    match arguments.kind {
        // It is JSON in any format: a schema is what was asked for, no report about one.
        Some(kind) => terminal::write(Stream::Output, &text(kind)),
        None => tell(&refresh(&super::workspace(global)?).map_err(Stop::Disk)?, global),
    }
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Row {
    kind: &'static str,
    describes: &'static str,
    file: String,
    written: bool,
}

impl From<&SchemaFile> for Row {
    fn from(file: &SchemaFile) -> Row {
        let (kind, path) = (file.kind, file.path());
        Row { kind: kind.as_str(), describes: kind.files(), file: path.to_string(), written: file.written }
    }
}

/// Tells what was written.
fn tell(files: &[SchemaFile], global: &Global) {
    if global.format == Format::Json {
        #[derive(Serialize)]
        struct Rows {
            schemas: Vec<Row>,
        }
        let rows = Rows { schemas: files.iter().map(Row::from).collect() };
        return terminal::write(Stream::Output, &json::document("schema", Outcome::Ok, rows));
    }
    if global.quiet {
        return;
    }
    let written = files.iter().filter(|file| file.written).count();
    let same = files.len() - written;
    let already = if same > 0 { format!(", {same} up to date") } else { String::new() };
    terminal::write(Stream::Error, &format!("wrote {} into {FOLDER}/{already}\n", count(written, "schema")));
}
