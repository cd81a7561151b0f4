//! The end of a text file that a crash cut off in the middle of a line.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Says how much is read at once.
const CHUNK: u64 = 1 << 13;

/// Cuts a last line without a line end off the file, and adds it to the file of the
/// same name with `.torn` behind it.
///
/// Behind a source that acknowledges nobody was told that such a line is done: the
/// whole of it is written again.
pub(super) fn put_aside(file: &File, path: &Path) -> io::Result<()> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(());
    }
    let mut torn = torn_line(&mut File::open(path)?, length)?;
    if torn.is_empty() {
        return Ok(());
    }
    let whole = length - torn.len() as u64;
    torn.push(b'\n');
    let mut aside = File::options()
        .append(true)
        .create(true)
        .open(beside(path))?;
    aside.write_all(&torn)?;
    aside.sync_all()?;
    file.set_len(whole)?;
    file.sync_all()
}

/// Returns whether the last line of the file has no line end.
pub(crate) fn is_torn(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    Ok(length > 0 && byte_before(&mut file, length)? != b'\n')
}

/// Returns the byte before this offset.
pub(super) fn byte_before(file: &mut File, offset: u64) -> io::Result<u8> {
    let mut byte = [0];
    file.seek(SeekFrom::Start(offset - 1))?;
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// Returns what follows the last line end of the file.
fn torn_line(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    let (mut torn, mut start) = (Vec::new(), length);
    while start > 0 {
        let end = start;
        start = start.saturating_sub(CHUNK);
        let mut chunk = vec![0; (end - start) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut chunk)?;
        let line_end = chunk.iter().rposition(|byte| *byte == b'\n');
        let line = chunk.split_off(line_end.map_or(0, |at| at + 1));
        torn.splice(0..0, line);
        if line_end.is_some() {
            break;
        }
    }
    Ok(torn)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".torn");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_put_aside_however_long_it_is() {
        let long = "x".repeat(CHUNK as usize * 2);
        for (before, whole, torn) in [
            ("", "", ""),
            ("one\n", "one\n", ""),
            ("one\ntw", "one\n", "tw\n"),
            ("tw", "", "tw\n"),
            (&*format!("one\n{long}"), "one\n", &*format!("{long}\n")),
            (
                &*format!("{long}\n{long}"),
                &*format!("{long}\n"),
                &*format!("{long}\n"),
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("out");
            std::fs::write(&path, before).unwrap();
            let file = File::options().append(true).open(&path).unwrap();
            put_aside(&file, &path).unwrap();
            put_aside(&file, &path).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
            let aside = std::fs::read_to_string(beside(&path)).unwrap_or_default();
            assert_eq!(aside, torn);
        }
    }
}
