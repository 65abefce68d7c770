//! How a package is to look: what the command line and `generate()` in Python let their users choose.

pub use dovetail_environ::binding::Results;

/// How a package is to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The name of the package; by default the world's.
    pub name: Option<String>,
    /// The world to generate. A component has one only; of WIT any world that its package has.
    pub world: Option<String>,
    /// What becomes of the `result` that a function returns.
    pub results: Results,
    /// Whether the module of each interface is named by namespace, package and version too.
    pub full_names: bool,
    /// WIT names of imported interfaces, and what Python is to call their modules.
    pub import_names: Vec<(String, String)>,
    /// The features whose `@unstable` items the WIT is to have.
    pub features: Vec<String>,
}
