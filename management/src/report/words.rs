//! The words of a site report, one table a language.

use crate::diagnostics::TestKind;
use crate::ladder::{Layer, NextStep, Purpose, RungProblem};
use crate::schema::Language;
use crate::store::JournalState;

/// Words that stand alone.
pub(super) struct Words {
    pub language: &'static str,
    pub title: &'static str,
    pub made: &'static str,
    pub since: &'static str,
    pub notes: &'static str,
    pub open: &'static str,
    pub nothing_open: &'static str,
    pub found: &'static str,
    pub silent: &'static str,
    pub changed: &'static str,
    pub nothing_changed: &'static str,
    pub tested: &'static str,
    pub nothing_tested: &'static str,
    pub shortened: &'static str,
    pub left_out: &'static str,
    pub time: &'static str,
    pub parameter: &'static str,
    pub before: &'static str,
    pub after: &'static str,
    pub outcome: &'static str,
    pub test: &'static str,
    pub target: &'static str,
    pub result: &'static str,
    pub passed: &'static str,
    pub failed: &'static str,
    pub stopped: &'static str,
    pub hidden: &'static str,
    pub no_value: &'static str,
    pub takes_back: &'static str,
    pub accepted_hidden: &'static str,
    pub maker: &'static str,
    pub model: &'static str,
    pub serial_number: &'static str,
    pub hardware: &'static str,
    pub software: &'static str,
    pub address: &'static str,
    pub up_time: &'static str,
    pub internet: &'static str,
    pub router: &'static str,
    pub name_servers: &'static str,
    pub line: &'static str,
    pub rate: &'static str,
    pub margin: &'static str,
    pub attenuation: &'static str,
    pub wifi: &'static str,
    pub on: &'static str,
    pub off: &'static str,
    pub channel: &'static str,
    pub devices: &'static str,
    pub there: &'static str,
    pub known: &'static str,
    pub alarm: &'static str,
    pub evidence: &'static str,
    pub draft: &'static str,
    pub seal: &'static str,
    pub how_to_check: &'static str,
}

const ENGLISH: Words = Words {
    language: "en",
    title: "Site report",
    made: "Made",
    since: "Changes and tests since",
    notes: "Notes",
    open: "Left open",
    nothing_open: "Nothing is left open.",
    found: "Found",
    silent: "The gateway did not answer.",
    changed: "Changed",
    nothing_changed: "Nothing was changed from this computer.",
    tested: "Tested",
    nothing_tested: "Nothing was tested from this computer.",
    shortened: "There was more; the latest is listed.",
    left_out: "Not in this report",
    time: "Time",
    parameter: "Parameter",
    before: "Before",
    after: "After",
    outcome: "Outcome",
    test: "Test",
    target: "Target",
    result: "Result",
    passed: "passed",
    failed: "failed",
    stopped: "stopped",
    hidden: "hidden",
    no_value: "—",
    takes_back: "takes back",
    accepted_hidden: "accepted; no gateway shows secrets",
    maker: "Maker",
    model: "Model",
    serial_number: "Serial number",
    hardware: "Hardware",
    software: "Firmware",
    address: "Address",
    up_time: "Running for",
    internet: "Internet",
    router: "router",
    name_servers: "name servers",
    line: "Line",
    rate: "Rate down / up",
    margin: "Noise margin",
    attenuation: "Attenuation",
    wifi: "Wi-Fi",
    on: "on",
    off: "off",
    channel: "channel",
    devices: "Devices at home",
    there: "there",
    known: "known",
    alarm: "Alarm",
    evidence: "The gateway says",
    draft: "changes wait in the draft and were not sent",
    seal: "Sealed by",
    how_to_check: "Whether this file is as it was sealed: lanside report verify FILE. The words have to be those of the computer it came from.",
};

