//! What a file with the name of an image must be: an image, which runs nothing and loads nothing.
//!
//! Drawings in SVG are documents: opened by themselves they could run scripts in the name of the site.

use roxmltree::{Document, Node, ParsingOptions};

/// Most elements and texts of a drawing.
const MOST_NODES: u32 = 200_000;

/// Elements that run something, or hold other documents.
const ACTIVE: &[&str] =
    &["script", "foreignObject", "iframe", "object", "embed", "handler", "listener", "audio", "video"];

/// What is wrong with an image.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// A stable word for machines.
    pub(crate) code: &'static str,
    /// What was found.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: &'static str,
}

/// Checks a file by the ending of its name. Files that are no images by name pass.
pub(crate) fn check(name: &str, bytes: &[u8]) -> Result<(), Wrong> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "svg" => drawing(bytes),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "ico" if !is_image(bytes) => Err(Wrong {
            code: "bad-image",
            message: format!(
                "the file is named like an image (`.{ending}`) and is none: it begins with {}",
                start(bytes)
            ),
            hint: "save the picture as SVG, PNG, JPEG, GIF, WebP or AVIF, or rename the file",
        }),
        _ => Ok(()),
    }
}

/// Whether the bytes begin as those of an image do (WHATWG MIME Sniffing, section 6.1; AVIF by its `ftyp` box).
fn is_image(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 6] =
        [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"\0\0\x01\0", b"\0\0\x02\0"];
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let avif = bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| brand.starts_with(b"avi"));
    webp || avif || starts.iter().any(|start| bytes.starts_with(start))
}

/// The first bytes, to be shown.
fn start(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing, since it is empty".to_owned();
    }
    format!("`{}`", bytes[..bytes.len().min(16)].escape_ascii())
}

fn drawing(bytes: &[u8]) -> Result<(), Wrong> {
    let no_drawing = |reason: String| Wrong {
        code: "bad-image",
        message: format!("the file is named like a drawing (`.svg`) and is none: {reason}"),
        hint: "export the drawing again as plain SVG",
    };
    let text = std::str::from_utf8(bytes).map_err(|_| no_drawing("it is not UTF-8 text".into()))?;
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| no_drawing(error.to_string()))?;
    if document.root_element().tag_name().name() != "svg" {
        let found = document.root_element().tag_name().name();
        return Err(no_drawing(format!("its outermost element is `{found}`, not `svg`")));
    }
    document.descendants().find_map(|node| active(&node)).map_or(Ok(()), |message| {
        let hint = "remove it: drawings of a site run nothing and load nothing from elsewhere";
        Err(Wrong { code: "active-image", message, hint })
    })
}

/// What a node of a drawing would run or load.
fn active(node: &Node<'_, '_>) -> Option<String> {
    let name = node.tag_name().name();
    if ACTIVE.iter().any(|active| active.eq_ignore_ascii_case(name)) {
        return Some(format!("the drawing holds the element `{name}`"));
    }
    if name == "style" && node.text().is_some_and(loads) {
        return Some("the drawing holds a style sheet that loads something".to_owned());
    }
    node.attributes().find_map(|attribute| {
        let value: String = attribute.value().chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        let value = value.to_ascii_lowercase();
        let handler = attribute.name().to_ascii_lowercase().starts_with("on");
        let script =
            ["javascript:", "vbscript:", "data:text", "data:application"].iter().any(|bad| value.contains(bad));
        let reference = attribute.name() == "href" || attribute.name() == "src";
        let elsewhere = reference && name != "a" && !value.starts_with('#') && !value.starts_with("data:image/");
        (handler || script || elsewhere || loads(&value)).then(|| {
            format!("the drawing holds the attribute `{}` of `{name}`, which runs or loads something", attribute.name())
        })
    })
}

/// Whether a style loads a file: `url(…)` of anything but a part of the drawing or a picture within it, or `@import`.
fn loads(style: &str) -> bool {
    let folded = style.to_ascii_lowercase();
    let inner = |rest: &str| rest.trim_start_matches(['"', '\'', ' ']).to_owned();
    let outside = |rest: &str| !rest.starts_with('#') && !rest.starts_with("data:image/");
    folded.contains("@import") || folded.split("url(").skip(1).map(inner).any(|rest| outside(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, bytes: &[u8]) -> Option<&'static str> {
        check(name, bytes).err().map(|wrong| wrong.code)
    }

    #[test]
    fn what_is_no_image_is_refused() {
        for name in ["a.png", "a.JPG", "a.gif", "a.webp", "a.avif", "a.ico"] {
            assert_eq!(code(name, b"hello"), Some("bad-image"), "{name}");
            assert_eq!(code(name, b""), Some("bad-image"), "{name}");
        }
        assert_eq!(code("a.png", b"\x89PNG\r\n\x1a\n...."), None);
        assert_eq!(code("a.webp", b"RIFF\0\0\0\0WEBPVP8 "), None);
        assert_eq!(code("a.txt", b"hello"), None);
        for drawing in ["", "hello", "<html></html>", "<svg", "<svg></g></svg>"] {
            assert_eq!(code("a.svg", drawing.as_bytes()), Some("bad-image"), "{drawing}");
        }
    }

    #[test]
    fn drawings_that_run_or_load_are_refused() {
        for inner in [
            "<script>alert(1)</script>",
            "<g onload=\"alert(1)\"/>",
            "<a href=\"java&#10;script:alert(1)\"><text>x</text></a>",
            "<foreignObject><p>x</p></foreignObject>",
            "<image href=\"https://evil.example/x.png\"/>",
            "<use xlink:href=\"//evil.example/x.svg#a\"/>",
            "<style>@import url(https://evil.example/x.css);</style>",
            "<rect fill=\"url(https://evil.example/x.svg#a)\"/>",
            "<set attributeName=\"href\" to=\"javascript:alert(1)\"/>",
            "<animate attributeName=\"x\" onbegin=\"alert(1)\"/>",
        ] {
            let svg = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inner}</svg>"
            );
            assert_eq!(code("a.svg", svg.as_bytes()), Some("active-image"), "{inner}");
        }
    }

    #[test]
    fn plain_drawings_pass() {
        let svg = "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\">\
                   <svg xmlns=\"http://www.w3.org/2000/svg\"><style>.a { fill: url(#b) }</style>\
                   <rect fill=\"url('#b')\"/><use href=\"#b\"/><image href=\"data:image/png;base64,AA==\"/>\
                   <a href=\"https://example.org/\"><text>x</text></a></svg>";
        assert_eq!(check("a.svg", svg.as_bytes()), Ok(()));
    }

    #[test]
    fn entities_without_end_are_refused() {
        let levels: String =
            (1..12).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
        let svg =
            format!("<!DOCTYPE svg [<!ENTITY e0 \"x\">{levels}]><svg xmlns=\"http://www.w3.org/2000/svg\">&e11;</svg>");
        assert_eq!(code("a.svg", svg.as_bytes()), Some("bad-image"));
    }
}
