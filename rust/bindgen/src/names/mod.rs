//! Every Python name of a package is decided here, and nowhere else: letter case, keywords, clashes, and (in
//! [`spelling`]) how code reaches the names that it uses.
//!
//! Names are claimed in a fixed order, so that what a reader of the WIT expects keeps its plain name: types first, then
//! the class that an interface or world gets, then the exceptions that are derived from types.

mod case;
mod interfaces;
pub mod order;
mod references;
mod scope;
pub mod spelling;

use std::collections::{BTreeMap, HashMap};

use dovetail_abi::wit::Definitions as _;
use wit_parser::{Function, FunctionKind, InterfaceId, TypeDefKind, TypeId};

use crate::functions::wit_params;
use crate::options::Face;
use crate::surface::{Place, Side, Surface};
use crate::{Error, Options};
use case::{camel, is_identifier, shouty, snake};
use interfaces::Style;
use references::{error_types, references};
use scope::Scope;

/// Method names that exported and imported resources keep for themselves.
const RESOURCE_RESERVED: [&str; 1] = ["drop"];

/// Field names that dataclasses cannot have: the parameter of the initializer, and what looks like a default because classes
/// have an attribute of that name.
const FIELD_RESERVED: [&str; 2] = ["self", "mro"];

/// The names of one interface.
#[derive(Clone, Debug)]
pub struct InterfaceNames {
    /// The module below its side's folder, and the attribute or field of the world: `host_log`.
    pub module: String,
    /// The attribute of the world's class, or the field of the imports dataclass.
    pub attribute: String,
    /// The Protocol: `HostLog`.
    protocol: String,
    /// What the world's module calls the Protocol.
    protocol_in_world: String,
    /// The Protocol of the asynchronous face, where the package has that face: `HostLogAsync`.
    async_protocol: String,
    /// What the world's module calls it.
    async_protocol_in_world: String,
}

impl InterfaceNames {
    /// The Protocol of one of the faces.
    pub fn protocol_of(&self, face: Face) -> &str {
        match face {
            Face::Sync => &self.protocol,
            Face::Async => &self.async_protocol,
        }
    }

    /// What the world's module calls it.
    pub fn protocol_in_world_of(&self, face: Face) -> &str {
        match face {
            Face::Sync => &self.protocol_in_world,
            Face::Async => &self.async_protocol_in_world,
        }
    }
}

/// The names of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionNames {
    pub python: String,
    /// Without a method's self.
    pub params: Vec<String>,
}

/// A named type as a place knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeNames {
    pub class: String,
    /// The exception that carries the type as an error, where some function fails with it.
    pub raised: Option<String>,
    /// The Protocol of a resource in the asynchronous face, where the package has that face.
    pub asynchronous: Option<String>,
}

/// All names of a package.
pub struct Names {
    pub package: String,
    /// The world as people know it: `kv`.
    pub world_title: String,
    /// The world's class.
    world: String,
    /// The dataclass of the world's imports.
    imports: String,
    /// The world's class in the asynchronous face, where the package has that face: `KvAsync`.
    async_world: String,
    /// The dataclass of its imports: `KvAsyncImports`.
    async_imports: String,
    interfaces: HashMap<InterfaceId, InterfaceNames>,
    types: HashMap<(Place, TypeId), TypeNames>,
    /// The first name under which a place knows a definition.
    known: HashMap<(Place, TypeId), TypeId>,
    members: HashMap<TypeId, Vec<String>>,
    functions: HashMap<(Place, Side, String), FunctionNames>,
    world_resources: HashMap<TypeId, String>,
    errors: Vec<TypeId>,
}

impl Place {
    fn all(surface: &Surface) -> Vec<Place> {
        let interfaces = surface.interfaces.iter().map(|interface| Place::Interface(interface.id));
        std::iter::once(Place::World).chain(interfaces).collect()
    }
}

