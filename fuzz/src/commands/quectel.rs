//! Quectel's modules: LTE, NB-IoT and GSM.

use core::hint::black_box as seen;
use core::net::SocketAddr;

use usocket_commands::atat::AtatCmd;
use usocket_commands::quectel::close::Close;
use usocket_commands::quectel::config::*;
use usocket_commands::quectel::context::*;
use usocket_commands::quectel::data::{Header, Shape};
use usocket_commands::quectel::dns::*;
use usocket_commands::quectel::gsm::context::LocalAddress;
use usocket_commands::quectel::gsm::dns::Lookup;
use usocket_commands::quectel::gsm::socket as gsm;
use usocket_commands::quectel::gsm::{
    context as gsm_context, dns as gsm_dns, receive as gsm_receive,
};
use usocket_commands::quectel::identity::GetInformation;
use usocket_commands::quectel::open::*;
use usocket_commands::quectel::options::*;
use usocket_commands::quectel::ping::{Ping, PingLine};
use usocket_commands::quectel::receive::*;
use usocket_commands::quectel::result::{Final, LastError};
use usocket_commands::quectel::send::*;
use usocket_commands::quectel::signal::{NetworkInfo, RadioSignal};
use usocket_commands::quectel::sim::*;
use usocket_commands::quectel::state::*;
use usocket_commands::quectel::time::{NetworkClock, NetworkTime, SyncTime};
use usocket_commands::quectel::tls;
use usocket_commands::quectel::urc::Urc;
use usocket_commands::quectel::{MAX_COMMAND, TERMINATOR};
use usocket_commands::{ArgumentError, Command, cellular, quectel};

use super::written::{self, Family, host, ip, ipv4};
use crate::input::Input;

const FAMILY: Family =
    Family { most: MAX_COMMAND, terminator: TERMINATOR.as_bytes(), escapes: false };

fn check<C: Command>(command: Result<C, ArgumentError>, texts: &[&[u8]]) {
    written::check(FAMILY, command, texts, &[]);
}

/// A line for every parser.
pub(super) fn read(line: &[u8]) {
    use quectel::model::Family;
    assert!(Final::parse(line).is_none() || Urc::parse(line).is_none(), "a result and a URC");
    seen(Final::parse(line).is_some());
    seen(Urc::parse(line).is_some());
    for shape in [Shape::Read, Shape::NbRead, Shape::GsmRead, Shape::Push, Shape::GsmPush] {
        seen(Header::parse(line, shape).is_some());
    }
    seen(Header::parse_quoted(line).is_some());
    seen(Header::parse_tls(line).is_some());
    seen(GetInformation.parse(Ok(line)).is_ok());
    seen(Family::from_name(line).is_some());
    seen(GetContext { context: 1 }.parse(Ok(line)).is_ok());
    seen(ActiveContext::parse_line(line).is_some());
    seen(GetDns { context: 1 }.parse(Ok(line)).is_ok());
    seen(DnsServers::parse_line(line).is_some());
    seen(LastError::parse_line(line).is_some());
    seen(Sent::parse_line(line).is_some());
    seen(Counters::parse_line(line).is_some());
    seen(GetSockets.parse(Ok(line)).is_ok_and(|sockets| !sockets.is_empty()));
    seen(tls::GetTlsSockets.parse(Ok(line)).is_ok_and(|sockets| !sockets.is_empty()));
    seen(OptionValues::parse_line(line).is_some());
    seen(GetConfig::new("band").unwrap().parse(Ok(line)).is_ok());
    seen(ConfigValues::parse_line(line).is_some());
    seen(PingLine::parse_line(line).is_some());
    seen(NetworkTime::parse_line(line).is_some());
    seen(NetworkClock::parse_line(line).is_some());
    seen(RadioSignal::parse_line(line).is_some_and(|signal| signal.sinr_tenths_db().is_some()));
    seen(NetworkInfo::parse_line(line).is_some());
    seen(Iccid::parse_line(line).is_some());
    seen(PinCounter::parse_line(line).is_some());
    seen(InitStatus::parse_line(line).is_some());
    seen(SimPresence::parse_line(line).is_some());
    seen(gsm::Sent::parse_line(line).is_some());
    seen(gsm::SocketState::parse_line(line).is_some());
    seen(gsm::Stack::parse_line(line).is_some());
    seen(LocalAddress::parse_line(line).is_some());
    seen(Lookup::parse_line(line).is_some());
}

