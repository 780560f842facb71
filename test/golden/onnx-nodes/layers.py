"""Cases of the operators that compute: `python3 layers.py` writes the JSON files beside it. onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6."""

import numpy as np

from node_case import Family, b, k, q, w, x


def elementwise():
    f = Family("elementwise")
    unary = {
        "Abs": [6, 13], "Acos": [7, 22], "Acosh": [9, 22], "Asin": [7, 22], "Asinh": [9, 22], "Atan": [7, 22], "Atanh": [9, 22], "Ceil": [6, 13],
        "Cos": [7, 22], "Cosh": [9, 22], "Erf": [9, 13], "Exp": [6, 13], "Floor": [6, 13], "IsInf": [10, 20], "IsNaN": [9, 13, 20], "Log": [6, 13], "Neg": [6, 13],
        "Reciprocal": [6, 13], "Round": [11, 22], "Sigmoid": [6, 13], "Sign": [9, 13], "Sin": [7, 22], "Sinh": [9, 22], "Sqrt": [6, 13], "Tan": [7, 22], "Tanh": [6, 13],
    }
    for op, opsets in unary.items():
        for opset in opsets:
            f.add(op, max(opset, 7), [x(2, 3, 4)])
        f.add(op, 13 if op not in ("IsInf", "Round") else 20, [x(5)])
    f.add("Abs", 13, [x(2, 3, dtype="int64")])
    f.add("Neg", 13, [x(2, 3, dtype="int32")])
    f.add("Sign", 13, [x(2, 3, dtype="int64")])
    f.add("Exp", 13, [x(2, 3, dtype="float16")])
    f.add("Not", 1, [x(2, 3, dtype="bool")])
    f.add("Not", 13, [x(4, dtype="bool")])
    f.add("Not", 21, [x(1, 1, 2, dtype="bool")])
    for dtype in ("int32", "int64", "uint8"):
        f.add("BitwiseNot", 18, [x(2, 3, dtype=dtype)])
    for op in ("Add", "Sub", "Mul", "Div"):
        f.add(op, 7, [x(2, 3, 4), x(3, 1)])
        f.add(op, 13, [x(2, 1, 4), x(3, 4)])
        f.add(op, 14, [x(2, 3, dtype="int64"), x(3, dtype="int64", values=np.array([1, 2, 1]))])
        f.add(op, 14, [x(2, 3, 4), k(2.0, "float32")])
        f.add(op, 14, [w(3, 4), x(2, 3, 4)])
        f.add(op, 14, [x(2, 3, dtype="float16"), x(1, 3, dtype="float16")])
    f.add("Pow", 7, [x(2, 3), x(3)])
    f.add("Pow", 12, [x(2, 3, dtype="float32"), x(3, dtype="int64")])
    f.add("Pow", 15, [x(2, 3, dtype="int64"), x(2, 1, dtype="int64")])
    f.add("Pow", 13, [x(2, 3), k(2.0, "float32")])
    f.add("Mod", 10, [x(2, 3, dtype="int64"), x(3, dtype="int64", values=np.array([1, 2, 2]))])
    f.add("Mod", 13, [x(2, 3, dtype="int32"), k(2, "int32")])
    f.add("Mod", 13, [x(2, 3), x(2, 1)], {"fmod": 1})
    for direction in ("LEFT", "RIGHT"):
        f.add("BitShift", 11, [x(2, 3, dtype="uint8"), x(3, dtype="uint8")], {"direction": direction})
    f.add("BitShift", 11, [x(4, dtype="uint8"), k(1, "uint8")], {"direction": "LEFT"})
    for op in ("BitwiseAnd", "BitwiseOr", "BitwiseXor"):
        f.add(op, 18, [x(2, 3, dtype="int32"), x(3, dtype="int32")])
        f.add(op, 18, [x(2, 3, dtype="uint8"), x(2, 1, dtype="uint8")])
        f.add(op, 18, [x(4, dtype="int64"), x(1, dtype="int64")])
    for op, opsets in {"Equal": [7, 11, 19], "Greater": [7, 9, 13], "GreaterOrEqual": [12, 16, 16], "Less": [7, 9, 13], "LessOrEqual": [12, 16, 16]}.items():
        for index, opset in enumerate(opsets):
            dtype = "int32" if op == "Equal" and opset == 7 else ["float32", "float32", "int64"][index]
            f.add(op, opset, [x(2, 3, 4, dtype=dtype), x(3, 1, dtype=dtype)])
    for op in ("And", "Or", "Xor"):
        for shape in ((3,), (2, 1), (2, 3)):
            f.add(op, 7, [x(2, 3, dtype="bool"), x(*shape, dtype="bool")])
    for op in ("Max", "Min", "Sum", "Mean"):
        f.add(op, 8, [x(2, 3, 4)])
        f.add(op, 8, [x(2, 3, 4), x(3, 1)])
        f.add(op, 13, [x(2, 3), x(3), x(2, 1)])
        f.add(op, 13, [x(2, 3, dtype="float16"), x(1, 3, dtype="float16"), x(2, 3, dtype="float16"), x(3, dtype="float16")])
    f.add("Max", 12, [x(2, 3, dtype="int64"), x(3, dtype="int64")])
    f.add("Clip", 7, [x(2, 3)], {"min": 0.0, "max": 6.0})
    f.add("Clip", 7, [x(2, 3)], {"max": 6.0})
    f.add("Clip", 10, [x(2, 3)])
    f.add("Clip", 11, [x(2, 3), k(0.0, "float32"), k(6.0, "float32")])
    f.add("Clip", 12, [x(2, 3, dtype="int64"), k(0), None])
    f.add("Clip", 13, [x(2, 3, dtype="float16"), None, k(1.0, "float16")])
    f.add("Clip", 13, [x(2, 3), x(values=np.float32(0.1)), x(values=np.float32(0.7))])
    f.add("Clip", 13, [x(2, 3)])
    f.add("Clip", 13, [x(2, 3), k(float("-inf"), "float32"), k(1.0, "float32")])
    f.add("CumSum", 11, [x(2, 3), k(1)])
    f.add("CumSum", 14, [x(2, 3, dtype="int32"), k(-2, "int32")], {"reverse": 1})
    f.add("CumSum", 14, [x(2, 3, 4), k(0)], {"exclusive": 1})
    f.add("CumProd", 26, [x(2, 3), k(1)])
    f.add("CumProd", 26, [x(2, 3, dtype="int64"), k(0)], {"exclusive": 1})
    f.add("CumProd", 26, [x(4), k(-1)], {"reverse": 1})
    f.write()


