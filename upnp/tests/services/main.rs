//! The typed services: names, order and form of every argument.

mod answers;
mod complete;
mod lists;
mod support;
