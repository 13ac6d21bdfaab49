//! Generates Rust code for the calls in `wit/postage.wit`, which `src/postage.rs` includes.

use std::{env, error::Error, fs, path::Path};

use worker_codegen::wit::expand_wit_source;

const WIT: &str = "../wit/postage.wit";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={WIT}");
    let generated = Path::new(&env::var("OUT_DIR")?).join("postage.rs");
    fs::write(generated, expand_wit_source(WIT)?)?;
    Ok(())
}
