//! `minimq`: another MQTT 5 client, which keeps its session by itself; its time is that of `embassy-time`.

#[path = "counterparts/broker.rs"]
mod broker;

use embassy_time::{Duration, with_timeout};
use embedded_nal_async::TcpConnect;
use futures_lite::future::{block_on, or};
use minimq::{Buffers, ConfigBuilder, ConnectEvent, Publication, QoS, Session, TopicFilter};
use usocket::asynch::{Modem, Network, Wlan, getaddrinfo};
use usocket::clock::StdClock;
use usocket::network::STA_IF;
use usocket::{Error, Memory};
use usocket_ecosystem::{Delay, PASSWORD, SSID, uart, wifi, within_a_minute};

async fn program(wlan: &Wlan<'_>) -> Result<(), Error> {
    wlan.active(true).await?;
    wlan.connect(SSID, PASSWORD).await?;
    let stack = wlan.stack();
    let broker = getaddrinfo(wlan, "broker.test", 1883).await?[0].sockaddr;

    let (mut rx, mut tx) = ([0; 1024], [0; 1024]);
    let config =
        ConfigBuilder::new(Buffers::new(&mut rx, &mut tx)).client_id("thermostat").unwrap();
    let mut session = Session::new(config);
    for round in 0..2 {
        // the second time over a new connection, as after a failure
        let mut client = session.connect(stack.connect(broker).await?).await.unwrap();
        assert_eq!(client.connect_event(), ConnectEvent::Connected, "in round {round}");
        client.subscribe(&[TopicFilter::new("house/+")], &[]).await.unwrap();
        for (qos, text) in [(QoS::AtMostOnce, "21.5"), (QoS::AtLeastOnce, "22.0")] {
            client.publish(Publication::text("house/kitchen", text).qos(qos)).await.unwrap();
            let message = client.recv().await.unwrap();
            assert_eq!((message.topic(), message.payload()), ("house/kitchen", text.as_bytes()));
        }
        // a wait that is given up loses nothing
        let nothing = with_timeout(Duration::from_millis(50), client.recv()).await;
        assert!(nothing.is_err(), "nothing was sent");
        client.publish(Publication::text("house/hall", "18.0")).await.unwrap();
        assert_eq!(client.recv().await.unwrap().payload(), b"18.0");
        client.disconnect().await.unwrap();
    }
    Ok(())
}

#[test]
fn messages_over_wifi() {
    within_a_minute(|| {
        let world = wifi(&[("broker.test", 1883, broker::start())]);
        let mut memory = Memory::<4, 2048, 1024>::new();
        let modem = Modem::esp_at(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let wlan = Wlan::new(&modem, STA_IF);
        let ended = block_on(or(program(&wlan), async { Err(runner.run().await) }));
        assert_eq!(ended, Ok(()));
    });
}
