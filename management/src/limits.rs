//! Every bound of this crate in one place.

use std::time::Duration;

/// Rows of a table up to which its values are read when it is opened, so that rows have
/// names. Larger tables show numbers until a row is opened.
pub const LABELLED_ROWS: usize = 256;

/// Rows of a large table that are loaded with one request, so that a load can be followed and
/// stopped.
pub const ROWS_AT_ONCE: usize = 100;

/// Characters of a value that a row of a list is given to show.
pub const ROW_CHARACTERS: usize = 4_096;

/// Characters of a value that the details of a parameter are given to show.
pub const DETAIL_CHARACTERS: usize = 65_536;

/// Characters that are shown of one that is longer still: laying out 65,536 of them in a narrow
/// column takes a window half a second.
pub const BEGINNING_CHARACTERS: usize = 8_192;

/// Deepest nesting that is walked when a gateway refuses to answer for a whole subtree.
pub const FALLBACK_DEPTH: u32 = 24;

/// Most requests a single reading splits into when the gateway refuses parts of it.
pub const SPLIT_REQUESTS: u32 = 2_000;

/// Most parameters of one tree; a gateway that claims more is cut off.
pub const TREE_PARAMETERS: u32 = 1_000_000;

/// Most edits in one draft.
pub const DRAFT_EDITS: usize = 1_500;

/// Trees of earlier visits held in memory.
pub const REMEMBERED_TREES: usize = 8;

/// Longest value that is kept for the next visit, in octets.
pub const REMEMBERED_VALUE_OCTETS: usize = 64 * 1024;

/// How often it is looked whether something new is to be kept for the next visit.
pub const REMEMBER_EVERY: Duration = Duration::from_secs(10);

/// How often values are kept for the next visit that only became others.
pub const REMEMBER_CHANGES_EVERY: Duration = Duration::from_secs(15 * 60);

/// How many times as long as keeping a tree took it is not kept again.
pub const REMEMBER_REST: u32 = 100;

/// How long a person's search listens.
pub const SEARCH_TIME: Duration = Duration::from_millis(2_500);

/// How long a gateway of an earlier run may take to say that it is still where it was.
pub const RECALL_TIME: Duration = Duration::from_secs(2);

/// How often followed values are read at most: gateways are small computers.
pub const FOLLOW_EVERY_LEAST: Duration = Duration::from_millis(200);

/// How often followed values are read unless told otherwise.
pub const FOLLOW_EVERY: Duration = Duration::from_secs(5);

/// How often counters are read for a picture of traffic, unless somebody says so.
pub const TRAFFIC_EVERY: Duration = Duration::from_secs(2);

/// How long it is waited for a gateway to come back after a reboot, unless told otherwise.
pub const REBOOT_WAIT: Duration = Duration::from_secs(300);

/// Pause between two looks whether a rebooting gateway answers.
pub const REBOOT_POLL: Duration = Duration::from_millis(250);

/// Pause between two questions to a gateway that still answers whether it restarted already.
pub const REBOOT_ASK: Duration = Duration::from_millis(1_500);

/// Most values changed from here that are looked at before and after a restart.
pub const RESTART_VALUES: usize = 200;

/// How long a gateway that was reset may take to show its protected side again.
pub const RESET_PROTECTED_AFTER: Duration = Duration::from_secs(30);

/// How often it is made sure that no other process has replaced this installation's identity.
pub const IDENTITY_CHECK: Duration = Duration::from_secs(3);

/// Most shortcomings of a gateway's TLS that are allowed one after the other.
pub const WEAK_TLS_ALLOWED: usize = 5;

/// Most different paths, rows taken together, a search knows of one gateway.
pub const SEARCH_TOPICS: usize = 50_000;

/// Most hits a search hands to a face.
pub const SEARCH_HITS: usize = 2_000;

/// How long a kept description is used without asking first.
pub const DESCRIPTION_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long after opening a gateway with a kept description it is asked for the present one.
pub const REVALIDATE_AFTER: Duration = Duration::from_secs(5);

