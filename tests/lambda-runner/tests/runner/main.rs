//! The runner, with a real process of `examples/probe.rs`.

#[cfg(test)]
mod clock;
#[cfg(test)]
mod invocations;
#[cfg(test)]
mod mappings;
#[cfg(test)]
mod support;
