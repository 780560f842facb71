"""What ONNX says about single nodes that move elements: shapes, parts, picks, loops and lists, and numbers that are folded.

Every case is a model of one node (or one node and what it needs), run by ONNX's reference evaluator on drawn inputs; shapes, types and, where a case says so, the
numbers that come out are its word, and ONNX's own shape inference must not contradict it. Where the evaluator does not know an old version of an operator, shape
inference says the shapes. Run from the repository's root, it writes its own files again, byte for byte:

    python3 test/golden/onnx-nodes/moving.py

Made with onnx 1.23.2 and numpy (`pip install onnx==1.23.2 numpy`). onnxruntime 1.32.0 gives the same shapes and types wherever it has the operator.
"""

import base64
import json
import pathlib
import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.simplefilter("ignore")
FOLDER = pathlib.Path(__file__).parent
DRAW = np.random.default_rng(20261125)
MOST = 2**63 - 1
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
node = helper.make_node

# ONNX's element types by the names of ours; those that are not here have no case.
NAMES = {1: "float32", 2: "uint8", 3: "int8", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}
NUMBERS = {np.dtype(helper.tensor_dtype_to_np_dtype(number)): number for number in NAMES}


class Fed:
    """A graph input and what it is fed."""

    def __init__(self, array):
        self.array = array


class Stored(Fed):
    """An initializer."""


def f(*shape, dtype=np.float32):
    return Fed(np.asarray(DRAW.standard_normal(shape), dtype))


def i(*shape, low=0, high=1, dtype=np.int64):
    return Fed(np.asarray(DRAW.integers(low, high, shape), dtype))


def b(*shape):
    return Fed(np.asarray(DRAW.integers(0, 2, shape), np.bool_))


def s(values, dtype=np.int64):
    return Stored(np.asarray(values, dtype))


def w(*shape, dtype=np.float32):
    return Stored(np.asarray(DRAW.standard_normal(shape), dtype))


def to(number, values):
    return Stored(np.asarray(values, helper.tensor_dtype_to_np_dtype(number)))


def model_of(nodes, fed, outputs, opset, value_info=()):
    infos = [helper.make_tensor_value_info(name, NUMBERS[x.array.dtype], x.array.shape) for name, x in fed.items() if not isinstance(x, Stored)]
    stored = [numpy_helper.from_array(x.array, name) for name, x in fed.items() if isinstance(x, Stored)]
    graph = helper.make_graph(nodes, "g", infos, [onnx.ValueInfoProto(name=name) for name in outputs], stored, value_info=list(value_info))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def inferred(model):
    # Outputs without a type are completed by shape inference.
    found = onnx.shape_inference.infer_shapes(model, strict_mode=False, data_prop=True)
    result = {}
    for info in [*found.graph.value_info, *found.graph.output]:
        if not info.type.HasField("tensor_type"):
            continue
        tensor = info.type.tensor_type
        dims = [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim] if tensor.HasField("shape") else None
        result[info.name] = (tensor.elem_type, dims)
    return result


def described(value, numbers):
    if isinstance(value, list):
        return [described(item, numbers) for item in value]
    value = np.asarray(value)
    text = {"dtype": NAMES[NUMBERS[value.dtype]], "shape": list(value.shape)}
    if numbers:
        text["values"] = [x.item() if np.isfinite(x) else str(x) for x in value.reshape(-1).astype(np.float64 if value.dtype.kind == "f" else np.int64)]
    return text


def graph_case(title, nodes, fed, outputs, opset, numbers=False, **rest):
    """`rest` goes into the case as it is; `said` are shapes by the specification where the evaluator goes its own way."""
    model = model_of(nodes, fed, outputs, opset, rest.pop("value_info", ()))
    by_inference = inferred(model)
    said = rest.pop("said", None)
    try:
        if said is not None:
            raise NotImplementedError
        found = ReferenceEvaluator(model).run(None, {name: x.array for name, x in fed.items() if not isinstance(x, Stored)})
        result = [described(value, numbers) for value in found]
        for name, value in zip(outputs, found):
            if isinstance(value, list) or name not in by_inference or rest.get("differs"):
                continue
            number, dims = by_inference[name]
            assert dims is None or all(d is None or d == e for d, e in zip(dims, np.shape(value), strict=True)), (title, dims, np.shape(value))
            assert number in (0, NUMBERS[np.asarray(value).dtype]), (title, number, np.asarray(value).dtype)
    except NotImplementedError:
        shapes = said or [by_inference[name][1] for name in outputs]
        result = [{"dtype": NAMES[by_inference[name][0]], "shape": shape} for name, shape in zip(outputs, shapes, strict=True)]
        assert all(None not in out["shape"] for out in result), (title, result)
    case = {"title": title, "outputs": result, **rest}
    case["model"] = base64.b64encode(model.SerializeToString(deterministic=True)).decode()
    return case


def case(op, opset, *fed, n=1, name="", numbers=False, like=None, **attributes):
    """One node; `None` among `fed` is an input that is absent. `like` changes the title."""
    extra = {key: attributes.pop(key) for key in ("custom", "differs", "parameters", "rows", "said") if key in attributes}
    inputs = {f"x{k}": x for k, x in enumerate(fed) if x is not None}
    names = [f"x{k}" if x is not None else "" for k, x in enumerate(fed)]
    outputs = ["y", "z", "u", "v"][:n]
    node = helper.make_node(op, names, outputs, name="node", **attributes)
    shapes = ", ".join("-" if x is None else ("stored " if isinstance(x, Stored) else "") + str(list(x.array.shape)) for x in fed)
    told = "".join(f" {key}={value}" for key, value in attributes.items() if not isinstance(value, (onnx.GraphProto, onnx.TensorProto)))
    return graph_case(f"{op}-{opset} {like or shapes}{told}", [node], inputs, outputs, opset, numbers, **extra)


