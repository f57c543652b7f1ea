//! To be written.
fn main() {
    lanside_app::run();
}
