"""Three small networks as ONNX Runtime rewrites them: optimised (fused) and quantised, dynamically, with QLinear operators and with QDQ pairs.

`python3 fused.py` writes fused.json beside it. However a network is written, its weights and its products stay the same: `parameters` and `macs` are worked out by
hand below. Weight data of more than 16 numbers is dropped. onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6.
"""

import base64
import gzip
import json
import pathlib
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

ort.set_default_logger_severity(4)
RNG = np.random.default_rng(20251125)
HERE = pathlib.Path(__file__).parent


def weight(name, *shape):
    return numpy_helper.from_array((RNG.standard_normal(shape) * 0.1).astype(np.float32), name)


def number(name, value):
    return numpy_helper.from_array(np.array(value, np.float32), name)


def ints(name, values):
    return numpy_helper.from_array(np.array(values, np.int64), name)


def node(op, inputs, output, **attributes):
    return helper.make_node(op, inputs, [output], f"{output}_{op}", **attributes)


def convolutional():
    """Weights 8·3·9 + 8 + 8·8·9 + 8 + 8·9 + 8 + 10·8 + 10; products 8·32·32·(27 + 72) + 8·16·16·9 + 80."""
    stored = [weight("w1", 8, 3, 3, 3), weight("b1", 8), weight("w2", 8, 8, 3, 3), weight("b2", 8), weight("w3", 8, 1, 3, 3), weight("b3", 8), weight("w4", 10, 8), weight("b4", 10)]
    nodes = [
        node("Conv", ["x", "w1", "b1"], "c1", pads=[1, 1, 1, 1]),
        node("Relu", ["c1"], "r1"),
        node("Conv", ["r1", "w2", "b2"], "c2", pads=[1, 1, 1, 1]),
        node("Add", ["c2", "r1"], "a2"),
        node("Relu", ["a2"], "r2"),
        node("Conv", ["r2", "w3", "b3"], "c3", group=8, strides=[2, 2], pads=[1, 1, 1, 1]),
        node("LeakyRelu", ["c3"], "r3", alpha=0.1),
        node("MaxPool", ["r3"], "p3", kernel_shape=[2, 2], strides=[2, 2]),
        node("GlobalAveragePool", ["p3"], "g"),
        node("Flatten", ["g"], "f"),
        node("Gemm", ["f", "w4", "b4"], "y", transB=1),
    ]
    return nodes, stored, {"x": [1, 3, 32, 32]}, 978, 8 * 1024 * 99 + 8 * 256 * 9 + 80


