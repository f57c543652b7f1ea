//! ConfigurationManagement:2.

use super::Direction::{In, Out};
use super::{
    action, choice, evented, quiet, Action, Argument, StateVariable, ADMIN, BASIC, PUBLIC,
};

const VALUES: &str = "A_ARG_TYPE_ParameterValueList";
const STATUS: Argument = ("Status", Out, "A_ARG_TYPE_ChangeStatus");
const DEPTH: Argument = ("SearchDepth", In, "A_ARG_TYPE_SearchDepth");

pub(super) const ACTIONS: &[Action] = &[
    action(
        "GetSupportedDataModels",
        PUBLIC,
        "",
        &[("SupportedDataModels", Out, "A_ARG_TYPE_SupportedDataModels")],
    ),
    action(
        "GetSupportedParameters",
        PUBLIC,
        "",
        &[
            ("StartingNode", In, "A_ARG_TYPE_StructurePath"),
            DEPTH,
            ("Result", Out, "A_ARG_TYPE_StructurePathList"),
        ],
    ),
    action(
        "GetInstances",
        BASIC,
        "",
        &[
            ("StartingNode", In, "A_ARG_TYPE_PartialPath"),
            DEPTH,
            ("Result", Out, "A_ARG_TYPE_InstancePathList"),
        ],
    ),
    action(
        "GetValues",
        BASIC,
        "",
        &[
            ("Parameters", In, "A_ARG_TYPE_ContentPathList"),
            ("ParameterValueList", Out, VALUES),
        ],
    ),
    action(
        "SetValues",
        ADMIN,
        "",
        &[("ParameterValueList", In, VALUES), STATUS],
    ),
    action(
        "CreateInstance",
        ADMIN,
        "",
        &[
            ("MultiInstanceName", In, "A_ARG_TYPE_MultiInstancePath"),
            (
                "ChildrenInitialization",
                In,
                "A_ARG_TYPE_ParameterInitialValueList",
            ),
            ("InstanceIdentifier", Out, "A_ARG_TYPE_InstancePath"),
            STATUS,
        ],
    ),
    action(
        "DeleteInstance",
        ADMIN,
        "",
        &[
            ("InstanceIdentifier", In, "A_ARG_TYPE_InstancePath"),
            STATUS,
        ],
    ),
    action(
        "GetAttributes",
        BASIC,
        "",
        &[
            ("Parameters", In, "A_ARG_TYPE_NodeAttributePathList"),
            (
                "NodeAttributeValueList",
                Out,
                "A_ARG_TYPE_NodeAttributeValueList",
            ),
        ],
    ),
    action(
        "SetAttributes",
        ADMIN,
        "",
        &[
            (
                "NodeAttributeValueList",
                In,
                "A_ARG_TYPE_NodeAttributeValueList",
            ),
            STATUS,
        ],
    ),
    action(
        "GetInconsistentStatus",
        PUBLIC,
        "",
        &[("StateVariableValue", Out, "InconsistentStatus")],
    ),
    action(
        "GetConfigurationUpdate",
        PUBLIC,
        "",
        &[("StateVariableValue", Out, "ConfigurationUpdate")],
    ),
    action(
        "GetCurrentConfigurationVersion",
        PUBLIC,
        "",
        &[("StateVariableValue", Out, "CurrentConfigurationVersion")],
    ),
    action(
        "GetSupportedDataModelsUpdate",
        PUBLIC,
        "",
        &[("StateVariableValue", Out, "SupportedDataModelsUpdate")],
    ),
    action(
        "GetSupportedParametersUpdate",
        PUBLIC,
        "",
        &[("StateVariableValue", Out, "SupportedParametersUpdate")],
    ),
    action(
        "GetAttributeValuesUpdate",
        PUBLIC,
        "",
        &[("StateVariableValue", Out, "AttributeValuesUpdate")],
    ),
    action(
        "GetAlarmsEnabled",
        PUBLIC,
        "",
        &[("StateVariableValue", Out, "AlarmsEnabled")],
    ),
    action(
        "SetAlarmsEnabled",
        ADMIN,
        "",
        &[("StateVariableValue", In, "AlarmsEnabled")],
    ),
    action(
        "GetACLData",
        BASIC,
        "",
        &[
            ("StartingNodes", In, "A_ARG_TYPE_ACLDataPathList"),
            ("ACL", Out, "A_ARG_TYPE_ACL"),
        ],
    ),
];

pub(super) const STATE_VARIABLES: &[StateVariable] = &[
    evented("ConfigurationUpdate", "string"),
    quiet("CurrentConfigurationVersion", "ui4"),
    evented("SupportedDataModelsUpdate", "string"),
    evented("SupportedParametersUpdate", "string"),
    evented("AttributeValuesUpdate", "string"),
    evented("InconsistentStatus", "boolean"),
    evented("AlarmsEnabled", "boolean"),
    choice(
        "A_ARG_TYPE_ChangeStatus",
        &["ChangesCommitted", "ChangesApplied"],
    ),
    quiet("A_ARG_TYPE_SearchDepth", "ui4"),
    quiet("A_ARG_TYPE_SupportedDataModels", "string"),
    quiet("A_ARG_TYPE_StructurePath", "string"),
    quiet("A_ARG_TYPE_StructurePathList", "string"),
    quiet("A_ARG_TYPE_PartialPath", "string"),
    quiet("A_ARG_TYPE_InstancePath", "string"),
    quiet("A_ARG_TYPE_InstancePathList", "string"),
    quiet("A_ARG_TYPE_MultiInstancePath", "string"),
    quiet("A_ARG_TYPE_ContentPathList", "string"),
    quiet(VALUES, "string"),
    quiet("A_ARG_TYPE_ParameterInitialValueList", "string"),
    quiet("A_ARG_TYPE_NodeAttributePathList", "string"),
    quiet("A_ARG_TYPE_NodeAttributeValueList", "string"),
    quiet("A_ARG_TYPE_ACLDataPathList", "string"),
    quiet("A_ARG_TYPE_ACL", "string"),
];
