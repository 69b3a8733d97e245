//! Progress of long work: a bar on a terminal, a line every five seconds elsewhere, nothing for short work.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenantry_builder::observe::{Counter, Event, Observer};
use tenantry_core::diagnostic::printable;
use tenantry_publisher::observe as publishing;

use crate::arguments::{Format, Global};
use crate::terminal::{self, Stream};

/// Between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(5);

/// Shows how far a run is.
pub struct Progress {
    bar: ProgressBar,
    /// Whether warnings are told.
    warns: bool,
    counter: Counter,
    plain: Option<Mutex<Plain>>,
}

struct Plain {
    total: usize,
    last: Instant,
    started: Instant,
}

impl Progress {
    /// Shows progress of a verb as far as was asked for.
    pub fn new(verb: &'static str, shown: Shown) -> Progress {
        let bar = ProgressBar::new(0);
        let watched = terminal::is_watched();
        if shown != Shown::All || !watched {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let template = "{msg} {bar:30} {human_pos}/{human_len} tenants, {per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(verb);
        let now = Instant::now();
        let plain = (shown == Shown::All && !watched).then(|| Mutex::new(Plain { total: 0, last: now, started: now }));
        Progress { bar, warns: shown != Shown::Nothing, counter: Counter::default(), plain }
    }

    fn begin(&self, tenants: usize) {
        self.bar.set_length(tenants as u64);
        if let Some(plain) = &self.plain {
            plain.lock().unwrap_or_else(std::sync::PoisonError::into_inner).total = tenants;
        }
    }

    fn go_on(&self, tenants: usize) {
        let done = self.counter.add(tenants);
        self.bar.inc(tenants as u64);
        if let Some(plain) = &self.plain {
            plain.lock().unwrap_or_else(std::sync::PoisonError::into_inner).say(done);
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Tells what holds the run up, above the bar.
    fn warn(&self, message: &str) {
        if self.warns {
            self.bar.suspend(|| terminal::write(Stream::Error, &format!("{message}\n")));
        }
    }
}

/// What is shown of a run while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// How far it is, and what holds it up.
    All,
    /// What holds it up.
    Warnings,
    /// Nothing.
    Nothing,
}

impl Shown {
    /// What the flags ask for.
    pub fn of(global: &Global) -> Shown {
        match global.format {
            _ if global.quiet => Shown::Nothing,
            Format::Json | Format::Sarif => Shown::Warnings,
            Format::Human => Shown::All,
        }
    }
}

impl publishing::Observer for Progress {
    fn event(&self, event: publishing::Event<'_>) {
        match event {
            publishing::Event::Started { tenants, .. } => self.begin(tenants),
            publishing::Event::Done { .. } => self.go_on(1),
            publishing::Event::Sent { .. } => {}
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Waiting { holder, out } => {
                let out = out.display().to_string();
                self.warn(&format!("waiting for {holder}, which writes into `{}`", printable(&out)));
            }
            Event::Slow { tenant, page, after } => {
                let what = match page {
                    Some((path, template)) => format!("`{path}` has been rendered by the template `{template}`"),
                    None => "its files have been read and planned".to_owned(),
                };
                let message = format!("warning: `{tenant}` takes long: {what} for {} s so far", after.as_secs());
                self.warn(&printable(&message));
            }
            Event::Started { tenants } => self.begin(tenants),
            Event::Recalled { tenants } => self.go_on(tenants),
            Event::Done { .. } => self.go_on(1),
        }
    }
}

impl Plain {
    fn say(&mut self, done: usize) {
        if self.last.elapsed() < PAUSE {
            return;
        }
        self.last = Instant::now();
        let rate = done as f64 / self.started.elapsed().as_secs_f64();
        let left = self.total.saturating_sub(done) as f64 / rate.max(0.001);
        terminal::write(
            Stream::Error,
            &format!("{done}/{} tenants, {rate:.0} a second, {left:.0} s left\n", self.total),
        );
    }
}
