//! `wasi:filesystem/types` and `preopens`: the functions by which a guest reaches [`Descriptor`].

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, HostContext, Linker, LinkerInstance, Resource};

use super::descriptor::Descriptor;
use super::entries::DirectoryEntryStream;
use super::types::{Advice, DescriptorFlags, ErrorCode, NewTimestamp, OpenFlags, PathFlags};
use crate::context::wasi;
use crate::p2::io::failure::IoError;
use crate::p2::{name, resources};

type This = Borrow<Descriptor>;

pub(in crate::p2) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut types = linker.instance(&name("filesystem/types"))?;
    types.resource::<Descriptor>("descriptor")?;
    types.resource::<DirectoryEntryStream>("directory-entry-stream")?;
    add_streams(&mut types)?;
    add_file(&mut types)?;
    add_either(&mut types)?;
    add_directory(&mut types)?;
    add_two_directories(&mut types)?;
    add_metadata(&mut types)?;
    types.func(
        "[method]directory-entry-stream.read-directory-entry",
        |context: &mut HostContext<'_>, (this,): (Borrow<DirectoryEntryStream>,)| {
            Ok(context.table().get_mut(&this)?.read())
        },
    )?;
    types.func("filesystem-error-code", |context: &mut HostContext<'_>, (error,): (Borrow<IoError>,)| {
        Ok(Some(ErrorCode::from(&context.table().get(&error)?.0)))
    })?;
    linker.instance(&name("filesystem/preopens"))?.func("get-directories", get_directories)
}

/// Each call gives new descriptors of the same directories.
fn get_directories(context: &mut HostContext<'_>, (): ()) -> Result<Vec<(Resource<Descriptor>, String)>> {
    let preopens = wasi(context)?.preopens.clone();
    preopens
        .into_iter()
        .map(|(directory, path)| Ok((resources::push(context, Descriptor::Directory(directory))?, path)))
        .collect()
}

/// A result whose success is a new resource.
fn push<T: Send + 'static>(
    context: &mut HostContext<'_>,
    result: Result<T, ErrorCode>,
) -> Result<Result<Resource<T>, ErrorCode>> {
    match result {
        Ok(value) => Ok(Ok(resources::push(context, value)?)),
        Err(code) => Ok(Err(code)),
    }
}

fn add_streams(types: &mut LinkerInstance<'_>) -> Result<()> {
    types.func(
        "[method]descriptor.read-via-stream",
        |context: &mut HostContext<'_>, (this, offset): (This, u64)| {
            let stream = context.table().get(&this)?.file().and_then(|file| file.read_via_stream(offset));
            push(context, stream)
        },
    )?;
    types.func(
        "[method]descriptor.write-via-stream",
        |context: &mut HostContext<'_>, (this, offset): (This, u64)| {
            let stream = context.table().get(&this)?.file().and_then(|file| file.write_via_stream(offset));
            push(context, stream)
        },
    )?;
    types.func("[method]descriptor.append-via-stream", |context: &mut HostContext<'_>, (this,): (This,)| {
        let stream = context.table().get(&this)?.file().and_then(|file| file.append_via_stream());
        push(context, stream)
    })?;
    types.func("[method]descriptor.read-directory", |context: &mut HostContext<'_>, (this,): (This,)| {
        let entries = context.table().get(&this)?.directory().and_then(|directory| directory.read_directory());
        push(context, entries)
    })
}

fn add_file(types: &mut LinkerInstance<'_>) -> Result<()> {
    types.func(
        "[method]descriptor.advise",
        |context: &mut HostContext<'_>, (this, offset, length, advice): (This, u64, u64, Advice)| {
            Ok(context.table().get(&this)?.file().and_then(|file| file.advise(offset, length, advice)))
        },
    )?;
    types.func("[method]descriptor.set-size", |context: &mut HostContext<'_>, (this, size): (This, u64)| {
        Ok(context.table().get(&this)?.file().and_then(|file| file.set_size(size)))
    })?;
    types.func(
        "[method]descriptor.read",
        |context: &mut HostContext<'_>, (this, length, offset): (This, u64, u64)| {
            Ok(context.table().get(&this)?.file().and_then(|file| file.read(length, offset)))
        },
    )?;
    types.func(
        "[method]descriptor.write",
        |context: &mut HostContext<'_>, (this, buffer, offset): (This, Vec<u8>, u64)| {
            Ok(context.table().get(&this)?.file().and_then(|file| file.write(&buffer, offset)))
        },
    )
}

fn add_either(types: &mut LinkerInstance<'_>) -> Result<()> {
    types.func("[method]descriptor.sync-data", |context: &mut HostContext<'_>, (this,): (This,)| {
        Ok(context.table().get(&this)?.sync_data())
    })?;
    types.func("[method]descriptor.sync", |context: &mut HostContext<'_>, (this,): (This,)| {
        Ok(context.table().get(&this)?.sync())
    })?;
    types.func("[method]descriptor.get-flags", |context: &mut HostContext<'_>, (this,): (This,)| {
        let flags: Result<DescriptorFlags, ErrorCode> = Ok(context.table().get(&this)?.flags());
        Ok(flags)
    })?;
    types.func("[method]descriptor.get-type", |context: &mut HostContext<'_>, (this,): (This,)| {
        Ok(context.table().get(&this)?.descriptor_type())
    })?;
    types.func(
        "[method]descriptor.set-times",
        |context: &mut HostContext<'_>, (this, access, modification): (This, NewTimestamp, NewTimestamp)| {
            Ok(context.table().get(&this)?.set_times(access, modification))
        },
    )?;
    types.func("[method]descriptor.is-same-object", |context: &mut HostContext<'_>, (this, other): (This, This)| {
        let other = context.table().get(&other)?.clone();
        Ok(context.table().get(&this)?.is_same_object(&other))
    })
}