def write(name, cases):
    lines = ",\n".join(json.dumps(c, separators=(",", ":"), ensure_ascii=False) for c in cases)
    (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n")
    print(name, len(cases))


# ---------------------------------------------------------------------------------------------------------------- Shapes


def shaping():
    yield case("Reshape", 13, f(2, 3, 4), s([0, -1]))
    yield case("Reshape", 7, f(2, 3, 4), s([4, 6]))
    yield case("Reshape", 14, f(2, 3, 4), s([-1]))
    yield case("Reshape", 21, f(2, 3, 4), s([2, 0, 2, 2]))
    yield case("Reshape", 13, f(1, 1), s([], np.int64))
    yield case("Reshape", 14, f(2, 3, 4), s([3, -1, 2, 2]), allowzero=1)
    yield case("Flatten", 9, f(2, 3, 4))
    yield case("Flatten", 13, f(2, 3, 4), axis=0)
    yield case("Flatten", 13, f(2, 3, 4), axis=3)
    yield case("Flatten", 11, f(2, 3, 4, 5), axis=-2)
    yield case("Flatten", 21, f(5))
    yield case("Transpose", 7, f(2, 3, 4))
    yield case("Transpose", 13, f(2, 3, 4), perm=[1, 2, 0])
    yield case("Transpose", 23, i(3, 1, 2, high=9, dtype=np.int32), perm=[2, 1, 0])
    yield case("Squeeze", 11, f(1, 3, 1, 4))
    yield case("Squeeze", 11, f(1, 3, 1, 4), axes=[-2])
    yield case("Squeeze", 13, f(1, 3, 1, 4), s([0, 2]))
    yield case("Squeeze", 13, f(2, 3))
    yield case("Unsqueeze", 7, f(2, 3), axes=[0, 3])
    yield case("Unsqueeze", 11, f(2, 3), axes=[-1])
    yield case("Unsqueeze", 13, f(2, 3), s([1, -1]))
    yield case("Unsqueeze", 13, f(), s([0]))
    yield case("Expand", 8, f(3, 1), s([2, 1, 6]))
    yield case("Expand", 13, f(3, 4), s([1, 1]))
    yield case("Expand", 13, f(), s([2, 3]))
    yield case("Expand", 13, b(1, 4), s([3, 4]))
    yield case("Tile", 7, f(2, 3), s([2, 1]))
    yield case("Tile", 13, f(2, 1, 4), s([1, 3, 2]))
    yield case("Tile", 13, i(3, high=7), s([4]))
    yield case("DepthToSpace", 11, f(2, 8, 3, 4), blocksize=2)
    yield case("DepthToSpace", 13, f(1, 18, 2, 2), blocksize=3, mode="CRD")
    yield case("DepthToSpace", 7, f(1, 4, 2, 2), blocksize=2)
    yield case("SpaceToDepth", 7, f(2, 3, 4, 6), blocksize=2)
    yield case("SpaceToDepth", 13, f(1, 1, 9, 6), blocksize=3)
    yield case("SpaceToDepth", 13, f(1, 2, 3, 3), blocksize=1)
    yield case("Concat", 7, f(2, 3), f(2, 5), axis=1)
    yield case("Concat", 13, f(2, 3), f(1, 3), f(4, 3), axis=-2)
    yield case("Concat", 13, f(2, 3), axis=0)
    yield case("Concat", 13, f(2, 3), Stored(np.zeros((0, 3), np.float32)), axis=0)
    yield case("Split", 7, f(6, 4), n=3, axis=0)
    yield case("Split", 11, f(6, 4), n=2, axis=-1, split=[1, 3])
    yield case("Split", 13, f(7, 4), s([2, 5]), n=2)
    yield case("Split", 13, f(2, 4), n=2, axis=1)
    yield case("Split", 18, f(7, 4), n=3, num_outputs=3)
    nodes = [node("Split", ["x", "n"], ["a", "b", "c"], name="node", axis=1), node("Concat", ["c", "b", "a"], ["y"], name="after", axis=1)]
    yield graph_case("Split-18 with an empty part", nodes, {"x": f(2, 9), "n": s([4, 0, 5])}, ["y"], 18, rows=["node", "after"])
    yield case("Slice", 7, f(5, 6), starts=[1, -3], ends=[4, MOST], axes=[0, 1])
    yield case("Slice", 9, f(5, 6), starts=[0], ends=[-1])
    yield case("Slice", 10, f(5, 6), s([1]), s([5]), s([1]), s([2]))
    yield case("Slice", 11, f(5, 6, 7), s([0, 2]), s([100, -1]), s([-1, 0]))
    yield case("Slice", 13, f(5, 6), s([-1]), s([-MOST - 1]), s([0]), s([-1]))
    yield case("Slice", 13, f(5, 6), s([4, 0]), s([0, 6]), s([0, 1]), s([-2, 3]))
    yield case("Slice", 13, f(5, 6), s([0, 0], np.int32), s([5, 6], np.int32))
    yield case("Slice", 13, f(5), s([3]), s([1]), s([0]), s([-1]))
    yield case("Pad", 7, f(2, 3, 4), pads=[0, 0, 1, 0, 0, 2])
    yield case("Pad", 7, f(1, 1, 4, 5), pads=[0, 0, 2, 1, 0, 0, 1, 2], mode="reflect")
    yield case("Pad", 11, f(2, 3), s([1, 0, 0, 4]), s(1.5, np.float32))
    yield case("Pad", 13, f(2, 3, 4), s([0, 0, 1, 0, 0, 1]), mode="edge")
    yield case("Pad", 18, f(2, 3, 4), s([1, 2, 3, 4]), None, s([1, -1]))
    yield case("Pad", 19, f(2, 3, 4), s([0, 1, 2, 0, 1, 2]), mode="wrap")
    yield case("Pad", 13, f(2, 6), s([0, -1, 0, -2]), said=[[2, 3]])
    yield case("Pad", 13, f(2, 3), s([0, 0, 0, 0]))
    yield case("Pad", 13, i(2, 3, high=5), s([1, 0, 0, 0]), s(7))
    yield case("CenterCropPad", 18, f(10, 7, 3), s([4, 9, 3]))
    yield case("CenterCropPad", 18, f(10, 7, 3), s([5, 4]), axes=[0, 1])
    yield case("CenterCropPad", 18, f(10, 7, 3), s([8]), axes=[-1])
    yield case("CenterCropPad", 18, f(4, 4), s([4, 4]))
    yield case("Identity", 7, f(2, 3))
    yield case("Identity", 16, i(3, high=5))
    yield case("Identity", 13, b())
    yield case("Cast", 7, f(2, 3), to=TensorProto.INT64)
    yield case("Cast", 9, i(2, 3, high=5), to=TensorProto.FLOAT16)
    yield case("Cast", 13, f(4), to=TensorProto.BOOL)
    yield case("CastLike", 15, f(2, 3), i(1, high=5, dtype=np.int32))
    yield case("CastLike", 19, i(2, high=3), to(TensorProto.FLOAT16, [1.0]))
    yield case("CastLike", 21, b(2), f(3))
    yield case("Dropout", 7, f(2, 3), ratio=0.3)
    yield case("Dropout", 10, f(2, 3), n=2)
    yield case("Dropout", 13, f(2, 3), s(0.1, np.float32), n=2)
    yield case("Dropout", 13, f(2, 3), None, s(False, np.bool_))
    # What decides the shape is data, but the file states what comes out.
    stated = helper.make_tensor_value_info("t", 1, [4, 6])
    nodes = [helper.make_node("Reshape", ["x", "n"], ["t"], name="node"), helper.make_node("Relu", ["t"], ["y"], name="after")]
    yield graph_case("Reshape-13 by data, stated", nodes, {"x": f(2, 3, 4), "n": Fed(np.array([4, 6]))}, ["y"], 13, value_info=[stated])
    stated = helper.make_tensor_value_info("t", 1, [3, 4])
    nodes = [helper.make_node("Expand", ["x", "n"], ["t"], name="node"), helper.make_node("Relu", ["t"], ["y"], name="after")]
    yield graph_case("Expand-13 by data, stated", nodes, {"x": f(1, 4), "n": Fed(np.array([3, 4]))}, ["y"], 13, value_info=[stated])
    for op, fed in [
        ("Reshape", [f(2, 3, 4), Fed(np.array([4, 6]))]),
        ("Expand", [f(1, 4), Fed(np.array([3, 4]))]),
        ("Tile", [f(1, 4), Fed(np.array([3, 1]))]),
        ("Slice", [f(5), Fed(np.array([0])), s([3])]),
        ("Pad", [f(5), Fed(np.array([0, 1]))]),
        ("Squeeze", [f(1, 5), Fed(np.array([0]))]),
        ("Unsqueeze", [f(1, 5), Fed(np.array([0]))]),
        ("CenterCropPad", [f(5), Fed(np.array([3]))]),
    ]:
        yield case(op, 18, *fed, like="by data", custom=True)


# ---------------------------------------------------------------------------------------------------------------- Picks


def picking():
    yield case("Gather", 7, f(5, 4), i(2, 3, high=5))
    yield case("Gather", 11, f(5, 4, 6), i(2, low=-4, high=4), axis=1)
    yield case("Gather", 13, f(5, 4, 6), i(high=6), axis=-1)
    yield case("Gather", 13, f(5, 4), s(1))
    yield case("Gather", 13, f(5, 4, 3), s(-1), axis=1)
    yield case("Gather", 13, f(1, 4), s(0))
    yield case("Gather", 13, f(5, 4), s([0, 4, 2]))
    # A stored table: 5 · 4 numbers that are learned.
    yield case("Gather", 13, w(5, 4), i(2, 3, high=5), parameters=20)
    yield case("Gather", 13, w(5, 4), i(high=5, dtype=np.int32), parameters=20)
    yield case("Gather", 13, w(5, 4), i(2, high=4), axis=1, parameters=20)
    yield case("Gather", 13, w(5, 4, 2), i(3, high=5), parameters=40)
    yield case("Gather", 13, w(5, 4), s([3]), parameters=20)
    # 8-bit tables are learned numbers as well.
    yield case("Gather", 13, Stored(DRAW.integers(-9, 9, (6, 3)).astype(np.int8)), i(2, high=6), parameters=18)
    yield case("GatherElements", 11, f(3, 4), i(2, 4, high=3))
    yield case("GatherElements", 13, f(3, 4), i(3, 6, high=4), axis=1)
    yield case("GatherElements", 13, f(3, 4, 2), i(3, 1, 2, high=4, dtype=np.int32), axis=-2)
    yield case("GatherND", 11, f(3, 4, 5), i(6, 2, high=3))
    yield case("GatherND", 12, f(3, 4, 5), i(3, 2, 1, high=4), batch_dims=1)
    yield case("GatherND", 13, f(3, 4), i(2, 2, 2, high=3))
    yield case("ScatterElements", 11, f(3, 4), i(2, 4, high=3), f(2, 4))
    yield case("ScatterElements", 16, f(3, 4), i(3, 2, high=4), f(3, 2), axis=1, reduction="add")
    yield case("ScatterElements", 18, f(3, 4), i(3, 2, high=4), f(3, 2), axis=-1, reduction="max")
    yield case("Scatter", 9, f(3, 4), i(2, 4, high=3), f(2, 4))
    yield case("Scatter", 10, f(5), i(2, high=5), f(2), axis=0)
    yield case("Scatter", 10, f(2, 5), i(2, 2, high=5), f(2, 2), axis=-1)
    yield case("ScatterND", 11, f(4, 5), i(2, 1, high=4), f(2, 5))
    yield case("ScatterND", 16, f(4, 5), i(3, 2, high=4), f(3), reduction="add")
    yield case("ScatterND", 18, f(4, 5), i(3, 2, high=4), f(3), reduction="min")
    yield case("TensorScatter", 24, f(2, 3, 8, 4), f(2, 3, 2, 4), s([1, 3]))
    yield case("TensorScatter", 24, f(2, 8, 4), f(2, 3, 4), i(2, high=5), mode="circular")
    yield case("TensorScatter", 24, f(2, 8, 4), f(2, 3, 4), axis=1)
    yield case("Where", 9, b(2, 1), f(2, 3), f(3))
    yield case("Where", 16, b(4), f(2, 1), f())
    yield case("Where", 16, b(2, 3), i(2, 3, high=4), i(high=9))
    yield case("OneHot", 9, i(2, 3, high=5), s(5), s([0.0, 1.0], np.float32))
    yield case("OneHot", 11, i(2, 3, high=5), s([7]), s([0, 1]), axis=1, said=[[2, 7, 3]])
    yield case("OneHot", 11, i(4, high=5, dtype=np.int32), s(6), s([0, 1], np.bool_), axis=0, said=[[6, 4]])
    yield case("Trilu", 14, f(3, 4))
    yield case("Trilu", 14, f(2, 3, 3), s(1), upper=0)
    yield case("Trilu", 14, f(5, 5), i(high=2))
    yield case("TopK", 7, f(2, 6), n=2, k=3)
    yield case("TopK", 10, f(2, 6), s([2]), n=2, axis=0)
    yield case("TopK", 11, f(2, 6, 3), s([4]), n=2, axis=1, largest=0, sorted=0)
    yield case("TopK", 24, f(5), s([5]), n=2)
    yield case("EyeLike", 9, f(3, 4))
    yield case("EyeLike", 9, i(3, 3, high=2), dtype=TensorProto.FLOAT16, k=1)
    yield case("EyeLike", 22, f(2, 5), dtype=TensorProto.INT64)
    yield case("Range", 11, s(0), s(10), s(3))
    yield case("Range", 11, s(0.0, np.float32), s(1.0, np.float32), s(0.3, np.float32))
    yield case("Range", 11, s(0), s(70_000), s(1))
    yield case("Compress", 9, f(3, 4), s([0, 1, 1], np.bool_), axis=0)
    yield case("Compress", 11, f(3, 4), s([1, 0, 1, 1, 0, 1], np.bool_))
    yield case("Compress", 11, f(3, 4), s([1, 0], np.bool_), axis=-1)
    yield case("ReverseSequence", 10, f(5, 3, 2), s([1, 5, 2]))
    yield case("ReverseSequence", 10, f(3, 5), s([1, 5, 2]), batch_axis=0, time_axis=1)
    yield case("ReverseSequence", 10, f(4, 2), i(2, low=1, high=4))
    # How many cells come out is in the data.
    yield case("NonZero", 13, f(3, 4), custom=True)
    yield case("ConstantOfShape", 9, i(2, low=2, high=5), custom=True)
    yield case("Unique", 11, f(6), n=4, custom=True)
    yield case("Unique", 11, f(6, 2), n=1, axis=0, custom=True)
    yield case("Compress", 11, f(6), b(6), custom=True)
    yield case("Range", 11, s(0), i(low=5, high=9), s(1), custom=True)
    yield case("OneHot", 11, i(2, high=4), i(low=4, high=7), s([0, 1]), custom=True)
    yield case("TopK", 11, f(6), i(1, low=2, high=4), n=2, custom=True)


# ---------------------------------------------------------------------------------------------------------------- Folding


def folding():
    ints, floats = s([[3, -4, 7], [-9, 2, 5]]), s([[0.5, -1.5, 2.5], [-2.25, 3.75, 1e-3]], np.float32)
    flags = s([[1, 0, 1], [0, 0, 1]], np.bool_)

    def fold(op, opset, *fed, **rest):
        return case(op, opset, *fed, numbers=True, like="folded", **rest)

    for op in ["Add", "Sub", "Mul", "Div"]:
        yield fold(op, 14, ints, s([2, -3, 4]))
        yield fold(op, 7, floats, s([[2], [0.3]], np.float32))
        yield fold(op, 14, s(7), s([2, 5]))
    yield fold("Mod", 13, ints, s([2, 3, -4]))
    yield fold("Mod", 10, ints, s([2, 3, -4]), fmod=1)
    yield fold("Mod", 13, floats, s([1.25], np.float32), fmod=1)
    yield fold("Pow", 13, ints, s(2))
    yield fold("Pow", 15, floats, s(2.0, np.float32))
    yield fold("Pow", 7, s([4.0, 9.0], np.float32), s(0.5, np.float32))
    for op in ["Sum", "Max", "Min", "Mean"]:
        yield fold(op, 8, floats, s([1.0], np.float32), s([[2.0], [-2.0]], np.float32))
        yield fold(op, 13, floats)
    yield fold("Max", 13, ints, s([0]))
    yield fold("Min", 13, ints, s([0]))
    for op in ["Neg", "Abs", "Sign"]:
        yield fold(op, 13, ints)
        yield fold(op, 13, floats)
    for op in ["Floor", "Ceil", "Round"]:
        yield fold(op, 13 if op != "Round" else 11, floats)
    yield fold("Round", 11, s([0.5, 1.5, -0.5, -2.5, 0.4999], np.float32))
    for op in ["Sqrt", "Reciprocal", "Exp", "Log", "Relu", "Sin", "Cos"]:
        yield fold(op, 14 if op == "Relu" else 13, s([0.25, 4.0, 2.0], np.float32))
    yield fold("Clip", 6, floats, min=-1.0, max=2.0)
    yield fold("Clip", 11, floats, s(0.0, np.float32))
    yield fold("Clip", 13, ints, s(-3), s(4))
    yield fold("Clip", 13, ints, None, s(4))
    for op in ["Equal", "Less", "Greater"]:
        yield fold(op, 13, ints, s([[3], [2]]))
        yield fold(op, 13, floats, s(0.5, np.float32))
    for op in ["LessOrEqual", "GreaterOrEqual"]:
        yield fold(op, 12, ints, s([[3], [2]]))
        yield fold(op, 16, floats, s(0.5, np.float32))
    for op in ["And", "Or", "Xor"]:
        yield fold(op, 7, flags, s([1, 1, 0], np.bool_))
    yield fold("Not", 1, flags)
    yield fold("IsNaN", 13, s([1.0, np.nan], np.float32))
    yield fold("Where", 9, flags, ints, s(0))
    yield fold("Where", 16, s([1, 0, 1], np.bool_), s([[1.0]], np.float32), floats)
    yield fold("BitwiseAnd", 18, ints, s([6, 12, 255]))
    yield fold("BitwiseOr", 18, ints, s([6, 12, 255]))
    yield fold("BitwiseXor", 18, ints, s(2**40))
    yield fold("BitwiseNot", 18, ints)
    yield fold("BitShift", 11, s([1, 200], np.uint8), s([3, 1], np.uint8), direction="LEFT")
    yield fold("BitShift", 11, s([9, 200], np.uint8), s([3, 1], np.uint8), direction="RIGHT")
    for op in ["ReduceSum", "ReduceProd", "ReduceMax", "ReduceMin", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceSumSquare"]:
        yield fold(op, 11, floats, axes=[1], keepdims=0)
        yield fold(op, 11, floats)
        yield fold(op, 18, floats, s([0, -1]))
        yield fold(op, 18, floats, noop_with_empty_axes=1)
    yield fold("ReduceSum", 13, ints, s([1]), keepdims=0)
    yield fold("ReduceProd", 13, ints, axes=[0])
    yield fold("ReduceMax", 13, ints, keepdims=0)
    yield fold("ArgMax", 13, ints, axis=1, keepdims=0)
    yield fold("ArgMin", 12, ints, axis=0)
    yield fold("ArgMax", 12, s([[1, 4, 4]]), axis=-1, select_last_index=1)
    yield fold("CumSum", 11, ints, s(1))
    yield fold("CumSum", 14, ints, s(0), reverse=1)
    yield fold("CumSum", 14, floats, s(-1), exclusive=1, reverse=1)
    yield fold("Identity", 13, ints)
    yield fold("Cast", 13, floats, to=TensorProto.INT64)
    yield fold("Cast", 13, floats, to=TensorProto.BOOL)
    yield fold("Cast", 13, ints, to=TensorProto.FLOAT)
    yield fold("CastLike", 15, floats, s([1], np.int32))
    yield fold("Reshape", 13, ints, s([3, -1]))
    yield fold("Flatten", 13, ints, axis=0)
    yield fold("Squeeze", 13, s([[1, 2]]), s([0]))
    yield fold("Unsqueeze", 13, ints, s([0, -1]))
    yield fold("Transpose", 13, ints)
    yield fold("Transpose", 13, s(np.arange(24).reshape(2, 3, 4)), perm=[2, 0, 1])
    yield fold("Concat", 13, ints, s([[1, 1, 1]]), axis=0)
    yield fold("Concat", 13, ints, s([[1], [2]]), Stored(np.zeros((2, 0), np.int64)), axis=-1)
    yield fold("Split", 13, ints, s([1, 2]), axis=1, n=2)
    yield fold("Split", 18, s(np.arange(5)), num_outputs=3, n=3)
    yield fold("Slice", 13, ints, s([-1, 1]), s([-100, MOST]), s([0, 1]), s([-1, 1]))
    yield fold("Slice", 9, ints, axes=[1], starts=[0], ends=[-1])
    yield fold("Slice", 13, s(np.arange(10)), s([8]), s([1]), s([0]), s([-3]))
    yield fold("Slice", 13, s(np.arange(4)), s([3]), s([1]))
    yield fold("Gather", 13, ints, s([[0, -1]]), axis=1)
    yield fold("Gather", 13, s([5, 6, 7]), s(-1))
    yield fold("GatherElements", 13, ints, s([[0, 2], [1, -1]]), axis=1)
    yield fold("GatherElements", 11, ints, s([[1, 0, 1]]))
    yield fold("GatherND", 13, ints, s([[0, 1], [1, -1]]))
    yield fold("GatherND", 13, ints, s([[1], [0]]))
    yield fold("GatherND", 13, ints, s([[1], [0]]), batch_dims=1)
    yield fold("ScatterElements", 18, ints, s([[1, 0, 1]]), s([[8, 9, 10]]))
    yield fold("ScatterElements", 18, ints, s([[1], [1]]), s([[8], [9]]), axis=1, reduction="add")
    yield fold("ScatterND", 13, s([1, 2, 3, 4]), s([[1], [3]]), s([9, 8]))
    yield fold("ScatterND", 18, ints, s([[1]]), s([[2, 2, 2]]), reduction="mul")
    yield fold("Expand", 13, s([[1], [2]]), s([2, 1, 3]))
    yield fold("Tile", 13, ints, s([2, 2]))
    yield fold("Tile", 13, s([1, 2]), s([0]))
    yield fold("Pad", 13, ints, s([1, 0, 0, 2]), s(9))
    yield fold("Pad", 18, s([1, 2, 3]), s([1, 2]), None, s([0]))
    yield fold("Range", 11, s(2), s(11), s(3))
    yield fold("Range", 11, s(5), s(0), s(-2))
    yield fold("Range", 11, s(5), s(5), s(1))
    yield fold("NonZero", 13, ints)
    yield fold("NonZero", 9, s([0, 3, 0, 4]))
    yield fold("OneHot", 11, s([[1, -1]]), s(3), s([5, 9]))
    yield fold("OneHot", 11, s([1, 4]), s(3), s([0.0, 1.0], np.float32), axis=0)
    yield fold("Compress", 11, ints, s([0, 1], np.bool_), axis=0)
    yield fold("Compress", 11, ints, s([0, 1, 1, 0, 1], np.bool_))
    yield fold("ConstantOfShape", 9, s([2, 3]), value=numpy_helper.from_array(np.array([7])))
    yield fold("ConstantOfShape", 9, s([], np.int64))
    yield fold("Shape", 13, f(2, 3))
    yield fold("Shape", 15, f(2, 3, 4), start=1, end=-1)
    yield fold("Shape", 15, f(2, 3, 4), start=-5, end=9)
    yield fold("Size", 13, f(2, 3, 4))
    # The chain that exporters write for x.view(x.size(0), -1, 2).
    nodes = [
        helper.make_node("Shape", ["x"], ["s"]),
        helper.make_node("Gather", ["s", "zero"], ["n"]),
        helper.make_node("Unsqueeze", ["n", "axes"], ["n1"]),
        helper.make_node("Cast", ["two"], ["c"], to=TensorProto.INT64),
        helper.make_node("Div", ["c", "one"], ["d"]),
        helper.make_node("Concat", ["n1", "free", "d"], ["t"], axis=0),
        helper.make_node("Reshape", ["x", "t"], ["y"], name="view"),
    ]
    fed = {"x": f(3, 4, 5, 2), "zero": s(0), "axes": s([0]), "two": s([2.0], np.float32), "one": s([1]), "free": s([-1])}
    yield graph_case("a view by its own shape", nodes, fed, ["y"], 13, rows=["view"])


# ---------------------------------------------------------------------------------------------------------------- Graphs


def graph(nodes, inputs, outputs, stored=()):
    """Inputs and outputs as (name, element type, shape)."""
    infos = [[helper.make_tensor_value_info(*info) for info in infos] for infos in (inputs, outputs)]
    return helper.make_graph(nodes, "body", *infos, initializer=[numpy_helper.from_array(np.asarray(v), k) for k, v in stored])


def branches():
    yes = graph([node("Relu", ["x"], ["a"], name="relu")], [], [("a", FLOAT, [2, 3])])
    no = graph([node("Neg", ["x"], ["b"], name="neg")], [], [("b", FLOAT, [2, 3])])
    longer = graph([node("Concat", ["x", "x"], ["d"], axis=0)], [], [("d", FLOAT, [4, 3])])

    def branch(title, fed, then_branch, else_branch, before=(), **rest):
        nodes = [*before, node("If", ["c"], ["y"], name="if", then_branch=then_branch, else_branch=else_branch)]
        return graph_case(title, nodes, {"x": f(2, 3), **fed}, ["y"], 16, **rest)

    yield branch("If-16 true", {"c": s(True, np.bool_)}, yes, no, rows=["if/relu"])
    yield branch("If-16 false", {"c": s([False], np.bool_)}, yes, no, rows=["if/neg"])
    yield branch("If-16 false, longer", {"c": s(False, np.bool_)}, yes, longer, rows=["if/d"])
    rank = [node("Shape", ["x"], ["s"]), node("Gather", ["s", "one"], ["n"]), node("Equal", ["n", "three"], ["c"])]
    yield branch("If-16 by a shape", {"one": s(1), "three": s(3)}, yes, longer, before=rank, rows=["if/relu"])
    yield branch("If-16 by data, one shape", {"c": Fed(np.array(True))}, yes, no, rows=["if"], costed=False)
    yield branch("If-16 by data, two shapes", {"c": Fed(np.array(True))}, yes, longer, custom=True, differs=True)
    # What only a branch reads is run all the same.
    before = [node("Exp", ["x0"], ["x"], name="before")]
    nodes = [*before, node("If", ["c"], ["y"], name="if", then_branch=yes, else_branch=no)]
    yield graph_case("If-16 by data, reads around it", nodes, {"x0": f(2, 3), "c": Fed(np.array(True))}, ["y"], 16, rows=["before", "if"], costed=False)
    # A weight of a branch counts where the branch is taken: 3 · 5 numbers.
    product = graph([node("MatMul", ["x", "w"], ["p"], name="product")], [], [("p", FLOAT, [2, 5])], [("w", np.ones((3, 5), np.float32))])
    yield branch("If-16 with a weight, taken", {"c": s(True, np.bool_)}, product, no, rows=["if/product"], parameters=15)
    yield branch("If-16 with a weight, not taken", {"c": s(False, np.bool_)}, product, no, rows=["if/neg"], parameters=0)


def loops():
    def loop(title, body, fed, inputs, outputs, before=(), after=(), opset=16, of=None, **rest):
        nodes = [*before, node("Loop", inputs, outputs, name="loop", body=body), *after]
        return graph_case(title, nodes, fed, of or outputs, opset, **rest)

    state = [("i", INT64, []), ("c", BOOL, []), ("h", FLOAT, [2, 3])]
    step = [node("Add", ["h", "x"], ["h1"], name="add"), node("Identity", ["c"], ["c1"]), node("Relu", ["h1"], ["o"], name="relu")]
    body = graph(step, state, [("c1", BOOL, []), ("h1", FLOAT, [2, 3]), ("o", FLOAT, [2, 3])])
    fed = {"x": f(2, 3), "h0": f(2, 3)}
    rows = [f"loop/{k}/{name}" for k in range(3) for name in ("add", "relu")]
    for title, extra, names in [("3 steps", {"m": s(3), "t": s(True, np.bool_)}, ["m", "t"]), ("3 steps, no condition", {"m": s([3])}, ["m", ""])]:
        yield loop(f"Loop-16 {title}", body, {**fed, **extra}, [*names, "h0"], ["y", "z"], rows=[*rows, "loop"], said=[[2, 3], [3, 2, 3]])
    yield loop("Loop-16 no step", body, {**fed, "m": s(0), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y", "z"], rows=["last"], after=[node("Abs", ["y"], ["u"], name="last")], of=["u"], said=[[2, 3]])
    yield loop("Loop-16 not begun", body, {**fed, "m": s(5), "t": s(False, np.bool_)}, ["m", "t", "h0"], ["y", "z"], rows=["last"], after=[node("Abs", ["y"], ["u"], name="last")], of=["u"], said=[[2, 3]])
    # A condition of its own: i < 1 after each step, so two steps.
    counted = [node("Add", ["h", "x"], ["h1"], name="add"), node("Less", ["i", "one"], ["c1"])]
    body2 = graph(counted, state, [("c1", BOOL, []), ("h1", FLOAT, [2, 3])], [("one", np.array(1))])
    yield loop("Loop-16 while", body2, {**fed, "t": s(True, np.bool_)}, ["", "t", "h0"], ["y"], rows=["loop/0/add", "loop/1/add"])
    # Numbers of steps that shapes give, and numbers that are carried: 1, 2, 4, 8 along the way.
    doubled = [node("Add", ["k", "k"], ["k1"]), node("Identity", ["c"], ["c1"]), node("Identity", ["k1"], ["o"])]
    body3 = graph(doubled, [("i", INT64, []), ("c", BOOL, []), ("k", INT64, [1])], [("c1", BOOL, []), ("k1", INT64, [1]), ("o", INT64, [1])])
    yield loop("Loop-16 of numbers", body3, {"m": s(3), "t": s(True, np.bool_), "k": s([1])}, ["m", "t", "k"], ["y", "z"], numbers=True)
    size = [node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["m"])]
    yield loop("Loop-16 by a shape", body2, {**fed, "zero": s(0), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y"], before=size, rows=["loop/0/add", "loop/1/add"])
    # By data: carried values keep their shape whatever happens; what is collected has no shape then.
    yield loop("Loop-16 by data", body, {**fed, "m": i(low=2, high=3), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y", "z"], custom=True, said=[[2, 3], [2, 2, 3]])
    keeps = graph([node("Add", ["h", "x"], ["h1"], name="add"), node("Identity", ["c"], ["c1"])], state, [("c1", BOOL, []), ("h1", FLOAT, [2, 3])])
    yield loop("Loop-16 by data, carried", keeps, {**fed, "m": i(low=2, high=3), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y"], rows=["loop"], costed=False)
    grows = graph([node("Concat", ["h", "x"], ["h1"], axis=0), node("Identity", ["c"], ["c1"])], state, [("c1", BOOL, []), ("h1", FLOAT, None)])
    yield loop("Loop-16 by data, growing", grows, {**fed, "m": i(low=2, high=3), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y"], custom=True, differs=True)
    yield loop("Loop-16 growing", grows, {**fed, "m": s(3), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y"], rows=["loop/0/h1", "loop/1/h1", "loop/2/h1"], differs=True)
    # One weight for all steps: 3 · 3 numbers, and 2 · 3 · 3 products a step.
    product = [node("MatMul", ["h", "w"], ["h1"], name="product"), node("Identity", ["c"], ["c1"])]
    body4 = graph(product, state, [("c1", BOOL, []), ("h1", FLOAT, [2, 3])], [("w", np.ones((3, 3), np.float32))])
    yield loop("Loop-16 with a weight", body4, {**fed, "m": s(4), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y"], parameters=9, macs=72, rows=[f"loop/{k}/product" for k in range(4)])
    # Within one another: 2 · 3 additions.
    inner = graph([node("Add", ["g", "x"], ["g1"], name="add"), node("Identity", ["d"], ["d1"])], [("j", INT64, []), ("d", BOOL, []), ("g", FLOAT, [2, 3])], [("d1", BOOL, []), ("g1", FLOAT, [2, 3])])
    outer = graph([node("Loop", ["three", "c", "h"], ["h1"], name="inner", body=inner), node("Identity", ["c"], ["c1"])], state, [("c1", BOOL, []), ("h1", FLOAT, [2, 3])], [("three", np.array(3))])
    yield loop("Loop-16 in a loop", outer, {**fed, "m": s(2), "t": s(True, np.bool_)}, ["m", "t", "h0"], ["y"], rows=[f"loop/{k}/inner/{j}/add" for k in range(2) for j in range(3)])


def scans():
    state = [("h", FLOAT, [2]), ("x", FLOAT, [2])]
    step = [node("Add", ["h", "x"], ["h1"], name="add"), node("Relu", ["h1"], ["o"], name="relu")]
    body = graph(step, state, [("h1", FLOAT, [2]), ("o", FLOAT, [2])])

    def scan(title, fed, outputs, opset=16, body=body, rows=None, said=None, **attributes):
        nodes = [node("Scan", list(fed), outputs, name="scan", body=body, num_scan_inputs=attributes.pop("scanned", 1), **attributes)]
        return graph_case(title, nodes, fed, outputs, opset, said=said, **({} if rows is None else {"rows": rows}))

    fed = {"h0": f(2), "xs": f(3, 2)}
    added = [f"scan/{k}/{name}" for k in range(3) for name in ("xs/slice", "xs", "add", "relu")]
    yield scan("Scan-16", fed, ["y", "z"], rows=[*added, "scan"])
    yield scan("Scan-9", fed, ["y", "z"], opset=9)
    yield scan("Scan-16 backwards", fed, ["y", "z"], scan_input_directions=[1], scan_output_directions=[1], said=[[2], [3, 2]])
    yield scan("Scan-16 along axis 1", {"h0": f(2), "xs": f(2, 4)}, ["y", "z"], scan_input_axes=[1], scan_output_axes=[-1], said=[[2], [2, 4]])
    two = graph([node("Mul", ["x", "w"], ["p"], name="mul"), node("Add", ["h", "p"], ["h1"], name="add")], [*state, ("w", FLOAT, [2])], [("h1", FLOAT, [2])])
    yield scan("Scan-16 of two", {"h0": f(2), "xs": f(3, 2), "ws": f(3, 2)}, ["y"], body=two, scanned=2)
    only = graph([node("Relu", ["x"], ["o"], name="relu")], [("x", FLOAT, [2])], [("o", FLOAT, [2])])
    yield scan("Scan-16 without a state", {"xs": f(3, 2)}, ["z"], body=only)
    yield scan("Scan-16 one step", {"h0": f(2), "xs": f(1, 2)}, ["y", "z"])


def lists():
    def seq(title, nodes, fed, outputs=("y",), opset=17, **rest):
        return graph_case(title, nodes, fed, list(outputs), opset, **rest)

    two = {"a": f(2, 3), "b": f(4, 3)}
    made = node("SequenceConstruct", ["a", "b"], ["s"])
    yield seq("SequenceAt-11", [made, node("SequenceAt", ["s", "p"], ["y"]), node("Relu", ["y"], ["z"])], {**two, "p": s(-1)}, ["z"])
    yield seq("SequenceLength-11", [made, node("SequenceLength", ["s"], ["y"])], two, numbers=True)
    yield seq("ConcatFromSequence-11", [made, node("ConcatFromSequence", ["s"], ["y"], axis=0, name="node")], two)
    yield seq("ConcatFromSequence-11 new axis", [node("SequenceConstruct", ["a", "a"], ["s"]), node("ConcatFromSequence", ["s"], ["y"], axis=-1, new_axis=1, name="node")], two)
    yield seq("SequenceInsert-11", [made, node("SequenceInsert", ["s", "c", "p"], ["s2"]), node("ConcatFromSequence", ["s2"], ["y"], axis=0)], {**two, "c": f(1, 3), "p": s(0)})
    yield seq("SequenceInsert-11 at the end", [node("SequenceEmpty", [], ["s"], dtype=FLOAT), node("SequenceInsert", ["s", "a"], ["s2"]), node("ConcatFromSequence", ["s2"], ["y"], axis=1)], {"a": f(2, 3)})
    yield seq("SequenceErase-11", [made, node("SequenceErase", ["s", "p"], ["s2"]), node("ConcatFromSequence", ["s2"], ["y"], axis=0)], {**two, "p": s(0)})
    yield seq("SequenceErase-11 the last", [made, node("SequenceErase", ["s"], ["s2"]), node("SequenceLength", ["s2"], ["y"])], two, numbers=True)
    last = [node("SequenceAt", ["s", "p"], ["t"]), node("Relu", ["t"], ["y"])]
    yield seq("SplitToSequence-11", [node("SplitToSequence", ["x"], ["s"], axis=0, name="node"), *last], {"x": f(3, 4), "p": s(1)})
    yield seq("SplitToSequence-11 keepdims=0", [node("SplitToSequence", ["x"], ["s"], axis=1, keepdims=0, name="node"), *last], {"x": f(3, 4), "p": s(2)})
    yield seq("SplitToSequence-11 scalar", [node("SplitToSequence", ["x", "n"], ["s"], axis=1, name="node"), *last], {"x": f(3, 7), "n": s(3), "p": s(2)})
    yield seq("SplitToSequence-11 sizes", [node("SplitToSequence", ["x", "n"], ["s"], axis=0, name="node"), *last], {"x": f(6, 2), "n": s([1, 3, 2]), "p": s(1)})
    yield seq("SequenceAt-11 by data", [made, node("SequenceAt", ["s", "p"], ["t"]), node("Relu", ["t"], ["y"])], {**two, "p": i(high=2)}, custom=True)
    yield seq("SequenceAt-11 by data, one shape", [node("SequenceConstruct", ["a", "a2"], ["s"]), node("SequenceAt", ["s", "p"], ["t"], name="at"), node("Relu", ["t"], ["y"], name="after")], {"a": f(2, 3), "a2": f(2, 3), "p": i(high=2)}, rows=["at", "after"], costed=False)
    body = graph([node("Add", ["e", "k"], ["o"], name="add")], [("e", FLOAT, None), ("k", FLOAT, None)], [("o", FLOAT, None)])
    yield seq("SequenceMap-17", [made, node("SequenceMap", ["s", "k"], ["s2"], name="map", body=body), node("ConcatFromSequence", ["s2"], ["y"], axis=0, name="last")], {**two, "k": f(3)}, rows=["map/0/add", "map/1/add", "last"])
    some = node("Optional", ["a"], ["o"])
    yield seq("OptionalGetElement-15", [some, node("OptionalGetElement", ["o"], ["t"]), node("Relu", ["t"], ["y"], name="after")], {"a": f(2, 3)}, opset=16, rows=["after"], said=[[2, 3]])
    yield seq("OptionalHasElement-15", [some, node("OptionalHasElement", ["o"], ["y"])], {"a": f(2, 3)}, opset=16, numbers=True)
    yield seq("OptionalHasElement-18 of nothing", [node("OptionalHasElement", [], ["y"])], {}, opset=18, numbers=True)
    # A list that a loop fills.
    state = [helper.make_tensor_value_info("i", INT64, []), helper.make_tensor_value_info("c", BOOL, []), helper.make_tensor_sequence_value_info("l", FLOAT, None)]
    out = [helper.make_tensor_value_info("c1", BOOL, []), helper.make_tensor_sequence_value_info("l1", FLOAT, None)]
    fill = helper.make_graph([node("Relu", ["a"], ["r"], name="relu"), node("SequenceInsert", ["l", "r"], ["l1"]), node("Identity", ["c"], ["c1"])], "body", state, out)
    yield seq(
        "a list that a loop fills",
        [node("SequenceEmpty", [], ["s"]), node("Loop", ["m", "t", "s"], ["s2"], name="loop", body=fill), node("ConcatFromSequence", ["s2"], ["y"], axis=0, name="last")],
        {"a": f(2, 3), "m": s(3), "t": s(True, np.bool_)},
        rows=["loop/0/relu", "loop/1/relu", "loop/2/relu", "last"],
    )


write("shaping", list(shaping()))
write("picking", list(picking()))
write("folding", list(folding()))
write("control-flow", [*branches(), *loops(), *scans(), *lists()])
