"""Writes models with the onnx package in which every field of every message occurs, seeded, and what the package reads in them (dump.py) beside each.

Made with onnx 1.23.2: `python write.py` in this folder. The models mean nothing; their wire format is what is tested.
"""

import json
import random

import ml_dtypes
import numpy
import onnx
from onnx import AttributeProto, TensorProto, helper

import dump

random = random.Random(20261125)

FLOATS = [TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16]
INTEGERS = {
    TensorProto.INT64: 63, TensorProto.INT32: 31, TensorProto.INT16: 15, TensorProto.INT8: 7, TensorProto.INT4: 3, TensorProto.INT2: 1,
    TensorProto.UINT64: -64, TensorProto.UINT32: -32, TensorProto.UINT16: -16, TensorProto.UINT8: -8, TensorProto.UINT4: -4, TensorProto.UINT2: -2,
}


def word():
    return random.choice(["", "x", "/model/layers.0/Conv", "conv:0", "größe", "重み", "a b", "onnx::MatMul_17"]) + str(random.randrange(1000))


def dims():
    return [random.choice([0, 1, 1, 2, 3, 5, 7]) for _ in range(random.randrange(4))]


def integer(data_type):
    bits = INTEGERS[data_type]
    if bits > 0:
        return random.choice([0, 1, -1, 2**bits - 1, -(2**bits), random.randrange(-(2**bits), 2**bits)])
    return random.choice([0, 1, 2**-bits - 1, random.randrange(2**-bits)])


def tensor(name=None):
    shape = dims()
    count = int(numpy.prod(shape)) if shape else 1
    kind = random.randrange(8)
    raw = random.random() < 0.5
    name = word() if name is None else name
    if kind < 3:
        data_type = random.choice(FLOATS)
        values = [random.choice([0.0, -0.0, 1.0, 0.5, -2.25, 6e-5, 1024.0, random.uniform(-9, 9)]) for _ in range(count)]
        numpy_type = {1: numpy.float32, 11: numpy.float64, 10: numpy.float16, 16: ml_dtypes.bfloat16}[data_type]
        array = numpy.array(values, dtype=numpy_type).reshape(shape)
        proto = helper.make_tensor(name, data_type, shape, array.tobytes() if raw else array.reshape(-1).astype(numpy.float64).tolist(), raw=raw)
    elif kind < 6:
        data_type = random.choice(list(INTEGERS))
        values = [integer(data_type) for _ in range(count)]
        if raw and data_type not in (TensorProto.INT4, TensorProto.UINT4, TensorProto.INT2, TensorProto.UINT2):
            values = numpy.array(values, dtype=helper.tensor_dtype_to_np_dtype(data_type)).tobytes()
        else:
            raw = False
        proto = helper.make_tensor(name, data_type, shape, values, raw=raw)
    elif kind == 6:
        data_type = random.choice([TensorProto.COMPLEX64, TensorProto.COMPLEX128])
        proto = helper.make_tensor(name, data_type, shape, [complex(i, 1) for i in range(count)])
    else:
        proto = helper.make_tensor(name, TensorProto.STRING, shape, [word().encode() for _ in range(count)])
    if random.random() < 0.2:
        proto.doc_string = word()
        proto.metadata_props.add(key=word(), value=word())
    if random.random() < 0.15:
        for field in ("raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data"):
            proto.ClearField(field)
        proto.data_location = TensorProto.EXTERNAL
        proto.external_data.add(key="location", value="weights.bin")
        proto.external_data.add(key="offset", value="4096")
    return proto


def type_proto(depth=0):
    kind = random.randrange(7 if depth < 3 else 3)
    shape = None if random.random() < 0.3 else [random.choice([1, 0, -1, 224, 2**40, "N", "h // 2", None]) for _ in range(random.randrange(5))]
    if kind < 3:
        return helper.make_tensor_type_proto(random.choice([1, 7, 10, 16]), shape)
    if kind == 3:
        return helper.make_sequence_type_proto(type_proto(depth + 1))
    if kind == 4:
        return helper.make_optional_type_proto(type_proto(depth + 1))
    if kind == 5:
        return helper.make_map_type_proto(TensorProto.INT64, type_proto(depth + 1))
    return helper.make_sparse_tensor_type_proto(1, shape)


def value_info():
    proto = onnx.ValueInfoProto(name=word())
    if random.random() < 0.9:
        proto.type.CopyFrom(type_proto())
        if random.random() < 0.3:
            proto.type.denotation = "TENSOR"
    if random.random() < 0.3:
        proto.doc_string = word()
    return proto


