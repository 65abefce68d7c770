//! The streams over a file. Each has its own offset, so several over one file do not disturb each other.

use std::sync::Arc;

use super::file::File;
use super::types::ErrorCode;
use crate::p2::io::event::{Event, Immediate};
use crate::p2::io::failure::StreamFailure;
use crate::p2::io::input::{InputStream, MAX_TRANSFER, Source};
use crate::p2::io::output::{OutputStream, Sink};

impl File {
    /// `read-via-stream`.
    pub fn read_via_stream(&self, offset: u64) -> Result<InputStream, ErrorCode> {
        self.require_read()?;
        Ok(InputStream::new(Box::new(FileSource { file: self.clone(), offset })))
    }

    /// `write-via-stream`.
    pub fn write_via_stream(&self, offset: u64) -> Result<OutputStream, ErrorCode> {
        self.require_write()?;
        Ok(OutputStream::new(Box::new(FileSink { file: self.clone(), place: Place::At(offset) })))
    }

    /// `append-via-stream`.
    pub fn append_via_stream(&self) -> Result<OutputStream, ErrorCode> {
        self.require_write()?;
        Ok(OutputStream::new(Box::new(FileSink { file: self.clone(), place: Place::End })))
    }
}

struct FileSource {
    file: File,
    offset: u64,
}

impl Source for FileSource {
    fn read(&mut self, limit: usize) -> Result<Vec<u8>, StreamFailure> {
        let bytes = self.file.read_at(limit, self.offset)?;
        if bytes.is_empty() {
            return Err(StreamFailure::Closed);
        }
        self.offset = self.offset.saturating_add(bytes.len() as u64);
        Ok(bytes)
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Immediate)
    }
}

enum Place {
    At(u64),
    End,
}

struct FileSink {
    file: File,
    place: Place,
}

impl Sink for FileSink {
    fn capacity(&mut self) -> Result<usize, StreamFailure> {
        Ok(MAX_TRANSFER)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StreamFailure> {
        let mut left = bytes;
        while !left.is_empty() {
            let count = match &mut self.place {
                Place::At(offset) => {
                    let count = self.file.write_at(left, *offset)?;
                    *offset = offset.saturating_add(count as u64);
                    count
                }
                Place::End => self.file.append(left)?,
            };
            if count == 0 {
                return Err(std::io::Error::from(std::io::ErrorKind::WriteZero).into());
            }
            left = left.get(count..).unwrap_or_default();
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamFailure> {
        Ok(())
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Immediate)
    }
}
