//! The page of all benchmarks: one part for each kind of work, so that one can be measured again without the others.

use std::fs;
use std::io;
use std::path::Path;

use crate::Failure;
use crate::floor::named;

const HEAD: &str = "# Benchmarks\n\nWritten by `make bench`, a part at a time; an edit is lost in the next run.\n";

/// What a part of the page is about, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Builds, beside plain programs and Hugo.
    Builds,
    /// The preview, beside Hugo's server.
    Preview,
    /// Publishing, beside a plain copy.
    Publishing,
}

impl Part {
    /// All parts.
    pub(crate) const ALL: [Part; 3] = [Part::Builds, Part::Preview, Part::Publishing];

    fn heading(self) -> &'static str {
        match self {
            Part::Builds => "## Builds",
            Part::Preview => "## The preview",
            Part::Publishing => "## Publishing",
        }
    }
}

/// Writes one part of a page and leaves the others as they are.
pub(crate) fn write(path: &Path, part: Part, text: &str) -> Result<(), Failure> {
    let page = match fs::read_to_string(path) {
        Ok(page) => page,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(named("read", path, &error)),
    };
    fs::write(path, with(&page, part, text)).map_err(|error| named("write", path, &error))
}

/// The page with another text of a part, which follows its heading.
fn with(page: &str, part: Part, text: &str) -> String {
    let texts = Part::ALL.map(|other| if other == part { Some(text) } else { find(page, other) });
    let parts = Part::ALL.iter().zip(texts).filter_map(|(part, text)| Some((part.heading(), text?.trim_end())));
    parts.fold(HEAD.to_owned(), |page, (heading, text)| format!("{page}\n{heading}\n{text}\n"))
}

/// The text of a part, up to the heading of the next.
fn find(page: &str, part: Part) -> Option<&str> {
    let (_, rest) = page.split_once(&format!("\n{}\n", part.heading()))?;
    let ends = Part::ALL.iter().filter_map(|next| rest.find(&format!("\n{}\n", next.heading())));
    rest.get(..ends.min().unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_anew_and_the_others_stay() {
        let preview = with("", Part::Preview, "\nfast\n");
        assert_eq!(preview, format!("{HEAD}\n## The preview\n\nfast\n"));
        let both = with(&preview, Part::Builds, "\nslow\n\n### Ratios\n");
        assert_eq!(both, format!("{HEAD}\n## Builds\n\nslow\n\n### Ratios\n\n## The preview\n\nfast\n"));
        assert_eq!(with(&both, Part::Preview, "\nfaster\n"), both.replace("fast\n", "faster\n"));
    }
}
