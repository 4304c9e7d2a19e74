//! The bundle's own tests. Each file is one subject.

mod breaks;
