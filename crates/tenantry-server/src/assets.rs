//! The scripts and styles of the preview, which are part of the program. They load nothing from elsewhere.

use tenantry_core::digest::Digest;

use crate::http::reply::Reply;
use crate::http::request::Request;

const ASSETS: &[(&str, &str, &str)] = &[
    ("dashboard.css", "text/css; charset=utf-8", include_str!("../assets/dashboard.css")),
    ("dashboard.js", "text/javascript; charset=utf-8", include_str!("../assets/dashboard.js")),
    ("preview.css", "text/css; charset=utf-8", include_str!("../assets/preview.css")),
    ("preview.js", "text/javascript; charset=utf-8", include_str!("../assets/preview.js")),
];

/// One of them, by its name below `/__tenantry/`.
pub(crate) fn find(name: &str, request: &Request) -> Option<Reply> {
    let (_, media_type, text) = ASSETS.iter().find(|(known, ..)| *known == name)?;
    Some(Reply::new(200, media_type, text.as_bytes()).known_by(&Digest::of(text.as_bytes()), request))
}
