//! What a file with the name of an image must be: an image, which runs nothing and loads nothing.
//!
//! Drawings in SVG are documents: opened by themselves they could run scripts in the name of the site, and a list of what
//! is forbidden would never end. So a drawing holds what is listed here, and nothing else.

use std::collections::BTreeSet;

use roxmltree::{Document, Node, ParsingOptions};

use crate::styles;

/// Most elements and texts of a drawing.
const MOST_NODES: u32 = 200_000;
/// Most attributes of an element, and most prefixes of a drawing: the parser compares each with each.
const MOST_ATTRIBUTES: usize = 256;
const MOST_PREFIXES: usize = 64;

const SVG: &str = "http://www.w3.org/2000/svg";

/// The elements of a drawing (SVG 2): shapes, text, paint, filters. Those that move, link, run or hold other documents
/// are not among them, nor is `feImage`, which loads.
const ELEMENTS: &[&str] = &[
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "image",
    "switch",
    "title",
    "desc",
    "metadata",
    "style",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "textPath",
    "linearGradient",
    "radialGradient",
    "stop",
    "pattern",
    "clipPath",
    "mask",
    "marker",
    "view",
    "filter",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
];

/// Namespaces of what drawing programs note for themselves, which browsers pass over.
const NOTES: &[&str] = &[
    "http://www.inkscape.org/namespaces/inkscape",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "http://purl.org/dc/elements/1.1/",
    "http://www.bohemiancoding.com/sketch/ns",
];

/// Pictures that an `image` of a drawing may hold within itself.
const WITHIN: &[&str] = &["data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;"];

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
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "ico" if !is_image(bytes) => {
            let found = start(bytes);
            let message = format!("the file is named like an image (`.{ending}`) and is none: it begins with {found}");
            let hint = "save the picture as SVG, PNG, JPEG, GIF, WebP or AVIF, or rename the file";
            Err(Wrong { code: "bad-image", message, hint })
        }
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
    if let Some(reason) = too_much_to_compare(text) {
        return Err(no_drawing(reason));
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| no_drawing(error.to_string()))?;
    let root = document.root_element().tag_name();
    if root.name() != "svg" {
        return Err(no_drawing(format!("its outermost element is `{}`, not `svg`", root.name())));
    }
    let found = declarations(text).or_else(|| document.root().descendants().find_map(|node| active(&node)));
    found.map_or(Ok(()), |what| {
        let message = format!("the drawing holds {what}, which could run or load something");
        let hint = "export the drawing again as plain SVG, without scripts, links, animation and files of elsewhere";
        Err(Wrong { code: "active-image", message, hint })
    })
}

/// What a drawing has so much of that reading it would take minutes.
fn too_much_to_compare(text: &str) -> Option<String> {
    if widest_tag(text) > MOST_ATTRIBUTES {
        return Some(format!("an element has more than {MOST_ATTRIBUTES} attributes"));
    }
    let prefixes = text.split("xmlns:").skip(1).filter_map(|rest| rest.split(['=', ' ', '\t', '\r', '\n']).next());
    let prefixes: BTreeSet<&str> = prefixes.collect();
    (prefixes.len() > MOST_PREFIXES).then(|| format!("it declares more than {MOST_PREFIXES} prefixes"))
}

/// How many attributes the tag with the most of them has, told by their equals signs.
fn widest_tag(text: &str) -> usize {
    let mut widest = 0;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skipped = SKIPPED.iter().find(|(start, _)| rest.starts_with(start));
        let end = match skipped {
            Some((_, end)) => rest.find(end).map_or(rest.len(), |at| at + end.len()),
            None => {
                let (end, signs) = tag(rest);
                widest = widest.max(signs);
                end
            }
        };
        rest = &rest[end..];
    }
    widest
}

/// What looks like a tag and holds no attributes: how it starts, and how it ends.
const SKIPPED: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];

/// Where a tag at the start of a text ends, and how many equals signs stand in it outside of quotation marks.
fn tag(text: &str) -> (usize, usize) {
    let mut signs = 0;
    let mut quoted = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quoted) {
            (_, Some(mark)) => quoted = Some(mark).filter(|mark| *mark != byte),
            (b'"' | b'\'', None) => quoted = Some(byte),
            (b'=', None) => signs += 1,
            (b'>', None) => return (at + 1, signs),
            _ => {}
        }
    }
    (text.len(), signs)
}

/// Declarations of its own could give elements attributes that do not stand in them.
fn declarations(text: &str) -> Option<String> {
    let (_, after) = text.split_once("<!DOCTYPE")?;
    let end = after.find(['[', '>'])?;
    after[end..].starts_with('[').then(|| "a DOCTYPE with declarations".to_owned())
}

/// What a node of a drawing would run or load.
fn active(node: &Node<'_, '_>) -> Option<String> {
    if let Some(instruction) = node.pi() {
        return Some(format!("the instruction `{}`", instruction.target));
    }
    if !node.is_element() {
        return None;
    }
    let name = node.tag_name().name();
    match node.tag_name().namespace() {
        // Without a namespace nothing is drawn and nothing run; a part of the drawing may still be meant.
        Some(SVG) | None if ELEMENTS.contains(&name) => {}
        Some(note) if NOTES.contains(&note) => return None,
        _ => return Some(format!("the element `{name}`")),
    }
    if name == "style" && within(node).is_none_or(|style| styles::loads_anything(&style)) {
        return Some("a style sheet that loads something".to_owned());
    }
    node.attributes()
        .find(|attribute| is_active(name, (attribute.name(), attribute.value())))
        .map(|attribute| format!("the attribute `{}` of `{name}`", attribute.name()))
}