def activation():
    f = Family("activation")
    for op, opsets in {
        "Relu": [7, 13, 14], "LeakyRelu": [7, 16, 16], "Elu": [7, 22, 22], "Selu": [7, 22, 22], "Celu": [12, 12, 22], "Softplus": [7, 22, 22], "Softsign": [7, 22, 22],
        "HardSigmoid": [7, 22, 22], "HardSwish": [14, 14, 22], "Mish": [18, 22, 22], "Gelu": [20, 20, 20], "ThresholdedRelu": [10, 22, 22], "Swish": [24, 24, 24], "Shrink": [9, 9, 9],
    }.items():
        named = {
            "LeakyRelu": {"alpha": 0.2}, "Elu": {"alpha": 0.5}, "Selu": {"alpha": 1.5, "gamma": 1.2}, "Celu": {"alpha": 2.0}, "HardSigmoid": {"alpha": 1 / 6, "beta": 0.5},
            "Gelu": {"approximate": "tanh"}, "ThresholdedRelu": {"alpha": 0.5}, "Swish": {"alpha": 1.5}, "Shrink": {"lambd": 0.4, "bias": 0.1},
        }.get(op, {})
        f.add(op, opsets[0], [x(2, 3, 4)])
        f.add(op, opsets[1], [x(2, 5)], named)
        f.add(op, opsets[2], [x(3, dtype="float16")] if op not in ("Celu", "Shrink") else [x(3)], named)
    f.add("Relu", 14, [x(2, 3, dtype="int32")])
    for op in ("Softmax", "LogSoftmax", "Hardmax"):
        f.add(op, 7, [x(2, 3, 4)])
        f.add(op, 11, [x(2, 3, 4)], {"axis": 2})
        f.add(op, 11, [x(2, 3, 1, 1)], {"axis": 1})
        f.add(op, 11, [x(2, 3, 4, 5)], {"axis": -2})
        f.add(op, 12, [x(2, 3)], {"axis": 0})
        f.add(op, 13, [x(2, 3, 4)])
        f.add(op, 13, [x(2, 3, 4)], {"axis": 1})
        f.add(op, 13, [x(2, 3, 4)], {"axis": -3})
    f.add("PRelu", 7, [x(2, 3, 4, 4), w(3, 1, 1)])
    f.add("PRelu", 9, [x(2, 3, 4, 4), w(1, 3, 1, 1)])
    f.add("PRelu", 16, [x(2, 3, 4, 4), w(1)])
    f.add("PRelu", 16, [x(2, 3, 4, 5), w(3, 4, 5)])
    f.add("PRelu", 16, [x(2, 3), w(3)])
    f.add("PRelu", 16, [x(2, 3, 4), x(3, 1)])
    f.write()


def pooling():
    f = Family("pooling")
    f.add("MaxPool", 7, [x(1, 3, 9, 8)], {"kernel_shape": [2, 3]})
    f.add("MaxPool", 8, [x(1, 3, 9, 8)], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}, outputs=2)
    f.add("MaxPool", 8, [x(1, 3, 9, 8)], {"kernel_shape": [2, 2], "storage_order": 1}, outputs=2)
    f.add("MaxPool", 10, [x(1, 3, 9, 8)], {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1})
    f.add("MaxPool", 10, [x(1, 3, 16)], {"kernel_shape": [3], "dilations": [3]})
    f.add("MaxPool", 12, [x(2, 2, 5, 6, 7)], {"kernel_shape": [2, 3, 2], "strides": [1, 2, 2], "pads": [0, 1, 0, 1, 0, 1]})
    f.add("MaxPool", 12, [x(1, 3, 7, 8)], {"kernel_shape": [3, 2], "strides": [2, 3], "auto_pad": "SAME_UPPER"})
    f.add("MaxPool", 12, [x(1, 3, 7, 8)], {"kernel_shape": [3, 2], "strides": [2, 3], "auto_pad": "SAME_LOWER"})
    f.add("MaxPool", 12, [x(1, 3, 7, 8)], {"kernel_shape": [3, 2], "auto_pad": "VALID", "strides": [2, 2]})
    f.add("MaxPool", 12, [x(1, 3, 7, 8, dtype="uint8")], {"kernel_shape": [2, 2]})
    f.add("MaxPool", 22, [x(1, 1, 6, 6)], {"kernel_shape": [2, 2], "strides": [3, 3], "ceil_mode": 1, "pads": [1, 1, 1, 1]})
    f.add("AveragePool", 7, [x(1, 3, 9, 8)], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]})
    f.add("AveragePool", 10, [x(1, 3, 9, 8)], {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1, "count_include_pad": 1})
    f.add("AveragePool", 11, [x(1, 2, 11)], {"kernel_shape": [4]})
    f.add("AveragePool", 19, [x(1, 2, 12, 12)], {"kernel_shape": [3, 3], "dilations": [2, 2]})
    f.add("AveragePool", 22, [x(1, 2, 4, 5, 6)], {"kernel_shape": [2, 2, 2], "auto_pad": "SAME_UPPER"})
    f.add("LpPool", 7, [x(1, 3, 8, 8)], {"kernel_shape": [2, 2], "p": 3})
    f.add("LpPool", 11, [x(1, 3, 8, 8)], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]})
    f.add("LpPool", 18, [x(1, 3, 9)], {"kernel_shape": [2], "dilations": [2], "ceil_mode": 1, "p": 1})
    for op in ("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"):
        f.add(op, 7, [x(2, 3, 4, 5)])
        f.add(op, 13, [x(2, 3, 7)])
        f.add(op, 22, [x(2, 3, 4, 5, 2)])
    at = np.array([[[[0, 3], [10, 13]]]], np.int64)
    f.add("MaxUnpool", 9, [x(1, 1, 2, 2), x(1, 1, 2, 2, dtype="int64", values=at)], {"kernel_shape": [2, 2], "strides": [2, 2]})
    f.add("MaxUnpool", 11, [x(1, 1, 2, 2), x(1, 1, 2, 2, dtype="int64", values=at), k([1, 1, 5, 5])], {"kernel_shape": [2, 2], "strides": [2, 2]})
    f.add("MaxUnpool", 22, [x(1, 1, 2, 2), x(1, 1, 2, 2, dtype="int64", values=at)], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [0, 0, 1, 1]})
    boxes = np.array([[0, 0, 3, 3], [1, 1, 4, 4]], np.float32)
    for opset in (10, 16, 22):
        f.add(
            "RoiAlign", opset, [x(1, 3, 8, 8), x(2, 4, values=boxes), x(2, dtype="int64", values=np.zeros(2, np.int64))],
            {"output_height": 4, "output_width": 3, "sampling_ratio": 2, "spatial_scale": 0.5},
        )
    five = np.array([[0, 0, 0, 3, 3], [0, 1, 1, 4, 4]], np.float32)
    f.add("MaxRoiPool", 7, [x(1, 3, 8, 8), x(2, 5, values=five)], {"pooled_shape": [2, 3]})
    f.add("MaxRoiPool", 7, [x(1, 3, 8, 8), x(2, 5, values=five)], {"pooled_shape": [1, 1], "spatial_scale": 0.5})
    f.add("MaxRoiPool", 22, [x(1, 2, 8, 8), x(2, 5, values=five)], {"pooled_shape": [4, 2]})
    f.write()


