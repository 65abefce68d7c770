//! How a package is to look: what the command line and `generate()` in Python let their users choose.

pub use dovetail_environ::binding::Results;

/// Which faces of its world a package has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// Calls return when they are done.
    #[default]
    Sync,
    /// Calls are awaited.
    Async,
    Both,
}

/// What a list of numbers becomes that a component gives; one of `u8` is always `bytes`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NumberLists {
    /// A `list`, with an object for each number.
    #[default]
    List,
    /// A buffer that holds all of them as one block.
    Buffer,
}

/// One of the two ways to call the functions of a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Face {
    Sync,
    Async,
}

impl Mode {
    /// The faces, in the order in which they are written.
    pub(crate) fn faces(self) -> &'static [Face] {
        match self {
            Mode::Sync => &[Face::Sync],
            Mode::Async => &[Face::Async],
            Mode::Both => &[Face::Sync, Face::Async],
        }
    }

    pub(crate) fn has(self, face: Face) -> bool {
        self.faces().contains(&face)
    }

    /// The face that names what a package has once for all its faces.
    pub(crate) fn first(self) -> Face {
        match self {
            Mode::Sync | Mode::Both => Face::Sync,
            Mode::Async => Face::Async,
        }
    }
}

/// How a package is to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The name of the package; by default the world's.
    pub name: Option<String>,
    /// The world to generate. A component has one only; of WIT any world that its package has.
    pub world: Option<String>,
    /// What becomes of the `result` that a function returns.
    pub results: Results,
    /// Which faces of its world the package has.
    pub mode: Mode,
    /// What a list of numbers is in Python.
    pub number_lists: NumberLists,
    /// Whether the module of each interface is named by namespace, package and version too.
    pub full_names: bool,
    /// WIT names of imported interfaces, and what Python is to call their modules.
    pub import_names: Vec<(String, String)>,
    /// The features whose `@unstable` items the WIT is to have.
    pub features: Vec<String>,
}
