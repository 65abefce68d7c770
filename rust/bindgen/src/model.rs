//! Python as data: what the builders make of a world and what the printer writes out.
//!
//! Nothing here knows WIT, and nothing here is text yet: a name that the code needs is a [`Symbol`], and how it is
//! spelled in its module (qualified, aliased, imported from where) is decided afterwards in `names`.

/// A module of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Relative to the package: empty for the package itself, `imports`, `exports.store`.
    pub path: String,
    /// Whether other modules lie below it, so that it is a folder's `__init__.py`.
    pub is_package: bool,
    pub doc: Docstring,
    /// The names that the module offers; `None` leaves `__all__` out.
    pub offers: Option<Vec<String>>,
    /// Symbols that the module binds only to offer them again.
    pub reexports: Vec<Symbol>,
    /// The modules below it that are loaded when they are first looked up in it.
    pub lazy: Vec<String>,
    pub items: Vec<Item>,
}

/// A docstring: paragraphs of text and what the function raises. At least one of the two is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docstring {
    /// Unescaped, without trailing blanks.
    pub lines: Vec<String>,
    /// The exception of a `Raises:` line.
    pub raises: Option<Expression>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Class(Class),
    Alias(Alias),
}

/// `Name: TypeAlias = ...`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    pub name: String,
    pub ty: Expression,
    pub doc: Docstring,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub name: String,
    pub decorators: Vec<Expression>,
    pub bases: Vec<Expression>,
    pub doc: Docstring,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    Field(Field),
    Constant(Constant),
    Method(Method),
}

impl Member {
    /// The name that the member binds in the class.
    pub fn name(&self) -> &str {
        match self {
            Member::Field(field) => &field.name,
            Member::Constant(constant) => &constant.name,
            Member::Method(method) => &method.name,
        }
    }
}

/// `name: type`, with or without a default of `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub ty: Expression,
    pub default_none: bool,
    /// A remark at the end of the line.
    pub comment: Option<String>,
    pub doc: Option<Docstring>,
}

/// `NAME = 3`, the member of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    pub name: String,
    pub value: u64,
    pub doc: Option<Docstring>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    pub name: String,
    pub kind: MethodKind,
    /// Whether it is an `async def`.
    pub is_async: bool,
    /// Besides the one that the kind needs, which comes before them.
    pub decorators: Vec<Expression>,
    /// Without `self`.
    pub params: Vec<Param>,
    /// Whether the parameters are followed by `/`.
    pub positional_only: bool,
    pub returns: Expression,
    pub doc: Option<Docstring>,
    pub body: Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodKind {
    Instance,
    Static,
    Property,
}

impl MethodKind {
    /// The decorator that makes a function of this kind.
    pub fn decorator(self) -> Option<Symbol> {
        match self {
            MethodKind::Instance => None,
            MethodKind::Static => Some(Symbol::Builtin("staticmethod")),
            MethodKind::Property => Some(Symbol::Builtin("property")),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    pub name: String,
    pub ty: Expression,
    pub default_none: bool,
}

/// What a method does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `...`: a declaration.
    Declared,
    /// `raise X`
    Raise(Expression),
    /// An expression as a statement.
    Evaluate(Expression),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    None,
    True,
    /// A name as it stands, such as a parameter.
    Variable(String),
    /// `"text"`, of characters that need no escape.
    Text(String),
    Symbol(Symbol),
    /// `head[a, b]`; `tuple[()]` has one argument, [`Expression::EmptyTuple`].
    Subscript(Symbol, Vec<Expression>),
    EmptyTuple,
    /// `a | b`
    Union(Vec<Expression>),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `f(a, b, k=v)`
    Call(Symbol, Vec<Expression>, Vec<(&'static str, Expression)>),
}

impl From<Symbol> for Expression {
    fn from(symbol: Symbol) -> Self {
        Expression::Symbol(symbol)
    }
}

/// A name that must be bound where it is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// A built-in: `int`.
    Builtin(&'static str),
    /// Something that generated code imports.
    Library(Library),
    /// A class or alias of the same module.
    Local(String),
    /// A class or alias of another module of the package, bound as `local`.
    Sibling { module: String, name: String, local: String },
    /// A class of a lazy module in one of the package's folders, looked up in there: `imports.random.Random`.
    Lazy { folder: &'static str, module: String, name: String },
}

/// Something outside the package: a module, or a name in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Library {
    pub module: &'static str,
    /// What is imported from the module; `None` imports the module itself.
    pub import: Option<&'static str>,
    /// What of the imported module is meant: `Some` in `dovetail.Some`.
    pub attribute: Option<&'static str>,
}

impl Library {
    const fn name(module: &'static str, import: &'static str) -> Symbol {
        Symbol::Library(Library { module, import: Some(import), attribute: None })
    }

    const fn attribute(module: &'static str, attribute: &'static str) -> Symbol {
        Symbol::Library(Library { module, import: None, attribute: Some(attribute) })
    }
}

/// The things outside the package that generated code uses, all of them.
pub mod library {
    use super::{Library, Symbol};

    pub const ASYNC_RESOURCE: Symbol = Library::attribute("dovetail", "AsyncResource");
    pub const ASYNC_WORLD: Symbol = Library::attribute("dovetail", "AsyncWorld");
    pub const BIND: Symbol = Library::name("dovetail.component", "bind");
    pub const BIND_ASYNC: Symbol = Library::name("dovetail.component", "bind_async");
    pub const BUFFER: Symbol = Library::attribute("dovetail", "Buffer");
    pub const CALLABLE: Symbol = Library::name("collections.abc", "Callable");
    pub const DATACLASS: Symbol = Library::name("dataclasses", "dataclass");
    pub const DEPRECATED: Symbol = Library::attribute("dovetail", "deprecated");
    pub const ENUM: Symbol = Library::attribute("enum", "Enum");
    pub const ERR: Symbol = Library::attribute("dovetail", "Err");
    pub const FLAG: Symbol = Library::attribute("enum", "Flag");
    pub const MAPPING: Symbol = Library::name("collections.abc", "Mapping");
    pub const MAYBE_AWAITABLE: Symbol = Library::attribute("dovetail", "MaybeAwaitable");
    pub const NUMBER_BUFFER: Symbol = Library::attribute("dovetail", "NumberBuffer");
    pub const OK: Symbol = Library::attribute("dovetail", "Ok");
    pub const PROTOCOL: Symbol = Library::name("typing", "Protocol");
    pub const RESOURCE: Symbol = Library::attribute("dovetail", "Resource");
    pub const RUNTIME_CHECKABLE: Symbol = Library::name("typing", "runtime_checkable");
    pub const SEQUENCE: Symbol = Library::name("collections.abc", "Sequence");
    pub const SOME: Symbol = Library::attribute("dovetail", "Some");
    pub const STORE: Symbol = Library::attribute("dovetail", "Store");
    pub const SUBMODULES: Symbol = Library::name("dovetail.component", "submodules");
    pub const TYPE_ALIAS: Symbol = Library::name("typing", "TypeAlias");
    pub const TYPE_CHECKING: Symbol = Library::name("typing", "TYPE_CHECKING");
}
