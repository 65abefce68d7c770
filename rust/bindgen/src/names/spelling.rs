//! How the code of one module reaches the names that it uses: which imports it needs, what they are called where WIT
//! has taken the usual name, and which built-ins a class hides from its own annotations.

use std::collections::{BTreeMap, BTreeSet};

use super::order;
use crate::model::{Body, Class, Expression, Item, Library, Member, Module, Symbol, library};

/// The import statements of a module, and the spelling of each symbol.
pub struct Spelling {
    /// Standard library, third party, own package: each sorted.
    pub imports: Vec<Vec<Import>>,
    /// Everything that WIT binds in the module or in one of its classes.
    bound: BTreeSet<String>,
    /// What is bound in the module's own namespace.
    global: BTreeSet<String>,
}

/// One import statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import {
    /// `import module as alias`
    Module { module: String, alias: Option<String> },
    /// `from module import names`; a name that gets an alias has a statement for itself.
    Names { module: String, names: Vec<String>, alias: Option<String> },
}

impl Spelling {
    pub fn new(module: &Module) -> Self {
        let mut global = BTreeSet::new();
        let mut bound = BTreeSet::new();
        for item in &module.items {
            match item {
                Item::Class(class) => {
                    global.insert(class.name.clone());
                    bound.extend(class.members.iter().map(|member| member.name().to_string()));
                }
                Item::Alias(alias) => {
                    global.insert(alias.name.clone());
                }
            }
        }
        let mut uses = Uses::default();
        uses.module(module);
        global.extend(uses.siblings.iter().map(|(_, _, local)| local.clone()));
        global.extend(module.lazy.iter().cloned());
        bound.extend(global.iter().cloned());
        let mut spelling = Self { imports: Vec::new(), bound, global };
        spelling.imports = spelling.statements(module, &uses);
        spelling
    }

    /// How a symbol is written inside `class`, or at the top of the module.
    pub fn text(&self, symbol: &Symbol, class: Option<&Class>) -> String {
        match symbol {
            Symbol::Local(name) | Symbol::Sibling { local: name, .. } => name.clone(),
            Symbol::Lazy { folder, module, name } => format!("{}.{module}.{name}", self.unless_bound(folder)),
            Symbol::Builtin(name) => {
                if self.is_hidden(name, class) {
                    format!("{}.{name}", self.library(BUILTINS))
                } else {
                    (*name).to_string()
                }
            }
            Symbol::Library(library) => match library.attribute {
                Some(attribute) => format!("{}.{attribute}", self.library(*library)),
                None => self.library(*library),
            },
        }
    }

    fn is_hidden(&self, builtin: &str, class: Option<&Class>) -> bool {
        self.global.contains(builtin)
            || class.is_some_and(|class| class.members.iter().any(|member| member.name() == builtin))
    }

    /// What the module calls an imported module or name.
    fn library(&self, library: Library) -> String {
        self.unless_bound(library.import.unwrap_or(library.module))
    }

    /// The usual name, or another one where WIT has taken it.
    fn unless_bound(&self, name: &str) -> String {
        if self.bound.contains(name) { format!("_{name}") } else { name.to_string() }
    }

    fn statements(&self, module: &Module, uses: &Uses) -> Vec<Vec<Import>> {
        let mut libraries = uses.libraries.clone();
        if uses.builtins.iter().any(|(name, members)| self.global.contains(*name) || members.contains(*name)) {
            libraries.insert((BUILTINS.module, BUILTINS.import));
        }
        let mut sections = Vec::new();
        for third_party in [false, true] {
            let section = libraries.iter().filter(|(module, _)| module.starts_with("dovetail") == third_party);
            let mut modules = Vec::new();
            let mut names: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
            for (module, import) in section {
                let local = self.library(Library { module, import: *import, attribute: None });
                match import {
                    Some(name) => names.entry((*module).to_string()).or_default().push(((*name).to_string(), local)),
                    None => modules.push(Import::Module {
                        module: (*module).to_string(),
                        alias: (local != *module).then_some(local),
                    }),
                }
            }
            modules.extend(from_imports(names.into_iter().collect()));
            sections.push(modules);
        }
        sections.push(self.relative(module, uses));
        sections.retain(|section| !section.is_empty());
        sections
    }

    fn relative(&self, module: &Module, uses: &Uses) -> Vec<Import> {
        let mut names: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for folder in &uses.folders {
            let bound = ((*folder).to_string(), self.unless_bound(folder));
            names.entry(relative_path(module, "")).or_default().push(bound);
        }
        for (target, name, local) in &uses.siblings {
            names.entry(relative_path(module, target)).or_default().push((name.clone(), local.clone()));
        }
        let mut names: Vec<_> = names.into_iter().collect();
        // The furthest first.
        names.sort_by_key(|(path, _)| std::cmp::Reverse(path.chars().take_while(|c| *c == '.').count()));
        from_imports(names)
    }
}

