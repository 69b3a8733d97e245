//! The command line, as clap reads it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use tenantry_builder::selection::Shard;
use tenantry_core::lint::Profile;
use tenantry_core::schema::FileKind;

/// Builds, checks and explains the static sites of many tenants from one workspace.
#[derive(Debug, Parser)]
#[command(name = "tenantry", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "TENANT is an id, the path of a group, or a quoted glob such as 'ods/*'; none means all.\n\
    Exit codes: 0 all well; 1 some tenant has errors, the others are done; 2 the run could not go on;\n\
    3 refused for safety or for want of a confirmation; 130 interrupted.")]
pub struct Arguments {
    /// What applies to every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The workspace: the folder that holds `sites/` and `themes/` [default: the nearest one upward]
    #[arg(long, global = true, value_name = "DIR", env = "TENANTRY_WORKSPACE")]
    pub workspace: Option<PathBuf>,
    /// Sets a key for all tenants, over what their layers say; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", env = "TENANTRY_SET")]
    pub set: Vec<String>,
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, env = "TENANTRY_FORMAT")]
    pub format: Format,
    /// Errors only
    #[arg(long, short, global = true, value_parser = FalseyValueParser::new(), env = "TENANTRY_QUIET")]
    pub quiet: bool,
    /// Notes too, and a line for each tenant
    #[arg(long, short, global = true, value_parser = FalseyValueParser::new(), env = "TENANTRY_VERBOSE")]
    pub verbose: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, env = "TENANTRY_COLOR")]
    pub color: Colour,
}

/// The form of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on standard error; results on standard output.
    Human,
    /// One JSON document on standard output.
    Json,
    /// Findings of `check` as SARIF 2.1.0 on standard output.
    Sarif,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Builds the tenants' sites into the output folder
    Build(Build),
    /// Finds everything that can be wrong, without writing
    Check(Check),
    /// Lists tenants: addresses, languages, pages, and whether their output is up to date
    List(List),
    /// Tells where a tenant's values come from, and what they hide
    Explain(Explain),
    /// Shows every tenant's site as it would be published, and each edit as it is made
    Serve(Serve),
    /// Writes what is built in the form that another program reads: configurations of web servers
    Export(Export),
    /// Publishes what was built to a target of `[publish.NAME]`: the difference to what is there, and nothing else
    Publish(Publish),
    /// Lists the releases that a target keeps
    Releases(Releases),
    /// Shows an earlier release again
    Rollback(Rollback),
    /// Writes a small workspace that builds at once and explains itself
    Init(Init),
    /// Adds a tenant, a group or a theme to the workspace
    #[command(subcommand)]
    New(New),
    /// Writes the JSON Schemas of the workspace's TOML files into `.schemas/`, or prints one
    Schema(Schema),
    /// Prints a completion script for a shell
    Completions(Completions),
}

impl Command {
    /// The word on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Build(_) => "build",
            Command::Check(_) => "check",
            Command::List(_) => "list",
            Command::Explain(_) => "explain",
            Command::Serve(_) => "serve",
            Command::Export(_) => "export",
            Command::Publish(_) => "publish",
            Command::Releases(_) => "releases",
            Command::Rollback(_) => "rollback",
            Command::Init(_) => "init",
            Command::New(_) => "new",
            Command::Schema(_) => "schema",
            Command::Completions(_) => "completions",
        }
    }
}

/// `build`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Build {
    /// Tenants to build
    #[arg(value_name = "TENANT")]
    pub tenants: Vec<String>,
    /// The output folder [default: `dist` in the workspace]
    #[arg(long, value_name = "DIR", env = "TENANTRY_OUT")]
    pub out: Option<PathBuf>,
    /// The environment, as `[env.NAME]` describes it
    #[arg(long, value_name = "NAME", env = "TENANTRY_ENV")]
    pub env: Option<String>,
    /// How many threads [default: one per core]
    #[arg(long, short, value_name = "N", default_value_t = 0, hide_default_value = true, env = "TENANTRY_JOBS")]
    pub jobs: usize,
    /// Only part I of N; a tenant's part depends on its id alone
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, env = "TENANTRY_SHARD")]
    pub shard: Option<Shard>,
    /// Say what would be written, and write nothing
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_DRY_RUN")]
    pub dry_run: bool,
    /// Say for each file why it is made
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_WHY")]
    pub why: bool,
    /// Render everything again
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_CLEAN")]
    pub clean: bool,
    /// Read the output and mend what is not as its manifest says; make a part of it again to compare
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_VERIFY")]
    pub verify: bool,
    /// Go beyond safety limits, and replace files that no build wrote
    #[arg(long)]
    pub force: bool,
    /// If another process writes into the output folder, do not wait for it
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_NO_WAIT")]
    pub no_wait: bool,
    /// Remove the output of tenants that are gone
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_PRUNE")]
    pub prune: bool,
}

