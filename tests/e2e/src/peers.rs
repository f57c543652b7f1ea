//! Programs of other makers, as Debian packages them, serving on a computer of a lab.

use std::path::Path;

use crate::namespaces::{find_program, Host, Serving};

/// What each program calls itself when it runs here.
pub const RENDERER: &str = "Foreign renderer";
/// See [`RENDERER`].
pub const MEDIA_SERVER: &str = "Foreign media server";
/// See [`RENDERER`].
pub const ROUTER: &str = "Foreign router";

fn configure(dir: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let file = dir.join(name);
    std::fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
    std::fs::write(&file, text).expect("a configuration");
    file
}

/// Rygel as a media renderer with BasicManagement:2; nothing where it is not installed.
pub fn rygel(host: &Host, dir: &Path) -> Option<Serving> {
    let bus = find_program("dbus-run-session")?;
    let rygel = find_program("rygel")?;
    // Only the user's own file is asked whether there are diagnostics.
    configure(
        dir,
        "config/rygel.conf",
        &format!(
            "[general]\nport=0\nupnp-enabled=true\n\
             [Playbin]\nenabled=true\ntitle={RENDERER}\ndiagnostics=true\naudio-sink=fakesink\n\
             [MediaExport]\nenabled=false\n[External]\nenabled=false\n[MPRIS]\nenabled=false\n"
        ),
    );
    Some(host.serve(&dir.join("rygel.log"), &bus, |command| {
        command.arg(rygel).args(["-n", "eth0"]).env("HOME", dir);
        for kind in ["CONFIG", "CACHE", "DATA"] {
            let name = format!("XDG_{kind}_HOME");
            command.env(name, dir.join(kind.to_ascii_lowercase()));
        }
    }))
}

/// A media server; nothing where minidlna is not installed.
pub fn minidlna(host: &Host, dir: &Path) -> Option<Serving> {
    let program = find_program("minidlnad")?;
    std::fs::create_dir_all(dir.join("media")).expect("a directory");
    let at = dir.display();
    let file = configure(
        dir,
        "minidlna.conf",
        &format!(
            "port=8200\nnetwork_interface=eth0\nmedia_dir={at}/media\ndb_dir={at}/db\nlog_dir={at}\n\
             friendly_name={MEDIA_SERVER}\ninotify=no\nnotify_interval=60\n"
        ),
    );
    Some(host.serve(&dir.join("minidlnad.log"), &program, |command| {
        command.arg("-S").arg("-f").arg(file);
        command.arg("-P").arg(dir.join("minidlna.pid"));
    }))
}

/// An internet gateway of IGD:2 without ConfigurationManagement; nothing where miniupnpd is not installed.
pub fn miniupnpd(host: &Host, dir: &Path) -> Option<Serving> {
    let program = find_program("miniupnpd")?;
    let at = dir.display();
    let file = configure(
        dir,
        "miniupnpd.conf",
        &format!(
            "ext_ifname=lo\nlistening_ip=eth0\nhttp_port=0\nenable_natpmp=no\nenable_upnp=yes\n\
             secure_mode=yes\nsystem_uptime=yes\nnotify_interval=60\nlease_file={at}/leases\n\
             uuid=0a0b0c0d-1111-2222-3333-444455556666\nfriendly_name={ROUTER}\n"
        ),
    );
    Some(host.serve(&dir.join("miniupnpd.log"), &program, |command| {
        command.arg("-d").arg("-f").arg(file);
        command.arg("-P").arg(dir.join("miniupnpd.pid"));
    }))
}
