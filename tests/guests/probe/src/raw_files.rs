//! The calls on descriptors that the standard library does not make, on the first directory that was granted.

use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{
    Advice, Descriptor, DescriptorFlags, ErrorCode, NewTimestamp, OpenFlags, PathFlags, filesystem_error_code,
};
use wasip2::io::streams::StreamError;

use crate::Outcome;

fn open(directory: &Descriptor, path: &str, flags: DescriptorFlags) -> Result<Descriptor, ErrorCode> {
    directory.open_at(PathFlags::SYMLINK_FOLLOW, path, OpenFlags::empty(), flags)
}

/// `ok` or the name of the error.
fn outcome<T>(result: Result<T, ErrorCode>) -> &'static str {
    result.err().map_or("ok", |code| code.name())
}

pub fn run(arguments: &[&str]) -> Outcome {
    let directories = get_directories();
    let (directory, _) = directories.first().ok_or("no directory was granted")?;
    match arguments {
        ["flags", path] => {
            println!("{:?}", directory.get_flags()?);
            println!("{:?}", open(directory, path, DescriptorFlags::READ)?.get_flags()?);
        }
        ["types", path] => {
            println!("{:?} {:?}", directory.get_type()?, directory.stat_at(PathFlags::empty(), path)?.type_);
        }
        ["streams", path] => streams(&open(directory, path, DescriptorFlags::READ | DescriptorFlags::WRITE)?)?,
        ["same", one, other] => {
            let one = open(directory, one, DescriptorFlags::READ)?;
            let other = open(directory, other, DescriptorFlags::READ)?;
            println!("{}", one.is_same_object(&other));
        }
        ["hash", one, other] => {
            let file = open(directory, one, DescriptorFlags::READ)?;
            let named = directory.metadata_hash_at(PathFlags::SYMLINK_FOLLOW, one)?;
            let another = directory.metadata_hash_at(PathFlags::SYMLINK_FOLLOW, other)?;
            let opened = file.metadata_hash()?;
            println!(
                "{} {}",
                (opened.lower, opened.upper) == (named.lower, named.upper),
                (opened.lower, opened.upper) == (another.lower, another.upper)
            );
        }
        ["times", path] => {
            let keep = NewTimestamp::NoChange;
            directory.set_times_at(PathFlags::empty(), path, keep, NewTimestamp::Now)?;
            open(directory, path, DescriptorFlags::READ)?.set_times(keep, keep)?;
        }
        ["advise", path] => open(directory, path, DescriptorFlags::READ)?.advise(0, 100, Advice::WillNeed)?,
        ["symlink", target, path] => directory.symlink_at(target, path)?,
        ["read-link", path] => println!("{}", directory.readlink_at(path)?),
        ["open", path] => {
            let file = open(directory, path, DescriptorFlags::READ)?;
            println!("{:?}", file.read(u64::MAX, 0)?);
        }
        // Each kind of change, one after the other: on a read-only directory every one must fail.
        ["mutate", path] => mutate(directory, path),
        ["write-to-reader", path] => {
            let stream = open(directory, path, DescriptorFlags::READ)?.write_via_stream(0);
            println!("{}", outcome(stream));
        }
        ["read-directory-as-file"] => println!("{}", outcome(directory.read(1, 0))),
        _ => return Err(format!("no such raw file probe: {arguments:?}").into()),
    }
    Ok(())
}

fn streams(file: &Descriptor) -> Outcome {
    let (writer, appender) = (file.write_via_stream(1)?, file.append_via_stream()?);
    writer.blocking_write_and_flush(b"AB")?;
    appender.blocking_write_and_flush(b"YZ")?;
    let reader = file.read_via_stream(1)?;
    println!("{:?}", String::from_utf8_lossy(&reader.blocking_read(100)?));
    println!("{:?}", reader.blocking_read(100));
    // An offset that no file has makes the stream fail, and the failure is a file system's.
    match file.read_via_stream(u64::MAX)?.blocking_read(1) {
        Err(StreamError::LastOperationFailed(error)) => {
            let code = filesystem_error_code(&error).map(|code| code.name());
            println!("{code:?} {}", !error.to_debug_string().is_empty());
        }
        other => println!("{other:?}"),
    }
    Ok(())
}

fn mutate(directory: &Descriptor, path: &str) {
    let write = DescriptorFlags::READ | DescriptorFlags::WRITE;
    let open_with = |flags| directory.open_at(PathFlags::empty(), path, flags, write).map(drop);
    let keep = NewTimestamp::NoChange;
    let attempts = [
        ("create", open_with(OpenFlags::CREATE)),
        ("truncate", open_with(OpenFlags::TRUNCATE)),
        ("write", open_with(OpenFlags::empty())),
        ("create-directory", directory.create_directory_at("new")),
        ("remove-directory", directory.remove_directory_at(path)),
        ("rename", directory.rename_at(path, directory, "new")),
        ("link", directory.link_at(PathFlags::empty(), path, directory, "new")),
        ("symlink", directory.symlink_at(path, "new")),
        ("unlink", directory.unlink_file_at(path)),
        ("set-times", directory.set_times(keep, keep)),
        ("set-times-at", directory.set_times_at(PathFlags::empty(), path, keep, keep)),
    ];
    for (name, result) in attempts {
        println!("{name}: {}", outcome(result));
    }
}
