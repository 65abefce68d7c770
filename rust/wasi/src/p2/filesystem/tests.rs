//! The file system as a guest's calls reach it: what each call does, what a read-only directory refuses, and that no path
//! leads out of the directory that was granted.

use std::fs;
use std::os::unix::fs::symlink;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tempfile::TempDir;

use super::descriptor::Descriptor;
use super::directory::Directory;
use super::file::File;
use super::metadata::MetadataHasher;
use super::types::{Advice, DescriptorFlags, DescriptorType, ErrorCode, NewTimestamp, OpenFlags, PathFlags};
use crate::p2::clocks::Datetime;
use crate::p2::io::failure::StreamFailure;
use crate::permissions::{Access, Permissions};

const FOLLOW: PathFlags = PathFlags::SYMLINK_FOLLOW;
const NO_FOLLOW: PathFlags = PathFlags::empty();

/// `r`ead, `w`rite, `m`utate the directory.
fn flags(letters: &str) -> DescriptorFlags {
    letters.chars().fold(DescriptorFlags::empty(), |flags, letter| {
        flags
            | match letter {
                'r' => DescriptorFlags::READ,
                'w' => DescriptorFlags::WRITE,
                'm' => DescriptorFlags::MUTATE_DIRECTORY,
                other => panic!("no flag `{other}`"),
            }
    })
}

/// `c`reate, `d`irectory, e`x`clusive, `t`runcate.
fn open(letters: &str) -> OpenFlags {
    letters.chars().fold(OpenFlags::empty(), |flags, letter| {
        flags
            | match letter {
                'c' => OpenFlags::CREATE,
                'd' => OpenFlags::DIRECTORY,
                'x' => OpenFlags::EXCLUSIVE,
                't' => OpenFlags::TRUNCATE,
                other => panic!("no flag `{other}`"),
            }
    })
}

/// A directory with `outside.txt` beside a granted `inside`, which has `file.txt` and `sub/deep.txt`.
struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("outside.txt"), "secret").unwrap();
        fs::create_dir_all(root.path().join("inside/sub")).unwrap();
        fs::write(root.path().join("inside/file.txt"), "hello world").unwrap();
        fs::write(root.path().join("inside/sub/deep.txt"), "deep").unwrap();
        Sandbox { root }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.path().join("inside").join(name)
    }

    fn grant(&self, permissions: Permissions) -> Directory {
        let handle = Dir::open_ambient_dir(self.root.path().join("inside"), ambient_authority()).unwrap();
        Directory::new(handle, permissions)
    }

    fn writable(&self) -> Directory {
        self.grant(Permissions::READ_WRITE)
    }
}

fn open_file(directory: &Directory, path: &str, open_flags: &str, descriptor_flags: &str) -> Result<File, ErrorCode> {
    let descriptor = directory.open_at(FOLLOW, path, open(open_flags), flags(descriptor_flags))?;
    Ok(descriptor.file()?.clone())
}

fn open_directory(directory: &Directory, path: &str) -> Directory {
    directory.open_at(FOLLOW, path, open("d"), flags("r")).unwrap().directory().unwrap().clone()
}

