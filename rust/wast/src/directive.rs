//! What each directive does. An error is the message of the failure.

use dovetail_runtime::component::Value;
use dovetail_runtime::{Error, ErrorKind, Extern, Module, Trap, TrapCode, Val};
use wast_text::token::Id;
use wast_text::{QuoteWat, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

use crate::component::ComponentInstance;
use crate::invalid;
use crate::script::{Compiled, Current, Script};
use crate::value;

/// What an action that was carried out came to: its results, or the engine's error.
type Outcome = Result<Results, Error>;

/// What a call returned.
enum Results {
    Core(Vec<Val>),
    /// With what is needed to name the parts of the value: the instance and its function.
    Component(ComponentInstance, String, Option<Value>),
    /// Of an instantiation.
    Nothing,
}

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
                Ok(found) => self.compare(&results, &found),
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
            WastDirective::AssertException { exec, .. } => expect_exception(self.execute(exec)?),
            WastDirective::AssertSuspension { .. } => Err(unsupported("stack switching")),
            WastDirective::Thread(_) | WastDirective::Wait { .. } => Err(unsupported("threads")),
            WastDirective::AssertInvalidCustom { .. } | WastDirective::AssertMalformedCustom { .. } => {
                Err(unsupported("assertions about custom sections"))
            }
        }
    }

    /// Compiles a module or component; the engine's error is kept apart from that of the text format.
    pub(crate) fn compile(&self, bytes: &[u8]) -> Result<Compiled, Error> {
        if dovetail_runtime::environ::is_component(bytes) {
            return self.components.compile(bytes).map(Compiled::Component);
        }
        Module::new(self.store.engine(), bytes).map(Compiled::Module)
    }

    fn module(&mut self, mut module: QuoteWat<'_>) -> Result<(), String> {
        self.current = None;
        let name = module.name().map(|id| id.name().to_owned());
        let compiled = self.defined(&mut module)?;
        self.instantiate(&compiled, name)
    }

    fn definition(&mut self, mut module: QuoteWat<'_>) -> Result<(), String> {
        let name = module.name().map(|id| id.name().to_owned());
        let compiled = self.defined(&mut module)?;
        if let Some(name) = name {
            self.definitions.insert(name, compiled.clone());
        }
        self.last_definition = Some(compiled);
        Ok(())
    }

    fn instance_of(&mut self, instance: Option<Id<'_>>, module: Option<Id<'_>>) -> Result<(), String> {
        self.current = None;
        let compiled = match module {
            Some(id) => self.definitions.get(id.name()).cloned(),
            None => self.last_definition.clone(),
        };
        let compiled = compiled.ok_or("no module or component of this name was defined")?;
        self.instantiate(&compiled, instance.map(|id| id.name().to_owned()))
    }

    fn register(&mut self, name: &str, module: Option<Id<'_>>) -> Result<(), String> {
        match self.named(module)? {
            Current::Core(instance) => self
                .linker
                .define_instance(&mut self.store, name, instance)
                .map(|_| ())
                .map_err(|error| format!("cannot register \"{name}\": {error}")),
            Current::Component(instance) => {
                self.components.register(name, &instance);
                Ok(())
            }
        }
    }

    /// A module or component that must be well-formed and valid.
    fn defined(&self, module: &mut QuoteWat<'_>) -> Result<Compiled, String> {
        let bytes = module.encode().map_err(|error| format!("cannot parse the text: {}", error.message()))?;
        self.compile(&bytes).map_err(|error| format!("cannot compile: {error}"))
    }

    fn instantiate(&mut self, compiled: &Compiled, name: Option<String>) -> Result<(), String> {
        let instance = self.instance(compiled).map_err(|error| format!("cannot instantiate: {error}"))?;
        if let Some(name) = name {
            if let Current::Component(instance) = &instance {
                self.components.register(&name, instance);
            }
            self.instances.insert(name, instance.clone());
        }
        self.current = Some(instance);
        Ok(())
    }

    fn instance(&mut self, compiled: &Compiled) -> Result<Current, Error> {
        match compiled {
            Compiled::Module(module) => self.linker.instantiate(&mut self.store, module).map(Current::Core),
            Compiled::Component(component) => self.components.instantiate(component).map(Current::Component),
        }
    }

    fn named(&self, id: Option<Id<'_>>) -> Result<Current, String> {
        match id {
            Some(id) => self.instances.get(id.name()).cloned().ok_or_else(|| format!("no instance ${}", id.name())),
            None => self.current.clone().ok_or_else(|| "no instance: the last module failed".to_owned()),
        }
    }

    fn execute(&mut self, action: WastExecute<'_>) -> Result<Outcome, String> {
        match action {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Get { module, global, .. } => self.get(module, global),
            WastExecute::Wat(module) => {
                let compiled = self.defined(&mut QuoteWat::Wat(module))?;
                Ok(self.instance(&compiled).map(|_| Results::Nothing))
            }
        }
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Outcome, String> {
        let instance = match self.named(invoke.module)? {
            Current::Core(instance) => instance,
            Current::Component(instance) => {
                let outcome = instance.call(invoke.name, &invoke.args)?;
                return Ok(outcome.map(|value| Results::Component(instance, invoke.name.to_owned(), value)));
            }
        };
        let Ok(Some(Extern::Func(function))) = instance.get_export(&mut self.store, invoke.name) else {
            return Err(format!("no exported function \"{}\"", invoke.name));
        };
        let mut arguments = Vec::with_capacity(invoke.args.len());
        for argument in &invoke.args {
            arguments.push(value::argument(&mut self.store, argument)?);
        }
        Ok(function.call(&mut self.store, &arguments).map(Results::Core))
    }

    fn get(&mut self, module: Option<Id<'_>>, name: &str) -> Result<Outcome, String> {
        let Current::Core(instance) = self.named(module)? else {
            return Err("a component exports no globals".to_owned());
        };
        let Ok(Some(Extern::Global(global))) = instance.get_export(&mut self.store, name) else {
            return Err(format!("no exported global \"{name}\""));
        };
        Ok(global.get(&mut self.store).map(|value| Results::Core(vec![value])))
    }

    fn compare(&self, expected: &[WastRet<'_>], found: &Results) -> Result<(), String> {
        match found {
            Results::Core(values) => value::compare(&self.store, expected, values),
            Results::Component(instance, function, value) => instance.compare(function, expected, value.as_ref()),
            Results::Nothing if expected.is_empty() => Ok(()),
            Results::Nothing => Err(format!("expected {} results of an instantiation", expected.len())),
        }
    }

    fn expect_unlinkable(&mut self, module: Wat<'_>, message: &str) -> Result<(), String> {
        let compiled = self.defined(&mut QuoteWat::Wat(module))?;
        match self.instance(&compiled).map_err(Error::into_kind) {
            Ok(_) => Err(format!("expected a link error \"{message}\", but it was instantiated")),
            Err(ErrorKind::Link(_)) => Ok(()),
            Err(error) => Err(format!("expected a link error \"{message}\", got: {error}")),
        }
    }
}

fn unsupported(what: &str) -> String {
    format!("{what} are not supported by this runner")
}

fn expect_trap(outcome: Outcome, message: &str) -> Result<(), String> {
    match outcome.map_err(Error::into_kind) {
        Ok(_) => Err(format!("expected the trap \"{message}\", but the call returned")),
        Err(ErrorKind::Trap(trap)) if same_text(&trap, message) => Ok(()),
        Err(error) => Err(format!("expected the trap \"{message}\", got: {error}")),
    }
}

fn expect_exception(outcome: Outcome) -> Result<(), String> {
    match outcome.map_err(Error::into_kind) {
        Ok(_) => Err("expected an exception, but the call returned".to_owned()),
        Err(ErrorKind::Trap(trap)) if trap.code == TrapCode::UncaughtException => Ok(()),
        Err(error) => Err(format!("expected an exception, got: {error}")),
    }
}

/// Scripts of the core specification give the code's text, up to what one of the two adds at its end (an index, say); those
/// about components a part of the whole text, with its detail.
fn same_text(trap: &Trap, message: &str) -> bool {
    let whole = Trap { frames: Vec::new(), ..trap.clone() }.to_string();
    message.starts_with(trap.code.message()) || whole.contains(message)
}
