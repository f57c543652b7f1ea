//! The simulated gateway as a process, and curl against it.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Failure;

/// A running `lanside-gateway`; ends when dropped.
pub struct Simulated {
    child: Child,
    /// UDN of its root device.
    pub udn: String,
    /// Description URL.
    pub location: String,
    /// Description URL over TLS.
    pub secure_location: String,
    /// PIN on its label.
    pub pin: String,
}

impl Simulated {
    /// Starts one with a tree of this many parameters.
    pub fn start(parameters: usize) -> Result<Simulated, Failure> {
        let mut child = Command::new(program("lanside-gateway")?)
            .args(["--parameters", &parameters.to_string(), "--seed", "1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let ready: serde_json::Value = serde_json::from_str(&line)?;
        let text = |key: &str| ready[key].as_str().unwrap_or_default().to_owned();
        Ok(Simulated {
            child,
            udn: text("udn"),
            location: text("location"),
            secure_location: text("secure_location"),
            pin: text("pin"),
        })
    }

    /// Time curl needs for the answer to GetValues of the whole tree, connection included,
    /// and how many bytes it is.
    pub fn curl_get_values(&self, identity_pem: &[u8]) -> Result<(Duration, u64), Failure> {
        let mut pem = tempfile::NamedTempFile::new()?;
        pem.write_all(identity_pem)?;
        let service = "urn:schemas-upnp-org:service:ConfigurationManagement:2";
        let list = "&lt;cms:ContentPathList xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"&gt;\
                    &lt;ContentPath&gt;/BBF/&lt;/ContentPath&gt;&lt;/cms:ContentPathList&gt;";
        let envelope = format!(
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:GetValues xmlns:u=\"{service}\">\
             <Parameters>{list}</Parameters></u:GetValues></s:Body></s:Envelope>"
        );
        let base = self
            .secure_location
            .rsplit_once('/')
            .map_or("", |(base, _)| base);
        let output = Command::new("curl")
            .args(["--silent", "--insecure", "--output", "/dev/null", "--cert"])
            .arg(pem.path())
            .arg("--key")
            .arg(pem.path())
            .args(["--header", "Content-Type: text/xml; charset=\"utf-8\""])
            .arg("--header")
            .arg(format!("SOAPACTION: \"{service}#GetValues\""))
            .args([
                "--data-binary",
                &envelope,
                "--write-out",
                "%{time_total} %{size_download} %{http_code}",
            ])
            .arg(format!("{base}/cms/control"))
            .output()?;
        let told = String::from_utf8(output.stdout)?;
        let mut parts = told.split(' ');
        let seconds: f64 = parts.next().unwrap_or_default().parse()?;
        let bytes: u64 = parts.next().unwrap_or_default().parse()?;
        if parts.next() != Some("200") {
            return Err(format!("curl was refused: {told}").into());
        }
        Ok((Duration::from_secs_f64(seconds), bytes))
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        // Gone already is fine too.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A program of this build, beside this one.
pub fn program(name: &str) -> Result<PathBuf, Failure> {
    let here = std::env::current_exe()?;
    let path = here.with_file_name(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("{} is not built", path.display()).into())
    }
}
