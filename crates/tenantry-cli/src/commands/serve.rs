//! `serve`: the preview, told on the terminal as it goes.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde::Serialize;
use tenantry_builder::build::Stop;
use tenantry_builder::preview::{Options as EngineOptions, Preview};
use tenantry_builder::selection::{Named, Selection};
use tenantry_core::name::TenantId;
use tenantry_server::limits::Limits;
use tenantry_server::site::Sites;
use tenantry_server::{Engine, Failure, Follow, Options, Ports, Running, Watch};

use crate::arguments::{Format, Global, Serve};
use crate::commands::serve_talk::Talk;
use crate::display::count;
use crate::exit::Exit;
use crate::json::{self, Outcome};
use crate::terminal::{self, Stream};

/// Where the preview is, unless somebody says otherwise.
const PORT: u16 = 4000;

/// `serve`
pub fn serve(arguments: &Serve, global: &Global) -> Result<Exit, Stop> {
    let workspace = super::workspace(global)?;
    let options = EngineOptions {
        workspace: workspace.clone(),
        selection: Selection { patterns: arguments.tenants.clone(), shard: None },
        environment: arguments.env.clone(),
        overrides: super::settings(global)?,
    };
    let engine = Arc::new(Engine::open(options.clone())?);
    refuse_unknown(&engine, options)?;
    let options = Options {
        workspace,
        ports: arguments.port.map_or(Ports::From(PORT), Ports::Only),
        host: arguments.host.clone(),
        tenant: sole(arguments, &engine),
        follow: if arguments.follow { Follow::Yes } else { Follow::No },
        watch: if arguments.poll { Watch::Poll } else { Watch::Events },
        limits: Limits::default(),
    };
    let (interrupt, interrupted) = channel();
    let handler = ctrlc::set_handler(move || {
        let _ = interrupt.send(());
    });
    let talk = Arc::new(Talk::new(Arc::clone(&engine), global));
    let sites: Arc<dyn Sites> = Arc::clone(&engine) as _;
    let running = tenantry_server::serve(sites, talk, options).map_err(stop)?;
    welcome(&running, arguments, global);
    if arguments.open {
        open(&running.address());
    }
    match handler {
        Ok(()) => {
            let _ = interrupted.recv();
        }
        // Without it, Ctrl-C ends the process as it would any other.
        Err(_) => loop {
            std::thread::sleep(Duration::from_secs(3600));
        },
    }
    Ok(Exit::Interrupted)
}

/// Refuses words that fit no tenant, as `build` does.
fn refuse_unknown(engine: &Engine, options: EngineOptions) -> Result<(), Stop> {
    let shown = engine.tenants();
    let named = shown.iter().map(|row| Named { id: row.id.as_str(), group: &row.group });
    let Some((pattern, _)) = options.selection.unknown(named) else { return Ok(()) };
    // What was perhaps meant is among all.
    let selection = options.selection.clone();
    let all = Preview::open(EngineOptions { selection: Selection::default(), ..options })?.tenants();
    let named = all.iter().map(|row| Named { id: row.id.as_str(), group: &row.group });
    let hint = selection.unknown(named).and_then(|(_, hint)| hint);
    Err(Stop::Unknown { message: format!("no tenant or group is called `{pattern}`"), hint })
}

/// The one tenant that is named by its id: it stands at the root.
fn sole(arguments: &Serve, engine: &Engine) -> Option<TenantId> {
    let [only] = arguments.tenants.as_slice() else { return None };
    let id = only.trim_end_matches('/').rsplit('/').next()?;
    let rows = engine.tenants();
    let [row] = rows.as_slice() else { return None };
    (row.id.as_str() == id).then(|| row.id.clone())
}

fn stop(failure: Failure) -> Stop {
    let hint = match &failure {
        Failure::Port(..) => Some("--port N takes another one, --port 0 any that is free".to_owned()),
        Failure::Host(..) => Some("--host takes a name or an address of this machine, such as 0.0.0.0".to_owned()),
        Failure::System(_) => None,
    };
    Stop::Unknown { message: failure.to_string(), hint }
}

/// Says where the preview is, and what that means for others.
fn welcome(running: &Running, arguments: &Serve, global: &Global) {
    #[derive(Serialize)]
    struct Begun {
        address: String,
        port: u16,
    }
    let (address, port) = (running.address(), running.port());
    if global.format == Format::Json {
        let begun = Begun { address, port };
        return terminal::write(Stream::Output, &json::document("serve", Outcome::Ok, begun));
    }
    if arguments.port.is_none() && port != PORT && !global.quiet {
        terminal::write(Stream::Error, &format!("port {PORT} is taken by another program\n"));
    }
    if arguments.host.is_some() {
        let warning = "warning: the preview is open to the network; whoever has this address can read all tenants, \
                       errors and file names\n";
        terminal::write(Stream::Error, warning);
    }
    terminal::write(Stream::Output, &format!("{address}\n"));
    if !global.quiet {
        terminal::write(Stream::Error, "each tenant is at its id below that name; Ctrl-C ends the preview\n");
    }
}

/// Opens a browser. If there is none, the address is on the terminal.
fn open(address: &str) {
    let programs: &[&str] = if cfg!(target_os = "macos") { &["open"] } else { &["xdg-open", "x-www-browser"] };
    let wanted = std::env::var("BROWSER").ok();
    let start = |program: &str| {
        Command::new(program).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    };
    let names = wanted.iter().map(String::as_str).chain(programs.iter().copied());
    if !names.into_iter().any(|program| start(program).is_ok()) {
        terminal::write(Stream::Error, "warning: no browser could be opened\n");
    }
}

/// `3 tenants, 6 pages`
pub(super) fn size(tenants: usize, pages: usize) -> String {
    format!("{}, {}", count(tenants, "tenant"), count(pages, "page"))
}
