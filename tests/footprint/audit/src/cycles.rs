//! Recursion: functions that can be reached from themselves.

use crate::graph::Graph;

/// Groups of functions that call each other, directly or around corners (Tarjan's algorithm).
pub fn find(graph: &Graph) -> Vec<Vec<usize>> {
    let count = graph.calls.len();
    let mut search = Search {
        graph,
        order: vec![None; count],
        low: vec![0; count],
        open: vec![false; count],
        stack: Vec::new(),
        next: 0,
        found: Vec::new(),
    };
    for function in 0..count {
        if search.order[function].is_none() {
            search.visit(function);
        }
    }
    search.found
}

struct Search<'g> {
    graph: &'g Graph,
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    open: Vec<bool>,
    stack: Vec<usize>,
    next: usize,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn visit(&mut self, function: usize) {
        self.order[function] = Some(self.next);
        self.low[function] = self.next;
        self.next += 1;
        self.stack.push(function);
        self.open[function] = true;
        let graph = self.graph;
        for callee in graph.callees(function) {
            match self.order[callee] {
                None => {
                    self.visit(callee);
                    self.low[function] = self.low[function].min(self.low[callee]);
                }
                Some(order) if self.open[callee] => {
                    self.low[function] = self.low[function].min(order);
                }
                Some(_) => {}
            }
        }
        if self.order[function] == Some(self.low[function]) {
            let mut group = Vec::new();
            while let Some(member) = self.stack.pop() {
                self.open[member] = false;
                group.push(member);
                if member == function {
                    break;
                }
            }
            let own = graph.callees(function).any(|callee| callee == function);
            if group.len() > 1 || own {
                self.found.push(group);
            }
        }
    }
}
