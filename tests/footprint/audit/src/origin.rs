//! What the compiler's debug information says of a program: tables of methods, types of callables, results
//! of functions, and where an instruction comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use addr2line::Context;
use addr2line::gimli::{
    self, AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, LittleEndian, Unit,
};
use object::{Object, ObjectSection};

type Slice<'d> = EndianSlice<'d, LittleEndian>;

/// A table of methods: of which type, for which trait.
#[derive(Debug, Clone)]
pub struct Vtable {
    pub address: u32,
    /// `core::ops::function::FnMut<(&[u8])>`
    pub interface: String,
}

/// Where an indirect call is written.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// The function, before it was inlined into others.
    pub function: String,
    pub file: String,
    pub line: u32,
    /// `pump` of `stack.pump(…)`, and whether a dot stands before it.
    pub name: Option<(String, bool)>,
}

pub struct Origin<'d> {
    context: Context<Slice<'d>>,
    pub vtables: Vec<Vtable>,
    /// What functions return, by address: the name of the type, `()` for nothing.
    pub results: BTreeMap<u32, String>,
    /// The types of variables that can be called, by name.
    pub callables: BTreeMap<String, BTreeSet<String>>,
    root: PathBuf,
}

impl<'d> Origin<'d> {
    pub fn read(file: &'d object::File<'d>, root: &Path) -> Result<Self, gimli::Error> {
        let load = |id: gimli::SectionId| -> Result<Slice<'d>, gimli::Error> {
            let section = file.section_by_name(id.name());
            let data = section.and_then(|section| section.data().ok()).unwrap_or_default();
            Ok(EndianSlice::new(data, LittleEndian))
        };
        let dwarf = Dwarf::load(load)?;
        let mut units = Vec::new();
        let mut headers = dwarf.units();
        while let Some(header) = headers.next()? {
            units.push(dwarf.unit(header)?);
        }
        let reader = Reader { dwarf: &dwarf, units: &units };
        let mut vtables = Vec::new();
        let mut results = BTreeMap::new();
        let mut callables = BTreeMap::<String, BTreeSet<String>>::new();
        for unit in &units {
            let mut entries = unit.entries();
            // of `core` as it comes with the toolchain no types are told
            let mut typed = false;
            let mut returned = Vec::new();
            while let Some(entry) = entries.next_dfs()? {
                let entry = Entry { unit, entry: entry.clone() };
                match entry.entry.tag() {
                    gimli::DW_TAG_subprogram => {
                        let start = entry.entry.attr_value(gimli::DW_AT_low_pc);
                        let start = start.map(|low| dwarf.attr_address(unit, low)).transpose()?;
                        let start = start.flatten().and_then(|start| u32::try_from(start).ok());
                        if let Some(start) = start {
                            returned.push((start & !1, reader.result(entry)?));
                        }
                    }
                    gimli::DW_TAG_base_type | gimli::DW_TAG_structure_type => typed = true,
                    gimli::DW_TAG_variable
                    | gimli::DW_TAG_formal_parameter
                    | gimli::DW_TAG_member => {
                        let Some(name) = reader.name(entry.clone())? else { continue };
                        vtables.extend(vtable(&entry, &name));
                        let kind = reader.referred(&entry, gimli::DW_AT_type)?;
                        let kind = kind.map(|kind| reader.name(kind)).transpose()?.flatten();
                        let called =
                            |kind: &String| kind.contains("dyn ") || kind.starts_with("fn(");
                        if let Some(kind) = kind.filter(called) {
                            callables.entry(name).or_default().insert(kind);
                        }
                    }
                    _ => {}
                }
            }
            results.extend(returned.into_iter().filter(|_| typed));
        }
        let root = root.to_owned();
        Ok(Self { context: Context::from_dwarf(dwarf)?, vtables, results, callables, root })
    }

    /// Where the instruction is written.
    pub fn written(&self, address: u32) -> Written {
        let mut written = Written::default();
        let Ok(mut frames) = self.context.find_frames(u64::from(address)).skip_all_loads() else {
            return written;
        };
        let Ok(Some(frame)) = frames.next() else { return written };
        if let Some(name) =
            frame.function.and_then(|name| name.raw_name().ok().map(|name| name.into_owned()))
        {
            written.function = format!("{:#}", rustc_demangle::demangle(&name));
        }
        if let Some(location) = frame.location {
            written.file = location.file.unwrap_or_default().to_owned();
            written.line = location.line.unwrap_or(0);
            let column = location.column.unwrap_or(0);
            written.name = self.text_at(&written.file, written.line, column);
        }
        written
    }

    /// The word in a source file of the project.
    fn text_at(&self, file: &str, line: u32, column: u32) -> Option<(String, bool)> {
        let path = self.root.join(file); // an absolute path stays what it is
        let content = std::fs::read_to_string(path).ok()?;
        let line = content.lines().nth(usize::try_from(line.checked_sub(1)?).ok()?)?;
        let at = usize::try_from(column.checked_sub(1)?).ok()?;
        let (before, after) = line.split_at_checked(at)?;
        let name: String =
            after.chars().take_while(|&sign| sign.is_alphanumeric() || sign == '_').collect();
        let called = after.get(name.len()..)?.starts_with('(');
        (called && !name.is_empty()).then_some((name, before.ends_with('.')))
    }
}

