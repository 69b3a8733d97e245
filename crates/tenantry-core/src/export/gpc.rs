//! The file of Global Privacy Control, `/.well-known/gpc.json` (W3C): that the site honours the signal, and since when.

use serde_json::json;

use super::{Export, Input, Loss};
use crate::artifact::pretty;

/// The file. Whoever asks for it says that the site honours the signal.
pub(super) fn export(input: &Input<'_>) -> Export {
    let mut file = json!({ "gpc": true });
    let mut losses = vec![Loss::of_all("every cookie: the file says only that the signal is honoured")];
    match input.updated {
        Some(date) => file["lastUpdate"] = date.to_string().into(),
        None => losses.push(Loss::of_all("the date: no page that shows a table has one")),
    }
    let mut text = pretty(&file);
    text.push('\n');
    Export { text, losses }
}
