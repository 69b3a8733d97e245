//! A new theme that changes another: it looks like that one until something is put into it.

use std::path::Path;

use tenantry_core::name::ThemeName;
use tenantry_core::path::SourcePath;

use crate::build::Stop;
use crate::disk;
use crate::scaffold::files::{NewFile, put};
use crate::scaffold::place::workspace;
use crate::scaffold::{Scaffolded, refused, shown_name, toml_text, wrong};
use crate::themes::{theme_exists, theme_names};

const SETTINGS: &str = include_str!("../../scaffold/theme.toml");
const STRINGS: &str = include_str!("../../scaffold/strings.toml");
/// The theme that a new one extends unless something else is said.
const USUAL: &str = "charter";

/// A theme that is to be.
#[derive(Debug, Clone, Copy)]
pub struct NewTheme<'a> {
    /// Its name: its folder below `themes/`.
    pub name: &'a str,
    /// The theme that it extends; by default `charter`.
    pub extends: Option<&'a str>,
}

/// Writes a theme into the workspace at `root`.
pub fn new_theme(root: &Path, new: &NewTheme<'_>) -> Result<Scaffolded, Stop> {
    workspace(root)?;
    let name = new.name.trim_end_matches('/');
    let name = name.strip_prefix("themes/").unwrap_or(name);
    let name = ThemeName::new(name)
        .map_err(|error| wrong(error.to_string(), "NAME is the folder of the theme below `themes/`, such as `ours`"))?;
    let folder = SourcePath::named("themes").join(name.as_str());
    if disk::exists(&root.join(folder.as_str())).map_err(Stop::Disk)? {
        let message = format!("`{folder}` is there already, and nothing was written");
        return Err(refused(message, "choose another name, or edit what is there"));
    }
    let extends = extended(root, new.extends)?;
    let files = files(root, (&folder, &name), &extends);
    let base = if disk::is_folder(&root.join("themes")).map_err(Stop::Disk)? { "themes" } else { "" };
    let mut written: Vec<String> = files.iter().map(|file| file.path.to_string()).collect();
    written.sort();
    put(root, &SourcePath::named(base), &files).map_err(Stop::Disk)?;
    let advice = advice(root, (&folder, &name), &extends);
    Ok(Scaffolded { written, advice, commands: vec!["tenantry build".to_owned()], ..Scaffolded::default() })
}

/// The theme to extend, which is there.
fn extended(root: &Path, asked_for: Option<&str>) -> Result<ThemeName, Stop> {
    let wanted = asked_for.unwrap_or(USUAL);
    let name = ThemeName::new(wanted).map_err(|error| wrong(error.to_string(), "give another with --extends"))?;
    if theme_exists(root, &name).map_err(Stop::Disk)? {
        return Ok(name);
    }
    let known = theme_names(root);
    let hint = match known.is_empty() {
        true => format!("`tenantry init` writes the theme `{USUAL}` into a new workspace"),
        false => format!("name one with --extends: {}", known.join(", ")),
    };
    Err(wrong(format!("there is no theme `{name}` to extend"), hint))
}

fn files(root: &Path, (folder, name): (&SourcePath, &ThemeName), extends: &ThemeName) -> Vec<NewFile> {
    let shown = toml_text(&shown_name(name.as_str()));
    let settings = format!("name = {shown}\nextends = {}\n{SETTINGS}", toml_text(extends.as_str()));
    let example = some_word(root, extends).map(|(key, text)| format!("# {key} = {text}\n")).unwrap_or_default();
    let strings = format!("{STRINGS}{example}");
    vec![
        NewFile::in_workspace(root, folder.join("theme.toml"), settings.as_bytes()),
        NewFile::in_workspace(root, folder.join("strings/en.toml"), strings.as_bytes()),
        // Version control keeps no empty folder, and templates are looked for here.
        NewFile::in_workspace(root, folder.join("templates/.gitkeep"), b""),
    ]
}

/// An English word of a theme, as its file says it.
fn some_word(root: &Path, theme: &ThemeName) -> Option<(String, String)> {
    let text = disk::read_text(&root.join(format!("themes/{theme}/strings/en.toml"))).ok()?;
    let words: toml::Table = text.parse().ok()?;
    words.into_iter().find_map(|(key, word)| word.as_str().map(|text| (key.clone(), toml_text(text))))
}

/// How the theme is used, and which files of the extended one change what.
fn advice(root: &Path, (folder, name): (&SourcePath, &ThemeName), extends: &ThemeName) -> Vec<String> {
    let in_other = |part: &str| {
        let names = disk::names_in(&root.join(format!("themes/{extends}/{part}"))).unwrap_or_default();
        names.into_iter().filter(|name| !crate::scan::is_hidden(name)).collect::<Vec<_>>().join(", ")
    };
    let mut advice = vec![
        format!("to use it, write `theme = \"{name}\"` into `sites/group.toml` or the `group.toml` of some tenants"),
        format!(
            "`{folder}/strings/en.toml` changes words; a file beside it, such as `fr.toml`, those of another language"
        ),
    ];
    let (templates, assets) = (in_other("templates"), in_other("static"));
    if !templates.is_empty() {
        advice.push(format!(
            "to change a part of the pages, copy its template from `themes/{extends}/templates/` into `{folder}/templates/` and edit it there: {templates}"
        ));
    }
    if !assets.is_empty() {
        advice.push(format!("a file in `{folder}/static/` replaces that of the same name in `{extends}`: {assets}"));
    }
    advice
}
