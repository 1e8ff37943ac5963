//! The instructions of a program, as `llvm-objdump` of the Rust toolchain prints them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One instruction.
#[derive(Debug, Clone)]
pub struct Instruction {
    pub address: u32,
    /// `pop`, without width (`.w`) and condition.
    pub mnemonic: String,
    /// It is done only on a condition.
    pub conditional: bool,
    /// `{r4, pc}`
    pub operands: String,
}

const CONDITIONS: [&str; 14] =
    ["eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"];

/// Mnemonics for which it matters whether they are conditional.
const CONTROL: [&str; 8] = ["b", "bl", "blx", "bx", "pop", "push", "add", "sub"];

/// All instructions, by address.
pub fn disassemble(path: &Path) -> Result<Vec<Instruction>, String> {
    let tool = objdump()?;
    let output = Command::new(&tool)
        .args(["--disassemble", "--no-show-raw-insn", "--print-imm-hex"])
        .arg(path)
        .output()
        .map_err(|error| format!("{}: {error}", tool.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    Ok(text.lines().filter_map(parse).collect())
}

/// The component `llvm-tools` of the toolchain in use.
fn objdump() -> Result<PathBuf, String> {
    let ask = |argument: &[&str]| {
        let output =
            Command::new("rustc").args(argument).output().map_err(|error| error.to_string())?;
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    };
    let version = ask(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let root = ask(&["--print", "sysroot"])?;
    let tool = Path::new(root.trim()).join("lib/rustlib").join(host).join("bin/llvm-objdump");
    if tool.exists() {
        Ok(tool)
    } else {
        Err(String::from("run `rustup component add llvm-tools`"))
    }
}

/// `     258:      \tpush\t{r7, lr}`; data between the code has bytes before the first tab.
fn parse(line: &str) -> Option<Instruction> {
    let (address, rest) = line.trim_start().split_once(':')?;
    let address = u32::from_str_radix(address, 16).ok()?;
    let (bytes, rest) = rest.split_once('\t')?;
    let (mnemonic, operands) = rest.split_once('\t').unwrap_or((rest, ""));
    if !bytes.trim().is_empty() || mnemonic.starts_with('.') {
        return None;
    }
    let operands = operands.split(['@', '<']).next().unwrap_or_default().trim();
    let mnemonic = mnemonic.trim_end_matches(".w").trim_end_matches(".n");
    let base = CONDITIONS
        .iter()
        .find_map(|condition| mnemonic.strip_suffix(condition))
        .filter(|base| CONTROL.contains(base) && !CONTROL.contains(&mnemonic));
    Some(Instruction {
        address,
        mnemonic: base.unwrap_or(mnemonic).to_owned(),
        conditional: base.is_some(),
        operands: operands.to_owned(),
    })
}

impl Instruction {
    /// The operand that an address is: of a branch, the last one.
    pub fn target(&self) -> Option<u32> {
        let last = self.operands.rsplit(',').next()?.trim();
        u32::from_str_radix(last.strip_prefix("0x")?, 16).ok()
    }

    /// The operand of that number, where no braces are.
    pub fn operand(&self, number: usize) -> Option<&str> {
        self.operands.split(',').nth(number).map(str::trim)
    }

    /// How many registers the list in braces has.
    pub fn listed(&self) -> Vec<&str> {
        let inside = self.operands.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
        inside.map_or(Vec::new(), |(list, _)| list.split(',').map(str::trim).collect())
    }
}

/// `#-0x10` and `#0x10`.
pub fn immediate(operand: &str) -> Option<i32> {
    let digits = operand.trim().strip_prefix('#')?;
    match digits.strip_prefix('-') {
        Some(rest) => parse_number(rest).map(|value| -value),
        None => parse_number(digits),
    }
}

fn parse_number(digits: &str) -> Option<i32> {
    match digits.strip_prefix("0x") {
        Some(hex) => i32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}
