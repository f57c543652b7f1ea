//! BasicManagement:2, as far as this gateway offers it.

use super::Direction::{In, Out};
use super::{
    action, choice, evented, quiet, Action, Argument, StateVariable, ADMIN, BASIC, PUBLIC,
};

const TEXT: &str = "A_ARG_TYPE_String";
const COUNT: &str = "A_ARG_TYPE_UInt";
const SHORT: &str = "A_ARG_TYPE_UShort";
const MILLISECONDS: &str = "A_ARG_TYPE_MSecs";
const BOOLEAN: &str = "A_ARG_TYPE_Boolean";
const HOST: &str = "A_ARG_TYPE_Host";
const TEST: &str = "A_ARG_TYPE_TestID";
const TEST_IN: Argument = ("TestID", In, TEST);
const TEST_OUT: Argument = ("TestID", Out, TEST);
const MORE: Argument = ("AdditionalInfo", Out, TEXT);
const LOG: Argument = ("LogURI", In, "A_ARG_TYPE_LogURI");
const LEVEL: &str = "A_ARG_TYPE_LogLevel";

pub(super) const ACTIONS: &[Action] = &[
    action(
        "Reboot",
        ADMIN,
        "",
        &[("RebootStatus", Out, "A_ARG_TYPE_RebootStatus")],
    ),
    action("BaselineReset", ADMIN, "", &[]),
    action(
        "GetDeviceStatus",
        PUBLIC,
        "",
        &[("DeviceStatus", Out, "DeviceStatus")],
    ),
    action(
        "SetSequenceMode",
        ADMIN,
        "",
        &[
            ("NewSequenceMode", In, "SequenceMode"),
            ("OldSequenceMode", Out, "SequenceMode"),
        ],
    ),
    action(
        "GetSequenceMode",
        PUBLIC,
        "",
        &[("SequenceMode", Out, "SequenceMode")],
    ),
    action(
        "Ping",
        BASIC,
        "",
        &[
            ("Host", In, HOST),
            ("NumberOfRepetitions", In, COUNT),
            ("Timeout", In, MILLISECONDS),
            ("DataBlockSize", In, SHORT),
            ("DSCP", In, "A_ARG_TYPE_DSCP"),
            TEST_OUT,
        ],
    ),
    action(
        "GetPingResult",
        BASIC,
        "",
        &[
            TEST_IN,
            ("Status", Out, "A_ARG_TYPE_PingStatus"),
            MORE,
            ("SuccessCount", Out, COUNT),
            ("FailureCount", Out, COUNT),
            ("AverageResponseTime", Out, MILLISECONDS),
            ("MinimumResponseTime", Out, MILLISECONDS),
            ("MaximumResponseTime", Out, MILLISECONDS),
        ],
    ),
    action(
        "NSLookup",
        BASIC,
        "",
        &[
            ("HostName", In, "A_ARG_TYPE_HostName"),
            ("DNSServer", In, HOST),
            ("NumberOfRepetitions", In, COUNT),
            ("Timeout", In, MILLISECONDS),
            TEST_OUT,
        ],
    ),
    action(
        "GetNSLookupResult",
        BASIC,
        "",
        &[
            TEST_IN,
            ("Status", Out, "A_ARG_TYPE_NSLookupStatus"),
            MORE,
            ("SuccessCount", Out, COUNT),
            ("Result", Out, "A_ARG_TYPE_NSLookupResult"),
        ],
    ),
    action(
        "Traceroute",
        BASIC,
        "",
        &[
            ("Host", In, HOST),
            ("Timeout", In, MILLISECONDS),
            ("DataBlockSize", In, SHORT),
            ("MaxHopCount", In, COUNT),
            ("DSCP", In, "A_ARG_TYPE_DSCP"),
            TEST_OUT,
        ],
    ),
    action(
        "GetTracerouteResult",
        BASIC,
        "",
        &[
            TEST_IN,
            ("Status", Out, "A_ARG_TYPE_TracerouteStatus"),
            MORE,
            ("ResponseTime", Out, MILLISECONDS),
            ("HopHosts", Out, "A_ARG_TYPE_Hosts"),
        ],
    ),
    action(
        "GetBandwidthTestInfo",
        BASIC,
        "",
        &[("BandwidthTestInfo", Out, "A_ARG_TYPE_BandwidthTestInfo")],
    ),
    action(
        "BandwidthTest",
        BASIC,
        "",
        &[
            ("BandwidthTestSpec", In, "A_ARG_TYPE_BandwidthTestSpec"),
            ("TestEndpoint", In, "A_ARG_TYPE_TestEndpoint"),
            ("TestSchedule", In, "A_ARG_TYPE_TestSchedule"),
            ("TestSessID", In, "A_ARG_TYPE_TestSessID"),
            TEST_OUT,
        ],
    ),
    action(
        "GetBandwidthTestResult",
        BASIC,
        "",
        &[
            TEST_IN,
            ("State", Out, "A_ARG_TYPE_TestState"),
            ("Status", Out, "A_ARG_TYPE_BandwidthTestStatus"),
            MORE,
            ("Result", Out, "A_ARG_TYPE_BandwidthTestResult"),
        ],
    ),
    action(
        "InterfaceReset",
        ADMIN,
        "",
        &[("Interfaces", In, "A_ARG_TYPE_Interfaces"), TEST_OUT],
    ),
    action(
        "GetInterfaceResetResult",
        BASIC,
        "",
        &[
            TEST_IN,
            ("Status", Out, "A_ARG_TYPE_InterfaceResetStatus"),
            MORE,
            ("NumberOfSuccesses", Out, SHORT),
            ("NumberOfFailures", Out, SHORT),
        ],
    ),
    action("SelfTest", BASIC, "", &[TEST_OUT]),
    action(
        "GetSelfTestResult",
        BASIC,
        "",
        &[TEST_IN, ("Status", Out, BOOLEAN), MORE],
    ),
    action("GetTestIDs", PUBLIC, "", &[("TestIDs", Out, "TestIDs")]),
    action(
        "GetActiveTestIDs",
        PUBLIC,
        "",
        &[("TestIDs", Out, "ActiveTestIDs")],
    ),
    action(
        "GetTestInfo",
        BASIC,
        "",
        &[
            TEST_IN,
            ("Type", Out, "A_ARG_TYPE_TestType"),
            ("State", Out, "A_ARG_TYPE_TestState"),
        ],
    ),
    action("CancelTest", BASIC, "", &[TEST_IN]),
    action("GetLogURIs", BASIC, "", &[("LogURIs", Out, "LogURIs")]),
    action(
        "SetLogInfo",
        ADMIN,
        "",
        &[LOG, ("Enabled", In, BOOLEAN), ("LogLevel", In, LEVEL)],
    ),
    action(
        "GetLogInfo",
        BASIC,
        "",
        &[
            LOG,
            ("Configurable", Out, BOOLEAN),
            ("Enabled", Out, BOOLEAN),
            ("LogLevel", Out, LEVEL),
            ("LogURL", Out, "A_ARG_TYPE_LogURL"),
            ("MaxSize", Out, "A_ARG_TYPE_LogMaxSize"),
            ("LastChange", Out, "A_ARG_TYPE_DateTime"),
        ],
    ),
    action("GetACLData", ADMIN, "", &[("ACL", Out, "A_ARG_TYPE_ACL")]),
];

