//! What a row demands of a module, and whether a program has done it.

use usocket::Capabilities;

use crate::oracle::{Row, items};
use crate::rig::Rig;

/// The module that a program runs on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Module {
    pub(crate) firmware: &'static str,
    pub(crate) can: Capabilities,
}

impl Module {
    /// NonOS firmware: no `CLOSED` is held back, and datagrams are always pushed (esp-at.md §19).
    pub(crate) fn is_nonos(&self) -> bool {
        self.firmware.starts_with("nonos")
    }
}

/// Rows whose programs need datagrams, beyond finding out that there are none.
const DATAGRAMS: &[&str] = &[
    "g04", "g05", "g06", "g07", "g09", "g10", "g12", "g14", "g16", "g18", "g20", "l06", "l07",
    "l08", "l09",
];

/// Rows whose programs need a server.
const SERVERS: &[&str] = &["a15", "f15", "h01", "h04", "h06", "h07", "h08", "h09", "h10", "l14"];

impl Module {
    /// Why the module has nothing to show in this row, if that is so.
    pub(crate) fn unfit(&self, row: &Row) -> Option<&'static str> {
        if self.can.max_datagram == 0 && DATAGRAMS.contains(&row.id) {
            Some("the module has no datagrams")
        } else if self.can.listeners == 0 && SERVERS.contains(&row.id) {
            Some("the module has no server")
        } else {
            None
        }
    }
}

/// What a program has to hear, in the notation of the oracle. Texts give the reason why they are not
/// MicroPython's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Want {
    /// What the column of MicroPython says.
    Micropython,
    /// The same, but for single calls (counted from 0).
    Amended(&'static [(usize, &'static str)], &'static str),
    /// This.
    Text(&'static str, &'static str),
    /// One of these.
    AnyOf(&'static [&'static str], &'static str),
    /// The module cannot do it.
    NotApplicable(&'static str),
}

/// A row's program: what it has to hear on which module, and its calls.
#[derive(Clone, Copy)]
pub(crate) struct Program {
    pub(crate) id: &'static str,
    pub(crate) want: fn(Module) -> Want,
    pub(crate) run: fn(&Rig<'_, '_>) -> Heard,
}

/// A program that has to hear what MicroPython hears.
pub(crate) const fn same(id: &'static str, run: fn(&Rig<'_, '_>) -> Heard) -> Program {
    Program { id, want: |_| Want::Micropython, run }
}

/// A program that has to hear something of its own.
pub(crate) const fn own(
    id: &'static str,
    want: fn(Module) -> Want,
    run: fn(&Rig<'_, '_>) -> Heard,
) -> Program {
    Program { id, want, run }
}

/// What the calls of a program gave, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    items: Vec<String>,
    wrong: Vec<&'static str>,
}

impl Heard {
    pub(crate) fn of<const N: usize>(items: [String; N]) -> Self {
        Self { items: items.into(), wrong: Vec::new() }
    }

    /// Something that must hold as well, though the oracle has no column for it.
    pub(crate) fn and(mut self, holds: bool, what: &'static str) -> Self {
        if !holds {
            self.wrong.push(what);
        }
        self
    }

    pub(crate) fn text(&self) -> String {
        let mut text = self.items.join("; ");
        for wrong in &self.wrong {
            text += &format!(" BUT NOT: {wrong}");
        }
        text
    }
}

impl Want {
    /// The texts of which one has to be heard.
    pub(crate) fn texts(self, row: &Row) -> Vec<String> {
        match self {
            Self::Micropython => vec![row.micropython.to_owned()],
            Self::Amended(changes, _) => {
                let mut calls = items(row.micropython);
                for &(index, text) in changes {
                    text.clone_into(&mut calls[index]);
                }
                vec![calls.join("; ")]
            }
            Self::Text(text, _) => vec![text.to_owned()],
            Self::AnyOf(texts, _) => texts.iter().map(|&text| text.to_owned()).collect(),
            Self::NotApplicable(_) => Vec::new(),
        }
    }

    /// Why it is not what MicroPython does.
    pub(crate) const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Micropython => None,
            Self::Amended(_, reason)
            | Self::Text(_, reason)
            | Self::AnyOf(_, reason)
            | Self::NotApplicable(reason) => Some(reason),
        }
    }

    /// A row that demands MicroPython's behaviour without a remark leaves nothing to choose.
    pub(crate) const fn obeys(self, target: &str) -> bool {
        !matches!((self, target.as_bytes()), (Self::Text(..) | Self::AnyOf(..), [b'M']))
    }
}

/// Whether the text that was heard is one of those wanted.
pub(crate) fn holds(wanted: &[String], heard: &str) -> bool {
    wanted.iter().any(|text| items(text) == items(heard))
}
