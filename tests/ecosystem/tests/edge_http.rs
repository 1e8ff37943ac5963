//! `edge-http`: an HTTP server on the module, in tasks of embassy, and a client; over `edge-nal`.

#![recursion_limit = "256"] // the server's future is of many layers

#[path = "counterparts/visitors.rs"]
mod visitors;
#[path = "counterparts/web.rs"]
mod web;

use std::fmt::{Debug, Display};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use edge_http::Method;
use edge_http::io::Error as HttpError;
use edge_http::io::client;
use edge_http::io::server::{Connection, Handler, Server};
use edge_nal::{AddrType, Dns, TcpBind};
use embassy_executor::Executor;
use embedded_io_async::{Read, Write};
use futures_lite::future::{block_on, or};
use static_cell::StaticCell;
use usocket::asynch::{Modem, Network, Runner, Wlan};
use usocket::clock::StdClock;
use usocket::network::STA_IF;
use usocket::{Error, EspAt, Memory};
use usocket_ecosystem::{Delay, Half, PASSWORD, SSID, uart, wifi, within_a_minute};
use usocket_simulator::LoopbackWorld;
use visitors::visit;
use web::{LARGE, Web, large};

/// The pages.
struct Pages;

impl Handler for Pages {
    type Error<E: Debug> = HttpError<E>;

    async fn handle<T: Read + Write, const N: usize>(
        &self,
        _: impl Display + Copy,
        conn: &mut Connection<'_, T, N>,
    ) -> Result<(), HttpError<T::Error>> {
        let headers = conn.headers()?;
        match (headers.method, headers.path) {
            (Method::Get, "/hello") => {
                let text = b"hello from a module";
                conn.initiate_response(200, Some("OK"), &[("Content-Length", "19")]).await?;
                conn.write_all(text).await
            }
            (Method::Get, "/large") => {
                // of unknown length: comes in chunks
                conn.initiate_response(200, Some("OK"), &[]).await?;
                let page: Vec<u8> = (0..8000).map(large).collect();
                conn.write_all(&page).await
            }
            (Method::Post, "/echo") => {
                let (mut body, mut length) = ([0; 4096], 0);
                loop {
                    match conn.read(&mut body[length..]).await? {
                        0 => break,
                        count => length += count,
                    }
                }
                conn.initiate_response(201, Some("Created"), &[]).await?;
                conn.write_all(&body[..length]).await
            }
            _ => conn.initiate_response(404, Some("Not Found"), &[("Content-Length", "0")]).await,
        }
    }
}

#[embassy_executor::task]
async fn line(mut runner: Runner<'static, Half, Half, Delay>) {
    panic!("the line has failed: {}", runner.run().await);
}

/// Serves until all visitors have been there.
#[embassy_executor::task]
async fn serve(modem: &'static Modem<'static, EspAt, StdClock>, world: &'static LoopbackWorld) {
    let wlan = Wlan::new(modem, STA_IF);
    wlan.active(true).await.unwrap();
    wlan.connect(SSID, PASSWORD).await.unwrap();
    let stack = wlan.stack();
    let acceptor = TcpBind::bind(&stack, ([0, 0, 0, 0], 80).into()).await.unwrap();

    let mut server = Server::<2, 1024, 16>::new(); // serves two connections at a time: others wait
    let serving = async { panic!("{:?}", server.run(Some(10_000), acceptor, Pages).await) };
    let address = world.real_address(80).unwrap();
    or(blocking::unblock(move || visit(address)), serving).await;
    DONE.store(true, Ordering::Relaxed);
}

static DONE: AtomicBool = AtomicBool::new(false);

#[test]
fn a_server_on_the_module_has_several_clients() {
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    static WORLD: StaticCell<LoopbackWorld> = StaticCell::new();
    static MEMORY: StaticCell<Memory<5, 2048, 2048>> = StaticCell::new();
    static MODEM: StaticCell<Modem<'static, EspAt, StdClock>> = StaticCell::new();
    within_a_minute(|| {
        let world = WORLD.init(wifi(&[]));
        let modem = MODEM.init(Modem::esp_at(StdClock::new(), MEMORY.init(Memory::new())));
        let (rx, tx) = uart(world);
        let runner = modem.runner(rx, tx, Delay);
        let start = |spawner: embassy_executor::Spawner| {
            spawner.spawn(line(runner).unwrap());
            spawner.spawn(serve(modem, world).unwrap());
        };
        EXECUTOR.init(Executor::new()).run_until(start, || DONE.load(Ordering::Relaxed));
    });
}

/// Two pages over one connection.
async fn read(wlan: &Wlan<'_>) -> Result<(), HttpError<Error>> {
    wlan.active(true).await.map_err(HttpError::Io)?;
    wlan.connect(SSID, PASSWORD).await.map_err(HttpError::Io)?;
    let stack = wlan.stack();
    let ip = Dns::get_host_by_name(&stack, "web.test", AddrType::IPv4).await;
    let address = SocketAddr::new(ip.map_err(HttpError::Io)?, 80);
    let mut buf = [0; 2048];
    let mut conn: client::Connection<'_, _, 16> =
        client::Connection::new(&mut buf, &stack, address);
    let hello = b"hello over AT commands".to_vec();
    // without a length, the request has an empty body in chunks, which not every server takes
    let headers = [("Host", "web.test"), ("Content-Length", "0")];
    for (path, expected) in [("/hello", hello), ("/large", (0..LARGE).map(large).collect())] {
        conn.initiate_request(true, Method::Get, path, &headers).await?;
        conn.initiate_response().await?;
        let (mut page, mut piece) = (Vec::new(), [0; 512]);
        loop {
            match conn.read(&mut piece).await? {
                0 => break,
                count => page.extend_from_slice(&piece[..count]),
            }
        }
        let differs = page.iter().zip(&expected).position(|(is, should)| is != should);
        assert_eq!((page.len(), differs), (expected.len(), None), "{path}");
    }
    conn.close().await
}

#[test]
fn a_client_keeps_its_connection() {
    within_a_minute(|| {
        let web = Web::start().unwrap();
        let world = wifi(&[("web.test", 80, web.address)]);
        let mut memory = Memory::<2, 2048, 1024>::new();
        let modem = Modem::esp_at(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let wlan = Wlan::new(&modem, STA_IF);
        let line = async { Err(HttpError::Io(runner.run().await)) };
        block_on(or(read(&wlan), line)).unwrap();
        assert_eq!(web.connections(), 1);
    });
}