def normalization():
    f = Family("normalization")
    for opset in (7, 9, 14, 15):
        f.add("BatchNormalization", opset, [x(2, 3, 4, 4), w(3), w(3), b(3), b(3)])
    f.add("BatchNormalization", 9, [x(2, 3), w(3), w(3), b(3), b(3)], {"epsilon": 1e-3})
    f.add("BatchNormalization", 15, [x(2, 3, 5, dtype="float16"), w(3, dtype="float32"), w(3, dtype="float32"), b(3, dtype="float32"), b(3, dtype="float32")])
    f.add("BatchNormalization", 15, [x(2, 3, 4, 2, 2), x(3), w(3), b(3), b(3)])
    for opset in (7, 13, 22):
        f.add("InstanceNormalization", opset, [x(2, 3, 4, 4), w(3), w(3)])
    f.add("InstanceNormalization", 13, [x(2, 3, 5), x(3), x(3)])
    f.add("LayerNormalization", 17, [x(2, 5, 8), w(8), w(8)])
    f.add("LayerNormalization", 17, [x(2, 5, 8), w(8)], {"epsilon": 1e-6})
    f.add("LayerNormalization", 17, [x(2, 5, 8), w(5, 8), w(5, 8)], {"axis": 1})
    f.add("LayerNormalization", 17, [x(2, 5, 8), w(8), w(8)], outputs=3)
    f.add("LayerNormalization", 17, [x(2, 5, 8), w(5, 8), None], {"axis": -2}, outputs=2)
    f.add("LayerNormalization", 17, [x(2, 5, 8), x(8), x(8)])
    f.add("GroupNormalization", 18, [x(2, 6, 4, 4), w(3), w(3)], {"num_groups": 3})
    f.add("GroupNormalization", 21, [x(2, 6, 4, 4), w(6), w(6)], {"num_groups": 3})
    f.add("GroupNormalization", 21, [x(2, 6, 5), w(6), w(6)], {"num_groups": 2, "epsilon": 1e-3})
    f.add("RMSNormalization", 23, [x(2, 5, 8), w(8)])
    f.add("RMSNormalization", 23, [x(2, 5, 8), w(5, 8)], {"axis": -2})
    f.add("RMSNormalization", 23, [x(2, 5, 8), x(8)], {"epsilon": 1e-6})
    f.add("LRN", 7, [x(1, 5, 4, 4)], {"size": 3})
    f.add("LRN", 13, [x(1, 5, 4, 4)], {"size": 5, "alpha": 0.0002, "beta": 0.5, "bias": 2.0})
    f.add("LRN", 13, [x(2, 4, 6, 3)], {"size": 2})
    for attributes in ({}, {"p": 1, "axis": 1}, {"p": 2, "axis": 0}):
        f.add("LpNormalization", 7, [x(2, 3, 4)], attributes)
    f.add("LpNormalization", 22, [x(2, 3)], {"axis": -1})
    f.add("MeanVarianceNormalization", 9, [x(2, 3, 4, 4)])
    f.add("MeanVarianceNormalization", 13, [x(2, 3, 4, 4)], {"axes": [2, 3]})
    f.add("MeanVarianceNormalization", 13, [x(2, 3, 4)], {"axes": [1, 2]})
    f.add("MeanVarianceNormalization", 13, [x(2, 3, 4, 4)], {"axes": [0, 3]})
    f.write()


def reductions():
    f = Family("reductions")
    for op in ("Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSum", "LogSumExp", "SumSquare"):
        name = f"Reduce{op}"
        late = 13 if op == "Sum" else 18
        f.add(name, 11, [x(2, 3, 4)], {"axes": [1]})
        f.add(name, 11, [x(2, 3, 4)], {"axes": [-1, 0], "keepdims": 0})
        f.add(name, 11, [x(2, 3, 4)], {"keepdims": 0})
        f.add(name, late, [x(2, 3, 4), k([0, 2])])
        f.add(name, late, [x(2, 3, 4), k([-2])], {"keepdims": 0})
        f.add(name, late, [x(2, 3, 4)])
        f.add(name, late, [x(2, 3, 4)], {"noop_with_empty_axes": 1})
        if op not in ("L2", "LogSum", "LogSumExp"):
            f.add(name, 13, [x(2, 3, 4, dtype="int32")], {} if op == "Sum" else {"axes": [1]})
    f.add("ReduceMean", 13, [x(2, 3, dtype="float16")], {"axes": [1]})
    for op in ("ArgMax", "ArgMin"):
        f.add(op, 7, [x(2, 3, 4)])
        f.add(op, 11, [x(2, 3, 4)], {"axis": -1, "keepdims": 0})
        f.add(op, 13, [x(2, 3, 4, dtype="int32")], {"axis": 1, "select_last_index": 1})
    f.write()


