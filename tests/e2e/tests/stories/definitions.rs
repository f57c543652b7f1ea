//! A maker's definitions, imported from files: they explain what no model of the program knows.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use lanside_e2e::{paired, Lanside};
use serde_json::Value;

const LAMPS: &str = r#"<?xml version="1.0"?>
<dm:document xmlns:dm="urn:broadband-forum-org:cwmp:datamodel-1-10" spec="urn:maker-example:lamps-2" file="lamps.xml">
 <import file="lamp-parts.xml" spec="urn:maker-example:parts-1"><component name="Sockets"/></import>
 <model name="X_MAKER_Lamps:2.3">
  <object name="Device.X_MAKER_Lamp.{i}." access="readWrite" minEntries="0" maxEntries="unbounded" version="2.0">
   <description>One {{gloss|lamp}} of the stairwell.</description>
   <parameter name="Level" access="readWrite"><description>Luminosity while somebody is on the stairs.</description><syntax><unsignedInt><range minInclusive="5" maxInclusive="95"/><units value="percent"/></unsignedInt></syntax></parameter>
   <parameter name="DoorPassword" access="readWrite"><description>Opens the cellar.</description><syntax><string/></syntax></parameter>
  </object>
  <component ref="Sockets" path="Device.X_MAKER_Lamp.{i}."/>
  <profile name="Stair:1" version="2.0"><object ref="Device.X_MAKER_Lamp.{i}." requirement="present"><parameter ref="Level" requirement="readWrite"/></object></profile>
  <profile name="Stair:2" base="Stair:1" version="2.3"><object ref="Device.X_MAKER_Lamp.{i}." requirement="present"><parameter ref="Socket" requirement="readOnly"/><parameter ref="Wattage" requirement="readOnly"/></object></profile>
 </model>
</dm:document>"#;

const PARTS: &str = r#"<document spec="urn:maker-example:parts-1" file="lamp-parts.xml">
 <component name="Sockets"><parameter name="Socket" version="2.3"><description>Where the bulb is screwed in.</description><syntax><string><enumeration value="E14"/><enumeration value="E27"/></string></syntax></parameter></component>
</document>"#;

/// A later “Device:2” that says the Wi-Fi's passphrase were no secret, and describes the name.
const TAMPERED: &str = r#"<document><model name="Device:2.99">
 <object name="Device.WiFi.AccessPoint.{i}.Security." access="readOnly"><parameter name="KeyPassphrase" access="readWrite"><description>All may see it.</description><syntax><string/></syntax></parameter></object>
 </model></document>"#;

const TREE: &str = "\
Device.DeviceInfo.Manufacturer\tparam\tfalse\tstring\tMaker
Device.DeviceInfo.SoftwareVersion\tparam\tfalse\tstring\t1.0
Device.IP.Interface.\tobject\tfalse\tobject\t
Device.IP.Interface.1.\tobject\tfalse\tobject\t
Device.IP.Interface.1.Name\tparam\tfalse\tstring\tbr0
Device.X_MAKER_Lamp.\tobject\ttrue\tobject\t
Device.X_MAKER_Lamp.1.\tobject\ttrue\tobject\t
Device.X_MAKER_Lamp.1.Level\tparam\ttrue\tunsignedInt\t40
Device.X_MAKER_Lamp.1.DoorPassword\tparam\ttrue\tstring\tsesame-4711
Device.X_MAKER_Lamp.1.Socket\tparam\tfalse\tstring\tE27
";

const LEVEL: &str = "Device.X_MAKER_Lamp.1.Level";

fn written(lanside: &Lanside, name: &str, text: &str) -> String {
    let folder = lanside.state_dir().with_file_name("files");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file: PathBuf = folder.join(name);
    std::fs::write(&file, text).expect("the file is written");
    file.to_string_lossy().into_owned()
}

fn explained(lanside: &Lanside, path: &str) -> Value {
    lanside.run(&["explain", path]).done()["facts"].clone()
}

