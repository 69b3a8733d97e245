//! A first publish to a store that speaks the protocol of Amazon S3 on this machine, beside `aws s3 sync` and `hugo
//! deploy` with their default settings, each below a prefix of its own.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tenantry_testkit::browser::on_path;
use tenantry_testkit::servers::s3::{BUCKET, KEY, SECRET, Store};

use super::Work;
use crate::Failure;
use crate::bench::hugo::Hugo;
use crate::bench::process;
use crate::floor::named;

/// The target of the fleets that is a store.
pub(super) const TARGET: &str = "store";

const REGION: &str = "us-east-1";

/// How long each contender took; `None` where it could not be had.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    pub(crate) ours: Duration,
    pub(crate) aws: Option<Duration>,
    pub(crate) hugo: Option<Duration>,
}

/// The settings of the target.
pub(super) fn settings(store: &Store) -> String {
    let port = store.port();
    format!(
        "\n[publish.{TARGET}]\nkind = \"s3\"\nendpoint = \"http://127.0.0.1:{port}\"\nregion = \"{REGION}\"\n\
         bucket = \"{BUCKET}\"\nprefix = \"ours/{{tenant}}/\"\n"
    )
}

/// Publishes `files` files that are built, and has the others send the same ones, which lie in `copy`.
pub(super) fn measure(work: &Work<'_>, store: &Store, copy: &Path, files: usize) -> Result<Stores, Failure> {
    let mut ours = work.command(&["publish", "--yes", "--to", TARGET]);
    let ours = process::run(known(&mut ours))?.time;
    let aws = on_path(&std::env::var_os("PATH").unwrap_or_default(), &["aws"]);
    let aws = aws.map(|program| {
        let mut command = Command::new(program);
        let endpoint = format!("http://127.0.0.1:{}", store.port());
        command.args(["--endpoint-url", &endpoint, "--region", REGION, "s3", "sync"]).arg(copy);
        Ok::<_, Failure>(process::run(known(command.arg(format!("s3://{BUCKET}/aws/"))))?.time)
    });
    let hugo = work.tools.hugo.as_ref().map(|hugo| deployed(hugo, work, store, copy));
    let (aws, hugo) = (aws.transpose()?, hugo.transpose()?);
    for (who, is_there) in [("ours", true), ("aws", aws.is_some()), ("hugo", hugo.is_some())] {
        let sent = super::files_below(&store.folder().at(&format!("{BUCKET}/{who}")))?;
        // Ours keeps the record and a listing beside each site, and each folder of notes begins with a dot.
        if is_there && sent < files {
            return Err(Failure::new(format!("{who} sent {sent} files, and not {files}")));
        }
    }
    Ok(Stores { ours, aws, hugo })
}

/// `hugo deploy` of a folder.
fn deployed(hugo: &Hugo, work: &Work<'_>, store: &Store, copy: &Path) -> Result<Duration, Failure> {
    let site = work.scratch.join("deploy");
    let path = site.join("hugo.toml");
    let (port, copy) = (store.port(), copy.display());
    let text = format!(
        "baseURL = \"https://example.org/\"\npublishDir = \"{copy}\"\n\n[[deployment.targets]]\nname = \"store\"\n\
         URL = \"s3://{BUCKET}?region={REGION}&endpoint=http://127.0.0.1:{port}&use_path_style=true&prefix=hugo/\"\n"
    );
    let made = fs::create_dir_all(&site).and_then(|()| fs::write(&path, text));
    made.map_err(|error| named("write", &path, &error))?;
    Ok(process::run(known(&mut hugo.deploy(&site)))?.time)
}

/// With the credentials of the store.
fn known(command: &mut Command) -> &mut Command {
    command.env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", SECRET).env("AWS_EC2_METADATA_DISABLED", "true")
}
