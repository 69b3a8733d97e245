//! The command: what it says, what it refuses, and how it stands to what `build` writes.

use tenantry_testkit::{Program, Workspace};

use super::{Preview, five_sources, port_of};

#[test]
fn pages_are_those_that_a_build_writes_but_for_one_script() {
    let preview = Preview::of_five(&[]);
    let outcome = Program::new().args(["build"]).current_dir(&preview.workspace).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    for (tenant, path) in [("artisanat", "cookies/"), ("inmemori", ""), ("datajoule", "en/cookies/")] {
        let (_, shown) = preview.get(&format!("{tenant}.localhost"), &format!("/{path}"));
        let built = preview.workspace.read(&format!("dist/{tenant}/{path}index.html"));
        let start = shown.find("<script type=\"module\" src=\"/__tenantry/").unwrap();
        let end = start + shown[start..].find("</script>\n").unwrap() + "</script>\n".len();
        assert_eq!(format!("{}{}", &shown[..start], &shown[end..]), built, "{tenant}/{path}");
        assert!(!built.contains("__tenantry"), "{tenant}/{path}");
    }
}

#[test]
fn nothing_is_written_below_the_workspace() {
    let preview = Preview::of_five(&[]);
    preview.get("artisanat.localhost", "/");
    let mut names: Vec<_> =
        std::fs::read_dir(preview.workspace.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["sites", "themes"]);
}

#[test]
fn an_edit_of_something_shared_is_told_with_its_size() {
    let mut preview = Preview::of_five(&[]);
    preview.program.wait_for("checked 5 tenants");
    let file = "sites/opendatasoft/content/cookies.fr.md";
    preview.workspace.append(file, "\nUne ligne de plus.\n");
    preview.program.wait_for("sites/opendatasoft/content/cookies.fr.md: 3 tenants, 3 pages");
    preview.wait_for_page("datajoule.localhost", "/cookies/", "Une ligne de plus");
}

#[test]
fn fault_132_an_error_is_told_at_once_and_so_is_its_end() {
    let mut preview = Preview::of_five(&[]);
    preview.program.wait_for("checked 5 tenants");
    let file = "sites/inmemori/site.toml";
    let good = preview.workspace.read(file);
    // What nobody has looked at has no last good version.
    preview.get("inmemori.localhost", "/");
    preview.workspace.write(file, &format!("{good}nmae = \"x\"\n"));
    preview.program.wait_for("nmae");
    let (head, body) = preview.get("inmemori.localhost", "/");
    assert!(head.starts_with("HTTP/1.1 200") && body.contains("</html>"), "{head}");
    preview.workspace.write(file, &good);
    preview.program.wait_for("mended");
}

#[test]
fn fault_134_a_port_that_is_taken_is_told() {
    let first = Preview::of_five(&[]);
    let port = first.port.to_string();
    let outcome = Program::new().args(["serve", "--port", &port]).current_dir(&first.workspace).run();
    assert_eq!(outcome.code, 2, "{}", outcome.transcript());
    assert!(outcome.stderr.contains(&format!("port {port} is taken by another program")), "{}", outcome.stderr);
}

#[test]
fn fault_127_at_the_limit_of_watches_it_polls_and_says_so_once() {
    let workspace = five_sources();
    let program = Program::new().args(["serve", "--port", "0"]).current_dir(&workspace);
    // In a namespace of its own the limit is that of nobody else.
    let script = "echo 3 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let mut program = program.under("unshare", ["-Ur", "sh", "-c", script, "sh"]).start();
    program.wait_for("http://");
    program.wait_for("max_user_watches");
    let port = port_of(&program.stdout());
    let preview = Preview { workspace, program, port };
    preview.workspace.append("sites/inmemori/content/cookies.fr.md", "\nVu sans surveillance.\n");
    preview.wait_for_page("inmemori.localhost", "/cookies/", "Vu sans surveillance");
    assert_eq!(preview.program.stderr().matches("max_user_watches").count(), 1, "{}", preview.program.stderr());
}

#[test]
fn one_tenant_that_is_named_stands_at_the_root() {
    let preview = Preview::of_five(&["artisanat"]);
    assert!(preview.get("localhost", "/cookies/").1.contains("Charte cookies"));
    let (_, dashboard) = preview.get("localhost", "/__tenantry/");
    assert!(dashboard.contains("artisanat") && !dashboard.contains("inmemori"), "{dashboard}");
}

#[test]
fn words_that_fit_no_tenant_are_refused() {
    let workspace = five_sources();
    let outcome = Program::new().args(["serve", "artisant"]).current_dir(&workspace).run();
    assert_eq!(outcome.code, 2, "{}", outcome.transcript());
    assert!(outcome.stderr.contains("did you mean `artisanat`?"), "{}", outcome.stderr);
    let empty = Workspace::empty();
    let outcome = Program::new().args(["serve"]).current_dir(&empty).run();
    assert_eq!(outcome.code, 2, "{}", outcome.transcript());
}

#[test]
fn others_are_let_in_with_a_warning_and_a_token() {
    let preview = Preview::of_five(&["--host", "127.0.0.1"]);
    assert!(preview.program.stdout().starts_with("http://tenantry:"), "{}", preview.program.stdout());
    assert!(preview.program.stderr().contains("warning: the preview is open to the network"));
    assert!(preview.get("127.0.0.1", "/").0.starts_with("HTTP/1.1 401"));
}
