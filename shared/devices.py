"""Making torch quick and well-behaved on a laptop that also serves a page.

Call `before_torch` once at the start of a process, then `settle_thread` at the top of every thread that computes.
"""

import ctypes
import os
import platform
import sys
from pathlib import Path

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # <malloc.h>
_LARGE = 2**31 - 1


def before_torch() -> None:
    """Set what must be set before torch is imported. Does nothing where it does not apply.

    glibc hands freed memory back to the kernel after every step, and the page faults of getting it again cost a third
    of a small network's training time; so it is told to keep it. Waiting OpenMP threads spin by default, which stalls
    everybody when two computations share two cores; so they are told to sleep.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if sys.platform == "darwin":  # torch and FAISS each bring an OpenMP of their own, and the second one would end the program
        os.environ.setdefault("KMP_DUPLICATE_LIB_OK", "TRUE")
    if sys.platform == "linux" and platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, _LARGE)


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def settle_thread(threads: int, *, polite: bool = False) -> None:
    """Fix how many cores torch uses from the calling thread.

    polite: on Linux, also lower this thread's priority, so that long work gives way to somebody's short request.
    """
    import torch

    torch.set_num_threads(max(1, threads))
    if polite and sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, ctypes.CDLL(None).gettid(), 10)


def bfloat16_is_fast() -> bool:
    """Whether this processor multiplies bfloat16 matrices in hardware (Intel AMX or AVX-512 BF16)."""
    import torch

    def has(name: str) -> bool:
        ask = getattr(torch.cpu, name, None)
        return bool(ask and ask())

    return has("_is_amx_tile_supported") or has("_is_avx512_bf16_supported")


def describe() -> str:
    """This machine in a few words, for a table of measurements."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{name}, {cores()} cores, {platform.system()}"