const BUILTINS: Library = Library { module: "builtins", import: None, attribute: None };

fn from_imports(modules: Vec<(String, Vec<(String, String)>)>) -> Vec<Import> {
    let mut statements = Vec::new();
    for (module, mut names) in modules {
        names.sort_by_key(|(name, _)| order::import_key(name));
        let mut plain: Option<usize> = None;
        for (name, local) in names {
            let alias = (name != local).then_some(local);
            match (plain.and_then(|position| statements.get_mut(position)), &alias) {
                (Some(Import::Names { names, .. }), None) => names.push(name),
                (Some(_) | None, _) => {
                    if alias.is_none() {
                        plain = Some(statements.len());
                    }
                    statements.push(Import::Names { module: module.clone(), names: vec![name], alias });
                }
            }
        }
    }
    statements
}

/// How `module` writes the way to the module `target` of the same package.
fn relative_path(module: &Module, target: &str) -> String {
    let mut folder: Vec<&str> = module.path.split('.').filter(|part| !part.is_empty()).collect();
    if !module.is_package {
        folder.pop();
    }
    let target: Vec<&str> = target.split('.').filter(|part| !part.is_empty()).collect();
    let common = folder.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let dots = folder.len() - common + 1;
    format!("{}{}", ".".repeat(dots), target.get(common..).unwrap_or_default().join("."))
}

/// Everything that a module's code refers to.
#[derive(Default)]
struct Uses<'a> {
    libraries: BTreeSet<(&'static str, Option<&'static str>)>,
    siblings: BTreeSet<(String, String, String)>,
    /// The folders in which lazy modules are looked up.
    folders: BTreeSet<&'static str>,
    /// Built-ins, each with the members of the class in which it is used.
    builtins: Vec<(&'static str, BTreeSet<&'a str>)>,
}

impl<'a> Uses<'a> {
    fn module(&mut self, module: &'a Module) {
        for symbol in &module.reexports {
            self.symbol(symbol, None);
        }
        if !module.lazy.is_empty() {
            self.symbol(&library::TYPE_CHECKING, None);
            self.symbol(&library::SUBMODULES, None);
        }
        for item in &module.items {
            match item {
                Item::Class(class) => self.class(class),
                Item::Alias(alias) => {
                    self.symbol(&library::TYPE_ALIAS, None);
                    self.expression(&alias.ty, None);
                }
            }
        }
    }

    fn class(&mut self, class: &'a Class) {
        for expression in class.decorators.iter().chain(&class.bases) {
            self.expression(expression, None);
        }
        for member in &class.members {
            match member {
                Member::Field(field) => self.expression(&field.ty, Some(class)),
                Member::Constant(_) => {}
                Member::Method(method) => {
                    if let Some(decorator) = method.kind.decorator() {
                        self.symbol(&decorator, Some(class));
                    }
                    for decorator in &method.decorators {
                        self.expression(decorator, Some(class));
                    }
                    for param in &method.params {
                        self.expression(&param.ty, Some(class));
                    }
                    self.expression(&method.returns, Some(class));
                    match &method.body {
                        Body::Declared => {}
                        Body::Raise(expression) | Body::Evaluate(expression) => self.expression(expression, None),
                    }
                }
            }
        }
    }

    fn expression(&mut self, expression: &Expression, class: Option<&'a Class>) {
        match expression {
            Expression::None | Expression::True | Expression::EmptyTuple => {}
            Expression::Variable(_) | Expression::Text(_) => {}
            Expression::Symbol(symbol) => self.symbol(symbol, class),
            Expression::Subscript(head, arguments) => {
                self.symbol(head, class);
                arguments.iter().for_each(|argument| self.expression(argument, class));
            }
            Expression::Union(parts) | Expression::List(parts) => {
                parts.iter().for_each(|part| self.expression(part, class));
            }
            Expression::Call(callee, arguments, keywords) => {
                self.symbol(callee, class);
                arguments.iter().for_each(|argument| self.expression(argument, class));
                keywords.iter().for_each(|(_, argument)| self.expression(argument, class));
            }
        }
    }

    fn symbol(&mut self, symbol: &Symbol, class: Option<&'a Class>) {
        match symbol {
            Symbol::Local(_) => {}
            Symbol::Builtin(name) => {
                let members = class.map(|class| class.members.iter().map(Member::name).collect()).unwrap_or_default();
                self.builtins.push((name, members));
            }
            Symbol::Library(library) => {
                self.libraries.insert((library.module, library.import));
            }
            Symbol::Lazy { folder, module: _, name: _ } => {
                self.folders.insert(folder);
            }
            Symbol::Sibling { module, name, local } => {
                self.siblings.insert((module.clone(), name.clone(), local.clone()));
            }
        }
    }
}
