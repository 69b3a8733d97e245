//! The fields of targets: one table, from which they are checked and documented.

use crate::artifact::Encoding;
use crate::publish::Kind;

/// A field of `[publish.NAME]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it has to be there.
    pub need: Need,
    /// What it means, in a line.
    pub about: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text, with `{tenant}`, `{domain}`, `{group}` in it perhaps.
    Text,
    /// Text that begins with `/`.
    AbsolutePath,
    /// An address that begins with `http://` or `https://`.
    Url,
    /// A name for a program's command line: it does not begin with `-`, and holds neither spaces nor control characters.
    Word,
    /// A whole number in a range.
    Number(u64, u64),
    /// True or false.
    Flag,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    List,
}

/// Whether a field has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it the target is none.
    Required,
    /// There is something that counts without it.
    Optional,
}

const fn required(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field { name, shape, need: Need::Required, about }
}

const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field { name, shape, need: Need::Optional, about }
}

/// The fields that every kind has besides its own.
const COMMON: &[Field] = &[
    optional("verify_url", Shape::Url, "where the published site answers"),
    optional("verify_host", Shape::Word, "the name to ask for there, if it is another one"),
    optional("keep_releases", Shape::Number(1, 1000), "how many releases are kept, the shown one included"),
    optional("grace_days", Shape::Number(0, 3650), "how many days assets stay that no page names any more"),
    optional("max_removed", Shape::Number(0, 100), "how many percent of a site's pages may go at once"),
    optional("max_removals", Shape::Number(0, u64::MAX), "how many files a run may remove"),
    optional(
        "purge",
        Shape::List,
        "a program, and its arguments, that tells caches in front of the site that it changed",
    ),
    optional("limits", Shape::Choice(&["cloudflare-pages", "github-pages"]), "the host whose limits are kept"),
];

const LAYOUT: Field =
    optional("layout", Shape::Choice(&["releases", "in-place"]), "whole releases, or files replaced one by one");

const DIR: &[Field] = &[required("path", Shape::AbsolutePath, "the folder of the tenant"), LAYOUT];

/// The field that says how files are sent compressed.
pub(crate) const CONTENT_ENCODING: &str = "content_encoding";

const S3: &[Field] = &[
    required("bucket", Shape::Word, "the bucket"),
    optional("endpoint", Shape::Url, "where the store answers; Amazon's own without it"),
    optional("region", Shape::Word, "the region"),
    optional("prefix", Shape::Text, "what the keys of the tenant begin with"),
    optional(
        CONTENT_ENCODING,
        Shape::Choice(&Encoding::WORDS),
        "how files are sent compressed, of which `precompress` says so",
    ),
];

const SSH: &[Field] = &[
    required("host", Shape::Word, "the machine, as the configuration of OpenSSH knows it"),
    required("path", Shape::AbsolutePath, "the folder of the tenant there"),
    optional("user", Shape::Word, "who to sign in as"),
    optional("port", Shape::Number(1, 65_535), "the port"),
    LAYOUT,
];

const GIT: &[Field] = &[
    required("remote", Shape::Word, "the repository"),
    optional("branch", Shape::Word, "the branch; `gh-pages` without it"),
];

const COMMAND: &[Field] = &[
    required("program", Shape::Word, "the program"),
    optional("arguments", Shape::List, "its arguments; `{folder}` in one is the built folder of the tenant"),
];

/// The fields of a kind, its own first.
pub fn fields(kind: Kind) -> impl Iterator<Item = &'static Field> {
    let own = match kind {
        Kind::Dir => DIR,
        Kind::S3 => S3,
        Kind::Ssh => SSH,
        Kind::Git => GIT,
        Kind::Command => COMMAND,
    };
    own.iter().chain(COMMON)
}
