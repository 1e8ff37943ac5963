//! Who calls whom.
//!
//! A direct call is read off the code. Of an indirect one, every function is taken for a possible callee
//! whose address is anywhere in the program, except where one of these rules says that it cannot be:
//!
//! 1. **Place.** A method is loaded from the table of methods at an offset that the code shows. A function
//!    that stands in tables only, at other offsets, is not the one.
//! 2. **Name.** `stack.pump(…)` in the source can only call a function `pump`. (A function that stands in
//!    the table of a trait under another name, since the compiler has merged the two, is not excluded.)
//! 3. **Type.** `visit(…)` in the source calls a variable. The compiler says of which types variables of
//!    this name are; a `dyn FnMut(A) -> R` calls what stands in a table for `FnMut(A)` and returns `R`.
//! 4. **Printing.** What `core::fmt` calls returns a `core::fmt::Result`.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::{Callee, Flow};
use crate::image::Image;
use crate::origin::{Origin, Vtable, Written};

/// A call with all its possible callees.
#[derive(Debug)]
pub struct Call {
    pub depth: u32,
    pub callees: Vec<usize>,
    /// How the callees of an indirect call were found.
    pub rule: Option<&'static str>,
}

pub struct Graph {
    /// By function.
    pub calls: Vec<Vec<Call>>,
    /// Indirect calls to which no rule but the first applies.
    pub unexplained: Vec<String>,
}

impl Graph {
    pub fn build(image: &Image, origin: &Origin<'_>, flows: &[Flow]) -> Self {
        let pointers = Pointers::new(image, origin);
        let mut unexplained = Vec::new();
        let mut calls = Vec::new();
        for (caller, flow) in flows.iter().enumerate() {
            let mut all = Vec::new();
            for site in &flow.sites {
                let (callees, rule) = match site.callee {
                    Callee::Function(callee) => (vec![callee], None),
                    Callee::Pointer(offset) => {
                        let written = origin.written(site.address);
                        let (callees, rule) = pointers.callees(origin, offset, &written);
                        if rule == "place" {
                            unexplained.push(format!(
                                "{:#x} in {}, {} callees: {} ({}:{})",
                                site.address,
                                image.functions[caller].name,
                                callees.len(),
                                written.function,
                                written.file,
                                written.line,
                            ));
                        }
                        (callees.into_iter().collect(), Some(rule))
                    }
                };
                all.push(Call { depth: site.depth, callees, rule });
            }
            calls.push(all);
        }
        Self { calls, unexplained }
    }

    pub fn callees(&self, function: usize) -> impl Iterator<Item = usize> {
        self.calls[function].iter().flat_map(|call| call.callees.iter().copied())
    }
}

/// A function whose address is in data: in a table of methods, or nobody knows in what.
#[derive(Debug)]
struct Method {
    function: usize,
    /// The last part of its name, if the compiler has not merged it with another function.
    name: Option<String>,
    result: Option<String>,
    /// The trait that it is of, as its name says.
    of: Option<String>,
    /// The trait of the table, and the place in it.
    table: Option<(String, u32)>,
}

/// Every function whose address is somewhere.
struct Pointers<'i> {
    image: &'i Image,
    methods: Vec<Method>,
}

impl<'i> Pointers<'i> {
    fn new(image: &'i Image, origin: &Origin<'_>) -> Self {
        let mut methods = Vec::new();
        for (&place, &function) in &image.words {
            let full = &image.functions[function].name;
            let own =
                full.contains(" as ") || full.contains("closure") || full.starts_with("core::");
            let name = full.rsplit("::").next().filter(|_| own).map(ToOwned::to_owned);
            let result = result_of(image, origin, function);
            // several traits may have the same table
            let tables: Vec<_> =
                origin.vtables.iter().filter(|table| within(image, table, place)).collect();
            for table in &tables {
                let table = Some((table.interface.clone(), place - table.address));
                let (name, result) = (name.clone(), result.clone());
                methods.push(Method { function, name, result, of: None, table });
            }
            if tables.is_empty() {
                methods.push(Method { function, name, result, of: trait_of(full), table: None });
            }
        }
        Self { image, methods }
    }