impl Names {
    /// Decides all names. `package` and `title` are the wished names of the package and of the world.
    pub fn new(surface: &Surface, package: &str, title: &str, options: &Options) -> Result<Self, Error> {
        if !is_identifier(package) {
            let message =
                format!("`{package}` cannot name a Python package: expected an identifier; give another `name`");
            return Err(Error::Options(message));
        }
        let mut names = Self {
            package: package.to_string(),
            world_title: title.to_string(),
            world: String::new(),
            imports: String::new(),
            async_world: String::new(),
            async_imports: String::new(),
            interfaces: HashMap::new(),
            types: HashMap::new(),
            known: HashMap::new(),
            members: HashMap::new(),
            functions: HashMap::new(),
            world_resources: HashMap::new(),
            errors: error_types(surface, options.results),
        };
        names.name_interfaces(surface, options)?;
        let mut world_scope = Scope::default();
        for place in Place::all(surface) {
            let mut scope = Scope::default();
            names.name_place(surface, place, &mut scope);
            if place == Place::World {
                world_scope = scope;
            } else if options.mode.has(Face::Async) {
                names.name_asynchronous(surface, place, &mut scope);
            }
        }
        names.name_protocols_in_world(surface, &mut world_scope);
        if options.mode.has(Face::Async) {
            names.name_asynchronous(surface, Place::World, &mut world_scope);
            names.name_async_protocols_in_world(surface, &mut world_scope);
        }
        names.name_world_members(surface);
        Ok(names)
    }

    /// The package's name where only the world's is known.
    pub fn package_for(world: &str) -> String {
        snake(world)
    }

    pub fn interface(&self, id: InterfaceId) -> Result<&InterfaceNames, Error> {
        self.interfaces.get(&id).ok_or_else(|| missing("an interface"))
    }

    /// The module of a place, relative to the package.
    pub fn module(&self, surface: &Surface, place: Place) -> Result<String, Error> {
        Ok(match place {
            Place::World => String::new(),
            Place::Interface(id) => {
                format!("{}.{}", surface.side_of(place).folder(), self.interface(id)?.module)
            }
        })
    }

    /// What a place calls a named type, its own or another's.
    pub fn ty(&self, surface: &Surface, place: Place, id: TypeId) -> Result<&TypeNames, Error> {
        let known = || self.types.get(&(place, *self.known.get(&(place, surface.definition(id)))?));
        self.types.get(&(place, id)).or_else(known).ok_or_else(|| missing("a type"))
    }

    /// What a place calls the Protocol of a resource in one of the faces.
    pub fn resource(&self, surface: &Surface, place: Place, id: TypeId, face: Face) -> Result<&str, Error> {
        let names = self.ty(surface, place, id)?;
        match face {
            Face::Sync => Ok(&names.class),
            Face::Async => names.asynchronous.as_deref().ok_or_else(|| missing("a resource's asynchronous face")),
        }
    }

    /// The class of the world in one of the faces.
    pub fn world_class(&self, face: Face) -> &str {
        match face {
            Face::Sync => &self.world,
            Face::Async => &self.async_world,
        }
    }

    /// The dataclass of the world's imports in one of the faces.
    pub fn imports_class(&self, face: Face) -> &str {
        match face {
            Face::Sync => &self.imports,
            Face::Async => &self.async_imports,
        }
    }

    /// Field names, case classes, or enum and flags members in WIT's order.
    pub fn members(&self, id: TypeId) -> Result<&[String], Error> {
        self.members.get(&id).map(Vec::as_slice).ok_or_else(|| missing("a type's members"))
    }

    pub fn function(&self, place: Place, side: Side, name: &str) -> Result<&FunctionNames, Error> {
        self.functions.get(&(place, side, name.to_string())).ok_or_else(|| missing("a function"))
    }

    /// The field of the imports dataclass that holds a world-level resource's class.
    pub fn world_resource(&self, id: TypeId) -> Result<&str, Error> {
        self.world_resources.get(&id).map(String::as_str).ok_or_else(|| missing("a resource"))
    }

    /// The definitions that get an exception of their own.
    pub fn is_error(&self, definition: TypeId) -> bool {
        self.errors.contains(&definition)
    }

