//! `export`: what is built, in the form that another program reads. One module for each family of forms.

mod hosting;
mod register;

use std::path::Path;

use serde::Serialize;
use tenantry_builder::build::Stop;
use tenantry_builder::disk;
use tenantry_core::export::Format as Register;
use tenantry_core::hosting::Server;

use crate::arguments::{Export, ExportFormat, Global};
use crate::exit::Exit;
use crate::terminal::{self, Stream};

/// `export`
pub fn export(arguments: &Export, global: &Global) -> Result<Exit, Stop> {
    match arguments.form {
        ExportFormat::Nginx => hosting::export(arguments, (Server::Nginx, "tenantry.conf"), global),
        ExportFormat::Caddy => hosting::export(arguments, (Server::Caddy, "Caddyfile"), global),
        ExportFormat::Klaro => register::export(arguments, Register::Klaro, global),
        ExportFormat::Orejime => register::export(arguments, Register::Orejime, global),
        ExportFormat::Tarteaucitron => register::export(arguments, Register::Tarteaucitron, global),
        ExportFormat::Cookieconsent => register::export(arguments, Register::Cookieconsent, global),
        ExportFormat::Iab => register::export(arguments, Register::Iab, global),
        ExportFormat::Ocd => register::export(arguments, Register::Ocd, global),
        ExportFormat::Gpc => register::export(arguments, Register::Gpc, global),
        ExportFormat::Csv => register::export(arguments, Register::Csv, global),
        ExportFormat::Json => register::export(arguments, Register::Json, global),
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
        if let Some(own) = path.parent().filter(|own| *own != folder) {
            disk::create_folders(own).map_err(Stop::Disk)?;
        }
        disk::replace(&path, file.text.as_bytes(), folder).map_err(Stop::Disk)?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

/// A file in a document: where it was written, or its text.
#[derive(Serialize)]
struct FileView {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// The files as a document shows them; into a folder they are written.
fn shown(files: Vec<File>, out: Option<&Path>) -> Result<Vec<FileView>, Stop> {
    if out.is_none() {
        let view = |file: File| FileView { name: file.name, path: None, text: Some(file.text) };
        return Ok(files.into_iter().map(view).collect());
    }
    let written = hand_over(&files, out)?;
    let view = |(file, path): (File, String)| FileView { name: file.name, path: Some(path), text: None };
    Ok(files.into_iter().zip(written).map(view).collect())
}
