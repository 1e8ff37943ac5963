use usocket_commands::ArgumentError;
use usocket_commands::quectel::ping::*;
use usocket_commands::quectel::result::TcpIpError;

use super::{ILLEGAL, text};

#[test]
fn requests_are_counted_and_wait() {
    let ping = Ping::new(1, "www.baidu.com".into()).unwrap();
    assert_eq!(text(&ping), "AT+QPING=1,\"www.baidu.com\",4,4");
    assert_eq!(text(&ping.timeout_s(0).count(0)), "AT+QPING=1,\"www.baidu.com\",1,1");
    assert_eq!(text(&ping.timeout_s(255).count(255)), "AT+QPING=1,\"www.baidu.com\",255,10");
    assert_eq!(ping.result_timeout_ms(), 76_000);
    assert_eq!(ping.timeout_s(255).count(10).result_timeout_ms(), 2_610_000);
    assert_eq!(Ping::new(17, "h".into()), Err(ArgumentError::OutOfRange { field: "context" }));
    for name in ILLEGAL {
        assert_eq!(Ping::new(1, name.into()), Err(ArgumentError::Illegal { field: "host" }));
    }
}

#[test]
fn answers_come_one_by_one_and_then_together() {
    let parse = |line: &str| PingLine::parse_line(line.as_bytes());
    assert_eq!(
        parse("+QPING: 0,\"61.135.169.125\",32,192,255"),
        Some(PingLine::Reply { ip: Some([61, 135, 169, 125].into()), ms: 192, ttl: 255 })
    );
    assert_eq!(parse("+QPING: 569"), Some(PingLine::Failed(TcpIpError::TIMEOUT)));
    assert_eq!(
        parse("+QPING: 0,4,3,1,192,479,287"),
        Some(PingLine::Summary { sent: 4, received: 3, min_ms: 192, max_ms: 479, mean_ms: 287 })
    );
    for bad in [
        "+QPING:",
        "+QPING: 0",
        "+QPING: 0,",
        "+QPING: 0,\"61.135.169.125\",32,192",
        "+QPING: 0,\"61.135.169.125\",32,192,256",
        "+QPING: 0,4,3,1,192,479",
        "+QPING: 0,4,3,1,192,479,287,1",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}
