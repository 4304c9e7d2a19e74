#![doc = include_str!("../README.md")]

mod apply;
mod dates;
mod expr;
mod hold;
mod lines;
mod map;
mod parse;
mod pointer;
mod price;
mod problem;
mod reader;
mod value;
mod walk;

pub use map::{Context, FieldMap};
pub use parse::MapError;
pub use problem::{Flaw, Problem, ProblemKind, Sum};
