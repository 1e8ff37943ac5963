//! Panics: what of `core::panicking` and its like is linked, and who calls it.

use crate::graph::Graph;
use crate::image::Image;

/// A way into a panic.
#[derive(Debug)]
pub struct Panic {
    /// From the first function that is not of `core` to the one that panics.
    pub chain: Vec<usize>,
}

/// Where every panic ends.
pub fn ends(image: &Image) -> Vec<usize> {
    let is_end =
        |name: &str| name.starts_with("core::panicking::") || name.ends_with("rust_begin_unwind");
    (0..image.functions.len()).filter(|&index| is_end(&image.functions[index].name)).collect()
}

/// All functions outside `core` that call their way into a panic by functions of `core` alone.
pub fn find(image: &Image, graph: &Graph) -> Vec<Panic> {
    let count = image.functions.len();
    let mut callers = vec![Vec::new(); count];
    for caller in 0..count {
        for call in &graph.calls[caller] {
            for &callee in call.callees.iter().filter(|_| call.rule.is_none()) {
                callers[callee].push(caller);
            }
        }
    }
    let mut next = vec![None; count];
    let mut waiting = ends(image);
    let ends = waiting.clone();
    let mut found = Vec::new();
    while let Some(function) = waiting.pop() {
        for &caller in &callers[function] {
            if next[caller].is_some() || ends.contains(&caller) {
                continue;
            }
            next[caller] = Some(function);
            if is_core(&image.functions[caller].name) {
                waiting.push(caller);
            } else {
                found.push(caller);
            }
        }
    }
    let chain = |&start: &usize| {
        let mut chain = vec![start];
        while let Some(function) = chain.last().and_then(|&last| next[last]) {
            chain.push(function);
        }
        Panic { chain }
    };
    found.iter().map(chain).collect()
}

/// Of `core`: also what is of a type of `core` for a trait of `core`.
fn is_core(name: &str) -> bool {
    name.trim_start_matches(['<', '&']).starts_with("core::")
}
