//! What can be printed, and the numbers of errors.

use core::fmt::Write as _;

use embedded_io::Error as _;
use usocket::network::{ConfigValue, IfConfig, Signal};
use usocket::{Error, StreamError};

use super::calls;
use crate::hardware::Console;

calls! {
    errno(error: Error) = error.errno();
    stream_errno(error: StreamError) = error.errno();
    kind(error: Error) = error.kind();
    display_error(error: Error) = write!(Console, "{error}");
    display_stream_error(error: StreamError) = write!(Console, "{error}");
    display_ifconfig(config: IfConfig) = write!(Console, "{config}");
    display_config_value(value: &ConfigValue) = write!(Console, "{value}");
    display_signal(signal: Signal) = write!(Console, "{signal}");
    debug_error(error: Error) = write!(Console, "{error:?}");
}
