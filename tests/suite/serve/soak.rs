//! A thousand edits of a running preview: each is seen, and the process is no larger after the last than after the first
//! few hundred.

use std::fs;

use super::Preview;

/// How many edits; `TENANTRY_SOAK` asks for another number.
const EDITS: usize = 1000;

#[test]
fn fault_133_a_thousand_edits_are_seen_and_leave_nothing_behind() {
    let edits = std::env::var("TENANTRY_SOAK").ok().and_then(|edits| edits.parse().ok()).unwrap_or(EDITS);
    let mut preview = Preview::of_five(&["--quiet"]);
    let charter = preview.workspace.read("sites/opendatasoft/content/cookies.fr.md");
    let site = preview.workspace.read("sites/opendatasoft/datajoule/site.toml");
    let style = preview.workspace.read("themes/charter/static/charter.css");
    preview.wait_for_page("datajoule.localhost", "/cookies/", "</html>");
    let mut early = None;
    for number in 0..edits {
        let marker = format!("marque {number}.");
        // What all share, what a tenant has of its own, a style: each is made anew in another way.
        match number % 3 {
            0 => preview.workspace.write("sites/opendatasoft/content/cookies.fr.md", &format!("{charter}\n{marker}\n")),
            1 => preview.workspace.write("sites/opendatasoft/datajoule/site.toml", &renamed(&site, &marker)),
            _ => {
                preview.workspace.write("themes/charter/static/charter.css", &format!("{style}\n/* {marker} */\n"));
                preview.wait_for_style("datajoule.localhost", "/cookies/", &marker);
                continue;
            }
        }
        preview.wait_for_page("datajoule.localhost", "/cookies/", &marker);
        if number == edits / 3 / 3 * 3 {
            early = Some(Costs::of(preview.program.id()));
        }
    }
    let (early, late) = (early.unwrap(), Costs::of(preview.program.id()));
    assert!(late.descriptors <= early.descriptors + 8, "{early:?} {late:?}");
    assert!(late.threads <= early.threads + 4, "{early:?} {late:?}");
    assert!(late.memory <= early.memory + (16 << 20), "{early:?} {late:?}");
    preview.program.wait_for("http://");
}

/// The settings of a tenant under another name.
fn renamed(site: &str, name: &str) -> String {
    let lines =
        site.lines().map(|line| if line.starts_with("name = ") { format!("name = \"{name}\"") } else { line.into() });
    lines.collect::<Vec<String>>().join("\n") + "\n"
}

impl Preview {
    /// Waits until a style that a page names says something.
    #[track_caller]
    fn wait_for_style(&self, host: &str, path: &str, words: &str) {
        let started = std::time::Instant::now();
        loop {
            let page = self.get(host, path).1;
            let name = page.split("assets/charter.").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            if self.get(host, &format!("/assets/charter.{name}")).1.contains(words) {
                return;
            }
            assert!(started.elapsed().as_secs() < 20, "no style ever said `{words}`");
        }
    }
}

/// What a process has of the machine.
#[derive(Debug)]
struct Costs {
    descriptors: usize,
    threads: usize,
    memory: usize,
}

impl Costs {
    fn of(process: u32) -> Costs {
        let count = |what: &str| fs::read_dir(format!("/proc/{process}/{what}")).map_or(0, Iterator::count);
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kib: usize = line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0);
        Costs { descriptors: count("fd"), threads: count("task"), memory: kib << 10 }
    }
}
