//! Which templates only print what differs between tenants, so that one rendering serves all of them.
//!
//! A template that decides by a tenant's name, or changes it, has to be rendered for each tenant. Most only write it
//! out. Here the text of a template and of all that it reaches is looked through: every place where a value of a tenant
//! is named must be a plain `{{ tenant.name }}`, or a plain `{% if page.url %}`. Where anything else stands, or anything
//! that is not understood, the answer is no: then the template is rendered for each tenant, which is slower and never
//! wrong.

use std::collections::BTreeSet;

/// Values of a tenant that may be printed as they are.
const PRINTED: &[&str] = &[
    "page.url",
    "page.full_title",
    "page.description",
    "tenant.name",
    "tenant.id",
    "site.base_url",
    "site.host",
    "site.brand.path",
    "site.brand.integrity",
];
/// Values that hold something of a tenant, and must not be handed on as a whole.
const WHOLES: &[&str] = &["page", "tenant", "site", "site.brand", "params", "__tera_context"];
/// Tags that neither catch what is printed nor change it.
const TAGS: &[&str] = &[
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "block",
    "endblock",
    "extends",
    "include",
    "set",
    "set_global",
    "break",
    "continue",
];
/// Functions that may give the address of a tenant's own style sheet.
const FUNCTIONS: &[&str] = &["asset", "integrity"];

/// What a template does with the values of tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prints {
    /// Whether the white space around the text of a page is cut off.
    pub(crate) trims_body: bool,
    /// The parameters of the theme that are named.
    pub(crate) params: BTreeSet<String>,
}

/// Looks through the texts of a template and of all that it reaches. `None` if it does more than print.
pub(crate) fn prints<'t>(texts: impl Iterator<Item = &'t str>) -> Option<Prints> {
    let mut looking = Looking::default();
    for text in texts {
        for tag in tags(text)? {
            looking.tag(&tag)?;
        }
    }
    looking.finish()
}

/// What stands between braces.
#[derive(Debug)]
struct Tag<'t> {
    /// Whether it prints: `{{ … }}`, not `{% … %}`.
    prints: bool,
    tokens: Vec<&'t str>,
}

#[derive(Debug, Default)]
struct Looking<'t> {
    params: BTreeSet<String>,
    /// The filters on the text of the page, each time it is printed.
    bodies: BTreeSet<Vec<&'t str>>,
    /// The names that translations go by in loops.
    translations: BTreeSet<&'t str>,
    /// Names that are mentioned alone.
    alone: BTreeSet<&'t str>,
}

impl<'t> Looking<'t> {
    fn tag(&mut self, tag: &Tag<'t>) -> Option<()> {
        let tokens = tag.tokens.as_slice();
        if tag.prints {
            return self.printed(tokens);
        }
        let (name, rest) = tokens.split_first()?;
        match (*name, rest) {
            ("if" | "elif", [value]) if PRINTED.contains(value) => Some(()),
            ("for", [name, "in", "page.translations"]) => {
                self.translations.insert(name);
                Some(())
            }
            // Without `=` it catches what is printed until its end.
            ("set" | "set_global", rest) if rest.get(1) != Some(&"=") => None,
            (name, rest) if TAGS.contains(&name) => self.decided(rest),
            _ => None,
        }
    }

