//! No bytes from the line make a parser panic.

use usocket_commands::atat::AtatCmd;
use usocket_commands::quectel::config::{ConfigValues, GetConfig};
use usocket_commands::quectel::context::*;
use usocket_commands::quectel::data::{Header, Shape};
use usocket_commands::quectel::dns::{DnsServers, GetDns};
use usocket_commands::quectel::gsm::{context::LocalAddress, dns::Lookup, socket as gsm};
use usocket_commands::quectel::identity::GetInformation;
use usocket_commands::quectel::model::Family;
use usocket_commands::quectel::options::OptionValues;
use usocket_commands::quectel::ping::PingLine;
use usocket_commands::quectel::receive::Counters;
use usocket_commands::quectel::result::{Final, LastError};
use usocket_commands::quectel::send::Sent;
use usocket_commands::quectel::signal::{NetworkInfo, RadioSignal};
use usocket_commands::quectel::sim::*;
use usocket_commands::quectel::state::GetSockets;
use usocket_commands::quectel::time::{NetworkClock, NetworkTime};
use usocket_commands::quectel::tls::GetTlsSockets;
use usocket_commands::quectel::urc::Urc;

use super::damage;

const LINES: &[&str] = &[
    "OK",
    "SEND FAIL",
    "CLOSE OK",
    "5, CLOSE OK",
    "+CME ERROR: 563",
    "+CME ERROR: operation not allowed",
    "RDY",
    "UNDER_VOLTAGE POWER DOWN",
    "+QIOPEN: 11,566",
    "+QIURC: \"recv\",11",
    "+QIURC: \"recv\",0,1500",
    "+QIURC: \"recv\",2,4,\"10.7.76.34\",7687",
    "+QIURC: \"recv\",0,\"buff full\"",
    "+QIURC: \"recv\",0,5,\"hello\"",
    "+QIURC: \"closed\",0",
    "+QIURC: \"incoming\",11,1,\"2001:db8::1\",54091",
    "+QIURC: \"pdpdeact\",1",
    "+QIURC: \"dnsgip\",0,2,600",
    "+QIURC: \"dnsgip\",\"192.0.2.10\"",
    "+QIRD: 1500",
    "+QIRD: 4,\"10.7.76.34\",7687",
    "+QIRD: 512,-512",
    "+QIRD: 512,-512,\"",
    "+QIRD: 3524,3005,519",
    "+QIRD: 93.184.216.34:80,TCP,1332",
    "+RECEIVE: 0, 5",
    "+QIRDI: 0,1,0,1,1332,1332",
    "0, CONNECT OK",
    "+QISEND: 14,9,5",
    "+QISACK: 14,9,5",
    "+QISTATE: 0,\"TCP\",\"220.180.239.212\",8009,65514,2,1,0,0,\"usbmodem\"",
    "+QISTATE: 0,\"TCP\",\"192.0.2.5\",7,49152,2,0,1",
    "+QISTATE: 0,\"TCP\",\"1.2.3.4\",\"80\",\"CONNECTED\"",
    "STATE: IP GPRSACT",
    "10.12.0.7",
    "ERROR: 565",
    "+QICSGP: 1,\"UNINET\",\"user\",\"secret\",2",
    "+QIACT: 2,1,3,\"10.171.134.243\",\"240E:459:40D:A39::1\"",
    "+QIACTEX: 1,0,1,\"10.176.245.213\"",
    "+QIDNSCFG: 1,\"10.1.1.1\",\"10.1.1.2\"",
    "+QIGETERROR: 552, invalid parameters",
    "+QICFG: \"tcp/keepalive\",1,60,25,3",
    "+QCFG: \"band\",0xf,0x400a0e189f,0xa0e189f",
    "+QPING: 0,\"61.135.169.125\",32,192,255",
    "+QPING: 0,4,4,0,192,479,287",
    "+QNTP: 0,\"2019/09/09,01:32:42+32\"",
    "+QLTS: \"2017/01/13,03:40:48+32,0\"",
    "+QCSQ: \"CAT-M1\",-52,-81,195,-10",
    "+QNWINFO: \"CAT-M1\",\"46000\",\"LTE BAND 39\",38348",
    "+QCCID: 8986002512830601247F",
    "+QPINC: \"SC\",3,10",
    "+QINISTAT: 7",
    "+QSIMSTAT: 1,2",
    "+QIND: \"csq\",28,99",
    "+QSSLURC: \"recv\",4",
    "+QSSLOPEN: 4,579",
    "+QSSLRECV: 1500",
    "+QSSLSTATE: 4,\"SSLClient\",\"93.184.216.34\",443,65344,2,1,4,0,\"uart1\",0",
    "+IP: 10.1.2.3",
    "Quectel_BC660K-GL",
    "Revision: BG96MAR02A07M1G",
];

