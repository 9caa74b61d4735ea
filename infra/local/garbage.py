"""Garbage collection of the local stack's processes."""

import gc


def collect_rarely() -> None:
    """Looks for cycles of garbage less often than Python does. To be called when all modules are loaded.

    The modules of AWS's library are some 100,000 objects, which each full collection looked through.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
