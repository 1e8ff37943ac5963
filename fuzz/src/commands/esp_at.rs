//! ESP-AT, NonOS included.

use core::hint::black_box as seen;

use usocket_commands::atat::AtatCmd;
use usocket_commands::esp_at::basic::*;
use usocket_commands::esp_at::data::Header;
use usocket_commands::esp_at::result::*;
use usocket_commands::esp_at::tcpip::*;
use usocket_commands::esp_at::urc::Urc;
use usocket_commands::esp_at::wifi::*;
use usocket_commands::esp_at::{MAX_COMMAND, TERMINATOR};
use usocket_commands::{ArgumentError, Command};

use super::written::{self, host, ip, ipv4, mac};
use crate::input::Input;

const FAMILY: written::Family =
    written::Family { most: MAX_COMMAND, terminator: TERMINATOR.as_bytes(), escapes: true };

fn check<C: Command>(command: Result<C, ArgumentError>, texts: &[&[u8]]) {
    written::check(FAMILY, command, texts, &[]);
}

/// A line for every parser.
pub(super) fn read(line: &[u8]) {
    assert!(Final::parse(line).is_none() || Urc::parse(line).is_none(), "a result and a URC");
    seen(Final::parse(line).is_some());
    seen(Urc::parse(line).is_some());
    seen(Header::parse(line, false).is_some());
    seen(Header::parse(line, true).is_some());
    seen(JoinFailure::parse_line(line).is_some());
    seen(ErrorCode::parse_line(line).is_some());
    seen(Errno::parse_line(line).is_some());
    seen(Reason::parse_line(line).is_some());
    seen(StationLine::parse_line(line).is_some());
    seen(GetVersion.parse(Ok(line)).is_ok());
    seen(GetRam.parse(Ok(line)).is_ok());
    seen(GetUart.parse(Ok(line)).is_ok());
    seen(GetMode.parse(Ok(line)).is_ok());
    seen(GetState.parse(Ok(line)).is_ok());
    seen(AccessPoint::parse_line(line).is_some());
    seen(Joined::parse_line(line).is_some());
    seen(GetStation.parse(Ok(line)).is_ok());
    seen(GetApAddress.parse(Ok(line)).is_ok());
    seen(GetStationMac.parse(Ok(line)).is_ok());
    seen(GetHostname.parse(Ok(line)).is_ok());
    seen(GetDhcp.parse(Ok(line)).is_ok());
    seen(GetAccessPoint.parse(Ok(line)).is_ok());
    seen(Station::parse_line(line).is_some());
    seen(GetMultiplex.parse(Ok(line)).is_ok());
    seen(LinkState::parse_line(line).is_some());
    seen(GetStatus.parse(Ok(line)).is_ok());
    seen(ReceiveTypeOf::parse_line(line).is_some());
    seen(GetReceiveLengths.parse(Ok(line)).is_ok());
    seen(GetServer.parse(Ok(line)).is_ok());
    seen(Address::parse_line(line).is_some());
    seen(GetDns.parse(Ok(line)).is_ok());
    seen(EchoReply::parse_line(line).is_some());
    seen(TcpOptionsOf::parse_line(line).is_some());
    seen(GetTime.parse(Ok(line)).is_ok());
    seen(GetJoined.parse(Ok(line)).is_ok());
    seen(GetApMac.parse(Ok(line)).is_ok());
    seen(GetLinks.parse(Ok(line)).is_ok());
    seen(GetStations.parse(Ok(line)).is_ok());
}

