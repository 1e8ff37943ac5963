//! What the dialects of cellular modules share: the core of 3GPP TS 27.007 as a driver sees it.

mod call;
mod common;
mod line;
mod power;
mod profile;
mod question;
mod setup;

pub(crate) use call::call_line;
pub(crate) use common::{Common, Pin, ask_registration, cme_error, write};
pub(crate) use line::encode_change;
pub use power::Pulses;
pub use profile::{Auth, IpKind, Profile};
pub(crate) use question::{Fact, Query, Question, core_question};
pub(crate) use setup::{Basic, LeftOpen, TRIES};

/// A cellular dialect as the network object sees it.
pub(crate) trait CellularDialect {
    /// What it shares with the others.
    fn common(&mut self) -> &mut Common;

    /// Writes the command that asks for something into `out`.
    ///
    /// # Errors
    /// [`Error::NotSupported`](crate::Error::NotSupported): the family cannot tell.
    fn ask(&self, query: Query, out: &mut [u8]) -> Result<Question, crate::Error>;

    /// How long its pins have to be held.
    fn pulses(&self) -> Pulses;
}
