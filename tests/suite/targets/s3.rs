//! `s3`: a store that checks signatures and obeys conditions, one that does not obey them, and a network between.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tenantry_testkit::Tree;
use tenantry_testkit::servers::s3::{BUCKET, KEY, SECRET, Store};
use tenantry_testkit::servers::{Mishap, Proxy};

use super::{Publishing, by_tenant};

/// The five tenants, published to a store at a port.
#[track_caller]
fn publishing(port: u16) -> Publishing {
    let target = format!(
        "kind = \"s3\"\nendpoint = \"http://127.0.0.1:{port}\"\nregion = \"us-east-1\"\nbucket = \"{BUCKET}\"\n\
         prefix = \"live/{{tenant}}\""
    );
    Publishing::five(&target).with(&[("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)])
}

/// A network before a store that writes down the heads of requests.
fn watched(store: &Store) -> (Proxy, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&heads);
    let proxy = Proxy::before(store.port(), move |asked| {
        seen.lock().unwrap().push(asked.head.clone());
        Mishap::None
    });
    (proxy, heads)
}

#[test]
fn the_five_tenants_go_there_and_back() {
    let store = Store::start();
    let mut live = publishing(store.port());
    live.round(&|tenant, path| store.object(&format!("live/{tenant}/{path}")));
    // Row 125: neither what was told nor what was written holds the secret: plans, state, records, objects.
    assert!(!live.said.contains(SECRET));
    for folder in [live.workspace.path(), store.folder().path()] {
        for (path, entry) in &Tree::read(folder).entries {
            assert!(!String::from_utf8_lossy(&entry.bytes).contains(SECRET), "{path}");
        }
    }
}

/// Row 114: our own digest goes along, and the class of a file says how long it may be kept.
#[test]
fn fault_114_objects_carry_what_hosts_and_we_need() {
    let store = Store::start();
    let (proxy, heads) = watched(&store);
    let mut live = publishing(proxy.port());
    live.build();
    live.publish(&["datajoule"]);
    let heads = heads.lock().unwrap();
    let of = |path: &str| heads.iter().find(|head| head.starts_with(&format!("put /sites/live/datajoule/{path}")));
    let asset = of("assets/brand.").unwrap();
    assert!(asset.contains("\r\ncache-control: public, max-age=31536000, immutable\r\n"), "{asset}");
    assert!(asset.contains("\r\ncontent-type: text/css; charset=utf-8\r\n"), "{asset}");
    let page = of("index.html").unwrap();
    assert!(page.contains("\r\ncache-control: public, max-age=0, must-revalidate\r\n"), "{page}");
    let manifest = live.workspace.read("dist/.tenantry/manifests/datajoule.json");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let digest = manifest["artifacts"]["index.html"]["digest"].as_str().unwrap();
    assert!(page.contains(&format!("\r\nx-amz-meta-tenantry-digest: {digest}\r\n")), "{page}");
}

/// A store sends what it holds: with `content_encoding` that is the compressed form, under the plain name.
#[test]
fn objects_may_be_compressed() {
    let store = Store::start();
    let (proxy, heads) = watched(&store);
    let mut live = publishing(proxy.port());
    let group = live.workspace.read("sites/group.toml");
    let group = format!("precompress = [\"gzip\", \"brotli\"]\n{group}content_encoding = \"gzip\"\n");
    live.workspace.write("sites/group.toml", &group);
    live.build();
    live.publish(&["datajoule"]);
    let (built, object) = (live.built("datajoule"), |path: &str| store.object(&format!("live/datajoule/{path}")));
    for (path, plain) in &built {
        if built.contains_key(path.trim_end_matches(".gz").trim_end_matches(".br")) && path.ends_with(['z', 'r']) {
            assert_eq!(object(path), None, "{path} is for servers that choose");
            continue;
        }
        let sent = built.get(&format!("{path}.gz")).unwrap_or(plain);
        assert!(object(path).as_ref() == Some(sent), "{path}");
        if path.contains(' ') {
            continue; // It is written otherwise in an address.
        }
        let heads = heads.lock().unwrap();
        let head = heads.iter().find(|head| head.starts_with(&format!("put /sites/live/datajoule/{path} ")));
        let head = head.unwrap_or_else(|| panic!("{path} was not sent"));
        let is_compressed = built.contains_key(&format!("{path}.gz"));
        assert_eq!(head.contains("\r\ncontent-encoding: gzip\r\n"), is_compressed, "{head}");
        assert!(!path.ends_with(".html") || head.contains("\r\ncontent-type: text/html"), "{head}");
    }
    let nothing = live.publish(&["datajoule"]);
    assert_eq!(nothing["datajoule"]["status"], "unchanged");

    // Sent plain from here on, and back: what was put away is compressed, and says so.
    live.workspace.write("sites/group.toml", &group.replace("content_encoding = \"gzip\"\n", ""));
    live.build();
    live.publish(&["datajoule"]);
    assert!(object("index.html").as_ref() == built.get("index.html"));
    assert!(object("index.html.gz").as_ref() == built.get("index.html.gz"), "as any other file");
    heads.lock().unwrap().clear();
    let back = live.run(&["rollback", "datajoule", "--to", "live", "--yes"]);
    assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
    assert!(object("index.html").as_ref() == built.get("index.html.gz"));
    let heads = heads.lock().unwrap();
    let head = heads.iter().rfind(|head| head.starts_with("put /sites/live/datajoule/index.html "));
    assert!(head.is_some_and(|head| head.contains("\r\ncontent-encoding: gzip\r\n")), "{head:?}");
}

/// Row 109: what begins with the same letters is another's.
#[test]
fn fault_109_no_prefix_is_part_of_another() {
    let store = Store::start();
    store.folder().write(&format!("{BUCKET}/live/datajoule-2/index.html"), "somebody's");
    let mut live = publishing(store.port());
    live.build();
    live.publish(&["datajoule"]);
    assert_eq!(store.object("live/datajoule-2/index.html").as_deref(), Some(&b"somebody's"[..]));
}

/// Row 110: the mark is an object, and so is what others left.
#[test]
fn fault_110_prefixes_of_others_are_refused() {
    let store = Store::start();
    let leave = |tenant: &str| store.folder().write(&format!("{BUCKET}/live/{tenant}/theirs.html"), "theirs");
    publishing(store.port()).refuses_places_of_others(store.folder(), &leave);
}

/// Rows 113 and 117: every fifth request meets something, each time something else.
#[test]
fn fault_113_a_bad_network_changes_nothing_but_the_time() {
    let store = Store::start();
    let mishaps = [
        Mishap::Status(500),
        Mishap::Status(503),
        Mishap::Reset,
        Mishap::LostReply,
        Mishap::Truncated,
        Mishap::Slow(Duration::from_millis(300)),
    ];
    let proxy = Proxy::before(store.port(), move |asked| match asked.number % 5 {
        4 => mishaps[asked.number / 5 % mishaps.len()],
        _ => Mishap::None,
    });
    let mut live = publishing(proxy.port());
    live.round(&|tenant, path| store.object(&format!("live/{tenant}/{path}")));
    assert!(proxy.asked() > 200, "{}", proxy.asked());
}

/// A store that is overwhelmed is left alone for a while, and nothing fails.
#[test]
fn fault_113_throttling_slows_the_run() {
    let store = Store::start();
    let proxy = Proxy::before(store.port(), |asked| match asked.number {
        10..16 => Mishap::Status(503),
        _ => Mishap::None,
    });
    let mut live = publishing(proxy.port());
    live.build();
    let report = live.publish(&[]);
    assert!(report.values().all(|tenant| tenant["status"] == "published"), "{report:#?}");
}

/// Row 112 and 116: what is cut off in the middle is finished by the next run; nothing is removed before.
#[test]
fn fault_112_what_breaks_off_is_finished_by_the_next_run() {
    let store = Store::start();
    let mut live = publishing(store.port());
    live.build();
    live.publish(&["datajoule"]);
    let before = live.built("datajoule");
    live.workspace.write(super::NOTE, "other\n");
    live.build();
    for last in [3, 5, 7, 9] {
        let proxy = Proxy::before(store.port(), move |asked| match asked.number {
            number if number < last => Mishap::None,
            _ => Mishap::Status(403),
        });
        let at = |port: u16| format!("endpoint = \"http://127.0.0.1:{port}\"");
        let group = live.workspace.read("sites/group.toml").replace(&at(store.port()), &at(proxy.port()));
        let whole = live.workspace.read("sites/group.toml");
        live.workspace.write("sites/group.toml", &group);
        live.build();
        let outcome = live.run(&["publish", "datajoule", "--to", "live", "--yes"]);
        assert_ne!(outcome.code, 0, "{last}: {}", outcome.stdout);
        live.workspace.write("sites/group.toml", &whole);
        live.build();
        for (path, bytes) in &before {
            let there = store.object(&format!("live/datajoule/{path}"));
            assert!(there.as_ref() == Some(bytes), "{last}: {path} is another one");
        }
    }
    let id = lock_of(&store);
    live.publish(&["datajoule", "--break-lock", &id]);
    let names = ["datajoule".to_owned()];
    live.is_live(names.iter(), &|tenant, path| store.object(&format!("live/{tenant}/{path}")));
}

/// The id of the lock that a run left which could not end.
fn lock_of(store: &Store) -> String {
    let record = store.object("live/datajoule/.tenantry/site.json").unwrap();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
    record["lock"]["id"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn fault_116_credentials_that_are_refused_are_never_told() {
    let store = Store::start();
    for (key, secret, bucket) in
        [(KEY, "canary-another-secret", BUCKET), ("NOBODYKNOWSME", SECRET, BUCKET), (KEY, SECRET, "nothing")]
    {
        let mut live = publishing(store.port());
        let group = live.workspace.read("sites/group.toml").replace(&format!("\"{BUCKET}\""), &format!("\"{bucket}\""));
        live.workspace.write("sites/group.toml", &group);
        live = live.with(&[("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret)]);
        live.build();
        let outcome = live.run(&["publish", "--to", "live", "--yes", "--format", "json"]);
        assert_eq!(outcome.code, 1, "{}", outcome.stdout);
        assert!(by_tenant(&outcome).values().all(|tenant| tenant["status"] == "failed"), "{}", outcome.stdout);
        assert!(!live.said.contains(secret), "{}", live.said);
    }
}

/// A store that overwrites what it is asked not to overwrite is found out before anything is relied upon.
#[test]
fn a_store_without_conditions_asks_for_a_word() {
    let store = Store::careless();
    let mut live = publishing(store.port());
    live.build();
    let refused = live.run(&["publish", "--to", "live", "--yes"]);
    assert_eq!(refused.code, 3, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains("a lock keeps nobody out") && refused.stderr.contains("--no-lock"));
    assert_eq!(store.object("live/datajoule/index.html"), None);
    live.publish(&["--no-lock"]);
    let names = ["datajoule".to_owned(), "inmemori".to_owned()];
    live.is_live(names.iter(), &|tenant, path| store.object(&format!("live/{tenant}/{path}")));
    assert!(!live.said.contains(SECRET));
}
