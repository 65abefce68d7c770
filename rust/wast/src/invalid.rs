//! Modules and components that must be refused: malformed ones by the text format or the decoder, invalid ones by validation.

use dovetail_runtime::{Error, ErrorKind};
use wast_text::{QuoteWat, QuoteWatTest};

use crate::script::Script;

/// A module in the text format may be refused by the parser, one in the binary format must be refused by the engine.
pub fn expect_malformed(script: &Script, mut module: QuoteWat<'_>, message: &str) -> Result<(), String> {
    let bytes = match module.to_test() {
        Err(_) => return Ok(()),
        Ok(QuoteWatTest::Text(_)) => match module.encode() {
            Err(_) => return Ok(()),
            Ok(bytes) => bytes,
        },
        Ok(QuoteWatTest::Binary(bytes)) => bytes,
    };
    refused(script, &bytes, "malformed", message)
}

/// An invalid module is well-formed, and refused by the engine. Some rules of validation are checked by the text format's
/// parser already (an unknown label or local cannot be encoded): those count as well.
pub fn expect_invalid(script: &Script, mut module: QuoteWat<'_>, message: &str) -> Result<(), String> {
    match module.encode() {
        Err(_) => Ok(()),
        Ok(bytes) => refused(script, &bytes, "invalid", message),
    }
}

fn refused(script: &Script, bytes: &[u8], how: &str, message: &str) -> Result<(), String> {
    match script.compile(bytes).map_err(Error::into_kind) {
        Ok(_) => Err(format!("expected the module to be {how} (\"{message}\"), but it was compiled")),
        // What the engine lacks says nothing about what is asserted.
        Err(ErrorKind::Compile(error @ dovetail_runtime::environ::Error::Unsupported { .. })) => {
            Err(format!("expected the module to be {how} (\"{message}\"), but it was not examined: {error}"))
        }
        Err(ErrorKind::Compile(_)) => Ok(()),
        Err(error) => Err(format!("expected the module to be {how} (\"{message}\"), got: {error}")),
    }
}
