//! The steps of custom-made lines: when the factory is told, and what waits for a person first.

mod agreeing;
mod followers;
mod reviewing;
mod world;
