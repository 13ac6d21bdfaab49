//! An upload: a form with several parts, some of them files.

use std::collections::BTreeSet;

use serde::Serialize;
use worker::{File, FormData, FormEntry};

use crate::error::Error;
use crate::permission::{self, Permission};

const FILE: &str = "file";
const PERMISSIONS: &str = "permissions";
// A message in `error.rs` repeats this number.
const MOST_FILES: usize = 10;

/// The contents of an upload. Parts with other names are ignored.
#[derive(Serialize)]
pub struct Receipt {
    files: Vec<Received>,
    permissions: BTreeSet<Permission>,
}

#[derive(Serialize)]
struct Received {
    name: String,
    #[serde(rename = "type")]
    content_type: String,
    size: usize,
}

impl Receipt {
    pub fn new(form: &FormData) -> Result<Self, Error> {
        let files = files(form)?;
        if files.is_empty() {
            return Err(Error::NoFile);
        }
        if files.len() > MOST_FILES {
            return Err(Error::TooManyFiles);
        }
        Ok(Self {
            files: files.iter().map(Received::new).collect(),
            permissions: permission::parse_all(&fields(form)?)?,
        })
    }
}

impl Received {
    /// To keep a file, store the result of `file.bytes().await`, for example in R2. Do not trust
    /// the name and the type: the client chooses them.
    fn new(file: &File) -> Self {
        Self {
            name: file.name(),
            content_type: file.type_(),
            size: file.size(),
        }
    }
}

/// All parts that are named `file`. A form can have several parts with the same name.
///
/// If no file was chosen, browsers send a file without a name, which arrives here as empty text.
fn files(form: &FormData) -> Result<Vec<File>, Error> {
    let into_file = |entry| match entry {
        FormEntry::File(file) => Some(Ok(file)),
        FormEntry::Field(text) if text.is_empty() => None,
        FormEntry::Field(_) => Some(Err(Error::NotAFile)),
    };
    entries(form, FILE).filter_map(into_file).collect()
}

/// The text of all parts that are named `permissions`.
fn fields(form: &FormData) -> Result<Vec<String>, Error> {
    let into_text = |entry| match entry {
        FormEntry::Field(text) => Ok(text),
        FormEntry::File(_) => Err(Error::BadPermission),
    };
    entries(form, PERMISSIONS).map(into_text).collect()
}

fn entries(form: &FormData, name: &str) -> impl Iterator<Item = FormEntry> + use<> {
    form.get_all(name).unwrap_or_default().into_iter()
}