    fn name_interfaces(&mut self, surface: &Surface, options: &Options) -> Result<(), Error> {
        let style = if options.full_names { Style::Full } else { Style::Short };
        for side in [Side::Import, Side::Export] {
            let wit: Vec<&str> = surface.side(side).map(|interface| interface.name.as_str()).collect();
            let wishes = match side {
                Side::Import => interfaces::wishes(&wit, &options.import_names)?,
                Side::Export => BTreeMap::new(),
            };
            for (interface, module) in surface.side(side).zip(interfaces::module_names(&wit, style, &wishes)) {
                let names = InterfaceNames {
                    attribute: module.clone(),
                    module,
                    protocol: String::new(),
                    protocol_in_world: String::new(),
                    async_protocol: String::new(),
                    async_protocol_in_world: String::new(),
                };
                self.interfaces.insert(interface.id, names);
            }
        }
        Ok(())
    }

    /// Names the classes of one module, and the functions of an interface.
    fn name_place(&mut self, surface: &Surface, place: Place, scope: &mut Scope) {
        let types = surface.types(place);
        for (name, id) in &types {
            self.name_type(surface, place, *id, scope.claim(camel(name)));
        }
        for (_, id) in &types {
            self.name_members(surface, place, *id, scope);
        }
        match place {
            Place::World => {
                let class = camel(&self.world_title);
                self.world = scope.claim_either(class.clone(), format!("{class}World"));
                self.imports = scope.claim(format!("{class}Imports"));
            }
            Place::Interface(id) => {
                if let Some(interface) = surface.interface(id) {
                    let class = camel(&interface.short);
                    let protocol = scope.claim_either(class.clone(), format!("{class}Interface"));
                    if let Some(names) = self.interfaces.get_mut(&id) {
                        names.protocol = protocol;
                    }
                    let side = interface.side;
                    self.name_functions(surface.functions(id), place, side, &mut Scope::default());
                }
            }
        }
        for id in references(surface, place) {
            if !self.known.contains_key(&(place, surface.definition(id))) {
                let wish = camel(surface.typedef(id).name.as_deref().unwrap_or_default());
                self.name_type(surface, place, id, scope.claim(wish));
            }
        }
        self.name_raised(surface, place, scope);
    }

    /// Names the classes of the asynchronous face in one module. They come last, so that no other name depends on the face.
    fn name_asynchronous(&mut self, surface: &Surface, place: Place, scope: &mut Scope) {
        let own = surface.types(place).into_iter().map(|(_, id)| id);
        for id in own.chain(references(surface, place)) {
            let is_resource = matches!(surface.typedef(surface.definition(id)).kind, TypeDefKind::Resource);
            if let Some(names) = self.types.get_mut(&(place, id))
                && is_resource
                && names.asynchronous.is_none()
            {
                names.asynchronous = Some(scope.claim(format!("{}Async", names.class)));
            }
        }
        match place {
            Place::World => {
                let class = format!("{}Async", self.world);
                self.async_imports = scope.claim(format!("{class}Imports"));
                self.async_world = scope.claim(class);
            }
            Place::Interface(id) => {
                if let Some(names) = self.interfaces.get_mut(&id) {
                    names.async_protocol = scope.claim(format!("{}Async", names.protocol));
                }
            }
        }
    }

    fn name_type(&mut self, surface: &Surface, place: Place, id: TypeId, class: String) {
        self.types.insert((place, id), TypeNames { class, raised: None, asynchronous: None });
        self.known.entry((place, surface.definition(id))).or_insert(id);
    }

    /// Names the exceptions that belong to the types of a place; those of types from elsewhere are called as there.
    fn name_raised(&mut self, surface: &Surface, place: Place, scope: &mut Scope) {
        for (_, id) in surface.types(place) {
            if self.is_error(surface.definition(id))
                && let Some(names) = self.types.get_mut(&(place, id))
            {
                names.raised = Some(scope.claim(format!("{}Raised", names.class)));
            }
        }
    }

