//! What a build left: manifests, and the files that they list.

use std::path::{Path, PathBuf};

use tenantry_core::artifact::Encoding;
use tenantry_core::digest::Checksum;
use tenantry_core::manifest::Manifest;
use tenantry_core::name::TenantId;
use tenantry_core::path::OutputPath;

use crate::disk;
use crate::fault::{Fault, Outcome};
use crate::listing::File;

/// Folder of the output that holds what builds know.
const STATE: &str = ".tenantry";

/// The output folder of a build.
#[derive(Debug, Clone)]
pub struct Built {
    out: PathBuf,
}

impl Built {
    /// The output in a folder.
    pub fn new(out: PathBuf) -> Built {
        Built { out }
    }

    /// The manifest of a tenant whose output is whole.
    pub fn manifest(&self, tenant: &TenantId) -> Outcome<Manifest> {
        let folder = self.out.join(STATE).join("manifests");
        if disk::exists(&folder.join(format!("{tenant}.next")))? {
            return Err(Fault::lasting("its last build was cut short, or goes on: run `tenantry build`"));
        }
        let bytes = disk::read_if_any(&folder.join(format!("{tenant}.json")))?;
        let bytes = bytes.ok_or_else(|| Fault::lasting("it is not built: run `tenantry build`"))?;
        Manifest::from_bytes(&bytes, tenant)
            .ok_or_else(|| Fault::lasting("its manifest is torn, or of another version: run `tenantry build`"))
    }

    /// A file of a tenant's output, which is as its manifest says.
    pub fn file(&self, tenant: &TenantId, path: &OutputPath, file: &File) -> Outcome<Vec<u8>> {
        let ending = file.encoding.map(Encoding::ending).unwrap_or_default();
        let bytes = disk::read(&self.folder(tenant).join(format!("{path}{ending}")))?;
        if bytes.len() as u64 != file.size || Checksum::of(&bytes) != file.digest {
            let message = format!("`{path}{ending}` is not as it was built: run `tenantry build --verify`");
            return Err(Fault::lasting(message));
        }
        Ok(bytes)
    }

    /// The text of a page of a tenant, however it is sent.
    pub fn page(&self, tenant: &TenantId, path: &OutputPath) -> Outcome<String> {
        let bytes = disk::read(&self.folder(tenant).join(path.as_str()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The folder of a tenant's site.
    pub fn folder(&self, tenant: &TenantId) -> PathBuf {
        self.out.join(tenant.as_str())
    }

    /// The folder for what publishing to a target remembers on this machine.
    pub fn memory(&self, target: &str) -> PathBuf {
        self.out.join(STATE).join("publish").join(target)
    }

    /// The output folder.
    pub fn out(&self) -> &Path {
        &self.out
    }
}
