//! A linked program: the sizes of its sections and symbols, and which source each piece of code is from.

use std::collections::BTreeMap;
use std::path::Path;

use addr2line::Context;
use addr2line::gimli::{self, EndianSlice, LittleEndian};
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};

type Slice<'d> = EndianSlice<'d, LittleEndian>;

/// What is read from the file.
#[derive(Default)]
pub struct Image {
    /// Functions of the program, demangled, without hash: two that are alike are one.
    pub symbols: Vec<(String, u64)>,
    /// Bytes of code by source file of the project: that of the innermost function which is the project's,
    /// so that what is inlined counts where it is written. Others by crate.
    pub sources: BTreeMap<String, u64>,
    /// The same by function.
    pub functions: BTreeMap<String, u64>,
    sections: BTreeMap<String, u64>,
    types: BTreeMap<String, u64>,
}

impl Image {
    pub fn load(path: &Path) -> Result<Self, String> {
        let data = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = object::File::parse(&*data).map_err(|error| error.to_string())?;
        let mut image = Self::default();
        for section in file.sections() {
            let name = section.name().unwrap_or_default().to_owned();
            image.sections.insert(name, section.size());
        }
        let mut code = BTreeMap::new();
        for symbol in file.symbols().filter(|symbol| symbol.size() > 0) {
            let name = symbol.name().unwrap_or_default();
            if symbol.kind() == SymbolKind::Text {
                let name = format!("{:#}", rustc_demangle::demangle(name));
                code.entry(symbol.address() & !1).or_insert((name, symbol.size()));
            } else if ["DRIVER", "SOCKET"].contains(&name) {
                image.types.insert(name.to_owned(), symbol.size());
            }
        }
        image.attribute(&file, &code).map_err(|error| error.to_string())?;
        image.symbols = code.into_values().collect();
        image.symbols.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        Ok(image)
    }

    /// Says of each instruction who wrote it.
    fn attribute(
        &mut self,
        file: &object::File<'_>,
        code: &BTreeMap<u64, (String, u64)>,
    ) -> Result<(), gimli::Error> {
        let dwarf = gimli::Dwarf::load(|id| -> Result<Slice<'_>, gimli::Error> {
            let section = file.section_by_name(id.name());
            let data = section.and_then(|section| section.data().ok()).unwrap_or_default();
            Ok(EndianSlice::new(data, LittleEndian))
        })?;
        let context = Context::from_dwarf(dwarf)?;
        for (&start, (symbol, size)) in code {
            for address in (start..start + size).step_by(2) {
                let bytes = (start + size - address).min(2);
                let (source, function) = written(&context, address)
                    .unwrap_or_else(|| (package(symbol).to_owned(), symbol.clone()));
                *self.sources.entry(source).or_default() += bytes;
                *self.functions.entry(function).or_default() += bytes;
            }
        }
        Ok(())
    }

    /// A section, or 0.
    pub fn section(&self, name: &str) -> u64 {
        self.sections.get(name).copied().unwrap_or(0)
    }

    /// All that is stored in flash.
    pub fn flash(&self) -> u64 {
        [".vector_table", ".text", ".rodata", ".data"].iter().map(|name| self.section(name)).sum()
    }

    /// Code of these crates, by the names of symbols.
    pub fn code_of(&self, packages: &[&str]) -> u64 {
        let of = self.symbols.iter().filter(|(name, _)| packages.contains(&package(name)));
        of.map(|(_, size)| size).sum()
    }

    /// The size of a type that the program has left word of.
    pub fn type_size(&self, name: &str) -> u64 {
        self.types.get(name).copied().unwrap_or(0)
    }
}

/// The innermost function of the project that an instruction is part of, and its file.
fn written(context: &Context<Slice<'_>>, address: u64) -> Option<(String, String)> {
    let mut frames = context.find_frames(address).skip_all_loads().ok()?;
    while let Some(frame) = frames.next().ok()? {
        let Some(file) = frame.location.as_ref().and_then(|location| location.file) else {
            continue;
        };
        if let Some(file) = source(file) {
            let name = frame.function?.raw_name().ok()?.into_owned();
            return Some((file, format!("{:#}", rustc_demangle::demangle(&name))));
        }
    }
    None
}

/// `src/engine/links.rs`, if it is a file of the project.
fn source(path: &str) -> Option<String> {
    if path.contains("/registry/") || path.contains("/rustc/") || path.contains("/library/") {
        return None;
    }
    let at =
        ["/commands/src/", "/firmware/src/", "/src/"].iter().find_map(|part| path.rfind(part))?;
    Some(path.get(at + 1..)?.to_owned())
}

/// The crate of a function: `usocket` of `<usocket::blocking::Modem<D,U,C> as usocket::stack::Stack>::pump`.
pub fn package(name: &str) -> &str {
    let name = name.trim_start_matches(['<', '&', '[', '(', ' ']);
    let name = name.strip_prefix("impl ").unwrap_or(name);
    match name.split_once("::") {
        Some((package, _)) => package,
        None if name.starts_with("__") || name.starts_with("mem") => "compiler_builtins",
        None => "firmware",
    }
}