/// Gives the line to every parser; how many of them accept it.
fn accepted(line: &[u8]) -> usize {
    let mut accepted = 0;
    let mut count = |some: bool| accepted += usize::from(some);
    count(Final::parse(line).is_some());
    count(Urc::parse(line).is_some());
    for shape in [Shape::Read, Shape::NbRead, Shape::GsmRead, Shape::Push, Shape::GsmPush] {
        count(Header::parse(line, shape).is_some());
    }
    count(Header::parse_quoted(line).is_some());
    count(Header::parse_tls(line).is_some());
    count(GetInformation.parse(Ok(line)).is_ok());
    count(Family::from_name(line).is_some());
    count(GetContext { context: 1 }.parse(Ok(line)).is_ok());
    count(ActiveContext::parse_line(line).is_some());
    count(GetDns { context: 1 }.parse(Ok(line)).is_ok());
    count(DnsServers::parse_line(line).is_some());
    count(LastError::parse_line(line).is_some());
    count(Sent::parse_line(line).is_some());
    count(Counters::parse_line(line).is_some());
    count(GetSockets.parse(Ok(line)).is_ok_and(|sockets| !sockets.is_empty()));
    count(GetTlsSockets.parse(Ok(line)).is_ok_and(|sockets| !sockets.is_empty()));
    count(OptionValues::parse_line(line).is_some());
    count(GetConfig::new("band").unwrap().parse(Ok(line)).is_ok());
    count(ConfigValues::parse_line(line).is_some());
    count(PingLine::parse_line(line).is_some());
    count(NetworkTime::parse_line(line).is_some());
    count(NetworkClock::parse_line(line).is_some());
    count(RadioSignal::parse_line(line).is_some_and(|signal| signal.sinr_tenths_db().is_some()));
    count(NetworkInfo::parse_line(line).is_some());
    count(Iccid::parse_line(line).is_some());
    count(PinCounter::parse_line(line).is_some());
    count(InitStatus::parse_line(line).is_some());
    count(SimPresence::parse_line(line).is_some());
    count(gsm::Sent::parse_line(line).is_some());
    count(gsm::SocketState::parse_line(line).is_some());
    count(gsm::Stack::parse_line(line).is_some());
    count(LocalAddress::parse_line(line).is_some());
    count(Lookup::parse_line(line).is_some());
    accepted
}

#[test]
fn each_sample_has_a_parser() {
    let without = ["+QIURC: \"recv\",0,5,\"hello\"", "Revision: BG96MAR02A07M1G"];
    for line in LINES.iter().filter(|line| !without.contains(line)) {
        assert!(accepted(line.as_bytes()) > 0, "{line}");
    }
}

#[test]
fn no_part_of_a_line_panics() {
    damage::parts(LINES, accepted);
}

#[test]
fn no_single_wrong_byte_panics() {
    damage::wrong_bytes(LINES, accepted);
}

#[test]
fn no_missing_or_additional_byte_panics() {
    damage::missing_and_additional_bytes(LINES, accepted);
}

#[test]
fn no_order_of_lines_panics() {
    damage::orders(LINES, accepted);
}
