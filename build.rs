//! Rebuilds the binary when the web bundle that it embeds has changed.

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
}
