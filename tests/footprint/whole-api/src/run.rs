//! The programs: every call once, in an order that means nothing.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::sync::atomic::AtomicBool;

use usocket::at::Part;
use usocket::network::{Auth, ConfigValue, Handle, IpKind, Pulses, QuectelFamily};
use usocket::{Error, Hints, Network, OptionValue, StreamError, heapless};

use crate::call::{
    at, cellular, clock, format, modem, nal, names, select, socket, ssl, stream, uart, wire, wlan,
};
use crate::hardware::{Text, Ticks, input};

fn number() -> i32 {
    input().cast_signed()
}

fn size() -> usize {
    usize::try_from(input()).unwrap_or(0)
}

fn flag() -> bool {
    input() != 0
}

fn text_byte() -> u8 {
    input().to_le_bytes()[0]
}

fn limit() -> Option<u32> {
    flag().then(input)
}

fn address() -> SocketAddr {
    let [a, b, ..] = input().to_le_bytes();
    let ip = if flag() {
        IpAddr::V4(Ipv4Addr::from_bits(input()))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits(u128::from(input()) << 64 | u128::from(input())))
    };
    SocketAddr::new(ip, u16::from_le_bytes([a, b]))
}

fn error() -> Error {
    match input() {
        0 => Error::Dns(-2),
        1 => Error::TimedOut,
        2 => Error::DataLost,
        _ => Error::Closed,
    }
}

/// A queue of URCs.
#[inline(never)]
fn urcs_of(urcs: &at::Urcs) {
    at::new();
    let part = match input() {
        0 => Part::Whole,
        1 => Part::First,
        _ => Part::Second,
    };
    at::offer(urcs, Text::<64>::input().text().as_bytes(), part);
    at::take(urcs);
    at::lost(urcs);
}

