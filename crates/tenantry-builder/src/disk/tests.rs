//! Reading what somebody changes meanwhile, and what is no file.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tenantry_testkit::Workspace;

use super::*;

fn read_at(workspace: &Workspace, source: &str) -> Result<String, String> {
    let read = read_source_text(workspace.path(), &SourcePath::named(source), LARGEST_TEXT);
    read.map_err(|error| error.cause.to_string())
}

/// Says when it is dropped that something is over, also in a panic.
struct Over<'m>(&'m AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does one thing as long as another lasts.
fn meanwhile(one: impl Fn() + Sync, other: impl FnOnce()) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                one();
            }
        });
        let _end = Over(&done);
        other();
    });
}

#[test]
fn links_of_the_operator_are_followed_and_no_others() {
    let workspace = Workspace::from_text("//- /real/a/deep/x.md\nown\n//- /outside/x.md\nforeign\n");
    workspace.symlink("real", "sites");
    assert_eq!(read_at(&workspace, "sites/a/deep/x.md").as_deref(), Ok("own\n"));
    workspace.symlink(workspace.at("outside"), "real/a/linked");
    workspace.symlink(workspace.at("outside/x.md"), "real/a/y.md");
    assert_eq!(read_at(&workspace, "sites/a/y.md"), Err("it is a symbolic link, not a file".into()));
    for source in ["sites/a/linked/x.md", "real/a/linked/x.md", "sites/a/deep"] {
        assert!(read_at(&workspace, source).is_err(), "{source}");
    }
}

/// Row 37: a folder that is swapped for a link at any moment.
#[test]
fn fault_037_a_folder_swapped_for_a_link_shows_nothing_of_what_it_leads_to() {
    let workspace = Workspace::in_memory();
    workspace.add_text("//- /sites/a/content/x.md\nown\n//- /sites/b/content/x.md\nforeign\n");
    workspace.symlink("../b/content", "sites/a/link");
    let [folder, link, aside] = ["content", "link", "aside"].map(|name| workspace.at(&format!("sites/a/{name}")));
    let swap = || {
        for (from, to) in [(&folder, &aside), (&link, &folder), (&folder, &link), (&aside, &folder)] {
            std::fs::rename(from, to).unwrap();
        }
    };
    let (mut own, mut refused) = (0, 0);
    meanwhile(swap, || {
        for _ in 0..100_000 {
            match read_at(&workspace, "sites/a/content/x.md").as_deref() {
                Ok("own\n") => own += 1,
                Ok(other) => panic!("read {other:?}"),
                Err(_) => refused += 1,
            }
        }
    });
    assert!(own > 0 && refused > 0, "the two did not meet: {own} read, {refused} refused");
}

/// Row 45: a file that grows faster than it is read.
#[test]
fn fault_045_a_file_that_grows_while_it_is_read_has_an_end() {
    let workspace = Workspace::in_memory();
    workspace.write("sites/a/x.md", "");
    let path = workspace.at("sites/a/x.md");
    let grow = || {
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        if file.metadata().unwrap().len() > 8 << 20 {
            file.set_len(0).unwrap();
        }
        file.write_all(&[b'x'; 1 << 16]).unwrap();
    };
    meanwhile(grow, || {
        for _ in 0..500 {
            let source = SourcePath::named("sites/a/x.md");
            match read_source(workspace.path(), &source, 1 << 20) {
                Ok(bytes) => assert!(bytes.len() <= 1 << 20),
                Err(error) => assert!(error.to_string().contains("1048576"), "{error}"),
            }
        }
    });
}

/// Row 36: what is no file is told as what it is, and nobody waits for somebody to write into a pipe.
#[test]
fn fault_036_what_is_no_file_is_not_read() {
    let workspace = Workspace::from_text("//- /sites/a/x.md\n\n");
    let made = rustix::fs::mknodat(CWD, workspace.at("sites/a/pipe"), rustix::fs::FileType::Fifo, Mode::RUSR, 0);
    assert_eq!(made, Ok(()));
    let _socket = std::os::unix::net::UnixListener::bind(workspace.at("sites/a/socket")).unwrap();
    for (name, kind) in [("pipe", DEVICE), ("socket", DEVICE), ("", "a folder")] {
        let source = format!("sites/a/{name}");
        assert_eq!(read_at(&workspace, source.trim_end_matches('/')), Err(not_a_file(kind)), "{name}");
    }
    assert_eq!(read(Path::new("/dev/zero"), 1).map_err(|error| error.cause.to_string()), Err(not_a_file(DEVICE)));
}
