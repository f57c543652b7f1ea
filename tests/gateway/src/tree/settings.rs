//! Ways of answering in which real gateways differ.

/// How the change times in the `…Update` variables are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateTimeStyle {
    /// `2026-01-15T09:00:00Z`.
    #[default]
    Utc,
    /// `2026-01-15T09:00:00`.
    WithoutZone,
    /// `2026-01-15T09:00:00.000Z`.
    Milliseconds,
}

/// Switches of the ConfigurationManagement:2 server; the default is the well-behaved gateway.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Refuses what the grammar does not hold: wildcards in GetValues, ill-formed documents, missing arguments.
    pub strict: bool,
    /// GetSupportedDataModels names every top-level object instead of `/BBF/`.
    pub split_locations: bool,
    /// GetSupportedDataModels answers 401.
    pub no_data_models: bool,
    /// Spelling of change times.
    pub date_time: DateTimeStyle,
    /// References in values keep CWMP's form, `Device.IP.Interface.1`.
    pub cwmp_references: bool,
    /// A forbidden node makes the whole read fail with 703 instead of being left out.
    pub abort_on_forbidden: bool,
    /// GetSelectedValues is offered.
    pub selected_values: bool,
    /// Booleans read `true` and `false`.
    pub words_for_booleans: bool,
    /// EventOnChange and AlarmOnChange are left out when 0.
    pub leave_out_zero_attributes: bool,
    /// unsignedInt parameters say `long` in their Type attribute.
    pub unsigned_as_long: bool,
    /// White space around paths in answers.
    pub spaced_paths: bool,
    /// Answers start with an XML declaration.
    pub xml_declaration: bool,
    /// GetSupportedParameters writes the first instance instead of `#`.
    pub structure_with_numbers: bool,
    /// GetValues leaves unknown paths out instead of refusing.
    pub unknown_paths_ignored: bool,
    /// GetValues gives unknown paths an error text for a value instead of refusing.
    pub error_texts_as_values: bool,
    /// Tests of the data model begin and never end.
    pub endless_diagnostics: bool,
}
