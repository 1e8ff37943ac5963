//! Whether the programs call every public function of the driver, by name.

use std::fs;
use std::path::Path;

/// What cannot be called here: what is for programs on a host alone, and the async shell, whose calls are the
/// same source.
const ELSEWHERE: [&str; 2] = ["serial_port.rs", "asynch"];

/// The public functions of `src` that no file of `whole-api/src/call` names.
///
/// What is `pub` there can be reached from outside (the lint `unreachable_pub` says so).
pub fn missing(project: &Path) -> Result<Vec<String>, String> {
    let mut calls = String::new();
    read(&project.join("tests/footprint/whole-api/src/call"), &mut calls)?;
    let mut source = String::new();
    read(&project.join("src"), &mut source)?;
    let mut missing: Vec<String> = source
        .lines()
        .filter_map(|line| {
            let line = line.trim_start().strip_prefix("pub ")?;
            let line = line.strip_prefix("const ").unwrap_or(line);
            let line = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
            line.split(['(', '<']).next().map(ToOwned::to_owned)
        })
        .filter(|name| {
            let called = ["(", "::<"].iter().any(|next| {
                let call = format!("{name}{next}");
                let mut found = calls.match_indices(&call);
                // not `pub fn recv(`, and not the end of `try_recv(`
                found.any(|(at, _)| {
                    calls[..at].ends_with(['.', ':', ' ', '(']) && !calls[..at].ends_with("fn ")
                })
            });
            !called
        })
        .collect();
    missing.sort();
    missing.dedup();
    Ok(missing)
}

/// All source files of a folder.
fn read(folder: &Path, text: &mut String) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if ELSEWHERE.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        if path.is_dir() {
            read(&path, text)?;
        } else {
            text.push_str(&fs::read_to_string(&path).map_err(failed)?);
        }
    }
    Ok(())
}
