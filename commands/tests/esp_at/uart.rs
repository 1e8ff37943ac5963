use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::basic::*;

use super::text;

#[test]
fn settings_have_all_five_parameters() {
    let plain = Uart::new(115_200).unwrap();
    assert_eq!(text(&UartCurrent { uart: plain }), "AT+UART_CUR=115200,8,1,0,0");
    assert_eq!(text(&UartDefault { uart: plain }), "AT+UART_DEF=115200,8,1,0,0");

    let odd = Uart::new(Uart::MAX_BAUD)
        .unwrap()
        .data_bits(DataBits::Seven)
        .stop_bits(StopBits::Two)
        .parity(Parity::Even)
        .flow(Flow::Both);
    assert_eq!(text(&UartCurrent { uart: odd }), "AT+UART_CUR=5000000,7,3,2,3");
}

#[test]
fn a_rate_outside_the_range_is_refused() {
    assert!(Uart::new(80).is_ok());
    for baud in [0, 79, 5_000_001, u32::MAX] {
        assert_eq!(Uart::new(baud), Err(ArgumentError::OutOfRange { field: "baud" }));
    }
}

#[test]
fn the_answer_tells_the_divided_rate() {
    let uart = GetUart.parse(Ok(b"+UART_CUR:115273,8,1,0,3\r\n")).unwrap();
    assert_eq!(uart.baud(), 115_273);
    assert_eq!(uart.flow_control(), Flow::Both);
    assert_eq!(text(&GetUart), "AT+UART_CUR?");
}

#[test]
fn an_answer_with_unknown_settings_is_no_answer() {
    for bad in [
        "+UART_CUR:115200,8,1,0",
        "+UART_CUR:115200,9,1,0,0",
        "+UART_CUR:115200,8,0,0,0",
        "+UART_CUR:115200,8,1,3,0",
        "+UART_CUR:115200,8,1,0,4",
        "+UART_CUR:,8,1,0,0",
    ] {
        assert_eq!(GetUart.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}