fn is_active(element: &str, (name, value): (&str, &str)) -> bool {
    if matches!(name, "href" | "src") {
        let picture = element == "image" && WITHIN.iter().any(|start| value.starts_with(start));
        return !(value.starts_with('#') || picture);
    }
    name.to_ascii_lowercase().starts_with("on") || name == "base" || styles::loads_anything(value)
}

/// The text of an element that holds nothing else; comments count for nothing.
fn within(node: &Node<'_, '_>) -> Option<String> {
    let plain = node.children().all(|child| child.is_text() || child.is_comment());
    plain.then(|| node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect())
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
            "<image href=\"data:image/svg+xml,x\"/>",
            "<use xlink:href=\"//evil.example/x.svg#a\"/>",
            "<use href=\"data:image/svg+xml,x#a\"/>",
            "<style>@import url(https://evil.example/x.css);</style>",
            "<style><!-- c -->@import 'https://evil.example/x.css';</style>",
            "<style>@\\69mport 'x.css';</style>",
            "<style>a { fill: u\\72l(https://evil.example/x) }</style>",
            "<style>a { background: image-set('https://evil.example/x' 1x) }</style>",
            "<style><g/></style>",
            "<rect fill=\"url(https://evil.example/x.svg#a)\"/>",
            "<rect style=\"fill: u\\72l(x)\"/>",
            "<set attributeName=\"href\" to=\"https://evil.example/\"/>",
            "<animate attributeName=\"x\" onbegin=\"alert(1)\"/>",
            "<h:meta xmlns:h=\"http://www.w3.org/1999/xhtml\" http-equiv=\"refresh\" content=\"0\"/>",
            "<h:img xmlns:h=\"http://www.w3.org/1999/xhtml\" srcset=\"https://evil.example/x\"/>",
            "<g xml:base=\"https://evil.example/\"/>",
            "<feImage href=\"#a\"/>",
        ] {
            let svg = format!("<svg xmlns=\"{SVG}\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inner}</svg>");
            assert_eq!(code("a.svg", svg.as_bytes()), Some("active-image"), "{inner}");
        }
    }

    #[test]
    fn what_stands_before_a_drawing_is_checked_too() {
        for before in [
            "<!DOCTYPE svg [<!ATTLIST svg onload CDATA \"alert(1)\">]>",
            "<?xml-stylesheet type=\"text/xsl\" href=\"#s\"?>",
            "<?xml-stylesheet href=\"https://evil.example/x.css\"?>",
        ] {
            let svg = format!("{before}<svg xmlns=\"{SVG}\"/>");
            assert_eq!(code("a.svg", svg.as_bytes()), Some("active-image"), "{before}");
        }
    }

    #[test]
    fn plain_drawings_pass() {
        let svg = format!(
            "<?xml version=\"1.0\"?><!-- a --><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\">\
             <svg xmlns=\"{SVG}\" xmlns:i=\"{}\"><style>.a {{ fill: url(#b) }} /* c */</style>\
             <i:namedview pagecolor=\"#fff\"/><rect fill=\"url('#b')\" style=\"filter: url(#c)\"/><use href=\"#b\"/>\
             <image href=\"data:image/png;base64,AA==\"/><text transform=\"rotate(3)\">x</text></svg>",
            NOTES[0]
        );
        assert_eq!(check("a.svg", svg.as_bytes()), Ok(()));
    }

    #[test]
    fn entities_without_end_are_refused() {
        let levels: String =
            (1..12).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
        let svg = format!("<!DOCTYPE svg [<!ENTITY e0 \"x\">{levels}]><svg xmlns=\"{SVG}\">&e11;</svg>");
        assert_eq!(code("a.svg", svg.as_bytes()), Some("bad-image"));
    }

    /// The parser compares each attribute of an element with each, and each prefix with each.
    #[test]
    fn drawings_that_take_long_to_read_are_refused_unread() {
        let drawing = |inner: &str| format!("<svg xmlns=\"{SVG}\">{inner}</svg>");
        let attributes =
            |number: usize, value: &str| (0..number).map(|name| format!(" a{name}={value}")).collect::<String>();
        for before in ["", "<!-- it's -->", "<![CDATA[ ' \" ]]>", "<?x ' ?>", "<path d=\"'>\"/>", "<path d='\">'/>"] {
            for value in ["\"1\"", "\">\"", "'\"'"] {
                let many = drawing(&format!("{before}<g{}/>", attributes(300_000, value)));
                assert_eq!(code("a.svg", many.as_bytes()), Some("bad-image"), "{before} {value}");
            }
        }
        let prefixes: String = (0..500).map(|name| format!("<g xmlns:p{name}=\"u\">")).collect();
        assert_eq!(code("a.svg", drawing(&prefixes).as_bytes()), Some("bad-image"));
        let usual = format!("<!-- a = b, it's = c --><g{}/>", attributes(200, "\"1 = 1\""));
        assert_eq!(code("a.svg", drawing(&usual).as_bytes()), None);
    }
}
