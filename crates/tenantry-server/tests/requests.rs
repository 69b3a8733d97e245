//! Requests that a preview server meets, one by one as section A of the catalogue of faults has them: whatever is sent,
//! the answer is short, nothing outside of a site is shown, and the server goes on.

mod support;

use std::io::{Read, Write};
use std::net::{Ipv6Addr, Shutdown, SocketAddr};
use std::time::{Duration, Instant};

use crate::support::client::{PATIENCE, connect, read, wait_for};
use crate::support::{Server, hasty, start};

/// That each of these addresses is refused at once, and the server is well afterwards.
#[track_caller]
fn refused(paths: &[&str]) {
    let server = start(|_| {});
    for path in paths {
        let response = server.get("alpha.localhost", path);
        assert!(matches!(response.status, 400 | 404), "{path}: {response:?}");
        assert!(!response.text().contains("root:"), "{path}");
        // The machine may be busy; the server is not.
        let soon = |_| server.get("alpha.localhost", path).took < Duration::from_millis(50);
        assert!(response.took < Duration::from_millis(50) || (0..10).any(soon), "{path}: {:?}", response.took);
    }
    server.assert_alive();
}

#[test]
fn fault_001_raw_dots_lead_nowhere() {
    refused(&["/../../etc/passwd", "/../../../../../../../../etc/passwd", "/about/../../../etc/passwd", "/.."]);
}

#[test]
fn fault_002_encoded_dots_lead_nowhere() {
    refused(&["/%2e%2e/%2e%2e/etc/passwd", "/%2E%2E/%2e./etc/passwd", "/about/%2e%2e/%2e%2e/etc/passwd"]);
}

#[test]
fn fault_003_encoded_slashes_lead_nowhere() {
    refused(&["/..%2f..%2f", "/..%2f..%2fetc%2fpasswd", "/about%2f"]);
}

#[test]
fn fault_004_addresses_are_decoded_once() {
    refused(&["/%252e%252e/%252e%252e/etc/passwd", "/%2561bout/"]);
    let server = start(|_| {});
    assert_eq!(server.get("alpha.localhost", "/%61bout/").status, 200);
}

#[test]
fn fault_005_backslashes_lead_nowhere() {
    refused(&["/..%5c..%5cWindows", "/..\\..\\Windows\\system.ini", "/about%5c"]);
}

#[test]
fn fault_006_drives_lead_nowhere() {
    refused(&["/c:/windows/win.ini", "/foo/C:/x", "/C%3a/x"]);
}

#[test]
fn fault_007_no_redirect_leads_to_another_host() {
    let server = start(|_| {});
    for path in ["//evil.example/dir", "/\\evil.example", "//evil.example/%2e%2e", "/%2fevil.example", "//about"] {
        let response = server.get("alpha.localhost", path);
        assert!(matches!(response.status, 400 | 404), "{path}: {response:?}");
        assert_eq!(response.header("Location"), None, "{path}");
    }
    let response = server.get("alpha.localhost", "/away");
    assert_eq!((response.status, response.header("Location")), (500, None));
}

#[test]
fn fault_008_bytes_that_are_no_text_are_refused() {
    refused(&["/x%00.html", "/%ff", "/%c0%ae%c0%ae/", "/%", "/%zz", "/x%0a"]);
}

#[test]
fn fault_009_fragments_are_refused_and_queries_change_nothing() {
    refused(&["/a#/../b", "/#", "/about/#x"]);
    let server = start(|_| {});
    let plain = server.get("alpha.localhost", "/").body;
    for query in ["/?/../../x?raw??", "/?raw??", "/?import&raw", "/?../../etc/passwd"] {
        let response = server.get("alpha.localhost", query);
        assert_eq!((response.status, &response.body), (200, &plain), "{query}");
    }
}

#[test]
fn fault_010_only_what_is_published_is_served() {
    refused(&["/.env", "/.git/config", "/tenant.toml", "/site.toml", "/about.md", "/content/about.md", "/_headers/"]);
}

#[test]
fn fault_011_files_are_no_folders_and_folders_get_their_slash() {
    refused(&["/index.html/", "/index.html/x", "/site.css/", "/site.css/x"]);
    let server = start(|_| {});
    let response = server.get("alpha.localhost", "/about");
    assert_eq!((response.status, response.header("Location")), (301, Some("/about/")));
}