    /// The functions that an indirect call may reach, and by which rule.
    fn callees(
        &self,
        origin: &Origin<'_>,
        offset: Option<u32>,
        written: &Written,
    ) -> (BTreeSet<usize>, &'static str) {
        let placed = |method: &&Method| match (&method.table, offset) {
            (Some((_, place)), Some(offset)) => *place == offset,
            _ => true,
        };
        let placed: Vec<_> = self.methods.iter().filter(placed).collect();
        let pick = |fits: &dyn Fn(&Method) -> bool| -> BTreeSet<usize> {
            placed.iter().filter(|method| fits(method)).map(|method| method.function).collect()
        };
        match &written.name {
            Some((name, true)) => {
                // a function that is in no table is called by the name of a variable
                let certain = |method: &Method| method.name.as_ref() == Some(name);
                if placed.iter().any(|method| certain(method)) {
                    return (pick(&|method| method.name.is_none() || certain(method)), "name");
                }
            }
            Some((name, false)) => {
                if let Some(kinds) = origin.callables.get(name) {
                    let fits = |method: &Method| kinds.iter().any(|kind| suits(kind, method));
                    let mut callees = pick(&fits);
                    if kinds.iter().any(|kind| kind.starts_with("fn(")) {
                        let fits = |function: &&usize| {
                            let result = result_of(self.image, origin, **function);
                            kinds.iter().any(|kind| returns(kind, result.as_deref()))
                        };
                        callees.extend(self.image.taken.iter().filter(fits));
                    }
                    return (callees, "type");
                }
            }
            None if is_core(&written.function) => {
                let prints = |function: usize| {
                    let result = result_of(self.image, origin, function);
                    result.is_none_or(|result| result == PRINTED)
                };
                let mut callees = pick(&|method| prints(method.function));
                callees.extend(self.image.taken.iter().filter(|&&function| prints(function)));
                return (callees, "core");
            }
            None => {}
        }
        let mut callees = pick(&|_| true);
        callees.extend(&self.image.taken);
        (callees, "place")
    }
}

/// Printing. (All else that `core` calls is given to it as a type parameter.)
fn is_core(function: &str) -> bool {
    function.trim_start_matches('<').starts_with("core::fmt")
}

/// `<X as Trait>::method`; of `core`'s tables the debug information says nothing.
fn trait_of(name: &str) -> Option<String> {
    if name.starts_with("core::fmt::") {
        return Some(String::from("core::fmt"));
    }
    let (before, _) = name.rsplit_once(">::")?;
    before.rsplit_once(" as ").map(|(_, of)| of.to_owned())
}

/// What a function returns, if that is known.
fn result_of(image: &Image, origin: &Origin<'_>, function: usize) -> Option<String> {
    let function = &image.functions[function];
    let told = origin.results.get(&function.address).cloned();
    let prints = trait_of(&function.name).is_some_and(|of| of.starts_with("core::fmt"));
    told.or_else(|| prints.then(|| String::from(PRINTED)))
}

/// Whether it is for printing, by a trait of `core::fmt` or in it.
pub fn is_printing(name: &str) -> bool {
    is_core(name) || trait_of(name).is_some_and(|of| of.starts_with("core::fmt"))
}

/// What everything returns that prints.
const PRINTED: &str = "Result<(), core::fmt::Error>";

/// Whether two types are the same; the text of one may go on: `Option<&dyn …>`.
fn alike(one: &str, other: &str) -> bool {
    short(one).trim_end_matches('>') == short(other).trim_end_matches('>')
}

/// Whether a variable of this type can stand for the function.
fn suits(kind: &str, method: &Method) -> bool {
    if kind.starts_with("fn(") {
        return method.table.is_none() && returns(kind, method.result.as_deref());
    }
    // `&mut dyn core::ops::function::FnMut<(&[u8]), Output=()>` and `… FnMut<(&[u8])>`
    let Some((_, kind)) = kind.split_once("dyn ") else { return false };
    let (wanted, result) = kind.split_once(", Output=").unwrap_or((kind, ""));
    let of = method.table.as_ref().map(|(interface, _)| interface).or(method.of.as_ref());
    let table = of.is_none_or(|interface| alike(wanted, interface));
    let fits = method.result.as_ref().is_none_or(|known| alike(known, result));
    table && (result.is_empty() || fits)
}

/// `fn(&[u8]) -> core::option::Option<…>`, and what a function returns.
fn returns(kind: &str, result: Option<&str>) -> bool {
    let wanted = kind.rsplit_once(") -> ").map_or("()", |(_, wanted)| wanted);
    kind.starts_with("fn(") && result.is_none_or(|result| alike(wanted, result))
}

/// A type without the modules in which its parts are.
fn short(name: &str) -> String {
    let mut short = String::new();
    let mut start = 0;
    let mut signs = name.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        if sign == ':' {
            short.truncate(start);
            signs.next_if(|&(_, next)| next == ':');
            let _ = at;
        } else {
            short.push(sign);
            if !(sign.is_alphanumeric() || sign == '_') {
                start = short.len();
            }
        }
    }
    short
}

/// Whether this word belongs to the table: tables have three words before their methods, and the words of
/// methods follow each other.
fn within(image: &Image, table: &Vtable, place: u32) -> bool {
    if place == table.address {
        return true; // what drops the value
    }
    let Some(distance) = place.checked_sub(table.address + 12) else { return false };
    distance % 4 == 0
        && (table.address + 12..place).step_by(4).all(|word| image.words.contains_key(&word))
}

/// For the report: how many indirect calls each rule has explained.
pub fn rules(graph: &Graph) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for call in graph.calls.iter().flatten() {
        if let Some(rule) = call.rule {
            *counts.entry(rule).or_default() += 1;
        }
    }
    counts
}
