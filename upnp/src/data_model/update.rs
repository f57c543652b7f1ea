//! The values of the `...Update` state variables of ConfigurationManagement.

use crate::xml::Forgiven;

/// A version, when it came to be, and for ConfigurationUpdate possibly the
/// parameters that raised an alarm.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StateUpdate {
    /// Grows by one with each change.
    pub version: u32,
    /// ISO 8601 text as sent; gateways leave out the zone, or send local time
    /// as UTC, so it is for display only.
    pub date_time: String,
    /// A ParameterValueList document, when there is one.
    pub values: Option<String>,
}

impl StateUpdate {
    /// Reads `version,dateTime[,document]`. Everything after the second comma
    /// is the document, which has commas of its own.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, ',');
        let version = parts.next()?.trim().parse().ok()?;
        let date_time = parts.next().unwrap_or_default().trim().to_owned();
        let values = parts
            .next()
            .map(str::trim)
            .filter(|document| !document.is_empty())
            .map(str::to_owned);
        Some(Self {
            version,
            date_time,
            values,
        })
    }

    /// The text of the state variable.
    #[must_use]
    pub fn to_text(&self) -> String {
        match &self.values {
            Some(values) => format!("{},{},{values}", self.version, self.date_time),
            None => format!("{},{}", self.version, self.date_time),
        }
    }

    /// The parameters that raised an alarm.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn parameter_values(
        &self,
    ) -> Result<super::parameter_values::ParameterValues, crate::xml::XmlError> {
        match &self.values {
            None => Ok(super::parameter_values::ParameterValues::default()),
            Some(values) => {
                let mut forgiven: Vec<Forgiven> = Vec::new();
                super::parameter_values::ParameterValues::parse(values, &mut forgiven)
            }
        }
    }
}
