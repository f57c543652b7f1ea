//! Evidence for support: what was said with gateways, and the report of a visit.

use std::path::{Path, PathBuf};

use dp_credentials::secrets::Secret;
use management::conversation::ConversationView;
use management::report::{SealView, SiteReport};
use management::schema::Language;
use management::{limits, Error};

use super::files::{free_file, name_part, write_new};
use super::{told, Answer, App};

impl App {
    /// What was said with gateways, from a number on.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn conversation(&self, from: u32) -> Answer<ConversationView> {
        Ok(self.management()?.conversation(from))
    }

    /// Forgets it.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn forget_conversation(&self) -> Answer<()> {
        self.management()?.forget_conversation();
        Ok(())
    }

    /// What there is to report of a gateway since a moment.
    ///
    /// # Errors
    ///
    /// As [`management::Management::site_report`].
    pub async fn site_report(
        &self,
        udn: &str,
        since: Option<&str>,
        notes: Vec<String>,
    ) -> Answer<SiteReport> {
        let management = self.management()?;
        management
            .site_report(udn, since, notes)
            .await
            .map_err(told)
    }

    /// A free name of a file for the report of a gateway.
    pub fn report_file(&self, name: &str) -> PathBuf {
        free_file(&format!("lanside-report-{}", name_part(name)), "html")
    }

    /// Seals a report that was shown and writes it to a new file.
    ///
    /// # Errors
    ///
    /// As [`management::Management::sealed_report`], and when the file cannot be written.
    pub async fn save_report(
        &self,
        report: &SiteReport,
        language: Language,
        file: &Path,
    ) -> Answer<PathBuf> {
        let management = self.management()?;
        let page = management
            .sealed_report(report, language)
            .await
            .map_err(told)?;
        write_new(file, &Secret::new(page)).map_err(told)?;
        Ok(file.to_owned())
    }

    /// Shows a report in the browser of the system.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a file that is no page, and when nothing on this system shows one.
    pub fn show_report(&self, file: &Path) -> Answer<()> {
        let is_page = file
            .extension()
            .is_some_and(|extension| extension == "html");
        if !is_page || !file.is_file() {
            let text = format!("{} is no page that can be shown", file.display());
            return Err(told(Error::Usage(text)));
        }
        open::that_detached(file).map_err(|error| {
            let text = format!("{} cannot be shown: {error}", file.display());
            told(Error::Usage(text))
        })
    }

    /// Whether a report is as it was sealed, and by whom.
    ///
    /// # Errors
    ///
    /// As [`management::Management::check_report`].
    pub async fn verify_report(&self, document: &str) -> Answer<SealView> {
        if document.len() > limits::REPORT_OCTETS {
            return Err(told(Error::Usage("the file is too long".to_owned())));
        }
        let management = self.management()?;
        management
            .check_report(document.as_bytes())
            .await
            .map_err(told)
    }
}
