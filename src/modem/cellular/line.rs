//! Rate and flow control of the line (quectel.md §2.4).

use usocket_commands::cellular::uart::{Flow, SetBaud, SetFlow};

use super::write;
use crate::engine::Change;
use crate::error::Error;
use crate::modem::Encoded;

/// Writes the command for a change of the line.
pub(crate) fn encode_change(change: Change, out: &mut [u8]) -> Result<Encoded, Error> {
    match change {
        Change::Rate { baud, .. } => write(&SetBaud::new(baud)?, out),
        Change::Flow { on, .. } => {
            let flow = if on { Flow::RtsCts } else { Flow::None };
            write(&SetFlow { flow }, out)
        }
    }
}
