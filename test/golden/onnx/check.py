"""Runs the exported graphs, weights and all, in onnxruntime and compares what they do with what PyTorch said.

    python check.py FULL_FOLDER [name ...]      FULL_FOLDER is what export.py --keep was given

For every question: the output shape of every Conv in node order, the shape of every graph output, and the multiply-accumulates
of all Conv, ConvTranspose, Gemm, MatMul, Einsum (two operands), LSTM, GRU and RNN nodes from their run-time shapes; and the floats
that nodes read, against PyTorch's parameters and buffers. Where the body of a
Loop or an If holds such a node, only graph outputs and floats are compared.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

HERE = Path(__file__).parent
FLOATS = (1, 10, 11, 16)
PRODUCTS = ("Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum", "LSTM", "GRU", "RNN", "Attention")
NUMPY = {1: np.float32, 7: np.int64}


def main(folder, *names):
    wrong = 0
    for path in sorted(folder.glob("*.onnx")):
        if not names or path.stem in names:
            facts = json.loads((HERE / f"{path.stem}.json").read_text())
            try:
                said = list(compare(onnx.load(path), facts))
            except Exception as error:
                said = [f"{type(error).__name__}: {str(error)[:300]}"]
            wrong += len(said) > 0
            print(path.stem, "; ".join(said) or "agrees", flush=True)
    sys.exit(wrong > 0)


def compare(model, facts):
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    bodies = [graph, *model.functions]
    for body in bodies:
        bodies += [a.g for node in body.node for a in node.attribute if a.HasField("g")]
    statistics = {name for body in bodies for node in body.node if node.op_type == "BatchNormalization" for name in node.input[3:5]}
    read = {name for body in bodies for node in body.node for name in node.input}
    floats = {name: math.prod(t.dims) for name, t in tensors.items() if name in read and len(t.dims) and t.data_type in FLOATS}
    parameters = sum(size for name, size in floats.items() if name not in statistics)
    buffers = sum(size for name, size in floats.items() if name in statistics)
    expected = facts["parameters"] - sum(math.prod(shape) for shape in facts["parameters_not_in_file"].values())
    others, absent = facts["other_float_buffers"], facts["buffers_not_in_file"]
    expected += sum(math.prod(shape) for name, shape in others.items() if name not in absent)
    averages = facts["buffers"] - sum(math.prod(shape) for name, shape in absent.items() if name not in others)
    if parameters != expected or buffers != averages:
        yield f"floats {parameters} + {buffers}, expected {expected} + {averages}"
    for loop in (node for body in bodies for node in body.node if node.op_type == "Loop"):
        for value, kind in zip(loop.attribute[0].g.input, (7, 9)):
            # onnxruntime wants these types; the exporter's Slice in a body takes the turn for a list of one
            if not value.type.HasField("tensor_type"):
                value.type.tensor_type.elem_type = kind
                value.type.tensor_type.shape.SetInParent()
                if kind == 7:
                    value.type.tensor_type.shape.dim.add(dim_value=1)
    watched = [node for node in graph.node if node.op_type in PRODUCTS]
    outputs = [value.name for value in graph.output]
    known = {value.name for value in graph.input} | set(tensors) | set(outputs)
    for node in watched:
        for name in [*node.input, *node.output]:
            if name and name not in known:
                known.add(name)
                graph.output.add(name=name)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    kinds = {value.name: NUMPY[value.type.tensor_type.elem_type] for value in graph.input if value.name not in tensors}
    for asked in facts["asked"]:
        feed = {name: np.ones(shape, kinds[name]) for name, shape in asked["inputs"].items() if name in kinds}
        wanted = [value.name for value in graph.output]
        shapes = {name: list(result.shape) for name, result in zip(wanted, session.run(wanted, feed))}
        shapes.update({name: list(tensor.dims) for name, tensor in tensors.items()} | {name: list(t.shape) for name, t in feed.items()})
        convolutions = [shapes[node.output[0]] for node in watched if node.op_type.startswith("Conv")]
        if [shapes[name] for name in outputs] != asked["outputs"]:
            yield f"{asked['query']}: outputs {[shapes[name] for name in outputs]}, expected {asked['outputs']}"
        if any(node.op_type in PRODUCTS for body in bodies[1:] for node in body.node):
            continue
        if convolutions != asked["convolutions"]:
            yield f"{asked['query']}: convolutions differ ({len(convolutions)}, expected {len(asked['convolutions'])})"
        macs = sum(count(node, shapes) for node in watched)
        if macs != asked["macs"]:
            yield f"{asked['query']}: {macs} MACs, expected {asked['macs']}"


def count(node, shapes):
    first, second = (shapes[name] for name in node.input[:2])
    kind = node.op_type
    if kind in ("Conv", "ConvTranspose"):
        positions = shapes[node.output[0]] if kind == "Conv" else first
        return math.prod(positions) // positions[1] * math.prod(second)
    if kind in ("LSTM", "GRU", "RNN"):  # x: steps x batch x in; w: directions x gates.hidden x in; r likewise
        return first[0] * first[1] * (math.prod(second) + math.prod(shapes[node.input[2]]))
    if kind == "Einsum":
        left, right = next(a.s for a in node.attribute if a.name == "equation").decode().replace(" ", "").split("->")[0].split(",")
        return math.prod(dict([*zip(left, first), *zip(right, second)]).values())
    if kind == "Attention":  # batch x heads x steps x features
        return math.prod(first[:3]) * second[2] * (first[3] + shapes[node.input[2]][3])
    transposed = kind == "Gemm" and any(a.name == "transA" and a.i for a in node.attribute)
    return math.prod(shapes[node.output[0]]) * (first[0] if transposed else first[-1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
