//! `rust-mqtt`: an MQTT 5 client on an async socket, against a real broker.

#[path = "counterparts/broker.rs"]
mod broker;

use std::net::SocketAddr;
use std::num::NonZero;

use embedded_nal_async::TcpConnect;
use rust_mqtt::Bytes;
use rust_mqtt::buffer::AllocBuffer;
use rust_mqtt::client::Client;
use rust_mqtt::client::event::{Event, Suback};
use rust_mqtt::client::options::{
    ConnectOptions, DisconnectOptions, PublicationOptions, SubscriptionOptions, TopicReference,
};
use rust_mqtt::config::KeepAlive;
use rust_mqtt::types::{IdentifiedQoS, MqttString, ReasonCode, TopicFilter, TopicName};
use tokio::task::LocalSet;
use usocket::asynch::{Cellular, Modem, Network, Wlan, getaddrinfo};
use usocket::clock::StdClock;
use usocket::network::STA_IF;
use usocket::{Error, Memory};
use usocket_ecosystem::{Delay, PASSWORD, SSID, cellular, uart, wifi, within_a_minute};

/// Subscribes, and publishes to itself: once at most, once at least, and 3000 bytes.
async fn program(net: &impl Network) -> Result<(), Error> {
    let stack = net.stack();
    let broker: SocketAddr = getaddrinfo(net, "broker.test", 1883).await?[0].sockaddr;
    let transport = stack.connect(broker).await?;

    let mut buffer = AllocBuffer;
    let mut client = Client::<'_, '_, _, _, 1, 4, 4, 1, 4, 0, 0>::new(&mut buffer);
    let name = MqttString::from_str("thermometer").unwrap();
    let every = KeepAlive::Seconds(NonZero::new(30).unwrap()); // this broker wants one
    let options = ConnectOptions::new().clean_start().keep_alive(every);
    client.connect(transport, &options, Some(name)).await.unwrap();

    let topic = MqttString::from_str("house/kitchen").unwrap();
    let filter = TopicFilter::new(topic.as_borrowed()).unwrap();
    client.subscribe(filter, &SubscriptionOptions::new().at_least_once()).await.unwrap();
    match client.poll().await.unwrap() {
        Event::Suback(Suback { reason_code, .. }) => {
            assert_eq!(reason_code, ReasonCode::GrantedQoS1);
        }
        other => panic!("no answer to the subscription, but {other:?}"),
    }

    let to = TopicReference::Name(TopicName::new(topic.as_borrowed()).unwrap());
    let once_at_most = PublicationOptions::new(to.as_borrowed());
    client.publish(&once_at_most, Bytes::from(b"21.5".as_slice())).await.unwrap();
    match client.poll().await.unwrap() {
        Event::Publish(publish) => {
            // (this broker delivers it as often as was subscribed for)
            assert_eq!(publish.message.as_bytes(), b"21.5");
        }
        other => panic!("no message, but {other:?}"),
    }

    let once_at_least = PublicationOptions::new(to).at_least_once();
    let long: Vec<u8> = (0..3000_usize).map(|at| (at * 7 + at / 251) as u8).collect();
    for message in [b"22.0", long.as_slice()] {
        client.publish(&once_at_least, Bytes::from(message)).await.unwrap();
        let (mut acknowledged, mut received) = (false, false);
        while !(acknowledged && received) {
            match client.poll().await.unwrap() {
                Event::PublishAcknowledged(_) => acknowledged = true,
                Event::Publish(publish) => {
                    assert_eq!(publish.message.as_bytes(), message);
                    assert!(matches!(publish.identified_qos, IdentifiedQoS::AtLeastOnce(_)));
                    received = true;
                }
                other => panic!("neither message nor acknowledgement, but {other:?}"),
            }
        }
    }

    client.ping().await.unwrap();
    assert!(matches!(client.poll().await.unwrap(), Event::Pingresp));
    client.disconnect(&DisconnectOptions::new()).await.unwrap();
    Ok(())
}

/// An executor among others: one thread of tokio.
fn run(program: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    LocalSet::new().block_on(&runtime, program)
}

#[test]
fn messages_over_wifi() {
    within_a_minute(|| {
        let world = wifi(&[("broker.test", 1883, broker::start())]);
        let mut memory = Memory::<4, 2048, 1024>::new();
        let modem = Modem::esp_at(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let task = async {
            let wlan = Wlan::new(&modem, STA_IF);
            wlan.active(true).await?;
            wlan.connect(SSID, PASSWORD).await?;
            program(&wlan).await
        };
        let ended = run(async {
            tokio::select! { ended = task => ended, error = runner.run() => Err(error) }
        });
        assert_eq!(ended, Ok(()));
    });
}

#[test]
fn messages_over_a_mobile_network() {
    within_a_minute(|| {
        let world = cellular(&[("broker.test", 1883, broker::start())]);
        let mut memory = Memory::<4, 2048, 1024>::new();
        let modem = Modem::quectel(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let task = async {
            let lte = Cellular::new(&modem);
            lte.active(true).await?;
            lte.connect("internet", "", "").await?;
            program(&lte).await
        };
        let ended = run(async {
            tokio::select! { ended = task => ended, error = runner.run() => Err(error) }
        });
        assert_eq!(ended, Ok(()));
    });
}
