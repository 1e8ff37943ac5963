//! The vocabulary: no line makes a parser panic, no argument makes a command say something else.

mod cellular;
mod esp_at;
mod quectel;
mod simcom;
mod written;

use crate::input::Input;

/// The first byte says of which half the rest is: a line for every parser (`L`, or any even one),
/// or a family and the arguments of its commands.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    if input.byte() & 1 == 0 {
        let line = input.rest();
        esp_at::read(line);
        cellular::read(line);
        quectel::read(line);
        simcom::read(line);
    } else {
        match input.byte() & 3 {
            0 => esp_at::write(&mut input),
            1 => cellular::write(&mut input),
            2 => quectel::write(&mut input),
            _ => simcom::write(&mut input),
        }
    }
}
