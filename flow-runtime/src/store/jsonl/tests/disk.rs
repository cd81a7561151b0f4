//! A disk in memory that keeps apart what is in the cache and what is durable,
//! and that fails when it is told to.
//!
//! - A write goes into the cache. A sync makes durable what was written since the
//!   last one.
//! - A failed sync makes a part of that durable, and forgets the rest: it is in
//!   the cache, and no later sync writes it.
//! - A failed write has written a part.
//! - A power cut leaves what is durable, and of the rest any sectors, torn at any
//!   byte, with the length before or after. The same goes for names.

use std::collections::BTreeMap;
use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use super::Random;
use super::inode::{Change, Inode, Naming, write_back_names};
use crate::store::disk::{Disk, DiskFile, Open, Stat};

/// Says what is asked of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    Open,
    Read,
    Write,
    SetLen,
    Sync,
    SyncDirectory,
    Rename,
    Remove,
    Stat,
    Lock,
    Permissions,
}

/// The calls that fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// Of which kind; `None` for all.
    pub(super) call: Option<Call>,
    /// From which one on, counted from one.
    pub(super) nth: usize,
    /// Says whether all later ones fail as well.
    pub(super) for_good: bool,
}

#[derive(Clone)]
pub(super) struct Model {
    state: Arc<Mutex<State>>,
    watch: Arc<Mutex<Option<Watch>>>,
}

/// Called before every call.
type Watch = Box<dyn FnMut() + Send>;

#[derive(Clone)]
struct State {
    files: Vec<Inode>,
    names: BTreeMap<PathBuf, usize>,
    durable: BTreeMap<PathBuf, usize>,
    pending: Vec<Naming>,
    fault: Option<Fault>,
    calls: BTreeMap<Call, usize>,
    /// Syncs do nothing and say that they did it.
    lies: bool,
    random: Random,
}

impl Model {
    pub(super) fn new(seed: u64) -> Self {
        let state = State {
            files: Vec::new(),
            names: BTreeMap::new(),
            durable: BTreeMap::new(),
            pending: Vec::new(),
            fault: None,
            calls: BTreeMap::new(),
            lies: false,
            random: Random(seed),
        };
        Self::of(state)
    }

    fn of(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
            watch: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The same disk with a durable file on it.
    pub(super) fn with_file(self, path: &Path, content: &[u8]) -> Self {
        let mut state = self.state();
        let file = state.files.len();
        let (content, durable) = (content.to_vec(), content.to_vec());
        state.files.push(Inode {
            content,
            durable,
            ..Inode::default()
        });
        state.names.insert(path.to_owned(), file);
        state.durable.insert(path.to_owned(), file);
        drop(state);
        self
    }

    /// The same disk, on which no sync does anything.
    pub(super) fn lying(self) -> Self {
        self.state().lies = true;
        self
    }

    /// Lets calls fail from now on, or none; counting begins anew.
    pub(super) fn fail(&self, fault: Option<Fault>) {
        let mut state = self.state();
        state.fault = fault;
        state.calls.clear();
    }

    /// Returns how many calls there were of each kind since the last [`fail`](Self::fail).
    pub(super) fn calls(&self) -> BTreeMap<Call, usize> {
        self.state().calls.clone()
    }

    /// Calls this before every call.
    pub(super) fn watch(&self, watch: impl FnMut() + Send + 'static) {
        *self.watch.lock().unwrap() = Some(Box::new(watch));
    }

    /// The disk as another process finds it after this one was killed.
    pub(super) fn after_kill(&self) -> Self {
        let mut state = self.state().clone();
        state.fault = None;
        state.calls.clear();
        for file in &mut state.files {
            file.is_locked = false;
        }
        Self::of(state)
    }

    /// The disk after a power cut.
    pub(super) fn after_power_cut(&self) -> Self {
        let this = self.after_kill();
        let mut state = this.state();
        let State {
            files,
            names,
            durable,
            pending,
            random,
            ..
        } = &mut *state;
        for file in files {
            file.write_back(random);
            file.content.clone_from(&file.durable);
        }
        write_back_names(durable, pending, random);
        names.clone_from(durable);
        drop(state);
        this
    }

    /// Returns what is in a file, where there is one.
    pub(super) fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        let file = state.names.get(path)?;
        Some(state.files[*file].content.clone())
    }

    /// Takes the name of a file away, durably.
    pub(super) fn forget(&self, path: &Path) {
        let mut state = self.state();
        state.names.remove(path);
        state.durable.remove(path);
    }

    /// Counts a call; gives the state, and whether the call is to fail.
    fn call(&self, call: Call) -> (MutexGuard<'_, State>, bool) {
        // What it asks of the disk itself is not watched.
        let watch = self.watch.lock().unwrap().take();
        if let Some(mut watch) = watch {
            watch();
            *self.watch.lock().unwrap() = Some(watch);
        }
        let mut state = self.state();
        *state.calls.entry(call).or_default() += 1;
        let Some(fault) = state.fault else {
            return (state, false);
        };
        let count = match fault.call {
            Some(kind) if kind != call => return (state, false),
            Some(_) => state.calls[&call],
            None => state.calls.values().sum(),
        };
        let fails = count == fault.nth || (fault.for_good && count > fault.nth);
        (state, fails)
    }

