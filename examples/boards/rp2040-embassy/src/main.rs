//! A web page, and a server of echoes, through an ESP-AT Wi-Fi module on UART0 of an RP2040 or RP2350.
//!
//! Wiring, and what one sees, is in README.md. Built with
//! `WIFI_SSID=… WIFI_PASSWORD=… cargo run --release`.

#![no_std]
#![no_main]

mod echo;
mod http;

use defmt::{Display2Format, error, info, unwrap, warn};
use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_rp::bind_interrupts;
use embassy_rp::gpio::{Level, Output};
use embassy_rp::peripherals::UART0;
use embassy_rp::uart::{
    BufferedInterruptHandler, BufferedUart, BufferedUartRx, BufferedUartTx, Config,
};
use embassy_time::{Delay, Instant, Timer};
use embedded_hal::digital::PinState;
use panic_probe as _;
use static_cell::{ConstStaticCell, StaticCell};
use usocket::asynch::{Modem, Network, Runner, Wlan};
use usocket::clock::Clock;
use usocket::network::STA_IF;
use usocket::{Error, EspAt, Memory, ModuleEvent, ResetLine};

/// The network to join; an open one needs no password.
const SSID: Option<&str> = option_env!("WIFI_SSID");
const PASSWORD: Option<&str> = option_env!("WIFI_PASSWORD");

/// The rate of the module as it is delivered.
const BAUD: u32 = 115_200;

bind_interrupts!(struct Irqs {
    UART0_IRQ => BufferedInterruptHandler<UART0>;
});

/// Four sockets: one listens, one is served, one waits to be, one fetches the page.
static MEMORY: ConstStaticCell<Memory<4, 2048, 2048>> = ConstStaticCell::new(Memory::new());
static RESET: StaticCell<ResetLine<Output<'static>>> = StaticCell::new();
static MODEM: StaticCell<Modem<'static, EspAt, Uptime>> = StaticCell::new();
static TX: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static RX: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);

/// The time of embassy's driver, as usocket wants it.
struct Uptime;

impl Clock for Uptime {
    fn now(&self) -> u32 {
        Instant::now().as_millis() as u32 // wraps after 49 days, which it may
    }
}

#[embassy_executor::main(executor = "embassy_rp::executor::Executor", entry = "cortex_m_rt::entry")]
async fn main(spawner: Spawner) {
    let p = embassy_rp::init(Default::default());

    let mut config = Config::default();
    config.baudrate = BAUD;
    let uart = BufferedUart::new_with_rtscts(
        p.UART0,
        p.PIN_0, // TX, to RX of the module
        p.PIN_1, // RX, to TX
        p.PIN_3, // RTS, to CTS
        p.PIN_2, // CTS, to RTS
        Irqs,
        TX.take(),
        RX.take(),
        config,
    );
    let (tx, rx) = uart.split();

    // EN is low during a reset; the driver pulls it when nothing else helps
    let reset = RESET.init(ResetLine::new(Output::new(p.PIN_6, Level::High), PinState::Low));
    let modem = Modem::esp_at(Uptime, MEMORY.take()).with_rts_cts(BAUD).with_reset(reset);
    let modem: &'static _ = MODEM.init(modem);
    spawner.spawn(unwrap!(move_bytes(modem.runner(rx, tx, Delay))));

    let wlan = Wlan::new(modem, STA_IF);
    let Some(ssid) = SSID else {
        defmt::panic!(
            "no network: build with WIFI_SSID=… (and WIFI_PASSWORD=…) in the environment"
        );
    };
    while let Err(error) = join(&wlan, ssid, PASSWORD.unwrap_or_default()).await {
        warn!("{} was not joined: {}", ssid, Display2Format(&error));
        Timer::after_secs(10).await;
    }

    spawner.spawn(unwrap!(echo::serve(modem.stack())));
    spawner.spawn(unwrap!(http::fetch(modem.stack())));

    // The driver brings the module back, and the network, whatever happens to them. Who wants to know:
    loop {
        match modem.next_event().await {
            ModuleEvent::Addressed => info!("online"),
            ModuleEvent::NetworkLost => warn!("the network is lost"),
            ModuleEvent::Restarted => warn!("the module has restarted"),
            ModuleEvent::Lost(error) => error!("the module is lost: {}", Display2Format(&error)),
            _ => {}
        }
    }
}

/// Joins the network.
async fn join(wlan: &Wlan<'_>, ssid: &str, password: &str) -> Result<(), Error> {
    wlan.active(true).await?;
    if !wlan.isconnected().await? {
        info!("joining {}", ssid);
        wlan.connect(ssid, password).await?;
    }
    info!("address {}", Display2Format(&wlan.ifconfig().await?.address));
    Ok(())
}

/// Moves bytes between the UART and the driver; nothing works without this task.
#[embassy_executor::task]
async fn move_bytes(mut runner: Runner<'static, BufferedUartRx, BufferedUartTx, Delay>) {
    loop {
        let error = runner.run().await;
        error!("the line has failed: {}", Display2Format(&error));
        Timer::after_secs(1).await;
    }
}