const GERMAN: Words = Words {
    language: "de",
    title: "Einsatzbericht",
    made: "Erstellt",
    since: "Änderungen und Tests seit",
    notes: "Anmerkungen",
    open: "Offen geblieben",
    nothing_open: "Nichts ist offen geblieben.",
    found: "Vorgefunden",
    silent: "Das Gateway hat nicht geantwortet.",
    changed: "Geändert",
    nothing_changed: "Von diesem Computer aus wurde nichts geändert.",
    tested: "Getestet",
    nothing_tested: "Von diesem Computer aus wurde nichts getestet.",
    shortened: "Es gab mehr; aufgeführt ist das Letzte.",
    left_out: "Nicht in diesem Bericht",
    time: "Zeit",
    parameter: "Parameter",
    before: "Vorher",
    after: "Nachher",
    outcome: "Ergebnis",
    test: "Test",
    target: "Ziel",
    result: "Befund",
    passed: "bestanden",
    failed: "nicht bestanden",
    stopped: "abgebrochen",
    hidden: "verborgen",
    no_value: "—",
    takes_back: "nimmt zurück:",
    accepted_hidden: "angenommen; Geheimnisse zeigt kein Gateway",
    maker: "Hersteller",
    model: "Modell",
    serial_number: "Seriennummer",
    hardware: "Hardware",
    software: "Firmware",
    address: "Adresse",
    up_time: "Läuft seit",
    internet: "Internet",
    router: "Router",
    name_servers: "Nameserver",
    line: "Leitung",
    rate: "Rate herunter / herauf",
    margin: "Störabstand",
    attenuation: "Dämpfung",
    wifi: "WLAN",
    on: "an",
    off: "aus",
    channel: "Kanal",
    devices: "Geräte im Haus",
    there: "da",
    known: "bekannt",
    alarm: "Alarm",
    evidence: "Das Gateway sagt",
    draft: "Änderungen warten im Entwurf und wurden nicht gesendet",
    seal: "Versiegelt von",
    how_to_check: "Ob diese Datei so ist, wie sie versiegelt wurde: lanside report verify DATEI. Die Wörter müssen die des Computers sein, von dem sie kommt.",
};

impl Words {
    pub fn of(language: Language) -> &'static Words {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }
}

/// One of two texts by language.
fn either(language: Language, english: &'static str, german: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

pub(super) fn state(state: JournalState, language: Language) -> &'static str {
    let (english, german) = match state {
        JournalState::Verified => ("verified by reading back", "durch Rücklesen bestätigt"),
        JournalState::Differs => ("reads back differently", "liest sich anders zurück"),
        JournalState::Refused => (
            "refused, nothing changed",
            "abgelehnt, nichts wurde geändert",
        ),
        JournalState::Applied => (
            "accepted, not read back yet",
            "angenommen, noch nicht zurückgelesen",
        ),
        JournalState::Sending | JournalState::Unknown => ("outcome unknown", "Ausgang unbekannt"),
    };
    either(language, english, german)
}

pub(super) fn purpose(purpose: Purpose, language: Language) -> &'static str {
    match purpose {
        Purpose::Internet => "Internet",
        Purpose::Wifi => either(language, "Wi-Fi", "WLAN"),
        Purpose::Lan => either(language, "Home network", "Heimnetz"),
    }
}

pub(super) fn layer(layer: Layer, language: Language) -> &'static str {
    let (english, german) = match layer {
        Layer::Line => ("DSL line", "DSL-Leitung"),
        Layer::Channel => ("DSL channel", "DSL-Kanal"),
        Layer::Fibre => ("Fibre", "Glasfaser"),
        Layer::Port => ("Ethernet port", "Ethernet-Anschluss"),
        Layer::Mobile => ("Mobile network", "Mobilfunk"),
        Layer::Link => ("Link", "Verbindung"),
        Layer::Vlan => ("VLAN", "VLAN"),
        Layer::Ppp => ("PPP login", "PPP-Anmeldung"),
        Layer::Address => ("Address", "Adresse"),
        Layer::Route => ("Default route", "Standardroute"),
        Layer::Dns => ("Name servers", "Nameserver"),
        Layer::Radio => ("Radio", "Funkmodul"),
        Layer::Network => ("Network", "Netz"),
        Layer::AccessPoint => ("Access point", "Zugangspunkt"),
        Layer::DhcpServer => ("DHCP server", "DHCP-Server"),
    };
    either(language, english, german)
}

