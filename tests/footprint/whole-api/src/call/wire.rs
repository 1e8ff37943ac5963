//! The lexer, for those who drive a module by themselves.

use usocket::wire::Lexer;

use super::calls;

#[inline(never)]
pub fn new() -> Lexer {
    Lexer::new()
}

calls! {
    next(lexer: &mut Lexer, input: &mut &[u8], prompt: bool) = lexer.next(input, prompt);
    begin_body(lexer: &mut Lexer, len: u32) = lexer.begin_body(len);
    body_left(lexer: &Lexer) = lexer.body_left();
    abandon(lexer: &mut Lexer) = lexer.abandon();
    line(lexer: &Lexer) = lexer.line();
    overlong(lexer: &Lexer) = lexer.overlong();
}
