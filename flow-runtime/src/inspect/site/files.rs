//! The files of a folder, and nothing outside of it.

use std::io;
use std::path::{Path, PathBuf};

use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};

use super::query::{decoded, encoded};
use super::respond::{Content, answer, words};
use crate::{Error, ErrorKind};

/// A folder whose files are shown.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its true path, without links.
    root: PathBuf,
}

impl Folder {
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Serve`] where there is no such folder.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |error| {
            let message = format!("the folder `{}` cannot be shown", path.display());
            Error::with_source(ErrorKind::Serve, message, error)
        };
        let root = path.canonicalize().map_err(failed)?;
        if !root.is_dir() {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        Ok(Self { root })
    }

    /// Answers with a file: that of the path, or the `index.html` of the folder there.
    pub async fn get(&self, path: &str, query: Option<&str>, policy: &str) -> Response<Content> {
        let none = || words(StatusCode::NOT_FOUND, "there is no such file\n");
        let Some(segments) = segments(path) else {
            return none();
        };
        let mut file = self.root.clone();
        file.extend(&segments);
        let Ok(mut file) = tokio::fs::canonicalize(file).await else {
            return none();
        };
        if !file.starts_with(&self.root) {
            return none();
        }
        if file.is_dir() {
            if !path.ends_with('/') {
                return moved(&segments, query);
            }
            file.push("index.html");
            // A link to elsewhere may have this name, too.
            match tokio::fs::canonicalize(file).await {
                Ok(index) if index.starts_with(&self.root) => file = index,
                _ => return none(),
            }
        } else if path.ends_with('/') {
            return none();
        }
        let kind = kind(&file);
        let opened = async {
            // To open a pipe may take for ever, and a device never ends.
            let metadata = tokio::fs::metadata(&file).await?;
            if !metadata.is_file() {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            let file = tokio::fs::File::open(file).await?;
            let length = file.metadata().await?.len();
            Ok((file, length))
        };
        let opened: io::Result<_> = opened.await;
        let Ok((file, length)) = opened else {
            return none();
        };
        answer(StatusCode::OK, kind, policy, Content::file(file, length))
    }
}

/// Leads to the same path with a `/` behind it, so that what the page names lies in the folder.
fn moved(segments: &[String], query: Option<&str>) -> Response<Content> {
    let mut to = String::new();
    for segment in segments {
        to.push('/');
        to.push_str(&encoded(segment));
    }
    to.push('/');
    if let Some(query) = query {
        to.push('?');
        to.push_str(query);
    }
    let mut response = words(StatusCode::PERMANENT_REDIRECT, "it is a folder\n");
    if let Ok(to) = HeaderValue::from_str(&to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

/// Returns the names on the way to a file; `None` where one of them leads elsewhere, or
/// is hidden.
fn segments(path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decoded(segment)?;
        // `..`, what systems hide, and what Windows takes for a way of its own.
        let is_plain = !segment.starts_with('.')
            && !segment.contains(['/', '\\', ':', '\0'])
            && !segment.ends_with(['.', ' ']);
        if !is_plain {
            return None;
        }
        segments.push(segment);
    }
    Some(segments)
}

/// Returns what a file holds, by its name. Browsers do not guess.
fn kind(file: &Path) -> &'static str {
    let extension = file.extension().unwrap_or_default().to_ascii_lowercase();
    match extension.to_str().unwrap_or_default() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out() {
        assert_eq!(segments("//a/b%20c.html").unwrap(), ["a", "b c.html"]);
        for out in [
            "/..",
            "/../a",
            "/a/../b",
            "/%2e%2e/a",
            "/.env",
            "/a/.git/config",
            "/a%2fb",
            "/%5c..%5ca",
            "/c:/a",
            "/a%00",
            "/%ff",
            "/a./b",
            "/...",
        ] {
            assert_eq!(segments(out), None, "{out}");
        }
    }

    #[test]
    fn a_redirect_stays_here() {
        let segments = segments("//evil.example//x").unwrap();
        let response = moved(&segments, Some("token=a"));
        assert_eq!(
            response.headers()[header::LOCATION],
            "/evil.example/x/?token=a"
        );
    }
}
