"""Exports networks to ONNX without their weights, beside what PyTorch says about each. README.md tells how to run it."""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import warnings
import zlib
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import onnx
import torch
from onnx import TensorProto

import truth
from networks import CASES

SEED = 20250117
HERE = Path(__file__).parent
MAJOR = int(torch.__version__.split(".")[0])
FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16)
DATA = ("raw_data", "float_data", "double_data", "int32_data", "int64_data", "uint64_data", "string_data")
SMALL_INTEGERS = 1024  # elements; integers up to here are kept, since shapes are computed from them
SMALL_CONSTANT = 64  # elements of a float that nobody learns (the scales of a Resize, an epsilon)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="files to write; all of this PyTorch's by default")
    parser.add_argument("--keep", type=Path, help="folder for the files with their weights (for check.py)")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    cases = [case for case in CASES if case.torch == MAJOR and case.name in (options.names or [case.name])]
    if len(cases) == 1:
        size = write(cases[0], external=zlib.crc32(cases[0].name.encode()) % 2 == 0, keep=options.keep)
        print(f"{cases[0].name}: {size} bytes")
        return
    # A process each: an export leaves state behind that can break the next, and one that fails does not stop the others.
    keep = ["--keep", str(options.keep)] if options.keep else []
    failed = [case.name for case in cases if subprocess.run([sys.executable, __file__, case.name, *keep]).returncode]
    sys.exit(f"failed: {', '.join(failed)}" if failed else None)


def write(case, external, keep):
    torch.manual_seed(SEED)
    model = case.build().eval()
    randomise(model)
    asked = [measure(case, model, extents) for extents in case.asked] if case.macs else []
    full = export(case, model)
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{case.name}.onnx").write_bytes(full)
    graph = onnx.load_model_from_string(full)
    learned = {name for name, _ in [*model.named_parameters(), *model.named_buffers()]}
    strip(graph, learned, external, case.value_info)
    packed = gzip.compress(graph.SerializeToString(deterministic=True), compresslevel=9, mtime=0)
    (HERE / f"{case.name}.onnx.gz").write_bytes(packed)
    describe(case, model, graph, asked)
    return len(packed)


def randomise(model):
    """No two tensors alike: the exporter makes one initialiser of equal ones, and parameters would no longer add up."""
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
            if tensor.is_floating_point() and "running_var" in name:
                tensor.uniform_(0.9, 1.1, generator=generator)
            elif tensor.is_floating_point():
                tensor.normal_(0, 0.02, generator=generator)


def example(case, extents):
    if case.inputs:
        return case.inputs(extents)
    shape = [extents.get(case.axes.get(axis), extent) for axis, extent in enumerate(case.shape)]
    return [torch.rand(shape)]


def measure(case, model, extents):
    """The answer for one question, in the words of layergauge's query: the first axis is `batch_size`, others are `dims`."""
    dims = {name: extent for name, extent in extents.items() if name != "N"}
    query = {**({"batch_size": extents["N"]} if "N" in extents else {}), **({"dims": dims} if dims else {})}
    result = truth.measure(model, example(case, extents))
    return {"query": query, **result, "inputs": dict(zip(case.names, result["inputs"]))}


def export(case, model):
    arguments = tuple(example(case, {name: case.shape[axis] for axis, name in case.axes.items()}))
    module = torch.jit.script(model) if case.script else model
    options = {"opset_version": case.opset, "input_names": list(case.names)}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        if case.dynamo:
            shapes = {"dynamic_shapes": tuple({axis: name for axis, name in case.axes.items()} or None for _ in case.names)} if case.axes else {}
            torch.onnx.export(model, arguments, path, dynamo=True, external_data=False, optimize=case.folded, verbose=False, **shapes, **options)
        else:
            if MAJOR > 1:
                options["dynamo"] = False
            if case.axes:
                options["dynamic_axes"] = {name: dict(case.axes) for name in case.names}
            mode = torch.onnx.TrainingMode
            torch.onnx.export(
                module, arguments, path, do_constant_folding=case.folded, keep_initializers_as_inputs=case.listed,
                training=mode.EVAL if case.folded else mode.PRESERVE, **options)
        return Path(path).read_bytes()


