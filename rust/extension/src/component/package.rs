//! A generated package, loaded: its plan, its component and its classes. Kept on the Python package's module, so that all
//! instances share it.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use dovetail_runtime as runtime;
use dovetail_runtime::abi::ResourceIndex;
use dovetail_runtime::binding::{Binding, ClassName, FunctionFace, FunctionKind, InterfaceFace, PackagePlan};
use dovetail_runtime::component::{Component, HostSignature};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert::ClassTable;
use crate::engine::Engine;
use crate::errors::{cannot_compile, to_python};
use crate::progress::Progress;

/// What all instances of a package share.
pub struct Package {
    /// The Python package's name.
    pub name: String,
    /// The name of its plan.
    plan: String,
    /// What the package's Python must have too; `None` in a package that is older than fingerprints.
    fingerprint: Option<String>,
    pub binding: Binding,
    pub signatures: Signatures,
    pub classes: ClassTable,
    pub component: Component,
    /// Set when an instance has got all its exports: the names and types of the package are the component's.
    pub exports_fit: OnceLock<()>,
}

/// The functions of `binding`, as the runtime takes them: by interface and function.
pub struct Signatures {
    pub imports: Vec<Vec<HostSignature>>,
    pub exports: Vec<Vec<HostSignature>>,
}

impl Signatures {
    fn new(binding: &Binding) -> Signatures {
        let types = Arc::new(binding.types.clone());
        let of_function = |function: &FunctionFace| HostSignature::new(types.clone(), function.ty.clone());
        let of_face = |face: &InterfaceFace| face.functions.iter().map(of_function).collect();
        Signatures {
            imports: binding.imports.iter().map(of_face).collect(),
            exports: binding.exports.iter().map(of_face).collect(),
        }
    }
}

impl Package {
    /// The name of the world's class.
    pub fn world(&self, asynchronous: bool) -> &str {
        let found = self.binding.asynchronous.as_ref().filter(|_| asynchronous);
        found.unwrap_or(&self.binding.world)
    }

    /// The Protocol of an interface.
    pub fn interface_class<'a>(&self, interface: &'a InterfaceFace, asynchronous: bool) -> Option<&'a ClassName> {
        let found = interface.asynchronous.as_ref().filter(|_| asynchronous);
        found.or(interface.class.as_ref())
    }

    /// The Protocol of a resource.
    pub fn resource_class(&self, resource: ResourceIndex, asynchronous: bool) -> &ClassName {
        let face = &self.binding.resources[resource];
        let found = face.asynchronous.as_ref().filter(|_| asynchronous);
        found.unwrap_or(&face.class)
    }

    /// Refuses Python that was not generated together with the plan.
    pub fn check_fingerprint(&self, py: Python<'_>, python: Option<&str>) -> PyResult<()> {
        if self.fingerprint.as_deref() == python {
            return Ok(());
        }
        let shown = |fingerprint: Option<&str>| match fingerprint {
            Some(fingerprint) => format!("the fingerprint {fingerprint}"),
            None => "no fingerprint".to_owned(),
        };
        let message = format!(
            "`{}` and its `{}` were not generated together: the Python has {}, the plan {}: generate the package again",
            self.name,
            self.plan,
            shown(python),
            shown(self.fingerprint.as_deref())
        );
        Err(cannot_compile(py, message))
    }
}

/// A package on its Python module, with what must not have changed since.
#[pyclass(frozen, module = "dovetail._engine", name = "_Package")]
pub struct LoadedPackage {
    key: String,
    engine: runtime::Engine,
    package: Arc<Package>,
}

impl LoadedPackage {
    pub fn package(&self) -> &Arc<Package> {
        &self.package
    }
}

/// An interface as Python looks through it: its name, its attribute, its functions (WebAssembly's name, Python's name, kind,
/// attribute of its resource) and its resources (name, attribute).
type Described<'a> =
    (Option<&'a str>, Option<&'a str>, Vec<(&'a str, &'a str, &'static str, Option<&'a str>)>, Vec<(&'a str, &'a str)>);

#[pymethods]
impl LoadedPackage {
    /// The name of the world's class.
    #[getter]
    fn world(&self) -> &str {
        &self.package.binding.world
    }

    /// The name of the class of the world's asynchronous face, where the package has that face.
    #[getter]
    fn async_world(&self) -> Option<&str> {
        self.package.binding.asynchronous.as_deref()
    }

    /// The imported interfaces, and the world's own functions under the name `None`.
    fn imports(&self) -> Vec<Described<'_>> {
        self.package.binding.imports.iter().map(|face| self.describe(face)).collect()
    }

    /// The exported interfaces, and the world's own functions under the name `None`.
    fn exports(&self) -> Vec<Described<'_>> {
        self.package.binding.exports.iter().map(|face| self.describe(face)).collect()
    }
}

impl LoadedPackage {
    fn describe<'a>(&'a self, face: &'a InterfaceFace) -> Described<'a> {
        let resources = &self.package.binding.resources;
        let functions = face.functions.iter().map(|function| {
            let (kind, resource) = match function.kind {
                FunctionKind::Free => ("free", None),
                FunctionKind::Constructor(resource) => ("constructor", Some(resource)),
                FunctionKind::Method(resource) => ("method", Some(resource)),
                FunctionKind::Static(resource) => ("static", Some(resource)),
            };
            let attribute = resource.map(|resource| resources[resource].attribute.as_str());
            (function.name.as_str(), function.python.as_str(), kind, attribute)
        });
        let declared =
            face.resources.iter().map(|index| (resources[*index].name.as_str(), resources[*index].attribute.as_str()));
        (face.name.as_deref(), face.attribute.as_deref(), functions.collect(), declared.collect())
    }
}