/// Arguments for every command.
pub(super) fn write(input: &mut Input<'_>) {
    let on = input.flag();
    let link = input.byte();
    let (port, len) = (input.word(), input.number() as usize);
    let (peer, name) = host(input);
    let (one, other) = (input.text(), input.text());
    let raw = input.counted();
    let texts: &[&[u8]] = &[one.as_bytes(), other.as_bytes()];

    links(input, on, link, port, len);
    check(Open::tcp(link, peer, port).map(|open| open.keep_alive(port).timeout_ms(port)), &[name]);
    check(Open::ssl(link, peer, port).map(Open::over_v6), &[name]);
    let local = ip(input);
    check(Open::tcp(link, peer, port).map(|open| open.local_ip(local).keep_alive(port)), &[name]);
    let mode = *input.one_of(&[UdpMode::Fixed, UdpMode::Once, UdpMode::Follow]);
    check(
        Open::udp(link, peer, port, on.then_some(port), mode)
            .map(|open| open.over_v6().local_ip(local).timeout_ms(port)),
        &[name],
    );
    check(SendTo::new(link, len, peer, port), &[name]);
    let family = *input.one_of(&[None, Some(Family::V4), Some(Family::V6)]);
    check(Resolve::new(one, family), &texts[..1]);
    check(SetDns::manual(&[ip(input), ip(input), ip(input)]), &[]);
    check(Ping::new(peer), &[name]);
    check(TimeConfig::new(link.cast_signed(), &[one, other, one]), texts);
    check(TlsCommonName::new(link, one), &texts[..1]);
    check(TlsServerName::new(link, one), &texts[..1]);
    check(TlsAlpn::new(link, &[one, other]), texts);
    check(TlsPsk::new(link, one.as_bytes(), other), texts);
    check(TlsPskHex::new(link, one.as_bytes(), other), &texts[1..]);
    check(TlsBuffer::new(port), &[]);
    check(
        TlsConfig::new(link, *input.one_of(&[TlsAuth::None, TlsAuth::Both]))
            .map(|tls| tls.certificates(link, link)),
        &[],
    );

    check(
        Join::from_bytes(raw, one).map(|join| join.reconnect_s(port).listen_interval(link)),
        &[raw, one.as_bytes()],
    );
    let bssid = mac(input);
    check(
        Join::new(one, other).map(|join| {
            let join = join.bssid(bssid).encrypted_only(on).reconnect_s(port);
            join.listen_interval(link).all_channels(on).timeout_s(port).pmf(link)
        }),
        texts,
    );
    check(
        ScanFor::ssid(one).map(|scan| scan.channel(link).passive(on).dwell_ms(port, port)),
        &texts[..1],
    );
    check(ScanFor::on_channel(link), &[]);
    check(Ok(ScanFor::bssid(bssid)), &[]);
    let security = *input.one_of(&[ApSecurity::Open, ApSecurity::Wpa2]);
    check(
        SetAccessPoint::new(one, other, link, security)
            .map(|network| network.max_stations(link).hidden(on)),
        texts,
    );
    check(Ok(SetStation::new(ipv4(input)).subnet(ipv4(input), ipv4(input))), &[]);
    check(Ok(SetApAddress::new(ipv4(input))), &[]);
    check(SetStationMac::new(bssid), &[]);
    check(SetApMac::new(bssid), &[]);
    check(SetHostname::new(one), &texts[..1]);
    check(DhcpRange::new(port, ipv4(input), ipv4(input)), &[]);
    check(ReconnectConfig::new(port, input.word()), &[]);
    check(Ok(Dismiss { mac: on.then_some(bssid) }), &[]);
    check(Ok(ScanOptions { sorted: on, weakest: link.cast_signed() }), &[]);
    let uart = Uart::new(input.number()).map(|uart| uart.flow(Flow::Both).parity(Parity::Even));
    check(uart.map(|uart| UartCurrent { uart }), &[]);
}

/// Commands without texts.
fn links(input: &mut Input<'_>, on: bool, link: u8, port: u16, len: usize) {
    check(Ok(Echo { on }), &[]);
    check(Ok(Store { on }), &[]);
    check(Ok(Messages { bits: link }), &[]);
    check(Ok(Dhcp { on, station: on, access_point: !on }), &[]);
    check(Send::new(link, len), &[]);
    check(Ok(Close { link }), &[]);
    check(Ok(ReceiveData { link, len: input.number() }), &[]);
    check(Ok(ReceiveType { link: on.then_some(link), passive: on }), &[]);
    check(
        StartServer::new(port)
            .and_then(|server| server.kind(LinkKind::Ssl))
            .map(|server| server.verify_clients(on).interface(Interface::Station)),
        &[],
    );
    check(ServerMaxConnections::new(link), &[]);
    check(ServerTimeout::new(port), &[]);
    check(
        TcpOptions::new(on.then_some(link)).map(|options| {
            let options = options.linger_s(i32::from(port.cast_signed())).no_delay(on);
            options.send_timeout_ms(len as u32).keep_alive_s(port)
        }),
        &[],
    );
    check(TimeInterval::new(len as u32), &[]);
}
