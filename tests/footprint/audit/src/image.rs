//! A linked program: its functions, and where the addresses of functions are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use object::read::elf::{
    ElfFile32, FileHeader, Rel as _, SectionHeader as _, SectionTable, SymbolTable,
};
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SymbolKind, elf};

/// A function, by its address. Two that are alike may share one; then the name is either's.
#[derive(Debug)]
pub struct Function {
    pub address: u32,
    pub size: u32,
    /// Demangled, without hash.
    pub name: String,
}

/// What is read from the file.
pub struct Image {
    pub data: Vec<u8>,
    pub functions: Vec<Function>,
    /// Words of data that hold the address of a function: place, function.
    pub words: BTreeMap<u32, usize>,
    /// Functions whose address is made in code.
    pub taken: BTreeSet<usize>,
    sections: Vec<(u32, Vec<u8>)>,
    pub flash: u64,
    pub ram: u64,
}

impl Image {
    pub fn load(path: &Path) -> Result<Self, String> {
        let data = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let text = |error: object::Error| error.to_string();
        let file = ElfFile32::<Endianness>::parse(&*data).map_err(text)?;
        let mut functions = BTreeMap::<u32, Function>::new();
        for symbol in file.symbols() {
            if symbol.kind() != SymbolKind::Text || symbol.size() == 0 && symbol.name() == Ok("") {
                continue;
            }
            let name = symbol.name().map_err(text)?;
            if name.starts_with('$') {
                continue; // a mark between code and data
            }
            let address = narrow(symbol.address()) & !1;
            let size = narrow(symbol.size());
            let function =
                Function { address, size, name: format!("{:#}", rustc_demangle::demangle(name)) };
            functions.entry(address).or_insert(function);
        }
        let functions: Vec<_> = functions.into_values().collect();
        let mut image = Self {
            functions,
            words: BTreeMap::new(),
            taken: BTreeSet::new(),
            sections: Vec::new(),
            flash: 0,
            ram: 0,
            data: Vec::new(),
        };
        for section in file.sections() {
            let loaded = section.address() != 0 || section.name() == Ok(".vector_table");
            match section.name().map_err(text)? {
                ".text" | ".rodata" => image.flash += section.size(),
                ".data" => {
                    image.flash += section.size();
                    image.ram += section.size();
                }
                ".bss" => image.ram += section.size(),
                _ => {}
            }
            if loaded {
                let content = section.data().map_err(text)?.to_vec();
                image.sections.push((narrow(section.address()), content));
            }
        }
        image.read_relocations(&file).map_err(text)?;
        image.data = data;
        Ok(image)
    }

    fn read_relocations(&mut self, file: &ElfFile32<'_>) -> Result<(), object::Error> {
        let endian = file.endian();
        let header = file.elf_header();
        let data = file.data();
        let table: SectionTable<'_, elf::FileHeader32<Endianness>> =
            header.sections(endian, data)?;
        let symbols: SymbolTable<'_, elf::FileHeader32<Endianness>> =
            table.symbols(endian, data, elf::SHT_SYMTAB)?;
        for section in table.iter() {
            let Some((relocations, _)) = section.rel(endian, data)? else { continue };
            let target = table.section(section.info_link(endian))?;
            let flags = target.sh_flags(endian).0;
            let vectors = table.section_name(endian, target)? == b".vector_table";
            if flags & elf::SHF_ALLOC.0 == 0 || vectors {
                continue; // for a debugger, or for the processor
            }
            let code = flags & elf::SHF_EXECINSTR.0 != 0;
            for relocation in relocations {
                let place = relocation.r_offset(endian);
                match relocation.r_type(endian) {
                    elf::R_ARM_ABS32 => {
                        let value = self.word(place).unwrap_or(0);
                        if let Some(function) =
                            self.starting_at(value & !1).filter(|_| value & 1 != 0)
                        {
                            if code {
                                self.taken.insert(function);
                            } else {
                                self.words.insert(place, function);
                            }
                        }
                    }
                    elf::R_ARM_THM_MOVW_ABS_NC => {
                        let Some(symbol) = relocation.symbol(endian) else { continue };
                        let value =
                            object::read::elf::Sym::st_value(symbols.symbol(symbol)?, endian);
                        if let Some(function) =
                            self.starting_at(value & !1).filter(|_| value & 1 != 0)
                        {
                            self.taken.insert(function);
                        }
                    }
                    _ => {} // calls, which are read off the code; upper halves
                }
            }
        }
        Ok(())
    }

    /// The function that begins there.
    pub fn starting_at(&self, address: u32) -> Option<usize> {
        self.functions.binary_search_by_key(&address, |function| function.address).ok()
    }

    /// The function that has this instruction.
    pub fn containing(&self, address: u32) -> Option<usize> {
        let after = self.functions.partition_point(|function| function.address <= address);
        after.checked_sub(1)
    }

    pub fn byte(&self, address: u32) -> Option<u8> {
        self.sections.iter().find_map(|(start, content)| {
            content.get(usize::try_from(address.checked_sub(*start)?).ok()?).copied()
        })
    }

    pub fn word(&self, address: u32) -> Option<u32> {
        let mut bytes = [0; 4];
        for (byte, place) in bytes.iter_mut().zip(address..) {
            *byte = self.byte(place)?;
        }
        Some(u32::from_le_bytes(bytes))
    }
}

fn narrow(value: u64) -> u32 {
    u32::try_from(value).expect("an address of 32 bits")
}