/// The attribute of the Python module.
const ATTRIBUTE: &str = "__dovetail_package__";

/// Loads a package, or takes what was loaded before.
pub fn load(py: Python<'_>, name: &str, engine: &Engine) -> PyResult<Arc<Package>> {
    load_object(py, name, engine).map(|loaded| loaded.get().package.clone())
}

/// As `load`, with the object that Python keeps on the package's module.
pub fn load_object<'py>(py: Python<'py>, name: &str, engine: &Engine) -> PyResult<Bound<'py, LoadedPackage>> {
    let located = py.import(intern!(py, "dovetail._package"))?.getattr(intern!(py, "locate"))?.call1((name,))?;
    let (key, plan, read): (String, String, Bound<'_, PyAny>) = located.extract()?;
    let module = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.get_item(name)?;
    if let Ok(loaded) = module.getattr(ATTRIBUTE)
        && let Ok(loaded) = loaded.cast_into::<LoadedPackage>()
        && loaded.get().key == key
        && loaded.get().engine.same(engine.runtime())
    {
        return Ok(loaded);
    }
    let package = Arc::new(read_package(py, name, &key, &plan, &read, engine)?);
    let loaded = Bound::new(py, LoadedPackage { key, engine: engine.runtime().clone(), package })?;
    module.setattr(ATTRIBUTE, &loaded)?;
    Ok(loaded)
}

/// Gives a package that was generated from a component's own bytes that component, which is compiled already.
pub fn adopt<'py>(py: Python<'py>, name: &str, component: &Component) -> PyResult<Bound<'py, LoadedPackage>> {
    let located = py.import(intern!(py, "dovetail._package"))?.getattr(intern!(py, "locate"))?.call1((name,))?;
    let (key, plan_name, read): (String, String, Bound<'_, PyAny>) = located.extract()?;
    let PackagePlan { fingerprint, plan, binding, .. } = read_plan(py, &plan_name, &read)?;
    if plan.fingerprint != component.plan().fingerprint {
        return Err(cannot_compile(py, format!("`{name}` was generated from another component")));
    }
    let package = Package {
        name: name.to_owned(),
        plan: plan_name,
        fingerprint,
        signatures: Signatures::new(&binding),
        classes: ClassTable::new(name.to_owned(), &binding),
        binding,
        component: component.clone(),
        exports_fit: OnceLock::new(),
    };
    let loaded = LoadedPackage { key, engine: component.engine().clone(), package: Arc::new(package) };
    let loaded = Bound::new(py, loaded)?;
    py.import(name)?.setattr(ATTRIBUTE, &loaded)?;
    Ok(loaded)
}

/// What stands for a package where WIT cannot express a component: no names, and no types that need a class.
pub fn without_names<'py>(py: Python<'py>, component: &Component) -> PyResult<Bound<'py, LoadedPackage>> {
    let binding = Binding::of_plan(component.plan());
    let package = Package {
        name: String::new(),
        plan: String::new(),
        fingerprint: None,
        signatures: Signatures::new(&binding),
        classes: ClassTable::new(String::new(), &binding),
        binding,
        component: component.clone(),
        exports_fit: OnceLock::new(),
    };
    Bound::new(py, LoadedPackage { key: String::new(), engine: component.engine().clone(), package: Arc::new(package) })
}

fn read_plan(py: Python<'_>, plan_name: &str, read: &Bound<'_, PyAny>) -> PyResult<PackagePlan> {
    let plan = read.call1((plan_name,))?;
    PackagePlan::read(plan.cast::<PyBytes>()?.as_bytes())
        .map_err(|error| cannot_compile(py, format!("`{plan_name}` {error}")))
}

fn read_package(
    py: Python<'_>,
    name: &str,
    key: &str,
    plan_name: &str,
    read: &Bound<'_, PyAny>,
    engine: &Engine,
) -> PyResult<Package> {
    let PackagePlan { fingerprint, plan, binding, .. } = read_plan(py, plan_name, read)?;
    let stem = plan_name.trim_end_matches(".plan.json");
    let component = engine.component(key, || {
        // Read first, while attached; compile afterwards, while other threads may run.
        let modules = (0..plan.modules.len())
            .map(|number| {
                let contents = read.call1((format!("{stem}.core{number}.wasm"),))?;
                Ok(contents.cast_into::<PyBytes>()?)
            })
            .collect::<PyResult<Vec<_>>>()?;
        let modules: Vec<&[u8]> = modules.iter().map(|bytes| bytes.as_bytes()).collect();
        let progress = Progress::new();
        let engine = engine.runtime();
        let compiled = py.detach(|| {
            Component::load(
                engine,
                plan,
                &mut |index| {
                    let bytes = modules.get(index.as_u32() as usize);
                    bytes.map(|bytes| Cow::Borrowed(*bytes)).ok_or_else(|| std::io::ErrorKind::NotFound.into())
                },
                &|done, all| progress.update(done, all),
            )
        });
        compiled.map_err(|error| to_python(py, error))
    })?;
    let classes = ClassTable::new(name.to_owned(), &binding);
    Ok(Package {
        name: name.to_owned(),
        plan: plan_name.to_owned(),
        fingerprint,
        signatures: Signatures::new(&binding),
        binding,
        classes,
        component,
        exports_fit: OnceLock::new(),
    })
}