fn names(directory: &Directory) -> Vec<String> {
    let mut entries = directory.read_directory().unwrap();
    let mut names: Vec<_> = std::iter::from_fn(|| entries.read().unwrap()).map(|entry| entry.name).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_read_and_written_at_offsets() {
    let sandbox = Sandbox::new();
    let file = open_file(&sandbox.writable(), "file.txt", "", "rw").unwrap();
    assert_eq!(file.read(5, 6).unwrap(), (b"world".to_vec(), false));
    assert_eq!(file.read(u64::MAX, 0).unwrap(), (b"hello world".to_vec(), false));
    assert_eq!(file.read(1, 11).unwrap(), (vec![], true));
    assert_eq!(file.read(0, 0).unwrap(), (vec![], false));
    assert_eq!(file.write(b"W", 6).unwrap(), 1);
    file.set_size(7).unwrap();
    file.advise(0, 0, Advice::Sequential).unwrap();
    assert_eq!(file.advise(u64::MAX, 0, Advice::Normal), Err(ErrorCode::Invalid));
    file.sync().unwrap();
    file.sync_data().unwrap();
    assert_eq!(fs::read(sandbox.path("file.txt")).unwrap(), b"hello W");
    assert_eq!(file.read(1, u64::MAX), Err(ErrorCode::Invalid));
}

#[test]
fn streams_over_one_file_keep_their_own_places() {
    let sandbox = Sandbox::new();
    let file = open_file(&sandbox.writable(), "file.txt", "", "rw").unwrap();
    let (first, second) = (file.read_via_stream(0).unwrap(), file.read_via_stream(6).unwrap());
    assert_eq!(first.read(5).unwrap(), b"hello");
    assert_eq!(second.read(100).unwrap(), b"world");
    assert!(matches!(second.read(100), Err(StreamFailure::Closed)));
    let (mut writer, mut appender) = (file.write_via_stream(0).unwrap(), file.append_via_stream().unwrap());
    for (over, after) in [(b"HE", b"!?"), (b"LL", b"!!")] {
        writer.check_write().unwrap();
        writer.write(over).unwrap();
        appender.check_write().unwrap();
        appender.write(after).unwrap();
    }
    drop(file);
    writer.flush().unwrap();
    assert_eq!(fs::read(sandbox.path("file.txt")).unwrap(), b"HELLo world!?!!");
}

#[test]
fn open_flags_create_truncate_and_exclude() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    assert_eq!(open_file(&directory, "new.txt", "", "r").err(), Some(ErrorCode::NoEntry));
    open_file(&directory, "new.txt", "cx", "w").unwrap().write(b"new", 0).unwrap();
    assert_eq!(open_file(&directory, "new.txt", "cx", "w").err(), Some(ErrorCode::Exist));
    assert_eq!(open_file(&directory, "new.txt", "c", "r").unwrap().read(9, 0).unwrap().0, b"new");
    open_file(&directory, "new.txt", "t", "w").unwrap();
    assert_eq!(fs::read(sandbox.path("new.txt")).unwrap(), b"");
    let open_error = |path, open_flags, descriptor_flags| {
        directory.open_at(FOLLOW, path, open(open_flags), flags(descriptor_flags)).err()
    };
    assert_eq!(open_error("file.txt", "d", "r"), Some(ErrorCode::NotDirectory));
    assert_eq!(open_error("sub", "dc", "r"), Some(ErrorCode::Invalid));
    assert_eq!(open_error("sub", "", "w"), Some(ErrorCode::IsDirectory));
}

#[test]
fn a_descriptor_does_only_what_it_was_opened_for() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    let reader = open_file(&directory, "file.txt", "", "r").unwrap();
    assert_eq!(reader.write(b"x", 0), Err(ErrorCode::BadDescriptor));
    assert_eq!(reader.set_size(0), Err(ErrorCode::BadDescriptor));
    assert_eq!(reader.write_via_stream(0).err(), Some(ErrorCode::BadDescriptor));
    assert_eq!(reader.append_via_stream().err(), Some(ErrorCode::BadDescriptor));
    let creator = open_file(&directory, "created.txt", "c", "").unwrap();
    assert_eq!(creator.write(b"x", 0), Err(ErrorCode::BadDescriptor));
    let writer = open_file(&directory, "file.txt", "", "w").unwrap();
    assert_eq!(writer.read(1, 0), Err(ErrorCode::BadDescriptor));
    assert_eq!(writer.read_via_stream(0).err(), Some(ErrorCode::BadDescriptor));
    assert_eq!(Descriptor::File(writer).flags(), flags("w"));
    assert_eq!(Descriptor::Directory(directory).flags(), flags("rm"));
}

#[test]
fn files_and_directories_answer_only_their_own_calls() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    let file = directory.open_at(FOLLOW, "file.txt", open(""), flags("r")).unwrap();
    assert_eq!(file.directory().err(), Some(ErrorCode::NotDirectory));
    assert_eq!(Descriptor::Directory(directory).file().err(), Some(ErrorCode::BadDescriptor));
}

