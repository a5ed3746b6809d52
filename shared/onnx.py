"""ONNX networks on the processor, with their threads and optimisations chosen on purpose."""

from pathlib import Path
from typing import TYPE_CHECKING

from shared import devices

if TYPE_CHECKING:
    import onnxruntime

MOST_THREADS = 4  # small networks gain nothing from more


def session(file: Path, threads: int = 0) -> "onnxruntime.InferenceSession":
    """Load a network. Any number of threads may run it at once.

    threads: how many cores one run may use; 0 for those of this machine, up to `MOST_THREADS`.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads or min(devices.cores(), MOST_THREADS)
    options.inter_op_num_threads = 1
    # Waiting threads spin by default, which stalls whoever shares the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weights stored as 8-bit blocks are unpacked at every run unless they may be folded once, here: 36 ms became 21 ms.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