fn add_directory(types: &mut LinkerInstance<'_>) -> Result<()> {
    types.func(
        "[method]descriptor.create-directory-at",
        |context: &mut HostContext<'_>, (this, path): (This, String)| {
            Ok(context.table().get(&this)?.directory().and_then(|directory| directory.create_directory_at(&path)))
        },
    )?;
    types.func(
        "[method]descriptor.open-at",
        |context: &mut HostContext<'_>,
         (this, path_flags, path, open_flags, flags): (This, PathFlags, String, OpenFlags, DescriptorFlags)| {
            let directory = context.table().get(&this)?.directory();
            let opened = directory.and_then(|directory| directory.open_at(path_flags, &path, open_flags, flags));
            push(context, opened)
        },
    )?;
    types.func("[method]descriptor.readlink-at", |context: &mut HostContext<'_>, (this, path): (This, String)| {
        Ok(context.table().get(&this)?.directory().and_then(|directory| directory.readlink_at(&path)))
    })?;
    types.func(
        "[method]descriptor.remove-directory-at",
        |context: &mut HostContext<'_>, (this, path): (This, String)| {
            Ok(context.table().get(&this)?.directory().and_then(|directory| directory.remove_directory_at(&path)))
        },
    )?;
    types.func(
        "[method]descriptor.symlink-at",
        |context: &mut HostContext<'_>, (this, old_path, new_path): (This, String, String)| {
            Ok(context.table().get(&this)?.directory().and_then(|directory| directory.symlink_at(&old_path, &new_path)))
        },
    )?;
    types.func("[method]descriptor.unlink-file-at", |context: &mut HostContext<'_>, (this, path): (This, String)| {
        Ok(context.table().get(&this)?.directory().and_then(|directory| directory.unlink_file_at(&path)))
    })
}

fn add_two_directories(types: &mut LinkerInstance<'_>) -> Result<()> {
    types.func(
        "[method]descriptor.link-at",
        |context: &mut HostContext<'_>,
         (this, old_path_flags, old_path, new_descriptor, new_path): (This, PathFlags, String, This, String)| {
            let new_descriptor = context.table().get(&new_descriptor)?.clone();
            let new_directory = new_descriptor.directory();
            let directory = context.table().get(&this)?.directory();
            Ok(directory.and_then(|directory| directory.link_at(old_path_flags, &old_path, new_directory?, &new_path)))
        },
    )?;
    types.func(
        "[method]descriptor.rename-at",
        |context: &mut HostContext<'_>, (this, old_path, new_descriptor, new_path): (This, String, This, String)| {
            let new_descriptor = context.table().get(&new_descriptor)?.clone();
            let new_directory = new_descriptor.directory();
            let directory = context.table().get(&this)?.directory();
            Ok(directory.and_then(|directory| directory.rename_at(&old_path, new_directory?, &new_path)))
        },
    )
}

fn add_metadata(types: &mut LinkerInstance<'_>) -> Result<()> {
    types.func("[method]descriptor.stat", |context: &mut HostContext<'_>, (this,): (This,)| {
        Ok(context.table().get(&this)?.stat())
    })?;
    types.func(
        "[method]descriptor.stat-at",
        |context: &mut HostContext<'_>, (this, path_flags, path): (This, PathFlags, String)| {
            Ok(context.table().get(&this)?.directory().and_then(|directory| directory.stat_at(path_flags, &path)))
        },
    )?;
    types.func(
        "[method]descriptor.set-times-at",
        |context: &mut HostContext<'_>,
         (this, path_flags, path, access, modification): (This, PathFlags, String, NewTimestamp, NewTimestamp)| {
            let directory = context.table().get(&this)?.directory();
            Ok(directory.and_then(|directory| {
                directory.set_times_at(path_flags, &path, access.try_into()?, modification.try_into()?)
            }))
        },
    )?;
    types.func("[method]descriptor.metadata-hash", |context: &mut HostContext<'_>, (this,): (This,)| {
        let hasher = wasi(context)?.metadata_hasher.clone();
        Ok(context.table().get(&this)?.metadata_hash(&hasher))
    })?;
    types.func(
        "[method]descriptor.metadata-hash-at",
        |context: &mut HostContext<'_>, (this, path_flags, path): (This, PathFlags, String)| {
            let hasher = wasi(context)?.metadata_hasher.clone();
            let directory = context.table().get(&this)?.directory();
            Ok(directory.and_then(|directory| directory.metadata_hash_at(path_flags, &path, &hasher)))
        },
    )
}
