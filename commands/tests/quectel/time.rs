use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::result::TcpIpError;
use usocket_commands::quectel::time::*;

use super::{ILLEGAL, text};

#[test]
fn the_network_tells_the_time_or_does_not() {
    let get = |which| GetNetworkClock { which };
    assert_eq!(text(&get(WhichTime::Last)), "AT+QLTS=0");
    assert_eq!(text(&get(WhichTime::Utc)), "AT+QLTS=1");
    assert_eq!(text(&get(WhichTime::Local)), "AT+QLTS=2");
    let get = get(WhichTime::Local);
    let clock = get.parse(Ok(b"+QLTS: \"2017/01/13,03:40:48+32,1\"\r\n")).unwrap();
    let time = clock.time.unwrap();
    assert_eq!((time.year, time.hour, time.zone, clock.daylight), (2017, 3, Some(32), 1));
    assert_eq!(get.parse(Ok(b"+QLTS: \"\"\r\n")).unwrap().time, None);
    for bad in [
        "+QLTS: \"2017/01/13,03:40:48+32\"",
        "+QLTS: \"2017/13/13,03:40:48+32,0\"",
        "+QLTS: \"2017/01/13,03:40:48+32,10\"",
        "+QLTS: 2017/01/13,03:40:48+32,0",
        "+QLTS:",
        "",
    ] {
        assert_eq!(get.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn a_server_tells_the_time_or_why_not() {
    assert_eq!(
        text(&SyncTime::new(1, [202, 112, 10, 36].into(), 123).unwrap()),
        "AT+QNTP=1,\"202.112.10.36\",123"
    );
    let name = "x".repeat(150);
    assert_eq!(
        text(&SyncTime::new(16, name.as_str().into(), 65535).unwrap()),
        format!("AT+QNTP=16,\"{name}\",65535")
    );
    assert_eq!(SyncTime::new(1, "h".into(), 0), Err(ArgumentError::OutOfRange { field: "port" }));
    for name in ILLEGAL {
        assert_eq!(SyncTime::new(1, name.into(), 1), Err(ArgumentError::Illegal { field: "host" }));
    }

    let parse = |line: &str| NetworkTime::parse_line(line.as_bytes());
    let time = parse("+QNTP: 0,\"2019/09/09,01:32:42+32\"").unwrap();
    assert!(time.result.is_success());
    assert_eq!(time.time.unwrap().second, 42);
    let failed = NetworkTime { result: TcpIpError::DNS_FAILED, time: None };
    assert_eq!(parse("+QNTP: 565"), Some(failed));
    assert_eq!(parse("+QNTP: 565,\"\""), Some(failed));
    for bad in ["+QNTP:", "+QNTP: x", "+QNTP: 0,x", "+QNTP: 0,\"2019/09/09,25:32:42+32\""] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}
