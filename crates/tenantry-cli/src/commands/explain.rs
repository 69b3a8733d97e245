//! `explain`: where values come from, and what they hide.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use tenantry_builder::build::Stop;
use tenantry_builder::explain::{Explanation, Group, Known, Question, Session};
use tenantry_builder::report::Finding;

use crate::arguments::{Explain, Format, Global};
use crate::display;
use crate::exit::Exit;
use crate::json;
use crate::terminal::{self, Stream};

/// Explains.
pub fn explain(arguments: &Explain, global: &Global) -> Result<Exit, Stop> {
    let question = Question::parse(arguments.question.as_deref())?;
    let session = Session { workspace: super::workspace(global)?, overrides: super::settings(global)? };
    let explanation = session.explain(&arguments.tenant, &question)?;
    let code = if explanation.problems.is_empty() { Exit::Success } else { Exit::TenantErrors };
    let problems = explanation.problems.iter().cloned();
    let findings: Vec<Finding> =
        problems.map(|diagnostic| Finding { diagnostic, tenants: 1, examples: Vec::new() }).collect();
    if global.format == Format::Json {
        terminal::write(Stream::Output, &as_json(&explanation, (&findings, code)));
        return Ok(code);
    }
    terminal::write(Stream::Output, &as_text(&explanation));
    display::findings(&findings, global);
    Ok(code)
}

fn as_text(explanation: &Explanation) -> String {
    let bold = Style::new().bold();
    let dim = Style::new().dimmed();
    let place = AnsiColor::Cyan.on_default();
    let mut text = String::new();
    for Group { title, values } in explanation.groups.iter().filter(|group| !group.values.is_empty()) {
        text.push_str(&format!("{bold}{title}{bold:#}\n"));
        for (key, known) in values {
            let mut known = known.iter();
            let Some(first) = known.next() else { continue };
            text.push_str(&format!("  {key} = {}\n      {place}{}{place:#}\n", first.value, shown_place(first)));
            for hidden in known {
                text.push_str(&format!(
                    "    {dim}hides {}{dim:#}\n      {dim}{}{dim:#}\n",
                    hidden.value,
                    shown_place(hidden)
                ));
            }
        }
        text.push('\n');
    }
    text
}

/// `sites/ods (sites/ods/cookies.toml:12)`
fn shown_place(known: &Known) -> String {
    match known.line {
        Some(line) => format!("{} ({}:{line})", known.layer, known.file),
        None => format!("{} ({})", known.layer, known.file),
    }
}

#[derive(Serialize)]
struct Value<'v> {
    key: &'v str,
    value: &'v str,
    layer: &'v str,
    file: &'v str,
    line: Option<usize>,
    hides: Vec<Value<'v>>,
}

fn as_json(explanation: &Explanation, (findings, code): (&[Finding], Exit)) -> String {
    #[derive(Serialize)]
    struct Values<'v, F: Serialize> {
        groups: Vec<GroupView<'v>>,
        findings: F,
    }
    #[derive(Serialize)]
    struct GroupView<'v> {
        title: &'v str,
        values: Vec<Value<'v>>,
    }
    let groups: Vec<GroupView<'_>> = explanation
        .groups
        .iter()
        .map(|group| GroupView {
            title: &group.title,
            values: group.values.iter().filter_map(|(key, known)| values(key, known)).collect(),
        })
        .collect();
    json::document("explain", code.into(), Values { groups, findings: json::findings(findings) })
}

fn values<'v>(key: &'v str, known: &'v [Known]) -> Option<Value<'v>> {
    let (first, hidden) = known.split_first()?;
    let view = |known: &'v Known, hides| Value {
        key,
        value: &known.value,
        layer: &known.layer,
        file: &known.file,
        line: known.line,
        hides,
    };
    Some(view(first, hidden.iter().map(|known| view(known, Vec::new())).collect()))
}