/// What all families have.
#[inline(never)]
pub fn sockets(net: &impl Network) {
    let text = Text::<64>::input();
    let mut buf = [0; 64];
    let mut data = heapless::Vec::<u8, 512>::new();

    names::resolve(net, text.text(), 80);
    names::try_resolve(net, text.text(), 80);
    let hints = Hints {
        family: number(),
        kind: number(),
        proto: number(),
        timeout: limit().map(usocket::fugit::MillisDurationU32::from_ticks),
    };
    names::resolve_with(net, text.text(), 80, hints);

    let Some(sock) = socket::open(net, number(), number(), number()) else { return };
    socket::fileno(&sock);
    socket::settimeout(&sock, limit());
    socket::settimeout_secs(&sock, f32::from_bits(input()));
    socket::setblocking(&sock, flag());
    socket::bind(&sock, address());
    socket::listen(&sock, number());
    socket::shutdown(&sock, number());
    socket::getpeername(&sock);
    socket::getsockname(&sock);

    let context = if flag() { ssl::server(flag()) } else { ssl::new(flag()) };
    let context = ssl::ca(&context, flag().then(text_byte), text.text());
    let context = ssl::certificate(&context, flag().then(text_byte), text.text());
    let context = ssl::key(&context, text.text());
    let context = ssl::check_hostname(&context, flag());
    let context = ssl::ignore_time(&context, flag());
    let names = [text.text(), text.text()];
    let context = ssl::alpn(&context, &names);
    let context = ssl::psk(&context, text.text(), &buf);
    ssl::wrap_socket(&context, &sock, flag().then(|| text.text()));

    socket::connect(&sock, address());
    socket::recv(&sock, &mut buf);
    socket::recv_flags(&sock, &mut buf, number());
    socket::recvfrom(&sock, &mut buf);
    socket::recvfrom_flags(&sock, &mut buf, number());
    socket::send(&sock, &buf);
    socket::sendto(&sock, &buf, address());
    socket::sendall(&sock, &buf);
    socket::write(&sock, &buf);
    socket::read(&sock, &mut buf);
    socket::readinto(&sock, &mut buf, flag().then(size));
    socket::read_to_end(&sock, &mut data);
    socket::readline(&sock, &mut buf);

    socket::try_connect(&sock, address());
    socket::try_accept(&sock);
    socket::try_recv(&sock, &mut buf);
    socket::try_recvfrom(&sock, &mut buf);
    socket::try_send(&sock, &buf);
    socket::try_sendto(&sock, &buf, address());

    let value = if flag() { OptionValue::Int(number()) } else { OptionValue::Bytes(&buf) };
    socket::setsockopt(&sock, number(), number(), value);
    socket::setsockopt_int(&sock, number(), number(), number());
    socket::setsockopt_flag(&sock, number(), number(), flag());
    socket::setsockopt_bytes(&sock, number(), number(), &[0; 8]);
    socket::setsockopt_group(&sock, number(), number(), Ipv4Addr::from_bits(input()));
    socket::getsockopt(&sock, number(), number());

    let mut poll = select::new(net);
    select::register(&mut poll, &sock, 1);
    select::modify(&mut poll, &sock, 4);
    if let Some(event) = select::poll(&mut poll, limit()) {
        select::event_is(&event, &sock);
        select::event_fileno(&event);
        select::event_is_readable(&event);
        select::event_is_writable(&event);
        select::remove(&mut poll, &event);
    }
    select::ipoll(&mut poll, limit(), 1);
    select::unregister(&mut poll, &sock);

    let mut sock = sock;
    stream::read(&mut sock, &mut buf);
    stream::read_exact(&mut sock, &mut buf);
    stream::read_ready(&mut sock);
    stream::write(&mut sock, &buf);
    stream::write_all(&mut sock, &buf);
    stream::flush(&mut sock);
    stream::write_ready(&mut sock);

    if let Some(mut file) = socket::makefile(&sock, text.text()) {
        stream::file_read(&mut file, &mut buf);
        stream::file_read_exact(&mut file, &mut buf);
        stream::file_read_ready(&mut file);
        stream::file_write(&mut file, &buf);
        stream::file_write_all(&mut file, &buf);
        stream::file_flush(&mut file);
        stream::file_write_ready(&mut file);
        select::register_file(&mut poll, &file, 1);
        socket::file_fileno(&file);
        socket::file_read(&file, &mut buf);
        socket::file_readinto(&file, &mut buf, flag().then(size));
        socket::file_read_to_end(&file, &mut data);
        socket::file_readline(&file, &mut buf);
        socket::file_lines(&file);
        socket::file_write(&file, &buf);
        socket::file_flush(&file);
        socket::file_close(&file);
    }
    if let Some(accepted) = socket::accept(&sock) {
        socket::close(&accepted);
        socket::drop_socket(accepted);
    }
    socket::drop_socket(sock);
    clients(&mut net.stack(), text.text());
}

/// The same for programs that know `embedded-nal`.
#[inline(never)]
fn clients(stack: &mut Handle<'_>, name: &str) {
    let mut buf = [0; 64];
    nal::by_name(stack, name);
    nal::by_address(stack, address().ip(), &mut buf);
    nal::kind(error());
    if let Some(mut sock) = nal::tcp_socket(stack) {
        nal::tcp_bind(stack, &mut sock, 80);
        nal::tcp_listen(stack, &mut sock);
        nal::tcp_accept(stack, &mut sock);
        nal::tcp_connect(stack, &mut sock, address());
        nal::tcp_send(stack, &mut sock, &buf);
        nal::tcp_receive(stack, &mut sock, &mut buf);
        nal::tcp_close(stack, sock);
    }
    if let Some(mut sock) = nal::udp_socket(stack) {
        nal::udp_bind(stack, &mut sock, 80);
        nal::udp_connect(stack, &mut sock, address());
        nal::udp_send(stack, &mut sock, &buf);
        nal::udp_send_to(stack, &mut sock, address(), &buf);
        nal::udp_receive(stack, &mut sock, &mut buf);
        nal::udp_close(stack, sock);
    }
}

