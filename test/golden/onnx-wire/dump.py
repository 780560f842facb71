"""What the onnx package reads in a file, in the form of src/importers/onnx/model.ts. `python dump.py file.onnx ...` prints one JSON object a file."""

import json
import sys

import numpy
import onnx
from onnx import TensorProto, numpy_helper

# Tensors of more elements are compared without their values.
MOST_VALUES = 32
BITS = {"COMPLEX64": 64, "COMPLEX128": 128}


def bits_of(data_type):
    name = TensorProto.DataType.Name(data_type)
    if name in BITS:
        return BITS[name]
    if name in ("STRING", "UNDEFINED"):
        return 0
    if name in ("UINT4", "INT4", "FLOAT4E2M1"):
        return 4
    if name in ("UINT2", "INT2"):
        return 2
    if name.startswith("FLOAT8"):
        return 8
    return {"FLOAT": 32, "DOUBLE": 64, "BOOL": 8, "FLOAT16": 16, "BFLOAT16": 16}.get(name) or int(name.lstrip("UINT"))


def tensor(proto):
    dims = list(proto.dims)
    elements = int(numpy.prod(dims, dtype=object)) if dims else 1
    data_type = proto.data_type
    bits = bits_of(data_type)
    typed = len(proto.float_data) + len(proto.int32_data) + len(proto.int64_data) + len(proto.double_data) + len(proto.uint64_data)
    external = proto.data_location == TensorProto.EXTERNAL
    if proto.HasField("raw_data"):
        stored_bytes = len(proto.raw_data)
        stored = stored_bytes * 8 // bits if bits else 0
    else:
        per_entry = {64: 0.5, 128: 0.5}.get(bits, 1) if data_type in (14, 15) else 8 // bits if bits in (2, 4) else 1
        stored = len(proto.string_data) if data_type == TensorProto.STRING else int(typed * per_entry)
        stored_bytes = -(-stored * bits // 8)
    out = {
        "name": proto.name,
        "dims": dims,
        "dataType": data_type,
        "storedBytes": stored_bytes,
        "storedElements": stored,
        "external": external,
    }
    name = TensorProto.DataType.Name(data_type)
    is_number = name not in ("STRING", "UNDEFINED") and not name.startswith(("COMPLEX", "FLOAT8", "FLOAT4", "FLOAT6"))
    if is_number and not external and elements <= MOST_VALUES and (stored > 0 or elements == 0):
        array = numpy_helper.to_array(proto).reshape(-1)
        exact = array.astype(object) if array.dtype.kind in "iu" else array.astype(numpy.float64)
        out["values"] = [int(v) if array.dtype.kind in "iub" else float(v) for v in exact]
    return out


def value_info(proto):
    out = {"name": proto.name, "kind": "none", "elemType": 0}
    kinds = {
        "tensor_type": "tensor",
        "sequence_type": "sequence",
        "map_type": "map",
        "sparse_tensor_type": "sparse",
        "optional_type": "optional",
    }
    of = proto.type
    out["kind"] = kinds.get(of.WhichOneof("value"), "none")
    while True:
        which = of.WhichOneof("value")
        if which in ("sequence_type", "optional_type"):
            of = getattr(of, which).elem_type
        elif which == "map_type":
            of = of.map_type.value_type
        else:
            break
    if which in ("tensor_type", "sparse_tensor_type"):
        inner = getattr(of, which)
        out["elemType"] = inner.elem_type
        if inner.HasField("shape"):
            # null: an extent that is not stated.
            out["dims"] = [
                d.dim_value if d.WhichOneof("value") == "dim_value" else (d.dim_param or None) for d in inner.shape.dim
            ]
    return out


def sparse(proto):
    out = {"values": tensor(proto.values), "dims": list(proto.dims)}
    if proto.HasField("indices"):
        out["indices"] = tensor(proto.indices)
    return out


def attribute(proto):
    out = {"name": proto.name, "type": proto.type}
    if proto.ref_attr_name:
        out["refAttrName"] = proto.ref_attr_name
        return out
    kind = proto.type
    if kind == onnx.AttributeProto.FLOAT:
        out["f"] = proto.f
    elif kind == onnx.AttributeProto.INT:
        out["i"] = proto.i
    elif kind == onnx.AttributeProto.STRING:
        out["s"] = proto.s.decode()
    elif kind == onnx.AttributeProto.TENSOR:
        out["t"] = tensor(proto.t)
    elif kind == onnx.AttributeProto.GRAPH:
        out["g"] = graph(proto.g)
    elif kind == onnx.AttributeProto.SPARSE_TENSOR:
        out["sparse"] = sparse(proto.sparse_tensor)
    elif kind == onnx.AttributeProto.FLOATS:
        out["floats"] = list(proto.floats)
    elif kind == onnx.AttributeProto.INTS:
        out["ints"] = list(proto.ints)
    elif kind == onnx.AttributeProto.STRINGS:
        out["strings"] = [s.decode() for s in proto.strings]
    elif kind == onnx.AttributeProto.TENSORS:
        out["tensors"] = [tensor(t) for t in proto.tensors]
    elif kind == onnx.AttributeProto.GRAPHS:
        out["graphs"] = [graph(g) for g in proto.graphs]
    return out


def node(proto):
    return {
        "name": proto.name,
        "opType": proto.op_type,
        "domain": proto.domain,
        "overload": proto.overload,
        "inputs": list(proto.input),
        "outputs": list(proto.output),
        "attributes": [attribute(a) for a in proto.attribute],
    }


def graph(proto):
    return {
        "name": proto.name,
        "nodes": [node(n) for n in proto.node],
        "initializers": [tensor(t) for t in proto.initializer],
        "sparse": [sparse(s) for s in proto.sparse_initializer],
        "inputs": [value_info(v) for v in proto.input],
        "outputs": [value_info(v) for v in proto.output],
        "valueInfo": [value_info(v) for v in proto.value_info],
    }


def opsets(imports):
    return {"" if o.domain == "ai.onnx" else o.domain: o.version for o in imports}


def function(proto):
    return {
        "name": proto.name,
        "domain": proto.domain,
        "overload": proto.overload,
        "inputs": list(proto.input),
        "outputs": list(proto.output),
        "attributes": list(proto.attribute),
        "attributeProtos": [attribute(a) for a in proto.attribute_proto],
        "nodes": [node(n) for n in proto.node],
        "opsets": opsets(proto.opset_import),
        "valueInfo": [value_info(v) for v in proto.value_info],
    }


def model(proto):
    return {
        "irVersion": proto.ir_version,
        "producer": f"{proto.producer_name} {proto.producer_version}".strip(),
        "opsets": opsets(proto.opset_import),
        "graph": graph(proto.graph),
        "functions": [function(f) for f in proto.functions],
    }


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(json.dumps(model(onnx.load(path, load_external_data=False)), separators=(",", ":")))
