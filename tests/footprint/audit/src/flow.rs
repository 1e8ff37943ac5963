//! What a function does with the stack, and whom it calls at which depth.
//!
//! Each instruction is given the depth of the stack before it, from the entry along every branch; where
//! ways meet, the deeper one counts. Of registers is known which offset they were loaded from, which for a
//! method of a `dyn Trait` is its place in the table of methods.

use std::collections::BTreeMap;

use crate::image::Image;
use crate::listing::{Instruction, immediate};

/// A call, or a jump to another function.
#[derive(Debug)]
pub struct Site {
    pub address: u32,
    /// Bytes of the stack in use.
    pub depth: u32,
    pub callee: Callee,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callee {
    Function(usize),
    /// An address in a register, which was loaded from this offset, if that is known.
    Pointer(Option<u32>),
}

/// One function.
#[derive(Debug, Default)]
pub struct Flow {
    /// Most bytes of the stack that it uses by itself.
    pub frame: u32,
    pub sites: Vec<Site>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    depth: u32,
    /// What is known of r0 to r15.
    registers: [Option<Value>; 16],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Loaded from this offset of something.
    At(u32),
    /// This number: `movw` and `movt`, or a word among the code.
    Number(u32),
}

/// Follows a function.
pub fn follow(image: &Image, index: usize, code: &[Instruction]) -> Result<Flow, String> {
    let function = &image.functions[index];
    let outlined = is_outlined(&function.name);
    let places: BTreeMap<u32, usize> =
        code.iter().enumerate().map(|(place, instruction)| (instruction.address, place)).collect();
    let mut before: Vec<Option<State>> = vec![None; code.len()];
    let mut waiting = Vec::new();
    if let Some(entry) = before.first_mut() {
        *entry = Some(State { depth: 0, registers: [None; 16] });
        waiting.push(0);
    }
    while let Some(place) = waiting.pop() {
        let Some(state) = before[place].clone() else { continue };
        let instruction = &code[place];
        let after = step(image, instruction, &state, outlined)
            .map_err(|error| format!("{} at {:#x}: {error}", function.name, instruction.address))?;
        let mut reach = |next: usize| {
            let Some(known) = before.get_mut(next) else { return };
            let merged = merge(known.as_ref(), &after);
            if known.as_ref() != Some(&merged) {
                *known = Some(merged);
                waiting.push(next);
            }
        };
        let targets = match instruction.mnemonic.as_str() {
            "b" | "cbz" | "cbnz" => instruction.target().into_iter().collect(),
            "tbb" => table(image, instruction.address + 4, 1),
            "tbh" => table(image, instruction.address + 4, 2),
            _ => Vec::new(),
        };
        targets.iter().filter_map(|target| places.get(target)).for_each(|&next| reach(next));
        if !ends(instruction) {
            reach(place + 1);
        }
    }
    collect(image, index, code, &before)
}

/// What the pass has found.
fn collect(
    image: &Image,
    index: usize,
    code: &[Instruction],
    before: &[Option<State>],
) -> Result<Flow, String> {
    let mut flow = Flow::default();
    let outlined = is_outlined(&image.functions[index].name);
    for (instruction, state) in code.iter().zip(before) {
        if let Some(state) = state {
            let after = step(image, instruction, state, outlined)?;
            if outlined && ends(instruction) && after.depth > 0 {
                return Err(format!("{instruction:?}: returns with a deeper stack"));
            }
            flow.frame = flow.frame.max(state.depth).max(after.depth);
        }
    }
    for (instruction, state) in code.iter().zip(before) {
        // code that no branch seems to lead to counts at its worst
        let depth = state.as_ref().map_or(flow.frame, |state| state.depth);
        let callee = match instruction.mnemonic.as_str() {
            "bl" | "b" | "cbz" | "cbnz" => {
                let target = instruction.target().and_then(|target| image.containing(target));
                let target = target.ok_or_else(|| format!("{instruction:?}: to nowhere"))?;
                if instruction.mnemonic != "bl" && target == index {
                    continue;
                }
                Callee::Function(target)
            }
            "blx" | "bx" if instruction.operands != "lr" => {
                let register = register(&instruction.operands);
                let value =
                    state.as_ref().zip(register).and_then(|(state, at)| state.registers[at]);
                match value {
                    // several calls of one function, to save bytes
                    Some(Value::Number(number)) => match image.starting_at(number & !1) {
                        Some(function) => Callee::Function(function),
                        None => Callee::Pointer(None),
                    },
                    Some(Value::At(offset)) => Callee::Pointer(Some(offset)),
                    None => Callee::Pointer(None),
                }
            }
            _ => continue,
        };
        flow.sites.push(Site { address: instruction.address, depth, callee });
    }
    Ok(flow)
}

/// Instructions that the compiler has found in several functions, and put in one place (`opt-level = "z"`).
fn is_outlined(name: &str) -> bool {
    name.starts_with("OUTLINED_FUNCTION")
}

fn merge(known: Option<&State>, new: &State) -> State {
    let Some(known) = known else { return new.clone() };
    let mut registers = known.registers;
    for (old, new) in registers.iter_mut().zip(new.registers) {
        if *old != new {
            *old = None;
        }
    }
    State { depth: known.depth.max(new.depth), registers }
}

/// The targets of a table behind `tbb` and `tbh`: distances in half-words, all of them forward.
fn table(image: &Image, base: u32, width: u32) -> Vec<u32> {
    let mut targets = Vec::<u32>::new();
    for place in (base..).step_by(usize::try_from(width).unwrap_or(1)) {
        if targets.iter().min().is_some_and(|&first| place >= first) {
            break;
        }
        let low = image.byte(place).map_or(0, u32::from);
        let high = if width == 2 { image.byte(place + 1).map_or(0, u32::from) } else { 0 };
        if low + high > 0 {
            targets.push(base + 2 * (high << 8 | low));
        } else if targets.is_empty() && place > base + 1024 {
            break;
        }
    }
    targets
}

/// Nothing comes behind it.
fn ends(instruction: &Instruction) -> bool {
    let leaves = match instruction.mnemonic.as_str() {
        "b" | "bx" | "tbb" | "tbh" | "udf" => true,
        "pop" => instruction.listed().contains(&"pc"),
        _ => false,
    };
    leaves && !instruction.conditional
}

/// The state behind an instruction.
fn step(
    image: &Image,
    instruction: &Instruction,
    state: &State,
    outlined: bool,
) -> Result<State, String> {
    let mut next = state.clone();
    next.depth = match i64::from(state.depth) + i64::from(pushed(instruction)?) {
        // the end of other functions, which jump here with their stack still in use
        depth if depth < 0 && outlined => 0,
        depth if depth > 1 << 20 => {
            return Err(format!("{instruction:?}: the stack grows in a loop"));
        }
        depth if depth < 0 => return Err(format!("{instruction:?}: the stack is popped empty")),
        depth => u32::try_from(depth).map_err(|error| error.to_string())?,
    };
    let mnemonic = instruction.mnemonic.as_str();
    for written in written(instruction) {
        next.registers[written] = None;
    }
    let number =
        |place: usize| instruction.operand(place).and_then(immediate).map(i32::cast_unsigned);
    let Some(first) = instruction.operand(0).and_then(register) else { return Ok(next) };
    let value = match mnemonic {
        "ldr" | "ldrd" => {
            if let (Some(second), "ldrd") = (instruction.operand(1).and_then(register), mnemonic) {
                next.registers[second] = offset(&instruction.operands).map(|at| Value::At(at + 4));
            }
            literal(image, instruction).or(offset(&instruction.operands).map(Value::At))
        }
        "mov" => instruction.operand(1).and_then(register).and_then(|from| state.registers[from]),
        "movw" => number(1).map(Value::Number),
        "movt" => match (state.registers[first], number(1)) {
            (Some(Value::Number(low)), Some(high)) => {
                Some(Value::Number(high << 16 | low & 0xffff))
            }
            _ => None,
        },
        _ => return Ok(next),
    };
    next.registers[first] = value;
    Ok(next)
}

/// The word that `ldr r0, [pc, #0x10]` loads.
fn literal(image: &Image, instruction: &Instruction) -> Option<Value> {
    let (_, inside) = instruction.operands.split_once("[pc, ")?;
    let distance = immediate(inside.strip_suffix(']')?)?;
    let base = (instruction.address + 4) & !3;
    image.word(base.checked_add_signed(distance)?).map(Value::Number)
}

/// How many bytes an instruction puts onto the stack; less than 0: takes.
fn pushed(instruction: &Instruction) -> Result<i32, String> {
    let mnemonic = instruction.mnemonic.as_str();
    let operands = instruction.operands.as_str();
    let bytes = || {
        let each =
            if instruction.listed().iter().any(|name| name.starts_with('d')) { 8 } else { 4 };
        i32::try_from(instruction.listed().len()).unwrap_or(0) * each
    };
    let odd = || Err(format!("{instruction:?}: what becomes of sp?"));
    let first = instruction.operand(0).unwrap_or_default();
    match mnemonic {
        "push" | "vpush" if instruction.conditional => odd(),
        "push" | "vpush" => Ok(bytes()),
        // what is popped on a condition may still be there
        "pop" | "vpop" if instruction.conditional => Ok(0),
        "pop" | "vpop" => Ok(-bytes()),
        "sub" | "subw" | "add" | "addw" if first == "sp" => {
            let last = operands.rsplit(',').next().unwrap_or_default();
            // back from a frame pointer: no deeper than before
            let from = instruction.operand(1).unwrap_or_default();
            if operands.split(',').count() == 3 && from != "sp" {
                return Ok(0);
            }
            match immediate(last) {
                Some(_) if instruction.conditional => odd(),
                Some(count) if mnemonic.starts_with("sub") => Ok(count),
                Some(count) => Ok(-count),
                None => odd(),
            }
        }
        "mov" if first == "sp" => Ok(0),
        "ldm" | "stm" | "ldmdb" | "stmdb" if first == "sp!" => match mnemonic {
            "ldm" => Ok(-bytes()),
            "stmdb" => Ok(bytes()),
            _ => odd(),
        },
        _ if operands.contains("[sp") && operands.ends_with("]!") => {
            let by =
                operands.rsplit(',').next().and_then(|last| immediate(last.trim_end_matches("]!")));
            by.map(|by| -by).ok_or_else(|| format!("{instruction:?}"))
        }
        _ if operands.contains("[sp], ") => {
            let by = operands.rsplit(',').next().and_then(immediate);
            by.map(|by| -by).ok_or_else(|| format!("{instruction:?}"))
        }
        _ if first == "sp" && !reads_first(mnemonic) => odd(),
        _ => Ok(0),
    }
}

/// The first operand is not what is changed.
fn reads_first(mnemonic: &str) -> bool {
    ["cmp", "st", "ldm"].iter().any(|start| mnemonic.starts_with(start))
}

fn register(name: &str) -> Option<usize> {
    match name.trim_end_matches('!') {
        "sp" => Some(13),
        "lr" => Some(14),
        "pc" => Some(15),
        name => name.strip_prefix('r')?.parse().ok().filter(|&number| number < 13),
    }
}

/// The registers that an instruction may change.
fn written(instruction: &Instruction) -> Vec<usize> {
    let mnemonic = instruction.mnemonic.as_str();
    if matches!(mnemonic, "bl" | "blx") {
        return vec![0, 1, 2, 3, 12, 14];
    }
    let mut names = Vec::new();
    if mnemonic.starts_with("ldm") || mnemonic == "pop" {
        names.extend(instruction.listed());
    }
    let nothing =
        ["cmp", "cmn", "tst", "teq", "it", "cbz", "cbnz", "b", "bx", "push", "str", "stm"];
    let stores = nothing.iter().any(|start| match start.len() {
        1 => mnemonic == *start,
        _ => mnemonic.starts_with(start),
    });
    if !stores {
        names.extend(instruction.operand(0));
        let two = ["ldrd", "umull", "smull", "umlal", "smlal", "umaal"];
        if two.iter().any(|start| mnemonic.starts_with(start)) {
            names.extend(instruction.operand(1));
        }
    }
    // a base that moves along
    let operands = &instruction.operands;
    if let Some((_, rest)) = operands.split_once('[')
        && (operands.ends_with('!') || operands.contains("], "))
    {
        names.extend(rest.split([',', ']']).next());
    } else if instruction.operand(0).is_some_and(|first| first.ends_with('!')) {
        names.extend(instruction.operand(0));
    }
    names.into_iter().filter_map(register).collect()
}

/// `r3, [r2, #0xc]`: 12; with a base that moves, or an index, unknown. What comes from the stack (`sp`, or
/// the frame pointer `r7`) had been loaded from somewhere else before.
fn offset(operands: &str) -> Option<u32> {
    let inside = operands.split_once('[')?.1.strip_suffix(']')?;
    if ["sp", "r7", "pc"].iter().any(|base| inside.starts_with(base)) {
        return None;
    }
    match inside.split_once(',') {
        None => Some(0),
        Some((_, offset)) => immediate(offset).and_then(|offset| u32::try_from(offset).ok()),
    }
}
