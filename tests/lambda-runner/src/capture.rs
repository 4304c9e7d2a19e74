//! What the processes print, line by line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::unix::pipe;

use crate::volume::LogVolume;

/// Where a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
    /// The runner itself, of a function: what Lambda writes into the same log, such as that a process was late.
    Runner,
}

/// One line of a function's log: printed by its process, or by the runner about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// The function's name.
    pub function: String,
    /// The line, without its end. Bytes that are not UTF-8 are replaced.
    pub line: String,
    /// Where it was printed.
    pub stream: Stream,
}

type Sink = Arc<dyn Fn(OutputLine) + Send + Sync>;

/// Where all lines go: into memory, or to a sink once there is one.
#[derive(Clone, Default)]
pub(crate) struct Output(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    lines: Vec<OutputLine>,
    sink: Option<Sink>,
    /// By function; what went to a sink counts too, the runner's own lines do not.
    volume: BTreeMap<String, LogVolume>,
}

impl Output {
    pub(crate) fn lines(&self) -> Vec<OutputLine> {
        lock(&self.0).lines.clone()
    }

    pub(crate) fn volume(&self) -> BTreeMap<String, LogVolume> {
        lock(&self.0).volume.clone()
    }

    pub(crate) fn send_to(&self, sink: impl Fn(OutputLine) + Send + Sync + 'static) {
        lock(&self.0).sink = Some(Arc::new(sink));
    }

    /// A line of the runner's own.
    pub(crate) fn remark(&self, function: &str, line: String) {
        self.take(OutputLine {
            function: function.to_owned(),
            line,
            stream: Stream::Runner,
        });
    }

    fn take(&self, line: OutputLine) {
        let mut kept = lock(&self.0);
        if line.stream != Stream::Runner {
            kept.volume
                .entry(line.function.clone())
                .or_default()
                .add(&line.line);
        }
        let Some(sink) = kept.sink.clone() else {
            return kept.lines.push(line);
        };
        // A sink may ask for the lines kept so far.
        drop(kept);
        sink(line);
    }
}

/// One output of one process. A task reads it as it comes; [`Tap::flush`] reads at once what is there already.
#[derive(Clone)]
pub(crate) struct Tap(Arc<Mutex<State>>);

struct State {
    /// The same pipe that the task waits on. It does not block, so it can be read to its present end.
    pipe: File,
    partial: Vec<u8>,
    function: String,
    stream: Stream,
    output: Output,
}

impl Tap {
    /// Follows a pipe until its writer is gone.
    pub(crate) fn follow(fd: OwnedFd, function: &str, stream: Stream, output: &Output) -> io::Result<Self> {
        let pipe = File::from(fd.try_clone()?);
        let readiness = pipe::Receiver::from_owned_fd(fd)?;
        let tap = Self(Arc::new(Mutex::new(State {
            pipe,
            partial: Vec::new(),
            function: function.to_owned(),
            stream,
            output: output.clone(),
        })));
        tokio::spawn(tap.clone().pump(readiness));
        Ok(tap)
    }

    /// Takes in all that has been written up to now. So what a handler printed before it answered is known when its
    /// invocation is over, and tests need not wait for it.
    pub(crate) fn flush(&self) {
        let mut state = lock(&self.0);
        let mut buffer = [0; 8192];
        loop {
            match state.pipe.read(&mut buffer) {
                Ok(0) => return state.end(),
                Ok(read) => state.take(&buffer[..read]),
                // Nothing more for now.
                Err(_) => return,
            }
        }
    }

    async fn pump(self, readiness: pipe::Receiver) {
        let mut buffer = [0; 8192];
        while readiness.readable().await.is_ok() {
            // Reading happens under the lock, so that lines keep their order beside `flush`.
            let mut state = lock(&self.0);
            match readiness.try_read(&mut buffer) {
                Ok(0) => return state.end(),
                Ok(read) => state.take(&buffer[..read]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return state.end(),
            }
        }
    }
}

impl State {
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' => self.line(),
                byte => self.partial.push(*byte),
            }
        }
    }

    fn end(&mut self) {
        if !self.partial.is_empty() {
            self.line();
        }
    }

    fn line(&mut self) {
        let bytes = std::mem::take(&mut self.partial);
        self.output.take(OutputLine {
            function: self.function.clone(),
            line: String::from_utf8_lossy(&bytes).trim_end_matches('\r').to_owned(),
            stream: self.stream,
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
