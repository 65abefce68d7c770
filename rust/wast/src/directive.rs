//! What each directive does. An error is the message of the failure.

use dovetail_runtime::{Error, Extern, Instance, Module, TrapCode, Val};
use wast_text::token::Id;
use wast_text::{QuoteWat, WastDirective, WastExecute, WastInvoke, Wat};

use crate::invalid;
use crate::script::Script;
use crate::value;

/// What an action that was carried out came to: its results, or the engine's error.
type Outcome = Result<Vec<Val>, Error>;

impl Script {
    pub(crate) fn run(&mut self, directive: WastDirective<'_>) -> Result<(), String> {
        match directive {
            WastDirective::Module(module) => self.module(module),
            WastDirective::ModuleDefinition(module) => self.definition(module),
            WastDirective::ModuleInstance { instance, module, .. } => self.instance_of(instance, module),
            WastDirective::Register { name, module, .. } => self.register(name, module),
            WastDirective::Invoke(invoke) => match self.invoke(&invoke)? {
                Ok(_) => Ok(()),
                Err(error) => Err(format!("calling {}: {error}", invoke.name)),
            },
            WastDirective::AssertReturn { exec, results, .. } => match self.execute(exec)? {
                Ok(found) => value::compare(&self.store, &results, &found),
                Err(error) => Err(format!("expected results, got the error: {error}")),
            },
            WastDirective::AssertTrap { exec, message, .. } => {
                let outcome = self.execute(exec)?;
                expect_trap(outcome, message)
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                let outcome = self.invoke(&call)?;
                expect_trap(outcome, message)
            }
            WastDirective::AssertInvalid { module, message, .. } => invalid::expect_invalid(self, module, message),
            WastDirective::AssertMalformed { module, message, .. } => invalid::expect_malformed(self, module, message),
            WastDirective::AssertUnlinkable { module, message, .. } => self.expect_unlinkable(module, message),
            WastDirective::AssertException { .. } => Err(unsupported("exceptions")),
            WastDirective::AssertSuspension { .. } => Err(unsupported("stack switching")),
            WastDirective::Thread(_) | WastDirective::Wait { .. } => Err(unsupported("threads")),
            WastDirective::AssertInvalidCustom { .. } | WastDirective::AssertMalformedCustom { .. } => {
                Err(unsupported("assertions about custom sections"))
            }
        }
    }

    /// Compiles a module; the engine's error is kept apart from that of the text format.
    pub(crate) fn compile(&self, bytes: &[u8]) -> Result<Module, Error> {
        Module::new(self.store.engine(), bytes)
    }

    fn module(&mut self, mut module: QuoteWat<'_>) -> Result<(), String> {
        self.current = None;
        let name = module.name().map(|id| id.name().to_owned());
        let module = self.defined(&mut module)?;
        self.instantiate(&module, name)
    }

    fn definition(&mut self, mut module: QuoteWat<'_>) -> Result<(), String> {
        let name = module.name().map(|id| id.name().to_owned());
        let module = self.defined(&mut module)?;
        if let Some(name) = name {
            self.definitions.insert(name, module.clone());
        }
        self.last_definition = Some(module);
        Ok(())
    }

    fn instance_of(&mut self, instance: Option<Id<'_>>, module: Option<Id<'_>>) -> Result<(), String> {
        self.current = None;
        let module = match module {
            Some(id) => self.definitions.get(id.name()).cloned(),
            None => self.last_definition.clone(),
        };
        let module = module.ok_or("no module of this name was defined")?;
        self.instantiate(&module, instance.map(|id| id.name().to_owned()))
    }

    fn register(&mut self, name: &str, module: Option<Id<'_>>) -> Result<(), String> {
        let instance = self.named(module)?;
        self.linker
            .define_instance(&mut self.store, name, instance)
            .map(|_| ())
            .map_err(|error| format!("cannot register \"{name}\": {error}"))
    }

