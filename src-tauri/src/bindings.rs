//! The one table of commands, and the TypeScript written from it.

use tauri::Wry;
use tauri_specta::{collect_commands, collect_events, Builder, ErrorHandlingMode};

use crate::commands::{
    access, actions, changes, desktop, discovery, files, identity, introduction, measure,
    operations, parameters, recipes, restart, secrets, setup, snapshots, software, support,
    watching,
};
use crate::event::AppEvent;

/// All commands and the event, as the window sees them.
pub fn builder() -> Builder<Wry> {
    Builder::<Wry>::new()
        .error_handling(ErrorHandlingMode::Throw)
        // The window only reads these types: one shape each is enough.
        .disable_serde_phases()
        // The only 64-bit numbers are row ids of the journal, far below 2^53.
        .dangerously_cast_bigints_to_number()
        .commands(collect_commands![
            discovery::about,
            discovery::discover,
            discovery::why_nothing,
            discovery::add_by_address,
            discovery::show,
            discovery::open,
            discovery::firmware,
            discovery::close,
            introduction::first_contact,
            introduction::pair,
            introduction::enter_pin,
            introduction::trust,
            introduction::button_pressed,
            introduction::cancel_pairing,
            introduction::login,
            introduction::logout,
            introduction::forget,
            access::access,
            access::add_user,
            access::add_control_point,
            access::rename_control_point,
            access::grant_role,
            access::revoke_role,
            access::remove_identity,
            access::change_password,
            identity::own_identity,
            identity::identity_file,
            identity::gateways_that_know_us,
            identity::export_identity,
            identity::import_identity,
            identity::replace_identity,
            secrets::secrets_view,
            secrets::use_sealed_file,
            secrets::use_keyring,
            files::choose_file,
            desktop::take_link,
            desktop::tell_in_background,
            desktop::licences,
            parameters::children,
            parameters::remembered_rows,
            parameters::load_subtree,
            parameters::cancel_load,
            parameters::details,
            parameters::value_file,
            parameters::save_value,
            parameters::read,
            parameters::search,
            parameters::search_remembered,
            parameters::draft,
            parameters::typed,
            parameters::keep_typed,
            parameters::stage,
            parameters::unstage,
            parameters::discard,
            parameters::review,
            parameters::apply,
            changes::forecast,
            changes::hunt,
            changes::history,
            changes::take_back,
            changes::grid,
            changes::add_row,
            changes::delete_row,
            changes::locate,
            changes::attributes,
            changes::set_attributes,
            changes::set_alarms,
            snapshots::snapshots,
            snapshots::save_snapshot,
            snapshots::drop_snapshot,
            snapshots::visit,
            snapshots::compare,
            snapshots::snapshot_file,
            snapshots::export_snapshot,
            snapshots::import_snapshot,
            snapshots::import_snapshot_text,
            snapshots::restore,
            snapshots::profile_report,
            snapshots::save_profile_report,
            watching::watch,
            watching::unwatch,
            restart::reboot,
            restart::usual_restart,
            restart::reset_plan,
            restart::reset,
            operations::status,
            operations::ladder,
            operations::tests,
            operations::run_test,
            operations::stop_running_test,
            operations::test_result,
            operations::stop_test,
            operations::test_file,
            operations::export_tests,
            operations::logs,
            operations::log_text,
            operations::keep_log_level,
            operations::log_file,
            operations::save_log,
            software::software,
            software::change_software,
            measure::line_tones,
            measure::wifi_channels,
            measure::watch_traffic,
            measure::unwatch_traffic,
            setup::setup_progress,
            setup::setup,
            setup::keep_setup_step,
            setup::keep_begun,
            setup::answer_login,
            setup::answer_wifi,
            setup::leave_out,
            setup::setup_verdict,
            setup::show_wifi_card,
            setup::wifi_card_file,
            setup::save_wifi_card,
            setup::print_window,
            setup::end_setup,
            actions::device_actions,
            actions::call_action,
            actions::call_lines,
            actions::roles_for_call,
            recipes::read_recipe,
            recipes::plan_recipe,
            recipes::run_recipe,
            support::conversation,
            support::forget_conversation,
            support::site_report,
            support::report_file,
            support::save_report,
            support::show_report,
            support::verify_report,
        ])
        .events(collect_events![AppEvent])
}

#[cfg(test)]
mod tests {
    use super::*;
    use specta_typescript::Typescript;
    use std::path::Path;

    /// Writes the file instead of comparing it.
    const UPDATE: &str = "LANSIDE_UPDATE_BINDINGS";

    #[test]
    fn the_checked_in_bindings_are_those_of_this_code() {
        let checked_in = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../ui/src/ipc/bindings.ts"
        ));
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let fresh = dir.path().join("bindings.ts");
        builder()
            .export(Typescript::default(), &fresh)
            .expect("every type can be written");
        let fresh = std::fs::read_to_string(fresh).expect("it was just written");
        if std::env::var_os(UPDATE).is_some() {
            std::fs::write(checked_in, &fresh).expect("the bindings can be written");
        }
        let present = std::fs::read_to_string(checked_in).unwrap_or_default();
        assert!(
            present == fresh,
            "ui/src/ipc/bindings.ts is stale; run the tests of lanside-app with {UPDATE}=1"
        );
    }
}
