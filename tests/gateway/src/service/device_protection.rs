//! DeviceProtection:1.

use super::Direction::{In, Out};
use super::{action, evented, quiet, Action, StateVariable, ADMIN, BASIC, PUBLIC};

const TEXT: &str = "A_ARG_TYPE_String";
const BASE64: &str = "A_ARG_TYPE_Base64";
const IDENTITY: &str = "A_ARG_TYPE_Identity";
const LIST: &str = "A_ARG_TYPE_IdentityList";

pub(super) const ACTIONS: &[Action] = &[
    action(
        "SendSetupMessage",
        PUBLIC,
        "",
        &[
            ("ProtocolType", In, TEXT),
            ("InMessage", In, BASE64),
            ("OutMessage", Out, BASE64),
        ],
    ),
    action(
        "GetSupportedProtocols",
        PUBLIC,
        "",
        &[("ProtocolList", Out, "SupportedProtocols")],
    ),
    action("GetAssignedRoles", PUBLIC, "", &[("RoleList", Out, TEXT)]),
    action(
        "GetRolesForAction",
        BASIC,
        "Public",
        &[
            ("DeviceUDN", In, TEXT),
            ("ServiceId", In, TEXT),
            ("ActionName", In, TEXT),
            ("RoleList", Out, TEXT),
            ("RestrictedRoleList", Out, TEXT),
        ],
    ),
    action(
        "GetUserLoginChallenge",
        BASIC,
        "Public",
        &[
            ("ProtocolType", In, TEXT),
            ("Name", In, TEXT),
            ("Salt", Out, BASE64),
            ("Challenge", Out, BASE64),
        ],
    ),
    action(
        "UserLogin",
        BASIC,
        "Public",
        &[
            ("ProtocolType", In, TEXT),
            ("Challenge", In, BASE64),
            ("Authenticator", In, BASE64),
        ],
    ),
    action("UserLogout", PUBLIC, "", &[]),
    action(
        "GetACLData",
        BASIC,
        "Public",
        &[("ACL", Out, "A_ARG_TYPE_ACL")],
    ),
    action(
        "AddIdentityList",
        BASIC,
        "",
        &[
            ("IdentityList", In, LIST),
            ("IdentityListResult", Out, LIST),
        ],
    ),
    action("RemoveIdentity", ADMIN, "", &[("Identity", In, IDENTITY)]),
    action(
        "SetUserLoginPassword",
        ADMIN,
        "Basic",
        &[
            ("ProtocolType", In, TEXT),
            ("Name", In, TEXT),
            ("Stored", In, BASE64),
            ("Salt", In, BASE64),
        ],
    ),
    action(
        "AddRolesForIdentity",
        ADMIN,
        "",
        &[("Identity", In, IDENTITY), ("RoleList", In, TEXT)],
    ),
    action(
        "RemoveRolesForIdentity",
        ADMIN,
        "",
        &[("Identity", In, IDENTITY), ("RoleList", In, TEXT)],
    ),
];

pub(super) const STATE_VARIABLES: &[StateVariable] = &[
    evented("SetupReady", "boolean"),
    quiet("SupportedProtocols", "string"),
    quiet("A_ARG_TYPE_ACL", "string"),
    quiet(LIST, "string"),
    quiet(IDENTITY, "string"),
    quiet(BASE64, "bin.base64"),
    quiet(TEXT, "string"),
];
