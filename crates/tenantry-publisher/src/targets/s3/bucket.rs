//! A bucket, asked one thing at a time. Credentials come from the environment or from the machine's own service for
//! them, and from nowhere else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{
    Attributes, ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig, UpdateVersion,
};
use tenantry_core::publish::TargetSettings;
use tokio::runtime::{Builder, Runtime};

use super::faults::fault;
use crate::fault::{Fault, Outcome};
use crate::target::When;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a request may take, of a file of the largest size over a slow line.
const REQUEST: Duration = Duration::from_secs(120);
/// Threads that wait for answers.
const WAITING: usize = 2;

/// The buckets of a run, each with its client, and what they run on; made when the first one is asked for.
#[derive(Default)]
pub(crate) struct Stores {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    runtime: Option<Arc<Runtime>>,
    buckets: BTreeMap<String, Arc<Bucket>>,
}

impl Stores {
    /// The bucket of a target.
    pub(crate) fn bucket(&self, settings: &TargetSettings) -> Outcome<Arc<Bucket>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name_of(settings);
        let key = format!("{name} {}", settings.text("region"));
        if let Some(bucket) = open.buckets.get(&key) {
            return Ok(Arc::clone(bucket));
        }
        let runtime = match &open.runtime {
            Some(runtime) => Arc::clone(runtime),
            None => Arc::clone(open.runtime.insert(Arc::new(runtime()?))),
        };
        let bucket = Arc::new(Bucket { name, runtime, store: client(settings)? });
        open.buckets.insert(key, Arc::clone(&bucket));
        Ok(bucket)
    }
}

/// How a bucket is called to people.
fn name_of(settings: &TargetSettings) -> String {
    let bucket = settings.text("bucket");
    match settings.text_if_any("endpoint") {
        Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
        None => format!("s3://{bucket}"),
    }
}

fn runtime() -> Outcome<Runtime> {
    // Whoever else in this process has chosen a library for TLS has chosen for us.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = Builder::new_multi_thread().worker_threads(WAITING).thread_name("s3").enable_all().build();
    built.map_err(|error| Fault::lasting(format!("cannot start a thread: {error}")))
}

fn client(settings: &TargetSettings) -> Outcome<AmazonS3> {
    let options = ClientOptions::new().with_connect_timeout(CONNECT).with_timeout(REQUEST);
    // What may pass is tried again by who calls, with one budget for the run.
    let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(settings.text("bucket"))
        .with_retry(retry)
        .with_client_options(options);
    if let Some(region) = settings.text_if_any("region") {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = settings.text_if_any("endpoint") {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    builder.build().map_err(|error| Fault::lasting(format!("the store cannot be used: {error}")))
}

/// A bucket.
pub(crate) struct Bucket {
    name: String,
    runtime: Arc<Runtime>,
    store: AmazonS3,
}

impl Bucket {
    /// What it is called: its endpoint and its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether no key begins so, but perhaps those that begin as `notes` does.
    pub(crate) fn is_vacant(&self, prefix: &Key, notes: &Key) -> Outcome<bool> {
        self.runtime.block_on(async {
            let mut keys = self.store.list(Some(prefix));
            while let Some(found) = keys.next().await {
                match found {
                    Ok(found) if found.location.prefix_matches(notes) => {}
                    Ok(_) => return Ok(false),
                    Err(error) => return Err(fault(&self.name, &error)),
                }
            }
            Ok(true)
        })
    }

    /// The bytes of an object and its ETag. `None` if there is none.
    pub(crate) fn read(&self, key: &Key) -> Outcome<Option<(Vec<u8>, Option<String>)>> {
        let read = self.runtime.block_on(async {
            let found = self.store.get(key).await?;
            let tag = found.meta.e_tag.clone();
            Ok((found.bytes().await?.to_vec(), tag))
        });
        self.if_any(read)
    }

    /// Whether there is an object.
    pub(crate) fn holds(&self, key: &Key) -> Outcome<bool> {
        let found = self.runtime.block_on(self.store.head(key));
        self.if_any(found).map(|found| found.is_some())
    }

    /// Writes an object under a condition, and gives its ETag.
    pub(crate) fn write(
        &self,
        key: &Key,
        bytes: &[u8],
        (when, attributes): (When<'_>, Attributes),
    ) -> Outcome<Option<String>> {
        let mode = match when {
            When::Always => PutMode::Overwrite,
            When::Absent => PutMode::Create,
            When::Is(version) => PutMode::Update(UpdateVersion { e_tag: Some(version.0.clone()), version: None }),
        };
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let written = self.runtime.block_on(self.store.put_opts(key, bytes.to_vec().into(), options));
        match written {
            Ok(written) => Ok(written.e_tag),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                Err(Fault::conflict(format!("`{key}` is another one by now")))
            }
            // Amazon says so of an object that is gone by now.
            Err(Error::NotFound { .. }) if matches!(when, When::Is(_)) => {
                Err(Fault::conflict(format!("`{key}` is gone by now")))
            }
            Err(error) => Err(fault(&self.name, &error)),
        }
    }

    /// Removes an object; that there is none is no fault.
    pub(crate) fn remove(&self, key: &Key) -> Outcome<()> {
        let removed = self.runtime.block_on(self.store.delete(key));
        self.if_any(removed).map(drop)
    }

    /// Nothing where there is no such object. A bucket that is not there is a fault.
    fn if_any<T>(&self, result: Result<T, Error>) -> Outcome<Option<T>> {
        match result {
            Ok(found) => Ok(Some(found)),
            Err(error @ Error::NotFound { .. }) if !error.to_string().contains("NoSuchBucket") => Ok(None),
            Err(error) => Err(fault(&self.name, &error)),
        }
    }
}