pub(super) fn problem(problem: Option<RungProblem>, language: Language) -> &'static str {
    let (english, german) = match problem {
        Some(RungProblem::SwitchedOff) => ("switched off", "ausgeschaltet"),
        Some(RungProblem::NoSignal) => ("no signal", "kein Signal"),
        Some(RungProblem::NotInSync) => ("a signal, but no sync", "Signal, aber nicht synchron"),
        Some(RungProblem::NoLight) => ("no light", "kein Licht"),
        Some(RungProblem::NoCable) => (
            "no cable, or nothing behind it",
            "kein Kabel, oder nichts dahinter",
        ),
        Some(RungProblem::NothingComesBack) => (
            "sends, but nothing comes back",
            "sendet, aber nichts kommt zurück",
        ),
        Some(RungProblem::PasswordRefused) => (
            "name or password was refused",
            "Name oder Passwort wurde abgelehnt",
        ),
        Some(RungProblem::AccountBlocked) => (
            "the provider blocked the account",
            "der Anbieter hat das Konto gesperrt",
        ),
        Some(RungProblem::NoAnswer) => ("nobody answers", "niemand antwortet"),
        Some(RungProblem::Disconnected) => ("disconnected", "getrennt"),
        Some(RungProblem::NoOffer) => ("no address is offered", "keine Adresse wird angeboten"),
        Some(RungProblem::NoAddress) => ("no address", "keine Adresse"),
        Some(RungProblem::NoDefaultRoute) => ("missing", "fehlt"),
        Some(RungProblem::NoServer) => ("none is known", "keiner ist bekannt"),
        Some(RungProblem::Down) | None => ("down", "ausgefallen"),
    };
    either(language, english, german)
}

/// What to do next, as a short sentence without a full stop.
pub(super) fn next(next: &NextStep, language: Language) -> String {
    let (english, german) = match next {
        NextStep::Test { kind, target } => {
            let name = test(*kind, language);
            let target = target.as_deref().unwrap_or_default();
            let text = either(
                language,
                "Let the gateway test",
                "Das Gateway testen lassen",
            );
            return format!("{text}: {name} {target}").trim_end().to_owned();
        }
        NextStep::CheckValue { path } => {
            return format!("{}: {path}", either(language, "Check", "Prüfen"))
        }
        NextStep::SwitchOn { path } => {
            return format!("{}: {path}", either(language, "Switch on", "Einschalten"))
        }
        NextStep::CheckCable => (
            "Check the cable between wall and gateway",
            "Das Kabel zwischen Wand und Gateway prüfen",
        ),
        NextStep::Wait => ("Wait some minutes", "Einige Minuten warten"),
        NextStep::AskProvider => ("Ask the provider", "Den Anbieter fragen"),
        NextStep::Restart => ("Restart the gateway", "Das Gateway neu starten"),
    };
    either(language, english, german).to_owned()
}

pub(super) fn test(kind: TestKind, language: Language) -> &'static str {
    let (english, german) = match kind {
        TestKind::Ping => ("Ping", "Ping"),
        TestKind::Traceroute => ("Trace of the route", "Verfolgung der Route"),
        TestKind::Nslookup => ("Name lookup", "Namensauflösung"),
        TestKind::Bandwidth => ("Bandwidth", "Bandbreite"),
        TestKind::Selftest => ("Self test", "Selbsttest"),
        TestKind::InterfaceReset => ("Reset of interfaces", "Neustart von Schnittstellen"),
        TestKind::Download => ("Download", "Herunterladen"),
        TestKind::Upload => ("Upload", "Hochladen"),
        TestKind::Udpecho => ("UDP echo", "UDP-Echo"),
        TestKind::Serverselection => ("Fastest server", "Schnellster Server"),
        TestKind::Neighbours => ("Wi-Fi networks around", "WLANs in der Umgebung"),
        TestKind::Line => ("Line measurement", "Leitungsmessung"),
    };
    either(language, english, german)
}
