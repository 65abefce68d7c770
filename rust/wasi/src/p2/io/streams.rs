//! `wasi:io/streams`: the functions by which a guest reaches [`InputStream`] and [`OutputStream`].

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, HostContext, Linker, LinkerInstance, Resource};

use super::error::{StreamError, stream_result};
use super::failure::StreamFailure;
use super::input::InputStream;
use super::output::OutputStream;
use super::poll::Pollable;
use super::wait::Waiter;
use crate::context::wasi;
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
        input(context, &this, |stream, _| stream.read(length))
    })?;
    streams.func(
        "[method]input-stream.blocking-read",
        |context: &mut HostContext<'_>, (this, length): (Input, u64)| {
            input(context, &this, |stream, waiter| stream.blocking_read(length, waiter))
        },
    )?;
    streams.func("[method]input-stream.skip", |context: &mut HostContext<'_>, (this, length): (Input, u64)| {
        input(context, &this, |stream, _| Ok(stream.read(length)?.len() as u64))
    })?;
    streams.func(
        "[method]input-stream.blocking-skip",
        |context: &mut HostContext<'_>, (this, length): (Input, u64)| {
            input(context, &this, |stream, waiter| Ok(stream.blocking_read(length, waiter)?.len() as u64))
        },
    )?;
    streams.func("[method]input-stream.subscribe", |context: &mut HostContext<'_>, (this,): (Input,)| {
        let event = context.table().get(&this)?.event();
        push(context, Pollable(event))
    })
}

fn add_output(streams: &mut LinkerInstance<'_>) -> Result<()> {
    streams.func("[method]output-stream.check-write", |context: &mut HostContext<'_>, (this,): (Output,)| {
        output(context, &this, |stream, _| stream.check_write())
    })?;
    streams.func(
        "[method]output-stream.write",
        |context: &mut HostContext<'_>, (this, bytes): (Output, Vec<u8>)| {
            output(context, &this, |stream, _| stream.write(&bytes))
        },
    )?;
    streams.func(
        "[method]output-stream.blocking-write-and-flush",
        |context: &mut HostContext<'_>, (this, bytes): (Output, Vec<u8>)| {
            output(context, &this, |stream, waiter| stream.blocking_write_and_flush(&bytes, waiter))
        },
    )?;
    streams.func("[method]output-stream.flush", |context: &mut HostContext<'_>, (this,): (Output,)| {
        output(context, &this, |stream, _| stream.flush())
    })?;
    streams.func("[method]output-stream.blocking-flush", |context: &mut HostContext<'_>, (this,): (Output,)| {
        output(context, &this, |stream, waiter| stream.blocking_flush(waiter))
    })?;
    streams.func("[method]output-stream.subscribe", |context: &mut HostContext<'_>, (this,): (Output,)| {
        let event = context.table().get(&this)?.event();
        push(context, Pollable(event))
    })?;
    streams.func(
        "[method]output-stream.write-zeroes",
        |context: &mut HostContext<'_>, (this, length): (Output, u64)| {
            output(context, &this, |stream, _| stream.write_zeroes(length))
        },
    )?;
    streams.func(
        "[method]output-stream.blocking-write-zeroes-and-flush",
        |context: &mut HostContext<'_>, (this, length): (Output, u64)| {
            output(context, &this, |stream, waiter| stream.blocking_write_zeroes_and_flush(length, waiter))
        },
    )?;
    streams.func(
        "[method]output-stream.splice",
        |context: &mut HostContext<'_>, (this, source, length): (Output, Input, u64)| {
            let source = context.table().get(&source)?.clone();
            output(context, &this, |stream, _| stream.splice(&source, length))
        },
    )?;
    streams.func(
        "[method]output-stream.blocking-splice",
        |context: &mut HostContext<'_>, (this, source, length): (Output, Input, u64)| {
            let source = context.table().get(&source)?.clone();
            output(context, &this, |stream, waiter| stream.blocking_splice(&source, length, waiter))
        },
    )
}

fn input<T>(
    context: &mut HostContext<'_>,
    this: &Resource<InputStream>,
    operation: impl FnOnce(&InputStream, &Waiter) -> Result<T, StreamFailure>,
) -> Result<Result<T, StreamError>> {
    let waiter = wasi(context)?.waiter.clone();
    let result = operation(context.table().get(this)?, &waiter);
    stream_result(context, result)
}

fn output<T>(
    context: &mut HostContext<'_>,
    this: &Resource<OutputStream>,
    operation: impl FnOnce(&mut OutputStream, &Waiter) -> Result<T, StreamFailure>,
) -> Result<Result<T, StreamError>> {
    let waiter = wasi(context)?.waiter.clone();
    let result = operation(context.table().get_mut(this)?, &waiter);
    stream_result(context, result)
}