def products():
    f = Family("products")
    f.add("Conv", 7, [x(1, 3, 8, 8), w(4, 3, 3, 3), w(4)], macs=4 * 6 * 6 * 27)
    f.add("Conv", 11, [x(2, 4, 9), w(6, 2, 3)], {"group": 2, "strides": [2], "pads": [1, 0]}, macs=2 * 6 * 4 * 2 * 3)
    f.add("Conv", 11, [x(1, 2, 5, 6, 7), w(4, 2, 2, 2, 2), w(4)], {"dilations": [1, 2, 1], "auto_pad": "VALID"}, macs=4 * 4 * 4 * 6 * 16)
    f.add("Conv", 22, [x(1, 3, 7, 7), w(2, 3, 2, 2)], {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, macs=2 * 4 * 4 * 12)
    f.add("Conv", 22, [x(1, 3, 7, 7), x(2, 3, 3, 3), x(2)], macs=2 * 5 * 5 * 27)
    f.add("Conv", 22, [x(1, 3, 7, 7), x(2, 3, 3, 3)], macs=2 * 5 * 5 * 27)
    f.add("Conv", 22, [x(1, 3, 7, 7, dtype="float16"), w(2, 3, 3, 3, dtype="float16")], macs=2 * 5 * 5 * 27)
    f.add("ConvTranspose", 7, [x(1, 3, 4, 4), w(3, 2, 3, 3), w(2)], macs=48 * 9 * 2)
    f.add("ConvTranspose", 11, [x(1, 4, 4, 5), w(4, 2, 3, 3)], {"group": 2, "strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}, macs=80 * 9 * 2)
    f.add("ConvTranspose", 11, [x(1, 3, 4), w(3, 2, 4)], {"strides": [3], "output_shape": [11]}, macs=12 * 4 * 2)
    f.add("ConvTranspose", 22, [x(1, 3, 4, 4), w(3, 2, 3, 3)], {"strides": [2, 2], "auto_pad": "SAME_UPPER"}, macs=48 * 9 * 2)
    f.add("ConvTranspose", 22, [x(1, 1, 2, 3, 4), w(1, 2, 2, 2, 2)], {"dilations": [2, 1, 1]}, macs=24 * 8 * 2)
    f.add("Gemm", 7, [x(2, 3), w(3, 4), w(4)], macs=24)
    f.add("Gemm", 9, [x(2, 3), w(4, 3), w(1, 4)], {"transB": 1, "alpha": 0.5}, macs=24)
    f.add("Gemm", 11, [x(3, 2), w(3, 4)], {"transA": 1}, macs=24)
    f.add("Gemm", 13, [x(2, 3), x(3, 4), x(2, 4)], macs=24)
    f.add("Gemm", 13, [x(2, 3), w(3, 4), w(2, 1)], macs=24)
    f.add("Gemm", 13, [w(2, 3), x(4, 3)], {"transB": 1}, macs=24)
    f.add("MatMul", 7, [x(2, 5, 3), w(3, 4)], macs=120)
    f.add("MatMul", 9, [x(2, 1, 5, 3), x(4, 3, 6)], macs=8 * 90)
    f.add("MatMul", 13, [x(3), x(3)], macs=3)
    f.add("MatMul", 13, [x(2, 5, 3), x(3)], macs=30)
    f.add("MatMul", 13, [w(5, 3), x(2, 3, 4)], macs=120)
    f.add("MatMul", 13, [x(2, 5, 3), w(2, 3, 4)], macs=120)
    f.add("MatMul", 13, [x(2, 3, dtype="int32"), x(3, 4, dtype="int32")], macs=24)
    f.add("Einsum", 12, [x(2, 3, 4), x(2, 5, 4)], {"equation": "bhd,bkd->bhk"}, macs=120)
    f.add("Einsum", 12, [x(2, 3, 4)], {"equation": "b i j -> b j i"})
    f.add("Einsum", 12, [x(3, 4), x(4, 5)], {"equation": "ij,jk"}, macs=60)
    f.add("Einsum", 12, [x(2, 3, 4), x(4, 5)], {"equation": "...j,jk->...k"}, macs=120)
    f.write()


def recurrent():
    f = Family("recurrent")
    for op, gates, states in (("RNN", 1, 1), ("GRU", 3, 1), ("LSTM", 4, 2)):
        def tensors(directions=1, bias=True, hidden=4):
            return [w(directions, gates * hidden, 3), w(directions, gates * hidden, hidden)] + ([w(directions, 2 * gates * hidden)] if bias else [])
        # 5 steps of a batch of 2: gates · (3 + 4) · 4 products a step, sample and direction.
        one = gates * 7 * 4 * 10
        f.add(op, 7, [x(5, 2, 3)] + tensors(), {"hidden_size": 4}, outputs=1 + states, macs=one)
        f.add(op, 7, [x(5, 2, 3)] + tensors(bias=False), {"hidden_size": 4}, outputs=1, macs=one)
        f.add(op, 14, [x(5, 2, 3)] + tensors(2), {"hidden_size": 4, "direction": "bidirectional"}, outputs=1 + states, macs=2 * one)
        f.add(op, 14, [x(5, 2, 3)] + tensors(), {"hidden_size": 4, "direction": "reverse"}, outputs=2, macs=one, keep=[1])
        initial = [x(1, 2, 4)] * states
        f.add(op, 14, [x(5, 2, 3)] + tensors() + [None] + initial, {"hidden_size": 4}, outputs=1 + states, macs=one)
        f.add(op, 22, [x(2, 5, 3)] + tensors(), {"hidden_size": 4, "layout": 1}, outputs=1 + states, macs=one)
        f.add(op, 14, [x(5, 2, 3)] + tensors() + [x(2, dtype="int32", values=np.array([5, 3], np.int32))], {"hidden_size": 4}, outputs=1 + states, macs=one)
    f.add("RNN", 14, [x(5, 2, 3), w(1, 4, 3), w(1, 4, 4), w(1, 8)], {"hidden_size": 4, "activations": ["Relu"]}, outputs=2, macs=280)
    f.add("GRU", 14, [x(5, 2, 3), w(1, 12, 3), w(1, 12, 4), w(1, 24)], {"hidden_size": 4, "linear_before_reset": 1}, outputs=2, macs=840)
    f.add("LSTM", 14, [x(5, 2, 3), w(1, 16, 3), w(1, 16, 4), w(1, 32), None, None, None, w(1, 12)], {"hidden_size": 4}, outputs=3, macs=1120)
    f.write()


def resize():
    f = Family("resize")
    up = k([1.0, 1.0, 2.0, 2.0], "float32")
    empty = k([], "float32")
    f.add("Upsample", 7, [x(1, 2, 3, 4)], {"scales": [1.0, 1.0, 2.0, 2.0]})
    f.add("Upsample", 9, [x(1, 2, 3, 4), k([1.0, 1.0, 1.5, 2.0], "float32")], {"mode": "linear"})
    f.add("Upsample", 9, [x(1, 2, 3, 4), up], {"mode": "nearest"})
    f.add("Resize", 10, [x(1, 2, 3, 4), up])
    f.add("Resize", 10, [x(1, 2, 6, 4), k([1.0, 1.0, 0.6, 0.5], "float32")], {"mode": "linear"})
    f.add("Resize", 11, [x(1, 2, 3, 4), empty, up], {"mode": "linear", "coordinate_transformation_mode": "align_corners"})
    f.add("Resize", 11, [x(1, 2, 3, 4), empty, empty, k([1, 2, 7, 9])], {"mode": "cubic"})
    f.add("Resize", 13, [x(1, 2, 3, 4), None, None, k([1, 2, 5, 5])])
    f.add("Resize", 13, [x(1, 2, 5), None, k([1.0, 1.0, 2.5], "float32")], {"mode": "linear"})
    f.add("Resize", 13, [x(1, 2, 2, 3, 4), None, k([1.0, 1.0, 2.0, 2.0, 2.0], "float32")], {"mode": "linear"})
    f.add("Resize", 13, [x(1, 3, 4, 2), None, k([1.0, 2.0, 2.0, 1.0], "float32")], {"mode": "linear"})
    f.add("Resize", 13, [x(1, 2, 3, 4, dtype="uint8"), None, up])
    f.add("Resize", 13, [x(3, 4), None, None, k([6, 6])], {"mode": "linear"})
    f.add("Resize", 13, [x(1, 2, 3, 4), None, k([1.0, 1.0, 1.0, 1.0], "float32")])
    f.add("Resize", 18, [x(1, 2, 6, 8), None, None, k([3, 4])], {"axes": [2, 3], "mode": "linear", "antialias": 1})
    f.add("Resize", 18, [x(1, 2, 6, 8), None, None, k([4, 4])], {"axes": [2, 3], "keep_aspect_ratio_policy": "not_larger"})
    f.add("Resize", 18, [x(1, 2, 6, 8), None, None, k([4, 4])], {"axes": [2, 3], "keep_aspect_ratio_policy": "not_smaller", "mode": "linear"})
    f.add("Resize", 19, [x(1, 2, 6, 8), None, k([0.8, 0.7], "float32")], {"axes": [2, 3], "mode": "cubic"})
    f.add("Resize", 13, [x(1, 2, 6, 8), k([0.0, 0.0, 0.25, 0.25, 1.0, 1.0, 0.75, 0.75], "float32"), None, k([1, 2, 4, 4])], {"mode": "linear", "coordinate_transformation_mode": "tf_crop_and_resize"})
    f.write()


def attention():
    f = Family("attention")
    # 2 samples, 4 heads, 5 queries, 7 keys, 8 features: 2·4·5·7·(8 + 8) products.
    products = 2 * 4 * 5 * 7 * 16
    f.add("Attention", 23, [x(2, 4, 5, 8), x(2, 4, 7, 8), x(2, 4, 7, 8)], macs=products)
    f.add("Attention", 23, [x(2, 4, 5, 8), x(2, 4, 7, 8), x(2, 4, 7, 10), x(5, 7)], macs=2 * 4 * 5 * 7 * 18)
    f.add("Attention", 23, [x(2, 4, 5, 8), x(2, 4, 7, 8), x(2, 4, 7, 8), x(2, 1, 5, 7, dtype="bool")], {"scale": 0.5}, macs=products)
    f.add("Attention", 23, [x(2, 4, 5, 8), x(2, 2, 7, 8), x(2, 2, 7, 8)], {"is_causal": 1}, macs=products)
    f.add("Attention", 23, [x(2, 5, 32), x(2, 7, 32), x(2, 7, 32)], {"q_num_heads": 4, "kv_num_heads": 4}, macs=products)
    f.add("Attention", 23, [x(2, 5, 32), x(2, 7, 16), x(2, 7, 16)], {"q_num_heads": 4, "kv_num_heads": 2, "softcap": 2.0}, macs=products)
    f.add("Attention", 23, [x(2, 4, 5, 8), x(2, 4, 3, 8), x(2, 4, 3, 8), None, x(2, 4, 4, 8), x(2, 4, 4, 8)], outputs=3, macs=products)
    f.add("Attention", 23, [x(2, 4, 5, 8), x(2, 4, 3, 8), x(2, 4, 3, 8), x(5, 7), x(2, 4, 4, 8), x(2, 4, 4, 8)], {"qk_matmul_output_mode": 1}, outputs=4, macs=products)
    f.add("Attention", 24, [x(2, 5, 32), x(2, 7, 32), x(2, 7, 32)], {"q_num_heads": 4, "kv_num_heads": 4, "is_causal": 1}, macs=products)
    f.add("RotaryEmbedding", 23, [x(2, 4, 5, 8), x(2, 5, 4), x(2, 5, 4)])
    f.add("RotaryEmbedding", 23, [x(2, 5, 32), w(50, 4), w(50, 4), x(2, 5, dtype="int64")], {"num_heads": 4})
    f.add("RotaryEmbedding", 23, [x(2, 4, 5, 8), w(50, 2), w(50, 2), x(2, 5, dtype="int64")], {"rotary_embedding_dim": 4, "interleaved": 1})
    f.write()


def quantized():
    f = Family("quantized")
    scale, zero = k(0.1, "float32"), k(1, "uint8")
    f.add("QuantizeLinear", 10, [x(2, 3), scale, zero])
    f.add("QuantizeLinear", 13, [x(2, 3, 4), q(3), q(3, dtype="int8")], {"axis": 1})
    f.add("QuantizeLinear", 19, [x(2, 3), scale])
    f.add("QuantizeLinear", 21, [x(2, 3), scale], {"output_dtype": 3})
    f.add("DequantizeLinear", 10, [x(2, 3, dtype="uint8"), scale, zero])
    f.add("DequantizeLinear", 13, [x(2, 3, dtype="int8"), q(3), q(3, dtype="int8")], {"axis": 1})
    f.add("DequantizeLinear", 19, [x(2, 3, dtype="int32"), scale])
    f.add("DynamicQuantizeLinear", 11, [x(2, 3)], outputs=3)
    f.add("DynamicQuantizeLinear", 13, [x(2, 3, 4)], outputs=3)
    f.add("DynamicQuantizeLinear", 20, [x(7)], outputs=3)
    conv = [x(1, 3, 8, 8, dtype="uint8"), scale, zero, w(4, 3, 3, 3, dtype="int8"), scale, k(0, "int8"), scale, zero]
    f.add("QLinearConv", 10, conv, macs=4 * 36 * 27)
    f.add("QLinearConv", 10, conv[:4] + [q(4), q(4, dtype="int8") if False else k([0, 0, 0, 0], "int8")] + conv[6:] + [w(4, dtype="int32")], {"pads": [1, 1, 1, 1], "strides": [2, 2]}, macs=4 * 16 * 27)
    f.add("QLinearConv", 13, [x(1, 4, 9, dtype="uint8"), scale, zero, w(4, 1, 3, dtype="uint8"), scale, zero, scale, zero], {"group": 4}, macs=4 * 7 * 3)
    f.add("ConvInteger", 10, [x(1, 3, 8, 8, dtype="uint8"), w(4, 3, 3, 3, dtype="uint8")], macs=4 * 36 * 27)
    f.add("ConvInteger", 10, [x(1, 3, 8, 8, dtype="uint8"), w(4, 3, 3, 3, dtype="uint8"), zero, zero], {"pads": [1, 1, 1, 1]}, macs=4 * 64 * 27)
    f.add("ConvInteger", 13, [x(1, 3, 8, 8, dtype="uint8"), w(3, 1, 3, 3, dtype="uint8"), zero], {"group": 3, "strides": [2, 2]}, macs=3 * 9 * 9)
    f.add("MatMulInteger", 10, [x(2, 5, 3, dtype="uint8"), w(3, 4, dtype="int8"), zero, k(0, "int8")], macs=120)
    f.add("MatMulInteger", 10, [x(2, 5, 3, dtype="uint8"), x(2, 3, 4, dtype="uint8")], macs=120)
    f.add("MatMulInteger", 13, [x(2, 3, dtype="uint8"), x(3, 4, dtype="int8")], macs=24)
    f.add("QLinearMatMul", 10, [x(2, 3, dtype="uint8"), scale, zero, w(3, 4, dtype="uint8"), scale, zero, scale, zero], macs=24)
    f.add("QLinearMatMul", 10, [x(2, 5, 3, dtype="uint8"), scale, zero, x(2, 3, 4, dtype="uint8"), scale, zero, scale, zero], macs=120)
    f.add("QLinearMatMul", 21, [x(2, 3, dtype="int8"), scale, k(0, "int8"), w(3, 4, dtype="int8"), scale, k(0, "int8"), scale, k(0, "int8")], macs=24)
    f.write()


def microsoft():
    f = Family("microsoft")
    ms = {"domain": "com.microsoft"}
    scale, zero = k(0.1, "float32"), k(1, "uint8")
    f.add("FusedConv", 13, [x(1, 3, 8, 8), w(4, 3, 3, 3), w(4)], {"activation": "Relu"}, macs=4 * 36 * 27, **ms)
    f.add("FusedConv", 13, [x(1, 3, 8, 8), w(4, 3, 3, 3), w(4), x(1, 4, 6, 6)], {"activation": "Relu"}, macs=4 * 36 * 27, **ms)
    f.add("FusedConv", 13, [x(1, 3, 8, 8), w(4, 3, 3, 3)], {"activation": "LeakyRelu", "activation_params": [0.1]}, macs=4 * 36 * 27, **ms)
    f.add("FusedConv", 13, [x(1, 3, 8, 8), w(4, 3, 3, 3)], {"activation": "Clip", "activation_params": [0.0, 6.0]}, macs=4 * 36 * 27, **ms)
    f.add("FusedGemm", 13, [x(2, 3), w(3, 4), w(4)], {"activation": "Relu"}, macs=24, **ms)
    f.add("FusedGemm", 13, [x(2, 3), w(4, 3), w(4)], {"activation": "LeakyRelu", "activation_alpha": 0.1, "transB": 1}, macs=24, **ms)
    f.add("FusedGemm", 13, [x(3, 2), w(3, 4)], {"activation": "Tanh", "transA": 1}, macs=24, **ms)
    for op in ("Gelu", "QuickGelu"):
        for shape in ((2, 3), (2, 3, 4), (5,)):
            f.add(op, 13, [x(*shape)], **ms)
    f.add("BiasGelu", 13, [x(2, 3, 4), w(4)], **ms)
    f.add("BiasGelu", 13, [x(2, 4), w(4)], **ms)
    f.add("BiasGelu", 17, [x(1, 1, 4), x(4)], **ms)
    f.add("FastGelu", 13, [x(2, 3, 4), w(4)], **ms)
    f.add("FastGelu", 13, [x(2, 3, 4)], **ms)
    f.add("FastGelu", 17, [x(2, 4), x(4)], **ms)
    f.add("SkipLayerNormalization", 13, [x(2, 5, 8), x(2, 5, 8), w(8), w(8), w(8)], outputs=4, keep=[0, 3], **ms)
    f.add("SkipLayerNormalization", 13, [x(2, 5, 8), x(2, 5, 8), w(8), w(8)], **ms)
    f.add("SkipLayerNormalization", 17, [x(2, 5, 8), x(2, 5, 8), w(8)], {"epsilon": 1e-12}, **ms)
    f.add("SkipSimplifiedLayerNormalization", 13, [x(2, 5, 8), x(2, 5, 8), w(8)], outputs=4, keep=[0, 3], **ms)
    f.add("SkipSimplifiedLayerNormalization", 13, [x(2, 5, 8), x(2, 5, 8), w(8), w(8)], **ms)
    f.add("SkipSimplifiedLayerNormalization", 17, [x(3, 8), x(3, 8), w(8)], **ms)
    f.add("SimplifiedLayerNormalization", 13, [x(2, 5, 8), w(8)])
    f.add("SimplifiedLayerNormalization", 13, [x(2, 5, 8), w(8)], {"epsilon": 1e-6, "axis": -1})
    f.add("SimplifiedLayerNormalization", 17, [x(2, 8), w(8)], {"stash_type": 1})
    ids = np.array([[1, 2, 3], [0, 1, 2]], np.int32)
    tables = [w(10, 8), w(6, 8), w(2, 8), w(8), w(8)]
    f.add("EmbedLayerNormalization", 13, [x(2, 3, dtype="int32", values=ids), x(2, 3, dtype="int32", values=ids % 2)] + tables, outputs=2, **ms)
    f.add("EmbedLayerNormalization", 13, [x(2, 3, dtype="int32", values=ids), None] + tables[:2] + [None] + tables[3:], outputs=2, **ms)
    f.add("EmbedLayerNormalization", 13, [x(2, 3, dtype="int32", values=ids), x(2, 3, dtype="int32", values=ids % 2)] + tables + [x(2, 3, dtype="int32", values=ids * 0 + 1)], outputs=3, **ms)
    # 2 samples of 5 tokens: 8·24 products a token to project; 2 heads · 25 scores · (4 + 4) a sample to attend.
    f.add("Attention", 13, [x(2, 5, 8), w(8, 24), w(24)], {"num_heads": 2}, macs=1920 + 800, **ms)
    f.add("Attention", 13, [x(2, 5, 8), w(8, 24), w(24), x(2, 5, dtype="int32", values=np.ones((2, 5), np.int32))], {"num_heads": 2, "unidirectional": 1}, macs=1920 + 800, **ms)
    f.add("Attention", 13, [x(2, 5, 8), w(8, 24), w(24), None, x(2, 2, 2, 3, 4)], {"num_heads": 2}, outputs=2, macs=1920 + 2 * 2 * 5 * 8 * 8, **ms)
    f.add("MultiHeadAttention", 13, [x(2, 5, 8), x(2, 7, 8), x(2, 7, 8)], {"num_heads": 2}, macs=2 * 2 * 35 * 8, **ms)
    f.add("MultiHeadAttention", 13, [x(2, 5, 8), x(2, 7, 8), x(2, 7, 8), w(24)], {"num_heads": 2, "scale": 0.5}, macs=2 * 2 * 35 * 8, **ms)
    f.add("MultiHeadAttention", 13, [x(2, 5, 8), x(2, 7, 8), x(2, 7, 8), None, None, x(2, 2, 5, 7)], {"num_heads": 2}, macs=2 * 2 * 35 * 8, **ms)
    grouped = [x(2, 5, 64), x(2, 5, 32), x(2, 5, 32), None, None, x(2, dtype="int32", values=np.array([4, 4], np.int32)), k(5, "int32")]
    f.add("GroupQueryAttention", 13, grouped, {"num_heads": 4, "kv_num_heads": 2}, outputs=3, macs=2 * 4 * 25 * 32, **ms)
    f.add("GroupQueryAttention", 13, grouped + [w(20, 8), w(20, 8)], {"num_heads": 4, "kv_num_heads": 2, "do_rotary": 1}, outputs=3, macs=2 * 4 * 25 * 32, **ms)
    past = [x(2, 1, 64), x(2, 1, 32), x(2, 1, 32), x(2, 2, 6, 16), x(2, 2, 6, 16), x(2, dtype="int32", values=np.array([6, 6], np.int32)), k(7, "int32")]
    f.add("GroupQueryAttention", 13, past, {"num_heads": 4, "kv_num_heads": 2}, outputs=3, macs=2 * 4 * 7 * 32, **ms)
    f.add("FusedMatMul", 13, [x(2, 5, 3), w(4, 3)], {"transB": 1, "alpha": 0.5}, macs=120, **ms)
    f.add("FusedMatMul", 13, [x(2, 3, 5), x(2, 3, 4)], {"transA": 1}, macs=120, **ms)
    f.add("FusedMatMul", 13, [x(2, 5, 3), w(3, 4)], macs=120, **ms)
    f.add("FusedMatMul", 13, [x(5, 2, 3), x(2, 3, 4)], {"transBatchA": 1}, macs=120, **ms)
    positions = x(2, 5, dtype="int64")
    f.add("RotaryEmbedding", 13, [x(2, 5, 32), positions, w(50, 4), w(50, 4)], **ms)
    f.add("RotaryEmbedding", 13, [x(2, 4, 5, 8), positions, w(50, 4), w(50, 4)], {"interleaved": 1}, **ms)
    f.add("RotaryEmbedding", 13, [x(2, 5, 32), positions, w(50, 2), w(50, 2)], {"num_heads": 4, "rotary_embedding_dim": 4}, **ms)
    f.add("BiasSoftmax", 13, [x(2, 3, 4), x(2, 1, 4)], {"axis": 2, "is_inner_broadcast": 1}, documented=[([2, 3, 4], "float32")], **ms)
    f.add("BiasAdd", 13, [x(2, 3, 320), w(320), x(2, 3, 320)], documented=[([2, 3, 320], "float32")], **ms)
    f.add("BiasSplitGelu", 13, [x(2, 3, 2560), w(2560)], documented=[([2, 3, 1280], "float32")], **ms)
    f.add("GroupNorm", 13, [x(1, 4, 4, 320), w(320), w(320)], {"groups": 32, "activation": 1, "channels_last": 1}, documented=[([1, 4, 4, 320], "float32")], **ms)
    f.add("QLinearAdd", 13, [x(2, 3, dtype="uint8"), scale, zero, x(3, dtype="uint8"), scale, zero, scale, zero], **ms)
    f.add("QLinearMul", 13, [x(2, 3, dtype="uint8"), scale, zero, x(2, 1, dtype="uint8"), scale, zero, scale, zero], **ms)
    f.add("QLinearGlobalAveragePool", 13, [x(1, 3, 4, 4, dtype="uint8"), scale, zero, scale, zero], **ms)
    f.add("QLinearGlobalAveragePool", 13, [x(1, 4, 4, 3, dtype="uint8"), scale, zero, scale, zero], {"channels_last": 1}, **ms)
    f.add("QLinearAveragePool", 13, [x(1, 3, 6, 6, dtype="uint8"), scale, zero, scale, zero], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}, **ms)
    f.add("QLinearLeakyRelu", 13, [x(2, 3, dtype="uint8"), scale, zero, scale, zero], {"alpha": 0.1}, **ms)
    f.add("QLinearSigmoid", 13, [x(2, 3, dtype="uint8"), scale, zero, scale, zero], **ms)
    f.add("QLinearSoftmax", 13, [x(2, 3, dtype="uint8"), scale, zero, scale, zero], {"axis": -1, "opset": 13}, **ms)
    f.add("QLinearConcat", 13, [scale, zero, x(2, 3, dtype="uint8"), scale, zero, x(2, 4, dtype="uint8"), scale, zero], {"axis": 1}, **ms)
    f.add("QLinearReduceMean", 13, [x(2, 3, 4, dtype="uint8"), scale, zero, scale, zero], {"axes": [1], "keepdims": 0}, documented=[([2, 4], "uint8")], **ms)
    f.add("QGemm", 13, [x(2, 3, dtype="uint8"), scale, zero, w(3, 4, dtype="uint8"), scale, zero, w(4, dtype="int32"), scale, zero], macs=24, **ms)
    f.add("QGemm", 13, [x(2, 3, dtype="uint8"), scale, zero, w(4, 3, dtype="uint8"), scale, zero], {"transB": 1}, macs=24, **ms)
    f.add("MatMulIntegerToFloat", 13, [x(2, 3, dtype="uint8"), w(3, 4, dtype="uint8"), scale, scale, zero, zero], macs=24, **ms)
    f.add("MatMulIntegerToFloat", 13, [x(2, 3, dtype="uint8"), w(3, 4, dtype="int8"), scale, scale, zero, k(0, "int8"), w(4)], macs=24, **ms)
    f.add("DynamicQuantizeMatMul", 13, [x(2, 3), w(3, 4, dtype="int8"), scale, k(0, "int8"), w(4)], macs=24, **ms)
    f.add("Inverse", 13, [x(2, 3, 3, values=np.stack([np.eye(3, dtype=np.float32)] * 2))], **ms)
    f.write()


def others():
    f = Family("others")
    for opset in (17, 19):
        f.add("DFT", opset, [x(2, 10, 1)], {"axis": 1})
    f.add("DFT", 17, [x(2, 10, 6, 1), k(8)], {"axis": 2, "onesided": 1})
    f.add("DFT", 20, [x(2, 10, 1)])
    f.add("DFT", 20, [x(2, 10, 1), k(16), k(1)], {"onesided": 1})
    f.add("DFT", 20, [x(2, 10, 2), None, k(-2)], {"inverse": 1})
    f.add("STFT", 17, [x(2, 128, 1), k(8), w(16)])
    f.add("STFT", 17, [x(2, 128, 1), k(8), None, k(16)], {"onesided": 0})
    f.add("STFT", 17, [x(1, 100, 1), k(10), w(20), k(20)])
    for op in ("HannWindow", "HammingWindow", "BlackmanWindow"):
        f.add(op, 17, [k(10)])
        f.add(op, 17, [k(7)], {"periodic": 0})
        f.add(op, 17, [k(5)], {"output_datatype": 11})
    f.add("MelWeightMatrix", 17, [k(8), k(64), k(8192), k(0.0, "float32"), k(4096.0, "float32")])
    f.add("MelWeightMatrix", 17, [k(5), k(33), k(8000), k(10.0, "float32"), k(4000.0, "float32")])
    f.add("MelWeightMatrix", 17, [k(4), k(16), k(8000), k(10.0, "float32"), k(4000.0, "float32")], {"output_datatype": 1})
    f.add("Det", 11, [x(2, 3, 3)])
    f.add("Det", 11, [x(2, 2)])
    f.add("Det", 22, [x(2, 3, 4, 4)])
    f.add("Col2Im", 18, [x(1, 5, 5), k([5, 5]), k([1, 5])])
    f.add("Col2Im", 18, [x(2, 12, 4), k([4, 4]), k([2, 2])], {"strides": [2, 2]})
    f.add("Col2Im", 18, [x(1, 9, 16), k([5, 5]), k([3, 3])], {"pads": [1, 1, 0, 0], "strides": [1, 1]})
    f.add("Col2Im", 18, [x(1, 10, 12), k([3, 4, 5]), k([1, 1, 5])])
    for opset in (16, 20, 22):
        f.add("GridSample", opset, [x(2, 3, 5, 6), x(2, 4, 7, 2)])
    f.add("GridSample", 16, [x(2, 3, 5, 6), x(2, 4, 7, 2)], {"mode": "bicubic", "padding_mode": "border", "align_corners": 1})
    f.add("GridSample", 20, [x(2, 3, 5, 6, 7), x(2, 4, 7, 3, 3)], {"mode": "linear"})
    f.add("GridSample", 20, [x(2, 3, 5, 6), x(2, 4, 7, 2)], {"mode": "nearest"})
    f.add("AffineGrid", 20, [x(2, 2, 3), k([2, 3, 5, 6])], macs=2 * 30 * 2 * 3)
    f.add("AffineGrid", 20, [x(2, 3, 4), k([2, 3, 4, 5, 6])], {"align_corners": 1}, macs=2 * 120 * 3 * 4)
    f.add("AffineGrid", 20, [x(1, 2, 3), k([1, 1, 1, 1])], macs=6)
    f.add("DeformConv", 19, [x(1, 3, 6, 6), w(4, 3, 3, 3), x(1, 18, 4, 4), w(4)], macs=4 * 16 * 27)
    f.add("DeformConv", 19, [x(1, 4, 6, 6), w(4, 2, 2, 2), x(1, 16, 3, 3), None, x(1, 8, 3, 3)], {"group": 2, "offset_group": 2, "strides": [2, 2], "kernel_shape": [2, 2]}, macs=4 * 9 * 8)
    f.add("DeformConv", 22, [x(1, 3, 6, 6), w(4, 3, 3, 3), x(1, 18, 6, 6)], {"pads": [1, 1, 1, 1]}, macs=4 * 36 * 27)
    f.add("RandomNormal", 7, [], {"shape": [2, 3]})
    f.add("RandomNormal", 22, [], {"shape": [4], "dtype": 11})
    f.add("RandomNormal", 7, [], {"shape": [2, 3, 4], "mean": 1.0})
    f.add("RandomUniform", 7, [], {"shape": [2, 3]})
    f.add("RandomUniform", 22, [], {"shape": [4], "dtype": 11})
    f.add("RandomUniform", 7, [], {"shape": [2, 3, 4], "low": 0.5})
    for op in ("RandomNormalLike", "RandomUniformLike"):
        f.add(op, 7, [x(2, 3)])
        f.add(op, 7, [x(2, 3, dtype="int64")], {"dtype": 1})
        f.add(op, 22, [x(2, 3, 4)], {"dtype": 11})
    f.add("Bernoulli", 15, [x(2, 3, values=np.full((2, 3), 0.5, np.float32))])
    f.add("Bernoulli", 15, [x(2, 3, values=np.full((2, 3), 0.5, np.float32))], {"dtype": 9})
    f.add("Bernoulli", 22, [x(4, values=np.full(4, 0.5, np.float32))], {"dtype": 7})
    f.add("Multinomial", 7, [x(2, 5)], {"sample_size": 3})
    f.add("Multinomial", 7, [x(2, 5)])
    f.add("Multinomial", 22, [x(2, 5)], {"sample_size": 4, "dtype": 7})
    labels = np.array([0, 2], np.int64)
    f.add("NegativeLogLikelihoodLoss", 12, [x(2, 3), x(2, dtype="int64", values=labels)])
    f.add("NegativeLogLikelihoodLoss", 13, [x(2, 3), x(2, dtype="int64", values=labels), w(3)], {"reduction": "none"})
    f.add("NegativeLogLikelihoodLoss", 13, [x(2, 3, 4), x(2, 4, dtype="int64")], {"reduction": "none"})
    f.add("SoftmaxCrossEntropyLoss", 12, [x(2, 3), x(2, dtype="int64", values=labels)])
    f.add("SoftmaxCrossEntropyLoss", 13, [x(2, 3), x(2, dtype="int64", values=labels)], {"reduction": "none"}, outputs=2)
    f.add("SoftmaxCrossEntropyLoss", 13, [x(2, 3), x(2, dtype="int64", values=labels)], {"reduction": "sum"}, outputs=2)
    f.add("TfIdfVectorizer", 9, [x(2, 6, dtype="int64")], {"max_gram_length": 2, "max_skip_count": 0, "min_gram_length": 1, "mode": "TF", "ngram_counts": [0, 2], "ngram_indexes": [0, 1, 2], "pool_int64s": [1, 2, 1, 2]})
    f.write()


if __name__ == "__main__":
    for family in (elementwise, activation, pooling, normalization, reductions, products, recurrent, resize, attention, quantized, microsoft, others):
        family()
