//! The three functions of the C library that this library stands in for.

use libc::{c_int, c_long, clockid_t, time_t, timespec, timeval};

use crate::offset;

const MS_PER_S: i64 = 1_000;
const NS_PER_MS: i64 = 1_000_000;
const NS_PER_S: i64 = 1_000_000_000;

/// Asks the kernel for a clock's time: 0, or -1 with `errno` set.
fn kernel_time(clock: clockid_t, into: *mut timespec) -> c_int {
    // SAFETY: this is the call that the caller made, with the caller's own arguments. A bad pointer is refused by the
    // kernel (EFAULT); it is not followed here. `syscall` sets `errno` as `clock_gettime` would.
    let answer: c_long = unsafe { libc::syscall(libc::SYS_clock_gettime, c_long::from(clock), into) };
    if answer == 0 { 0 } else { -1 }
}

/// The wall clock's time with the offset.
fn moved_time(clock: clockid_t) -> Option<timespec> {
    let mut time = timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    if kernel_time(clock, &raw mut time) != 0 {
        return None;
    }
    let offset = offset::milliseconds();
    let ns = time.tv_nsec + offset.rem_euclid(MS_PER_S) * NS_PER_MS;
    let seconds = offset.div_euclid(MS_PER_S) + ns / NS_PER_S;
    Some(timespec {
        tv_sec: time.tv_sec.saturating_add(seconds),
        tv_nsec: ns % NS_PER_S,
    })
}

/// Stands in for `clock_gettime(2)`.
///
/// # Safety
///
/// As that function's: `into` is null or points to a `timespec` that may be written.
// SAFETY: the name is taken on purpose, and signature and meaning are the C library's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: clockid_t, into: *mut timespec) -> c_int {
    if into.is_null() || !matches!(clock, libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE) {
        return kernel_time(clock, into);
    }
    let Some(time) = moved_time(clock) else { return -1 };
    // SAFETY: `into` is not null, and the caller promises that it may be written.
    unsafe { into.write(time) };
    0
}

/// Stands in for `gettimeofday(2)`.
///
/// # Safety
///
/// As that function's: each pointer is null or may be written.
// SAFETY: the name is taken on purpose, and signature and meaning are the C library's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(into: *mut timeval, zone: *mut libc::timezone) -> c_int {
    let Some(time) = moved_time(libc::CLOCK_REALTIME) else {
        return -1;
    };
    if !into.is_null() {
        // SAFETY: `into` is not null, and the caller promises that it may be written.
        unsafe {
            into.write(timeval {
                tv_sec: time.tv_sec,
                tv_usec: time.tv_nsec / 1_000,
            })
        };
    }
    if !zone.is_null() {
        // SAFETY: `zone` is not null, and the caller promises that it may be written. Zeros (UTC, no summer time)
        // are what Linux answers; the structure is two `int`s, which the `libc` crate does not name.
        unsafe { zone.cast::<[c_int; 2]>().write([0, 0]) };
    }
    0
}

/// Stands in for `time(2)`.
///
/// # Safety
///
/// As that function's: `into` is null or may be written.
// SAFETY: the name is taken on purpose, and signature and meaning are the C library's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn time(into: *mut time_t) -> time_t {
    // The coarse clock, as the C library does: else `time` could be ahead of the same second elsewhere.
    let Some(now) = moved_time(libc::CLOCK_REALTIME_COARSE) else {
        return -1;
    };
    if !into.is_null() {
        // SAFETY: `into` is not null, and the caller promises that it may be written.
        unsafe { into.write(now.tv_sec) };
    }
    now.tv_sec
}
