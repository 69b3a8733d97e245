//! Built sites in a real browser: the programs of `tests/browser`, run with the node and the Chromium of the machine.
//!
//! Nothing is installed here: that is a chore, `test-tools`. What a page is judged by is said in `tests/browser`.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::program::{Outcome, Program};

/// Where the chore installs the packages of `tests/browser`, below the repository's folder.
pub const PACKAGES: &str = "target/tools/browser";

/// The names that Chromium goes by.
pub const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

const HARNESS: &str = "tests/browser/main.mjs";

const CHECKER: &str = "node_modules/vnu-jar/build/dist/vnu.jar";

/// How long one job may take; the machine may be busy with other tests.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// What visits pages and checks their HTML.
#[derive(Debug)]
pub struct Browser {
    harness: PathBuf,
    checker: PathBuf,
    node: PathBuf,
    java: PathBuf,
    chromium: PathBuf,
}

impl Browser {
    /// Finds the programs, and what the chore has installed for the repository at `root`.
    ///
    /// # Errors
    ///
    /// One line that names what is missing and the command that installs it.
    pub fn find(root: &Path) -> Result<Self, String> {
        let search_path = env::var_os("PATH").unwrap_or_default();
        let program = |names: &[&str]| on_path(&search_path, names).ok_or_else(|| missing(names[0]));
        let checker = root.join(PACKAGES).join(CHECKER);
        if !checker.is_file() {
            return Err(missing(PACKAGES));
        }
        Ok(Self {
            harness: root.join(HARNESS),
            checker,
            node: program(&["node"])?,
            java: program(&["java"])?,
            chromium: program(CHROMIUM)?,
        })
    }

    /// Does a job of `tests/browser/main.mjs`, given and answered in JSON.
    #[must_use]
    #[track_caller]
    pub fn run(&self, job: &str) -> Outcome {
        let node = Program::at(&self.node).args([self.harness.as_os_str(), self.chromium.as_os_str()]);
        node.input(job).time_limit(TIME_LIMIT).run()
    }

    /// Checks documents with the Nu HTML checker, warnings too; it answers in JSON.
    #[must_use]
    #[track_caller]
    pub fn check_html(&self, documents: &[PathBuf]) -> Outcome {
        let mut args: Vec<OsString> = vec!["-jar".into(), self.checker.clone().into()];
        args.extend(["--stdout", "--exit-zero-always", "--format", "json"].map(OsString::from));
        args.extend(documents.iter().map(|path| path.clone().into_os_string()));
        Program::at(&self.java).args(args).time_limit(TIME_LIMIT).run()
    }
}

/// A page of a built site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePage {
    /// Its path within the site, `/en/cookies/`.
    pub path: String,
    /// The language that it says it is in.
    pub lang: String,
    /// `home` or `cookies`.
    pub kind: &'static str,
}

/// The home and the cookie page of each language of a built tenant. A folder of a language has both.
#[must_use]
pub fn home_and_cookies(site: &Path) -> Vec<SitePage> {
    let mut languages = vec![String::from("/")];
    let folders = fs::read_dir(site).into_iter().flatten().flatten();
    languages.extend(folders.filter_map(|entry| Some(format!("/{}/", entry.file_name().to_str()?))));
    languages.sort();
    let kinds = |home: String| [(home.clone(), "home"), (format!("{home}cookies/"), "cookies")];
    let file = |path: &str| site.join(format!("{}index.html", path.trim_start_matches('/')));
    let complete = languages.into_iter().map(kinds).filter(|pages| pages.iter().all(|(path, _)| file(path).is_file()));
    let page = |(path, kind): (String, &'static str)| SitePage { lang: language(&file(&path)), path, kind };
    complete.flatten().map(page).collect()
}

/// The first of these programs that the search path has.
#[must_use]
pub fn on_path(search_path: &OsStr, names: &[&str]) -> Option<PathBuf> {
    let named = |name: &&str| {
        let name = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(search_path).map(|dir| dir.join(&name)).find(|path| path.is_file())
    };
    names.iter().find_map(named)
}

fn missing(what: &str) -> String {
    format!("`{what}` is not there: run `cargo run -p xtask -- test-tools`")
}

/// What stands in `<html lang="…">`.
fn language(page: &Path) -> String {
    let html = fs::read_to_string(page).unwrap_or_default();
    let after = html.split_once("<html lang=\"").map_or("", |(_, after)| after);
    after.split('"').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Workspace;

    #[test]
    fn what_is_missing_is_told_with_the_command_that_installs_it() {
        let message = Browser::find(Workspace::empty().path()).unwrap_err();
        assert_eq!(message, "`target/tools/browser` is not there: run `cargo run -p xtask -- test-tools`");
    }

    #[test]
    fn pages_are_found_by_language() {
        let site = Workspace::from_text(
            "//- /index.html\n<html lang=\"ar\" dir=\"rtl\">\n//- /cookies/index.html\n<html lang=\"ar\">\n\
             //- /en/index.html\n<html lang=\"en\">\n//- /en/cookies/index.html\n<html lang=\"en\">\n\
             //- /privacy/index.html\n<html lang=\"ar\">\n//- /assets/a.css\n\n",
        );
        let found = home_and_cookies(site.path());
        let pages: Vec<_> = found.iter().map(|page| (page.path.as_str(), page.lang.as_str(), page.kind)).collect();
        let expected = [
            ("/", "ar", "home"),
            ("/cookies/", "ar", "cookies"),
            ("/en/", "en", "home"),
            ("/en/cookies/", "en", "cookies"),
        ];
        assert_eq!(pages, expected);
    }

    #[test]
    fn the_first_name_that_is_there_is_taken() {
        let workspace = Workspace::from_text("//- /a/two\n\n//- /b/one\n\n//- /b/two\n\n");
        let search_path = env::join_paths([workspace.at("a"), workspace.at("b")]).unwrap();
        assert_eq!(on_path(&search_path, &["one", "two"]), Some(workspace.at("b/one")));
        assert_eq!(on_path(&search_path, &["none", "two"]), Some(workspace.at("a/two")));
        assert_eq!(on_path(&search_path, &["none"]), None);
    }
}
