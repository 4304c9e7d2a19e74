//! The wall clock of a test: the operating system's time plus an offset that only grows.
//!
//! The stand-ins read it in this process. Function processes see the same offset where the clock shim is preloaded:
//! it maps the file whose path stands in `ORDER_RELAY_CLOCK_FILE` and adds the milliseconds found there.

use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A shared wall clock that tests can move forward.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    offset_ms: AtomicI64,
    file: Option<(PathBuf, Mutex<std::fs::File>)>,
}

impl Clock {
    /// A clock at the operating system's time.
    pub fn new() -> Self {
        Self::default()
    }

    /// A clock whose offset also stands in a file (8 bytes, little endian, milliseconds) for the clock shim.
    pub fn with_file(path: &Path) -> io::Result<Self> {
        let mut file = std::fs::File::create(path)?;
        file.write_all(&0i64.to_le_bytes())?;
        Ok(Self(Arc::new(Inner {
            offset_ms: AtomicI64::new(0),
            file: Some((path.to_owned(), Mutex::new(file))),
        })))
    }

    /// The file that the shim maps, if this clock has one.
    pub fn file(&self) -> Option<&Path> {
        self.0.file.as_ref().map(|(path, _)| path.as_path())
    }

    /// Milliseconds since 1970, as everybody who shares this clock sees it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the test house reads the clock"
    )]
    pub fn now_ms(&self) -> i64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(real.as_millis()).unwrap_or(i64::MAX) + self.0.offset_ms.load(Ordering::SeqCst)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let offset = self.0.offset_ms.fetch_add(by, Ordering::SeqCst) + by;
        if let Some((_, file)) = &self.0.file
            && let Ok(mut file) = file.lock()
        {
            // The length stays 8 bytes, so a process that mapped the file keeps seeing it.
            let _ = file.rewind().and_then(|()| file.write_all(&offset.to_le_bytes()));
        }
    }
}
