//! Who may list, read and write which part of the tree.

/// One of the three roles DeviceProtection:1 defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Anybody.
    Public,
    /// A known user or control point.
    Basic,
    /// May change everything.
    Admin,
}

/// A set of roles, cumulative when made from names: Admin holds Basic, Basic holds Public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Only Public.
    pub const PUBLIC: Self = Self(1);
    /// Public and Basic.
    pub const BASIC: Self = Self(3);
    /// Public, Basic and Admin.
    pub const ADMIN: Self = Self(7);

    /// Roles from a blank-separated list such as `Public Basic`; unknown names count as Public.
    #[must_use]
    pub fn from_names(names: &str) -> Self {
        names.split_whitespace().fold(Self::PUBLIC, |all, name| {
            all.union(match name {
                "Admin" => Self::ADMIN,
                "Basic" => Self::BASIC,
                _ => Self::PUBLIC,
            })
        })
    }

    /// Whether `role` is in the set.
    #[must_use]
    pub fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether the two sets share a role.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Roles in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Exactly the named roles, for access lists.
    #[must_use]
    pub(crate) const fn exactly(public: bool, basic: bool, admin: bool) -> Self {
        Self(public as u8 | (basic as u8) << 1 | (admin as u8) << 2)
    }

    /// The names, separated by blanks.
    #[must_use]
    pub fn names(self) -> String {
        let mut names = Vec::new();
        for (role, name) in [
            (Role::Public, "Public"),
            (Role::Basic, "Basic"),
            (Role::Admin, "Admin"),
        ] {
            if self.contains(role) {
                names.push(name);
            }
        }
        names.join(" ")
    }
}

/// Roles that may see a node, read its value and change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccessRule {
    pub list: Roles,
    pub read: Roles,
    pub write: Roles,
}

impl AccessRule {
    /// What holds where nothing else is said: everybody sees and reads, Admin writes.
    pub const USUAL: Self = Self {
        list: Roles::exactly(true, true, true),
        read: Roles::exactly(true, true, true),
        write: Roles::exactly(false, false, true),
    };
    /// Hidden from Public; Admin writes.
    pub const NOT_PUBLIC: Self = Self {
        list: Roles::exactly(false, true, true),
        read: Roles::exactly(false, true, true),
        write: Roles::exactly(false, false, true),
    };
    /// For Admin alone.
    pub const ADMIN_ONLY: Self = Self {
        list: Roles::exactly(false, false, true),
        read: Roles::exactly(false, false, true),
        write: Roles::exactly(false, false, true),
    };
    /// Everybody sees that it is there; Admin reads and writes it.
    pub const LISTED: Self = Self {
        list: Roles::exactly(true, true, true),
        read: Roles::exactly(false, false, true),
        write: Roles::exactly(false, false, true),
    };
    /// Basic may write as well.
    pub const BASIC_WRITES: Self = Self {
        list: Roles::exactly(true, true, true),
        read: Roles::exactly(true, true, true),
        write: Roles::exactly(false, true, true),
    };
}
