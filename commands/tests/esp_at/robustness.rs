//! No bytes from the line make a parser panic.

use usocket_commands::atat::AtatCmd;
use usocket_commands::esp_at::basic::*;
use usocket_commands::esp_at::data::Header;
use usocket_commands::esp_at::result::*;
use usocket_commands::esp_at::tcpip::*;
use usocket_commands::esp_at::urc::Urc;
use usocket_commands::esp_at::wifi::*;

use super::damage;

const LINES: &[&str] = &[
    "OK",
    "ERROR",
    "SEND CANCELLED",
    "busy p...",
    "Recv 8192 bytes",
    "Will force to restart!!!",
    "ERR CODE:0x01090000",
    "+ERRNO:0x68",
    "link is not valid",
    "ready",
    "WIFI GOT IPv6 GL",
    "4,CONNECT FAIL",
    "0,CLOSED",
    "+LINK_CONN:0,0,\"TCP\",1,\"192.168.4.2\",49469,80",
    "+IPD,0,300",
    "+IPD,0,6,\"192.168.4.2\",59541:",
    "+IPD,0,6,\"fe80::32ae:a4ff:fe80:6549\",59541:",
    "+CIPRECVDATA:41,\"192.168.1.113\",40406,",
    "+CIPRECVDATA,256,192.168.1.113,40406:",
    "+STA_CONNECTED:\"30:ae:a4:80:06:49\"",
    "+DIST_STA_IP:\"30:ae:a4:80:06:49\",\"192.168.4.2\"",
    "AT version:4.1.0.0-dev(s-6eebeb4 - ESP32C3 - Mar 20 2024 12:33:38)",
    "AT version:1.7.1.0(Jul 15 2019 16:58:04)",
    "+SYSRAM:135184,128328",
    "+UART_CUR:115273,8,1,0,3",
    "+CWMODE:1",
    "+CWSTATE:2,\"my \\\"net\"",
    "+CWLAP:(3,\"my, \\\"net\\\")\",-61,\"ca:d7:19:d8:a6:44\",6,32767,-1,4,4,7,0)",
    "+CWJAP:\"Espressif\",\"10:01:00:c4:0a:51\",5,70,0,1,3,0,1",
    "+CWJAP:4",
    "+CIPSTA:ip6ll:\"FE80::32AE:A4FF:FE80:6549\"",
    "+CIPAP:netmask:\"255.255.255.0\"",
    "+CIPSTAMAC:\"30:ae:a4:80:06:49\"",
    "+CWHOSTNAME:espressif",
    "+CWDHCP:3",
    "+CWSAP:\"setup\",\"12345678\",5,3,10,0",
    "+CWLIF:192.168.4.2,30:ae:a4:80:06:49",
    "+CIPMUX:1",
    "+CIPSTATE:3,\"SSLv6\",\"2001:DB8::1\",443,50123,1",
    "STATUS:3",
    "+CIPSTATUS:0,\"TCP\",\"192.168.3.102\",8080,50122,0",
    "+CIPRECVTYPE:4,1",
    "+CIPRECVLEN:654,-1,,0,-1",
    "+CIPSERVER:1,80,\"TCP\",0,1",
    "+CIPDOMAIN:\"::ffff:93.184.215.14\"",
    "+CIPDNS:1,\"208.67.222.222\",\"8.8.8.8\"",
    "+PING:27",
    "+CIPTCPOPT:0,-1,0,5000,60",
    "+CIPSNTPTIME:Tue Oct 19 17:47:56 2021",
];

/// Gives the line to every parser; how many of them accept it.
fn accepted(line: &[u8]) -> usize {
    let mut accepted = 0;
    let mut count = |some: bool| accepted += usize::from(some);
    count(Final::parse(line).is_some());
    count(Urc::parse(line).is_some());
    count(Header::parse(line, false).is_some());
    count(Header::parse(line, true).is_some());
    count(JoinFailure::parse_line(line).is_some());
    count(ErrorCode::parse_line(line).is_some());
    count(Errno::parse_line(line).is_some());
    count(Reason::parse_line(line).is_some());
    count(StationLine::parse_line(line).is_some());
    count(GetVersion.parse(Ok(line)).is_ok());
    count(GetRam.parse(Ok(line)).is_ok());
    count(GetUart.parse(Ok(line)).is_ok());
    count(GetMode.parse(Ok(line)).is_ok());
    count(GetState.parse(Ok(line)).is_ok());
    count(AccessPoint::parse_line(line).is_some());
    count(Joined::parse_line(line).is_some());
    count(GetStation.parse(Ok(line)).is_ok());
    count(GetApAddress.parse(Ok(line)).is_ok());
    count(GetStationMac.parse(Ok(line)).is_ok());
    count(GetHostname.parse(Ok(line)).is_ok());
    count(GetDhcp.parse(Ok(line)).is_ok());
    count(GetAccessPoint.parse(Ok(line)).is_ok());
    count(Station::parse_line(line).is_some());
    count(GetMultiplex.parse(Ok(line)).is_ok());
    count(LinkState::parse_line(line).is_some());
    count(GetStatus.parse(Ok(line)).is_ok());
    count(ReceiveTypeOf::parse_line(line).is_some());
    count(GetReceiveLengths.parse(Ok(line)).is_ok());
    count(GetServer.parse(Ok(line)).is_ok());
    count(Address::parse_line(line).is_some());
    count(GetDns.parse(Ok(line)).is_ok());
    count(EchoReply::parse_line(line).is_some());
    count(TcpOptionsOf::parse_line(line).is_some());
    count(GetTime.parse(Ok(line)).is_ok());
    accepted
}

#[test]
fn each_sample_has_a_parser() {
    for line in LINES {
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
