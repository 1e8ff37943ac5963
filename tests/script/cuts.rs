//! Every dialogue in every piece: where the reads of a UART begin and end must not make a difference.

use super::Script;

/// What the driver reads of a dialogue, and where it is cut.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// As much as fits.
    Whole,
    /// Byte by byte.
    Bytes,
    /// In two, before this byte of all that the module says.
    At(usize),
}

/// Says which run has failed.
struct Witness(Cut);

impl Drop for Witness {
    fn drop(&mut self) {
        if std::thread::panicking() && !matches!(self.0, Cut::Whole) {
            eprintln!("the module's words were cut: {:?}", self.0);
        }
    }
}

/// Runs a program on a module that plays `parts` to their very end: with the module's words whole, byte by
/// byte, and with every single cut. The part that comes first is the setup, which is cut only where there
/// is nothing else.
pub(crate) fn every_cut(parts: &[&str], program: impl Fn(&Script)) {
    let run = |parts: &[&str], cut| {
        let witness = Witness(cut);
        let script = Script::new(parts);
        match cut {
            Cut::Whole => {}
            Cut::Bytes => script.piece(1),
            Cut::At(at) => script.cut(at),
        }
        program(&script);
        script.assert_done();
        drop(witness);
        script
    };
    let total = run(parts, Cut::Whole).read_so_far();
    let setup = match parts {
        [_] | [] => 0,
        [setup, ..] => said(setup),
    };
    run(parts, Cut::Bytes);
    for at in setup.max(1)..total {
        run(parts, Cut::At(at));
    }
}

/// Bytes that the module says in a part of a dialogue.
fn said(part: &str) -> usize {
    let lines = part.lines().filter_map(|line| line.trim_start().strip_prefix("← "));
    lines.map(|line| super::unescape(line).len()).sum()
}
