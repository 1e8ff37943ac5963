//! From a module that is there to a network that sockets can be made on: Wi-Fi or cellular.

use std::time::{Duration, Instant};

use usocket::clock::Clock;
use usocket::network::{Cellular, Progress, SimStatus, Wlan};
use usocket::uart::Uart;
use usocket::{Error, Idle, Modem};

use super::words::{self, Words};
use super::{AnyModem, Failure, ModuleOptions, Step};

/// How often a search that goes on says so.
const STILL_SEARCHING: Duration = Duration::from_secs(10);

/// Switches the module on and brings its network up, Wi-Fi or cellular; sockets are made on what it
/// returns.
pub(crate) fn join<'m, 'b, U: Uart, C: Clock>(
    modem: &'m AnyModem<'b, U, C>,
    options: &ModuleOptions,
) -> Result<&'m AnyModem<'b, U, C>, Failure> {
    modem.activate().during("switch the module on")?;
    if let Some(lte) = modem.cellular() {
        unlock(&lte, options)?;
    }
    if !modem.isconnected().during("ask for the network")? {
        if let Some(wlan) = modem.wlan() {
            join_wifi(&wlan, options)?;
        }
        if let Some(lte) = modem.cellular() {
            attach(&lte, options)?;
        }
    }
    Ok(modem)
}

/// Switches the module on, and says which one it is and which Wi-Fi networks it finds.
pub(crate) fn introduce<U: Uart, C: Clock>(modem: &AnyModem<'_, U, C>) -> Result<(), Failure> {
    modem.activate().during("switch the module on")?;
    if let Some(version) = modem.esp_at().and_then(Modem::version) {
        let (major, minor, patch, _) = version.numbers();
        println!("module: ESP-AT {major}.{minor}.{patch} on {:?}", version.chip);
    }
    if let Some(wlan) = modem.wlan() {
        // a module that is joining the network it has stored does not scan: no reason to stop
        for ap in wlan.scan().unwrap_or_default() {
            let ssid = String::from_utf8_lossy(ap.ssid());
            println!("network: {ssid:?} channel {} {} dBm {:?}", ap.channel, ap.rssi, ap.security);
        }
    }
    if let Some(lte) = modem.cellular() {
        let model = lte.model().during("ask for the model")?;
        let revision = lte.revision().during("ask for the firmware")?;
        println!("module: {}, firmware {}", words::text(&model), words::text(&revision));
    }
    Ok(())
}

fn join_wifi(wlan: &Wlan<'_>, options: &ModuleOptions) -> Result<(), Failure> {
    let ssid = &options.ssid;
    wlan.connect(ssid, options.wifi_password()).during(&format!("join {ssid:?}"))
}

/// Gives the SIM its PIN, if it wants one and the options have one. Of any other SIM speaks whoever
/// needs it.
pub(crate) fn unlock(lte: &Cellular<'_>, options: &ModuleOptions) -> Result<(), Failure> {
    let Some(pin) = &options.mobile.pin else { return Ok(()) };
    match lte.unlock(pin) {
        Ok(()) | Err(Error::SimMissing | Error::SimPukRequired | Error::SimFailure) => Ok(()),
        Err(Error::WrongPin) => {
            let left = match lte.sim() {
                Ok(SimStatus::PinRequired { tries }) => words::tries(tries),
                _ => String::new(),
            };
            Err(Failure::new(format!("the SIM refuses this PIN{left}; it is not tried again")))
        }
        Err(error) => Err(error).during("unlock the SIM"),
    }
}

/// Registers with the mobile network and gets a context, which takes its time: says how far it is.
fn attach(lte: &Cellular<'_>, options: &ModuleOptions) -> Result<(), Failure> {
    let apn = &options.mobile.apn;
    let mut step = "connect".to_owned();
    let mut said = None;
    let mut report = |progress| {
        match progress {
            Progress::Registering(status) => {
                step = "register with a mobile network".to_owned();
                let is_news = |(last, at): (_, Instant)| {
                    last != status || (!status.is_registered() && at.elapsed() >= STILL_SEARCHING)
                };
                if said.is_none_or(is_news) {
                    println!("registration: {}", status.words());
                    said = Some((status, Instant::now()));
                }
            }
            Progress::Attaching => {
                step = format!("get a context of the APN {apn:?}");
                println!("context: asking for one of the APN {apn:?}");
            }
            _ => {}
        }
        Idle::Continue
    };
    match lte.connect_with(options.context()?, options.search(), &mut report) {
        Ok(()) => {}
        Err(Error::SimPinRequired) => {
            return Err(Failure::new("the SIM wants its PIN: give it with --pin"));
        }
        Err(error) => return Err(error).during(&step),
    }
    if let Ok(operator) = lte.operator() {
        println!("operator: {}", operator.words());
    }
    Ok(())
}
