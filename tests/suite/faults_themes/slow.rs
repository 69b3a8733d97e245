//! Row 87: templates that work without end. Tera bounds a range and not a loop in a loop, nor how long a text may get, and
//! there is no way to stop a template from outside: such a page is named while the others are built.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tenantry_builder::build::{Mode, Options, Program as Running, run};
use tenantry_builder::lock::WhenLocked;
use tenantry_builder::observe::{Event, Observer};
use tenantry_builder::report::Status;
use tenantry_core::digest::Digest;
use tenantry_testkit::Program;

use super::{PAGE, template};
use crate::report::{dist, ending};

/// A loop in a loop that goes so many times round, and then on.
fn rounds(outer: usize, inner: usize) -> String {
    format!(
        "{{% for a in range(end={outer}) %}}{{% for b in range(end={inner}) %}}{{% endfor %}}{{% endfor %}}{{{{ page.title }}}}"
    )
}

/// What is told of slow pages.
#[derive(Default)]
struct Slow(Mutex<Vec<String>>);

impl Observer for Slow {
    fn event(&self, event: Event<'_>) {
        if let Event::Slow { tenant, page, after } = event {
            let page = page.map(|(path, template)| format!("{path} by {template}")).unwrap_or_default();
            self.0.lock().unwrap().push(format!("{tenant}: {page}, {after:?}"));
        }
    }
}

/// A page that takes longer than the patience of a run is told once, while it is rendered, and is built all the same.
#[test]
fn fault_087_a_slow_page_is_named_with_its_template() {
    let workspace = template(&rounds(3_000, 1_000));
    let patience = Duration::from_millis(20);
    let options = Options {
        jobs: 2,
        patience,
        when_locked: WhenLocked::Wait,
        program: Running::Of(Digest::of(b"")),
        ..Options::new(workspace.path().to_owned(), workspace.at("dist"), Mode::Build)
    };
    let slow = Slow::default();
    let report = run(&options, &slow, &AtomicBool::new(false)).unwrap();
    assert_eq!(report.tenants_with(Status::Built), 2);
    let told = slow.0.into_inner().unwrap();
    let about_bad: Vec<&String> = told.iter().filter(|told| told.starts_with("bad: index.html")).collect();
    assert_eq!(about_bad, [&format!("bad: index.html by page.html, {patience:?}")], "{told:?}");
}

/// A page without end: after five seconds people are told what they wait for, and by then the others are built.
#[test]
fn fault_087_a_page_without_end_is_named_and_stops_nobody_else() {
    let workspace = template(&rounds(100_000, 100_000));
    let script =
        "\"$0\" \"$@\" 2> said & until grep -q 'takes long' said; do sleep 0.1; done; kill -9 $!; cat said >&2";
    let build = Program::new().args(["build", "--jobs", "2"]).current_dir(&workspace);
    let outcome = build.under("/bin/sh", ["-c", script]).run();
    let warning =
        "warning: `bad` takes long: `index.html` has been rendered by the template `page.html` for 5 s so far\n";
    assert_eq!(outcome.stderr, warning);
    assert!(workspace.holds("dist/good/index.html") && !workspace.holds("dist/bad"));
}

/// A text that doubles until there is no memory left ends the run, of which nothing can be saved but what is written.
#[test]
fn fault_087_a_text_without_end_ends_the_run_and_harms_no_output() {
    let workspace = template("{{ page.title }}");
    ending(&workspace, &["build"], 0);
    let before = dist(&workspace);
    let page = workspace.read(PAGE);
    workspace.write(PAGE, "{% set x = page.title %}{% for i in range(end=60) %}{% set_global x = x ~ x %}{% endfor %}");
    let build = Program::new().args(["build", "--jobs", "1"]).current_dir(&workspace);
    let outcome = build.under("/bin/sh", ["-c", "ulimit -c 0; ulimit -v 1500000; exec \"$0\" \"$@\""]).run();
    assert!(outcome.code != 0 && outcome.stderr.contains("memory allocation"), "{}", outcome.transcript());
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
    workspace.write(PAGE, &page);
    ending(&workspace, &["build"], 0);
    assert_eq!(dist(&workspace).difference(&before), [""; 0]);
}
