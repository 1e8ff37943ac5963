//! Looks at linked programs for panics, recursion and the stack that they need.
//!
//! `audit [--report] PROJECT NAME=PROGRAM…`: prints what it finds, and a table in the end. It fails if the
//! driver can panic, calls itself, or has a public function that the programs do not call; with `--report`
//! it only says so.

mod bound;
mod coverage;
mod cycles;
mod flow;
mod graph;
mod image;
mod listing;
mod origin;
mod panics;
mod program;

use std::path::Path;
use std::process::ExitCode;

use program::Program;

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    let report = arguments.first().is_some_and(|first| first == "--report");
    if report {
        arguments.remove(0);
    }
    let Some((project, programs)) = arguments.split_first() else {
        eprintln!("audit [--report] PROJECT NAME=PROGRAM…");
        return ExitCode::FAILURE;
    };
    match audit(Path::new(project), programs) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(violations) => {
            println!("{violations} violations");
            if report { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Looks at all programs; how many rules they violate.
fn audit(project: &Path, programs: &[String]) -> Result<usize, String> {
    let mut violations = 0;
    for name in coverage::missing(project)? {
        println!("NOT CALLED: {name} is public, and no program calls it (whole-api/src/call)");
        violations += 1;
    }
    let mut rows = Vec::new();
    for argument in programs {
        let (name, path) = argument.split_once('=').ok_or("NAME=PROGRAM")?;
        let program = Program::look(Path::new(path), project)?;
        println!("\n=== {name}");
        violations += program.print();
        rows.push((name, program));
    }
    println!("\n| program | panics | recursion | stack, bytes | in | .text + .rodata | .bss |");
    println!("|---|---|---|---|---|---|---|");
    for (name, program) in &rows {
        println!("| {name} {}", program.row());
    }
    Ok(violations)
}