/// What needs no module.
#[inline(never)]
pub fn beside() {
    let mut buf = [0; 64];
    uart::new();
    uart::push(&uart::QUEUE, &buf);
    uart::room(&uart::QUEUE);
    uart::is_empty(&uart::QUEUE);
    uart::report_overrun(&uart::QUEUE);
    let mut queued = uart::with_writer();
    uart::read_ready(&mut queued);
    uart::read(&mut queued, &mut buf);
    uart::write(&mut queued, &buf);
    uart::flush(&mut queued);
    let mut polled = uart::nb_new();
    uart::nb_read_ready(&mut polled);
    uart::nb_read(&mut polled, &mut buf);
    uart::nb_write(&mut polled, &buf);
    uart::nb_flush(&mut polled);
    uart::nb_release(polled);
    uart::halves_release(uart::halves_new());
    let (mut queue, lost) = (heapless::spsc::Queue::new(), AtomicBool::new(flag()));
    let (mut feed, mut ringed) = uart::spsc_new(&mut queue, &lost);
    uart::feed_push(&mut feed, &buf);
    uart::feed_report_overrun(&feed);
    uart::spsc_read_ready(&mut ringed);
    uart::spsc_read(&mut ringed, &mut buf);
    uart::spsc_write(&mut ringed, &buf);
    uart::spsc_flush(&mut ringed);

    clock::delay_clock_new();
    let ticks = usocket::clock::DelayClock::new(Ticks::new());
    clock::delay_clock_now(&ticks);
    clock::delay_clock_pause(&ticks);
    clock::fn_clock_now();
    clock::fn_clock_pause();

    let mut lexer = wire::new();
    wire::next(&mut lexer, &mut &buf[..], flag());
    wire::begin_body(&mut lexer, input());
    wire::body_left(&lexer);
    wire::abandon(&mut lexer);
    wire::line(&lexer);
    wire::overlong(&lexer);

    let stream = StreamError { error: error(), done: size() };
    format::errno(error());
    format::stream_errno(stream);
    format::kind(error());
    format::display_error(error());
    format::display_stream_error(stream);
    format::debug_error(error());
}

/// Wi-Fi.
pub fn esp_at() {
    beside();
    let text = Text::<64>::input();
    let urcs = at::Urcs::new();
    let mut line = modem::reset_line();
    let mut memory = modem::Store::new();
    let driver = modem::esp_at::new(&mut memory);
    let driver = modem::esp_at::equip(driver, &mut line);
    let driver = modem::esp_at::with_urcs(driver, &urcs);
    let payload = Text::<16>::input();
    let mut answer = [0; 64];
    modem::esp_at::send_command(&driver, &mut answer);
    let exchange = at::exchange(payload.text().as_bytes());
    modem::esp_at::send_command_with(&driver, exchange, &mut answer);
    urcs_of(&urcs);
    modem::esp_at::event(&driver);
    modem::esp_at::version(&driver);
    modem::esp_at::on_idle(&driver);
    modem::esp_at::poll(&driver);
    modem::esp_at::next_poll_ms(&driver);
    modem::esp_at::capabilities(&driver);
    modem::esp_at::counters(&driver);
    modem::esp_at::clock(&driver);

    let net = wlan::new(&driver);
    wlan::active(&net, flag());
    wlan::set_ipv6(&net, flag());
    wlan::isactive(&net);
    wlan::scan(&net);
    wlan::connect(&net, text.text(), text.text());
    wlan::isconnected(&net);
    if let Some(sock) = socket::make_socket(wlan::handle(&net), number(), number(), number()) {
        socket::drop_socket(sock);
    }
    wlan::settime(&net, text.text());
    wlan::time(&net);
    if let Some(config) = wlan::ifconfig(&net) {
        wlan::set_ifconfig(&net, config);
        format::display_ifconfig(config);
    }
    wlan::status(&net);
    wlan::config(&net, text.text());
    wlan::set_hostname(&net, text.text());
    let value = if flag() {
        ConfigValue::Mac([0; 6])
    } else {
        ConfigValue::Hostname(heapless::String::new())
    };
    format::display_config_value(&value);

    sockets(&net);
    sockets(&driver);
    wlan::disconnect(&net);
    modem::esp_at::release(driver);
}

fn pulses() -> Pulses {
    Pulses {
        on_ms: input(),
        boot_ms: input(),
        off_ms: input(),
        down_ms: input(),
        reset_ms: input(),
    }
}

