//! Every limit of the parameter tree in one place.

/// Most rows a control point may create in one table.
pub const CREATED_ROWS_PER_TABLE: usize = 256;

/// Longest text a string parameter takes when its definition states no length, in characters.
pub const UNBOUNDED_STRING_CHARS: usize = 1024 * 1024;

/// Deepest path that is looked up, in parts.
pub const PATH_PARTS: usize = 64;

/// Most parameters a tree is filled to.
pub const PARAMETERS: usize = 1_000_000;

#[cfg(test)]
mod tests {
    use super::super::{Roles, Tree, TreeError};
    use super::*;

    #[test]
    fn rows_cannot_be_created_without_end() {
        let mut tree = Tree::minimal(0, 1);
        let mut create = || tree.create_instance(Roles::ADMIN, "/BBF/NAT/PortMapping/", &[]);
        for _ in 0..CREATED_ROWS_PER_TABLE {
            assert!(create().is_ok());
        }
        assert_eq!(create().map(|_| ()), Err(TreeError::Failed));
    }

    #[test]
    fn strings_and_paths_end_somewhere() {
        let mut tree = Tree::vdsl(0, 1);
        let mut set = |length: usize| {
            let pair = ("/BBF/X_LANSIDE_Test/Markup".to_owned(), "x".repeat(length));
            tree.set_values(Roles::ADMIN, &[pair]).map(|_| ())
        };
        assert_eq!(set(UNBOUNDED_STRING_CHARS), Ok(()));
        assert_eq!(set(UNBOUNDED_STRING_CHARS + 1), Err(TreeError::Value));
        let deep = "/a".repeat(PATH_PARTS);
        assert_eq!(tree.find(&deep), Err(TreeError::NoSuchName));
        assert_eq!(tree.find(&format!("{deep}/a")), Err(TreeError::Syntax));
    }

    #[test]
    fn filling_ends_at_the_limit_on_parameters() {
        let (most, ours) = (PARAMETERS, 100_000);
        assert!(most >= ours);
    }
}
