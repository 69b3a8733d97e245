//! What the public gets, compared with what was published: a small server that a test makes good or bad.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tenantry_testkit::Workspace;

use super::{current, done, edit, fleet, tenantry};

/// A server of `www/<the first label of the host>/current`, on a port of its own, until the test ends.
fn server(workspace: &Workspace, is_bad: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let www = workspace.at("www");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
            let host = lines.find_map(|line| Some(line.to_lowercase().strip_prefix("host: ")?.to_owned()));
            let tenant = host.unwrap_or_default().split('.').next().unwrap_or_default().to_owned();
            let answer =
                answer(www.join(tenant).join("current"), &path, is_bad.load(Ordering::Relaxed).then_some("/cookies/"));
            let _ = (&stream).write_all(&answer);
        }
    });
    port
}

/// The answer for a path of a site; that for a `wrong` one has a byte too many.
fn answer(site: PathBuf, path: &str, wrong: Option<&str>) -> Vec<u8> {
    let file = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let media_type = match file.rsplit('.').next() {
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("txt") => "text/plain",
        Some("xml") => "text/xml",
        _ => "text/html",
    };
    let Ok(mut bytes) = fs::read(site.join(file.trim_start_matches('/'))) else {
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
    };
    if wrong == Some(path) {
        bytes.push(b'!');
    }
    let head = format!("Content-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close", bytes.len());
    [format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").into_bytes(), bytes].concat()
}

#[test]
fn what_differs_is_told_and_taken_back_where_that_is_asked_for() {
    let workspace = fleet("");
    let is_bad = Arc::new(AtomicBool::new(false));
    let port = server(&workspace, Arc::clone(&is_bad));
    let lines = format!("verify_url = \"http://127.0.0.1:{port}/\"\nverify_host = \"{{domain}}\"\n");
    workspace.append("sites/group.toml", &lines);
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--yes", "--verify"]);

    is_bad.store(true, Ordering::Relaxed);
    workspace.write("sites/content/cookies.fr.md", "+++\ntitle = \"Cookies\"\n+++\nEncore aucun.\n");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "alpha", "--verify"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("it has other bytes than were sent"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(&format!("http://127.0.0.1:{port}/cookies/")), "{}", outcome.stderr);
    assert_eq!(current(&workspace, "alpha"), "2");

    let outcome = tenantry(&workspace, &["publish", "beta", "--rollback-on-failure"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert_eq!(current(&workspace, "beta"), "1");
}

/// Caches that could not be told of a change may keep what was there before: that is told, and nothing is taken back.
#[test]
fn what_caches_may_keep_is_told_and_not_taken_back() {
    let workspace = fleet("");
    let port = server(&workspace, Arc::new(AtomicBool::new(true)));
    let lines =
        format!("purge = [\"false\"]\nverify_url = \"http://127.0.0.1:{port}/\"\nverify_host = \"{{domain}}\"\n");
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--yes"]);
    workspace.append("sites/group.toml", &lines);
    workspace.write("sites/content/cookies.fr.md", "+++\ntitle = \"Cookies\"\n+++\nEncore aucun.\n");
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "alpha", "--rollback-on-failure"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(
        outcome.stderr.contains("purge-pending") && outcome.stderr.contains("it has other bytes"),
        "{}",
        outcome.stderr
    );
    assert_eq!(current(&workspace, "alpha"), "2");
}

#[test]
fn the_others_go_on_only_if_all_is_well_with_the_canary() {
    let workspace = fleet("");
    let is_bad = Arc::new(AtomicBool::new(true));
    let port = server(&workspace, Arc::clone(&is_bad));
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "--yes", "--canary", "1"]);
    assert_eq!(outcome.code, 2, "nothing can be compared: {}", outcome.transcript());

    let lines = format!("verify_url = \"http://127.0.0.1:{port}/\"\nverify_host = \"{{domain}}\"\n");
    workspace.append("sites/group.toml", &lines);
    done(&workspace, &["build"]);
    let outcome = tenantry(&workspace, &["publish", "--yes", "--canary", "beta"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(!workspace.holds("www/alpha/current") && workspace.holds("www/beta/current"));

    is_bad.store(false, Ordering::Relaxed);
    edit(&workspace, "Mieux");
    done(&workspace, &["build"]);
    done(&workspace, &["publish", "--yes", "--canary", "50%"]);
    assert_eq!((current(&workspace, "alpha").as_str(), current(&workspace, "beta").as_str()), ("1", "2"));
}
