//! Every bound of the store.

use std::time::Duration;

/// Entries the journal keeps, over all gateways.
pub const JOURNAL_ENTRIES: u32 = 5_000;

/// Changes one journal entry may hold; a SetValues of more is split by the caller.
pub const CHANGES_PER_ENTRY: usize = 2_000;

/// Drafts kept for one gateway.
pub const DRAFTS_PER_GATEWAY: u32 = 2_000;

/// Texts kept for one gateway that are no draft yet; the one typed longest ago is dropped first.
pub const TEXTS_PER_GATEWAY: u32 = 200;

/// Octets of one value, in a draft or in the journal.
pub const VALUE_OCTETS: usize = 256 * 1024;

/// Gateways remembered; the one not seen for longest is dropped first.
pub const GATEWAYS: u32 = 500;

/// Descriptions kept, one a gateway; the one read longest ago is dropped first.
pub const DESCRIPTIONS: u32 = 100;

/// Octets of one kept description; a larger one is asked for each time.
pub const DESCRIPTION_OCTETS: usize = 256 * 1024;

/// Reboot durations remembered for one model.
pub const DURATIONS_PER_MODEL: u32 = 20;

/// Trees kept as they were last read, one a gateway; the one read longest ago is dropped first.
pub const TREES: u32 = 100;

/// Octets of one such tree; a larger one is read anew each time.
pub const TREE_OCTETS: usize = 16 * 1024 * 1024;

/// Octets of a tree that are written in one go; others may write in between.
pub const TREE_WRITE_OCTETS: usize = 256 * 1024;

/// Snapshots of one kind kept for one gateway.
pub const SNAPSHOTS_PER_GATEWAY: u32 = 200;

/// Octets of one snapshot.
pub const SNAPSHOT_OCTETS: usize = 256 * 1024 * 1024;

/// How long a write waits for another process that is writing.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Test results kept for one gateway.
pub const TEST_RUNS_PER_GATEWAY: u32 = 100;

/// Sets of imported definitions.
pub const DEFINITION_SETS: usize = 64;

/// Octets of the facts of one set.
pub const DEFINITION_OCTETS: usize = 128 * 1024 * 1024;

/// Set-ups that were begun and not ended.
pub const SETUPS: u32 = 50;
