//! Files compressed ahead, for web servers that send them as they are. The same bytes become the same bytes.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, GzBuilder};
use tenantry_core::artifact::Encoding;
use tenantry_core::digest::Digest;

/// The quality of Brotli for what is made once for all tenants that have it: as small as can be.
const SHARED: i32 = 11;
/// That for a tenant's own files: the best takes thirty times as long for a tenth less.
const OWN: i32 = 5;

/// A compressed file that tenants share, once somebody has made it.
pub(crate) type Slot = Arc<OnceLock<Arc<[u8]>>>;

/// Compresses a file of one tenant.
pub(crate) fn compress(encoding: Encoding, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    compressed(encoding, bytes, OWN)
}

/// Compresses a file that tenants share, unless it is in its slot already.
pub(crate) fn compress_once(encoding: Encoding, bytes: &[u8], slot: &Slot) -> std::io::Result<Arc<[u8]>> {
    if let Some(made) = slot.get() {
        return Ok(Arc::clone(made));
    }
    let made = compressed(encoding, bytes, SHARED)?.into();
    Ok(Arc::clone(slot.get_or_init(|| made)))
}

fn compressed(encoding: Encoding, bytes: &[u8], quality: i32) -> std::io::Result<Vec<u8>> {
    match encoding {
        // Neither a time nor a name stands in its head.
        Encoding::Gzip => {
            let mut writer = GzBuilder::new().operating_system(255).write(Vec::new(), Compression::best());
            writer.write_all(bytes)?;
            writer.finish()
        }
        Encoding::Brotli => {
            let params = BrotliEncoderParams { quality, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
            let mut made = Vec::new();
            brotli::BrotliCompress(&mut &*bytes, &mut made, &params)?;
            Ok(made)
        }
    }
}

/// The compressed files that tenants share, by what they are made from.
#[derive(Debug, Default)]
pub(crate) struct SharedCompressed(Mutex<BTreeMap<(Digest, Encoding), Slot>>);

impl SharedCompressed {
    /// Where the compressed file of some bytes is put.
    pub(crate) fn slot(&self, bytes: Digest, encoding: Encoding) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry((bytes, encoding)).or_default())
    }

    /// Forgets what no plan names any more.
    pub(crate) fn forget_unused(&self) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| Arc::strong_count(slot) > 1);
    }
}
