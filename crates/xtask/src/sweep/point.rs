//! One point: a call, what befalls it, and what has to be true afterwards.

use std::fmt;
use std::path::Path;

use serde_json::Value;
use tenantry_testkit::{Outcome, Workspace};

use crate::Failure;
use crate::sweep::calls::{Call, calls};
use crate::sweep::judge::{self, Sides};
use crate::sweep::output::Output;
use crate::sweep::scenario::{Begins, INCREMENTAL, STAGED, Scenario, build, clean, put_back};
use crate::sweep::strace::{Fault, record, strike};

/// What the sources are when the next build finishes the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// As they were when the fault struck.
    On,
    /// As they were before they were edited.
    Back,
}

/// A fault that befalls a call, and how it goes on.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// The call.
    pub(crate) call: Call,
    /// What befalls it.
    pub(crate) fault: Fault,
    /// What is built next.
    pub(crate) way: Way,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.way == Way::On { "" } else { ", then back" };
        write!(f, "{} at {}{way}", self.fault, self.call)
    }
}

/// A scenario, made once without a fault: its calls, and what it leads to.
pub(crate) struct Prepared<'p> {
    /// Which one.
    pub(crate) scenario: &'static Scenario,
    /// The program under test.
    program: &'p Path,
    /// Where the build before it was killed, if one was.
    cut: Option<Call>,
    /// The calls of its build.
    pub(crate) calls: Vec<Call>,
    sides: Sides,
    on: Rest,
    back: Option<Rest>,
}

/// Where builds come to rest: the next one would do nothing.
struct Rest {
    output: Output,
    findings: Value,
}

impl Rest {
    /// Builds once more, and finds what a clean build gives.
    fn of(program: &Path, workspace: &Workspace, way: Way) -> Result<Rest, Failure> {
        succeeded(&finish(program, workspace, way))?;
        let findings = report(&again(program, workspace))?["findings"].clone();
        let output = Output::of(workspace);
        match output.files.difference(&clean(program, workspace)?).as_slice() {
            [] => Ok(Rest { output, findings }),
            wrong => Err(Failure::new(format!("without any fault, and not as a clean build: {}", wrong.join("\n")))),
        }
    }
}

impl<'p> Prepared<'p> {
    /// Makes the build of a scenario under strace.
    pub(crate) fn new(scenario: &'static Scenario, program: &'p Path) -> Result<Self, Failure> {
        let cut = match scenario.begins {
            Begins::CutShort => Some(half_way(program)?),
            Begins::WithoutOutput | Begins::WithOutput => None,
        };
        let workspace = scenario.workspace(program, cut.as_ref())?;
        let old = Output::of(&workspace);
        let calls = calls_of(scenario, program, &workspace)?;
        let sides = Sides { old, new: Output::of(&workspace) };
        let on = Rest::of(program, &workspace, Way::On)?;
        let can_go_back = scenario.begins != Begins::WithoutOutput;
        let back = can_go_back.then(|| Rest::of(program, &workspace, Way::Back)).transpose()?;
        Ok(Prepared { scenario, program, cut, calls, sides, on, back })
    }

    /// The points of some calls with a fault.
    pub(crate) fn points(&self, fault: Fault, ways: &[Way]) -> Vec<Point> {
        let ways = ways.iter().filter(|way| **way == Way::On || self.back.is_some());
        let calls = || self.calls.iter().filter(|call| call.can_fail() || fault == Fault::Kill);
        ways.flat_map(|way| calls().map(|call| Point { call: call.clone(), fault, way: *way })).collect()
    }

    /// Tries a point, and tells what is wrong; nothing if all is as it should be.
    pub(crate) fn check(&self, point: &Point) -> Result<Vec<String>, Failure> {
        let workspace = self.scenario.workspace(self.program, self.cut.as_ref())?;
        let program = self.scenario.build(self.program, &workspace);
        let Some(outcome) = strike(program, workspace.path(), (&point.call, point.fault))? else {
            return Ok(vec!["the call did not occur".to_owned()]);
        };
        let struck = Output::of(&workspace);
        let mut wrong = judge::ending(&outcome, (&point.call, point.fault), &struck, &self.sides);
        wrong.extend(judge::files(&struck, &self.sides));
        if outcome.code == 1 {
            wrong.extend(judge::others(&struck, &point.call, &self.sides));
        }
        wrong.extend(self.mended(&workspace, point.way)?);
        Ok(wrong)
    }

    /// The next build finishes the work, and the one after it finds nothing to do.
    fn mended(&self, workspace: &Workspace, way: Way) -> Result<Vec<String>, Failure> {
        let rest = self.back.as_ref().filter(|_| way == Way::Back).unwrap_or(&self.on);
        let next = finish(self.program, workspace, way);
        if next.code != 0 {
            return Ok(vec![format!("the next build fails: {}", next.transcript())]);
        }
        let mended = Output::of(workspace);
        let difference = mended.difference(&rest.output);
        let mut wrong: Vec<String> =
            difference.into_iter().map(|line| format!("after the next build: {line}")).collect();
        let idle = report(&again(self.program, workspace))?;
        let again = Output::of(workspace);
        wrong.extend(again.rewritten_since(&mended).iter().map(|path| format!("written for nothing: `{path}`")));
        if idle["findings"] != rest.findings {
            wrong.push(format!("what is found: {}, and not {}", idle["findings"], rest.findings));
        }
        Ok(wrong)
    }
}

/// Makes the build of a scenario, and gives its calls.
fn calls_of(scenario: &Scenario, program: &Path, workspace: &Workspace) -> Result<Vec<Call>, Failure> {
    let (outcome, record) = record(scenario.build(program, workspace))?;
    succeeded(&outcome)?;
    Ok(calls(&record, workspace.path(), program))
}

/// The call of an incremental build at which about half of a tenant's new files are in place.
fn half_way(program: &Path) -> Result<Call, Failure> {
    let calls = calls_of(&INCREMENTAL, program, &INCREMENTAL.workspace(program, None)?)?;
    let is_renamed = |call: &&Call| call.name.starts_with("rename") && call.path.starts_with(STAGED);
    let renames: Vec<&Call> = calls.iter().filter(is_renamed).collect();
    let half = renames.get(renames.len() / 2).copied().cloned();
    half.ok_or_else(|| Failure::new(format!("no build renames anything in `{STAGED}`")))
}

/// The build that follows, which also removes what the sources do not name any more.
fn finish(program: &Path, workspace: &Workspace, way: Way) -> Outcome {
    if way == Way::Back {
        put_back(workspace);
    }
    build(program, workspace).args(["--prune"]).run()
}

/// The build after it, which has nothing to do and tells for machines what it finds.
fn again(program: &Path, workspace: &Workspace) -> Outcome {
    build(program, workspace).args(["--format", "json"]).run()
}

fn succeeded(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.code == 0 { Ok(()) } else { Err(Failure::new(format!("the build fails\n{}", outcome.transcript()))) }
}

/// What a build told, which has to succeed.
fn report(outcome: &Outcome) -> Result<Value, Failure> {
    succeeded(outcome)?;
    serde_json::from_str(&outcome.stdout).map_err(|error| Failure::new(format!("{error}: {}", outcome.stdout)))
}