#[test]
fn attributes_tell_type_size_links_and_times() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    symlink("file.txt", sandbox.path("link")).unwrap();
    fs::hard_link(sandbox.path("file.txt"), sandbox.path("second")).unwrap();
    let stat = directory.stat_at(FOLLOW, "link").unwrap();
    assert_eq!((stat.r#type, stat.size, stat.link_count), (DescriptorType::RegularFile, 11, 2));
    assert!(stat.data_modification_timestamp.is_some_and(|time| time.seconds > 1_600_000_000));
    assert!(stat.status_change_timestamp.is_some());
    assert_eq!(directory.stat_at(NO_FOLLOW, "link").unwrap().r#type, DescriptorType::SymbolicLink);
    let file = directory.open_at(FOLLOW, "file.txt", open(""), flags("r")).unwrap();
    assert_eq!(file.stat().unwrap().size, 11);
    assert_eq!(file.descriptor_type().unwrap(), DescriptorType::RegularFile);
    assert_eq!(Descriptor::Directory(directory).descriptor_type().unwrap(), DescriptorType::Directory);
}

#[test]
fn times_are_set_kept_and_refused() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    let at = |seconds| NewTimestamp::Timestamp(Datetime { seconds, nanoseconds: 7 });
    let times = |directory: &Directory, path: &str| {
        let stat = directory.stat_at(NO_FOLLOW, path).unwrap();
        (stat.data_access_timestamp.unwrap().seconds, stat.data_modification_timestamp.unwrap().seconds)
    };
    let file = directory.open_at(FOLLOW, "file.txt", open(""), flags("r")).unwrap();
    file.set_times(at(100), at(200)).unwrap();
    assert_eq!(times(&directory, "file.txt"), (100, 200));
    file.set_times(NewTimestamp::NoChange, at(300)).unwrap();
    assert_eq!(times(&directory, "file.txt"), (100, 300));
    directory
        .set_times_at(FOLLOW, "file.txt", at(5).try_into().unwrap(), NewTimestamp::Now.try_into().unwrap())
        .unwrap();
    let (access, modification) = times(&directory, "file.txt");
    assert_eq!(access, 5);
    assert!(modification > 1_600_000_000);
    symlink("file.txt", sandbox.path("link")).unwrap();
    directory.set_times_at(NO_FOLLOW, "link", at(8).try_into().unwrap(), at(9).try_into().unwrap()).unwrap();
    assert_eq!(times(&directory, "link").1, 9);
    assert!(times(&directory, "file.txt").1 > 1_600_000_000, "the link's target keeps its time");
}

#[test]
fn a_directory_is_listed_from_its_beginning_each_time() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    assert_eq!(names(&directory), ["file.txt", "sub"]);
    assert_eq!(names(&directory), ["file.txt", "sub"]);
    assert_eq!(names(&open_directory(&directory, "sub")), ["deep.txt"]);
    let mut entries = directory.read_directory().unwrap();
    let kinds: Vec<_> =
        std::iter::from_fn(|| entries.read().unwrap()).map(|entry| (entry.name, entry.r#type)).collect();
    assert!(kinds.contains(&("sub".into(), DescriptorType::Directory)));
    assert!(kinds.contains(&("file.txt".into(), DescriptorType::RegularFile)));
}

#[test]
fn entries_are_created_renamed_linked_and_removed() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    directory.create_directory_at("made").unwrap();
    assert_eq!(directory.create_directory_at("made"), Err(ErrorCode::Exist));
    let made = open_directory(&directory, "made");
    directory.rename_at("file.txt", &made, "moved.txt").unwrap();
    made.link_at(NO_FOLLOW, "moved.txt", &directory, "linked.txt").unwrap();
    assert_eq!(made.link_at(FOLLOW, "moved.txt", &directory, "other.txt"), Err(ErrorCode::Invalid));
    assert_eq!(made.link_at(NO_FOLLOW, "moved.txt", &directory, "linked.txt"), Err(ErrorCode::Exist));
    directory.symlink_at("made/moved.txt", "pointer").unwrap();
    assert_eq!(directory.readlink_at("pointer").unwrap(), "made/moved.txt");
    assert_eq!(open_file(&directory, "pointer", "", "r").unwrap().read(5, 0).unwrap().0, b"hello");
    assert_eq!(directory.readlink_at("linked.txt"), Err(ErrorCode::Invalid));
    assert_eq!(directory.remove_directory_at("made"), Err(ErrorCode::NotEmpty));
    assert_eq!(directory.unlink_file_at("made"), Err(ErrorCode::IsDirectory));
    directory.unlink_file_at("made/moved.txt").unwrap();
    directory.remove_directory_at("made").unwrap();
    directory.unlink_file_at("pointer").unwrap();
    assert_eq!(directory.remove_directory_at("linked.txt"), Err(ErrorCode::NotDirectory));
    assert_eq!(names(&directory), ["linked.txt", "sub"]);
}

#[test]
fn the_same_object_is_known_by_any_name() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    fs::hard_link(sandbox.path("file.txt"), sandbox.path("second")).unwrap();
    let open_one = |path| directory.open_at(FOLLOW, path, open(""), flags("r")).unwrap();
    assert!(open_one("file.txt").is_same_object(&open_one("second")));
    assert!(!open_one("file.txt").is_same_object(&open_one("sub/deep.txt")));
}

