//! `export`: what is built, in the form that another program reads. One module for each family of forms.

mod hosting;

use std::path::Path;

use tenantry_builder::build::Stop;
use tenantry_builder::disk;
use tenantry_core::hosting::Server;

use crate::arguments::{Export, ExportFormat, Global};
use crate::exit::Exit;
use crate::terminal::{self, Stream};

/// `export`
pub fn export(arguments: &Export, global: &Global) -> Result<Exit, Stop> {
    match arguments.form {
        ExportFormat::Nginx => hosting::export(arguments, (Server::Nginx, "tenantry.conf"), global),
        ExportFormat::Caddy => hosting::export(arguments, (Server::Caddy, "Caddyfile"), global),
    }
}

/// A file that an export gives.
struct File {
    name: String,
    text: String,
}

/// Hands files over: into a folder, or to standard output. Gives the paths that were written.
fn hand_over(files: &[File], out: Option<&Path>) -> Result<Vec<String>, Stop> {
    let Some(folder) = out else {
        files.iter().for_each(|file| terminal::write(Stream::Output, &file.text));
        return Ok(Vec::new());
    };
    disk::create_folders(folder).map_err(Stop::Disk)?;
    let mut written = Vec::new();
    for file in files {
        let path = folder.join(&file.name);
        disk::replace(&path, file.text.as_bytes(), folder).map_err(Stop::Disk)?;
        written.push(path.display().to_string());
    }
    Ok(written)
}