def strip(model, learned, external, value_info):
    """Takes the values out of weights; names, dims and data types stay. In half of the files they are said to lie elsewhere."""
    offset = 0
    model.ClearField("doc_string")
    for graph in graphs(model):
        graph.ClearField("doc_string")
        if not value_info:
            graph.ClearField("value_info")
        tensors = [(tensor, tensor.name in learned) for tensor in getattr(graph, "initializer", [])]
        for node in graph.node:
            node.ClearField("doc_string")
            if hasattr(node, "metadata_props"):
                node.ClearField("metadata_props")
            tensors += [(attribute.t, False) for attribute in node.attribute if attribute.type == onnx.AttributeProto.TENSOR]
        for tensor, is_learned in tensors:
            elements = 1
            for extent in tensor.dims:
                elements *= extent
            tensor.ClearField("doc_string")
            if elements <= (SMALL_CONSTANT * (not is_learned) if tensor.data_type in FLOATS else SMALL_INTEGERS):
                continue
            length = len(tensor.raw_data)
            for name in DATA:
                tensor.ClearField(name)
            if external:
                tensor.data_location = TensorProto.EXTERNAL
                for key, value in (("location", "weights.bin"), ("offset", str(offset)), ("length", str(length))):
                    tensor.external_data.add(key=key, value=value)
                offset += length


def graphs(model):
    """The graph, the local functions, and the bodies inside them."""
    pending = [model.graph, *getattr(model, "functions", [])]
    while pending:
        graph = pending.pop()
        yield graph
        for node in graph.node:
            for attribute in node.attribute:
                pending += [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]


def describe(case, model, graph, asked):
    nodes = [node for part in graphs(graph) for node in part.node]
    read = {name for node in nodes for name in node.input}
    initialisers = {tensor.name for part in graphs(graph) for tensor in getattr(part, "initializer", [])} & read
    aliases = {}  # of a tensor, by its identity: a tied weight is in the file under either of its names
    for prefix, module in model.named_modules():
        for name, tensor in [*module._parameters.items(), *module._buffers.items()]:
            aliases.setdefault(id(tensor), set()).add(f"{prefix}.{name}".lstrip("."))

    def left_out(tensors):
        return {name: list(tensor.shape) for name, tensor in tensors
                if tensor.is_floating_point() and not case.folded and not aliases[id(tensor)] & initialisers}

    import torchvision

    facts = {
        "file": case.name,
        "made_with": f"torch {torch.__version__}, torchvision {torchvision.__version__}, onnx {onnx.__version__}",
        "exporter": "dynamo" if case.dynamo else "script" if case.script else "trace",
        "folded": case.folded,
        "ir_version": graph.ir_version,
        "opsets": {entry.domain or "ai.onnx": entry.version for entry in graph.opset_import},
        "axes": {str(axis): name for axis, name in case.axes.items()},
        "nodes": len(nodes),
        "operators": dict(sorted(Counter(f"{node.domain}:{node.op_type}".lstrip(":") for node in nodes).items())),
        **truth.count_numbers(model),
        "parameters_not_in_file": left_out(model.named_parameters()),
        "buffers_not_in_file": left_out(model.named_buffers()),
    }
    facts["float_constants"] = {
        node.output[0]: {"shape": list(attribute.t.dims), "read_by": sorted({reader.op_type for reader in nodes if node.output[0] in reader.input})}
        for node in nodes if node.op_type == "Constant" for attribute in node.attribute
        if attribute.name == "value" and attribute.t.data_type in FLOATS and len(attribute.t.dims)}
    if case.folded:
        facts.update(count_folded(graph))
    facts["asked"] = asked
    (HERE / f"{case.name}.json").write_text(pretty(facts))


def count_folded(graph):
    """Folding changes what there is to learn: a batch norm after a convolution is now its bias. Counted from the file's own tensors."""
    tensors = {tensor.name: tensor for tensor in graph.graph.initializer if tensor.data_type in FLOATS}
    statistics = {name for node in graph.graph.node if node.op_type == "BatchNormalization" for name in node.input[3:5]}
    read = {name for node in graph.graph.node for name in node.input}
    counts = {"parameters": 0, "buffers": 0}
    for name, tensor in tensors.items():
        if name in read and len(tensor.dims):
            counts["buffers" if name in statistics else "parameters"] += int(torch.Size(tensor.dims).numel())
    return counts


def pretty(facts):
    """One line a key, and one line a key of a question: diffs stay readable."""
    def lines(value, indent):
        if isinstance(value, dict) and value:
            entries, brackets = [f"{json.dumps(key)}: {lines(item, indent + 1)}" for key, item in value.items()], "{}"
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            entries, brackets = [lines(item, indent + 1) for item in value], "[]"
        else:
            return json.dumps(value)
        inner = ",\n".join(" " * (indent + 1) + entry for entry in entries)
        return f"{brackets[0]}\n{inner}\n{' ' * indent}{brackets[1]}"

    return lines(facts, 0) + "\n"


if __name__ == "__main__":
    main()
