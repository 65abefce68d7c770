//! `wasi:io/streams`: the functions by which a guest reaches [`InputStream`] and [`OutputStream`].

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, HostContext, Linker, LinkerInstance, Resource};

use super::error::{StreamError, stream_result};
use super::failure::StreamFailure;
use super::input::InputStream;
use super::output::OutputStream;
use super::poll::Pollable;
use super::wait::Blocking;
use crate::context::blocking;
use crate::p2::name;
use crate::p2::resources::push;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut streams = linker.instance(&name("io/streams"))?;
    streams.resource::<InputStream>("input-stream")?;
    streams.resource::<OutputStream>("output-stream")?;
    add_input(&mut streams)?;
    add_output(&mut streams)
}

type Input = Borrow<InputStream>;
type Output = Borrow<OutputStream>;

fn add_input(streams: &mut LinkerInstance<'_>) -> Result<()> {
    streams.func("[method]input-stream.read", |context: &mut HostContext<'_>, (this, length): (Input, u64)| {
        input(context, &this, |stream| stream.read(length))
    })?;
    streams.func(
        "[method]input-stream.blocking-read",
        |context: &mut HostContext<'_>, (this, length): (Input, u64)| {
            blocking_input(context, &this, |stream, blocking| stream.blocking_read(length, blocking))
        },
    )?;
    streams.func("[method]input-stream.skip", |context: &mut HostContext<'_>, (this, length): (Input, u64)| {
        input(context, &this, |stream| Ok(stream.read(length)?.len() as u64))
    })?;
    streams.func(
        "[method]input-stream.blocking-skip",
        |context: &mut HostContext<'_>, (this, length): (Input, u64)| {
            blocking_input(context, &this, |stream, blocking| Ok(stream.blocking_read(length, blocking)?.len() as u64))
        },
    )?;
    streams.func("[method]input-stream.subscribe", |context: &mut HostContext<'_>, (this,): (Input,)| {
        let event = context.table().get(&this)?.event();
        push(context, Pollable(event))
    })
}

fn add_output(streams: &mut LinkerInstance<'_>) -> Result<()> {
    streams.func("[method]output-stream.check-write", |context: &mut HostContext<'_>, (this,): (Output,)| {
        output(context, &this, |stream| stream.check_write())
    })?;
    streams.func(
        "[method]output-stream.write",
        |context: &mut HostContext<'_>, (this, bytes): (Output, Vec<u8>)| {
            output(context, &this, |stream| stream.write(&bytes))
        },
    )?;
    streams.func(
        "[method]output-stream.blocking-write-and-flush",
        |context: &mut HostContext<'_>, (this, bytes): (Output, Vec<u8>)| {
            blocking_output(context, &this, |stream, blocking| stream.blocking_write_and_flush(&bytes, blocking))
        },
    )?;
    streams.func("[method]output-stream.flush", |context: &mut HostContext<'_>, (this,): (Output,)| {
        output(context, &this, |stream| stream.flush())
    })?;
    streams.func("[method]output-stream.blocking-flush", |context: &mut HostContext<'_>, (this,): (Output,)| {
        blocking_output(context, &this, |stream, blocking| stream.blocking_flush(blocking))
    })?;
    streams.func("[method]output-stream.subscribe", |context: &mut HostContext<'_>, (this,): (Output,)| {
        let event = context.table().get(&this)?.event();
        push(context, Pollable(event))
    })?;
    streams.func(
        "[method]output-stream.write-zeroes",
        |context: &mut HostContext<'_>, (this, length): (Output, u64)| {
            output(context, &this, |stream| stream.write_zeroes(length))
        },
    )?;
    streams.func(
        "[method]output-stream.blocking-write-zeroes-and-flush",
        |context: &mut HostContext<'_>, (this, length): (Output, u64)| {
            blocking_output(context, &this, |stream, blocking| stream.blocking_write_zeroes_and_flush(length, blocking))
        },
    )?;
    streams.func(
        "[method]output-stream.splice",
        |context: &mut HostContext<'_>, (this, source, length): (Output, Input, u64)| {
            let source = context.table().get(&source)?.clone();
            output(context, &this, |stream| stream.splice(&source, length))
        },
    )?;
    streams.func(
        "[method]output-stream.blocking-splice",
        |context: &mut HostContext<'_>, (this, source, length): (Output, Input, u64)| {
            let source = context.table().get(&source)?.clone();
            blocking_output(context, &this, |stream, blocking| stream.blocking_splice(&source, length, blocking))
        },
    )
}

fn input<T>(
    context: &mut HostContext<'_>,
    this: &Resource<InputStream>,
    operation: impl FnOnce(&InputStream) -> Result<T, StreamFailure>,
) -> Result<Result<T, StreamError>> {
    let result = operation(context.table().get(this)?);
    stream_result(context, result)
}

fn output<T>(
    context: &mut HostContext<'_>,
    this: &Resource<OutputStream>,
    operation: impl FnOnce(&mut OutputStream) -> Result<T, StreamFailure>,
) -> Result<Result<T, StreamError>> {
    let result = operation(context.table().get_mut(this)?);
    stream_result(context, result)
}

/// An operation that may wait, on a handle of its own: the table can change meanwhile.
fn blocking_input<T>(
    context: &mut HostContext<'_>,
    this: &Resource<InputStream>,
    operation: impl FnOnce(&InputStream, &mut Blocking<'_>) -> Result<T, StreamFailure>,
) -> Result<Result<T, StreamError>> {
    let stream = context.table().get(this)?.clone();
    let result = operation(&stream, &mut blocking(context)?);
    stream_result(context, result)
}

/// As [`blocking_input`]. What the operation leaves permitted holds for the guest's handle.
fn blocking_output<T>(
    context: &mut HostContext<'_>,
    this: &Resource<OutputStream>,
    operation: impl FnOnce(&mut OutputStream, &mut Blocking<'_>) -> Result<T, StreamFailure>,
) -> Result<Result<T, StreamError>> {
    let mut stream = context.table().get(this)?.clone();
    let result = operation(&mut stream, &mut blocking(context)?);
    context.table().get_mut(this)?.adopt_permission(&stream);
    stream_result(context, result)
}
