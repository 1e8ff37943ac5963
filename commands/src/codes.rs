//! Tables of numbered errors.

/// Declares a newtype of a number with a constant and a text for each known one.
///
/// ```text
/// codes! {
///     /// What kind of errors.
///     pub struct Name;
///     14 SIM_BUSY "SIM busy",
/// }
/// ```
///
/// It is a number and not an enum, because modules give numbers that no table has.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub struct $name:ident;
        $( $code:literal $constant:ident $text:literal, )*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name(u16);

        impl $name {
            $(
                #[doc = concat!(stringify!($code), ": ", $text, ".")]
                pub const $constant: Self = Self($code);
            )*

            /// The error with that number, known or not.
            #[must_use]
            pub const fn new(code: u16) -> Self {
                Self(code)
            }

            /// Its number.
            #[must_use]
            pub const fn code(self) -> u16 {
                self.0
            }

            /// What it means, if the number is known.
            #[must_use]
            pub const fn text(self) -> Option<&'static str> {
                match self.0 {
                    $( $code => Some($text), )*
                    _ => None,
                }
            }

            /// The error with that text, whatever its capitals.
            #[must_use]
            pub fn from_text(text: &[u8]) -> Option<Self> {
                const TABLE: &[(u16, &str)] = &[$( ($code, $text), )*];
                TABLE
                    .iter()
                    .find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(text))
                    .map(|&(code, _)| Self(code))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.text() {
                    Some(text) => f.write_str(text),
                    None => write!(f, "error {}", self.0),
                }
            }
        }

        impl core::error::Error for $name {}
    };
}
pub(crate) use codes;