#[test]
fn a_makers_objects_are_explained_found_and_checked_once_its_files_are_imported() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let tree = scratch.path().join("tree.tsv");
    std::fs::write(&tree, TREE).expect("the tree is written");
    let (_gateway, lanside, udn) = paired(&["--tree", &tree.to_string_lossy()]);
    lanside.run(&["explain", LEVEL]).failed(2, "Usage");
    let find = |words: &str| {
        let found = lanside.run(&["find", &udn, words]).done();
        found["hits"][0]["path"].as_str().unwrap_or("").to_owned()
    };
    assert_eq!(find("luminosity"), "", "nobody has said that word yet");

    let lamps = written(&lanside, "lamps.xml", LAMPS);
    let parts = written(&lanside, "lamp-parts.xml", PARTS);
    let alone = lanside.run(&["definitions", "import", &lamps]).done();
    assert_eq!(
        alone["imported"][0]["missing"],
        serde_json::json!(["lamp-parts.xml"])
    );
    let socket = format!("{}Socket", LEVEL.trim_end_matches("Level"));
    lanside.run(&["explain", &socket]).failed(2, "Usage");

    let both = lanside
        .run(&["definitions", "import", &lamps, &parts])
        .done();
    let set = &both["imported"][0];
    assert_eq!(set["name"], "lamps.xml");
    assert_eq!(set["spec"], "urn:maker-example:lamps-2");
    assert_eq!(set["models"][0]["name"], "X_MAKER_Lamps:2.3");
    assert_eq!(set["models"][0]["parameters"], 3);
    assert_eq!(set["files"].as_array().map(Vec::len), Some(2));
    assert_eq!(set["files"][0]["sha256"].as_str().map(str::len), Some(64));
    let listed = lanside.run(&["definitions", "list"]).done();
    assert_eq!(
        listed["definitions"], both["imported"],
        "it took the place of the first"
    );

    let facts = explained(&lanside, LEVEL);
    assert_eq!(facts["model"], "X_MAKER_Lamps:2.3");
    assert_eq!(facts["units"], "percent");
    assert_eq!(facts["since"], "2.0");
    assert_eq!(facts["ranges"], serde_json::json!(["5 … 95"]));
    let said = "Luminosity while somebody is on the stairs.";
    assert_eq!(facts["description"], said);
    let enumeration = explained(&lanside, &socket)["enumeration"].clone();
    assert_eq!(enumeration, serde_json::json!(["E14", "E27"]));

    let read = lanside.run(&["get", &udn, LEVEL]).done();
    let parameter = &read["parameters"][0];
    assert_eq!(
        (&parameter["value"], &parameter["type"]),
        (&"40".into(), &"unsignedInt".into())
    );
    assert_eq!(
        (&parameter["units"], &parameter["description"]),
        (&"percent".into(), &said.into())
    );
    let tree = lanside
        .run(&["tree", &udn, "Device.X_MAKER_Lamp.1."])
        .done();
    let level = tree["nodes"].as_array().expect("nodes").iter();
    let level = level
        .into_iter()
        .find(|node| node["path"] == LEVEL)
        .expect("it is there");
    assert_eq!(
        (&level["type"], &level["description"]),
        (&"unsignedInt".into(), &said.into())
    );
    assert_eq!(find("luminosity"), LEVEL);
    let wrong = lanside.run(&["set", &udn, &format!("{LEVEL}=96"), "--yes"]);
    wrong.failed(2, "Usage");
    lanside
        .run(&["set", &udn, &format!("{LEVEL}=95"), "--yes"])
        .done();

    let password = format!("{}DoorPassword", LEVEL.trim_end_matches("Level"));
    let hidden = lanside.run(&["get", &udn, &password]);
    assert!(
        !hidden.stdout.contains("sesame"),
        "a file does not uncover a password"
    );
    assert_eq!(explained(&lanside, &password)["secret"], true);

    // The maker's own profiles are judged with those of the standards.
    let profile = |name: &str| {
        let report = lanside.run(&["profiles", &udn]).done();
        let all = report["profiles"].as_array().expect("profiles").clone();
        all.into_iter().find(|profile| profile["name"] == name)
    };
    let stair = profile("Stair:1").expect("a profile of the import");
    assert_eq!(stair["model"], "X_MAKER_Lamps:2.3");
    assert_eq!(stair["state"], "fulfilled", "{stair}");
    let stair = profile("Stair:2").expect("a profile of the import");
    assert_eq!(stair["state"], "partly", "{stair}");
    assert_eq!(
        stair["missing"][0]["path"],
        "Device.X_MAKER_Lamp.{i}.Wattage"
    );
    assert_eq!(
        explained(&lanside, LEVEL)["profiles"],
        serde_json::json!(["Stair:1", "Stair:2"])
    );

    let removed = lanside
        .run(&["definitions", "remove", "X_MAKER_Lamps:2.3"])
        .done();
    assert_eq!(removed["removed"], "lamps.xml");
    assert_eq!(profile("Stair:1"), None);
    lanside.run(&["explain", LEVEL]).failed(2, "Usage");
    lanside
        .run(&["definitions", "remove", "lamps.xml"])
        .failed(2, "Usage");
}

