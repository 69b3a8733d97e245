//! Scripts that hold JSON, whose text ends no script and no line (`pretty` of the register sees to it).

/// The comment at the head of a script: what it is for and how it was made.
pub(super) fn head(what: &str, input: &super::Input<'_>) -> String {
    format!(
        "// {what}, revision {}. Made by tenantry from the register of {}: edit that, and not this file.\n",
        input.revision,
        input.id()
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::artifact::pretty;

    #[test]
    fn fault_080_text_cannot_end_a_script() {
        let value = Value::from("</script><!--\u{2028}\u{2029}\"");
        let text = pretty(&value);
        assert!(!text.contains('<') && !text.contains(['\u{2028}', '\u{2029}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }
}