/// How long a gateway that locked its setup stays locked at least, after Wi-Fi Simple
/// Configuration; it does not say how long itself.
pub const SETUP_LOCK_LEAST: Duration = Duration::from_secs(60);

/// Entries of the journal a face is shown.
pub const HISTORY_ENTRIES: u32 = 200;

/// Rows of one kind on the page that shows a gateway at a glance.
pub const STATUS_ROWS: usize = 256;

/// Changes on that page.
pub const STATUS_CHANGES: u32 = 5;

/// Deployment units on that page; each is a request.
pub const STATUS_SOFTWARE: usize = 32;

/// Most deployment units, and most execution units, that are listed; each is a request.
pub const SOFTWARE_UNITS: usize = 256;

/// How long a change of software is waited for, unless told otherwise.
pub const SOFTWARE_PATIENCE: Duration = Duration::from_secs(600);

/// Most groups of tones of a DSL line; the standard has at most 512.
pub const TONE_GROUPS: usize = 4_096;

/// Most Wi-Fi channels of one band.
pub const WIFI_CHANNELS: usize = 256;

/// Logs of one gateway.
pub const LOGS: usize = 32;

/// Octets of a log that are read unless told otherwise.
pub const LOG_OCTETS: usize = 4 * 1024 * 1024;

/// Most octets of a log that are read at all.
pub const LOG_OCTETS_MOST: usize = 64 * 1024 * 1024;

/// Most lines of a log.
pub const LOG_LINES: usize = 500_000;

/// How often a running test is looked at; a quarter of it in its first seconds.
pub const TEST_POLL: Duration = Duration::from_secs(1);

/// How long a gateway may say nothing while it tests. A reset of interfaces cuts us off, too.
pub const TEST_SILENCE: Duration = Duration::from_secs(45);

/// What a test may take beyond its own work.
pub const TEST_PATIENCE_EXTRA: Duration = Duration::from_secs(20);

/// Longest a test is waited for, in seconds.
pub const TEST_PATIENCE_MOST_S: u32 = 1_800;

/// How often the result of a test that is said to be over is asked for.
pub const TEST_RESULT_TRIES: u32 = 5;

/// Most rows of one result: hops, answers, networks.
pub const TEST_ROWS: usize = 512;

/// Most tests of a gateway that are described one by one.
pub const TESTS_REMEMBERED: usize = 64;

/// Largest result that is kept, in octets of JSON.
pub const TEST_OCTETS: usize = 256 * 1024;

/// Longest name of a row in a list, in characters.
pub const LABEL_CHARACTERS: usize = 256;

/// Longest value that is looked into for paths it refers to, in octets.
pub const REFERENCE_OCTETS: usize = 64 * 1024;

/// Most parameters listed that refer to one row.
pub const REFERRERS: usize = 200;

/// Most octets of one definition file; the largest published one has 5 million.
pub const DEFINITION_OCTETS: u64 = 64 * 1024 * 1024;

/// Most elements of one definition file; the largest published one has about 90,000.
pub const DEFINITION_ELEMENTS: usize = 1_000_000;

/// Deepest nesting of a definition file; published ones stay below ten.
pub const DEFINITION_DEPTH: usize = 32;

/// Most octets of one text in a definition file.
pub const DEFINITION_TEXT_OCTETS: usize = 64 * 1024;

/// Most objects and parameters all models of an import may have when written out.
pub const DEFINITION_ITEMS: usize = 200_000;

/// Deepest chain of models, components, profiles and types built on one another.
pub const DEFINITION_CHAIN: usize = 32;

/// Most parameters of one object in a definition; the largest published one has about 90.
pub const DEFINITION_OBJECT_PARAMETERS: usize = 5_000;

/// Most octets all texts of an import may have when written out; Device:2.19 has 4 million.
pub const DEFINITION_WRITTEN_OCTETS: usize = 32 * 1024 * 1024;

/// Most files of one import; the models in published parts have about a hundred.
pub const DEFINITION_FILES: usize = 256;