def transformer():
    """Weights 4·(32·32 + 32) + 2·(32·128) + 128 + 32 + 4·32; products 12·(4·1024 + 2·4096) + 2·4·6·6·8·2."""
    d, heads = 32, 4
    nodes, stored = [], [ints("by_head", [0, 0, heads, d // heads]), ints("merged", [0, 0, d]), number("scale", np.sqrt(d / heads))]
    for each in ("q", "k", "v"):
        stored += [weight(f"w{each}", d, d), weight(f"b{each}", d)]
        nodes += [
            node("MatMul", ["x", f"w{each}"], f"m{each}"),
            node("Add", [f"b{each}", f"m{each}"], f"a{each}"),
            node("Reshape", [f"a{each}", "by_head"], f"h{each}"),
            node("Transpose", [f"h{each}"], f"t{each}", perm=[0, 2, 3, 1] if each == "k" else [0, 2, 1, 3]),
        ]
    stored += [weight("wo", d, d), weight("bo", d), weight("g1", d), weight("s1", d), weight("wf", d, 4 * d), weight("bf", 4 * d), weight("wg", 4 * d, d), weight("bg", d)]
    stored += [weight("g2", d), weight("s2", d), number("root", np.sqrt(2)), number("one", 1), number("half", 0.5)]
    nodes += [
        node("MatMul", ["tq", "tk"], "scores"),
        node("Div", ["scores", "scale"], "scaled"),
        node("Add", ["scaled", "mask"], "masked"),
        node("Softmax", ["masked"], "soft", axis=-1),
        node("MatMul", ["soft", "tv"], "attended"),
        node("Transpose", ["attended"], "turned", perm=[0, 2, 1, 3]),
        node("Reshape", ["turned", "merged"], "together"),
        node("MatMul", ["together", "wo"], "mo"),
        node("Add", ["bo", "mo"], "ao"),
        node("Add", ["x", "ao"], "res"),
        node("LayerNormalization", ["res", "g1", "s1"], "ln", axis=-1),
        node("MatMul", ["ln", "wf"], "mf"),
        node("Add", ["bf", "mf"], "af"),
        node("Div", ["af", "root"], "div"),
        node("Erf", ["div"], "erf"),
        node("Add", ["erf", "one"], "erf1"),
        node("Mul", ["af", "erf1"], "twice"),
        node("Mul", ["twice", "half"], "gelu"),
        node("MatMul", ["gelu", "wg"], "mg"),
        node("Add", ["bg", "mg"], "ag"),
        node("Add", ["ln", "ag"], "res2"),
        node("LayerNormalization", ["res2", "g2", "s2"], "y", axis=-1),
    ]
    return nodes, stored, {"x": [2, 6, d], "mask": [2, 1, 1, 6]}, 4 * (d * d + d) + 8 * d * d + 5 * d + 4 * d, 12 * 12 * d * d + 2 * 4 * 36 * 16


def recurrent():
    """Weights 2·(64·(12 + 16) + 128) + 32·5 + 5; products 7·2·(2·64·28) + 7·2·160."""
    stored = [weight("W", 2, 64, 12), weight("R", 2, 64, 16), weight("B", 2, 128), weight("w", 32, 5), weight("b", 5), ints("flat", [0, 0, -1])]
    nodes = [
        node("LSTM", ["x", "W", "R", "B"], "steps", hidden_size=16, direction="bidirectional"),
        node("Transpose", ["steps"], "turned", perm=[0, 2, 1, 3]),
        node("Reshape", ["turned", "flat"], "rows"),
        node("MatMul", ["rows", "w"], "m"),
        node("Add", ["m", "b"], "y"),
    ]
    return nodes, stored, {"x": [7, 2, 12]}, 2 * (64 * 28 + 128) + 165, 14 * (2 * 64 * 28 + 160)


class Samples(CalibrationDataReader):
    def __init__(self, inputs):
        self.waiting = iter([{name: RNG.standard_normal(shape).astype(np.float32) for name, shape in inputs.items()} for _ in range(3)])

    def get_next(self):
        return next(self.waiting, None)


def stripped(path):
    model = onnx.load(path)
    constants = [attribute.t for each in model.graph.node for attribute in each.attribute if attribute.type == onnx.AttributeProto.TENSOR]
    for tensor in list(model.graph.initializer) + constants:
        if np.prod(tensor.dims) > 16:
            for field in ("raw_data", "float_data", "int32_data", "int64_data"):
                tensor.ClearField(field)
    return base64.b64encode(gzip.compress(model.SerializeToString(deterministic=True), mtime=0)).decode()


def main():
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for make in (convolutional, transformer, recurrent):
            nodes, stored, inputs, parameters, macs = make()
            graph = helper.make_graph(
                nodes, make.__name__, [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
                [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], stored,
            )
            plain = f"{folder}/{make.__name__}.onnx"
            onnx.save(onnx.shape_inference.infer_shapes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)), plain)
            made = {"plain": plain}
            options = ort.SessionOptions()
            options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
            made["fused"] = options.optimized_model_filepath = f"{folder}/fused.onnx"
            ort.InferenceSession(plain, options)
            made["dynamic"] = f"{folder}/dynamic.onnx"
            quantize_dynamic(plain, made["dynamic"], weight_type=QuantType.QInt8)
            for form in (QuantFormat.QOperator, QuantFormat.QDQ):
                for per_channel in (False, True):
                    name = f"{form.name}{' per channel' if per_channel else ''}"
                    made[name] = f"{folder}/{name}.onnx"
                    quantize_static(plain, made[name], Samples(inputs), quant_format=form, per_channel=per_channel, weight_type=QuantType.QInt8)
            for name, path in made.items():
                operators = sorted({(each.domain + "." if each.domain else "") + each.op_type for each in onnx.load(path).graph.node})
                cases.append({"network": make.__name__, "as": name, "parameters": parameters, "macs": macs, "operators": operators, "model": stripped(path)})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / "fused.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
