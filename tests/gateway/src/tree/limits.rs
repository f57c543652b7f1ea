//! Every limit of the parameter tree in one place.

/// Most rows a control point may create in one table.
pub const CREATED_ROWS_PER_TABLE: usize = 256;

/// Longest text a string parameter takes when its definition states no length, in characters.
pub const UNBOUNDED_STRING_CHARS: usize = 1024 * 1024;

/// Deepest path that is looked up, in parts.
pub const PATH_PARTS: usize = 64;

/// Most parameters a tree is filled to.
pub const PARAMETERS: usize = 1_000_000;
