//! Whether to use colours.

use std::env;
use std::io::IsTerminal;

/// Whether what is printed on `stream` may be coloured: on a terminal, unless `NO_COLOR` is set
/// (no-color.org).
pub(crate) fn coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
