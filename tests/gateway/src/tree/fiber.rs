//! A fibre gateway with TR-181's Device:2: the VDSL one's house, another way in.

use super::build::Builder;
use super::vdsl::{add_household, start, HOUSE};
use super::Tree;

pub(crate) fn tree(index_base: u32, seed: u64) -> Tree {
    let mut builder: Builder = start(index_base, seed);
    for text in HOUSE {
        builder.text(text);
    }
    builder.text(include_str!("../../models/fiber.txt"));
    add_household(&mut builder);
    builder.finish()
}
