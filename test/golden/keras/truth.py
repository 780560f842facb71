"""Keras models as they are posted, and what Keras itself says of them: the common part of the export scripts of this folder."""

import gzip
import json
from pathlib import Path

import keras
from keras.src.models.functional import Functional

HERE = Path(__file__).parent
# Files above this many bytes are written compressed.
PLAIN_BYTES = 20_000


def numbers(weights):
    """How many numbers these variables hold."""
    total = 0
    for weight in weights:
        product = 1
        for extent in weight.shape:
            product *= extent
        total += product
    return total


def shapes(outputs):
    return [None if getattr(out, "shape", None) is None else list(out.shape) for out in keras.tree.flatten(outputs)]


def dtypes(outputs):
    return [getattr(out, "dtype", None) for out in keras.tree.flatten(outputs)]


def graph_of(operation):
    """The functional graph inside a nested model; None for every other operation."""
    if isinstance(operation, keras.Sequential):
        return operation._functional
    return operation if isinstance(operation, Functional) else None


def walk(graph, inputs, prefix, visit):
    """
    Calls every operation of the graph on the shapes that reach it, nested models inside out: `compute_output_spec` is Keras' own symbolic
    call. A model that is called on other shapes than it was built with is thus told with those of the call.
    """
    known = {id(own): given for own, given in zip(graph.inputs, keras.tree.flatten(inputs))}
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            operation = node.operation
            path = f"{prefix}{operation.name}"
            if node.is_input:
                visit(path, operation, [known.get(id(out), out) for out in node.outputs])
                continue
            args, kwargs = node.arguments.fill_in(known)
            inner = graph_of(operation)
            if inner is None:
                outputs = operation.compute_output_spec(*args, **kwargs)
                visit(path, operation, outputs)
            else:
                outputs = walk(inner, args[0], f"{path}/", visit)
            known.update({id(own): made for own, made in zip(node.outputs, keras.tree.flatten(outputs))})
    return [known[id(out)] for out in graph.outputs]


def truth_of(model, tensors=False):
    """What Keras says of a built model; with `tensors` the weights of each layer one by one."""
    rows = []
    calls = {}

    def visit(path, operation, outputs):
        call = calls[path] = calls.get(path, -1) + 1
        weights = operation.weights if isinstance(operation, keras.layers.Layer) else []
        row = {
            "name": path,
            "class_name": type(operation).__name__,
            "call": call,
            "output_shapes": shapes(outputs),
            "output_dtypes": dtypes(outputs),
            "parameters": numbers(weights),
            "non_trainable": numbers(w for w in weights if not w.trainable),
        }
        if tensors:
            row["weights"] = [[w.path.split("/", 1)[-1], list(w.shape), keras.backend.standardize_dtype(w.dtype), w.trainable] for w in weights]
        rows.append(row)

    outputs = walk(graph_of(model), model.inputs, "", visit)
    assert shapes(outputs) == shapes(model.outputs), model.name
    return {
        "count_params": model.count_params(),
        "trainable": numbers(model.trainable_weights),
        "non_trainable": numbers(model.non_trainable_weights),
        "inputs": [{"name": i.name, "shape": list(i.shape), "dtype": i.dtype} for i in model.inputs],
        "output_shapes": shapes(model.outputs),
        "layers": rows,
    }


def write(path, text):
    """Writes text, compressed where it is large; the same text always gives the same bytes."""
    data = text.encode()
    plain, packed = HERE / path, HERE / f"{path}.gz"
    plain.parent.mkdir(parents=True, exist_ok=True)
    plain.unlink(missing_ok=True)
    packed.unlink(missing_ok=True)
    if len(data) > PLAIN_BYTES:
        packed.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    else:
        plain.write_bytes(data)


def rows_of(value):
    """JSON with one model, or one layer of a truth, a line: small, and still read as a diff."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
