//! The time, and who tells it: through a Quectel module on UARTE0 of an nRF52840.
//!
//! Wiring, and what one sees, is in README.md. Built with `APN=… cargo run --release`, and `SIM_PIN=…`
//! if the SIM has one.

#![no_std]
#![no_main]

mod sntp;

use defmt::{Debug2Format, Display2Format, error, info, unwrap, warn};
use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_nrf::buffered_uarte::{self, BufferedUarte, BufferedUarteRx, BufferedUarteTx};
use embassy_nrf::config::{Config, HfclkSource};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::{bind_interrupts, peripherals, uarte};
use embassy_time::{Delay, Instant, Timer};
use embedded_hal::digital::{OutputPin, PinState};
use panic_probe as _;
use static_cell::{ConstStaticCell, StaticCell};
use usocket::asynch::{Cellular, Modem, Runner};
use usocket::clock::Clock;
use usocket::fugit::ExtU32;
use usocket::network::Profile;
use usocket::{Error, Idle, Memory, Quectel, ResetLine};

/// The access point name of the SIM's network.
const APN: Option<&str> = option_env!("APN");
/// The SIM's PIN, if it wants one.
const SIM_PIN: Option<&str> = option_env!("SIM_PIN");

/// The rate of the line. These modules have 115200, or find it out.
const BAUD: u32 = 115_200;

bind_interrupts!(struct Irqs {
    UARTE0 => buffered_uarte::InterruptHandler<peripherals::UARTE0>;
});

/// Two sockets; datagrams of this program have 48 bytes.
static MEMORY: ConstStaticCell<Memory<2, 512, 512>> = ConstStaticCell::new(Memory::new());
static RESET: StaticCell<ResetLine<Output<'static>>> = StaticCell::new();
static MODEM: StaticCell<Modem<'static, Quectel, Uptime>> = StaticCell::new();
static RX: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);
static TX: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);

/// The time of embassy's driver, as usocket wants it.
struct Uptime;

impl Clock for Uptime {
    fn now(&self) -> u32 {
        Instant::now().as_millis() as u32 // wraps after 49 days, which it may
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let mut config = Config::default();
    config.hfclk_source = HfclkSource::ExternalXtal; // a rate that is right
    let p = embassy_nrf::init(config);

    let mut config = uarte::Config::default();
    config.baudrate = uarte::Baudrate::Baud115200;
    let uart = BufferedUarte::new_with_rtscts(
        p.UARTE0,
        p.TIMER0, // counts what has come
        p.PPI_CH0,
        p.PPI_CH1,
        p.PPI_GROUP0,
        p.P1_01, // RX, to TXD of the module
        p.P1_02, // TX, to RXD
        p.P1_03, // CTS, to CTS, which is what a modem calls its "go on"
        p.P1_04, // RTS, to RTS
        Irqs,
        config,
        RX.take(),
        TX.take(),
    );
    let (rx, tx) = uart.split();

    // behind the transistors that most boards have, both lines are active when high
    let power_key = Output::new(p.P1_05, Level::Low, OutputDrive::Standard);
    let reset = Output::new(p.P1_06, Level::Low, OutputDrive::Standard);
    let reset = RESET.init(ResetLine::new(reset, PinState::High));
    let modem = Modem::quectel(Uptime, MEMORY.take()).with_rts_cts(BAUD).with_reset(reset);
    let modem: &'static _ = MODEM.init(modem);
    spawner.spawn(unwrap!(move_bytes(modem.runner(rx, tx, Delay))));

    let Some(apn) = APN else {
        defmt::panic!("no network: build with APN=… in the environment");
    };
    let lte = Cellular::new(modem).with_power_key(power_key, PinState::High);
    loop {
        // what is lost is looked for anew: the module, the network, the server
        if let Err(error) = tell(&lte, apn).await {
            warn!("{}", Display2Format(&error));
        }
        Timer::after_secs(30).await;
    }
}

/// Joins the network if need be, and tells what it is like and what time it is.
async fn tell<K: OutputPin>(lte: &Cellular<'_, K>, apn: &str) -> Result<(), Error> {
    join(lte, apn).await?;
    let operator = lte.operator().await?;
    info!(
        "operator: {}, {}",
        operator.name.as_ref().and_then(|name| name.as_str()),
        operator.technology.as_ref().map(Debug2Format)
    );
    let signal = lte.signal().await?;
    info!("signal: {}, {} of 5 bars", Display2Format(&signal), signal.bars());
    let seconds = sntp::ask(lte).await?;
    info!("time: {} s since 1970", seconds);
    Ok(())
}

/// Switches the module on and joins the network: from seconds to minutes.
async fn join<K: OutputPin>(lte: &Cellular<'_, K>, apn: &str) -> Result<(), Error> {
    lte.active(true).await?;
    if lte.isconnected().await? {
        return Ok(());
    }
    info!("module: {}", lte.model().await?.as_str());
    if let Some(pin) = SIM_PIN {
        lte.unlock(pin).await?;
    }
    let profile = Profile::new(apn, "", "")?;
    lte.connect_with(profile, 300.secs(), &mut |progress| {
        info!("{}", Debug2Format(&progress));
        Idle::Continue
    })
    .await?;
    info!("address: {}", Display2Format(&lte.ifconfig().await?.address));
    Ok(())
}

/// Moves bytes between the UART and the driver; nothing works without this task.
#[embassy_executor::task]
async fn move_bytes(
    mut runner: Runner<'static, BufferedUarteRx<'static>, BufferedUarteTx<'static>, Delay>,
) {
    loop {
        let error = runner.run().await;
        error!("the line has failed: {}", Display2Format(&error));
        Timer::after_secs(1).await;
    }
}
