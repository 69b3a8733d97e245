//! Edits of real files under a running server, as editors and version control make them: what is served in the end is
//! what the files hold, and open pages are told.

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends a test")]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tenantry_server::Watch;

use crate::support::client::wait_for;
use crate::support::{Server, start, start_with};

impl Server {
    /// A server that watches.
    fn watching() -> Server {
        let server = start(|_| {});
        server.wait_for("watching");
        server
    }

    fn path(&self, path: &str) -> PathBuf {
        self.workspace.at(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// Waits until a page says something.
    #[track_caller]
    fn wait_for_page(&self, host: &str, path: &str, words: &str) {
        wait_for(words, || self.get(host, path).text().contains(words));
    }
}

const HOME: &str = "sites/alpha/content/index.md";

#[test]
fn an_edit_is_told_to_the_page_that_it_concerns_and_to_no_other() {
    let server = Server::watching();
    let alpha = server.get("alpha.localhost", "/").text();
    server.get("beta.localhost", "/");
    server.get("alpha.localhost", "/about/");
    let (mut listener, mut other) = (server.listen("alpha.localhost"), server.listen("beta.localhost"));
    let started = Instant::now();
    server.write(HOME, "<p>edited</p>\n");
    let told = listener.hear("event: page");
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    assert!(told.contains("\"path\":\"/\"") && !alpha.contains("edited"), "{told}");
    assert!(!other.overhear(Duration::from_millis(200)).contains("event: page"));
    // Of the tenant's pages, one differs.
    assert!(!listener.overhear(Duration::from_millis(100)).contains("/about/"));
    assert!(server.get("alpha.localhost", "/").text().contains("edited"));
}

#[test]
fn an_asset_that_keeps_its_name_is_told_as_one() {
    let server = Server::watching();
    server.get("alpha.localhost", "/site.css");
    let mut listener = server.listen("alpha.localhost");
    server.write("sites/alpha/static/site.css", "body { color: red }\n");
    assert!(listener.hear("event: assets").contains("[\"/site.css\"]"));
}

#[test]
fn a_page_that_comes_to_be_is_told_to_who_looks_at_its_absence() {
    let server = Server::watching();
    assert_eq!(server.get("alpha.localhost", "/new/").status, 404);
    let mut listener = server.listen("alpha.localhost");
    server.write("sites/alpha/content/new.md", "<p>new</p>\n");
    listener.hear("\"path\":\"/new/\"");
    assert_eq!(server.get("alpha.localhost", "/new/").status, 200);
}

#[test]
fn fault_126_after_a_burst_everything_is_as_the_files_say() {
    let server = Server::watching();
    server.get("alpha.localhost", "/");
    for number in 0..3000 {
        let folder = number % 50;
        server.write(&format!("sites/alpha/content/f{folder}/p{number}.md"), &format!("<p>page {number}</p>\n"));
    }
    server.write(HOME, "<p>last</p>\n");
    server.wait_for_page("alpha.localhost", "/", "last");
    for number in [0, 1, 777, 2998, 2999] {
        let path = format!("/f{}/p{number}/", number % 50);
        server.wait_for_page("alpha.localhost", &path, &format!("page {number}"));
    }
}

#[test]
fn fault_128_however_a_file_is_saved_no_empty_page_is_served() {
    let server = Server::watching();
    server.get("alpha.localhost", "/");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looker = scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                let page = server.get("alpha.localhost", "/");
                let text = page.text();
                let is_whole = text.contains("<p>") && text.contains("</html>");
                assert!(page.status == 200 && is_whole, "{page:?} {text}");
            }
        });
        for (number, save) in [truncated, renamed, deleted, backed_up].into_iter().enumerate() {
            let text = format!("<p>save {number}</p>\n");
            save(&server.path(HOME), &text);
            server.wait_for_page("alpha.localhost", "/", &format!("save {number}"));
        }
        stop.store(true, Ordering::SeqCst);
        looker.join().unwrap();
    });
    let leftovers = fs::read_dir(server.path("sites/alpha/content")).unwrap().count();
    assert_eq!(leftovers, 3, "the page, the other one, and a backup");
}

/// Emptied, then written in three slow steps.
fn truncated(path: &Path, text: &str) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    for part in text.as_bytes().chunks(text.len().div_ceil(3)) {
        std::thread::sleep(Duration::from_millis(5));
        file.write_all(part).unwrap();
    }
}