/// `<usocket::blocking::Modem<…> as usocket::stack::Stack>::{vtable}` at an address.
fn vtable(entry: &Entry<'_, '_>, name: &str) -> Option<Vtable> {
    let name = name.strip_suffix(">::{vtable}")?;
    let (_, interface) = name.rsplit_once(" as ")?;
    let location = entry.entry.attr_value(gimli::DW_AT_location)?;
    let AttributeValue::Exprloc(expression) = location else { return None };
    let operation = expression.operations(entry.unit.encoding()).next().ok()??;
    let gimli::Operation::Address { address } = operation else { return None };
    Some(Vtable { address: u32::try_from(address).ok()?, interface: interface.to_owned() })
}

#[derive(Clone)]
struct Entry<'u, 'd> {
    unit: &'u Unit<Slice<'d>>,
    entry: DebuggingInformationEntry<Slice<'d>>,
}

/// Follows references from entry to entry.
struct Reader<'u, 'd> {
    dwarf: &'u Dwarf<Slice<'d>>,
    units: &'u [Unit<Slice<'d>>],
}

impl<'u, 'd> Reader<'u, 'd> {
    /// The name of the type that a function returns.
    fn result(&self, mut entry: Entry<'u, 'd>) -> Result<String, gimli::Error> {
        loop {
            if let Some(kind) = self.referred(&entry, gimli::DW_AT_type)? {
                return Ok(self.name(kind)?.unwrap_or_default());
            }
            match self.declared(&entry)? {
                Some(origin) => entry = origin,
                None => return Ok(String::from("()")),
            }
        }
    }

    fn name(&self, mut entry: Entry<'u, 'd>) -> Result<Option<String>, gimli::Error> {
        loop {
            if let Some(name) = entry.entry.attr_value(gimli::DW_AT_name) {
                let name = self.dwarf.attr_string(entry.unit, name)?;
                return Ok(Some(name.to_string_lossy().into_owned()));
            }
            match self.declared(&entry)? {
                Some(origin) => entry = origin,
                None => return Ok(None),
            }
        }
    }

    /// The entry that says what this one does not.
    fn declared(&self, entry: &Entry<'u, 'd>) -> Result<Option<Entry<'u, 'd>>, gimli::Error> {
        match self.referred(entry, gimli::DW_AT_abstract_origin)? {
            None => self.referred(entry, gimli::DW_AT_specification),
            origin => Ok(origin),
        }
    }

    fn referred(
        &self,
        entry: &Entry<'u, 'd>,
        attribute: gimli::DwAt,
    ) -> Result<Option<Entry<'u, 'd>>, gimli::Error> {
        let (unit, place) = match entry.entry.attr_value(attribute) {
            Some(AttributeValue::UnitRef(place)) => (entry.unit, place),
            Some(AttributeValue::DebugInfoRef(place)) => {
                let found = self
                    .units
                    .iter()
                    .find_map(|unit| place.to_unit_offset(&unit.header).map(|place| (unit, place)));
                found.ok_or(gimli::Error::MissingUnitDie)?
            }
            _ => return Ok(None),
        };
        Ok(Some(Entry { unit, entry: unit.entry(place)? }))
    }
}
