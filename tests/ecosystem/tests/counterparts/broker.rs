//! An MQTT broker on loopback: `rumqttd`, for MQTT 5.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use rumqttd::{Broker, Config, ConnectionSettings, RouterConfig, ServerSettings};

/// How long it may take to listen.
const START: Duration = Duration::from_secs(20);

/// Starts a broker of its own, which ends with the process, and returns its address.
pub fn start() -> SocketAddr {
    // it does not tell which port it has got: this one is free
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let listen = probe.local_addr().unwrap();
    drop(probe);
    let connections = ConnectionSettings {
        connection_timeout_ms: 10_000,
        max_payload_size: 20_480,
        max_inflight_count: 100,
        auth: None,
        external_auth: None,
        dynamic_filters: true,
    };
    let server = ServerSettings {
        name: "mqtt".into(),
        listen,
        tls: None,
        next_connection_delay_ms: 1,
        connections,
    };
    let router = RouterConfig {
        max_connections: 16,
        max_outgoing_packet_count: 200,
        max_segment_size: 1 << 20,
        max_segment_count: 4,
        ..RouterConfig::default()
    };
    let config =
        Config { router, v5: Some(HashMap::from([("1".into(), server)])), ..Config::default() };
    let broker = thread::spawn(move || Broker::new(config).start().unwrap());
    let began = Instant::now();
    while TcpStream::connect(listen).is_err() {
        assert!(!broker.is_finished() && began.elapsed() < START, "the broker does not listen");
        thread::sleep(Duration::from_millis(10));
    }
    listen
}
