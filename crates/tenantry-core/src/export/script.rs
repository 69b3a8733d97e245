//! JSON in scripts: text of tenants that ends no script and no line.

use serde_json::Value;

/// A value as it can stand in a script, also in one that stands in a page: no `</script>`, no `<!--`, no U+2028.
pub(super) fn literal(value: &Value) -> String {
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match c {
            '<' => text.push_str("\\u003c"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            c => text.push(c),
        }
    }
    text
}

/// The comment at the head of a script: what it is for and how it was made.
pub(super) fn head(what: &str, input: &super::Input<'_>) -> String {
    format!(
        "// {what}, revision {}. Made by tenantry from the register of {}: edit that, and not this file.\n",
        input.revision, input.tenant.identity.id
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_080_text_cannot_end_a_script() {
        let value = Value::from("</script><!--\u{2028}\u{2029}\"");
        let text = literal(&value);
        assert!(!text.contains('<') && !text.contains(['\u{2028}', '\u{2029}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }
}
