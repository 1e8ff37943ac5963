//! How large each firmware may be.

use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of flash by row of the table.
pub struct Ceilings(Option<BTreeMap<String, u64>>);

impl Ceilings {
    /// Lines of `bytes program, target, level`; `#` begins a comment. The path `-`: no ceilings.
    pub fn read(path: &Path) -> Result<Self, String> {
        if path == Path::new("-") {
            return Ok(Self(None));
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines = lines.filter(|line| !line.starts_with('#'));
        let entry = |line: &str| {
            let (bytes, row) = line.split_once(' ')?;
            Some((row.trim().to_owned(), bytes.parse().ok()?))
        };
        let table: Option<_> = lines.map(entry).collect();
        table.map(|table| Self(Some(table))).ok_or_else(|| format!("{}: BYTES ROW", path.display()))
    }

    pub fn of(&self, row: &str) -> Result<u64, String> {
        match &self.0 {
            None => Ok(u64::MAX),
            Some(table) => table.get(row).copied().ok_or_else(|| format!("no ceiling for {row}")),
        }
    }
}
