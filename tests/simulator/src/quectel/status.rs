//! The module and its network as Quectel shows them: `AT+QCSQ`, `AT+QNWINFO`, `AT+QCCID` and others
//! (Quectel digest §3).

use super::Quectel;
use crate::cellular::{
    Answer, Clock, Command, Core, Outcome, Refusal, SimState, Technology, line, lines, ok,
};
use core::time::Duration;

impl Quectel {
    pub(crate) fn show_card(&mut self, core: &mut Core, _command: &Command) -> Answer {
        if !core.sim.present {
            return Err(Refusal::Cme(10));
        }
        line(format!("+QCCID: {}", core.sim.iccid))
    }

    pub(crate) fn show_tries(&mut self, core: &mut Core, command: &Command) -> Answer {
        if !core.sim.present {
            return Err(Refusal::Cme(10));
        }
        let (pin, puk) = (core.sim.pin_tries, core.sim.puk_tries);
        let all =
            [("SC", format!("+QPINC: \"SC\",{pin},{puk}")), ("P2", "+QPINC: \"P2\",3,10".into())];
        let wanted = command.arguments.text(0)?;
        let chosen =
            all.into_iter().filter(|(name, _)| wanted.as_deref().is_none_or(|it| it == *name));
        lines(chosen.map(|(_, text)| text).collect::<Vec<_>>())
    }

    pub(crate) fn show_initialisation(&mut self, core: &mut Core, _command: &Command) -> Answer {
        let known: u8 =
            core.model.boot.iter().map(|(_, word)| word.bits()).fold(0, |all, bits| all | bits);
        let ready = core.sim.state() == SimState::Ready;
        line(format!("+QINISTAT: {}", if ready { core.initialised & known } else { 0 }))
    }

    pub(crate) fn set_card_reports(&mut self, core: &mut Core, command: &Command) -> Answer {
        core.sim_reports = command.arguments.need(0, 0..=1)? == 1;
        ok()
    }

    pub(crate) fn query_card_reports(&mut self, core: &mut Core, _command: &Command) -> Answer {
        let (reports, present) = (u8::from(core.sim_reports), u8::from(core.sim.present));
        line(format!("+QSIMSTAT: {reports},{present}"))
    }

    pub(crate) fn show_quality(&mut self, core: &mut Core, _command: &Command) -> Answer {
        if !core.registration.is_registered() {
            return line("+QCSQ: \"NOSERVICE\"");
        }
        let (name, signal) = (self.technology_name(core), core.coverage.signal);
        let (rssi, rsrp, sinr, rsrq) = (signal.rssi, signal.rsrp, signal.sinr, signal.rsrq);
        line(match core.coverage.technology {
            Technology::Gsm => format!("+QCSQ: \"{name}\",{rssi}"),
            Technology::Umts => format!("+QCSQ: \"{name}\",{rssi},{rsrp},{rsrq}"),
            _ => format!("+QCSQ: \"{name}\",{rssi},{rsrp},{sinr},{rsrq}"),
        })
    }

    pub(crate) fn show_network(&mut self, core: &mut Core, _command: &Command) -> Answer {
        if !core.registration.is_registered() {
            return line("+QNWINFO: No Service");
        }
        let (name, coverage) = (self.technology_name(core), &core.coverage);
        let (operator, band) = (&coverage.operator_number, &coverage.band);
        line(format!("+QNWINFO: \"{name}\",\"{operator}\",\"{band}\",{}", coverage.channel))
    }

    /// What this family calls the technology.
    fn technology_name(&self, core: &Core) -> &'static str {
        match core.coverage.technology {
            technology if technology == self.variant.model.technology => {
                self.variant.technology_name
            }
            Technology::Gsm => "GSM",
            Technology::Umts => "WCDMA",
            Technology::Lte => "LTE",
            Technology::CatM1 => "CAT-M1",
            Technology::NbIot => "CAT-NB1",
        }
    }

    /// `AT+QLTS[=0|1|2]`: the time that the network gave.
    pub(crate) fn show_network_time(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.number(0, 0..=2)?;
        if !core.registration.is_registered() {
            return line("+QLTS: \"\"");
        }
        let date = Clock::network(core.now()).long();
        line(format!("+QLTS: \"{date}+00,0\""))
    }

    pub(crate) fn switch_off(&mut self, core: &mut Core, command: &Command) -> Answer {
        let orderly = command.arguments.number(0, 0..=1)?.unwrap_or(1) == 1;
        core.write_answer(&[], "OK");
        core.rest();
        let delay = if orderly { core.pace.power_down } else { Duration::ZERO };
        core.power_down(delay);
        Ok(Outcome::Later)
    }

    pub(crate) fn set_sleep(&mut self, core: &mut Core, command: &Command) -> Answer {
        core.set_sleep(command)
    }

    pub(crate) fn query_sleep(&mut self, core: &mut Core, _command: &Command) -> Answer {
        core.query_sleep()
    }

    /// A command without effect here.
    pub(crate) fn accept(&mut self, _core: &mut Core, _command: &Command) -> Answer {
        ok()
    }

    /// `AT+QCFG="<key>"[,…]`, of which only the values are kept.
    pub(crate) fn configure(&mut self, _core: &mut Core, command: &Command) -> Answer {
        let key = command.arguments.need_text(0)?;
        let built = CONFIGURATION.iter().find(|(name, _)| *name == key).ok_or(Refusal::Error)?;
        if command.arguments.count() == 1 {
            let value = self.configuration.get(built.0).map_or(built.1, String::as_str);
            return line(format!("+QCFG: \"{key}\",{value}"));
        }
        // A last `1` that is one value too many means: at once.
        let most = built.1.split(',').count();
        let count = command.arguments.count() - 1;
        if count > most + 1 {
            return Err(Refusal::Error);
        }
        let words = (1..=count.min(most)).map(|index| command.arguments.word(index));
        let value = words.collect::<Result<Vec<_>, _>>()?.join(",");
        self.configuration.insert(built.0, value);
        ok()
    }

    /// `AT+QURCCFG="urcport"[,"uart1"]`.
    pub(crate) fn route_reports(&mut self, _core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        if arguments.need_text(0)? != "urcport" {
            return Err(Refusal::Error);
        }
        match arguments.text(1)?.as_deref() {
            None => line("+QURCCFG: \"urcport\",\"uart1\""),
            Some("uart1" | "all") => ok(),
            Some(_) => Err(Refusal::Error),
        }
    }
}

/// The keys of `AT+QCFG`, and their values as built.
const CONFIGURATION: &[(&str, &str)] = &[
    ("nwscanseq", "00"),
    ("nwscanmode", "0"),
    ("iotopmode", "2"),
    ("roamservice", "255"),
    ("servicedomain", "1"),
    ("band", "f,400a0e189f,a0e189f"),
    ("psm/urc", "0"),
    ("risignaltype", "respective"),
    ("urc/delay", "0"),
    ("apready", "0,0,500"),
    ("ledmode", "0"),
    ("ims", "0"),
    ("airplanecontrol", "0"),
    ("usbnet", "0"),
];