    /// What `{{ … }}` holds.
    fn printed(&mut self, tokens: &[&'t str]) -> Option<()> {
        match tokens {
            [value] if PRINTED.contains(value) => Some(()),
            ["page.body", filters @ ..] => {
                self.bodies.insert(filters.to_vec());
                Some(())
            }
            // The address of a translation, in a loop.
            [value] if value.split_once('.').is_some_and(|(_, rest)| rest == "absolute") => Some(()),
            [function, "(", "path", "=", path, ")"] if FUNCTIONS.contains(function) && is_literal(path) => Some(()),
            other => self.decided(other),
        }
    }

    /// Words that decide something, or are changed before they are printed.
    fn decided(&mut self, tokens: &[&'t str]) -> Option<()> {
        for (index, token) in tokens.iter().enumerate() {
            let next = tokens.get(index + 1).copied();
            let is_own =
                |value: &&str| *token == *value || token.strip_prefix(*value).is_some_and(|rest| rest.starts_with('.'));
            if PRINTED.iter().any(&is_own) || is_own(&"page.body") || WHOLES.contains(token) {
                return None;
            }
            if *token == "page.translations" && tokens.get(index + 1..index + 3) != Some(&["|", "length"]) {
                return None;
            }
            if token.ends_with(".absolute") || FUNCTIONS.contains(token) || matches!(next, Some("[" | "?")) {
                return None;
            }
            if let Some(param) = token.strip_prefix("params.") {
                self.params.insert(param.split('.').next().unwrap_or(param).to_owned());
            }
            self.alone.insert(token);
        }
        Some(())
    }

    fn finish(self) -> Option<Prints> {
        let trims_body = match self.bodies.iter().map(Vec::as_slice).collect::<Vec<_>>().as_slice() {
            [] | [["|", "safe"]] => false,
            [["|", "trim", "|", "safe"]] => true,
            _ => return None,
        };
        // A translation that is handed on as a whole takes its address with it.
        self.translations.is_disjoint(&self.alone).then_some(Prints { trims_body, params: self.params })
    }
}

fn is_literal(token: &str) -> bool {
    token.starts_with(['"', '\'', '`'])
}

/// The tags of a template. `None` where it is not understood.
fn tags(text: &str) -> Option<Vec<Tag<'_>>> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let tail = &rest[at + 1..];
        match tail.as_bytes().first() {
            Some(b'#') => rest = &tail[tail.find("#}")? + 2..],
            Some(b'{') => {
                let (tokens, after) = tokens(&tail[1..], "}}")?;
                tags.push(Tag { prints: true, tokens });
                rest = after;
            }
            Some(b'%') => {
                let (tokens, after) = tokens(&tail[1..], "%}")?;
                tags.push(Tag { prints: false, tokens });
                rest = after;
            }
            _ => rest = tail,
        }
    }
    Some(tags)
}

/// The words of a tag: paths, literals and signs; and what follows the tag.
fn tokens<'t>(text: &'t str, end: &str) -> Option<(Vec<&'t str>, &'t str)> {
    let mut tokens = Vec::new();
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(end).or_else(|| rest.strip_prefix('-')?.strip_prefix(end)) {
            return Some((tokens, after));
        }
        let first = rest.chars().next()?;
        let length = match first {
            '"' | '\'' | '`' => rest[1..].find(first)? + 2,
            c if is_word(c) => rest.find(|c| !is_word(c) && c != '.').unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        tokens.push(&rest[..length]);
        rest = &rest[length..];
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Prints> {
        prints([text].into_iter())
    }

    #[test]
    fn plain_prints_are_seen() {
        let text = "<title>{{ page.title }} – {{ tenant.name -}}</title>{# {{ tenant.name | upper }} #}\
                    {% if page.url -%}{{ page.url }}{% endif %}{% if params.logo %}{{ params.logo.url }}{% endif %}\
                    {% for t in page.translations -%}{{ t.absolute }}{{ t.url }}{% if t.current %}x{% endif %}{% endfor %}\
                    {% if page.translations | length > 1 %}{% endif %}{{ asset(path=\"brand.css\") }}{{ page.body | trim | safe }}";
        let found = of(text).unwrap();
        assert!(found.trims_body);
        assert_eq!(found.params, ["logo".to_owned()].into());
    }

    #[test]
    fn whatever_decides_or_changes_is_refused() {
        for text in [
            "{% if page.title != tenant.name %}{% endif %}",
            "{{ tenant.name | upper }}",
            "{{ tenant }}",
            "{{ tenant[\"name\"] }}",
            "{{ tenant?.name }}",
            "{{ \"a\" ~ tenant.name }}",
            "{% set name = tenant.name %}{{ name }}",
            "{% set x = page %}",
            "{% set x %}{{ tenant.name }}{% endset %}",
            "{% filter upper %}{{ tenant.name }}{% endfilter %}",
            "{% for t in page.translations %}{{ t }}{% endfor %}",
            "{% for t in page.translations %}{% if t.absolute == page.title %}{% endif %}{% endfor %}",
            "{% for a, b in page.translations %}{% endfor %}",
            "{{ page.translations | json_encode }}",
            "{% set css = asset(path=\"brand.css\") %}",
            "{{ asset(path=params.style) }}",
            "{{ asset(path=\"brand.css\") | upper }}",
            "{{ site.brand.path | upper }}",
            "{{ page.body | striptags }}",
            "{{ page.body | safe }}{{ page.body | trim | safe }}",
            "{{ page.body }}",
            "{% if page.body %}{% endif %}",
            "{{ __tera_context }}",
            "{{ params }}",
            "{% for k, v in params %}{% endfor %}",
            "{{<card name={tenant.name} />}}",
            "{% component card(name: string) %}{{ name }}{% endcomponent card %}",
            "{% raw %}{{ x }}{% endraw %}",
            "{{ page.title",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
