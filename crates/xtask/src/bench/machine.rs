//! The machine that a run was made on, as its report names it: what `/proc` and a few programs tell.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use crate::memory;

/// Kinds of facts, and what they are here.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The day, `2026-11-26`.
    pub(crate) date: String,
    /// What is told about the machine, in order.
    pub(crate) facts: Vec<(&'static str, String)>,
}

impl Machine {
    /// Asks for everything; what a system does not tell is `unknown`.
    pub(crate) fn read(root: &Path) -> Self {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let memory = memory::total().map(|bytes| format!("{:.0} GB", bytes as f64 / 1e9));
        let load = field("/proc/loadavg", |text| text.split(' ').next().map(str::to_owned));
        let facts = [
            ("processor", field("/proc/cpuinfo", |text| after(text, "model name"))),
            ("cores", Some(cores.to_string())),
            ("memory", memory),
            ("kernel", field("/proc/sys/kernel/osrelease", |text| Some(text.trim().to_owned()))),
            ("system", field("/etc/os-release", |text| after(text, "PRETTY_NAME"))),
            ("compiler", answer(root, "rustc", &["--version"])),
            ("commit", answer(root, "git", &["rev-parse", "--short=10", "HEAD"])),
            ("load before the run", load),
        ];
        let known = |fact: Option<String>| fact.unwrap_or_else(|| "unknown".to_owned());
        let facts = facts.into_iter().map(|(name, fact)| (name, known(fact))).collect();
        Self { date: known(answer(root, "date", &["-u", "+%Y-%m-%d"])), facts }
    }
}

/// What is made of a small text file of the system.
fn field(path: &str, find: impl FnOnce(&str) -> Option<String>) -> Option<String> {
    find(&fs::read_to_string(path).ok()?)
}

/// The value of the first line with this key, behind `:` or `=`.
fn after(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim_start().trim_start_matches([':', '=']).trim().trim_matches('"').to_owned())
}

/// The first line that a program prints.
fn answer(dir: &Path, program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).current_dir(dir).output().ok().filter(|it| it.status.success())?;
    String::from_utf8(output.stdout).ok()?.lines().next().map(|line| line.trim().to_owned())
}

/// The file system of a folder: its type, and `discard` if freed blocks are told to the disk, which costs.
pub(crate) fn file_system(dir: &Path) -> String {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    file_system_of(&dir, &mounts)
}

fn file_system_of(dir: &Path, mounts: &str) -> String {
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?, words.next()?))
    });
    // The last of equally long ones lies on top.
    let above = mounts.filter(|(point, ..)| dir.starts_with(point)).max_by_key(|(point, ..)| point.len());
    let Some((_, kind, options)) = above else { return "unknown".to_owned() };
    let discards = options.split(',').any(|option| option == "discard");
    if discards { format!("{kind}, discard") } else { kind.to_owned() }
}

/// The bytes that can still be written below a folder.
pub(crate) fn free_space(dir: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(dir).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kibibytes: u64 = text.lines().nth(1)?.split_ascii_whitespace().nth(3)?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_tells_the_file_system() {
        let mounts =
            "/dev/a / ext4 rw,discard 0 0\ntmpfs /dev/shm tmpfs rw 0 0\nb /data overlay rw 0 0\nc /data xfs rw 0 0\n";
        let of = |dir: &str| file_system_of(Path::new(dir), mounts);
        assert_eq!(
            [of("/x/y"), of("/dev/shm/z"), of("/data"), of("/database")].join(" "),
            "ext4, discard tmpfs xfs ext4, discard"
        );
        assert_eq!(file_system_of(Path::new("/x"), ""), "unknown");
    }

    #[test]
    fn values_stand_behind_a_colon_or_a_sign() {
        assert_eq!(after("processor\t: 0\nmodel name\t: Fast 3000\n", "model name"), Some("Fast 3000".to_owned()));
        assert_eq!(after("PRETTY_NAME=\"Debian\"\n", "PRETTY_NAME"), Some("Debian".to_owned()));
        assert_eq!(after("NAME=x\n", "PRETTY_NAME"), None);
    }

    #[test]
    fn this_machine_is_known() {
        let machine = Machine::read(crate::workspace_root());
        assert_eq!(machine.date.len(), 10);
        assert!(machine.facts.iter().all(|(_, fact)| !fact.is_empty() && !fact.contains('\n')), "{machine:?}");
        assert!(free_space(Path::new("/")).is_some());
    }
}
