//! The most memory that a process has held, and what the machine has left.
//!
//! Known on Linux only; elsewhere there is no answer, rather than a guess.

use std::fs;

/// Peak resident memory of this process in bytes, if the system tells it.
pub(crate) fn peak() -> Option<u64> {
    parse(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// Peak resident memory of a process that still runs.
pub(crate) fn peak_of(process: u32) -> Option<u64> {
    parse(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, "VmHWM:")
}

/// Resident memory of a process that still runs.
pub(crate) fn now(process: u32) -> Option<u64> {
    parse(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, "VmRSS:")
}

/// The memory that programs can still take.
pub(crate) fn available() -> Option<u64> {
    parse(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")
}

/// All of the memory that the machine has.
pub(crate) fn total() -> Option<u64> {
    parse(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")
}

fn parse(status: &str, key: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes() {
        assert_eq!(parse("Name:\tx\nVmHWM:\t    2048 kB\n", "VmHWM:"), Some(2_097_152));
        assert_eq!(parse("Name:\tx\n", "VmHWM:"), None);
    }
}
