//! SoftwareManagement:2.

use super::Direction::{In, Out};
use super::{action, choice, evented, quiet, Action, Argument, StateVariable, ADMIN, BASIC};

const ID: &str = "A_ARG_TYPE_ID";
const WITH_OTHERS: Argument = ("HandleDependencies", In, "A_ARG_TYPE_Boolean");
const OPERATION: Argument = ("OperationID", Out, ID);

pub(super) const ACTIONS: &[Action] = &[
    action(
        "Install",
        ADMIN,
        "",
        &[
            ("DUURI", In, "A_ARG_TYPE_URI"),
            ("DUType", In, "A_ARG_TYPE_DUType"),
            WITH_OTHERS,
            OPERATION,
        ],
    ),
    action(
        "Update",
        ADMIN,
        "",
        &[
            ("DUID", In, ID),
            ("NewDUURI", In, "A_ARG_TYPE_URI"),
            WITH_OTHERS,
            OPERATION,
        ],
    ),
    action(
        "Uninstall",
        ADMIN,
        "",
        &[("DUID", In, ID), WITH_OTHERS, OPERATION],
    ),
    action(
        "Start",
        ADMIN,
        "",
        &[("EUID", In, ID), WITH_OTHERS, OPERATION],
    ),
    action(
        "Stop",
        ADMIN,
        "",
        &[("EUID", In, ID), WITH_OTHERS, OPERATION],
    ),
    action("GetDUIDs", BASIC, "", &[("DUIDs", Out, "DUIDs")]),
    action("GetEUIDs", BASIC, "", &[("EUIDs", Out, "EUIDs")]),
    action(
        "GetActiveEUIDs",
        BASIC,
        "",
        &[("ActiveEUIDs", Out, "ActiveEUIDs")],
    ),
    action(
        "GetRunningEUIDs",
        BASIC,
        "",
        &[("RunningEUIDs", Out, "RunningEUIDs")],
    ),
    action(
        "GetErrorEUIDs",
        BASIC,
        "",
        &[("ErrorEUIDs", Out, "ErrorEUIDs")],
    ),
    action(
        "GetOperationIDs",
        BASIC,
        "",
        &[("OperationIDs", Out, "OperationIDs")],
    ),
    action(
        "GetOperationInfo",
        BASIC,
        "",
        &[
            ("OperationID", In, ID),
            ("OperationState", Out, "A_ARG_TYPE_OperationState"),
            ("TargetedIDs", Out, "A_ARG_TYPE_IDs"),
            ("Action", Out, "A_ARG_TYPE_Action"),
            ("ErrorDescription", Out, "A_ARG_TYPE_ErrorDescription"),
            ("AdditionalInfo", Out, "A_ARG_TYPE_String"),
        ],
    ),
    action(
        "GetDUInfo",
        BASIC,
        "",
        &[
            ("DUID", In, ID),
            ("DUName", Out, "A_ARG_TYPE_Name"),
            ("DUVersion", Out, "A_ARG_TYPE_Version"),
            ("DUType", Out, "A_ARG_TYPE_DUType"),
            ("DUState", Out, "A_ARG_TYPE_DUState"),
            ("DUURI", Out, "A_ARG_TYPE_URI"),
        ],
    ),
    action(
        "GetEUInfo",
        BASIC,
        "",
        &[
            ("EUID", In, ID),
            ("EUName", Out, "A_ARG_TYPE_Name"),
            ("EUVersion", Out, "A_ARG_TYPE_Version"),
            ("EURequestedState", Out, "A_ARG_TYPE_EURequestedState"),
            ("EURunningState", Out, "A_ARG_TYPE_EURunningState"),
        ],
    ),
];

pub(super) const STATE_VARIABLES: &[StateVariable] = &[
    evented("OperationIDs", "string"),
    evented("DUIDs", "string"),
    evented("EUIDs", "string"),
    evented("ActiveEUIDs", "string"),
    evented("RunningEUIDs", "string"),
    evented("ErrorEUIDs", "string"),
    quiet("A_ARG_TYPE_Boolean", "boolean"),
    quiet("A_ARG_TYPE_String", "string"),
    quiet(ID, "ui4"),
    quiet("A_ARG_TYPE_IDs", "string"),
    choice(
        "A_ARG_TYPE_OperationState",
        &["Requested", "InProgress", "Completed", "Error"],
    ),
    quiet("A_ARG_TYPE_URI", "uri"),
    choice(
        "A_ARG_TYPE_Action",
        &["Install", "Update", "Uninstall", "Start", "Stop"],
    ),
    choice(
        "A_ARG_TYPE_ErrorDescription",
        &[
            "Error_None",
            "Error_ConcurrentAccess",
            "Error_MissingDependency",
            "Error_Network",
            "Error_CorruptedFile",
            "Error_DiskFull",
            "Error_Other",
        ],
    ),
    choice(
        "A_ARG_TYPE_DUType",
        &["Firmware", "Application", "Configuration", "Other"],
    ),
    quiet("A_ARG_TYPE_Name", "string"),
    quiet("A_ARG_TYPE_Version", "string"),
    choice(
        "A_ARG_TYPE_DUState",
        &[
            "Installing",
            "Unresolved",
            "Installed",
            "Uninstalling",
            "Uninstalled",
        ],
    ),
    choice("A_ARG_TYPE_EURequestedState", &["Active", "Inactive"]),
    choice(
        "A_ARG_TYPE_EURunningState",
        &["Running", "Stopped", "Starting", "Stopping"],
    ),
];
