//! As few parameters as a gateway can have.

use super::build::Builder;
use super::Tree;

pub(crate) fn tree(index_base: u32, seed: u64) -> Tree {
    let empty = Tree::empty(
        index_base,
        "Device",
        "urn:broadband-forum-org:tr-181-2-11-0",
    );
    let mut builder = Builder::new(empty, None, seed);
    builder.text(include_str!("../../models/minimal.txt"));
    builder.finish()
}