#[inline(never)]
fn lte(net: &cellular::Lte<'_>) {
    let text = Text::<64>::input();
    let auth = match input() {
        0 => Auth::Auto,
        1 => Auth::None,
        2 => Auth::Pap,
        3 => Auth::Chap,
        _ => Auth::Either,
    };
    let ip = match input() {
        0 => IpKind::V4,
        1 => IpKind::V6,
        _ => IpKind::Both,
    };
    cellular::active(net, flag());
    cellular::isactive(net);
    cellular::sim(net);
    cellular::unlock(net, text.text());
    cellular::unlock_with_puk(net, text.text(), text.text());
    cellular::connect(net, text.text(), text.text(), text.text());
    if let Some(profile) = cellular::profile(text.text(), text.text(), text.text(), auth, ip) {
        cellular::connect_with(net, profile, input());
    }
    cellular::registration(net);
    cellular::isconnected(net);
    if let Some(config) = cellular::ifconfig(net) {
        format::display_ifconfig(config);
    }
    cellular::status(net);
    if let Some(signal) = cellular::signal(net) {
        cellular::signal_bars(&signal);
        format::display_signal(signal);
    }
    cellular::operator(net);
    cellular::imei(net);
    cellular::imsi(net);
    cellular::iccid(net);
    cellular::manufacturer(net);
    cellular::model(net);
    cellular::revision(net);
    cellular::time(net);
    sockets(net);
    cellular::disconnect(net);
    cellular::reset(net);
    cellular::power_off(net);
}

/// Cellular modules of Quectel.
pub fn quectel() {
    beside();
    let urcs = at::Urcs::new();
    let mut line = modem::reset_line();
    let mut memory = modem::Store::new();
    let driver = if flag() {
        modem::quectel::new(&mut memory)
    } else {
        let family = match input() {
            0 => QuectelFamily::Bg96,
            1 => QuectelFamily::Ec2x,
            _ => QuectelFamily::Bc26,
        };
        modem::quectel::new_family(&mut memory, family)
    };
    let driver = modem::quectel::equip(driver, &mut line);
    let driver = modem::quectel::with_urcs(driver, &urcs);
    let payload = Text::<16>::input();
    let mut answer = [0; 64];
    modem::quectel::send_command(&driver, &mut answer);
    let exchange = at::exchange(payload.text().as_bytes());
    modem::quectel::send_command_with(&driver, exchange, &mut answer);
    urcs_of(&urcs);
    modem::quectel::event(&driver);
    modem::quectel::family(&driver);
    modem::quectel::on_idle(&driver);
    modem::quectel::poll(&driver);
    modem::quectel::next_poll_ms(&driver);
    modem::quectel::capabilities(&driver);
    modem::quectel::counters(&driver);
    modem::quectel::clock(&driver);
    lte(&cellular::new_quectel(&driver, pulses()));
    sockets(&driver);
    modem::quectel::release(driver);
}

/// Cellular modules of SIMCom.
pub fn simcom() {
    beside();
    let urcs = at::Urcs::new();
    let mut line = modem::reset_line();
    let mut memory = modem::Store::new();
    let driver = modem::simcom::new(&mut memory);
    let driver = modem::simcom::equip(driver, &mut line);
    let driver = modem::simcom::with_urcs(driver, &urcs);
    let payload = Text::<16>::input();
    let mut answer = [0; 64];
    modem::simcom::send_command(&driver, &mut answer);
    let exchange = at::exchange(payload.text().as_bytes());
    modem::simcom::send_command_with(&driver, exchange, &mut answer);
    urcs_of(&urcs);
    modem::simcom::event(&driver);
    modem::simcom::on_idle(&driver);
    modem::simcom::poll(&driver);
    modem::simcom::next_poll_ms(&driver);
    modem::simcom::capabilities(&driver);
    modem::simcom::counters(&driver);
    modem::simcom::clock(&driver);
    lte(&cellular::new_simcom(&driver, pulses()));
    sockets(&driver);
    modem::simcom::release(driver);
}
