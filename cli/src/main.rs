//! Entry of `lanside`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lanside_cli::run()
}