#[test]
fn fault_012_names_that_mean_something_to_a_system_lead_nowhere() {
    refused(&["/.env::$DATA", "/TLS~1.PEM", "/CON", "/aux.txt", "/x.", "/x%20", "/nul/", "/com1.css"]);
}

#[test]
fn fault_013_long_addresses_are_refused() {
    let server = start(|_| {});
    assert_eq!(server.get("alpha.localhost", &format!("/{}", "a".repeat(64 << 10))).status, 414);
    assert_eq!(server.get("alpha.localhost", &format!("/{}", "a".repeat(4 << 10))).status, 404);
    server.assert_alive();
}

#[test]
fn fault_014_no_header_is_put_in_by_an_address_or_a_site() {
    let server = start(|_| {});
    for path in ["/about%0d%0aSet-Cookie:a=b", "/%0d%0aSet-Cookie:%20a=b/", "/evil"] {
        let response = server.get("alpha.localhost", path);
        assert!(matches!(response.status, 400 | 500), "{path}: {response:?}");
        assert!(!response.head.to_ascii_lowercase().contains("set-cookie"), "{response:?}");
    }
}

#[test]
fn fault_015_other_forms_and_methods_are_refused() {
    let server = start(|_| {});
    let send = |line: &str| server.send(format!("{line} HTTP/1.1\r\nHost: alpha.localhost\r\n\r\n"));
    for line in ["GET http://evil/", "GET http://alpha.localhost/", "GET *", "GET alpha.localhost:80", "GET x"] {
        assert_eq!(send(line).status, 400, "{line}");
    }
    for line in ["CONNECT evil.example:443", "POST /", "TRACE /", "OPTIONS *", "PUT /x", "DELETE /x", "PROPFIND /"] {
        let response = send(line);
        assert_eq!((response.status, response.header("Allow")), (405, Some("GET, HEAD")), "{line}");
    }
    server.assert_alive();
}

