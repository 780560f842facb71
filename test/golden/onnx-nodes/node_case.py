"""Single nodes of ONNX with the types of what they give, as a program that runs them says.

A case is one node: what flows into it, what is stored, what is known, and the shape and element type of each output. Outputs come from ONNX
Runtime, where it has no kernel from ONNX's reference evaluator, and where that has none from ONNX's shape inference; for operators of com.microsoft
that run on GPUs only, from their documentation. `by` says from which.
Parameters and multiply-accumulates are not read from a program: a stored tensor counts its elements, and MACs stand in the case, worked out by hand.
"""

import json
import pathlib

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

ort.set_default_logger_severity(4)
HERE = pathlib.Path(__file__).parent
RNG = np.random.default_rng(20251125)
NAMES = {
    "float32": np.float32, "float16": np.float16, "float64": np.float64, "int64": np.int64, "int32": np.int32,
    "int16": np.int16, "int8": np.int8, "uint8": np.uint8, "bool": np.bool_,
}


def numbers(shape, dtype):
    if dtype == "bool":
        return RNG.random(shape) < 0.5
    if dtype in ("int8", "uint8", "int16", "int32", "int64"):
        return RNG.integers(0, 3, shape).astype(NAMES[dtype])
    return (RNG.random(shape) + 0.25).astype(NAMES[dtype])


def x(*shape, dtype="float32", values=None):
    """A tensor that flows; `values` keeps a program that runs it within its bounds, the importer does not see them."""
    return {"role": "flows", "shape": list(shape), "dtype": dtype, "array": numbers(shape, dtype) if values is None else values}


def w(*shape, dtype="float32"):
    """A stored tensor whose numbers nobody needs: a parameter."""
    return {"role": "stored", "shape": list(shape), "dtype": dtype, "array": numbers(shape, dtype)}


def b(*shape, dtype="float32"):
    """A running statistic."""
    return {**w(*shape, dtype=dtype), "role": "buffer"}


def q(*shape, dtype="float32"):
    """Stored, and of quantisation: neither parameter nor buffer."""
    array = numbers(shape, dtype)
    return {"role": "quantisation", "shape": list(shape), "dtype": dtype, "array": array}


def k(values, dtype="int64"):
    """Numbers that stand in the file."""
    array = np.asarray(values, NAMES[dtype])
    return {"role": "known", "shape": list(array.shape), "dtype": dtype, "array": array}


class Family:
    def __init__(self, name):
        self.name = name
        self.cases = []

    def add(self, op, opset, inputs, attributes=None, outputs=1, macs=0, domain="", keep=None, documented=None):
        attributes = attributes or {}
        given = [None if each is None else each for each in inputs]
        names = ["" if each is None else f"i{index}" for index, each in enumerate(given)]
        results = [f"o{index}" if keep is None or index in keep else "" for index in range(outputs)]
        node = helper.make_node(op, names, results, name="node", domain=domain, **attributes)
        if documented is None:
            types, by = run(node, given, names, opset, domain)
        else:
            types, by = dict(zip(results, ({"shape": shape, "dtype": dtype} for shape, dtype in documented))), "documentation"
        parameters = sum(each["array"].size for each in given if each and each["role"] == "stored" and each["shape"])
        buffers = sum(each["array"].size for each in given if each and each["role"] == "buffer")
        case = {"op": op, **({"domain": domain} if domain else {}), "opset": opset}
        if attributes:
            case["attributes"] = attributes
        case["inputs"] = [None if each is None else written(each) for each in given]
        case["outputs"] = [None if not name else types[name] for name in results]
        case.update(parameters=parameters, buffers=buffers, macs=macs, by=by)
        self.cases.append(case)

    def write(self):
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in self.cases)
        (HERE / f"{self.name}.json").write_text(f"[\n{lines}\n]\n")
        programs = {}
        for case in self.cases:
            programs[case["by"]] = programs.get(case["by"], 0) + 1
        print(self.name, len(self.cases), programs)


def written(each):
    result = {"shape": each["shape"], "dtype": each["dtype"]}
    if each["role"] == "known":
        values = each["array"].ravel().tolist()
        # What JSON has no number for stands as text.
        result["values"] = [number if np.isfinite(number) else str(number).replace("inf", "Infinity") for number in values]
    elif each["role"] != "flows":
        result["stored"] = True
    return result


def type_of(array):
    return {"shape": list(array.shape), "dtype": str(array.dtype)}


def run(node, given, names, opset, domain):
    feeds = {name: each["array"] for name, each in zip(names, given) if each is not None and each["role"] == "flows"}
    stored = [numpy_helper.from_array(np.array(each["array"], order="C"), name) for name, each in zip(names, given) if each is not None and each["role"] != "flows"]
    inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape) for name, array in feeds.items()]
    wanted = [name for name in node.output if name]
    imports = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(domain, 1)] if domain else [])

    def model(outputs):
        graph = helper.make_graph([node], "case", inputs, outputs, stored)
        return helper.make_model(graph, opset_imports=imports, ir_version=10)

    problems = []
    try:
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = ort.InferenceSession(model([helper.make_empty_tensor_value_info(name) for name in wanted]).SerializeToString(), options)
        return {name: type_of(array) for name, array in zip(wanted, session.run(wanted, feeds))}, "onnxruntime"
    except Exception as error:
        problems.append(error)
    try:
        evaluator = ReferenceEvaluator(model([helper.make_empty_tensor_value_info(name) for name in wanted]))
        return {name: type_of(np.asarray(array)) for name, array in zip(wanted, evaluator.run(wanted, feeds))}, "reference"
    except Exception as error:
        problems.append(error)
    try:
        inferred = onnx.shape_inference.infer_shapes(
            model([helper.make_empty_tensor_value_info(name) for name in wanted]), strict_mode=True, data_prop=True
        )
        types = {}
        for info in list(inferred.graph.output) + list(inferred.graph.value_info):
            tensor = info.type.tensor_type
            shape = [dim.dim_value for dim in tensor.shape.dim]
            if not tensor.HasField("shape") or not all(dim.HasField("dim_value") for dim in tensor.shape.dim):
                raise ValueError(f"{info.name} has no shape")
            types[info.name] = {"shape": shape, "dtype": str(np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type)))}
        return {name: types[name] for name in wanted}, "inference"
    except Exception as error:
        problems.append(error)
    raise RuntimeError(f"{node.op_type} {opset}: " + " | ".join(str(problem)[:300] for problem in problems))
