//! What a gateway can do besides keeping settings: tell how it is, test, keep logs.

use std::path::{Path, PathBuf};

use dp_credentials::secrets::Secret;
use management::diagnostics::{exported, TestKind, TestRequest, TestStop, TestView, TestsView};
use management::ladder::LadderView;
use management::logs::{LogLevel, LogText, LogView};
use management::snapshots::file::FileFormat;

use super::files::{free_file, name_part, write_new};
use super::{told, Answer, App};
use crate::event::AppEvent;
use crate::status::StatusPage;

impl App {
    /// Everything support asks first, also as text for a ticket.
    ///
    /// # Errors
    ///
    /// As [`management::Management::status`].
    pub async fn status(&self, udn: &str) -> Answer<StatusPage> {
        let status = self.management()?.status(udn).await.map_err(told)?;
        Ok(StatusPage::from(status))
    }

    /// What stands on what, and the lowest that is broken.
    ///
    /// # Errors
    ///
    /// As [`management::Management::ladder`].
    pub async fn ladder(&self, udn: &str) -> Answer<LadderView> {
        self.management()?.ladder(udn).await.map_err(told)
    }

    /// What the gateway can test, and what was tested before.
    ///
    /// # Errors
    ///
    /// As [`management::Management::tests`].
    pub async fn tests(&self, udn: &str) -> Answer<TestsView> {
        self.management()?.tests(udn).await.map_err(told)
    }

    /// Runs a test to its end; how far it is goes to the window.
    ///
    /// # Errors
    ///
    /// As [`management::Management::run_test`].
    pub async fn run_test(
        &self,
        udn: &str,
        kind: TestKind,
        request: &TestRequest,
    ) -> Answer<TestView> {
        let management = self.management()?;
        let stop = TestStop::default();
        self.tests_under_way().insert(udn.to_owned(), stop.clone());
        let ran = management
            .run_test(udn, kind, request, &stop, |news| {
                (self.push)(AppEvent::TestProgress {
                    udn: udn.to_owned(),
                    news,
                });
            })
            .await;
        self.tests_under_way().remove(udn);
        ran.map_err(told)
    }

    /// Stops the test that was started from here.
    pub fn stop_running_test(&self, udn: &str) {
        if let Some(stop) = self.tests_under_way().get(udn) {
            stop.stop();
        }
    }

    /// The result the gateway keeps of a test, whoever started it.
    ///
    /// # Errors
    ///
    /// As [`management::Management::test_result`].
    pub async fn test_result(&self, udn: &str, test_id: u32) -> Answer<TestView> {
        self.management()?
            .test_result(udn, test_id)
            .await
            .map_err(told)
    }

    /// Stops a test the gateway remembers, whoever started it.
    ///
    /// # Errors
    ///
    /// As [`management::Management::stop_test`].
    pub async fn stop_test(&self, udn: &str, test_id: u32) -> Answer<()> {
        self.management()?
            .stop_test(udn, test_id)
            .await
            .map_err(told)
    }

    /// A free name of a file for tests.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn test_file(&self, udn: &str, format: FileFormat) -> Answer<PathBuf> {
        let stem = format!("tests-{}", self.name_for_file(udn)?);
        Ok(free_file(
            &stem,
            match format {
                FileFormat::Json => "json",
                FileFormat::Csv => "csv",
            },
        ))
    }

    /// Writes tests to a new file.
    ///
    /// # Errors
    ///
    /// A file that exists already, or cannot be written.
    pub fn export_tests(&self, tests: &[TestView], format: FileFormat, file: &Path) -> Answer<()> {
        self.management()?;
        let text = exported(tests, format);
        write_new(file, &Secret::new(text)).map_err(told)
    }

    /// The logs a gateway keeps.
    ///
    /// # Errors
    ///
    /// As [`management::Management::logs`].
    pub async fn logs(&self, udn: &str) -> Answer<Vec<LogView>> {
        self.management()?.logs(udn).await.map_err(told)
    }

    /// Reads a log, at most `octets` of it.
    ///
    /// # Errors
    ///
    /// As [`management::Management::log_text`].
    pub async fn log_text(
        &self,
        udn: &str,
        uri: &str,
        octets: u32,
        elsewhere: bool,
    ) -> Answer<LogText> {
        let octets = usize::try_from(octets).unwrap_or(usize::MAX);
        self.management()?
            .log_text(udn, uri, octets, elsewhere)
            .await
            .map_err(told)
    }

    /// Lets the gateway keep records of this level and more severe ones.
    ///
    /// # Errors
    ///
    /// As [`management::Management::configure_log`].
    pub async fn keep_log_level(&self, udn: &str, uri: &str, level: LogLevel) -> Answer<LogView> {
        self.management()?
            .configure_log(udn, uri, None, Some(level))
            .await
            .map_err(told)
    }

    /// A free name of a file for a log.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn log_file(&self, udn: &str) -> Answer<PathBuf> {
        Ok(free_file(
            &format!("log-{}", self.name_for_file(udn)?),
            "log",
        ))
    }

    /// Writes the lines of a log that are shown to a new file.
    ///
    /// # Errors
    ///
    /// A file that exists already, or cannot be written.
    pub fn save_log(&self, lines: &[String], file: &Path) -> Answer<()> {
        self.management()?;
        let mut text = lines.join("\n");
        text.push('\n');
        write_new(file, &Secret::new(text)).map_err(told)
    }

    /// What a gateway is called, as part of a file's name.
    pub(super) fn name_for_file(&self, udn: &str) -> Answer<String> {
        let gateway = self.management()?.gateway(udn).map_err(told)?;
        let name = [gateway.friendly_name, gateway.model_name]
            .into_iter()
            .flatten()
            .map(|name| name_part(&name))
            .find(|name| !name.is_empty());
        Ok(name.unwrap_or_else(|| "gateway".to_owned()))
    }
}
