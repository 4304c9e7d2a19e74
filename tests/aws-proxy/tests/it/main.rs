//! The proxy as its callers see it: over HTTP, with a function's access key.

mod capacity;
mod faults;
mod permissions;
mod sdk;
mod services;
mod support;
