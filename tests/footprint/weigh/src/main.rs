//! How large firmwares are, and by what.
//!
//! `weigh table CEILINGS ROW=PROGRAM…` prints a table of all, and fails if one is larger than the
//! file of ceilings allows; `weigh symbols PROGRAM` says what one consists of.

mod ceilings;
mod image;

use std::path::Path;
use std::process::ExitCode;

use ceilings::Ceilings;
use image::Image;

/// Crates that are the driver.
const DRIVER: [&str; 2] = ["usocket", "usocket_commands"];
/// What comes with the compiler.
const LANGUAGE: [&str; 3] = ["core", "compiler_builtins", "alloc"];
/// The firmware's own.
const PROGRAM: [&str; 6] = [
    "firmware",
    "empty",
    "tcp_client",
    "tcp_udp_server",
    "quectel_tcp_client",
    "quectel_tcp_udp_server",
];
/// How many symbols are printed.
const SYMBOLS: usize = 60;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["table", ceilings, programs @ ..] => table(Path::new(ceilings), programs),
        ["symbols", program] => symbols(Path::new(program)).map(|()| 0),
        _ => Err(String::from("weigh table CEILINGS ROW=PROGRAM… | weigh symbols PROGRAM")),
    };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(violations) => {
            println!("{violations} ceilings are exceeded");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the table; how many ceilings are exceeded.
fn table(ceilings: &Path, programs: &[&str]) -> Result<usize, String> {
    let ceilings = Ceilings::read(ceilings)?;
    println!(
        "| program | flash, bytes | of it: driver | core, compiler | other crates | program | constants | \
         `.data` + `.bss` | driver's state | a socket | ceiling |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let mut violations = 0;
    for argument in programs {
        let (name, path) = argument.split_once('=').ok_or("ROW=PROGRAM")?;
        let image = Image::load(Path::new(path))?;
        let (flash, code) = (image.flash(), image.section(".text"));
        let [driver, language, program] =
            [&DRIVER[..], &LANGUAGE, &PROGRAM].map(|packages| image.code_of(packages));
        let others = code.saturating_sub(driver + language + program);
        let constants = flash - code;
        let ram = image.section(".data") + image.section(".bss");
        let (state, socket) = (image.type_size("DRIVER"), image.type_size("SOCKET"));
        let ceiling = ceilings.of(name)?;
        let limit = if ceiling == u64::MAX { String::from("none") } else { ceiling.to_string() };
        let verdict = if flash <= ceiling { "" } else { " EXCEEDED" };
        violations += usize::from(flash > ceiling);
        println!(
            "| {name} | {flash} | {driver} | {language} | {others} | {program} | {constants} | {ram} \
             | {state} | {socket} | {limit}{verdict} |"
        );
    }
    Ok(violations)
}

/// Prints what a program consists of.
fn symbols(path: &Path) -> Result<(), String> {
    let image = Image::load(path)?;
    println!("flash {} bytes", image.flash());
    for section in [".vector_table", ".text", ".rodata", ".data"] {
        println!("{:7} {section}", image.section(section));
    }
    println!("\nBy source file, inlined code where it is written:");
    print(image.sources.iter().map(|(name, size)| (name.as_str(), *size)), usize::MAX);
    println!("\nThe same by function:");
    print(image.functions.iter().map(|(name, size)| (name.as_str(), *size)), SYMBOLS);
    println!("\nThe largest symbols as linked:");
    print(image.symbols.iter().map(|(name, size)| (name.as_str(), *size)), SYMBOLS);
    Ok(())
}

/// Prints the largest first.
fn print<'n>(items: impl Iterator<Item = (&'n str, u64)>, count: usize) {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), *name));
    for (name, size) in items.iter().take(count) {
        println!("{size:7} {name}");
    }
}