/// `check`
#[derive(Debug, Args)]
pub struct Check {
    /// Tenants to check
    #[arg(value_name = "TENANT")]
    pub tenants: Vec<String>,
    /// The environment, as `[env.NAME]` describes it
    #[arg(long, value_name = "NAME", env = "TENANTRY_ENV")]
    pub env: Option<String>,
    /// The rules to apply, in place of those that layers choose; several are separated by commas
    #[arg(long, value_name = "PROFILE", value_delimiter = ',', value_parser = profiles(), env = "TENANTRY_PROFILE")]
    pub profile: Vec<Profile>,
    /// What else counts as an error
    #[arg(long, value_enum, value_name = "WHAT", env = "TENANTRY_DENY")]
    pub deny: Option<Deny>,
}

/// What `check` takes for an error besides errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings.
    Warnings,
}

/// `list`
#[derive(Debug, Args)]
#[command(after_help = "Example: tenantry list 'town/*' --env staging")]
pub struct List {
    /// Tenants to list
    #[arg(value_name = "TENANT")]
    pub tenants: Vec<String>,
    /// The output folder to compare with [default: `dist` in the workspace]
    #[arg(long, value_name = "DIR", env = "TENANTRY_OUT")]
    pub out: Option<PathBuf>,
    /// The environment, as `[env.NAME]` describes it
    #[arg(long, value_name = "NAME", env = "TENANTRY_ENV")]
    pub env: Option<String>,
}

/// `explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The tenant's id
    #[arg(value_name = "TENANT")]
    pub tenant: String,
    /// A page (`cookies`) or a dotted key (`vars.platform`)
    #[arg(value_name = "PAGE|KEY")]
    pub question: Option<String>,
}

/// `serve`
#[derive(Debug, Args)]
#[command(after_help = "Each tenant is at http://ID.localhost:4000/, all of them at http://localhost:4000/.\n\
    With one tenant named, that one is at http://localhost:4000/, and all at /__tenantry/.\n\n\
    Example: tenantry serve artisanat --open")]
pub struct Serve {
    /// Tenants to show
    #[arg(value_name = "TENANT")]
    pub tenants: Vec<String>,
    /// The port [default: 4000, or the next that is free]
    #[arg(long, value_name = "N", env = "TENANTRY_PORT")]
    pub port: Option<u16>,
    /// Let others in under this name or address of this machine; they need the token that is told
    #[arg(long, value_name = "ADDR", env = "TENANTRY_HOST")]
    pub host: Option<String>,
    /// Open a browser
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_OPEN")]
    pub open: bool,
    /// Lead open pages to the one that is edited
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_FOLLOW")]
    pub follow: bool,
    /// Look for changes again and again, where the file system does not tell them
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_POLL")]
    pub poll: bool,
    /// The environment, as `[env.NAME]` describes it
    #[arg(long, value_name = "NAME", env = "TENANTRY_ENV")]
    pub env: Option<String>,
}

/// `export`
#[derive(Debug, Args)]
#[command(after_help = "Example: tenantry export nginx --root '/srv/www/{tenant}/current' > tenantry.conf")]
pub struct Export {
    /// What to write
    #[arg(value_name = "FORMAT", value_enum)]
    pub form: ExportFormat,
    /// Tenants to export
    #[arg(value_name = "TENANT")]
    pub tenants: Vec<String>,
    /// Write files into this folder, instead of printing them
    #[arg(long, value_name = "DIR", env = "TENANTRY_EXPORT_OUT")]
    pub out: Option<PathBuf>,
    /// The output folder of the build [default: `dist` in the workspace]
    #[arg(long, value_name = "DIR", env = "TENANTRY_OUT")]
    pub built: Option<PathBuf>,
    /// The folder on the server with a tenant's files, with {tenant}, {domain} or {group} in it [default: that of the build]
    #[arg(long, value_name = "DIR", env = "TENANTRY_ROOT")]
    pub root: Option<String>,
    /// The port or address:port on which the server speaks plain HTTP; may be repeated [default: 80 for nginx; Caddy gets
    /// itself certificates for HTTPS]
    #[arg(long, value_name = "PORT", value_parser = listen_address, env = "TENANTRY_LISTEN")]
    pub listen: Vec<String>,
    /// The number of this version of the cookie policies: consent managers ask again when it grows [default: the
    /// `params.banner_revision` of each tenant, else 1]
    #[arg(long, value_name = "N", env = "TENANTRY_REVISION")]
    pub revision: Option<u32>,
    /// The environment, as `[env.NAME]` describes it
    #[arg(long, value_name = "NAME", env = "TENANTRY_ENV")]
    pub env: Option<String>,
}

