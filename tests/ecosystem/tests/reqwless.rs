//! `reqwless`: an HTTP client on the stack, over Wi-Fi and over a mobile network.

#[path = "counterparts/web.rs"]
mod web;

use async_executor::LocalExecutor;
use embedded_io_async::Read;
use futures_lite::future::{block_on, or};
use reqwless::client::HttpClient;
use reqwless::headers::ContentType;
use reqwless::request::{Method, RequestBuilder};
use reqwless::response::Status;
use usocket::asynch::{Cellular, Modem, Network, Wlan};
use usocket::clock::StdClock;
use usocket::network::STA_IF;
use usocket::{Error, Memory};
use usocket_ecosystem::{Delay, PASSWORD, SSID, cellular, uart, wifi, within_a_minute};
use web::{LARGE, Web, large};

/// A page, a form that is sent and comes back, and a large file in pieces.
async fn program(net: &impl Network) -> Result<(), reqwless::Error> {
    let stack = net.stack(); // connects, and resolves names
    let mut client = HttpClient::new(&stack, &stack);
    let mut head = [0; 512];

    // a request with a connection of its own
    let mut request = client.request(Method::GET, "http://web.test/hello").await?;
    let response = request.send(&mut head).await?;
    assert_eq!(response.status, Status::Ok);
    assert_eq!(response.body().read_to_end().await?, b"hello over AT commands");
    drop(request);

    // several over one connection
    let mut line = [0; 256]; // gathers the pieces that `reqwless` writes
    let mut resource = client.resource("http://web.test").await?.into_buffered(&mut line);
    let form = b"temperature=21.5&humidity=40".as_slice();
    let request = resource.post("/echo").content_type(ContentType::ApplicationOctetStream);
    let response = request.body(form).send(&mut head).await?;
    assert_eq!(response.status, Status::Created);
    assert_eq!(response.body().read_to_end().await?, form);

    let response = resource.get("/large").send(&mut head).await?;
    assert_eq!(response.content_length, Some(LARGE));
    let mut body = response.body().reader();
    let (mut piece, mut done) = ([0; 700], 0);
    loop {
        let count = body.read(&mut piece).await?;
        if count == 0 {
            break;
        }
        assert!((done..).zip(&piece[..count]).all(|(at, byte)| large(at) == *byte), "near {done}");
        done += count;
    }
    assert_eq!(done, LARGE);

    let response = resource.get("/nothing").send(&mut head).await?;
    assert_eq!(response.status, Status::NotFound);
    Ok(())
}

#[test]
fn get_post_and_keep_alive_over_wifi() {
    within_a_minute(|| {
        let web = Web::start().unwrap();
        let world = wifi(&[("web.test", 80, web.address)]);

        let mut memory = Memory::<4, 2048, 1024>::new();
        let modem = Modem::esp_at(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let executor = LocalExecutor::new();
        let line = executor.spawn(async { runner.run().await });
        let task = executor.spawn(async {
            let wlan = Wlan::new(&modem, STA_IF);
            wlan.active(true).await?;
            wlan.connect(SSID, PASSWORD).await?;
            program(&wlan).await.unwrap();
            Ok::<_, Error>(())
        });
        let ended = block_on(executor.run(or(task, async { Err(line.await) })));
        assert_eq!(ended, Ok(()));
        assert_eq!(web.connections(), 2);
    });
}

#[test]
fn get_post_and_keep_alive_over_a_mobile_network() {
    within_a_minute(|| {
        let web = Web::start().unwrap();
        let world = cellular(&[("web.test", 80, web.address)]);

        let mut memory = Memory::<4, 2048, 1024>::new();
        let modem = Modem::quectel(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let task = async {
            let lte = Cellular::new(&modem);
            lte.active(true).await?;
            lte.connect("internet", "", "").await?;
            program(&lte).await.unwrap();
            Ok::<_, Error>(())
        };
        let ended = block_on(or(task, async { Err(runner.run().await) }));
        assert_eq!(ended, Ok(()));
        assert_eq!(web.connections(), 2);
    });
}
