//! The scripts and styles of the preview, which are part of the program. They load nothing from elsewhere.

use tenantry_core::digest::Digest;

use crate::http::reply::Reply;
use crate::http::request::Request;

const CSS: &str = "text/css; charset=utf-8";

const JS: &str = "text/javascript; charset=utf-8";

const ASSETS: &[(&str, &str, &str)] = &[
    ("dashboard.css", CSS, include_str!("../assets/dashboard.css")),
    ("dashboard.js", JS, include_str!("../assets/dashboard.js")),
    ("icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")),
    ("morph.js", JS, include_str!("../assets/morph.js")),
    ("panel.js", JS, include_str!("../assets/panel.js")),
    ("preview.css", CSS, include_str!("../assets/preview.css")),
    ("preview.js", JS, include_str!("../assets/preview.js")),
    ("stream.js", JS, include_str!("../assets/stream.js")),
];

/// One of them, by its name below `/__tenantry/`.
pub(crate) fn find(name: &str, request: &Request) -> Option<Reply> {
    let (_, media_type, text) = ASSETS.iter().find(|(known, ..)| *known == name)?;
    Some(Reply::new(200, media_type, text.as_bytes()).known_by(&Digest::of(text.as_bytes()), request))
}
