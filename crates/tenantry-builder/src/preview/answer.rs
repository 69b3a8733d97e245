//! What is answered to a request.

use std::sync::Arc;

use tenantry_core::diagnostic::Diagnostic;
use tenantry_core::digest::Digest;
use tenantry_core::path::OutputPath;

use crate::plan::Job;

/// What stands at a path of a tenant's site, now.
#[derive(Debug, Clone)]
pub struct Answer {
    /// 200, 301, 302 or 404, as a host would answer; 500 if there is no good version at all.
    pub status: u16,
    /// Those of the site's `_headers`, and what a host adds: `Content-Type`, `Cache-Control`, `Location`.
    pub headers: Vec<(String, String)>,
    /// The bytes that a build would write; empty where nothing stands there.
    pub body: Arc<[u8]>,
    /// The digest of the body.
    pub digest: Digest,
    /// Which file of the output it is.
    pub file: Option<OutputPath>,
    /// Errors that make this the last good version.
    pub problems: Vec<Diagnostic>,
    /// Why it was made.
    pub why: String,
}

/// The bytes of a file.
pub(super) struct Body {
    /// With their digest; `None` if it never could be made.
    pub(super) bytes: Option<(Arc<[u8]>, Digest)>,
    /// Why it cannot be made now.
    pub(super) problems: Vec<Diagnostic>,
    pub(super) why: String,
}

impl Body {
    pub(super) fn sound(bytes: (Arc<[u8]>, Digest), why: impl Into<String>) -> Body {
        Body { bytes: Some(bytes), problems: Vec::new(), why: why.into() }
    }
}

impl Answer {
    /// A file.
    pub(super) fn of(
        body: Body,
        (job, status): (&Job, u16),
        mut headers: Vec<(String, String)>,
        mut problems: Vec<Diagnostic>,
    ) -> Answer {
        problems.extend(body.problems);
        let Some((bytes, digest)) = body.bytes else { return Answer::broken(problems) };
        headers.push(("Content-Type".to_owned(), job.media_type.to_string()));
        Answer { status, headers, body: bytes, digest, file: Some(job.path.clone()), problems, why: body.why }
    }

    /// A way to somewhere else.
    pub(super) fn moved(
        (to, status): (String, u16),
        mut headers: Vec<(String, String)>,
        problems: Vec<Diagnostic>,
    ) -> Answer {
        headers.push(("Location".to_owned(), to));
        Answer { status, headers, why: "it is found elsewhere".to_owned(), ..Answer::without_body(problems) }
    }

    /// Nothing, on a site without a page for that.
    pub(super) fn nothing(headers: Vec<(String, String)>, problems: Vec<Diagnostic>) -> Answer {
        Answer { headers, ..Answer::without_body(problems) }
    }

    /// Something that could never be made.
    pub(super) fn broken(problems: Vec<Diagnostic>) -> Answer {
        let why = "there is no good version of it".to_owned();
        Answer { status: 500, why, ..Answer::without_body(problems) }
    }

    /// No site at all.
    pub(super) fn unknown() -> Answer {
        Answer::without_body(Vec::new())
    }

    fn without_body(problems: Vec<Diagnostic>) -> Answer {
        let (body, digest) = (Arc::from([]), Digest::of(b""));
        Answer { status: 404, headers: Vec::new(), body, digest, file: None, problems, why: "nothing is there".into() }
    }
}