    /// Counts a call that does nothing when it fails.
    fn try_call(&self, call: Call) -> io::Result<MutexGuard<'_, State>> {
        match self.call(call) {
            (_, true) => Err(io::Error::other(format!("no {call:?}"))),
            (state, false) => Ok(state),
        }
    }
}

impl Disk for Model {
    type File = ModelFile;

    fn open(&self, path: &Path, open: Open) -> io::Result<ModelFile> {
        let mut state = self.try_call(Call::Open)?;
        let file = match (state.names.get(path), open) {
            (Some(_), Open::New) => return Err(io::ErrorKind::AlreadyExists.into()),
            (Some(file), _) => *file,
            (None, Open::Existing | Open::ReadOnly) => {
                return Err(io::ErrorKind::NotFound.into());
            }
            (None, _) => {
                let file = state.files.len();
                state.files.push(Inode::default());
                state.names.insert(path.to_owned(), file);
                let (given, taken) = (Some((path.to_owned(), file)), None);
                state.pending.push(Naming { given, taken });
                file
            }
        };
        drop(state);
        let disk = self.clone();
        Ok(ModelFile { disk, file })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.try_call(Call::Rename)?;
        let file = state.names.remove(from);
        let file = file.ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        let (given, taken) = (Some((to.to_owned(), file)), Some(from.to_owned()));
        state.pending.push(Naming { given, taken });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.try_call(Call::Remove)?;
        state.names.remove(path).ok_or(io::ErrorKind::NotFound)?;
        let (given, taken) = (None, Some(path.to_owned()));
        state.pending.push(Naming { given, taken });
        Ok(())
    }

    fn sync_directory_of(&self, _: &Path) -> io::Result<()> {
        let (mut state, fails) = self.call(Call::SyncDirectory);
        let State {
            durable,
            pending,
            random,
            lies,
            ..
        } = &mut *state;
        if fails {
            write_back_names(durable, pending, random);
            return Err(io::Error::other("no SyncDirectory"));
        }
        if !*lies {
            for naming in pending.drain(..) {
                naming.apply(durable);
            }
        }
        Ok(())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let state = self.try_call(Call::Stat)?;
        let file = state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(state.stat(*file))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn copy_permissions(&self, _: &Path, _: &ModelFile) -> io::Result<()> {
        self.try_call(Call::Permissions).map(drop)
    }
}

impl State {
    fn stat(&self, file: usize) -> Stat {
        Stat {
            identity: (0, file as u64),
            length: self.files[file].content.len() as u64,
            is_file: true,
        }
    }
}

pub(super) struct ModelFile {
    disk: Model,
    file: usize,
}

impl ModelFile {
    fn sync(&self) -> io::Result<()> {
        let (mut state, fails) = self.disk.call(Call::Sync);
        let State {
            files,
            random,
            lies,
            ..
        } = &mut *state;
        let file = &mut files[self.file];
        if fails {
            file.write_back(random);
            return Err(io::Error::other("no Sync"));
        }
        if !*lies {
            for change in file.pending.drain(..) {
                change.apply(&mut file.durable);
            }
        }
        Ok(())
    }
}

impl DiskFile for ModelFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.disk.try_call(Call::Read)?;
        let content = &state.files[self.file].content;
        let rest = content.get(offset as usize..).unwrap_or_default();
        let size = rest.len().min(buffer.len());
        buffer[..size].copy_from_slice(&rest[..size]);
        Ok(size)
    }

    fn write_all_at(&self, buffer: &[u8], offset: u64) -> io::Result<()> {
        let (mut state, fails) = self.disk.call(Call::Write);
        let written = match fails {
            true => state.random.below(buffer.len() as u64 + 1) as usize,
            false => buffer.len(),
        };
        let change = Change::Write(offset as usize, buffer[..written].to_vec());
        if written > 0 {
            state.files[self.file].change(change);
        }
        match fails {
            true => Err(io::Error::other("no Write")),
            false => Ok(()),
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.disk.try_call(Call::SetLen)?;
        state.files[self.file].change(Change::Length(length as usize));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.sync()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync()
    }

    fn stat(&self) -> io::Result<Stat> {
        let state = self.disk.try_call(Call::Stat)?;
        Ok(state.stat(self.file))
    }

    fn try_lock(&self) -> Result<(), TryLockError> {
        let mut state = self
            .disk
            .try_call(Call::Lock)
            .map_err(TryLockError::Error)?;
        let is_locked = &mut state.files[self.file].is_locked;
        match std::mem::replace(is_locked, true) {
            true => Err(TryLockError::WouldBlock),
            false => Ok(()),
        }
    }

    fn unlock(&self) -> io::Result<()> {
        self.disk.state().files[self.file].is_locked = false;
        Ok(())
    }
}
