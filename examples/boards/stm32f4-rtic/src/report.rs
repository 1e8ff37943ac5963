//! The program: joins the mobile network, and reports how well it hears it, every minute.

use core::fmt::Write;
use core::sync::atomic::Ordering;

use defmt::{Debug2Format, Display2Format, info, warn};
use embedded_hal::digital::{OutputPin, PinState};
use usocket::clock::Clock;
use usocket::fugit::ExtU32;
use usocket::heapless::String;
use usocket::network::{Cellular, Profile};
use usocket::{AF_INET, Error, Idle, SOCK_DGRAM, Socket, getaddrinfo, nb, socket};

use crate::{Modem, PRESSED};

/// The access point name of the SIM's network.
const APN: Option<&str> = option_env!("APN");
/// Who gets the reports: a name or an address, and the port.
const SERVER: Option<&str> = option_env!("SERVER");
const PORT: u16 = 5683;
/// The SIM's PIN, if it wants one.
const SIM_PIN: Option<&str> = option_env!("SIM_PIN");

/// Time between two reports, in ms.
const EVERY: u32 = 60_000;

pub(crate) fn run(modem: &mut Modem, power_key: &mut impl OutputPin) -> ! {
    let (Some(apn), Some(server)) = (APN, SERVER) else {
        defmt::panic!("no network: build with APN=… and SERVER=… in the environment");
    };
    // behind the transistor that most boards have, the key is pressed by a high level
    let lte = Cellular::new(modem).with_power_key(power_key, PinState::High);
    loop {
        // what is lost is looked for anew: the module, the network, the server
        if let Err(error) = join(&lte, apn).and_then(|()| report(modem, &lte, server)) {
            warn!("{}", Display2Format(&error));
        }
        let failed = modem.clock().now();
        while modem.clock().now().wrapping_sub(failed) < 10_000 {
            modem.clock().pause();
        }
    }
}

/// Switches the module on and joins the network: from seconds to minutes.
fn join<K: OutputPin>(lte: &Cellular<'_, K>, apn: &str) -> Result<(), Error> {
    lte.active(true)?;
    info!("module: {}", lte.model()?.as_str());
    if let Some(pin) = SIM_PIN {
        lte.unlock(pin)?;
    }
    if !lte.isconnected()? {
        let profile = Profile::new(apn, "", "")?;
        lte.connect_with(profile, 300.secs(), &mut |progress| {
            info!("{}", Debug2Format(&progress));
            Idle::Continue
        })?;
    }
    info!("address: {}", Display2Format(&lte.ifconfig()?.address));
    Ok(())
}

/// Reports until something goes wrong.
fn report<K: OutputPin>(modem: &Modem, lte: &Cellular<'_, K>, server: &str) -> Result<(), Error> {
    let sockaddr = getaddrinfo(lte, server, PORT)?[0].sockaddr;
    let sock = socket(lte, AF_INET, SOCK_DGRAM, 0)?;
    sock.connect(sockaddr)?;

    let mut number = 0_u32;
    let mut reported = modem.clock().now().wrapping_sub(EVERY);
    loop {
        let now = modem.clock().now();
        let pressed = PRESSED.swap(false, Ordering::Relaxed);
        if pressed || now.wrapping_sub(reported) >= EVERY {
            reported = now;
            number = number.wrapping_add(1);
            let mut text = String::<128>::new();
            // it fits, or is cut off
            let _ = writeln!(text, "report {number}: up {} s, hears {}", now / 1000, lte.signal()?);
            sock.send(text.as_bytes())?;
            info!("to {}: {}", Display2Format(&sockaddr), text.trim_ascii_end());
        }
        listen(&sock)?;
        modem.clock().pause(); // until the next interrupt
    }
}

/// What the server says, if it has said something. This does not wait, and lets the driver do what is
/// due.
fn listen(sock: &Socket<'_>) -> Result<(), Error> {
    let mut data = [0; 128];
    match sock.try_recv(&mut data) {
        Ok(count) => {
            let text = core::str::from_utf8(&data[..count]).unwrap_or("not text");
            info!("the server says: {}", text.trim_ascii_end());
        }
        Err(nb::Error::WouldBlock) => {}
        Err(nb::Error::Other(error)) => return Err(error),
    }
    Ok(())
}