#[test]
fn the_metadata_hash_keeps_the_identity_and_tells_a_change() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    let hasher = MetadataHasher::default();
    let before = directory.metadata_hash_at(FOLLOW, "file.txt", &hasher).unwrap();
    let file = directory.open_at(FOLLOW, "file.txt", open(""), flags("rw")).unwrap();
    assert_eq!(file.metadata_hash(&hasher).unwrap(), before);
    file.file().unwrap().write(b"longer than it was", 0).unwrap();
    let after = file.metadata_hash(&hasher).unwrap();
    assert_eq!(after.lower, before.lower);
    assert_ne!(after.upper, before.upper);
    assert_ne!(directory.metadata_hash_at(FOLLOW, "sub", &hasher).unwrap().lower, before.lower);
    assert_ne!(file.metadata_hash(&MetadataHasher::default()).unwrap().lower, before.lower, "another secret");
}

/// Every way in which a path may try to leave the directory, each also through symbolic links that the host made.
#[test]
fn no_path_leads_out_of_the_granted_directory() {
    let sandbox = Sandbox::new();
    let directory = sandbox.writable();
    symlink("../outside.txt", sandbox.path("relative")).unwrap();
    symlink(sandbox.root.path().join("outside.txt"), sandbox.path("absolute")).unwrap();
    symlink("..", sandbox.path("parent")).unwrap();
    symlink("parent/outside.txt", sandbox.path("twice")).unwrap();
    let absolute = sandbox.root.path().join("outside.txt");
    let escapes = [
        "../outside.txt",
        "sub/../../outside.txt",
        "./sub/.././../inside/../outside.txt",
        "relative",
        "absolute",
        "parent/outside.txt",
        "twice",
        absolute.to_str().unwrap(),
        "/",
        "..",
        "sub/../..",
    ];
    let inside = sandbox.writable();
    for path in escapes {
        let refused = Some(ErrorCode::NotPermitted);
        assert_eq!(open_file(&directory, path, "", "r").err(), refused, "open `{path}`");
        assert_eq!(open_file(&directory, path, "ct", "rw").err(), refused, "create `{path}`");
        assert_eq!(directory.stat_at(FOLLOW, path).err(), refused, "stat `{path}`");
        assert_eq!(
            directory.metadata_hash_at(FOLLOW, path, &MetadataHasher::default()).err(),
            refused,
            "metadata-hash `{path}`"
        );
        let keep = NewTimestamp::NoChange.try_into().unwrap();
        assert_eq!(directory.set_times_at(FOLLOW, path, keep, keep).err(), refused, "set-times `{path}`");
    }
    for path in ["../outside.txt", "sub/../../outside.txt", "parent/outside.txt", absolute.to_str().unwrap()] {
        let refused = Err(ErrorCode::NotPermitted);
        assert_eq!(directory.unlink_file_at(path), refused, "unlink `{path}`");
        assert_eq!(directory.rename_at(path, &inside, "stolen"), refused, "rename from `{path}`");
        assert_eq!(directory.rename_at("file.txt", &inside, path), refused, "rename to `{path}`");
        assert_eq!(directory.link_at(NO_FOLLOW, path, &inside, "stolen"), refused, "link from `{path}`");
        assert_eq!(directory.link_at(NO_FOLLOW, "file.txt", &inside, path), refused, "link to `{path}`");
        assert_eq!(directory.create_directory_at(path), refused, "mkdir `{path}`");
        assert_eq!(directory.remove_directory_at(path), refused, "rmdir `{path}`");
        assert_eq!(directory.symlink_at("file.txt", path), refused, "symlink at `{path}`");
        assert!(directory.readlink_at(path).is_err(), "readlink `{path}`");
    }
    assert_eq!(directory.symlink_at("/etc/passwd", "new"), Err(ErrorCode::NotPermitted));
    assert_eq!(directory.readlink_at("absolute"), Err(ErrorCode::NotPermitted));
    // A link that the guest makes itself leads no further than one that the host made.
    directory.symlink_at("../outside.txt", "guest-made").unwrap();
    assert_eq!(open_file(&directory, "guest-made", "", "r").err(), Some(ErrorCode::NotPermitted));
    assert_eq!(fs::read(&absolute).unwrap(), b"secret");
    assert_eq!(fs::read(sandbox.path("file.txt")).unwrap(), b"hello world");
}

#[test]
fn a_subdirectory_is_no_way_out_either() {
    let sandbox = Sandbox::new();
    let sub = open_directory(&sandbox.writable(), "sub");
    assert_eq!(open_file(&sub, "../file.txt", "", "r").err(), Some(ErrorCode::NotPermitted));
    assert_eq!(open_file(&sub, "deep.txt", "", "r").unwrap().read(9, 0).unwrap().0, b"deep");
}