/// Most octets of all files of one import.
pub const DEFINITION_OCTETS_TOGETHER: u64 = 160 * 1024 * 1024;

/// Characters of the name of a snapshot.
pub const SNAPSHOT_NAME: usize = 100;

/// Octets of a file that is read as a snapshot.
pub const SNAPSHOT_FILE_OCTETS: usize = 256_000_000;

/// Octets of one value in such a file.
pub const SNAPSHOT_VALUE_OCTETS: usize = 16_000_000;

/// Octets of one text in the head of such a file.
pub const SNAPSHOT_TEXT_OCTETS: usize = 1_000;

/// Most parameters of a restore that are listed as impossible.
pub const RESTORE_IMPOSSIBLE: usize = 5_000;

/// Pause between two looks for a gateway that moved.
pub const HUNT_PAUSE: Duration = Duration::from_millis(500);

/// How long a gateway that moved or cut this computer off is looked for.
pub const HUNT: Duration = Duration::from_secs(20);
/// Largest recipe, in octets.
pub const RECIPE_OCTETS: usize = 256 * 1024;

/// Most variables of a recipe.
pub const RECIPE_VARIABLES: usize = 64;

/// Most steps of one kind in a recipe, and most entries of one list in it.
pub const RECIPE_STEPS: usize = 200;

/// Longest single text of a recipe and longest answer to a variable, in octets.
pub const RECIPE_TEXT_OCTETS: usize = 4 * 1024;

/// Longest description or notes of a recipe, in octets.
pub const RECIPE_NOTES_OCTETS: usize = 16 * 1024;

/// Longest time a check of a recipe may wait, in seconds.
pub const RECIPE_CHECK_S: u64 = 300;

/// How often a waiting check looks again.
pub const RECIPE_CHECK_EVERY: Duration = Duration::from_millis(500);

/// Most gateways of one run of a recipe.
pub const RECIPE_GATEWAYS: usize = 100;

/// How long a gateway may take to say goodbye when its connection is closed.
pub const GOODBYE: Duration = Duration::from_secs(2);

/// How long keeping a tree for the next visit may hold up the end of the program.
pub const KEEPING_AT_END: Duration = Duration::from_secs(5);

/// Largest site report that is checked, in octets.
pub const REPORT_OCTETS: usize = 32 * 1024 * 1024;

/// Largest certificate in the seal of a site report, in octets.
pub const REPORT_CERTIFICATE_OCTETS: usize = 16 * 1024;

/// Most changes, and most tests, a site report lists.
pub const REPORT_ENTRIES: usize = 200;

/// Most targets of references that are looked for before edits are sent.
pub const REFERENCES_CHECKED: usize = 200;

/// Most nodes that were not shown of which it is asked why.
pub const PROBLEMS_TOLD_APART: usize = 64;

/// Most followed values that are read one by one while the configuration stays as it is; beyond,
/// everything is read in one piece.
pub const FOLLOW_SINGLY: usize = 200;

/// How many readings may rely on the version of the configuration before everything is read: some
/// gateways forget to count a change.
pub const FOLLOW_UNCHANGED: u32 = 12;

/// Most messages with gateways that are kept in memory for reading.
pub const CONVERSATION_ENTRIES: usize = 4000;

/// Most octets of them.
pub const CONVERSATION_OCTETS: usize = 8 * 1024 * 1024;

/// Largest operator's file, in octets.
pub const OPERATOR_OCTETS: usize = 64 * 1024;

/// Longest text of an operator's file, in octets: it must fit on a page in large type.
pub const OPERATOR_TEXT_OCTETS: usize = 400;

/// Most wireless networks a set-up changes.
pub const SETUP_NETWORKS: usize = 8;

/// How long the end of a set-up waits for the internet to come up.
pub const SETUP_TEST: Duration = Duration::from_secs(45);

/// How often it looks.
pub const SETUP_TEST_EVERY: Duration = Duration::from_secs(1);