def sparse():
    proto = onnx.SparseTensorProto(dims=[3, 4])
    proto.values.CopyFrom(helper.make_tensor(word(), TensorProto.FLOAT, [2], [1.5, 2.5]))
    proto.indices.CopyFrom(helper.make_tensor("", TensorProto.INT64, [2], [3, 7]))
    return proto


def attribute(depth):
    kind = random.choice(["f", "i", "s", "t", "floats", "ints", "ints", "strings", "tensors", "ref", "sparse", "type"] + (["g", "graphs"] if depth < 3 else []))
    name = word()
    if kind == "ref":
        return AttributeProto(name=name, ref_attr_name=word(), type=AttributeProto.INT)
    if kind == "sparse":
        return AttributeProto(name=name, sparse_tensor=sparse(), type=AttributeProto.SPARSE_TENSOR)
    if kind == "type":
        return AttributeProto(name=name, tp=type_proto(), type=AttributeProto.TYPE_PROTO)
    if kind == "i":
        return AttributeProto(name=name, i=integer(TensorProto.INT64), type=AttributeProto.INT)
    if kind == "f":
        return AttributeProto(name=name, f=random.choice([0.0, 1.0, 1e-5, -3.5]), type=AttributeProto.FLOAT)
    if kind == "s":
        return AttributeProto(name=name, s=word().encode(), type=AttributeProto.STRING)
    if kind == "t":
        return AttributeProto(name=name, t=tensor(""), type=AttributeProto.TENSOR)
    if kind == "g":
        return AttributeProto(name=name, g=graph(depth + 1), type=AttributeProto.GRAPH)
    count = random.randrange(4)
    if kind == "floats":
        return AttributeProto(name=name, floats=[0.5] * count, type=AttributeProto.FLOATS)
    if kind == "ints":
        return AttributeProto(name=name, ints=[integer(TensorProto.INT64) for _ in range(count)], type=AttributeProto.INTS)
    if kind == "strings":
        return AttributeProto(name=name, strings=[word().encode() for _ in range(count)], type=AttributeProto.STRINGS)
    if kind == "tensors":
        return AttributeProto(name=name, tensors=[tensor() for _ in range(max(1, count))], type=AttributeProto.TENSORS)
    return AttributeProto(name=name, graphs=[graph(depth + 1) for _ in range(max(1, count))], type=AttributeProto.GRAPHS)


def node(depth):
    proto = onnx.NodeProto(op_type=word(), input=[word() for _ in range(random.randrange(4))], output=[word()])
    proto.attribute.extend(attribute(depth) for _ in range(random.randrange(3)))
    if random.random() < 0.7:
        proto.name = word()
    if random.random() < 0.3:
        proto.domain = "com.microsoft"
        proto.overload = word()
    if random.random() < 0.3:
        proto.doc_string = word() * 20
        proto.metadata_props.add(key=word(), value=word())
    return proto


def graph(depth=0):
    proto = onnx.GraphProto(name=word())
    proto.node.extend(node(depth) for _ in range(random.randrange(1, 6 - depth)))
    proto.initializer.extend(tensor() for _ in range(random.randrange(6 - depth)))
    proto.input.extend(value_info() for _ in range(random.randrange(3)))
    proto.output.extend(value_info() for _ in range(random.randrange(3)))
    proto.value_info.extend(value_info() for _ in range(random.randrange(3)))
    if random.random() < 0.4:
        proto.sparse_initializer.append(sparse())
        proto.doc_string = word()
        proto.quantization_annotation.add(tensor_name=word())
        proto.metadata_props.add(key=word(), value=word())
    return proto


def model():
    proto = onnx.ModelProto(ir_version=random.choice([3, 8, 10, 13]), producer_name="layergauge", producer_version="1.0", model_version=7)
    proto.opset_import.add(domain=random.choice(["", "ai.onnx"]), version=random.randrange(7, 26))
    proto.opset_import.add(domain="com.microsoft", version=1)
    proto.doc_string = word()
    proto.metadata_props.add(key=word(), value=word())
    proto.graph.CopyFrom(graph())
    for _ in range(random.randrange(3)):
        function = proto.functions.add(name=word(), domain="local", overload=word(), doc_string=word())
        function.input.extend([word(), word()])
        function.output.append(word())
        function.attribute.append(word())
        function.attribute_proto.append(attribute(3))
        function.node.extend(node(2) for _ in range(2))
        function.opset_import.add(domain="", version=17)
        function.value_info.append(value_info())
    if random.random() < 0.5:
        proto.training_info.add().algorithm.CopyFrom(graph(2))
    return proto


for number in range(1, 9):
    proto = model()
    with open(f"model{number}.onnx", "wb") as file:
        file.write(proto.SerializeToString())
    with open(f"model{number}.json", "w") as file:
        json.dump(dump.model(proto), file, separators=(",", ":"), ensure_ascii=False)
        file.write("\n")
