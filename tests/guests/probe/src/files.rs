//! Files through the standard library.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Duration, SystemTime};

use crate::Outcome;

pub fn run(arguments: &[&str]) -> Outcome {
    match arguments {
        ["read", path] => println!("{}", fs::read_to_string(path)?),
        ["write", path, text] => fs::write(path, text)?,
        ["append", path, text] => fs::OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes())?,
        ["create-new", path] => drop(fs::OpenOptions::new().write(true).create_new(true).open(path)?),
        ["truncate", path, length] => fs::OpenOptions::new().write(true).open(path)?.set_len(length.parse()?)?,
        ["seek", path] => {
            let mut file = fs::OpenOptions::new().read(true).write(true).open(path)?;
            file.seek(SeekFrom::End(-5))?;
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            file.seek(SeekFrom::Start(1))?;
            file.write_all(b"_")?;
            file.sync_all()?;
            file.sync_data()?;
            println!("{text}");
        }
        ["big", path] => {
            let contents: Vec<u8> = (0..3_000_000u32).map(|number| (number % 251) as u8).collect();
            fs::write(path, &contents)?;
            println!("{}", fs::read(path)? == contents);
        }
        ["list", path] => {
            let mut entries = fs::read_dir(path)?
                .map(|entry| {
                    let entry = entry?;
                    let kind = if entry.file_type()?.is_dir() { "/" } else { "" };
                    Ok(format!("{}{kind}", entry.file_name().to_string_lossy()))
                })
                .collect::<std::io::Result<Vec<_>>>()?;
            entries.sort();
            println!("{entries:?}");
        }
        ["stat", path] => {
            let data = fs::metadata(path)?;
            let modified = data.modified()?.duration_since(SystemTime::UNIX_EPOCH)?;
            println!("{} {} {}", data.is_dir(), data.len(), modified.as_secs());
        }
        ["set-modified", path, seconds] => {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.parse()?);
            fs::OpenOptions::new().write(true).open(path)?.set_modified(time)?;
        }
        ["make-directories", path] => fs::create_dir_all(path)?,
        ["remove-directory", path] => fs::remove_dir(path)?,
        ["remove-tree", path] => fs::remove_dir_all(path)?,
        ["remove", path] => fs::remove_file(path)?,
        ["rename", from, to] => fs::rename(from, to)?,
        ["copy", from, to] => println!("{}", fs::copy(from, to)?),
        ["link", from, to] => fs::hard_link(from, to)?,
        ["read-link", path] => println!("{}", fs::read_link(path)?.display()),
        _ => return Err(format!("no such file probe: {arguments:?}").into()),
    }
    Ok(())
}