    /// A module that must be well-formed and valid.
    fn defined(&self, module: &mut QuoteWat<'_>) -> Result<Module, String> {
        refuse_component(module)?;
        let bytes = module.encode().map_err(|error| format!("cannot parse the module: {}", error.message()))?;
        self.compile(&bytes).map_err(|error| format!("cannot compile the module: {error}"))
    }

    fn instantiate(&mut self, module: &Module, name: Option<String>) -> Result<(), String> {
        let instance = self
            .linker
            .instantiate(&mut self.store, module)
            .map_err(|error| format!("cannot instantiate the module: {error}"))?;
        self.current = Some(instance);
        if let Some(name) = name {
            self.instances.insert(name, instance);
        }
        Ok(())
    }

    fn named(&self, id: Option<Id<'_>>) -> Result<Instance, String> {
        match id {
            Some(id) => self.instances.get(id.name()).copied().ok_or_else(|| format!("no instance ${}", id.name())),
            None => self.current.ok_or_else(|| "no instance: the last module failed".to_owned()),
        }
    }

    fn execute(&mut self, action: WastExecute<'_>) -> Result<Outcome, String> {
        match action {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Get { module, global, .. } => self.get(module, global),
            WastExecute::Wat(module) => {
                let mut module = QuoteWat::Wat(module);
                let module = self.defined(&mut module)?;
                Ok(self.linker.instantiate(&mut self.store, &module).map(|_| Vec::new()))
            }
        }
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Outcome, String> {
        let instance = self.named(invoke.module)?;
        let Ok(Some(Extern::Func(function))) = instance.get_export(&mut self.store, invoke.name) else {
            return Err(format!("no exported function \"{}\"", invoke.name));
        };
        let mut arguments = Vec::with_capacity(invoke.args.len());
        for argument in &invoke.args {
            arguments.push(value::argument(&mut self.store, argument)?);
        }
        Ok(function.call(&mut self.store, &arguments))
    }

    fn get(&mut self, module: Option<Id<'_>>, name: &str) -> Result<Outcome, String> {
        let instance = self.named(module)?;
        let Ok(Some(Extern::Global(global))) = instance.get_export(&mut self.store, name) else {
            return Err(format!("no exported global \"{name}\""));
        };
        Ok(global.get(&mut self.store).map(|value| vec![value]))
    }

    fn expect_unlinkable(&mut self, module: Wat<'_>, message: &str) -> Result<(), String> {
        let module = self.defined(&mut QuoteWat::Wat(module))?;
        match self.linker.instantiate(&mut self.store, &module) {
            Ok(_) => Err(format!("expected a link error \"{message}\", but the module was instantiated")),
            Err(Error::Link(_)) => Ok(()),
            Err(error) => Err(format!("expected a link error \"{message}\", got: {error}")),
        }
    }
}

/// Components are parsed by the same grammar but are not run yet.
pub(crate) fn refuse_component(module: &QuoteWat<'_>) -> Result<(), String> {
    match module {
        QuoteWat::Wat(Wat::Module(_)) | QuoteWat::QuoteModule(..) => Ok(()),
        QuoteWat::Wat(Wat::Component(_)) | QuoteWat::QuoteComponent(..) => Err(unsupported("components")),
    }
}

fn unsupported(what: &str) -> String {
    format!("{what} are not supported by this runner")
}

/// The trap's text must be the expected one, up to what one of the two adds at its end (an index, say).
fn expect_trap(outcome: Outcome, message: &str) -> Result<(), String> {
    match outcome {
        Ok(_) => Err(format!("expected the trap \"{message}\", but the call returned")),
        Err(Error::Trap(trap)) if same_text(trap.code, message) => Ok(()),
        Err(error) => Err(format!("expected the trap \"{message}\", got: {error}")),
    }
}

fn same_text(code: TrapCode, message: &str) -> bool {
    let text = code.message();
    text.starts_with(message) || message.starts_with(text)
}
