//! The `liaison` binary.

use liaison::cli::Cli;

/// Allocator that is faster at small allocations, in which a request spends half its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stack of a thread, twice the default, because reading a document recurses as deep as the depth limit allows.
const STACK_BYTES: usize = 4 * 1024 * 1024;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build()?;
    // Runs on a thread of the runtime, because the system sets the first thread's stack size.
    runtime.block_on(async { tokio::spawn(Cli::read().run()).await? })
}
