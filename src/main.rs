//! The `liaison` binary.

use liaison::cli::Cli;

/// Half the time of a request goes into small allocations; this allocator is the quicker one at them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Twice the usual: documents may nest as deep as the limits say, and what reads them goes as deep on the stack.
const STACK_BYTES: usize = 4 * 1024 * 1024;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build()?;
    // On a thread of the runtime: the first thread's stack is the system's choice.
    runtime.block_on(async { tokio::spawn(Cli::read().run()).await? })
}
