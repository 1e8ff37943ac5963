//! The network and its operator.
//!
//! ```
//! use usocket_commands::cellular::operator::*;
//!
//! let operator = Operator::parse_line(br#"+COPS: 0,0,"CHINA MOBILE CMCC",7"#).unwrap();
//! assert_eq!(operator.mode, SelectionMode::Automatic);
//! assert_eq!(operator.name.unwrap(), "CHINA MOBILE CMCC");
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::{ArgumentError, text};

use super::registration::AccessTechnology;
use super::{NoResponse, Text, within};

command! {
    /// `AT+COPS?`: asks which network the module uses (Quectel digest §3).
    pub struct GetOperator;
    answer Operator, prefix "+COPS:", within within::OPERATOR;
    |get, line| line.text("AT+COPS?")
}

command! {
    /// `AT+COPS=`: chooses a network (Quectel digest §3).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::cellular::operator::SelectOperator;
    /// use usocket_commands::cellular::registration::AccessTechnology;
    ///
    /// let mut buffer = [0; 128];
    /// let select = SelectOperator::manual("26201", Some(AccessTechnology::CatM1))?;
    /// let len = select.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+COPS=1,2,\"26201\",8\r");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct SelectOperator<'a> {
        selection: Selection<'a>,
    }
    answer NoResponse, prefix "", within within::OPERATOR;
    |select, line| {
        line.text("AT+COPS=");
        match select.selection {
            Selection::Automatic => line.number(0),
            Selection::Deregister => line.number(2),
            Selection::Format(format) => line.number(3).field().number(format as u32),
            Selection::Manual(number, technology) => {
                line.number(1).field().number(NameFormat::Numeric as u32).field().string(number);
                if let Some(technology) = technology {
                    line.field().number(u32::from(technology.number()));
                }
                line
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selection<'a> {
    Automatic,
    Manual(&'a str, Option<AccessTechnology>),
    Deregister,
    Format(NameFormat),
}

impl<'a> SelectOperator<'a> {
    /// The one that the SIM prefers.
    #[must_use]
    pub const fn automatic() -> Self {
        Self { selection: Selection::Automatic }
    }

    /// The one with that number (country and network code), perhaps in one technology only.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the number is 5 or 6 digits.
    pub fn manual(
        number: &'a str,
        technology: Option<AccessTechnology>,
    ) -> Result<Self, ArgumentError> {
        text::check_digits("number", number, 5, 6)?;
        Ok(Self { selection: Selection::Manual(number, technology) })
    }

    /// None: leaves the network.
    #[must_use]
    pub const fn deregister() -> Self {
        Self { selection: Selection::Deregister }
    }

    /// Leaves the choice as it is; from now on names are told in that format.
    #[must_use]
    pub const fn name_format(format: NameFormat) -> Self {
        Self { selection: Selection::Format(format) }
    }
}

/// The format of an operator's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum NameFormat {
    /// 0: in full.
    Long = 0,
    /// 1: abbreviated.
    Short = 1,
    /// 2: country and network code, as `26201`.
    Numeric = 2,
}

/// Who chooses the network; see [`Operator`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SelectionMode {
    /// 0: the module.
    Automatic,
    /// 1: the host.
    Manual,
    /// 2: nobody, the module has left the network.
    Deregistered,
    /// 4: the host, and the module if that fails.
    ManualThenAutomatic,
}

/// The network that the module uses (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Operator {
    /// Who chooses.
    pub mode: SelectionMode,
    /// The format of the name.
    pub format: Option<NameFormat>,
    /// Name of the operator; `None` if not registered.
    pub name: Option<Text<64>>,
    /// How the module is connected.
    pub technology: Option<AccessTechnology>,
}

line!(Operator, "+COPS:");

impl Operator {
    /// Reads the line `+COPS: <mode>[,<format>,"<name>"[,<technology>]]`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+COPS:")?;
        let mode = match fields.number::<u8>()? {
            0 => SelectionMode::Automatic,
            1 => SelectionMode::Manual,
            2 => SelectionMode::Deregistered,
            4 => SelectionMode::ManualThenAutomatic,
            _ => return None,
        };
        let format = match fields.number_if_any::<u8>()? {
            Some(0) => Some(NameFormat::Long),
            Some(1) => Some(NameFormat::Short),
            Some(2) => Some(NameFormat::Numeric),
            Some(_) => return None,
            None => None,
        };
        let name = if fields.at_end() {
            None
        } else {
            Some(fields.quoted()?).filter(|name| !name.is_empty())
        };
        let name = match name {
            Some(name) => Some(Text::new(name)?),
            None => None,
        };
        let technology = fields.number_if_any()?.map(AccessTechnology::from_number);
        Some(Self { mode, format, name, technology })
    }
}
