//! The deepest way down from a function.

use crate::flow::Flow;
use crate::graph::Graph;

/// How deep a function and all that it calls can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Bytes(u32),
    /// It gets into a circle.
    None,
}

/// A bound, with the callee that it comes from and the depth at which it is called.
type Way = (Bound, Option<(usize, u32)>);

pub struct Bounds<'g> {
    graph: &'g Graph,
    flows: &'g [Flow],
    known: Vec<Option<Way>>,
}

impl<'g> Bounds<'g> {
    /// `outside`: functions that are not the driver's, and count for nothing. `circles`: those that have
    /// no bound.
    pub fn new(
        graph: &'g Graph,
        flows: &'g [Flow],
        outside: &[usize],
        circles: &[Vec<usize>],
    ) -> Self {
        let mut known = vec![None; flows.len()];
        for &function in outside {
            known[function] = Some((Bound::Bytes(0), None));
        }
        for &function in circles.iter().flatten() {
            known[function] = Some((Bound::None, None));
        }
        Self { graph, flows, known }
    }

    /// The bound of a function.
    pub fn of(&mut self, function: usize) -> Way {
        if let Some(known) = self.known[function] {
            return known;
        }
        let mut worst = (Bound::Bytes(self.flows[function].frame), None);
        let graph = self.graph;
        for call in &graph.calls[function] {
            for &callee in &call.callees {
                let bound = match self.of(callee).0 {
                    Bound::None => Bound::None,
                    Bound::Bytes(bytes) => Bound::Bytes(bytes + call.depth),
                };
                let deeper = match (bound, worst.0) {
                    (_, Bound::None) => false,
                    (Bound::None, _) => true,
                    (Bound::Bytes(new), Bound::Bytes(old)) => new > old,
                };
                if deeper {
                    worst = (bound, Some((callee, call.depth)));
                }
            }
        }
        self.known[function] = Some(worst);
        worst
    }

    /// The way down: each function with the bytes in use when it calls the next.
    pub fn chain(&mut self, function: usize) -> Vec<(usize, u32)> {
        let mut chain = Vec::new();
        let mut at = function;
        while let (_, Some((callee, depth))) = self.of(at) {
            chain.push((at, depth));
            at = callee;
        }
        chain.push((at, self.flows[at].frame));
        chain
    }
}
