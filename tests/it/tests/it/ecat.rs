//! eCat: what its pull does with what it reads, and what a day of it comes to.

mod backlog;
mod breaks;
mod day;
mod marks;
mod pull;
mod submissions;
