//! What a DSL line measured for each group of tones (TR-181, DSL.Line.{i}.TestParams; TR-098,
//! WANDevice.{i}.WANDSLInterfaceConfig.TestParams; units after ITU-T G.997.1).

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::limits;
use crate::picked::Picked;

/// The DSL lines of a gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LineTonesView {
    /// UDN of the gateway.
    pub udn: String,
    /// When it was asked, RFC 3339; to hold one picture and compare it with a later one.
    pub time: String,
    /// One entry a line.
    pub lines: Vec<LineTones>,
}

/// One DSL line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LineTones {
    /// Shown path of the line.
    pub path: String,
    /// From the provider.
    pub down: Tones,
    /// To the provider.
    pub up: Tones,
}

/// What was measured in one direction, a value for each group, lowest tones first. `null` is
/// a group that was not measured; what the gateway does not tell at all is empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct Tones {
    /// Tones in each group.
    pub group_size: u32,
    /// Signal to noise, dB.
    pub snr_db: Vec<Option<f64>>,
    /// Quiet line noise, dBm/Hz.
    pub qln_dbm_hz: Vec<Option<f64>>,
    /// What the line lets through, dB.
    pub hlog_db: Vec<Option<f64>>,
    /// Bits a tone carries. No standard parameter: makers call it their own way.
    pub bits: Vec<Option<f64>>,
}

pub(super) fn of(picked: &Picked) -> Vec<LineTones> {
    let older = picked
        .rows("WANDevice/")
        .into_iter()
        .map(|wan| format!("{wan}WANDSLInterfaceConfig/"))
        .filter(|line| picked.has(line));
    let lines = picked.rows("DSL/Line/").into_iter().chain(older);
    lines
        .take(limits::STATUS_ROWS)
        .map(|line| {
            let direction = |end: &str| tones(picked, &format!("{line}TestParams/"), end);
            LineTones {
                path: picked.shown(&line),
                down: direction("ds"),
                up: direction("us"),
            }
        })
        .collect()
}

fn tones(picked: &Picked, test: &str, end: &str) -> Tones {
    let list = |name: &str, read: fn(u32) -> Option<f64>| {
        values(picked.text(&format!("{test}{name}{end}")), read)
    };
    let size = ["SNRG", "QLNG", "HLOGG"].iter().find_map(|name| {
        let size = picked.number(&format!("{test}{name}{end}"))?;
        u32::try_from(size).ok().filter(|size| *size > 0)
    });
    Tones {
        group_size: size.unwrap_or(1),
        snr_db: list("SNRps", |n| (n < 255).then(|| f64::from(n) / 2.0 - 32.0)),
        qln_dbm_hz: list("QLNps", |n| (n < 255).then(|| -23.0 - f64::from(n) / 2.0)),
        hlog_db: list("HLOGps", |n| (n < 1_023).then(|| 6.0 - f64::from(n) / 10.0)),
        bits: values(picked.ending(test, &format!("BITSps{end}")), |n| {
            (n <= 15).then(|| f64::from(n))
        }),
    }
}

fn values(text: Option<&str>, read: fn(u32) -> Option<f64>) -> Vec<Option<f64>> {
    let Some(text) = text else {
        return Vec::new();
    };
    // Gateways put commas between them, or blanks.
    let between = if text.contains(',') { ',' } else { ' ' };
    text.split(between)
        .take(limits::TONE_GROUPS)
        .map(|one| one.trim().parse().ok().and_then(read))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_units_and_gaps_stay_gaps() {
        let picked = Picked::of(&[
            ("DSL/Line/1/TestParams/SNRGds", "8"),
            ("DSL/Line/1/TestParams/SNRpsds", "64,255,,164,512"),
            ("DSL/Line/1/TestParams/QLNpsds", "0,254,255"),
            ("DSL/Line/1/TestParams/HLOGpsds", "60 1023 0"),
            ("DSL/Line/1/TestParams/X_MAKER_BITSpsds", "15,0,99"),
        ]);
        let lines = of(&picked);
        assert_eq!(lines[0].path, "Device.DSL.Line.1.");
        let down = &lines[0].down;
        assert_eq!(down.group_size, 8);
        assert_eq!(down.snr_db, [Some(0.0), None, None, Some(50.0), None]);
        assert_eq!(down.qln_dbm_hz, [Some(-23.0), Some(-150.0), None]);
        assert_eq!(down.hlog_db, [Some(0.0), None, Some(6.0)]);
        assert_eq!(down.bits, [Some(15.0), Some(0.0), None]);
        assert!(lines[0].up.snr_db.is_empty());
    }

    #[test]
    fn the_older_model_says_the_same_elsewhere() {
        let picked = Picked::of(&[
            ("WANDevice/1/WANDSLInterfaceConfig/Status", "Up"),
            ("WANDevice/1/WANDSLInterfaceConfig/TestParams/SNRGds", "2"),
            ("WANDevice/1/WANDSLInterfaceConfig/TestParams/SNRpsds", "64"),
            ("WANDevice/2/WANEthernetInterfaceConfig/Status", "Up"),
        ]);
        let lines = of(&picked);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!(lines[0].path, "Device.WANDevice.1.WANDSLInterfaceConfig.");
        assert_eq!(lines[0].down.group_size, 2);
        assert_eq!(lines[0].down.snr_db, [Some(0.0)]);
    }

    #[test]
    fn an_endless_list_is_cut() {
        let long = vec!["1"; limits::TONE_GROUPS + 7].join(",");
        let picked = Picked::of(&[("DSL/Line/1/TestParams/SNRpsus", &long)]);
        assert_eq!(of(&picked)[0].up.snr_db.len(), limits::TONE_GROUPS);
    }
}
