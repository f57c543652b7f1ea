//! What can be done with one of the things that verbs are about.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use dp_credentials::identity::{Fingerprint, KeyKind};

use super::{Device, Tongue};

/// What can be done with a gateway's access list. IDENTITY is a user's name, a control point's
/// identity, name or alias, or one of the keys of the list (`user:NAME`, `control-point:ID`).
#[derive(Debug, Subcommand)]
pub enum AccessVerb {
    /// Show it.
    List,
    /// Add a user, or let a colleague's computer in.
    Add {
        /// Which of the two.
        #[command(subcommand)]
        who: NewIdentity,
    },
    /// Make the gateway forget a user or a control point.
    Remove {
        /// Who.
        #[arg(value_name = "IDENTITY")]
        identity: String,
        /// For this computer, your own Admin or the last one: the gateway's name.
        #[arg(long, value_name = "GATEWAY-NAME")]
        confirm: Option<String>,
    },
    /// Show a control point under another name, where the gateway lets it.
    Rename {
        /// Which one.
        #[arg(value_name = "IDENTITY")]
        identity: String,
        /// The new name.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Give a role that lasts.
    Grant {
        /// To whom.
        #[arg(value_name = "IDENTITY")]
        identity: String,
        /// For example Basic or Admin.
        #[arg(value_name = "ROLE")]
        role: String,
    },
    /// Take a role away.
    Revoke {
        /// From whom.
        #[arg(value_name = "IDENTITY")]
        identity: String,
        /// For example Admin.
        #[arg(value_name = "ROLE")]
        role: String,
        /// For your own Admin or the last one: the gateway's name.
        #[arg(long, value_name = "GATEWAY-NAME")]
        confirm: Option<String>,
    },
    /// Set a user's password; it is asked for, or read from standard input.
    Password {
        /// Name of the user.
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// Who can be added to an access list.
#[derive(Debug, Subcommand)]
pub enum NewIdentity {
    /// Somebody with a password; it is asked for, or read from standard input.
    User {
        /// Login name.
        #[arg(value_name = "NAME")]
        name: String,
        /// Roles besides Public; repeatable.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
    },
    /// A computer, by its identity (`lanside identity show` on that computer).
    ControlPoint {
        /// Identity of its certificate.
        #[arg(value_name = "ID")]
        id: String,
        /// What to call it.
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// Roles besides Public; repeatable.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
    },
}

/// What can be done with definitions.
#[derive(Debug, Subcommand)]
pub enum DefinitionsVerb {
    /// Read files (tr-181-2-…-full.xml, or the same in parts, given together) and keep what they
    /// say; a set of the same name is replaced.
    Import {
        /// The files.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// What was imported, from which files.
    List,
    /// Forget a set.
    Remove {
        /// Its name, or that of its model.
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// What can be done with a site report.
#[derive(Debug, Subcommand)]
pub enum ReportVerb {
    /// Write one. Secrets are hidden; nothing on the gateway is changed. It can be written of a
    /// gateway that does not answer, too.
    Make {
        /// The gateway.
        #[command(flatten)]
        device: Device,
        /// Where to: one HTML file that needs nothing else.
        #[arg(long, value_name = "FILE", default_value = "report.html")]
        file: PathBuf,
        /// List changes and tests since then (2026-11-21T08:00:00Z); the last twelve hours when left
        /// out.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// What it is called; “Site report” and the gateway's name when left out.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// What the page shows, of these: all of it when left out.
        #[arg(
            long = "section",
            value_enum,
            value_name = "NAME",
            value_delimiter = ','
        )]
        sections: Vec<crate::commands::ReportSection>,
        /// Something to remember; may be given several times.
        #[arg(long = "note", value_name = "TEXT")]
        notes: Vec<String>,
        /// Language of the page.
        #[arg(long, value_enum, default_value_t = Tongue::En)]
        language: Tongue,
    },
    /// Tell who sealed one, and whether it is as it was sealed.
    Verify {
        /// The file as it was saved.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// It has to be sealed with this certificate (SHA-256, as `lanside identity show` shows it).
        #[arg(long, value_name = "SHA-256")]
        certificate: Option<Fingerprint>,
    },
}

/// What can be done with a draft.
#[derive(Debug, Subcommand)]
pub enum DraftVerb {
    /// Show it, compared with what the gateway has now.
    Show,
    /// Send it and read it back.
    Apply {
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Send it even if it cuts this computer off from the gateway.
        #[arg(long)]
        even_if_cut_off: bool,
    },
    /// Drop it; nothing is sent.
    Discard,
}

/// What can be done with the place of secrets.
#[derive(Debug, Subcommand)]
pub enum SecretsVerb {
    /// Show it, and whether it answers.
    Show,
    /// Keep secrets there from now on. What is in another place stays there and is not used;
    /// `identity export` and `identity import` take identity and trust along.
    Use {
        /// The system keyring, or one file behind a passphrase.
        #[arg(value_enum)]
        place: Place,
    },
}

/// A place that can be chosen for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Place {
    /// The system keyring.
    Keyring,
    /// One file in the state directory behind a passphrase.
    SealedFile,
}

/// What can be done with saved trees.
#[derive(Debug, Subcommand)]
pub enum SnapshotVerb {
    /// Read the whole tree and keep it.
    Save {
        /// What to call it.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
    },
    /// What is kept, newest first.
    List,
    /// Compare: two snapshots, one with the gateway as it is now (or with another one), or,
    /// when none is named, what has changed since the last visit.
    Diff {
        /// The first.
        #[arg(value_name = "ID")]
        left: Option<i64>,
        /// The second.
        #[arg(value_name = "ID")]
        right: Option<i64>,
        /// Compare the first with what this gateway has now.
        #[arg(
            long,
            value_name = "DEVICE",
            requires = "left",
            conflicts_with = "right"
        )]
        with: Option<String>,
        /// Measurements and states of the gateway too, not settings alone.
        #[arg(long)]
        all: bool,
    },
    /// Write one to a new file; `-` is standard output.
    Export {
        /// Number of the snapshot.
        #[arg(value_name = "ID")]
        id: i64,
        /// The file; an existing one is not overwritten.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Kind of file (default: by its name, else JSON).
        #[arg(long, value_enum)]
        format: Option<SnapshotFormat>,
        /// Passwords and keys too, in clear, as far as they are known.
        #[arg(long)]
        with_secrets: bool,
    },
    /// Keep one from a file; `-` is standard input.
    Import {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put one into the draft, to be reviewed and applied; nothing is sent.
    Restore {
        /// Number of the snapshot; it may be of another gateway.
        #[arg(value_name = "ID")]
        id: i64,
    },
    /// Forget one.
    Drop {
        /// Number of the snapshot.
        #[arg(value_name = "ID")]
        id: i64,
    },
}

/// Kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SnapshotFormat {
    /// One JSON document.
    Json,
    /// Comma-separated values.
    Csv,
}

impl From<SnapshotFormat> for management::snapshots::file::FileFormat {
    fn from(format: SnapshotFormat) -> Self {
        match format {
            SnapshotFormat::Json => Self::Json,
            SnapshotFormat::Csv => Self::Csv,
        }
    }
}

/// What can be done with this installation's certificate.
#[derive(Debug, Subcommand)]
pub enum IdentityVerb {
    /// Show who gateways know us as, with which kind of key and until when.
    Show,
    /// Write key, certificates and trusted gateways to a new file, for a second computer. The
    /// passphrase (at least 8 characters) is asked for, or read from standard input.
    Export {
        /// The file; an existing one is not overwritten.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Take over what `export` wrote; the passphrase is asked for, or read from standard input.
    Import {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Give up the identity this computer has: gateways that know it must be paired again.
        #[arg(long)]
        replace: bool,
    },
    /// Make a new identity, and say where the old one has to be revoked (“this laptop was
    /// stolen”). Every gateway must be paired again.
    Replace {
        /// Kind of the new key: rsa2048, which every gateway takes, or p256, which many do not.
        #[arg(long, value_name = "KIND", default_value_t = KeyKind::Rsa2048)]
        key: KeyKind,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}
