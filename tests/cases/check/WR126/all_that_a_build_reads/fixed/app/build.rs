//! "../shared/old.txt" is of no use.
const WIT: &str = "../wit/notes.wit";

fn main() {
    println!("cargo::rerun-if-changed={WIT}");
}