fn renamed(path: &Path, text: &str) {
    let beside = path.with_extension("tmp");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

fn deleted(path: &Path, text: &str) {
    fs::remove_file(path).unwrap();
    fs::write(path, text).unwrap();
}

fn backed_up(path: &Path, text: &str) {
    fs::rename(path, path.with_extension("md~")).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn fault_129_folders_may_be_moved_removed_and_replaced() {
    let server = Server::watching();
    server.write("sites/alpha/content/old/page.md", "<p>moved</p>\n");
    server.wait_for_page("alpha.localhost", "/old/page/", "moved");
    fs::rename(server.path("sites/alpha/content/old"), server.path("sites/alpha/content/new")).unwrap();
    server.wait_for_page("alpha.localhost", "/new/page/", "moved");
    server.wait_for_page("alpha.localhost", "/old/page/", "nothing here");
    // What is written into the folder under its new name is seen as well.
    server.write("sites/alpha/content/new/page.md", "<p>after the move</p>\n");
    server.wait_for_page("alpha.localhost", "/new/page/", "after the move");
    // From outside of what is watched, and back.
    let away = server.path("away");
    fs::rename(server.path("sites/alpha/content/new"), &away).unwrap();
    server.wait_for_page("alpha.localhost", "/new/page/", "nothing here");
    fs::rename(&away, server.path("sites/alpha/content/back")).unwrap();
    server.wait_for_page("alpha.localhost", "/back/page/", "after the move");
}

#[test]
fn fault_129_the_root_may_be_removed_and_made_again() {
    let server = Server::watching();
    server.get("alpha.localhost", "/");
    fs::remove_dir_all(server.path("sites")).unwrap();
    wait_for("no tenant is left", || server.get("alpha.localhost", "/").status == 403);
    server.write(HOME, "<p>made again</p>\n");
    server.wait_for_page("alpha.localhost", "/", "made again");
    server.write(HOME, "<p>watched again</p>\n");
    server.wait_for_page("alpha.localhost", "/", "watched again");
}

#[test]
fn fault_129_a_link_to_the_root_may_be_turned() {
    let server = start_with(
        "//- /one/alpha/content/index.md\n<p>one</p>\n//- /two/alpha/content/index.md\n<p>two</p>\n",
        |options| {
            symlink("one", options.workspace.join("sites")).unwrap();
        },
    );
    server.wait_for("watching");
    server.wait_for_page("alpha.localhost", "/", "one");
    symlink("two", server.path("turned")).unwrap();
    fs::rename(server.path("turned"), server.path("sites")).unwrap();
    server.wait_for_page("alpha.localhost", "/", "two");
    server.write("two/alpha/content/index.md", "<p>two, edited</p>\n");
    server.wait_for_page("alpha.localhost", "/", "two, edited");
}

#[test]
fn fault_130_a_storm_of_saves_is_followed_and_the_last_one_wins() {
    let server = Server::watching();
    server.get("alpha.localhost", "/");
    let before = *server.sites.looks.lock().unwrap();
    let started = Instant::now();
    for number in 0..1000 {
        fs::write(server.path(HOME), format!("<p>save {number}.</p>\n")).unwrap();
    }
    server.wait_for_page("alpha.localhost", "/", "save 999.");
    let late = started.elapsed();
    assert!(late < Duration::from_secs(5), "{late:?}");
    assert!(*server.sites.looks.lock().unwrap() - before <= 1001);
}

#[test]
fn fault_131_where_it_is_asked_for_everything_is_looked_at_again_and_again() {
    let server = start(|options| options.watch = Watch::Poll);
    server.wait_for("polling: it was asked for");
    server.get("alpha.localhost", "/");
    let mut listener = server.listen("alpha.localhost");
    server.write(HOME, "<p>polled</p>\n");
    listener.hear("event: page");
    server.write(HOME, "<p>polled again</p>\n");
    listener.hear("event: page");
    let told = server.told.0.lock().unwrap();
    assert_eq!(told.iter().filter(|told| told.contains("polling")).count(), 1, "{told:?}");
}

#[test]
fn fault_132_an_error_leaves_the_last_good_page_and_is_told_until_it_is_mended() {
    let server = Server::watching();
    let good = server.get("alpha.localhost", "/").text();
    let mut listener = server.listen("alpha.localhost");
    server.write(HOME, "<p>BAD</p>\n");
    assert!(listener.hear("event: page").contains("\"problems\":1"));
    assert!(server.get("alpha.localhost", "/").text().contains("home of alpha") && good.contains("home of alpha"));
    let state = server.get("alpha.localhost", "/__tenantry/page?path=/").text();
    for words in ["this is <b>bad</b>", "\"line\":1", "\"column\":4", "\"layer\":\"sites/alpha\"", "\"marked\":\"BAD\""]
    {
        assert!(state.contains(words), "{words}: {state}");
    }
    server.write(HOME, "<p>mended</p>\n");
    assert!(listener.hear("event: page").contains("\"problems\":0"));
    assert!(server.get("alpha.localhost", "/__tenantry/page?path=/").text().contains("\"problems\":[]"));
}

#[test]
fn fault_134_two_servers_do_not_take_each_other_for_one() {
    let (one, two) = (Server::watching(), Server::watching());
    assert_ne!(one.running.port(), two.running.port());
    one.get("alpha.localhost", "/");
    two.get("alpha.localhost", "/");
    let (mut of_one, mut of_two) = (one.listen("alpha.localhost"), two.listen("alpha.localhost"));
    one.write(HOME, "<p>one</p>\n");
    of_one.hear("event: page");
    assert!(!of_two.overhear(Duration::from_millis(200)).contains("event: page"));
    // Who comes from one to the other, because a port went from one to the other, sees that the build is another.
    let build =
        |server: &Server| server.get("alpha.localhost", "/").text().split("data-build=\"").nth(1).unwrap().to_owned();
    assert_ne!(build(&one).split('-').next(), build(&two).split('-').next());
}
