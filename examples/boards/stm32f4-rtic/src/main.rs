//! Reports by UDP through a Quectel module on USART1 of an STM32F411, with RTIC 2.
//!
//! All calls that wait are made in `idle`: whatever they wait for, tasks and interrupts have their turn.
//! Wiring, and what one sees, is in README.md. Built with
//! `APN=… SERVER=… cargo run --release`, and `SIM_PIN=…` if the SIM has one.

#![no_std]
#![no_main]

mod report;
mod uart;

use core::sync::atomic::{AtomicBool, Ordering};

use defmt_rtt as _;
use panic_probe as _;
use rtic_monotonics::systick_monotonic;
use usocket::clock::Clock;

use crate::uart::QUEUE;

systick_monotonic!(Mono, 1_000);

/// The rate of the line. These modules have 115200, or find it out.
const BAUD: u32 = 115_200;

/// What the processor runs at.
const CLOCK_HZ: u32 = 96_000_000;

/// The button has been pressed, and nobody has seen it yet.
static PRESSED: AtomicBool = AtomicBool::new(false);

type Modem = usocket::Modem<'static, usocket::Quectel, uart::Uart, Ticks>;

/// The milliseconds of RTIC's monotonic, and sleep while there is nothing to do.
struct Ticks;

impl Clock for Ticks {
    fn now(&self) -> u32 {
        use rtic_monotonics::Timebase;
        Mono::now().as_ticks()
    }

    /// Sleeps until the next interrupt, at most a millisecond. Interrupts are held off while it looks
    /// whether something has come since the driver looked; one that is pending ends the sleep.
    fn pause(&self) {
        cortex_m::interrupt::free(|_| {
            if QUEUE.is_empty() {
                cortex_m::asm::wfi();
            }
        });
    }
}

#[rtic::app(device = stm32f4xx_hal::pac, peripherals = true, dispatchers = [SPI4])]
mod app {
    use embedded_hal::digital::PinState;
    use rtic_monotonics::Timebase;
    use rtic_monotonics::fugit::ExtU32;
    use stm32f4xx_hal::gpio::{Edge, ExtiPin, GpioExt, Input, Output, PA5, PA8, PB10, PC13, Pull};
    use stm32f4xx_hal::pac::USART1;
    // not the whole prelude: its durations are those of fugit 0.3
    use stm32f4xx_hal::prelude::_fugit_RateExtU32 as _;
    use stm32f4xx_hal::rcc::{Config, RccExt};
    use stm32f4xx_hal::serial::{Rx, RxListen, SerialExt};
    use stm32f4xx_hal::syscfg::SysCfgExt;
    use stm32f4xx_hal::time::U32Ext;
    use usocket::{Memory, ResetLine};

    use super::*;

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        rx: Rx<USART1>,
        modem: Modem,
        power_key: PA8<Output>,
        button: PC13<Input>,
        led: PA5<Output>,
    }

    #[init(local = [
        // one socket, which needs no send ring: calls that wait send from where the data are
        memory: Memory<1, 1024, 0> = Memory::new(),
        reset: Option<ResetLine<PB10<Output>>> = None,
    ])]
    fn init(mut cx: init::Context) -> (Shared, Local) {
        // 8 MHz from the debugger on the same board
        let config = Config::hse(8.MHz()).bypass_hse_oscillator().sysclk(CLOCK_HZ.Hz());
        let mut rcc = cx.device.RCC.freeze(config);
        Mono::start(cx.core.SYST, CLOCK_HZ);

        let gpioa = cx.device.GPIOA.split(&mut rcc);
        let gpiob = cx.device.GPIOB.split(&mut rcc);
        let gpioc = cx.device.GPIOC.split(&mut rcc);

        // a module that is off, or not there, must not hold the line up: CTS is pulled low, "go on"
        let _cts = gpioa.pa11.into_alternate::<7>().internal_resistor(Pull::Down);
        let _rts = gpioa.pa12.into_alternate::<7>();
        let serial =
            cx.device.USART1.serial((gpioa.pa9, gpioa.pa10), BAUD.bps(), &mut rcc).unwrap();
        uart::use_rts_cts();
        let (tx, mut rx) = serial.split();
        rx.listen();

        let power_key = gpioa.pa8.into_push_pull_output();
        let reset = gpiob.pb10.into_push_pull_output();
        let reset = cx.local.reset.insert(ResetLine::new(reset, PinState::High));
        let modem = Modem::quectel(uart::with_transmitter(tx), Ticks, cx.local.memory)
            .with_rts_cts(BAUD)
            .with_reset(reset);

        let mut button = gpioc.pc13.into_input();
        let mut syscfg = cx.device.SYSCFG.constrain(&mut rcc);
        button.make_interrupt_source(&mut syscfg);
        button.trigger_on_edge(&mut cx.device.EXTI, Edge::Falling);
        button.enable_interrupt(&mut cx.device.EXTI);

        let led = gpioa.pa5.into_push_pull_output();
        blink::spawn().unwrap();
        (Shared {}, Local { rx, modem, power_key, button, led })
    }

    /// The program: whatever waits for the module.
    #[idle(local = [modem, power_key])]
    fn idle(cx: idle::Context) -> ! {
        report::run(cx.local.modem, cx.local.power_key)
    }

    /// Takes in what the module says. The highest priority: a byte comes every 87 µs, and there is
    /// room for one.
    #[task(binds = USART1, priority = 3, local = [rx])]
    fn usart1(cx: usart1::Context) {
        uart::receive(cx.local.rx);
    }

    #[task(binds = EXTI15_10, priority = 2, local = [button])]
    fn button(cx: button::Context) {
        cx.local.button.clear_interrupt_pending_bit();
        PRESSED.store(true, Ordering::Relaxed);
    }

    /// Shows that nothing stands still while `idle` waits.
    #[task(priority = 1, local = [led])]
    async fn blink(cx: blink::Context) {
        loop {
            cx.local.led.toggle();
            Mono::delay(500.millis()).await;
        }
    }
}