#[test]
fn fault_016_only_known_hosts_are_answered() {
    let server = start(|_| {});
    let send = |headers: &str| server.send(format!("GET / HTTP/1.1\r\n{headers}\r\n")).status;
    assert_eq!(send(""), 400);
    assert_eq!(send("Host: alpha.localhost\r\nHost: alpha.localhost\r\n"), 400);
    for host in ["[::1", "a b", "", ":4000", "alpha.localhost:x", &"a".repeat(10 << 10)] {
        assert_eq!(send(&format!("Host: {host}\r\n")), 400, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "169.254.169.254", "0.0.0.0", "2130706433", "alphalocalhost"]
    {
        assert_eq!(send(&format!("Host: {host}\r\n")), 403, "{host}");
    }
    for host in ["localhost", "127.0.0.1:1", "[::1]", "alpha.localhost", "ALPHA.localhost.", "beta.example"] {
        assert_eq!(send(&format!("Host: {host}\r\n")), 200, "{host}");
    }
    server.assert_alive();
}

#[test]
fn fault_017_streams_are_for_pages_of_the_same_origin() {
    let server = start(|_| {});
    let port = server.running.port();
    for origin in ["https://evil", "http://1.2.3.4", "null", "http://alpha.localhost", "http://beta.localhost:{port}"] {
        let headers = format!("Origin: {}\r\n", origin.replace("{port}", &port.to_string()));
        let response = server.get_with("alpha.localhost", "/__tenantry/events", &headers);
        assert_eq!(response.status, 403, "{origin}");
    }
    let headers = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n";
    assert_eq!(server.get_with("alpha.localhost", "/__tenantry/events", headers).status, 403);
    assert_eq!(server.running.streams(), 0);
    server.listen("alpha.localhost");
}

#[test]
fn fault_018_pages_are_served_so_that_no_other_origin_reads_them() {
    let server = start(|_| {});
    for path in ["/", "/about/", "/nothing/", "/site.css", "/__tenantry/preview.js", "/about"] {
        let headers = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n";
        let response = server.get_with("alpha.localhost", path, headers);
        assert!(matches!(response.status, 200 | 301 | 404), "{path}: {response:?}");
        assert_eq!(response.header("Cross-Origin-Resource-Policy"), Some("same-origin"), "{path}");
        assert!(!response.head.to_ascii_lowercase().contains("access-control-"), "{path}: {response:?}");
    }
}

#[test]
fn fault_019_a_length_beyond_all_bounds_is_refused() {
    let server = start(|_| {});
    for method in ["GET", "HEAD"] {
        let text =
            format!("{method} / HTTP/1.1\r\nHost: alpha.localhost\r\nContent-Length: 18446744073709551615\r\n\r\n");
        assert_eq!(server.send(text).status, 413);
    }
    server.assert_alive();
}

#[test]
fn fault_020_a_body_that_never_comes_holds_nobody_up() {
    let server = start(|_| {});
    let mut waiting: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for stream in &mut waiting {
        write!(stream, "GET / HTTP/1.1\r\nHost: alpha.localhost\r\nContent-Length: 2000\r\n\r\n").unwrap();
    }
    server.assert_alive();
    let started = Instant::now();
    for stream in waiting {
        assert_eq!(read(stream, started).status, 413);
    }
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn fault_021_bodies_of_doubtful_length_are_refused_and_the_connection_ends() {
    let server = start(|_| {});
    let doubtful = [
        "Content-Length: -1",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 0, 0",
        "Content-Length: 0x0",
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: identity",
        "Content-Length : 0",
    ];
    for headers in doubtful {
        // What follows would be a second request to whoever reads the first one otherwise.
        let text = format!(
            "GET / HTTP/1.1\r\nHost: alpha.localhost\r\n{headers}\r\n\r\n0\r\n\r\n\
             GET /about/ HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        let response = server.send(text);
        assert_eq!((response.status, response.header("Connection")), (400, Some("close")), "{headers}");
        assert_eq!(response.text().matches("HTTP/1.1").count(), 0, "{headers}");
    }
}

#[test]
fn fault_023_a_request_that_trickles_is_not_waited_for() {
    let server = start(|_| {});
    let mut stream = server.connect();
    let started = Instant::now();
    let byte_by_byte =
        b"GET / HTTP/1.1\r\nHost: alpha.localhost\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    for byte in byte_by_byte {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(matches!(read(stream, started).status, 0 | 408));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn fault_025_clients_that_take_nothing_free_their_worker() {
    let server = start(|options| options.limits.workers = 2);
    // More than there are workers, each asking for more than the system keeps for it.
    let deaf: Vec<_> = (0..12)
        .map(|_| {
            let mut stream = server.connect();
            write!(stream, "GET /big HTTP/1.1\r\nHost: alpha.localhost\r\n\r\n").unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(200));
    server.assert_alive();
    std::thread::sleep(hasty().stall + Duration::from_millis(500));
    for mut stream in deaf {
        let mut body = Vec::new();
        let _ = stream.read_to_end(&mut body);
        assert!(body.len() < 8 << 20, "it was sent whole to a client that took nothing");
    }
    assert_eq!(server.get("alpha.localhost", "/big").body.len(), 8 << 20);
}

#[test]
fn fault_025_clients_that_reset_are_forgotten() {
    let server = start(|_| {});
    for path in ["/", "/big", "/slow", "/__tenantry/events"] {
        for _ in 0..50 {
            let mut stream = server.connect();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: alpha.localhost\r\n\r\n").unwrap();
            rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO)).unwrap();
        }
    }
    server.assert_alive();
    wait_for("streams end", || server.running.streams() == 0);
}

#[test]
fn fault_025_a_client_that_has_said_all_is_answered() {
    let server = start(|_| {});
    let mut stream = server.connect();
    write!(stream, "GET /slow HTTP/1.1\r\nHost: alpha.localhost\r\n\r\n").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read(stream, Instant::now()).status, 404);
}

#[test]
fn fault_026_what_is_no_http_is_refused() {
    let server = start(|_| {});
    let strange: [&[u8]; 6] = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\nHost: alpha.localhost\n\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00\x00\x00",
        b"SSH-2.0-x\r\n",
        b"GET / HTTP/3.0\r\nHost: alpha.localhost\r\n\r\n",
    ];
    for bytes in strange {
        let response = server.send(bytes);
        assert_eq!(response.status, 400, "{bytes:?}");
        assert!(response.took < Duration::from_secs(1), "{bytes:?}");
    }
    server.assert_alive();
}

#[test]
fn fault_027_a_panic_is_an_answer() {
    let server = start(|_| {});
    for _ in 0..50 {
        assert_eq!(server.get("alpha.localhost", "/panic/").status, 500);
    }
    server.assert_alive();
}