pub(super) const STATE_VARIABLES: &[StateVariable] = &[
    evented("DeviceStatus", "string"),
    evented("SequenceMode", "boolean"),
    evented("TestIDs", "string"),
    evented("ActiveTestIDs", "string"),
    evented("LogURIs", "string"),
    quiet(BOOLEAN, "boolean"),
    quiet(TEXT, "string"),
    quiet(SHORT, "ui2"),
    quiet(COUNT, "ui4"),
    quiet("A_ARG_TYPE_DateTime", "dateTime.tz"),
    quiet(MILLISECONDS, "ui4"),
    choice("A_ARG_TYPE_RebootStatus", &["RebootNow", "RebootLater"]),
    quiet(TEST, "ui4"),
    choice(
        "A_ARG_TYPE_TestType",
        &[
            "BandwidthTest",
            "InterfaceReset",
            "NSLookup",
            "Ping",
            "SelfTest",
            "Traceroute",
        ],
    ),
    choice(
        "A_ARG_TYPE_TestState",
        &["Requested", "InProgress", "Canceled", "Completed"],
    ),
    StateVariable {
        name: "A_ARG_TYPE_DSCP",
        data_type: "ui1",
        evented: false,
        allowed: &[],
        range: Some((0, 63)),
    },
    quiet(HOST, "string"),
    quiet("A_ARG_TYPE_Hosts", "string"),
    quiet("A_ARG_TYPE_HostName", "string"),
    choice(
        "A_ARG_TYPE_PingStatus",
        &[
            "Success",
            "Error_CannotResolveHostName",
            "Error_Internal",
            "Error_Other",
        ],
    ),
    choice(
        "A_ARG_TYPE_NSLookupStatus",
        &[
            "Success",
            "Error_DNSServerNotResolved",
            "Error_Internal",
            "Error_Other",
        ],
    ),
    quiet("A_ARG_TYPE_NSLookupResult", "string"),
    choice(
        "A_ARG_TYPE_TracerouteStatus",
        &[
            "Success",
            "Error_CannotResolveHostName",
            "Error_MaxHopCountExceeded",
            "Error_Internal",
            "Error_Other",
        ],
    ),
    quiet("A_ARG_TYPE_BandwidthTestInfo", "string"),
    quiet("A_ARG_TYPE_BandwidthTestSpec", "string"),
    choice("A_ARG_TYPE_TestEndpoint", &["Server", "Client"]),
    quiet("A_ARG_TYPE_TestSchedule", "string"),
    quiet("A_ARG_TYPE_TestSessID", "string"),
    choice(
        "A_ARG_TYPE_BandwidthTestStatus",
        &[
            "Success",
            "Error_InitConnectionFailed",
            "Error_NoResponse",
            "Error_TransferFailed",
            "Error_PasswordRequestFailed",
            "Error_LoginFailed",
            "Error_NoTransferMode",
            "Error_IncorrectSize",
            "Error_NoTransferComplete",
            "Error_Timeout",
            "Error_Other",
            "Error_FTPNoPASV",
            "Error_FTPNoCWD",
            "Error_FTPNoSTOR",
        ],
    ),
    quiet("A_ARG_TYPE_BandwidthTestResult", "string"),
    choice(
        "A_ARG_TYPE_Interfaces",
        &["AllInterfaces", "RequestInterface", "NorthboundInterfaces"],
    ),
    choice("A_ARG_TYPE_InterfaceResetStatus", &["Success", "Error"]),
    quiet("A_ARG_TYPE_LogURI", "uri"),
    quiet("A_ARG_TYPE_LogURL", "uri"),
    choice(
        LEVEL,
        &[
            "Emergency",
            "Alert",
            "Critical",
            "Error",
            "Warning",
            "Notice",
            "Informational",
            "Debug",
        ],
    ),
    quiet("A_ARG_TYPE_LogMaxSize", "ui4"),
    quiet("A_ARG_TYPE_ACL", "string"),
];