/// The forms of `export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// The configuration of nginx, to be included in its `http` block.
    Nginx,
    /// A Caddyfile.
    Caddy,
    /// The configuration of Klaro 0.7.
    Klaro,
    /// The configuration of Orejime 3.
    Orejime,
    /// The configuration of tarteaucitron 1.
    Tarteaucitron,
    /// The configuration of vanilla-cookieconsent 3.
    Cookieconsent,
    /// The deviceStorage.json 1.1 of IAB Europe.
    Iab,
    /// Rows of Open Cookie Database.
    Ocd,
    /// The gpc.json of Global Privacy Control.
    Gpc,
    /// A table for spreadsheets.
    Csv,
    /// The register, as cookies.json publishes it.
    Json,
}

/// A port, or an address with a port.
fn listen_address(text: &str) -> Result<String, String> {
    let fits = text.parse::<u16>().is_ok_and(|port| port > 0) || text.parse::<SocketAddr>().is_ok();
    if fits {
        Ok(text.to_owned())
    } else {
        Err("expected a port or an address with a port, such as 127.0.0.1:8080".into())
    }
}

/// Where something is published, and from where: the same for all commands about it.
#[derive(Debug, Args)]
pub struct Destination {
    /// The target, as `[publish.NAME]` describes it [default: the only one]
    #[arg(long, value_name = "TARGET", env = "TENANTRY_TO")]
    pub to: Option<String>,
    /// The output folder [default: `dist` in the workspace]
    #[arg(long, value_name = "DIR", env = "TENANTRY_OUT")]
    pub out: Option<PathBuf>,
    /// The environment that the output was built for
    #[arg(long, value_name = "NAME", env = "TENANTRY_ENV")]
    pub env: Option<String>,
}

/// What goes beyond the lock of a site: the same for all commands that take it.
#[derive(Debug, Args)]
pub struct Locks {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Take the lock of this ID over: who held it is gone for sure
    #[arg(long, value_name = "ID")]
    pub break_lock: Option<String>,
    /// Rely on no lock: nobody else publishes there meanwhile
    #[arg(long)]
    pub no_lock: bool,
    /// How many threads [default: as many as the target takes]
    #[arg(long, short, value_name = "N", default_value_t = 0, hide_default_value = true, env = "TENANTRY_JOBS")]
    pub jobs: usize,
}

/// `publish`
#[derive(Debug, Args)]
#[command(after_help = "Example: tenantry publish --to staging --dry-run\n\n\
    A target is a table in a group.toml:\n\n    [publish.staging]\n    kind = \"dir\"\n    path = \"/srv/www/{tenant}\"")]
pub struct Publish {
    /// Tenants to publish
    #[arg(value_name = "TENANT")]
    pub tenants: Vec<String>,
    /// Where to.
    #[command(flatten)]
    pub destination: Destination,
    /// Say what would be done, and do nothing
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_DRY_RUN")]
    pub dry_run: bool,
    /// Write the plan into a file, and do nothing
    #[arg(long, value_name = "FILE", env = "TENANTRY_SAVE_PLAN")]
    pub save_plan: Option<PathBuf>,
    /// Do what a saved plan says, if it still is what there is to do
    #[arg(long, value_name = "FILE", conflicts_with = "save_plan", env = "TENANTRY_PLAN")]
    pub plan: Option<PathBuf>,
    /// Publish so many tenants first (`3`, `5%`, or ids with commas), look at them as --verify does, and go on only if all
    /// is well
    #[arg(long, value_name = "N|N%|IDS", env = "TENANTRY_CANARY")]
    pub canary: Option<String>,
    /// Ask `verify_url` for what was published, and compare
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_VERIFY")]
    pub verify: bool,
    /// The same, and take sites back that differ
    #[arg(long, value_parser = FalseyValueParser::new(), env = "TENANTRY_ROLLBACK_ON_FAILURE")]
    pub rollback_on_failure: bool,
    /// Begin no other tenant once more than so many have failed [default: no limit]
    #[arg(long, value_name = "N", env = "TENANTRY_MAX_FAILURES")]
    pub max_failures: Option<usize>,
    /// Publish what was taken back by a rollback
    #[arg(long)]
    pub again: bool,
    /// Go beyond safety limits, and send every file again where a target takes whole releases
    #[arg(long)]
    pub force: bool,
    /// How to take the locks.
    #[command(flatten)]
    pub locks: Locks,
}

/// `releases`
#[derive(Debug, Args)]
#[command(after_help = "Example: tenantry releases artisanat --to staging")]
pub struct Releases {
    /// Tenants whose releases are listed
    #[arg(value_name = "TENANT")]
    pub tenants: Vec<String>,
    /// Where.
    #[command(flatten)]
    pub destination: Destination,
}