#[test]
fn fault_029_streams_leave_room_for_pages() {
    let server = start(|_| {});
    let mut tabs: Vec<_> = (0..7).map(|_| server.listen("alpha.localhost")).collect();
    // A browser opens six connections to a host.
    assert!(server.running.streams() <= 4);
    assert!(tabs[0].hear("event: crowded").contains("crowded"));
    server.assert_alive();
}

#[test]
fn fault_030_unknown_tenants_are_named_closest_and_tenants_are_apart() {
    let server = start(|_| {});
    let response = server.get("alhpa.localhost", "/");
    assert_eq!(response.status, 403);
    let link = format!("href=\"http://alpha.localhost:{}/\"", server.running.port());
    assert!(response.text().contains(&link), "{}", response.text());
    let response = server.get("nobody-like-it.localhost", "/");
    assert_eq!(response.status, 403);
    assert!(!response.text().contains("alpha"), "{}", response.text());
    // A page of another tenant asks: the browser says so, and keeps what comes from it.
    let headers = format!(
        "Origin: http://beta.localhost:{}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n",
        server.running.port()
    );
    for data in ["page?path=/", "about?path=/", "search?q=a", "events"] {
        let response = server.get_with("alpha.localhost", &format!("/__tenantry/{data}"), &headers);
        assert_eq!(response.status, 403, "{data}");
    }
    let page = server.get_with("alpha.localhost", "/", &headers);
    assert_eq!(page.header("Cross-Origin-Resource-Policy"), Some("same-origin"));
    assert_eq!(page.header("Access-Control-Allow-Origin"), None);
}

#[test]
fn both_kinds_of_addresses_are_listened_at() {
    let server = start(|_| {});
    let address = SocketAddr::from((Ipv6Addr::LOCALHOST, server.running.port()));
    if std::net::TcpStream::connect(address).is_err() {
        // This machine has no IPv6; `listen` has tests for what is to happen then.
        return;
    }
    let mut stream = connect(address);
    write!(stream, "GET / HTTP/1.1\r\nHost: alpha.localhost\r\n\r\n").unwrap();
    assert_eq!(read(stream, Instant::now()).status, 200);
}

#[test]
fn pages_can_be_asked_for_in_part_and_if_they_changed() {
    let server = start(|_| {});
    let whole = server.get("alpha.localhost", "/site.css");
    let tag = whole.header("ETag").unwrap();
    let again = server.get_with("alpha.localhost", "/site.css", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let part = server.get_with("alpha.localhost", "/site.css", "Range: bytes=0-3\r\n");
    assert_eq!((part.status, part.text().as_str()), (206, "body"));
    let head = server.send("HEAD /site.css HTTP/1.1\r\nHost: alpha.localhost\r\n\r\n");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("Content-Length"), whole.header("Content-Length"));
    let missing = server.get("alpha.localhost", "/nothing/");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("nothing here"), "{}", missing.text());
}

#[test]
fn a_share_needs_the_token_and_the_name() {
    let server = start(|options| options.host = Some("127.0.0.1".into()));
    let address = server.running.address();
    let token = address.split_once("tenantry:").and_then(|(_, rest)| rest.split_once('@')).unwrap().0;
    use base64::Engine;
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("tenantry:{token}"));
    let headers = format!("Authorization: Basic {encoded}\r\n");
    let stranger = server.get("127.0.0.1", "/");
    assert_eq!(stranger.status, 401);
    assert!(stranger.header("WWW-Authenticate").is_some_and(|value| value.starts_with("Basic ")));
    assert_eq!(server.get("127.0.0.1", "/__tenantry/events").status, 401);
    assert_eq!(server.get_with("127.0.0.1", "/", &headers).status, 200);
    assert_eq!(server.get_with("evil.example", "/", &headers).status, 403);
    assert!(Server::token_is_long(token));
}

impl Server {
    fn token_is_long(token: &str) -> bool {
        token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

#[test]
fn one_tenant_can_stand_at_the_root() {
    let alpha = tenantry_core::name::TenantId::new("alpha").unwrap();
    let server = start(|options| options.tenant = Some(alpha));
    assert!(server.get("localhost", "/").text().contains("home of alpha"));
    assert!(server.get("localhost", "/__tenantry/").text().contains("Tenant &lt;beta&gt;"));
    assert!(server.get("alpha.localhost", "/about/").text().contains("about alpha"));
}

#[test]
fn patience_outlasts_the_limits() {
    assert!(PATIENCE > hasty().stall * 10);
}
