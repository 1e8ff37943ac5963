//! What the UART and the module behind it cost themselves.

use core::convert::Infallible;
use core::hint::black_box;
use core::sync::atomic::Ordering::SeqCst;
use core::sync::atomic::compiler_fence;

use embedded_io::{ErrorType, Read, ReadReady, Write};

use crate::count::Window;
use crate::record::{Call, Log};

/// Bytes that the driver reads at a time, at most.
const PIECE: usize = 256;

/// Instructions that a UART takes for the recorded calls.
///
/// What calling it costs is the caller's: the same calls of a UART that does nothing are not counted.
pub fn cost<U>(log: &Log, uart: U) -> u64
where
    U: Read<Error = Infallible> + ReadReady<Error = Infallible> + Write<Error = Infallible>,
{
    replay(log, uart) - replay(log, Nothing)
}

#[inline(never)]
fn replay<U>(log: &Log, mut uart: U) -> u64
where
    U: Read<Error = Infallible> + ReadReady<Error = Infallible> + Write<Error = Infallible>,
{
    let window = Window::new();
    let mut buffer = [0; PIECE];
    let mut bytes = log.bytes.as_slice();
    for &(call, counted) in &log.calls {
        let written = match call {
            Call::Write(len) => bytes.split_off(..len as usize).expect("they were recorded"),
            _ => &[],
        };
        if counted {
            window.open();
        }
        match call {
            Call::Read(times) => {
                for _ in 0..times {
                    let _ = black_box(uart.read_ready());
                    let _ = black_box(uart.read(&mut buffer));
                }
            }
            Call::Dry(times) => {
                for _ in 0..times {
                    let _ = black_box(uart.read_ready());
                }
            }
            Call::Write(_) => {
                let _ = black_box(uart.write(written));
            }
            Call::Flush => {
                let _ = black_box(uart.flush());
            }
        }
        if counted {
            window.close();
        }
    }
    window.instructions()
}

/// A UART that does nothing, which the compiler must not know.
struct Nothing;

impl ErrorType for Nothing {
    type Error = Infallible;
}

impl ReadReady for Nothing {
    #[inline(never)]
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        compiler_fence(SeqCst);
        Ok(true)
    }
}

impl Read for Nothing {
    #[inline(never)]
    fn read(&mut self, _: &mut [u8]) -> Result<usize, Infallible> {
        compiler_fence(SeqCst);
        Ok(1)
    }
}

impl Write for Nothing {
    #[inline(never)]
    fn write(&mut self, buf: &[u8]) -> Result<usize, Infallible> {
        compiler_fence(SeqCst);
        Ok(buf.len())
    }

    #[inline(never)]
    fn flush(&mut self) -> Result<(), Infallible> {
        compiler_fence(SeqCst);
        Ok(())
    }
}