/// `rollback`
#[derive(Debug, Args)]
#[command(
    after_help = "What was taken back is not published again until it changes, or `publish --again` says so.\n\n\
    Example: tenantry rollback artisanat --to staging"
)]
pub struct Rollback {
    /// Tenants whose earlier release is shown again
    #[arg(value_name = "TENANT", required_unless_present = "run")]
    pub tenants: Vec<String>,
    /// Take back what this run published
    #[arg(long, value_name = "ID", conflicts_with = "release")]
    pub run: Option<String>,
    /// The release to show [default: the one before]
    #[arg(long, value_name = "N")]
    pub release: Option<u64>,
    /// Where.
    #[command(flatten)]
    pub destination: Destination,
    /// How to take the locks.
    #[command(flatten)]
    pub locks: Locks,
}

/// `init`
#[derive(Debug, Args)]
#[command(after_help = "Example: tenantry init legal && cd legal && tenantry build\n\n\
    What is there already stays: a folder with `sites/` or `themes/` is refused.")]
pub struct Init {
    /// The folder; it need not exist [default: that of --workspace, or the present one]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// `new`
#[derive(Debug, Subcommand)]
pub enum New {
    /// Adds a tenant: a folder whose name is its id, and two lines
    #[command(
        after_help = "Example: tenantry new tenant town/lille --name \"Lille\" --base-url https://legal.lille.example"
    )]
    Tenant(NewTenant),
    /// Adds a group: a folder whose tenants share what it says
    #[command(after_help = "Example: tenantry new group schools/north")]
    Group(NewGroup),
    /// Adds a theme that changes parts of another one
    #[command(after_help = "Example: tenantry new theme ours --extends charter")]
    Theme(NewTheme),
}

/// `new tenant`
#[derive(Debug, Args)]
pub struct NewTenant {
    /// Its folder below `sites/`; the groups above it exist
    #[arg(value_name = "PATH")]
    pub path: String,
    /// The name that pages show [default: made of the folder's name]
    #[arg(long, value_name = "NAME", env = "TENANTRY_NAME")]
    pub name: Option<String>,
    /// Where the site is published [default: an address that stands in until it is known]
    #[arg(long, value_name = "URL", env = "TENANTRY_BASE_URL")]
    pub base_url: Option<String>,
}

/// `new group`
#[derive(Debug, Args)]
pub struct NewGroup {
    /// Its folder below `sites/`; the groups above it exist
    #[arg(value_name = "PATH")]
    pub path: String,
}

/// `new theme`
#[derive(Debug, Args)]
pub struct NewTheme {
    /// Its folder below `themes/`
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The theme that it changes [default: charter]
    #[arg(long, value_name = "THEME", env = "TENANTRY_EXTENDS")]
    pub extends: Option<String>,
}

/// `schema`
#[derive(Debug, Args)]
#[command(
    after_help = "An editor that knows TOML (taplo, Even Better TOML) completes and checks a file whose first line \
    names its schema:\n\n    #:schema ../../.schemas/site.json\n\nRun `tenantry schema` after an update of the program."
)]
pub struct Schema {
    /// Print the schema of these files, and write nothing
    #[arg(value_parser = schema_kinds())]
    pub kind: Option<FileKind>,
}

/// The kinds of files that have a schema, as words.
fn schema_kinds() -> impl TypedValueParser<Value = FileKind> {
    let words = FileKind::ALL.iter().map(|kind| PossibleValue::new(kind.as_str()).help(kind.files()));
    PossibleValuesParser::new(words).try_map(|word| FileKind::from_word(&word).ok_or("no kind of file has this name"))
}

/// The profiles of rules, as words.
fn profiles() -> impl TypedValueParser<Value = Profile> {
    let words = Profile::ALL.iter().map(|profile| PossibleValue::new(profile.as_str()).help(profile.about()));
    PossibleValuesParser::new(words).try_map(|word| Profile::from_word(&word).ok_or("no profile has this name"))
}

/// `completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Reads the arguments of the process.
pub fn parse() -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches()?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    settle_loudness(&matches, &mut arguments.global)?;
    Ok(arguments)
}

/// `--quiet` and `--verbose` exclude each other; what is on the command line wins over a variable.
fn settle_loudness(matches: &ArgMatches, global: &mut Global) -> Result<(), clap::Error> {
    if !(global.quiet && global.verbose) {
        return Ok(());
    }
    let said = |name: &str| matches.value_source(name) == Some(ValueSource::CommandLine);
    match (said("quiet"), said("verbose")) {
        (true, false) => global.verbose = false,
        (false, true) => global.quiet = false,
        _ => {
            let message = "`--quiet` and `--verbose` exclude each other";
            return Err(Arguments::command().error(ErrorKind::ArgumentConflict, message));
        }
    }
    Ok(())
}
