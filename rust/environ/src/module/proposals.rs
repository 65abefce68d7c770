//! Proposals that the engine lacks: bytes that are valid with one of them are refused by its name instead of being called
//! invalid.

use wasmparser::{Validator, WasmFeatures};

use crate::Error;

/// What validation can know beyond this engine, in the order in which it is tried. Some need others.
const LACKING: &[(WasmFeatures, &str)] = &[
    (WasmFeatures::FUNCTION_REFERENCES, "typed function references"),
    (WasmFeatures::FUNCTION_REFERENCES.union(WasmFeatures::GC), "garbage collection"),
    (WasmFeatures::THREADS, "threads"),
    (WasmFeatures::LEGACY_EXCEPTIONS, "legacy exception handling"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom page sizes"),
];

/// What of the core proposals a component may mention in types without using it. Whatever uses it is a core module, and
/// those are validated by themselves.
pub(crate) const IN_CORE_TYPES: WasmFeatures = WasmFeatures::FUNCTION_REFERENCES.union(WasmFeatures::GC);

/// The error for a module that validation with `features` refused with `error`.
pub(super) fn explain(bytes: &[u8], features: WasmFeatures, error: Error) -> Error {
    let Error::Invalid { offset, .. } = &error else { return error };
    let path = format!("the module at offset {offset:#x}");
    let lacking = LACKING.iter().filter(|(flags, _)| !features.contains(*flags));
    for (flags, name) in lacking {
        if Validator::new_with_features(features | *flags).validate_all(bytes).is_ok() {
            return Error::Unsupported { path, feature: (*name).to_string() };
        }
    }
    error
}

/// The error for a component that was refused with `error`: where something is lacking, whether the component is valid with all
/// proposals there are has yet to be seen, and one that is not is called invalid.
pub(crate) fn judge(bytes: &[u8], error: Error) -> Error {
    if !matches!(error, Error::Unsupported { .. }) {
        return error;
    }
    match Validator::new_with_features(WasmFeatures::all()).validate_all(bytes) {
        Ok(_) => error,
        Err(invalid) => invalid.into(),
    }
}