    fn name_members(&mut self, surface: &Surface, place: Place, id: TypeId, module: &mut Scope) {
        if surface.is_use(id) {
            return;
        }
        let class = self.types.get(&(place, id)).map(|names| names.class.clone()).unwrap_or_default();
        let mut own = Scope::default();
        let members: Vec<String> = match &surface.typedef(id).kind {
            TypeDefKind::Record(record) => {
                let mut fields = Scope::reserving(FIELD_RESERVED);
                record.fields.iter().map(|field| fields.claim(snake(&field.name))).collect()
            }
            TypeDefKind::Variant(variant) => {
                variant.cases.iter().map(|case| module.claim(format!("{class}_{}", camel(&case.name)))).collect()
            }
            TypeDefKind::Enum(cases) => cases.cases.iter().map(|case| own.claim(shouty(&case.name))).collect(),
            TypeDefKind::Flags(flags) => flags.flags.iter().map(|flag| own.claim(shouty(&flag.name))).collect(),
            TypeDefKind::Resource
            | TypeDefKind::Handle(_)
            | TypeDefKind::Tuple(_)
            | TypeDefKind::Option(_)
            | TypeDefKind::Result(_)
            | TypeDefKind::List(_)
            | TypeDefKind::Map(_, _)
            | TypeDefKind::FixedLengthList(..)
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Type(_)
            | TypeDefKind::Unknown => Vec::new(),
        };
        self.members.insert(id, members);
    }

    /// Names functions: free ones in the given scope, those of a resource in the resource's own.
    fn name_functions<'a>(
        &mut self,
        functions: impl Iterator<Item = &'a Function>,
        place: Place,
        side: Side,
        free: &mut Scope,
    ) {
        let mut resources: HashMap<TypeId, Scope> = HashMap::new();
        for function in functions {
            let wish = snake(function.item_name());
            let python = match (&function.kind, function.kind.resource()) {
                (FunctionKind::Constructor(_), _) => "__init__".to_string(),
                (_, Some(resource)) => {
                    resources.entry(resource).or_insert_with(|| Scope::reserving(RESOURCE_RESERVED)).claim(wish)
                }
                (_, None) => free.claim(wish),
            };
            let mut scope = Scope::reserving(["self"]);
            let params = wit_params(function).iter().map(|param| scope.claim(snake(&param.name))).collect();
            self.functions.insert((place, side, function.name.clone()), FunctionNames { python, params });
        }
    }

    /// Names what the world's class and its imports dataclass hold besides each other.
    fn name_world_members(&mut self, surface: &Surface) {
        for side in [Side::Import, Side::Export] {
            // The imports are fields of a dataclass.
            let mut scope = match side {
                Side::Import => Scope::reserving(FIELD_RESERVED),
                Side::Export => Scope::default(),
            };
            for interface in surface.side(side) {
                if let Some(names) = self.interfaces.get_mut(&interface.id) {
                    names.attribute = scope.claim(names.module.clone());
                }
            }
            self.name_functions(surface.world_functions(side), Place::World, side, &mut scope);
            if side == Side::Import {
                for (name, id) in surface.types(Place::World) {
                    if matches!(surface.typedef(id).kind, TypeDefKind::Resource) {
                        self.world_resources.insert(id, scope.claim(snake(&name)));
                    }
                }
            }
        }
    }

    /// The world's module imports each Protocol that it mentions: exported ones keep their names first.
    fn name_protocols_in_world(&mut self, surface: &Surface, scope: &mut Scope) {
        for (side, suffix) in [(Side::Export, "Export"), (Side::Import, "Import")] {
            for interface in surface.side(side) {
                if let Some(names) = self.interfaces.get_mut(&interface.id) {
                    let is_short = names.module == snake(&interface.short);
                    let wish = if is_short { names.protocol.clone() } else { camel(&names.module) };
                    names.protocol_in_world = scope.claim_either(wish.clone(), format!("{wish}{suffix}"));
                }
            }
        }
    }

    fn name_async_protocols_in_world(&mut self, surface: &Surface, scope: &mut Scope) {
        for interface in &surface.interfaces {
            if let Some(names) = self.interfaces.get_mut(&interface.id) {
                names.async_protocol_in_world = scope.claim(format!("{}Async", names.protocol_in_world));
            }
        }
    }
}

/// Names are given to everything that a surface holds; this error says that the surface contradicts itself.
fn missing(what: &str) -> Error {
    Error::Input(format!("the component's world refers to {what} that it does not contain"))
}
