//! The floor: functions that convert the same values as the benchmark's guest does, and do nothing else. No WebAssembly, no check
//! of a guest, no store: what remains is what PyO3 and CPython cost anybody. Written as one writes such a module with some care:
//! names interned, classes looked up once, no `__init__` run for a value that is made.
//!
//! It is built by `cargo xtask bench`, is no room of the engine, and never ships.

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyType};

/// The classes of the generated package whose values go through.
struct Classes {
    point: Py<PyType>,
    circle: Py<PyType>,
    label: Py<PyType>,
}

static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();

fn classes(py: Python<'_>) -> PyResult<&Classes> {
    CLASSES.get(py).ok_or_else(|| PyRuntimeError::new_err("`use_classes` comes first"))
}

/// `record point`.
#[derive(FromPyObject)]
struct Point {
    x: f64,
    y: f64,
}

impl<'py> IntoPyObject<'py> for Point {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let point = allocate(classes(py)?.point.bind(py))?;
        set(&point, intern!(py, "x"), self.x)?;
        set(&point, intern!(py, "y"), self.y)?;
        Ok(point)
    }
}

/// `variant shape`, of which the benchmark uses two cases.
enum Shape {
    Circle(f64),
    Label(String),
}

impl<'py> FromPyObject<'_, 'py> for Shape {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Shape> {
        let py = value.py();
        let (classes, class) = (classes(py)?, value.get_type());
        let payload = || value.getattr(intern!(py, "value"));
        if class.is(&classes.circle) {
            return Ok(Shape::Circle(payload()?.extract()?));
        }
        if class.is(&classes.label) {
            return Ok(Shape::Label(payload()?.extract()?));
        }
        Err(PyTypeError::new_err("expected a circle or a label"))
    }
}

impl<'py> IntoPyObject<'py> for Shape {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (classes, name) = (classes(py)?, intern!(py, "value"));
        match self {
            Shape::Circle(radius) => {
                let shape = allocate(classes.circle.bind(py))?;
                set(&shape, name, radius)?;
                Ok(shape)
            }
            Shape::Label(text) => {
                let shape = allocate(classes.label.bind(py))?;
                set(&shape, name, text)?;
                Ok(shape)
            }
        }
    }
}

/// An empty instance of a dataclass.
fn allocate<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: a class that Python code defined, whose instances `object.__new__` would make in the same way.
    unsafe { Bound::from_owned_ptr_or_err(class.py(), ffi::PyType_GenericAlloc(class.as_type_ptr(), 0)) }
}

/// `object.__setattr__`, past that of a frozen dataclass.
fn set<'py>(object: &Bound<'py, PyAny>, name: &Bound<'py, PyString>, value: impl IntoPyObject<'py>) -> PyResult<()> {
    let py = object.py();
    let value = value.into_bound_py_any(py)?;
    // SAFETY: three live references.
    let done = unsafe { ffi::PyObject_GenericSetAttr(object.as_ptr(), name.as_ptr(), value.as_ptr()) };
    if done == 0 { Ok(()) } else { Err(PyErr::fetch(py)) }
}

/// What the guest keeps behind a handle.
#[pyclass(frozen)]
struct Accumulator {
    total: f64,
}

#[pymethods]
impl Accumulator {
    #[new]
    fn new(total: f64) -> Accumulator {
        Accumulator { total }
    }

    fn total(&self) -> f64 {
        self.total
    }
}

#[pymodule]
mod floor {
    use super::*;

    #[pymodule_export]
    use super::Accumulator;

    /// Tells which classes the records and variants have.
    #[pyfunction]
    fn use_classes(point: Py<PyType>, circle: Py<PyType>, label: Py<PyType>, py: Python<'_>) -> PyResult<()> {
        CLASSES
            .set(py, Classes { point, circle, label })
            .map_err(|_| PyRuntimeError::new_err("the classes are known already"))
    }

    #[pyfunction]
    fn nothing() {}

    #[pyfunction]
    fn add(left: u32, right: u32) -> u32 {
        left.wrapping_add(right)
    }

    /// As a core function is called, with its store.
    #[pyfunction]
    fn core_add(_store: Bound<'_, PyAny>, left: i32, right: i32) -> i32 {
        left.wrapping_add(right)
    }

    #[pyfunction]
    fn text(v: String) -> String {
        v
    }

    /// Copies as the guest must: into memory of its own.
    #[pyfunction]
    fn length(v: &Bound<'_, PyBytes>) -> usize {
        std::hint::black_box(v.as_bytes().to_vec()).len()
    }

    #[pyfunction]
    fn octets<'py>(v: &Bound<'py, PyBytes>) -> Bound<'py, PyBytes> {
        PyBytes::new(v.py(), &std::hint::black_box(v.as_bytes().to_vec()))
    }

    #[pyfunction]
    fn floats(v: Vec<f64>) -> Vec<f64> {
        v
    }

    #[pyfunction]
    fn points(v: Vec<Point>) -> Vec<Point> {
        v
    }

    #[pyfunction]
    fn a_shape(v: Shape) -> Shape {
        v
    }

    /// Calls a Python function in a loop, each time with the last result.
    #[pyfunction]
    fn call_host(next: &Bound<'_, PyAny>, times: u32) -> PyResult<u32> {
        let mut value = 0;
        for _ in 0..times {
            value = next.call1((value,))?.extract()?;
        }
        Ok(value)
    }
}
