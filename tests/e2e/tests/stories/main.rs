//! What people do with Lanside, told with the real programs against simulated gateways.
//!
//! One program holds all stories: forty would be linked forty times and take gigabytes.

mod access_list;
mod active_attacker;
mod adapters;
mod apply_survives_kill;
mod command_line;
mod command_line_parameters;
mod crowded_network;
mod cut_off_forecast;
mod definitions;
mod description_cache;
mod discover_and_open;
mod doctor;
mod everyday_search;
mod follow_values;
mod gateway_tests;
mod hostile_gateway;
mod identity_file;
mod introduce_with_pin;
mod introduction_faults;
mod keep_drafts;
mod key_and_tls_life;
mod ladder;
mod licences;
mod living_with_trust;
mod logs;
mod other_makers;
mod profiles;
mod quirks;
mod read_parameters;
mod reboot;
mod recipes;
mod reset;
mod restore;
mod role_policies;
mod roles_and_login;
mod sealed_secrets;
mod secrets_stay_secret;
mod set_parameters;
mod snapshots;
mod status;
mod trust_survives_kill;
mod undo;
mod watch_network;
mod wrong_certificate;
