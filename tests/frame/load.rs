//! Loads of files: every format, what goes wrong, and how they go on.

mod fixture;

mod course;
mod exact;
mod formats;
mod killed;
mod manifest;
mod refused;