#[test]
fn a_read_only_directory_refuses_every_change() {
    let sandbox = Sandbox::new();
    let directory = sandbox.grant(Permissions::READ_ONLY);
    let sub = open_directory(&directory, "sub");
    let writable = sandbox.writable();
    let refused = Err(ErrorCode::ReadOnly);
    for (open_flags, descriptor_flags) in [("c", "r"), ("cx", "w"), ("t", "r"), ("", "w")] {
        for path in ["file.txt", "new.txt"] {
            assert_eq!(
                open_file(&directory, path, open_flags, descriptor_flags).err(),
                Some(ErrorCode::ReadOnly),
                "open `{path}` with `{open_flags}` and `{descriptor_flags}`"
            );
        }
    }
    let mutate = directory.open_at(FOLLOW, "sub", open("d"), flags("rm"));
    assert_eq!(mutate.err(), Some(ErrorCode::ReadOnly));
    let keep = NewTimestamp::NoChange;
    assert_eq!(directory.create_directory_at("new"), refused);
    assert_eq!(directory.set_times_at(FOLLOW, "file.txt", keep.try_into().unwrap(), keep.try_into().unwrap()), refused);
    assert_eq!(directory.link_at(NO_FOLLOW, "file.txt", &directory, "new"), refused);
    assert_eq!(directory.remove_directory_at("sub"), refused);
    assert_eq!(directory.rename_at("file.txt", &directory, "new"), refused);
    assert_eq!(directory.symlink_at("file.txt", "new"), refused);
    assert_eq!(directory.unlink_file_at("file.txt"), refused);
    assert_eq!(sub.unlink_file_at("deep.txt"), refused, "the right passes on to what is opened");
    assert_eq!(writable.rename_at("file.txt", &directory, "new"), refused);
    assert_eq!(writable.link_at(NO_FOLLOW, "file.txt", &directory, "new"), refused);
    assert_eq!(Descriptor::Directory(directory.clone()).set_times(keep, keep), refused);
    let file = directory.open_at(FOLLOW, "file.txt", open(""), flags("r")).unwrap();
    assert_eq!(file.set_times(keep, keep), refused);
    assert_eq!(file.file().unwrap().write(b"x", 0), Err(ErrorCode::BadDescriptor));
    assert_eq!(file.file().unwrap().set_size(0), Err(ErrorCode::BadDescriptor));
    assert_eq!(file.file().unwrap().read(5, 0).unwrap().0, b"hello");
    assert_eq!(names(&directory), ["file.txt", "sub"]);
}

#[test]
fn rights_over_files_and_directories_are_separate() {
    let sandbox = Sandbox::new();
    let entries_only = sandbox.grant(Permissions { directory: Access::READ_WRITE, file: Access::READ_ONLY });
    entries_only.create_directory_at("made").unwrap();
    assert_eq!(open_file(&entries_only, "file.txt", "", "w").err(), Some(ErrorCode::ReadOnly));
    let contents_only = sandbox.grant(Permissions { directory: Access::READ_ONLY, file: Access::READ_WRITE });
    open_file(&contents_only, "file.txt", "", "w").unwrap().write(b"J", 0).unwrap();
    assert_eq!(contents_only.unlink_file_at("file.txt"), Err(ErrorCode::ReadOnly));
    let closed = sandbox.grant(Permissions { directory: Access::WRITE_ONLY, file: Access::WRITE_ONLY });
    assert_eq!(closed.read_directory().err(), Some(ErrorCode::NotPermitted));
    assert_eq!(closed.stat_at(FOLLOW, "file.txt").err(), Some(ErrorCode::NotPermitted));
    assert_eq!(closed.readlink_at("file.txt").err(), Some(ErrorCode::NotPermitted));
    let unreadable = sandbox.grant(Permissions { directory: Access::READ_ONLY, file: Access::default() });
    assert_eq!(open_file(&unreadable, "file.txt", "", "r").err(), Some(ErrorCode::NotPermitted));
}

#[test]
fn moving_a_file_gives_it_no_new_rights() {
    let sandbox = Sandbox::new();
    let writable = sandbox.writable();
    let entries_only = sandbox.grant(Permissions { directory: Access::READ_WRITE, file: Access::READ_ONLY });
    assert_eq!(entries_only.rename_at("file.txt", &writable, "mine"), Err(ErrorCode::NotPermitted));
    assert_eq!(entries_only.link_at(NO_FOLLOW, "file.txt", &writable, "mine"), Err(ErrorCode::NotPermitted));
}
