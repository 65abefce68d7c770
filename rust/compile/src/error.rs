//! Cranelift's errors in the words of `environ`: exceeded limits are the input's fault, everything else is our bug.

use cranelift_codegen::CodegenError;
use dovetail_environ::Error;

pub(crate) fn codegen_error(error: CodegenError) -> Error {
    match error {
        CodegenError::ImplLimitExceeded | CodegenError::CodeTooLarge => {
            Error::Limit("the code is too large to compile".into())
        }
        CodegenError::Verifier(_)
        | CodegenError::Unsupported(_)
        | CodegenError::RegisterMappingError(_)
        | CodegenError::Regalloc(_) => Error::Bug(format!("the code generator failed: {error}")),
    }
}
