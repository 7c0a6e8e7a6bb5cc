//! The `liaison` binary.

/// Half the time of a request goes into small allocations; this allocator is the quicker one at them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    liaison::cli::run()
}
