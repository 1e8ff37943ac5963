//! All that is found out about one program, and how it is told.

use std::collections::BTreeMap;
use std::path::Path;

use crate::bound::{Bound, Bounds};
use crate::flow::{self, Flow};
use crate::graph::{self, Graph};
use crate::image::Image;
use crate::listing;
use crate::origin::Origin;
use crate::panics::{self, Panic};
use crate::{cycles, listing::Instruction};

/// Where the stack is measured from: one function for each call of the API.
const CALLS: &str = "whole_api::call::";

/// What a board brings along: UART, clock, pins, console. It comes on top.
const BOARD: &str = "whole_api::hardware";

/// Functions that print. `core::fmt` goes down into the parts of what it prints, by way of itself.
const PRINTING: &str = "format::";

pub struct Program {
    image: Image,
    flows: Vec<Flow>,
    graph: Graph,
    panics: Vec<Panic>,
    circles: Vec<Vec<usize>>,
}

impl Program {
    pub fn look(path: &Path, project: &Path) -> Result<Self, String> {
        let image = Image::load(path)?;
        let code = listing::disassemble(path)?;
        let mut flows = Vec::new();
        for index in 0..image.functions.len() {
            flows.push(flow::follow(&image, index, body(&image, index, &code))?);
        }
        let file = object::File::parse(&*image.data).map_err(|error| error.to_string())?;
        let origin = Origin::read(&file, project).map_err(|error| error.to_string())?;
        let graph = Graph::build(&image, &origin, &flows);
        let panics = panics::find(&image, &graph);
        let circles = cycles::find(&graph);
        Ok(Self { image, flows, graph, panics, circles })
    }

    /// Prints all of it; returns how many rules are violated.
    pub fn print(&self) -> usize {
        let rules = graph::rules(&self.graph);
        println!("{} functions; indirect calls by rule: {rules:?}", self.image.functions.len());
        for site in &self.graph.unexplained {
            println!("  to any function whose address is known: {site}");
        }
        let mut violations = 0;
        for panic in &self.panics {
            println!("PANIC: {}", self.names(&panic.chain).join(" -> "));
            violations += 1;
        }
        if self.panics.is_empty() && self.can_panic() {
            println!(
                "PANIC: something calls {}",
                self.names(&panics::ends(&self.image)).join(", ")
            );
            violations += 1;
        }
        for circle in &self.circles {
            if self.prints(circle) {
                println!(
                    "{} functions of core::fmt print parts by way of each other",
                    circle.len()
                );
            } else {
                println!("RECURSION: {}", self.names(circle).join(", "));
                violations += 1;
            }
        }
        let mut bounds = self.bounds();
        let mut groups = BTreeMap::<&str, (u32, usize)>::new();
        for (group, name, function) in self.calls() {
            match bounds.of(function).0 {
                Bound::Bytes(bytes) => {
                    let worst = groups.entry(group).or_insert((0, function));
                    if bytes > worst.0 {
                        *worst = (bytes, function);
                    }
                }
                Bound::None if name.starts_with(PRINTING) => {}
                Bound::None => {
                    println!("NO BOUND: {name}");
                    violations += 1;
                }
            }
        }
        for (group, (bytes, function)) in &groups {
            println!("stack of {group}: {bytes} bytes ({})", self.image.functions[*function].name);
        }
        if let Some((_, function)) = groups.values().max() {
            for (function, bytes) in bounds.chain(*function) {
                println!("  {bytes:5} {}", self.image.functions[function].name);
            }
        }
        violations
    }

    /// The line of the table.
    pub fn row(&self) -> String {
        let panics = match (self.panics.len(), self.can_panic()) {
            (0, false) => String::from("none"),
            (count, _) => count.max(1).to_string(),
        };
        let circles = self.circles.iter().filter(|circle| !self.prints(circle)).count();
        let recursion = if circles == 0 { String::from("none") } else { circles.to_string() };
        let mut bounds = self.bounds();
        let worst = self.calls().filter_map(|(_, name, function)| match bounds.of(function).0 {
            Bound::Bytes(bytes) => Some((bytes, name)),
            Bound::None => None,
        });
        let (bytes, name) = worst.max().unwrap_or_default();
        let (flash, ram) = (self.image.flash, self.image.ram);
        format!("| {panics} | {recursion} | {bytes} | {name} | {flash} | {ram} |")
    }

    fn can_panic(&self) -> bool {
        !panics::ends(&self.image).is_empty()
    }

    fn bounds(&self) -> Bounds<'_> {
        let board: Vec<_> = (0..self.flows.len())
            .filter(|&index| self.image.functions[index].name.contains(BOARD))
            .collect();
        Bounds::new(&self.graph, &self.flows, &board, &self.circles)
    }

    /// Group, name and number of each call of the API.
    fn calls(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.image.functions.iter().enumerate().filter_map(|(index, function)| {
            let name = function.name.strip_prefix(CALLS)?;
            let (group, _) = name.rsplit_once("::")?;
            Some((group, name, index))
        })
    }

    fn prints(&self, circle: &[usize]) -> bool {
        circle.iter().all(|&index| graph::is_printing(&self.image.functions[index].name))
    }

    fn names(&self, functions: &[usize]) -> Vec<&str> {
        functions.iter().map(|&index| self.image.functions[index].name.as_str()).collect()
    }
}

/// The instructions of a function.
fn body<'c>(image: &Image, index: usize, code: &'c [Instruction]) -> &'c [Instruction] {
    let function = &image.functions[index];
    let next = image.functions.get(index + 1).map_or(u32::MAX, |next| next.address);
    let end = match function.size {
        0 => next,
        size => next.min(function.address + size),
    };
    let from = code.partition_point(|instruction| instruction.address < function.address);
    let to = code.partition_point(|instruction| instruction.address < end);
    code.get(from..to).unwrap_or_default()
}
