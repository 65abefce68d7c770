//! The shells that read completion scripts in the tests. Where they can be installed they are; elsewhere the tests of a shell that is
//! missing are skipped, with that reason: no one needs three shells to work on this.

use std::process::Command;

use anyhow::Result;

use crate::process;

const SHELLS: &[&str] = &["bash", "fish", "zsh"];

/// Installs what is missing with apt, if this is root on a system that has it.
pub fn prepare() -> Result<()> {
    let missing: Vec<&str> = SHELLS.iter().copied().filter(|shell| !answers(shell)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let root = process::output(Command::new("id").arg("-u"))? == "0";
    if !root || !answers("apt-get") {
        println!("not installed, so not tested: {}", missing.join(", "));
        return Ok(());
    }
    let apt = |arguments: &[&str]| {
        process::run(Command::new("apt-get").args(arguments).args(&missing).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let installed = process::run(Command::new("apt-get").args(["update", "-qq"]))
        .and_then(|()| apt(&["install", "-y", "-qq", "--no-install-recommends"]));
    if let Err(error) = installed {
        println!("not tested, because they cannot be installed: {} ({error:#})", missing.join(", "));
    }
    Ok(())
}

fn answers(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}
