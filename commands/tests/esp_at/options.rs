use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::tcpip::*;

use super::text;

#[test]
fn only_the_options_that_are_set_are_sent() {
    let options = TcpOptions::new(Some(0)).unwrap();
    assert_eq!(text(&options), "AT+CIPTCPOPT=0");
    assert_eq!(text(&options.no_delay(true)), "AT+CIPTCPOPT=0,,1");
    assert_eq!(text(&options.keep_alive_s(60)), "AT+CIPTCPOPT=0,,,,60");
    let all = TcpOptions::new(None).unwrap().linger_s(-1).no_delay(false).send_timeout_ms(5_000);
    assert_eq!(text(&all), "AT+CIPTCPOPT=5,-1,0,5000");
}

#[test]
fn options_stay_in_their_ranges() {
    let options = TcpOptions::new(Some(4))
        .unwrap()
        .linger_s(i32::MIN)
        .send_timeout_ms(u32::MAX)
        .keep_alive_s(u16::MAX);
    assert_eq!(text(&options), "AT+CIPTCPOPT=4,-1,,2147483647,7200");
    assert_eq!(text(&options.linger_s(i32::MAX)), "AT+CIPTCPOPT=4,65535,,2147483647,7200");
    assert_eq!(TcpOptions::new(Some(5)), Err(ArgumentError::OutOfRange { field: "link" }));
}

#[test]
fn the_options_of_each_link_are_listed() {
    assert_eq!(text(&GetTcpOptions), "AT+CIPTCPOPT?");
    let answer = b"+CIPTCPOPT:0,-1,0,0,0\r\n+CIPTCPOPT:1,-1,1,5000\r\n";
    let options = GetTcpOptions.parse(Ok(answer)).unwrap();
    assert_eq!((options[0].linger_s, options[0].keep_alive_s), (-1, Some(0)));
    assert_eq!(
        options[1],
        TcpOptionsOf {
            link: 1,
            linger_s: -1,
            no_delay: true,
            send_timeout_ms: 5_000,
            keep_alive_s: None
        }
    );
    for bad in ["+CIPTCPOPT:", "+CIPTCPOPT:5,-1,0,0", "+CIPTCPOPT:0,-1,2,0", "+CIPTCPOPT:0,-1,0,0,"]
    {
        assert_eq!(GetTcpOptions.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn ipv6_is_a_switch() {
    assert_eq!(text(&Ipv6 { on: true }), "AT+CIPV6=1");
    assert_eq!(text(&Ipv6 { on: false }), "AT+CIPV6=0");
}
