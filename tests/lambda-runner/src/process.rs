//! One child process: started with a cleaned environment, killed at once when that is asked for.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::capture::{Output, Stream, Tap};

/// A running (or ended) process. It is killed when this is dropped.
pub(crate) struct Process {
    pid: Option<u32>,
    child: Mutex<Child>,
    /// Set once the process is gone, by whoever sees it first.
    exit: watch::Sender<Option<ExitStatus>>,
    taps: [Tap; 2],
}

impl Process {
    /// Starts it. `command` names the program and its environment; the rest is set here.
    pub(crate) fn start(mut command: Command, function: &str, output: &Output) -> io::Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A group of its own: Ctrl-C in the terminal reaches us only, and we say when the children end.
        command.process_group(0);
        let mut child = command.spawn()?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::Error::other("the process has no output pipes"));
        };
        let taps = [
            Tap::follow(out.into_owned_fd()?, function, Stream::Out, output)?,
            Tap::follow(err.into_owned_fd()?, function, Stream::Err, output)?,
        ];
        let (exit, _) = watch::channel(None);
        Ok(Self {
            pid: child.id(),
            child: Mutex::new(child),
            exit,
            taps,
        })
    }

    /// Waits for its end. May be called again and again; what it printed is taken in.
    pub(crate) async fn exited(&self) -> Option<ExitStatus> {
        let mut seen = self.exit.subscribe();
        let status = tokio::select! {
            // `kill` saw it first; its reaping wakes nobody who waits on the child itself.
            seen = seen.wait_for(Option::is_some) => seen.ok().and_then(|status| *status),
            // Polled anew each time, so that the lock is not held while waiting; the child remembers who waits.
            own = poll_fn(|context| pin!(self.child().wait()).poll(context)) => own.ok(),
        };
        self.exit.send_replace(status);
        self.flush();
        status
    }

    /// Whether it has ended, as far as can be seen now.
    pub(crate) fn is_gone(&self) -> bool {
        self.exit.borrow().is_some() || !matches!(self.child().try_wait(), Ok(None))
    }

    /// Kills it and returns when it is gone, from any thread.
    ///
    /// The signal alone would not do: for a moment other threads of the process still run, could see the connection
    /// that is dropped next, and make one call more. So this blocks until the process is reaped, about a millisecond.
    pub(crate) fn kill(&self) {
        let _ = self.child().start_kill();
        // Five seconds at most: only a process stuck inside the kernel outlives SIGKILL that long.
        for _ in 0..50_000 {
            let gone = self.child().try_wait();
            match gone {
                Ok(None) => std::thread::sleep(Duration::from_micros(100)),
                Ok(Some(status)) => {
                    self.exit.send_replace(Some(status));
                    break;
                }
                Err(_) => break,
            }
        }
        self.flush();
    }

    /// Takes in what it printed so far.
    pub(crate) fn flush(&self) {
        self.taps.iter().for_each(Tap::flush);
    }

    /// The most memory it ever had resident, in KiB (`VmHWM`, which counts mapped file pages); `None` where there is no
    /// `/proc`, or when it has ended.
    pub(crate) fn peak_memory_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
