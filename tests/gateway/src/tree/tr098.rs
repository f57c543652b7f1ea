//! An older gateway with TR-098's InternetGatewayDevice:1.

use super::build::Builder;
use super::facts::Facts;
use super::vdsl::{add_hosts, add_tones};
use super::Tree;

pub(crate) fn tree(index_base: u32, seed: u64) -> Tree {
    let empty = Tree::empty(
        index_base,
        "InternetGatewayDevice",
        "urn:broadband-forum-org:tr-098-1-8-0",
    );
    let mut builder = Builder::new(empty, Some(Facts::tr098()), seed);
    builder.text(include_str!("../../models/tr098.txt"));
    // ADSL2+ has 512 tones.
    add_tones(
        &mut builder,
        "InternetGatewayDevice.WANDevice.1.WANDSLInterfaceConfig.TestParams",
        2,
    );
    builder.text(include_str!("../../models/common-objects.txt"));
    add_hosts(&mut builder, "InternetGatewayDevice.LANDevice.1.Hosts.Host");
    builder.finish()
}
