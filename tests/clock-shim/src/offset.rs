//! The offset, read from the mapped file.
//!
//! This runs inside any call of the clock, also before `main` and between `fork` and `exec`: so it takes no lock,
//! allocates nothing and leaves `errno` as it was.

use std::ptr;
use std::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

/// What stands for "looked, and there is no file": a place of our own that always holds zero.
static NONE: AtomicI64 = AtomicI64::new(0);

/// Where the offset stands; null until somebody has looked.
static PLACE: AtomicPtr<AtomicI64> = AtomicPtr::new(ptr::null_mut());

const BYTES: usize = size_of::<AtomicI64>();

/// The offset in milliseconds.
pub(crate) fn milliseconds() -> i64 {
    let mut place = PLACE.load(Ordering::Acquire);
    if place.is_null() {
        place = find();
        // Two threads may look at once. The later one wins; the other's mapping stays valid and shows the same file.
        PLACE.store(place, Ordering::Release);
    }
    // SAFETY: `find` answers either `NONE`, which is static, or a mapping of at least 8 bytes that begins on a page
    // border (so it is aligned) and is never unmapped. The mapping is read-only; a relaxed load of one machine word
    // never writes. The other process changes the 8 bytes with one `write`; were one load to fall into the middle of
    // it, that one reading of the clock would be odd, and nothing else.
    let offset = unsafe { (*place).load(Ordering::Relaxed) };
    i64::from_le(offset)
}

fn find() -> *mut AtomicI64 {
    // SAFETY: `__errno_location` answers a valid pointer to this thread's `errno`, for as long as the thread lives.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: see above.
    let before = unsafe { *errno };
    let place = map().unwrap_or(ptr::from_ref(&NONE).cast_mut());
    // SAFETY: see above. Who reads the clock must not find an `errno` from our looking for a file.
    unsafe { *errno = before };
    place
}

fn map() -> Option<*mut AtomicI64> {
    // SAFETY: the name ends with a zero byte. The functions do not change their environment while threads run, which
    // is `getenv`'s condition; in Rust that would take `unsafe`, and the functions forbid it.
    let path = unsafe { libc::getenv(c"ORDER_RELAY_CLOCK_FILE".as_ptr()) };
    if path.is_null() {
        return None;
    }
    // SAFETY: `path` came from `getenv`, so it is a string that ends with a zero byte.
    let file = unsafe { libc::open(path, libc::O_RDONLY | libc::O_CLOEXEC) };
    if file < 0 {
        return None;
    }
    let place = map_file(file);
    // SAFETY: `file` was opened above and nobody else knows it. A mapping outlives its descriptor.
    unsafe { libc::close(file) };
    place
}

fn map_file(file: libc::c_int) -> Option<*mut AtomicI64> {
    // SAFETY: `stat` is a structure of plain numbers, for which zeros are a valid value.
    let mut about: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: `file` is open, and `about` is ours to be written.
    let told = unsafe { libc::fstat(file, &raw mut about) };
    // Reading a mapping past the end of its file ends the process, so a shorter file counts as none.
    if told != 0 || usize::try_from(about.st_size).is_ok_and(|size| size < BYTES) {
        return None;
    }
    // SAFETY: a new mapping at an address of the kernel's choice touches no memory that is in use.
    let place = unsafe { libc::mmap(ptr::null_mut(), BYTES, libc::PROT_READ, libc::MAP_SHARED, file, 0) };
    if place == libc::MAP_FAILED {
        None
    } else {
        Some(place.cast())
    }
}
