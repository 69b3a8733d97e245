//! Exit codes. They are relied upon by scripts: README has this list.

use std::process::ExitCode;

use tenantry_builder::build::Stop;
use tenantry_builder::output::Refusal;
use tenantry_builder::report::{Report, Status};
use tenantry_core::diagnostic::Severity;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All well.
    Success = 0,
    /// Some tenant has errors; the others are done.
    TenantErrors = 1,
    /// The run could not go on.
    CouldNotGoOn = 2,
    /// Refused for safety, or for want of a confirmation.
    Refused = 3,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// The code of a run that came to its end.
pub fn of_report(report: &Report) -> Exit {
    if report.interrupted {
        Exit::Interrupted
    } else if report.tenants_with(Status::Failed) > 0 || report.count(Severity::Error) > 0 {
        Exit::TenantErrors
    } else {
        Exit::Success
    }
}

/// The code of a run that could not go on.
pub fn of_stop(stop: &Stop) -> Exit {
    match stop {
        Stop::Refused(Refusal::Unsafe(_)) | Stop::Unsafe { .. } => Exit::Refused,
        Stop::Refused(Refusal::Locked(_) | Refusal::Disk(_))
        | Stop::NoWorkspace(_)
        | Stop::Unknown { .. }
        | Stop::Disk(_) => Exit::CouldNotGoOn,
        Stop::Interrupted => Exit::Interrupted,
    }
}

/// The code of arguments that are none, or of a request for help.
pub fn of_usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { Exit::CouldNotGoOn.into() } else { Exit::Success.into() }
}
