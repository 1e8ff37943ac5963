//! MicroPython's first page, line by line: through an ESP-AT Wi-Fi module on USART1 of an STM32F411.
//!
//! Neither RTOS nor interrupts but the one of the clock: the driver asks the UART for each byte. Wiring,
//! and what one sees, is in README.md. Built with `WIFI_SSID=… WIFI_PASSWORD=… cargo run --release`.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m_rt::{entry, exception};
use defmt::{Display2Format, error, info};
use defmt_rtt as _;
use embedded_hal::digital::PinState;
use panic_probe as _;
use stm32f4xx_hal::gpio::Pull;
use stm32f4xx_hal::pac::{CorePeripherals, Peripherals, USART1};
use stm32f4xx_hal::prelude::*;
use stm32f4xx_hal::rcc::Config;
use stm32f4xx_hal::serial::Serial1;
use stm32f4xx_hal::timer::SysEvent;
use usocket::clock::FnClock;
use usocket::network::{STA_IF, Wlan};
use usocket::uart::NbSerial;
use usocket::{AF_INET, Error, EspAt, Memory, Modem, ResetLine, SOCK_STREAM, getaddrinfo, socket};

/// The network to join; an open one needs no password.
const SSID: Option<&str> = option_env!("WIFI_SSID");
const PASSWORD: Option<&str> = option_env!("WIFI_PASSWORD");

/// The rate of the module as it is delivered.
const BAUD: u32 = 115_200;

/// How often the UART may refuse a byte, about a second: then the module holds CTS for good.
const REFUSALS: u32 = 3_000_000;

static MILLISECONDS: AtomicU32 = AtomicU32::new(0);

#[exception]
fn SysTick() {
    MILLISECONDS.fetch_add(1, Ordering::Relaxed);
}

/// A module whose bytes are asked for, and a clock that is a function.
type Module<'b> = Modem<'b, EspAt, NbSerial<Serial1>, FnClock<fn() -> u32>>;

#[entry]
fn main() -> ! {
    let (Some(core), Some(device)) = (CorePeripherals::take(), Peripherals::take()) else {
        defmt::panic!("somebody has taken the peripherals");
    };
    // 8 MHz from the debugger on the same board
    let config = Config::hse(8.MHz()).bypass_hse_oscillator().sysclk(96.MHz());
    let mut rcc = device.RCC.freeze(config);
    let mut tick = core.SYST.counter_hz(&rcc.clocks);
    tick.start(1.kHz()).expect("the clock is fast enough for that");
    tick.listen(SysEvent::Update);

    // a module that is off, or not there, must not hold the line up: CTS is pulled low, "go on"
    let gpioa = device.GPIOA.split(&mut rcc);
    let _cts = gpioa.pa11.into_alternate::<7>().internal_resistor(Pull::Down);
    let _rts = gpioa.pa12.into_alternate::<7>();
    let pins = (gpioa.pa9, gpioa.pa10); // TX, RX
    let serial = device.USART1.serial(pins, BAUD.bps(), &mut rcc).expect("a rate that can be had");
    use_rts_cts();

    // EN is low during a reset; the driver pulls it when nothing else helps
    let enable = gpioa.pa8.into_push_pull_output_in_state(stm32f4xx_hal::gpio::PinState::High);
    let mut reset = ResetLine::new(enable, PinState::Low);
    let mut memory = Memory::<1, 1024, 0>::new();
    let uart = NbSerial::new(serial).give_up_after(REFUSALS);
    let clock = FnClock((|| MILLISECONDS.load(Ordering::Relaxed)) as fn() -> u32);
    let modem = Modem::esp_at(uart, clock, &mut memory).with_rts_cts(BAUD).with_reset(&mut reset);

    let Some(ssid) = SSID else {
        defmt::panic!(
            "no network: build with WIFI_SSID=… (and WIFI_PASSWORD=…) in the environment"
        );
    };
    match program(&modem, ssid, PASSWORD.unwrap_or_default()) {
        Ok(()) => info!("done"),
        Err(error) => error!("{} (errno {})", Display2Format(&error), error.errno()),
    }
    loop {
        cortex_m::asm::wfi();
    }
}

/// What MicroPython's documentation begins with.
fn program(modem: &Module<'_>, ssid: &str, password: &str) -> Result<(), Error> {
    let wlan = Wlan::new(modem, STA_IF);
    wlan.active(true)?;
    if !wlan.isconnected()? {
        info!("connecting to network...");
        wlan.connect(ssid, password)?;
    }
    info!("network config: {}", Display2Format(&wlan.ifconfig()?));

    let sock = socket(&wlan, AF_INET, SOCK_STREAM, 0)?;
    let sockaddr = getaddrinfo(&wlan, "www.getman.com", 80)?[0].sockaddr;
    sock.connect(sockaddr)?;
    sock.send(b"GET /News HTTP/1.0\r\nHost: www.getman.com\r\n\r\n")?;
    let mut data = [0; 256];
    loop {
        let len = sock.recv(&mut data)?;
        if len == 0 {
            break;
        }
        info!("{=str}", core::str::from_utf8(&data[..len]).unwrap_or("(not text)"));
    }
    sock.close()
}

/// Lets the USART heed CTS and drive RTS: the HAL knows the pins, but has no setting for that.
///
/// There is room for one byte in the receiver. RTS tells the module to wait while it is taken.
fn use_rts_cts() {
    // SAFETY: the HAL writes this register only when it makes the serial port, which is done
    let usart = unsafe { USART1::steal() };
    usart.cr3().modify(|_, w| w.rtse().enabled().ctse().enabled());
}
