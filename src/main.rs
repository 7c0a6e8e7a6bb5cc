//! The `liaison` binary.

/// Allocator that is faster at small allocations, in which a request spends half its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    liaison::cli::run()
}
