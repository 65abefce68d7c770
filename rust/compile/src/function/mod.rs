//! Function bodies: from wasm's operators to Cranelift's intermediate language, one pass, one file per concern.
//!
//! [`FunctionTranslator`] simulates wasm's stack machine: the operand stack holds Cranelift values, the control stack
//! holds blocks. Each concern's file adds methods, of which one takes an operator and tells whether it was one of its
//! own. Code that cannot be reached is not translated; only its nesting is followed (`control.rs`).

mod bulk;
mod calls;
mod control;
mod conversions;
mod environment;
mod epochs;
mod exceptions;
mod memory;
mod numeric;
mod operands;
mod references;
mod simd;
mod tables;
mod variables;

use std::collections::HashMap;

use cranelift_codegen::ir::{self, SourceLoc, Value};
use cranelift_frontend::{FunctionBuilder, Variable};
use dovetail_environ::Error;
use dovetail_environ::module::{DefinedFuncIndex, FuncIndex, SignatureIndex};
use wasmparser::{FunctionBody, Operator, OperatorsReader};

pub(crate) use environment::ModuleEnvironment;

use crate::access::Regions;
use crate::unit::{CompiledUnit, Symbol, Workspace};
use control::Frame;
use epochs::Deadline;
use exceptions::TryScope;

/// Compiles one function body.
pub(crate) fn compile_function(
    workspace: &mut Workspace,
    environment: &ModuleEnvironment<'_>,
    index: DefinedFuncIndex,
    body: &FunctionBody<'_>,
) -> Result<CompiledUnit, Error> {
    let index = environment.module.function_index(index);
    let mut unit = translate(workspace, environment, index, body)
        .and_then(|()| workspace.compile(environment.isa))
        .map_err(|error| in_function(error, index))?;
    // The prologue, where the stack may overflow, belongs to the body's first byte.
    if unit.addresses.first().is_none_or(|(offset, _)| *offset != 0) {
        unit.addresses.insert(0, (0, body.range().start as u32));
    }
    Ok(unit)
}

/// Translates a body into the workspace's function.
fn translate(
    workspace: &mut Workspace,
    environment: &ModuleEnvironment<'_>,
    index: FuncIndex,
    body: &FunctionBody<'_>,
) -> Result<(), Error> {
    let signature = environment.signature_of(index);
    workspace.start(environment.signatures[signature].clone());
    environment.set_stack_limit(&mut workspace.codegen.func);
    let builder = FunctionBuilder::new(&mut workspace.codegen.func, &mut workspace.builder);
    let mut translator = FunctionTranslator::new(builder, environment, signature);
    translator.body(body)?;
    translator.builder.finalize(environment.isa.frontend_config());
    Ok(())
}

/// Says in which function an error arose.
fn in_function(error: Error, index: FuncIndex) -> Error {
    let function = format!("function {}", index.as_u32());
    match error {
        Error::Unsupported { feature, .. } => Error::Unsupported { path: function, feature },
        Error::Limit(message) => Error::Limit(format!("{function}: {message}")),
        Error::Bug(message) => Error::Bug(format!("{function}: {message}")),
        Error::Invalid { .. } | Error::Plan(_) => error,
    }
}

/// The state of one function's translation.
struct FunctionTranslator<'a> {
    builder: FunctionBuilder<'a>,
    environment: &'a ModuleEnvironment<'a>,
    regions: Regions,
    /// The callee's `vmctx`: this function's instance.
    vmctx: Value,
    /// Wasm's operand stack.
    stack: Vec<Value>,
    /// Wasm's control stack.
    frames: Vec<Frame>,
    /// The `try_table`s around the current operator, outermost first.
    tries: Vec<TryScope>,
    /// Whether the current operator can be reached.
    reachable: bool,
    /// How many blocks inside unreachable code are open.
    unreachable_depth: u32,
    locals: Vec<Variable>,
    deadline: Deadline,
    /// The base of memory 0 where it was last loaded; good in that block only.
    memory_base: Option<(ir::Block, Value)>,
    signatures: HashMap<SignatureIndex, ir::SigRef>,
    functions: HashMap<Symbol, ir::FuncRef>,
}

impl<'a> FunctionTranslator<'a> {
    fn new(
        mut builder: FunctionBuilder<'a>,
        environment: &'a ModuleEnvironment<'a>,
        signature: SignatureIndex,
    ) -> Self {
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        builder.seal_block(entry);
        let parameters = builder.block_params(entry).to_vec();
        let regions = Regions::new(builder.func);
        let mut translator = Self {
            builder,
            environment,
            regions,
            vmctx: parameters[0],
            stack: Vec::new(),
            frames: Vec::new(),
            tries: Vec::new(),
            reachable: true,
            unreachable_depth: 0,
            locals: Vec::new(),
            deadline: Deadline::Unknown,
            memory_base: None,
            signatures: HashMap::new(),
            functions: HashMap::new(),
        };
        // The second parameter is the caller's `vmctx`, of use to host functions only.
        translator.declare_parameters(&parameters[2..]);
        translator.push_function_frame(signature);
        translator
    }

    fn body(&mut self, body: &FunctionBody<'_>) -> Result<(), Error> {
        let mut locals = body.get_locals_reader()?;
        for _ in 0..locals.get_count() {
            let (count, ty) = locals.read()?;
            self.declare_locals(count, ty);
        }
        self.start_epochs(body)?;
        let mut operators = OperatorsReader::new(locals.get_binary_reader());
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset()?;
            if self.reachable {
                self.builder.set_srcloc(SourceLoc::new(offset as u32));
                self.operator(&operator)?;
            } else {
                self.unreachable_operator(&operator);
            }
        }
        Ok(())
    }

    /// Translates one operator that can be reached. Concerns are asked in the order of how often they are met.
    fn operator(&mut self, operator: &Operator<'_>) -> Result<(), Error> {
        self.look_before(operator);
        let translated = self.variables(operator)
            || self.numeric(operator)
            || self.memory(operator)
            || self.control(operator)?
            || self.calls(operator)
            || self.conversions(operator)
            || self.references(operator)
            || self.exceptions(operator)
            || self.tables(operator)
            || self.bulk(operator)
            || self.simd(operator);
        if translated {
            return Ok(());
        }
        let debug = format!("{operator:?}");
        let name = debug.split([' ', '{', '(']).next().unwrap_or_default().to_string();
        Err(Error::Unsupported { path: "function body".into(), feature: format!("the operator `{name}`") })
    }
}