/// Arguments for every command.
pub(super) fn write(input: &mut Input<'_>) {
    let on = input.flag();
    let (context, link) = (input.byte(), input.byte());
    let (port, len) = (input.word(), input.number() as usize);
    let (peer, name) = host(input);
    let (one, other) = (input.text(), input.text());
    let (first, second) = (ip(input), ip(input));
    let texts: &[&[u8]] = &[one.as_bytes(), other.as_bytes()];

    let access = *input.one_of(&[Access::Buffer, Access::Push, Access::Transparent]);
    check(
        Open::tcp(context, link, peer, port).map(|open| open.local_port(port).access(access)),
        &[name],
    );
    check(Open::udp(context, link, peer, port), &[name]);
    check(Open::listener(context, link, port), &[]);
    check(Open::udp_service(context, link, port), &[]);
    check(Ok(SetAccess { link, access }), &[]);
    check(Close::new(link).map(|close| close.wait_s(port)), &[]);
    check(Send::new(link, len), &[]);
    check(SendTo::new(link, len, SocketAddr::new(first, port)), &[]);
    check(Ok(GetSent { link }), &[]);
    check(Read::new(link, len), &[]);
    check(Ok(ReadDatagram { link }), &[]);
    check(Ok(GetCounters { link }), &[]);
    check(Ok(GetSocketsOf { context }), &[]);
    check(Ok(GetSocket { link }), &[]);
    check(tls::Configure::new(context, tls::Setting::Authority(one)), &texts[..1]);
    check(tls::Open::new(context, link, context, peer, port), &[name]);
    check(tls::Send::new(link, len), &[]);
    check(tls::Read::new(link, len), &[]);
    check(tls::Close::new(link).map(|close| close.wait_s(port)), &[]);
    check(Resolve::new(context, one), &texts[..1]);
    check(SetDns::new(context, first, on.then_some(second)), &[]);
    check(Ping::new(context, peer).map(|ping| ping.timeout_s(link).count(link)), &[name]);
    check(SyncTime::new(context, peer, port), &[name]);

    use cellular::context::ContextKind;
    let kind = *input.one_of(&[ContextKind::V4, ContextKind::V6, ContextKind::V4V6]);
    let authentication = *input.one_of(&[Authentication::None, Authentication::Either]);
    check(SetContext::new(context, kind, one), &texts[..1]);
    check(
        SetContext::new(context, kind, "apn")
            .and_then(|set| set.credentials(one, other, authentication)),
        texts,
    );
    check(Ok(Activate { context }), &[]);
    check(Ok(GetContext { context }), &[]);

    check(Ok(DataFormat { hex_send: on, hex_receive: !on }), &[]);
    check(
        Ok(SetSwitch { switch: *input.one_of(&[Switch::InlineData, Switch::ShowLength]), on }),
        &[],
    );
    check(KeepAlive::on(port, link, context), &[]);
    check(Ok(KeepAlive::off()), &[]);
    check(PayloadTimeout::new(link), &[]);
    check(GetOption::new(one), &texts[..1]);
    check(Ok(PayloadEcho { on }), &[]);
    check(SetIndication::new(one, on), &texts[..1]);
    written::check(FAMILY, SetConfig::new(one, other), &texts[..1], &[other]);
    check(GetConfig::new(one), &texts[..1]);
    check(Ok(quectel::power::PowerDown { gently: on }), &[]);
    check(Ok(quectel::power::Sleep { allowed: on }), &[]);
    check(Ok(SimReports { on }), &[]);

    let service = *input.one_of(&[Service::Tcp, Service::Udp, Service::TcpListener]);
    check(gsm::Open::new(link, service, peer, port), &[name]);
    check(gsm::Send::new(link, len), &[]);
    check(Ok(gsm::GetSent { link }), &[]);
    check(Ok(gsm::Close { link }), &[]);
    check(Ok(gsm::NamesOrAddresses { names: on }), &[]);
    check(gsm_receive::Read::new(link, len), &[]);
    check(gsm_dns::Resolve::new(one), &texts[..1]);
    let secondary = on.then(|| ipv4(input));
    check(Ok(gsm_dns::SetDns { primary: ipv4(input), secondary }), &[]);
    check(gsm_context::SetAccessPoint::new(one, other, one), texts);
    check(Ok(gsm_context::Foreground { context }), &[]);
}
