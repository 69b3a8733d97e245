//! The roster of a sequence, which is edited as a spreadsheet is: cells, rows and columns.

use std::fmt::Write as _;

use tenantry_testkit::fleet::Random;

/// The group that the roster belongs to, and a page of it that shows a cell.
pub(super) const BASE: &str = r#"
//- /sites/r/content/word.fr.md
+++
title = "Word"
+++
{{ vars.word }}, {{ tenant.name }}
"#;

/// Most rows.
const MOST: usize = 4;

/// How a roster is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Csv,
    JsonLines,
}

/// A roster.
pub(super) struct Roster {
    form: Form,
    rows: Vec<Row>,
    /// The key that the last cell of a row is for.
    last_column: &'static str,
    /// A line that is no row.
    broken: bool,
    /// Whether a line break ends the file.
    ends: bool,
}

#[derive(Clone)]
struct Row {
    id: String,
    name: String,
    address: String,
    word: String,
}

impl Row {
    fn new(number: usize) -> Row {
        let id = format!("r{number}");
        Row { name: format!("Row {number}"), address: format!("https://{id}.example"), word: "mot".into(), id }
    }
}

impl Roster {
    pub(super) fn new(form: Form) -> Roster {
        Roster { form, rows: (0..2).map(Row::new).collect(), last_column: "vars.word", broken: false, ends: true }
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &'static str {
        match self.form {
            Form::Csv => "sites/r/rows.csv",
            Form::JsonLines => "sites/r/rows.jsonl",
        }
    }

    /// The settings of its group.
    pub(super) fn group(&self, word: &str) -> String {
        let name = self.path().rsplit('/').next().unwrap();
        format!("roster = \"{name}\"\nvars.word = \"{word}\"\n")
    }

    /// The folder of one of its tenants.
    pub(super) fn folder(random: &mut Random) -> String {
        format!("sites/r/r{}", random.below(MOST))
    }

    /// Edits a row, or the columns of all.
    pub(super) fn edit(&mut self, random: &mut Random) -> &'static str {
        let (kind, n, more) = (random.below(14), random.below(100), random.below(MOST));
        let at = random.below(self.rows.len().max(1));
        let row = self.rows.get_mut(at);
        match (kind, row) {
            (0 | 1, Some(row)) => row.name = format!("Row {n}, \"x\""),
            (2 | 3, Some(row)) => row.word = if n < 20 { String::new() } else { format!("mot {n}") },
            (4 | 5, _) => self.rows.push(Row::new(more)),
            (6, Some(_)) => drop(self.rows.remove(at)),
            (7, Some(_)) => self.rows.rotate_left(at),
            (8, Some(row)) => row.id = format!("r{more}"),
            (9, Some(row)) => row.id = format!("t{more}"),
            (10, Some(row)) => row.address = format!("https://t{more}.example"),
            (11, _) => self.last_column = ["vars.word", "vars.other", "varz.word"][n % 3],
            (12, _) => self.broken = !self.broken,
            _ => self.ends = !self.ends,
        }
        [
            "name", "name", "word", "word", "more", "more", "less", "order", "id", "id", "address", "column", "line",
            "end",
        ][kind]
    }

    /// What stands in its file.
    pub(super) fn text(&self) -> String {
        let mut text = match self.form {
            Form::Csv => format!("id,name,base_url,{}\n", self.last_column),
            Form::JsonLines => String::new(),
        };
        for Row { id, name, address, word } in &self.rows {
            let line = match self.form {
                Form::Csv => format!("{id},\"{}\",{address},{word}", name.replace('"', "\"\"")),
                Form::JsonLines => {
                    let cells = [("id", id), ("name", name), ("base_url", address), (self.last_column, word)];
                    let cells = cells.iter().filter(|(_, cell)| !cell.is_empty());
                    let cells: Vec<String> = cells.map(|(key, cell)| format!("\"{key}\": {cell:?}")).collect();
                    format!("{{{}}}", cells.join(", "))
                }
            };
            let _ = writeln!(text, "{line}");
        }
        if self.broken {
            text.push_str("x\n");
        }
        if !self.ends {
            text.truncate(text.trim_end().len());
        }
        text
    }
}
