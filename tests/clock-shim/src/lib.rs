//! A library for `LD_PRELOAD` that moves the wall clock of one process, so that tests can make a day pass.
//!
//! It stands in for `clock_gettime` (`CLOCK_REALTIME` and `CLOCK_REALTIME_COARSE` only), `gettimeofday` and `time`:
//! each answers the kernel's time plus the offset in milliseconds that stands in the file named by
//! `ORDER_RELAY_CLOCK_FILE` (8 bytes, little endian; `host::Clock::with_file` writes it). The file is mapped once, so a
//! clock that is moved moves for running processes too. Without the variable, or with a file that cannot be mapped,
//! time is the kernel's. The monotonic clock, and with it every timeout of the process, is left alone.
//!
//! Linux with 64 bits only; elsewhere the library is empty. What calls the kernel itself, or is linked statically,
//! does not pass here: the functions are ordinary dynamically linked binaries, and Rust's `SystemTime` does.

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod offset;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod stand_in;
