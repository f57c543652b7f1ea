//! Writes the manual pages and the completions of shells, from the same description of the
//! command line the program itself reads, so that they cannot tell different stories.
//!
//! Usage: `cargo run -p lanside-cli --example pages -- DIR`; writes `DIR/man/*.1`,
//! `DIR/completions/{lanside.bash,_lanside,lanside.fish}`.

use std::path::Path;

use clap_complete::Shell;

fn main() -> std::io::Result<()> {
    let Some(directory) = std::env::args_os().nth(1) else {
        eprintln!("Usage: pages DIR");
        std::process::exit(2);
    };
    let directory = Path::new(&directory);
    let (man, completions) = (directory.join("man"), directory.join("completions"));
    std::fs::create_dir_all(&man)?;
    std::fs::create_dir_all(&completions)?;
    // No `lanside help …` pages: they would say what the others say.
    let mut command = lanside_cli::command().disable_help_subcommand(true);
    command.build();
    clap_mangen::generate_to(command.clone(), &man)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command, "lanside", &completions)?;
    }
    Ok(())
}