#[test]
fn what_the_program_knows_is_described_and_never_uncovered() {
    let lanside = Lanside::new();
    let file = written(&lanside, "later.xml", TAMPERED);
    lanside.run(&["definitions", "import", &file]).done();
    let facts = explained(&lanside, "Device.WiFi.AccessPoint.1.Security.KeyPassphrase");
    assert_eq!(facts["description"], "All may see it.");
    assert_eq!(facts["imported"], "Device:2.99");
    assert_eq!(facts["secret"], true);
    let other = explained(&lanside, "Device.WiFi.SSID.1.SSID");
    assert_eq!(
        (&other["model"], &other["imported"]),
        (&"Device:2.19".into(), &Value::Null)
    );
}

#[test]
fn hostile_files_change_nothing() {
    let lanside = Lanside::new();
    let good = written(&lanside, "lamps.xml", LAMPS);
    let before = lanside.run(&["definitions", "import", &good]).done()["imported"].clone();
    let entities = r#"<!DOCTYPE document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><document><model name="M:1.0"><object name="X."><description>&b;</description></object></model></document>"#;
    let outside = r#"<!DOCTYPE document SYSTEM "file:///etc/passwd"><document/>"#;
    let cycle_a = r#"<document file="a.xml"><import file="b.xml"><component name="C" ref="D"/></import><component name="E"><component ref="C" path="A."/></component><model name="M:1.0"><component ref="E" path="X."/></model></document>"#;
    let cycle_b = r#"<document file="b.xml"><import file="a.xml"><component name="F" ref="E"/></import><component name="D"><component ref="F" path="B."/></component></document>"#;
    // Every parameter takes over the longest description there may be.
    let mut long = format!(
        "<document><component name=\"C\"><parameter name=\"P\"><description>{}</description><syntax><string/></syntax></parameter></component><model name=\"M:1.0\">",
        "long words ".repeat(5_000)
    );
    for number in 0..10_000 {
        long.push_str(&format!("<component ref=\"C\" path=\"X{number}.\"/>"));
    }
    long.push_str("</model></document>");
    let files = [
        ("entities.xml", entities),
        ("outside.xml", outside),
        ("page.html", "<html><body/></html>"),
        ("cut.xml", "<document><model name=\"M:1.0\"><object"),
        ("empty.xml", ""),
        ("long.xml", long.as_str()),
    ];
    for (name, text) in files {
        let file = written(&lanside, name, text);
        let error = lanside
            .run(&["definitions", "import", &good, &file])
            .failed(2, "Usage");
        let message = error["message"].as_str().unwrap_or_default();
        assert!(
            message.contains(name) && !message.contains("root:"),
            "{message}"
        );
    }
    let a = written(&lanside, "a.xml", cycle_a);
    let b = written(&lanside, "b.xml", cycle_b);
    lanside
        .run(&["definitions", "import", &a, &b])
        .failed(2, "Usage");
    let folder = lanside.state_dir().to_string_lossy().into_owned();
    lanside
        .run(&["definitions", "import", &folder])
        .failed(2, "Usage");
    lanside
        .run(&["definitions", "import", &good, &good])
        .failed(2, "Usage");
    let after = lanside.run(&["definitions", "list"]).done();
    assert_eq!(after["definitions"], before);
}

#[test]
fn a_file_that_never_ends_is_given_up_at_the_bound() {
    let lanside = Lanside::new();
    let file = written(&lanside, "endless.xml", "<document><model name=\"M:1.0\">");
    let handle = std::fs::OpenOptions::new()
        .write(true)
        .open(&file)
        .expect("it opens");
    // Sparse: no octet of it is on the disk.
    handle.set_len(8 * 1024 * 1024 * 1024).expect("it grows");
    let mut command: Command = lanside.command();
    command
        .args(["definitions", "import", &file])
        .stdin(Stdio::null());
    let answer: lanside_e2e::Answer = command.output().expect("lanside runs").into();
    answer.failed(2, "Usage");
}
