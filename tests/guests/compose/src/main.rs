//! `compose SOCKET PLUG OUTPUT`: makes one component file of two, as `wac plug` does. Runs on the host, when the guests are built.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, PackageId, plug};

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [socket, plugged, output] = arguments.as_slice() else {
        bail!("usage: compose SOCKET PLUG OUTPUT");
    };
    let mut graph = CompositionGraph::new();
    let socket = register(&mut graph, Path::new(socket), "tests:socket")?;
    let plugged = register(&mut graph, Path::new(plugged), "tests:plug")?;
    plug(&mut graph, vec![plugged], socket).context("the plug does not fit")?;
    let bytes = graph.encode(EncodeOptions::default()).context("cannot encode the composition")?;
    fs::write(output, bytes).with_context(|| format!("cannot write {}", Path::new(output).display()))
}

fn register(graph: &mut CompositionGraph, path: &Path, name: &str) -> Result<PackageId> {
    let package = Package::from_file(name, None, path, graph.types_mut())
        .with_context(|| format!("{} is not a component", path.display()))?;
    Ok(graph.register_package(package)?)
}
