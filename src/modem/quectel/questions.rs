//! What can be asked of a Quectel module beside what all cellular modules answer.

use usocket_commands::cellular::identity::{GetImeiWithPrefix, Imei};
use usocket_commands::quectel::dns::{DnsServers, GetDns};
use usocket_commands::quectel::model::Dialect as Grammar;
use usocket_commands::quectel::power::PowerDown;
use usocket_commands::quectel::signal::{GetRadioSignal, RadioSignal};
use usocket_commands::quectel::sim::{GetIccid, GetPinCounters, Iccid, PinCounter};

use super::Quectel;
use crate::error::Error;
use crate::modem::cellular::{Fact, Query, Question, core_question};

impl Quectel {
    pub(super) fn question(&self, query: Query, out: &mut [u8]) -> Result<Question, Error> {
        match query {
            Query::Imei if self.grammar() == Grammar::NbIot => {
                Question::new(&GetImeiWithPrefix, out, |line| {
                    Imei::parse_line(line).map(|imei| Fact::Digits(imei.digits))
                })
            }
            Query::Iccid => {
                let question = Question::new(&GetIccid, out, |line| {
                    Iccid::parse_line(line).map(|iccid| Fact::Iccid(iccid.digits))
                })?;
                // old modules print the number alone (§3)
                let bare = self.grammar() == Grammar::Gsm;
                Ok(if bare { Question { prefix: "", ..question } } else { question })
            }
            Query::Tries => Question::new(&GetPinCounters, out, |line| {
                let counter = PinCounter::parse_line(line).filter(|counter| !counter.second)?;
                Some(Fact::Tries { pin: counter.pin, puk: counter.puk })
            }),
            Query::SignalDetail => Question::new(&GetRadioSignal, out, |line| {
                let signal = RadioSignal::parse_line(line)?;
                Some(Fact::Quality {
                    rssi: signal.rssi_dbm(),
                    rsrp: signal.rsrp_dbm(),
                    rsrq: signal.rsrq_db(),
                    sinr: signal.sinr_tenths_db(),
                })
            }),
            Query::NameServers if self.grammar() == Grammar::Standard => {
                Question::new(&GetDns { context: self.context() }, out, |line| {
                    let servers = DnsServers::parse_line(line)?;
                    Some(Fact::Address(servers.primary, servers.secondary))
                })
            }
            Query::PowerOff => Question::new(&PowerDown { gently: true }, out, |_| None),
            _ => core_question(query, out),
        }
    }
}
