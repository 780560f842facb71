"""What PyTorch says about every operator that is not a window, a norm or a rearrangement of pixels.

Each case is run forward by PyTorch, and what came out is written down: shapes and dtypes of the outputs, names and shapes of
the weights, or the first line of the error. One command writes all the files again, byte for byte:

    python3 test/golden/operators/rest.py

Made with torch 2.15.0 (`pip install torch==2.15.0`), on the CPU. Nothing here depends on the values in a tensor.

`layer` is in the native form of the architecture document; the section "Operators" translates it into the PyTorch call.
A case says beforehand whether PyTorch takes it (`ok`) or refuses it (`no`), and the script stops where that is wrong; only in
the drawn cases (`either`) does PyTorch decide alone. Left out, since layergauge differs on purpose: unbatched forms, outputs
with an axis of 0, `batch_first=False`.
"""

import inspect
import json
import random
import warnings
from itertools import combinations_with_replacement
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

SEED = 20250117
HERE = Path(__file__).parent
BIG = 1 << 20  # elements; a case with a larger tensor runs on the meta device, which knows shapes only
FLOATING = ["float16", "bfloat16", "float32", "float64"]
DTYPES = [*FLOATING, "int64", "int32", "int16", "int8", "uint8", "bool"]

warnings.filterwarnings("ignore")  # legal arguments without effect, such as dropout with one recurrent layer


# ---------------------------------------------------------------------------------------------------------------- Operators
# A translation takes the layer's inputs and arguments and gives a callable on the inputs: a module where there are weights.

OPERATORS = {}


def operator(*types):
    def register(translate):
        for type_ in types:
            OPERATORS[type_] = (type_, translate)
        return translate

    return register


def simple(type_, call):
    """An operator without arguments."""
    OPERATORS[type_] = (type_, lambda type_, inputs: call)


@operator("linear")
def linear(type_, inputs, out_features, in_features=None, bias=True):
    return nn.Linear(given(in_features, inputs[0].shape[-1]), out_features, bias)


@operator("bilinear")
def bilinear(type_, inputs, out_features, in1_features=None, in2_features=None, bias=True):
    in1 = given(in1_features, inputs[0].shape[-1])
    in2 = given(in2_features, inputs[1].shape[-1])
    return nn.Bilinear(in1, in2, out_features, bias)


PLAIN_ACTIVATIONS = {
    "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "relu6": nn.ReLU6, "elu": nn.ELU, "selu": nn.SELU, "gelu": nn.GELU,
    "silu": nn.SiLU, "hardswish": nn.Hardswish, "hardsigmoid": nn.Hardsigmoid, "hardtanh": nn.Hardtanh, "mish": nn.Mish,
    "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "softplus": nn.Softplus, "softsign": nn.Softsign, "glu": nn.GLU,
}  # fmt: skip


@operator(*PLAIN_ACTIVATIONS)
def activation(type_, inputs, **arguments):
    """Argument names and defaults are the module's own."""
    return PLAIN_ACTIVATIONS[type_](**arguments)


@operator("identity")
def identity(type_, inputs):
    return nn.Identity()


@operator("dropout")
def dropout(type_, inputs, p=0.5, inplace=False):
    return nn.Dropout(p, inplace).eval()


@operator("softmax", "log_softmax")
def softmax(type_, inputs, dim=-1):
    return nn.Softmax(dim) if type_ == "softmax" else nn.LogSoftmax(dim)


class ChannelsLastPReLU(nn.PReLU):
    def forward(self, x):
        return super().forward(x.movedim(-1, 1)).movedim(1, -1)


@operator("prelu")
def prelu(type_, inputs, num_parameters=1, init=0.25, data_format="channels_first"):
    return (ChannelsLastPReLU if data_format == "channels_last" else nn.PReLU)(num_parameters, init)


simple("add", torch.add)
simple("subtract", torch.subtract)
simple("multiply", torch.multiply)
simple("divide", torch.divide)
simple("maximum", torch.maximum)
simple("minimum", torch.minimum)
simple("pow", torch.pow)
simple("sqrt", torch.sqrt)
simple("exp", torch.exp)
simple("neg", torch.neg)
simple("abs", torch.abs)
simple("matmul", torch.matmul)
simple("where", torch.where)


@operator("clamp")
def clamp(type_, inputs, min=None, max=None):
    return lambda x: torch.clamp(x, min, max)


@operator("cast")
def cast(type_, inputs, dtype):
    return lambda x: x.to(getattr(torch, dtype))


@operator("flatten")
def flatten(type_, inputs, start_dim=1, end_dim=-1):
    return nn.Flatten(start_dim, end_dim)


@operator("unflatten")
def unflatten(type_, inputs, dim, unflattened_size):
    return lambda x: x.unflatten(dim, unflattened_size)


@operator("reshape")
def reshape(type_, inputs, shape):
    return lambda x: x.reshape(shape)


@operator("permute")
def permute(type_, inputs, dims):
    return lambda x: x.permute(dims)


@operator("transpose")
def transpose(type_, inputs, dim0, dim1):
    return lambda x: x.transpose(dim0, dim1)


@operator("squeeze")
def squeeze(type_, inputs, dim=None):
    return lambda x: x.squeeze() if dim is None else x.squeeze(tuple(dim) if isinstance(dim, list) else dim)


@operator("unsqueeze")
def unsqueeze(type_, inputs, dim):
    return lambda x: x.unsqueeze(dim)


@operator("expand")
def expand(type_, inputs, shape=None):
    return (lambda x, other: x.expand_as(other)) if shape is None else lambda x: x.expand(shape)


@operator("roll")
def roll(type_, inputs, shifts, dims=None):
    return lambda x: x.roll(shifts) if dims is None else x.roll(shifts, dims)


@operator("tile")
def tile(type_, inputs, repeats):
    return lambda x: x.tile(repeats)


@operator("concat", "stack")
def join(type_, inputs, dim=0):
    return lambda *xs: (torch.concat if type_ == "concat" else torch.stack)(xs, dim)


@operator("split")
def split(type_, inputs, split_size, dim=0):
    return lambda x: x.split(split_size, dim)


@operator("slice")
def slice_(type_, inputs, dim=0, start=None, end=None, step=1):
    return lambda x: torch.ops.aten.slice.Tensor(x, dim, start, end, step)


@operator("gather")
def gather(type_, inputs, dim):
    return lambda x, index: torch.gather(x, dim, index)


@operator("topk")
def topk(type_, inputs, k, dim=-1, largest=True, sorted=True):
    return lambda x: tuple(torch.topk(x, k, dim, largest, sorted))


@operator("argmax")
def argmax(type_, inputs, dim=None, keepdim=False):
    return lambda x: torch.argmax(x, dim, keepdim)


@operator("mean", "sum", "reduce_max", "reduce_min")
def reduction(type_, inputs, dim=None, keepdim=False, dtype=None):
    call = {"mean": torch.mean, "sum": torch.sum, "reduce_max": torch.amax, "reduce_min": torch.amin}[type_]
    typed = {} if dtype is None else {"dtype": getattr(torch, dtype)}  # amax and amin take none
    return lambda x: call(x, dim=() if dim is None else dim, keepdim=keepdim, **typed)


@operator("embedding")
def embedding(type_, inputs, num_embeddings, embedding_dim, **options):
    return nn.Embedding(num_embeddings, embedding_dim, **options)


@operator("rnn", "lstm", "gru")
def recurrent(type_, inputs, hidden_size, input_size=None, **options):
    module = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[type_]
    return Recurrent(module(given(input_size, inputs[0].shape[-1]), hidden_size, batch_first=True, **options))


class Recurrent(nn.Module):
    """Takes the states, and gives them, one after another, where an LSTM has them in a pair."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x, *states):
        if not states:
            result = self.module(x)
        else:
            result = self.module(x, states if isinstance(self.module, nn.LSTM) else states[0])
        output, h = result
        return (output, *h) if isinstance(h, tuple) else (output, h)

    def named_parameters(self):
        return self.module.named_parameters()


@operator("multihead_attention")
def multihead_attention(type_, inputs, num_heads, embed_dim=None, need_weights=False, average_attn_weights=True, **options):
    module = nn.MultiheadAttention(given(embed_dim, inputs[0].shape[-1]), num_heads, batch_first=True, **options)
    return Attention(module, need_weights, average_attn_weights)


class Attention(nn.Module):
    """One input is query, key and value at once."""

    def __init__(self, module, need_weights, average_attn_weights):
        super().__init__()
        self.module = module
        self.arguments = {"need_weights": need_weights, "average_attn_weights": average_attn_weights}

    def forward(self, query, key=None, value=None):
        key, value = given(key, query), given(value, query)
        with sdpa_kernel(SDPBackend.MATH):
            return tuple(y for y in self.module(query, key, value, **self.arguments) if y is not None)

    def named_parameters(self):
        return self.module.named_parameters()


@operator("scaled_dot_product_attention")
def attention(type_, inputs, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """Computed as it is defined: the fused CPU kernel takes fewer values than keys and reads past their end."""
    options = {"dropout_p": dropout_p, "is_causal": is_causal, "scale": scale, "enable_gqa": enable_gqa}

    def call(*tensors):
        with sdpa_kernel(SDPBackend.MATH):
            return F.scaled_dot_product_attention(*tensors, **options)

    return call


@operator("einsum")
def einsum(type_, inputs, equation):
    return lambda *xs: torch.einsum(equation, *xs)


def given(value, otherwise):
    return otherwise if value is None else value


# ------------------------------------------------------------------------------------------------------------------ The run


def t(dtype, *shape):
    return {"shape": list(shape), "dtype": dtype}


def f(*shape):
    return t("float32", *shape)


def i(*shape):
    return t("int64", *shape)


def ok(type_, inputs, composed=None, **arguments):
    return ("taken", {"type": type_, **arguments}, inputs, composed)


def no(type_, inputs, **arguments):
    return ("refused", {"type": type_, **arguments}, inputs, None)


def either(type_, inputs, **arguments):
    return (None, {"type": type_, **arguments}, inputs, None)


def run(expected, layer, inputs, composed):
    """One case as it is written down."""
    type_, translate = OPERATORS[layer["type"]]
    arguments = {key: value for key, value in layer.items() if key != "type"}
    inspect.signature(translate).bind(type_, inputs, **arguments)  # a slip in this file is not a refusal
    device = "meta" if max(weight_elements(layer, inputs), *map(elements, inputs), 0) > BIG else "cpu"
    tensors = [torch.zeros(x["shape"], dtype=getattr(torch, x["dtype"]), device=device) for x in inputs]
    case = {"name": title(layer, inputs), "layer": layer, "inputs": inputs}
    try:
        with torch.device(device):
            call = translate(type_, tensors, **arguments)
        if isinstance(call, nn.Module) and tensors[0].is_floating_point():
            call = call.to(tensors[0].dtype)
        outputs = call(*tensors)
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError) as error:
        if expected == "taken":
            raise
        return case | {"refused": str(error).split("\n")[0] or type(error).__name__}
    assert expected != "refused", f"PyTorch takes {case['name']}"
    outputs = outputs if isinstance(outputs, (tuple, list)) else [outputs]
    case["outputs"] = [t(str(y.dtype).removeprefix("torch."), *y.shape) for y in outputs]
    assert all(extent > 0 for y in case["outputs"] for extent in y["shape"]), f"an empty output: {case['name']}"
    case["weights"] = weights(call) if isinstance(call, nn.Module) else []
    return case | ({"composed": composed} if composed else {})


def weights(module):
    parameters = [(name, p, "parameter") for name, p in module.named_parameters()]
    buffers = [(name, b, "buffer") for name, b in module.named_buffers()]
    return [{"name": name, "shape": list(w.shape), "kind": kind} for name, w, kind in parameters + buffers]


def elements(x):
    return torch.Size(x["shape"]).numel()


def weight_elements(layer, inputs):
    """Only of the two types that have a large case."""
    if layer["type"] == "embedding":
        return layer["num_embeddings"] * layer["embedding_dim"]
    return layer["out_features"] * inputs[0]["shape"][-1] if layer["type"] == "linear" else 0


def title(layer, inputs):
    """Says the case in one line: `softmax dim 1 on 2x3x4`."""
    said = [f"{key} {json.dumps(value)}" for key, value in layer.items() if key != "type"]
    shapes = ["x".join(map(str, x["shape"])) or "scalar" for x in inputs]
    on = [shape + ("" if x["dtype"] == "float32" else " " + x["dtype"]) for shape, x in zip(shapes, inputs)]
    return " ".join([layer["type"], ", ".join(said)]).strip() + " on " + ", ".join(on)


def write(family, drafts, generator=__file__):
    cases = [run(*draft) for draft in drafts]
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names), f"twice in {family}: {[n for n in names if names.count(n) > 1]}"
    version = torch.__version__.split("+")[0]
    head = {"family": family, "torch": version, "generator": Path(generator).name}
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n"
    (HERE / f"{family}.json").write_text(text)
    refused = sum("refused" in case for case in cases)
    print(f"{family:12} {len(cases):4} cases, {refused:3} refused")


# ---------------------------------------------------------------------------------------------------------------- The cases


def linear_cases(draw):
    yield ok("linear", [f(2, 7)], out_features=5)
    yield ok("linear", [f(1, 1)], out_features=1)
    yield ok("linear", [f(3, 7)], out_features=5, in_features=7)
    yield ok("linear", [f(2, 7)], out_features=5, bias=False)
    yield ok("linear", [f(2, 3, 7)], out_features=4)
    yield ok("linear", [f(1, 3, 5, 7)], out_features=4, bias=True)
    yield ok("linear", [f(2, 2, 3, 4, 5)], out_features=6, in_features=5)
    yield ok("linear", [f(2, 1, 1, 1, 1, 3)], out_features=2)
    yield ok("linear", [f(1, 25088)], out_features=4096)
    yield ok("linear", [f(3, 197, 768)], out_features=3072, in_features=768, bias=True)
    for dtype in ["float16", "bfloat16", "float64"]:
        yield ok("linear", [t(dtype, 2, 3, 7)], out_features=5)
    for _ in range(12):
        shape = drawn_shape(draw, draw.randint(2, 5))
        yield ok("linear", [f(*shape)], out_features=draw.randint(1, 40), bias=draw.random() < 0.7)
    yield no("linear", [f(2, 7)], out_features=5, in_features=8)
    yield no("linear", [f(2, 3, 7)], out_features=5, in_features=3)
    yield no("linear", [f(2, 7, 3)], out_features=5, in_features=7)
    yield no("linear", [f(2, 8, 4, 4)], out_features=10, in_features=128)
    yield no("linear", [f(2, 7)], out_features=-5)
    yield no("linear", [f(2, 7)], out_features=5, in_features=-7)
    yield no("linear", [f(2, 7), f(2, 7)], out_features=5)
    for dtype in ["int64", "int32", "int16", "int8", "uint8", "bool"]:
        yield no("linear", [t(dtype, 2, 7)], out_features=5)

    yield ok("bilinear", [f(2, 3), f(2, 4)], out_features=5)
    yield ok("bilinear", [f(1, 1), f(1, 1)], out_features=1)
    yield ok("bilinear", [f(2, 3), f(2, 3)], out_features=5, bias=False)
    yield ok("bilinear", [f(3, 20), f(3, 30)], out_features=40, in1_features=20, in2_features=30)
    yield ok("bilinear", [f(2, 6, 3), f(2, 6, 4)], out_features=5)
    yield ok("bilinear", [f(1, 2, 6, 3), f(1, 2, 6, 4)], out_features=2, in1_features=3)
    yield ok("bilinear", [f(1, 2, 6, 5), f(1, 2, 6, 4)], out_features=2, in2_features=4, bias=True)
    yield ok("bilinear", [t("float64", 2, 3), t("float64", 2, 4)], out_features=5)
    yield ok("bilinear", [t("float16", 2, 3), t("float16", 2, 4)], out_features=5)
    yield no("bilinear", [f(2, 3), f(2, 4)], out_features=5, in1_features=4)
    yield no("bilinear", [f(2, 3), f(2, 4)], out_features=5, in2_features=3)
    yield no("bilinear", [f(2, 3), f(2, 4)], out_features=5, in1_features=4, in2_features=3)
    yield no("bilinear", [f(2, 3), f(3, 4)], out_features=5)
    yield no("bilinear", [f(2, 3), f(1, 4)], out_features=5)
    yield no("bilinear", [f(2, 6, 3), f(2, 5, 4)], out_features=5)
    yield no("bilinear", [f(2, 6, 3), f(2, 4)], out_features=5)
    yield no("bilinear", [f(2, 3), t("float64", 2, 4)], out_features=5)
    yield no("bilinear", [i(2, 3), i(2, 4)], out_features=5)
    yield no("bilinear", [f(2, 3), f(2, 4)], out_features=-1)
    yield no("bilinear", [f(2, 3), f(2, 4)], out_features=5, in1_features=0)


INTEGERS_KEPT = ["relu", "relu6", "hardtanh"]
INTEGERS_BECOME_FLOATING = ["sigmoid", "tanh", "softsign"]


def activation_cases(draw):
    for type_ in [*PLAIN_ACTIVATIONS, "softmax", "log_softmax", "identity", "dropout", "prelu"]:
        yield ok(type_, [f(2, 3, 5, 4)])
        yield ok(type_, [t(draw.choice(["float16", "bfloat16", "float64"]), 1, draw.randint(1, 9), 6)])
    for type_ in ["relu", "gelu", "sigmoid", "identity"]:
        yield ok(type_, [f(3)])
        yield ok(type_, [f(1, 2, 3, 4, 5)])
        yield ok(type_, [f()])
    for type_ in INTEGERS_KEPT + INTEGERS_BECOME_FLOATING + ["identity"]:
        yield ok(type_, [i(2, 6)])
        yield ok(type_, [t("uint8", 2, 6)])
    for type_ in [*PLAIN_ACTIVATIONS, "softmax", "log_softmax", "prelu"]:
        if type_ not in INTEGERS_KEPT + INTEGERS_BECOME_FLOATING:
            yield no(type_, [i(2, 6)])
    yield ok("identity", [t("bool", 2, 6)])
    yield ok("sigmoid", [t("bool", 2, 6)])
    yield ok("tanh", [t("bool", 2, 6)])
    yield no("relu", [t("bool", 2, 6)])
    yield no("hardtanh", [t("bool", 2, 6)])
    yield no("relu6", [t("bool", 2, 6)])

    for type_ in ["relu", "leaky_relu", "relu6", "elu", "selu", "silu", "hardswish", "hardsigmoid", "hardtanh", "mish", "dropout"]:
        yield ok(type_, [f(2, 3, 4)], inplace=True)
    yield ok("leaky_relu", [f(2, 3, 4)], negative_slope=0.2)
    yield ok("elu", [f(2, 3, 4)], alpha=0.5)
    yield ok("gelu", [f(2, 3, 4)], approximate="none")
    yield ok("gelu", [f(2, 3, 4)], approximate="tanh")
    yield no("gelu", [f(2, 3, 4)], approximate="erf")
    yield ok("hardtanh", [f(2, 3, 4)], min_val=-2, max_val=0.5)
    yield no("hardtanh", [f(2, 3, 4)], min_val=2, max_val=-2)
    yield no("hardtanh", [f(2, 3, 4)], min_val=1)
    yield ok("softplus", [f(2, 3, 4)], beta=2, threshold=10)
    yield ok("dropout", [f(2, 3, 4)], p=0)
    yield ok("dropout", [f(2, 3, 4)], p=1)
    yield no("dropout", [f(2, 3, 4)], p=1.5)
    yield no("dropout", [f(2, 3, 4)], p=-0.1)

    yield ok("prelu", [f(2, 5)], num_parameters=5)
    yield ok("prelu", [f(2, 5)], num_parameters=1)
    yield ok("prelu", [f(2, 5, 7)], num_parameters=5)
    yield ok("prelu", [f(2, 5, 7, 3)], num_parameters=5, init=0.1)
    yield ok("prelu", [f(1, 5, 2, 3, 4)], num_parameters=5)
    last = "movedim(-1, 1), PReLU, movedim(1, -1)"
    yield ok("prelu", [f(2, 7, 3, 5)], composed=last, num_parameters=5, data_format="channels_last")
    yield ok("prelu", [f(2, 7, 5)], composed=last, data_format="channels_last")
    yield no("prelu", [f(2, 7, 3, 5)], num_parameters=7, data_format="channels_last")
    yield no("prelu", [f(2, 5)], num_parameters=4)
    yield no("prelu", [f(2, 5, 7)], num_parameters=7)
    yield no("prelu", [f(2, 5, 7, 3)], num_parameters=3)
    yield no("prelu", [f(3)], num_parameters=3)
    yield no("prelu", [f(2, 5)], num_parameters=-1)

    for type_ in ["softmax", "log_softmax"]:
        for dim in [0, 1, 3, -2, -4]:
            yield ok(type_, [f(2, 3, 5, 4)], dim=dim)
        yield no(type_, [f(2, 3, 5)], dim=3)
        yield no(type_, [f(2, 3, 5)], dim=-4)
    yield ok("softmax", [f(3, 1)])

    yield ok("glu", [f(2, 6, 3)], dim=1)
    yield ok("glu", [f(2, 6, 4)], dim=-1)
    yield ok("glu", [f(2, 6, 3)], dim=0)
    yield ok("glu", [f(1, 2)])
    yield ok("glu", [f(1, 6, 4, 3)], dim=-2)
    yield no("glu", [f(2, 6, 3)])
    yield no("glu", [f(2, 5, 4)], dim=1)
    yield no("glu", [f(3, 6, 4)], dim=0)
    yield no("glu", [f(2, 6, 4)], dim=3)
    yield no("glu", [f(2, 6, 4)], dim=-4)
    for dim in [0, 1, 2, 3, 4, -1, -5]:
        yield ok("glu", [f(2, 4, 6, 8, 10)], dim=dim)
    for extent in [2, 12, 1024]:
        yield ok("glu", [f(3, extent)])
        yield ok("glu", [f(1, extent, 7, 5)], dim=1)
    for dtype in ["float16", "bfloat16", "float64"]:
        yield ok("glu", [t(dtype, 2, 6, 4)], dim=1)
    yield ok("glu", [f(4)])
    yield ok("glu", [f(2)], dim=0)
    yield ok("glu", [f(5, 1, 1, 2)])
    yield no("glu", [f()])
    yield no("glu", [f(1, 1)])
    yield no("glu", [f(7)], dim=0)
    yield no("glu", [f(2, 4, 6, 8)], dim=4)
    yield no("glu", [f(2, 4, 6, 8)], dim=-5)
    yield no("glu", [f(2, 4, 5, 8)], dim=-2)
    yield no("glu", [f(4)], dim=1)
    yield no("glu", [f(2, 6), f(2, 6)])

    for type_ in ["softmax", "log_softmax"]:
        for shape in [[5], [2, 1000], [8, 12, 197, 197], [1, 2, 3, 4, 5]]:
            yield ok(type_, [f(*shape)])
        yield ok(type_, [f()])
        yield ok(type_, [t("float64", 2, 3, 4)], dim=1)
        yield no(type_, [f()], dim=1)
        yield no(type_, [f(5)], dim=-2)
        yield no(type_, [f(2, 3), f(2, 3)])
    yield no("softmax", [f(2, 3, 5, 4)], dim=4)

    for type_ in ["identity", "dropout"]:
        for shape in [[1], [7, 9], [1, 197, 768], [2, 3, 4, 5, 6, 7]]:
            yield ok(type_, [f(*shape)])
        for dtype in ["bfloat16", "float64", "int32", "int16", "int8"]:
            yield ok(type_, [t(dtype, 3, 4)])
        yield no(type_, [f(2, 3), f(2, 3)])
    yield ok("dropout", [f()])
    yield ok("dropout", [t("bool", 2, 6)])
    yield ok("dropout", [f(2, 3, 4)], p=0.1, inplace=False)
    yield no("dropout", [f(2, 3, 4)], p=-1)
    yield no("dropout", [f(2, 3, 4)], p=2)
    yield no("dropout", [f(2, 3, 4)], p=1.0001)
    yield no("relu", [f(2, 3), f(2, 3)])


BINARY = ["add", "subtract", "multiply", "divide", "maximum", "minimum", "pow"]


def elementwise_cases(draw):
    # The shape rule, the same for all of them.
    shapes = [((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (3, 4)), ((4,), (2, 3, 4)), ((2, 1, 4), (2, 3, 1)), ((1,), (3, 5)), ((2, 3), ()),
              ((), ()), ((3, 1), (1, 5)), ((1, 1, 1), (2, 5)), ((2, 8, 5, 7), (2, 8, 1, 1)), ((2, 8, 5, 7), (8, 1, 1)), ((2, 3, 1, 1, 2), (4, 3, 1))]  # fmt: skip
    for left, right in shapes:
        yield ok("add", [f(*left), f(*right)])
    for type_ in BINARY[1:]:
        yield ok(type_, [f(2, 3, 4), f(2, 3, 4)])
        yield ok(type_, [f(2, 3, 1), f(1, 3, 4)])
    for left, right in [((2, 3), (2, 4)), ((2, 3, 4), (2, 4)), ((2, 3, 4), (2,)), ((2, 3), (3, 2)), ((2, 16, 8, 8), (2, 16, 8, 7)), ((3, 4), (2, 4))]:
        yield no("add", [f(*left), f(*right)])
    for type_ in BINARY[1:]:
        yield no(type_, [f(2, 3), f(2, 4)])
        yield no(type_, [f(2, 3, 4), f(2, 3)])
    for _ in range(16):
        left, right = drawn_broadcast(draw)
        yield either(draw.choice(BINARY), [f(*left), f(*right)])

    # The dtype rule: every pair once, then where an operator departs from it.
    for left, right in combinations_with_replacement(DTYPES, 2):
        yield ok("add", [t(left, 2, 3), t(right, 2, 3)])
    for dtype in DTYPES:
        yield ok("divide", [t(dtype, 2, 3), t(dtype, 2, 3)])
        if dtype != "float32":
            yield ok("multiply", [t(dtype, 2, 3), t(dtype, 2, 3)])
            yield ok("maximum", [t(dtype, 2, 3), t(dtype, 2, 3)])
        if dtype not in ["float32", "bool"]:
            yield ok("subtract", [t(dtype, 2, 3), t(dtype, 2, 3)])
            yield ok("pow", [t(dtype, 2, 3), t(dtype, 2, 3)])
    for type_ in BINARY[1:]:
        yield ok(type_, [f(2, 3), i(2, 3)])
        yield ok(type_, [t("uint8", 3), t("int8", 2, 3)])
    yield ok("divide", [i(2, 3), t("int32", 2, 3)])
    yield ok("divide", [t("uint8", 2, 3), t("bool", 2, 3)])
    yield ok("divide", [t("float16", 2, 3), t("int64", 2, 3)])
    yield ok("minimum", [t("bool", 2, 3), t("bool", 2, 3)])
    yield ok("pow", [t("int32", 2, 3), t("bool", 2, 3)])
    yield no("subtract", [t("bool", 2, 3), t("bool", 2, 3)])
    yield no("subtract", [t("bool", 2, 3), i(2, 3)])
    yield no("subtract", [f(2, 3), t("bool", 2, 3)])
    yield no("pow", [t("bool", 2, 3), t("bool", 2, 3)])
    # A tensor without axes gives way to one with axes, unless it is of a higher kind (bool < integer < floating).
    for left, right in [("float32", "float64"), ("float16", "float32"), ("int8", "int64"), ("int64", "float64"), ("bool", "int16"), ("float32", "int64")]:
        yield ok("multiply", [t(left, 2, 3), t(right)])
        yield ok("multiply", [t(right), t(left, 2, 3)])
    yield ok("multiply", [t("float32"), t("float64")])
    yield ok("multiply", [t("float32", 1), t("float64", 1)])
    yield ok("add", [t("int64", 2, 3), t("float16")])
    yield ok("divide", [t("int64", 2, 3), t("float64")])

    for type_ in ["sqrt", "exp", "neg", "abs"]:
        yield ok(type_, [f(2, 3, 4)])
        yield ok(type_, [f()])
        yield ok(type_, [t("bfloat16", 3)])
        yield ok(type_, [t("float64", 1, 2, 3, 4)])
        for dtype in ["int64", "int32", "int8", "uint8"]:
            yield ok(type_, [t(dtype, 2, 3)])
    yield ok("sqrt", [t("bool", 2, 3)])
    yield ok("exp", [t("bool", 2, 3)])
    yield no("neg", [t("bool", 2, 3)])
    yield no("abs", [t("bool", 2, 3)])
    yield no("sqrt", [f(2, 3), f(2, 3)])

    # In JSON 1.0 and 1 are one number, so that only a bound with a fraction is floating.
    yield ok("clamp", [f(2, 3)], min=0)
    yield ok("clamp", [f(2, 3, 4)], max=6)
    yield ok("clamp", [f(2, 3)], min=-0.5, max=0.5)
    yield ok("clamp", [f(2, 3)], min=2, max=1)
    yield ok("clamp", [t("float16", 2, 3)], min=0.5)
    yield ok("clamp", [t("float64", 2, 3)], min=0, max=1)
    yield ok("clamp", [i(2, 3)], min=0, max=9)
    yield ok("clamp", [t("int32", 2, 3)], min=0.5, max=2.5)
    yield ok("clamp", [t("int8", 2, 3)], max=0.5)
    yield ok("clamp", [t("uint8", 2, 3)], min=-1, max=300)
    yield ok("clamp", [t("bool", 2, 3)], max=1)
    yield ok("clamp", [t("bool", 2, 3)], max=0.5)
    yield no("clamp", [f(2, 3)])
    yield no("clamp", [i(2, 3)])
    for type_ in ["exp", "neg", "cast"]:
        yield no(type_, [f(2, 3), f(2, 3)], **({"dtype": "float16"} if type_ == "cast" else {}))

    for dtype in DTYPES:
        yield ok("cast", [f(2, 3)], dtype=dtype)
    for source, dtype in [("int64", "float32"), ("bool", "int64"), ("bool", "float16"), ("float64", "int8"), ("uint8", "bool"), ("bfloat16", "float16")]:
        yield ok("cast", [t(source, 3, 1, 2)], dtype=dtype)


def flatten_cases(draw):
    yield ok("flatten", [f(2, 3, 4, 5)])
    yield ok("flatten", [f(3, 7)])
    yield ok("flatten", [f(3)], start_dim=0)
    yield ok("flatten", [f(1, 512, 7, 7)])
    yield ok("flatten", [t("float16", 2, 3, 4, 5, 2)])
    yield ok("flatten", [i(2, 3, 4)])
    yield ok("flatten", [f(2, 3, 4, 5)], start_dim=0)
    yield ok("flatten", [f(2, 3, 4, 5)], start_dim=2)
    yield ok("flatten", [f(2, 3, 4, 5)], start_dim=3)
    yield ok("flatten", [f(2, 3, 4, 5)], end_dim=2)
    yield ok("flatten", [f(2, 3, 4, 5)], start_dim=-3, end_dim=-2)
    yield ok("flatten", [f(2, 3, 4, 5)], start_dim=1, end_dim=1)
    yield ok("flatten", [f(2, 3, 4, 5)], start_dim=0, end_dim=-1)
    yield ok("flatten", [f(2, 3, 4, 5)], start_dim=0, end_dim=1)
    yield no("flatten", [f(2, 3, 4)], start_dim=3)
    yield no("flatten", [f(2, 3, 4)], end_dim=3)
    yield no("flatten", [f(2, 3, 4)], start_dim=-4)
    yield no("flatten", [f(2, 3, 4)], end_dim=-4)
    yield no("flatten", [f(2, 3, 4)], start_dim=2, end_dim=1)
    yield no("flatten", [f(2, 3, 4)], end_dim=0)
    yield no("flatten", [f(3)])

    yield ok("unflatten", [f(2, 12)], dim=1, unflattened_size=[3, 4])
    yield ok("unflatten", [f(2, 12)], dim=1, unflattened_size=[3, -1])
    yield ok("unflatten", [f(2, 12)], dim=-1, unflattened_size=[-1, 2, 2])
    yield ok("unflatten", [f(2, 12, 5)], dim=1, unflattened_size=[12, 1])
    yield ok("unflatten", [f(2, 12, 5)], dim=1, unflattened_size=[12])
    yield ok("unflatten", [f(2, 12, 5)], dim=-2, unflattened_size=[-1])
    yield ok("unflatten", [f(3, 4)], dim=0, unflattened_size=[1, 3])
    yield ok("unflatten", [i(2, 3, 8)], dim=2, unflattened_size=[2, 2, 2])
    yield no("unflatten", [f(2, 12)], dim=1, unflattened_size=[3, 5])
    yield no("unflatten", [f(2, 12)], dim=1, unflattened_size=[5, -1])
    yield no("unflatten", [f(2, 12)], dim=1, unflattened_size=[-1, -1])
    yield no("unflatten", [f(2, 12)], dim=1, unflattened_size=[])
    yield no("unflatten", [f(2, 12)], dim=1, unflattened_size=[-2, -6])
    yield no("unflatten", [f(2, 12)], dim=2, unflattened_size=[3, 4])
    yield no("unflatten", [f(2, 12)], dim=-3, unflattened_size=[3, 4])

    yield ok("reshape", [f(2, 12)], shape=[2, 3, 4])
    yield ok("reshape", [f(2, 3, 4)], shape=[2, -1])
    yield ok("reshape", [f(2, 3, 4)], shape=[-1])
    yield ok("reshape", [f(2, 3, 4)], shape=[24])
    yield ok("reshape", [f(2, 3, 4)], shape=[4, 3, 2])
    yield ok("reshape", [f(2, 3, 4)], shape=[-1, 2])
    yield ok("reshape", [f(2, 3, 4)], shape=[2, -1, 4])
    yield ok("reshape", [f(2, 3, 4)], shape=[-1, 3, 4, 1, 1])
    yield ok("reshape", [f(2, 3, 4)], shape=[2, 3, 4, -1])
    yield ok("reshape", [f(1, 1)], shape=[])
    yield ok("reshape", [f()], shape=[1, -1])
    yield ok("reshape", [t("int32", 1, 9)], shape=[3, 3])
    yield no("reshape", [f(2, 3, 4)], shape=[2, 3, 5])
    yield no("reshape", [f(2, 3, 4)], shape=[5, -1])
    yield no("reshape", [f(2, 3, 4)], shape=[-1, -1, 4])
    yield no("reshape", [f(2, 3, 4)], shape=[-2, -12])
    yield no("reshape", [f(2, 3, 4)], shape=[2, -3, 4])
    yield no("reshape", [f(2, 3, 4)], shape=[])
    yield no("reshape", [f(2, 3, 4)], shape=[12])
    for _ in range(8):
        shape = drawn_shape(draw, draw.randint(2, 5), 4)
        target = [draw.choice(shape), draw.randint(1, 3), -1]
        draw.shuffle(target)
        yield either("reshape", [f(*shape)], shape=target)


def axes_cases(draw):
    yield ok("permute", [f(2, 3, 4, 5)], dims=[0, 2, 3, 1])
    yield ok("permute", [f(2, 3, 4, 5)], dims=[3, 2, 1, 0])
    yield ok("permute", [f(2, 3, 4, 5)], dims=[0, 1, 2, 3])
    yield ok("permute", [f(2, 3, 4, 5)], dims=[0, -1, -3, 2])
    yield ok("permute", [f(3)], dims=[0])
    yield ok("permute", [t("bool", 1, 3)], dims=[1, 0])
    yield no("permute", [f(2, 3, 4)], dims=[0, 1])
    yield no("permute", [f(2, 3, 4)], dims=[0, 1, 2, 3])
    yield no("permute", [f(2, 3, 4)], dims=[0, 1, 1])
    yield no("permute", [f(2, 3, 4)], dims=[0, 2, -1])
    yield no("permute", [f(2, 3, 4)], dims=[0, 1, 3])
    yield no("permute", [f(2, 3, 4)], dims=[0, 1, -4])
    yield no("permute", [f(2, 3, 4)], dims=[])

    yield ok("transpose", [f(2, 3, 4, 5)], dim0=1, dim1=2)
    yield ok("transpose", [f(2, 3, 4, 5)], dim0=3, dim1=1)
    yield ok("transpose", [f(2, 3, 4, 5)], dim0=-1, dim1=-2)
    yield ok("transpose", [f(2, 3, 4)], dim0=1, dim1=1)
    yield ok("transpose", [i(2, 3)], dim0=0, dim1=1)
    yield no("transpose", [f(2, 3, 4)], dim0=1, dim1=3)
    yield no("transpose", [f(2, 3, 4)], dim0=-4, dim1=1)

    yield ok("squeeze", [f(2, 1, 3, 1)])
    yield ok("squeeze", [f(1, 1, 3)])
    yield ok("squeeze", [f(1, 1)])
    yield ok("squeeze", [f(2, 3)])
    yield ok("squeeze", [f(2, 1, 3, 1)], dim=1)
    yield ok("squeeze", [f(2, 1, 3, 1)], dim=-1)
    yield ok("squeeze", [f(2, 1, 3, 1)], dim=2)
    yield ok("squeeze", [f(1, 4)], dim=0)
    yield ok("squeeze", [f(2, 1, 3, 1)], dim=[1, 3])
    yield ok("squeeze", [f(2, 1, 3, 1)], dim=[-1, 2])
    yield ok("squeeze", [t("float16", 2, 1, 1, 1)], dim=[2, 3])
    yield no("squeeze", [f(2, 1, 3)], dim=3)
    yield no("squeeze", [f(2, 1, 3)], dim=-4)
    yield no("squeeze", [f(2, 1, 3)], dim=[1, 1])
    yield no("squeeze", [f(2, 1, 3)], dim=[1, -2])
    yield no("squeeze", [f(2, 1, 3)], dim=[1, 5])

    yield ok("unsqueeze", [f(2, 3)], dim=0)
    yield ok("unsqueeze", [f(2, 3)], dim=1)
    yield ok("unsqueeze", [f(2, 3)], dim=2)
    yield ok("unsqueeze", [f(2, 3)], dim=-1)
    yield ok("unsqueeze", [f(2, 3)], dim=-3)
    yield ok("unsqueeze", [i(3)], dim=1)
    yield ok("unsqueeze", [f()], dim=0)
    yield no("unsqueeze", [f(2, 3)], dim=3)
    yield no("unsqueeze", [f(2, 3)], dim=-4)

    yield ok("expand", [f(2, 1, 4)], shape=[2, 3, 4])
    yield ok("expand", [f(2, 1, 4)], shape=[-1, 3, -1])
    yield ok("expand", [f(2, 1, 4)], shape=[-1, -1, -1])
    yield ok("expand", [f(1, 4)], shape=[3, 4])
    yield ok("expand", [f(1, 1, 8)], shape=[3, -1, -1])
    yield ok("expand", [f(4)], shape=[2, 3, 4])
    yield ok("expand", [f(3, 1)], shape=[2, -1, 5])
    yield ok("expand", [f()], shape=[2, 3])
    yield ok("expand", [t("bool", 1, 1)], shape=[2, 6])
    yield no("expand", [f(2, 3, 4)], shape=[2, 3, 8])
    yield no("expand", [f(2, 3, 4)], shape=[2, 1, 4])
    yield no("expand", [f(2, 3, 4)], shape=[3, 4])
    yield no("expand", [f(2, 3)], shape=[-1, 2, 3])
    yield no("expand", [f(2, 1)], shape=[2, -2])
    yield no("expand", [f(2, 3)], shape=[])

    yield ok("roll", [f(2, 3, 4)], shifts=1)
    yield ok("roll", [f(2, 3, 4)], shifts=-7)
    yield ok("roll", [f(2, 3, 4)], shifts=[5])
    yield ok("roll", [f(2, 3, 4)], shifts=1, dims=1)
    yield ok("roll", [f(2, 3, 4)], shifts=-2, dims=-1)
    yield ok("roll", [f(2, 3, 4)], shifts=[1], dims=2)
    yield ok("roll", [f(2, 8, 8, 3)], shifts=[-3, -3], dims=[1, 2])
    yield ok("roll", [i(2, 3, 4)], shifts=[1, 1], dims=[1, 1])
    yield no("roll", [f(2, 3, 4)], shifts=[1, 2])
    yield no("roll", [f(2, 3, 4)], shifts=[1, 2], dims=[1])
    yield no("roll", [f(2, 3, 4)], shifts=[1], dims=[1, 2])
    yield no("roll", [f(2, 3, 4)], shifts=1, dims=3)
    yield no("roll", [f(2, 3, 4)], shifts=[1, 1], dims=[1, -4])
    yield no("roll", [f(2, 3, 4)], shifts=[], dims=[1])

    yield ok("tile", [f(2, 3, 4)], repeats=[1, 2, 3])
    yield ok("tile", [f(2, 3, 4)], repeats=[2])
    yield ok("tile", [f(2, 3, 4)], repeats=[1, 1, 1])
    yield ok("tile", [f(3)], repeats=[2, 1, 2])
    yield ok("tile", [f(2, 1, 1, 5)], repeats=[1, 3, 2, 1])
    yield ok("tile", [f(2, 3)], repeats=[])
    yield ok("tile", [f()], repeats=[3])
    yield ok("tile", [t("uint8", 1, 3)], repeats=[3, 1])
    yield no("tile", [f(2, 3)], repeats=[-1])
    yield no("tile", [f(2, 3)], repeats=[1, -2])

    yield ok("expand", [f(1, 1, 768)], shape=[8, 1, 768])
    yield ok("expand", [f(1, 1)], shape=[5, 4, 3, 2])
    yield ok("expand", [f(2, 1, 1, 5)], shape=[-1, 7, 3, -1])
    yield ok("expand", [t("float16", 1, 3)], shape=[4, -1])
    yield ok("expand", [f(2, 1, 4), f(2, 3, 4)])
    yield ok("expand", [f(4), f(2, 3, 4)])
    yield ok("expand", [i(1, 1), f(3, 2)])
    yield no("expand", [f(2, 3), f(2, 4)])
    yield no("expand", [f(2, 3, 4), f(3, 4)])
    yield no("expand", [f(2, 1, 4)], shape=[2, 3, 5])
    yield no("expand", [f()], shape=[-1])

    yield ok("tile", [f(1, 16, 1, 1)], repeats=[1, 1, 56, 56])
    yield ok("tile", [f(2, 3)], repeats=[1, 1, 2, 2])
    yield ok("tile", [t("float64", 5)], repeats=[4])
    yield ok("tile", [i(1, 128)], repeats=[8, 1])
    yield no("tile", [f(2, 3, 4)], repeats=[-1, 1, 1])
    yield no("tile", [f(2, 3), f(2, 3)], repeats=[2])
    for _ in range(6):
        rank = draw.randint(2, 5)
        yield ok("permute", [f(*drawn_shape(draw, rank))], dims=draw.sample(range(rank), rank))


def joins_cases(draw):
    yield ok("concat", [f(2, 3, 4), f(2, 5, 4)], dim=1)
    yield ok("concat", [f(2, 3), f(4, 3)])
    yield ok("concat", [f(2, 3, 4), f(2, 3, 1)], dim=-1)
    yield ok("concat", [f(1, 8, 5, 5), f(1, 8, 5, 5), f(1, 3, 5, 5), f(1, 1, 5, 5)], dim=1)
    yield ok("concat", [f(2, 3, 4)], dim=1)
    yield ok("concat", [f(3), f(5)], dim=0)
    yield ok("concat", [f(2, 3, 4), f(2, 3, 4)], dim=-3)
    yield ok("concat", [f(2, 3), t("float64", 2, 3)], dim=1)
    yield ok("concat", [f(2, 3), i(2, 3)], dim=1)
    yield ok("concat", [t("int8", 2, 3), t("uint8", 2, 3)], dim=1)
    yield ok("concat", [t("float16", 2, 3), t("bfloat16", 2, 3), t("bool", 2, 1)], dim=1)
    yield ok("concat", [t("bool", 2, 3), t("bool", 2, 3)], dim=1)
    yield no("concat", [f(2, 3, 4), f(2, 3, 5)], dim=1)
    yield no("concat", [f(2, 3, 4), f(2, 5, 4)])
    yield no("concat", [f(2, 8, 7, 7), f(2, 8, 6, 6)], dim=1)
    yield no("concat", [f(2, 3, 4), f(2, 3)], dim=1)
    yield no("concat", [f(2, 3), f(2, 3)], dim=2)
    yield no("concat", [f(2, 3), f(2, 3)], dim=-3)
    yield no("concat", [f(2, 3), f(1, 3)], dim=1)
    yield no("concat", [f(), f()], dim=0)
    for _ in range(8):
        rank = draw.randint(2, 4)
        axis = draw.randrange(rank)
        shapes = [drawn_shape(draw, rank)] * draw.randint(2, 5)
        shapes = [[*s[:axis], draw.randint(1, 9), *s[axis + 1 :]] for s in shapes]
        yield ok("concat", [f(*s) for s in shapes], dim=axis - draw.choice([0, rank]))

    yield ok("stack", [f(2, 3), f(2, 3)])
    yield ok("stack", [f(2, 3), f(2, 3)], dim=1)
    yield ok("stack", [f(2, 3), f(2, 3), f(2, 3)], dim=2)
    yield ok("stack", [f(2, 3), f(2, 3)], dim=-1)
    yield ok("stack", [f(2, 3), f(2, 3)], dim=-3)
    yield ok("stack", [f(2, 3, 4)], dim=1)
    yield ok("stack", [f(), f(), f()])
    yield ok("stack", [i(3), i(3)], dim=1)
    yield ok("stack", [f(2, 3), t("float64", 2, 3)], dim=1)
    yield ok("stack", [t("int32", 2, 3), t("float16", 2, 3)], dim=1)
    yield no("stack", [f(2, 3), f(2, 4)], dim=1)
    yield no("stack", [f(2, 3), f(2, 1)], dim=1)
    yield no("stack", [f(2, 3), f(2, 3, 1)])
    yield no("stack", [f(2, 3), f(2, 3)], dim=3)
    yield no("stack", [f(2, 3), f(2, 3)], dim=-4)

    yield ok("split", [f(2, 6, 4)], split_size=2, dim=1)
    yield ok("split", [f(2, 7, 4)], split_size=3, dim=1)
    yield ok("split", [f(2, 7, 4)], split_size=7, dim=1)
    yield ok("split", [f(2, 7, 4)], split_size=9, dim=1)
    yield ok("split", [f(3, 4)], split_size=1)
    yield ok("split", [f(3, 4)], split_size=2)
    yield ok("split", [f(2, 7, 4)], split_size=3, dim=-2)
    yield ok("split", [f(2, 7, 4)], split_size=[1, 2, 4], dim=1)
    yield ok("split", [f(2, 7, 4)], split_size=[4], dim=-1)
    yield ok("split", [f(3, 4)], split_size=[2, 1])
    yield ok("split", [t("int8", 1, 5)], split_size=[3, 2], dim=1)
    yield no("split", [f(2, 7, 4)], split_size=[1, 2, 3], dim=1)
    yield no("split", [f(2, 7, 4)], split_size=[4, 4], dim=1)
    yield no("split", [f(2, 7, 4)], split_size=[8, -1], dim=1)
    yield no("split", [f(2, 7, 4)], split_size=[], dim=1)
    yield no("split", [f(2, 7, 4)], split_size=0, dim=1)
    yield no("split", [f(2, 7, 4)], split_size=-2, dim=1)
    yield no("split", [f(2, 7, 4)], split_size=2, dim=3)
    yield no("split", [f(2, 7, 4)], split_size=[2, 5], dim=-4)

    yield ok("slice", [f(2, 7, 4)], dim=1, start=2, end=5)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=2)
    yield ok("slice", [f(2, 7, 4)], dim=1, end=5)
    yield ok("slice", [f(2, 7, 4)], dim=1)
    yield ok("slice", [f(2, 7, 4)])
    yield ok("slice", [f(3, 7)], start=1)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=-3)
    yield ok("slice", [f(2, 7, 4)], dim=1, end=-1)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=-3, end=-1)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=-100, end=100)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=0, end=2147483647)
    yield ok("slice", [f(2, 7, 4)], dim=1, step=2)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=1, step=3)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=1, end=6, step=2)
    yield ok("slice", [f(2, 7, 4)], dim=1, start=1, end=7, step=2)
    yield ok("slice", [f(2, 7, 4)], dim=1, step=50)
    yield ok("slice", [f(2, 7, 4)], dim=-1, start=1, end=2)
    yield ok("slice", [i(2, 7)], dim=1, start=6)
    yield no("slice", [f(2, 7, 4)], dim=1, step=0)
    yield no("slice", [f(2, 7, 4)], dim=1, step=-1)
    yield no("slice", [f(2, 7, 4)], dim=3, start=1)
    yield no("slice", [f(2, 7, 4)], dim=-4, start=1)


def selection_cases(draw):
    yield ok("gather", [f(2, 5), i(2, 3)], dim=1)
    yield ok("gather", [f(2, 5), i(2, 9)], dim=1)
    yield ok("gather", [f(3, 5), i(1, 5)], dim=0)
    yield ok("gather", [f(3, 5), i(7, 2)], dim=0)
    yield ok("gather", [f(2, 5, 4), i(2, 3, 4)], dim=1)
    yield ok("gather", [f(2, 5, 4), i(1, 2, 6)], dim=2)
    yield ok("gather", [f(2, 5, 4), i(2, 5, 1)], dim=-1)
    yield ok("gather", [f(2, 5, 4), i(2, 5, 4)], dim=-3)
    yield ok("gather", [f(4), i(6)], dim=0)
    yield ok("gather", [t("float16", 2, 5), i(2, 3)], dim=1)
    yield ok("gather", [t("bool", 2, 5), i(2, 3)], dim=1)
    yield ok("gather", [i(1, 5), i(1, 1)], dim=1)
    yield ok("gather", [f(2, 5), t("int32", 2, 3)], dim=1)
    yield no("gather", [f(2, 5), i(3, 3)], dim=1)
    yield no("gather", [f(2, 5), i(2, 6)], dim=0)
    yield no("gather", [f(2, 5, 4), i(2, 3, 5)], dim=1)
    yield no("gather", [f(2, 5), i(3)], dim=1)
    yield no("gather", [f(2, 5), i(2, 3, 1)], dim=1)
    yield no("gather", [f(2, 5), i(2, 3)], dim=2)
    yield no("gather", [f(2, 5), i(2, 3)], dim=-3)
    yield no("gather", [f(2, 5), f(2, 3)], dim=1)
    yield no("gather", [f(2, 5), t("float64", 2, 3)], dim=1)
    yield no("gather", [f(2, 5), t("bool", 2, 3)], dim=1)

    def b(*shape):
        return t("bool", *shape)

    yield ok("where", [b(2, 3), f(2, 3), f(2, 3)])
    yield ok("where", [b(2, 1), f(1, 3), f(2, 3)])
    yield ok("where", [b(3), f(2, 3), f(2, 1)])
    yield ok("where", [b(2, 4, 5, 5), f(), f(2, 4, 5, 5)])
    yield ok("where", [b(1, 1, 5, 5), f(2, 4, 5, 5), f()])
    yield ok("where", [b(), f(2, 3), f(3)])
    yield ok("where", [b(2, 1, 1), f(3, 1), f(4)])
    yield ok("where", [b(2, 3), b(2, 3), b(2, 3)])
    yield ok("where", [b(2, 3), f(2, 3), t("float64", 2, 3)])
    yield ok("where", [b(2, 3), i(2, 3), f(2, 3)])
    yield ok("where", [b(2, 3), t("float16", 2, 3), t("bfloat16", 2, 3)])
    yield ok("where", [b(2, 3), t("int8", 2, 3), t("uint8", 2, 3)])
    yield ok("where", [b(2, 3), b(2, 3), t("int16", 2, 3)])
    yield ok("where", [b(2, 3), f(2, 3), t("float64")])
    yield ok("where", [b(2, 3), i(), f()])
    yield no("where", [b(2, 3), f(2, 4), f(2, 3)])
    yield no("where", [b(2, 4), f(2, 3), f(2, 3)])
    yield no("where", [b(2, 3), f(2, 3), f(3, 3)])
    yield no("where", [f(2, 3), f(2, 3), f(2, 3)])
    yield no("where", [i(2, 3), f(2, 3), f(2, 3)])
    yield no("where", [t("int8", 2, 3), f(2, 3), f(2, 3)])
    yield no("where", [b(2, 3), f(2, 3)])

    yield ok("topk", [f(2, 10)], k=3)
    yield ok("topk", [f(2, 10)], k=10)
    yield ok("topk", [f(2, 10, 4)], k=1, dim=1)
    yield ok("topk", [f(3, 10, 4)], k=2, dim=0)
    yield ok("topk", [f(2, 10, 4)], k=2, dim=-2)
    yield ok("topk", [f(2, 10)], k=3, largest=False)
    yield ok("topk", [f(2, 10)], k=3, sorted=False)
    yield ok("topk", [f(2, 10)], k=3, dim=1, largest=False, sorted=False)
    yield ok("topk", [t("float16", 1, 7)], k=5)
    yield ok("topk", [t("int32", 2, 7)], k=5)
    yield ok("topk", [f(5)], k=2, dim=0)
    yield no("topk", [f(2, 10)], k=11)
    yield no("topk", [f(2, 10, 4)], k=5)
    yield no("topk", [f(2, 10)], k=3, dim=0)
    yield no("topk", [f(2, 10)], k=-1)
    yield no("topk", [f(2, 10)], k=3, dim=2)
    yield no("topk", [f(2, 10)], k=3, dim=-3)
    yield no("topk", [t("bool", 2, 10)], k=3)

    yield ok("argmax", [f(2, 10)])
    yield ok("argmax", [f(2, 10)], keepdim=True)
    yield ok("argmax", [f(2, 10)], dim=1)
    yield ok("argmax", [f(2, 10)], dim=-1, keepdim=True)
    yield ok("argmax", [f(2, 3, 4, 5)], dim=1)
    yield ok("argmax", [f(2, 3, 4, 5)], dim=1, keepdim=True)
    yield ok("argmax", [f(3, 4)], dim=0)
    yield ok("argmax", [f(5)], dim=0)
    yield ok("argmax", [f()])
    yield ok("argmax", [t("int8", 2, 10)], dim=1)
    yield ok("argmax", [t("bfloat16", 1, 10)], dim=1)
    yield no("argmax", [f(2, 10)], dim=2)
    yield no("argmax", [f(2, 10)], dim=-3)
    yield no("argmax", [t("bool", 2, 10)], dim=1)


def reductions_cases(draw):
    types = ["mean", "sum", "reduce_max", "reduce_min"]
    for type_ in types:
        yield ok(type_, [f(2, 3, 4, 5)])
        yield ok(type_, [f(2, 3, 4)], keepdim=True)
        yield ok(type_, [f(2, 3, 4)], dim=1)
        yield ok(type_, [f(2, 3, 4)], dim=-1, keepdim=True)
        yield ok(type_, [f(2, 3, 4, 5)], dim=[2, 3])
        yield ok(type_, [f(2, 3, 4, 5)], dim=[-1, 1], keepdim=True)
        yield ok(type_, [f(3, 4)], dim=0)
        yield ok(type_, [f(3, 4)], dim=[0, 1])
        yield ok(type_, [f(3, 4)], dim=[])
        yield ok(type_, [f(3)])
        yield ok(type_, [f()])
        yield ok(type_, [t(draw.choice(["float16", "bfloat16", "float64"]), 2, 3)], dim=1)
        yield no(type_, [f(2, 3, 4)], dim=3)
        yield no(type_, [f(2, 3, 4)], dim=-4)
        yield no(type_, [f(2, 3, 4)], dim=[1, 3])
        yield no(type_, [f(2, 3, 4)], dim=[1, 1])
        yield no(type_, [f(2, 3, 4)], dim=[2, -1], keepdim=True)
    for dtype in ["int64", "int32", "int16", "int8", "uint8", "bool"]:
        yield ok("sum", [t(dtype, 2, 3)], dim=1)
        yield ok("reduce_max", [t(dtype, 2, 3)], dim=1)
        yield ok("reduce_min", [t(dtype, 2, 3)])
        yield no("mean", [t(dtype, 2, 3)], dim=1)
    yield ok("sum", [t("int32", 2, 3)], dim=1, dtype="int32")
    yield ok("sum", [f(2, 3)], dtype="float64")
    yield ok("sum", [t("bool", 2, 3)], dim=1, dtype="float32")
    yield ok("mean", [i(2, 3)], dim=1, dtype="float32")
    yield ok("mean", [f(2, 3)], dim=1, dtype="float16")
    yield no("mean", [f(2, 3)], dim=1, dtype="int32")
    for _ in range(12):
        shape = drawn_shape(draw, draw.randint(2, 5))
        dim = draw.sample(range(-len(shape), len(shape)), draw.randint(1, 3))
        yield either(draw.choice(types), [f(*shape)], dim=dim, keepdim=draw.random() < 0.5)


def embedding_cases(draw):
    def table(n, d, **options):
        return {"num_embeddings": n, "embedding_dim": d, **options}

    for shape in [(2,), (2, 7), (1, 1), (3, 5), (2, 3, 4), (1, 2, 3, 4), (3, 1), (1, 128), (2, 1, 1)]:
        yield ok("embedding", [i(*shape)], **table(10, 4))
        yield ok("embedding", [t("int32", *shape)], **table(17, 3))
    yield ok("embedding", [i()], **table(10, 4))
    yield ok("embedding", [i(2, 7)], **table(1, 1))
    yield ok("embedding", [i(1, 1024)], **table(50257, 768))
    yield ok("embedding", [t("int32", 2, 512)], **table(30522, 1024, padding_idx=0))
    for index in [0, 3, 9, -1, -10]:
        yield ok("embedding", [i(2, 7)], **table(10, 4, padding_idx=index))
    yield ok("embedding", [i(2, 7)], **table(10, 4, max_norm=1))
    yield ok("embedding", [i(2, 7)], **table(10, 4, max_norm=0.5, norm_type=1))
    yield ok("embedding", [i(2, 7)], **table(10, 4, scale_grad_by_freq=True))
    yield ok("embedding", [i(2, 7)], **table(10, 4, sparse=True))
    for _ in range(6):
        size = draw.randint(1, 90)
        options = {"padding_idx": draw.randrange(-size, size)} if draw.random() < 0.5 else {}
        shape = drawn_shape(draw, draw.randint(1, 4))
        yield ok("embedding", [t(draw.choice(["int64", "int32"]), *shape)], **table(size, draw.randint(1, 65), **options))
    for dtype in [*FLOATING, "bool"]:
        yield no("embedding", [t(dtype, 2, 7)], **table(10, 4))
    for index in [10, 11, -11]:
        yield no("embedding", [i(2, 7)], **table(10, 4, padding_idx=index))
    yield no("embedding", [i(2, 7)], **table(-10, 4))
    yield no("embedding", [i(2, 7)], **table(10, -4))
    yield no("embedding", [i(2, 7), i(2, 7)], **table(10, 4))


def recurrent_cases(draw):
    gates = ["rnn", "lstm", "gru"]
    for type_ in gates:
        states = 2 if type_ == "lstm" else 1
        yield ok(type_, [f(2, 5, 3)], hidden_size=4)
        yield ok(type_, [f(1, 1, 1)], hidden_size=1)
        yield ok(type_, [f(3, 7, 3)], hidden_size=4, input_size=3)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, num_layers=3)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, bidirectional=True)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, num_layers=2, bidirectional=True)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, bias=False)
        yield ok(type_, [f(2, 5, 3)], hidden_size=6, num_layers=2, bias=False, bidirectional=True)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, num_layers=2, dropout=0.5)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, dropout=0.3)
        yield ok(type_, [t("float64", 2, 5, 3)], hidden_size=4)
        yield ok(type_, [t("float16", 2, 5, 3)], hidden_size=4)
        yield ok(type_, [t("bfloat16", 2, 5, 3)], hidden_size=4, bidirectional=True)
        yield ok(type_, [f(2, 5, 3), *[f(1, 2, 4)] * states], hidden_size=4)
        yield ok(type_, [f(3, 5, 3), *[f(4, 3, 6)] * states], hidden_size=6, num_layers=2, bidirectional=True)
        yield no(type_, [f(2, 5, 3)], hidden_size=4, input_size=5)
        yield no(type_, [f(2, 5, 3)], hidden_size=0)
        yield no(type_, [f(2, 5, 3)], hidden_size=4, num_layers=0)
        yield no(type_, [f(2, 5, 3)], hidden_size=4, num_layers=2, dropout=1.5)
        yield no(type_, [f(2, 5, 3)], hidden_size=4, num_layers=2, dropout=-0.5)
        yield no(type_, [f(2, 5, 3, 1)], hidden_size=4)
        yield no(type_, [f(3)], hidden_size=4)
        yield no(type_, [i(2, 5, 3)], hidden_size=4)
        yield no(type_, [f(2, 5, 3), *[f(2, 1, 4)] * states], hidden_size=4)
        yield no(type_, [f(2, 5, 3), *[f(1, 2, 3)] * states], hidden_size=4)
        yield no(type_, [f(2, 5, 3), *[f(1, 2, 4)] * states], hidden_size=4, bidirectional=True)
        yield no(type_, [f(2, 5, 3), *[f(2, 4)] * states], hidden_size=4)
    for _ in range(9):
        type_ = draw.choice(gates)
        options = {"num_layers": draw.randint(1, 4), "bidirectional": draw.random() < 0.5, "bias": draw.random() < 0.7}
        yield ok(type_, [f(*drawn_shape(draw, 3))], hidden_size=draw.randint(1, 20), **options)

    yield ok("rnn", [f(2, 5, 3)], hidden_size=4, nonlinearity="relu")
    yield ok("rnn", [f(2, 5, 3)], hidden_size=4, nonlinearity="tanh", bidirectional=True)
    yield no("rnn", [f(2, 5, 3)], hidden_size=4, nonlinearity="sigmoid")
    yield no("rnn", [f(2, 5, 3)], hidden_size=4, proj_size=2)
    yield no("gru", [f(2, 5, 3)], hidden_size=4, proj_size=2)
    yield no("gru", [f(2, 5, 3)], hidden_size=4, nonlinearity="relu")
    yield no("lstm", [f(2, 5, 3)], hidden_size=4, nonlinearity="relu")

    yield ok("lstm", [f(2, 5, 3)], hidden_size=4, proj_size=2)
    yield ok("lstm", [f(2, 5, 3)], hidden_size=4, proj_size=0)
    yield ok("lstm", [f(2, 5, 3)], hidden_size=4, proj_size=3, bias=False)
    yield ok("lstm", [f(2, 5, 3)], hidden_size=6, proj_size=2, num_layers=2, bidirectional=True)
    yield ok("lstm", [f(2, 5, 3), f(1, 2, 2), f(1, 2, 4)], hidden_size=4, proj_size=2)
    yield no("lstm", [f(2, 5, 3), f(1, 2, 4), f(1, 2, 4)], hidden_size=4, proj_size=2)
    yield no("lstm", [f(2, 5, 3), f(1, 2, 2), f(1, 2, 2)], hidden_size=4, proj_size=2)
    yield no("lstm", [f(2, 5, 3)], hidden_size=4, proj_size=4)
    yield no("lstm", [f(2, 5, 3)], hidden_size=4, proj_size=-1)
    yield no("lstm", [f(2, 5, 3), f(1, 2, 4)], hidden_size=4)
    yield no("lstm", [f(2, 5, 3), f(1, 2, 4), f(1, 3, 4)], hidden_size=4)


def attention_cases(draw):
    mha = "multihead_attention"
    yield ok(mha, [f(2, 5, 8)], num_heads=2)
    yield ok(mha, [f(2, 5, 8)], num_heads=1)
    yield ok(mha, [f(1, 1, 8)], num_heads=8)
    yield ok(mha, [f(3, 5, 12)], num_heads=3, embed_dim=12)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, bias=False)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, dropout=0.1)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, add_bias_kv=True)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, add_bias_kv=True, bias=False)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, add_zero_attn=True)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, need_weights=False)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, need_weights=True)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, need_weights=True, average_attn_weights=False)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, average_attn_weights=False)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, need_weights=True, add_bias_kv=True)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, need_weights=True, add_zero_attn=True)
    yield ok(mha, [f(2, 5, 8)], num_heads=2, need_weights=True, average_attn_weights=False, add_bias_kv=True, add_zero_attn=True)
    for dtype in ["float16", "bfloat16", "float64"]:
        yield ok(mha, [t(dtype, 2, 5, 8)], num_heads=2)
    yield ok(mha, [f(2, 5, 8), f(2, 5, 8), f(2, 5, 8)], num_heads=2)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 8), f(2, 7, 8)], num_heads=4)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 8), f(2, 7, 8)], num_heads=4, need_weights=True)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 8), f(2, 7, 8)], num_heads=4, need_weights=True, average_attn_weights=False)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 8), f(2, 7, 8)], num_heads=4, kdim=8, vdim=8)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 6), f(2, 7, 10)], num_heads=4, kdim=6, vdim=10)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 6), f(2, 7, 10)], num_heads=4, kdim=6, vdim=10, bias=False)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 6), f(2, 7, 10)], num_heads=4, kdim=6, vdim=10, add_bias_kv=True)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 6), f(2, 7, 8)], num_heads=2, kdim=6)
    yield ok(mha, [f(2, 5, 8), f(2, 7, 8), f(2, 7, 6)], num_heads=2, vdim=6, embed_dim=8)
    yield no(mha, [f(2, 5, 8)], num_heads=3)
    yield no(mha, [f(2, 5, 8)], num_heads=16)
    yield no(mha, [f(2, 5, 8)], num_heads=0)
    yield no(mha, [f(2, 5, 8)], num_heads=2, embed_dim=6)
    yield no(mha, [f(2, 5, 8)], num_heads=2, kdim=6)
    yield no(mha, [f(2, 5, 8)], num_heads=2, dropout=1.5)
    yield no(mha, [f(2, 3, 5, 8)], num_heads=2)
    yield no(mha, [f(8)], num_heads=2)
    yield no(mha, [i(2, 5, 8)], num_heads=2)
    yield no(mha, [f(2, 5, 8), f(2, 7, 8), f(2, 6, 8)], num_heads=2)
    yield no(mha, [f(2, 5, 8), f(3, 5, 8), f(3, 5, 8)], num_heads=2)
    yield no(mha, [f(2, 5, 8), f(2, 7, 6), f(2, 7, 6)], num_heads=2)
    yield no(mha, [f(2, 5, 8), f(2, 7, 6), f(2, 7, 6)], num_heads=2, kdim=6)
    yield no(mha, [f(2, 5, 8), f(2, 7, 6), f(2, 7, 6)], num_heads=2, kdim=7, vdim=6)
    yield no(mha, [f(2, 5, 8), f(7, 8), f(7, 8)], num_heads=2)

    sdpa = "scaled_dot_product_attention"
    yield ok(sdpa, [f(2, 5, 8)] * 3)
    yield ok(sdpa, [f(2, 4, 5, 8)] * 3)
    yield ok(sdpa, [f(1, 2, 3, 5, 8)] * 3)
    yield ok(sdpa, [f(1, 1, 1, 1)] * 3)
    yield ok(sdpa, [f(2, 4, 5, 8), f(2, 4, 7, 8), f(2, 4, 7, 8)])
    yield ok(sdpa, [f(2, 4, 5, 8), f(2, 4, 7, 8), f(2, 4, 7, 3)])
    yield ok(sdpa, [f(2, 5, 8), f(2, 7, 8), f(2, 7, 16)])
    yield ok(sdpa, [f(2, 4, 5, 8)] * 3, is_causal=True)
    yield ok(sdpa, [f(2, 4, 5, 8), f(2, 4, 7, 8), f(2, 4, 7, 8)], is_causal=True)
    yield ok(sdpa, [f(2, 4, 5, 8)] * 3, scale=0.5)
    yield ok(sdpa, [f(2, 4, 5, 8)] * 3, dropout_p=0.2)
    for dtype in ["float16", "bfloat16", "float64"]:
        yield ok(sdpa, [t(dtype, 2, 4, 5, 8)] * 3)
    yield ok(sdpa, [f(2, 4, 5, 8), f(2, 1, 7, 8), f(2, 1, 7, 8)])
    yield ok(sdpa, [f(2, 4, 5, 8), f(1, 4, 7, 8), f(1, 4, 7, 8)])
    yield ok(sdpa, [f(1, 4, 5, 8), f(2, 1, 7, 8), f(2, 1, 7, 8)])
    yield ok(sdpa, [f(2, 4, 5, 8), f(2, 4, 7, 8), f(1, 4, 7, 8)])
    yield ok(sdpa, [f(2, 4, 5, 8), f(4, 7, 8), f(4, 7, 8)])
    queries, keys = f(2, 4, 5, 8), f(2, 4, 7, 8)
    for mask in [(5, 7), (2, 4, 5, 7), (2, 1, 5, 7), (1, 1, 5, 7), (2, 1, 1, 7), (1, 7), (5, 1), (7,), (4, 5, 7)]:
        yield ok(sdpa, [queries, keys, keys, f(*mask)])
    yield ok(sdpa, [queries, keys, keys, t("bool", 5, 7)])
    yield ok(sdpa, [queries, keys, keys, t("bool", 2, 1, 1, 7)])
    yield ok(sdpa, [f(2, 5, 8), f(2, 7, 8), f(2, 7, 8), t("bool", 2, 5, 7)])
    yield ok(sdpa, [f(2, 8, 5, 4), f(2, 2, 7, 4), f(2, 2, 7, 4)], enable_gqa=True)
    yield ok(sdpa, [f(2, 8, 5, 4), f(2, 1, 7, 4), f(2, 1, 7, 6)], enable_gqa=True)
    yield ok(sdpa, [f(2, 8, 5, 4)] * 3, enable_gqa=True)
    yield ok(sdpa, [f(2, 8, 5, 4), f(2, 2, 5, 4), f(2, 2, 5, 4)], enable_gqa=True, is_causal=True)
    yield ok(sdpa, [f(2, 6, 5, 4), f(2, 2, 7, 4), f(2, 2, 7, 4), f(5, 7)], enable_gqa=True)
    yield no(sdpa, [f(2, 8, 5, 4), f(2, 2, 7, 4), f(2, 2, 7, 4)])
    yield no(sdpa, [f(2, 8, 5, 4), f(2, 3, 7, 4), f(2, 3, 7, 4)], enable_gqa=True)
    yield no(sdpa, [f(2, 4, 5, 8), f(2, 4, 7, 6), f(2, 4, 7, 8)])
    yield no(sdpa, [f(2, 4, 5, 8), f(2, 4, 7, 8), f(2, 4, 6, 8)])
    yield no(sdpa, [f(2, 4, 5, 8), f(3, 4, 7, 8), f(3, 4, 7, 8)])
    yield no(sdpa, [f(2, 4, 5, 8), f(2, 3, 7, 8), f(2, 3, 7, 8)])
    yield no(sdpa, [queries, keys, keys, f(5, 6)])
    yield no(sdpa, [queries, keys, keys, f(3, 1, 5, 7)])
    yield no(sdpa, [queries, keys, keys, f(2, 3, 5, 7)])
    yield no(sdpa, [queries, keys, keys, i(5, 7)])
    yield no(sdpa, [queries, keys, keys, f(5, 7)], is_causal=True)
    yield no(sdpa, [f(2, 4, 5, 8), t("float64", 2, 4, 5, 8), t("float64", 2, 4, 5, 8)])
    yield no(sdpa, [i(2, 4, 5, 8)] * 3)
    yield no(sdpa, [f(2, 4, 5, 8)] * 2)
    yield no(sdpa, [f(8)] * 3)
    yield no(sdpa, [f(2, 4, 5, 8)] * 3, dropout_p=1.5)


def matmul_cases(draw):
    for left, right in [((2, 3), (3, 4)), ((1, 1), (1, 1)), ((3,), (3,)), ((3,), (3, 4)), ((2, 3), (3,)), ((2, 5, 3), (3,)), ((3,), (2, 3, 4)),
                        ((2, 5, 3), (2, 3, 4)), ((2, 5, 3), (3, 4)), ((5, 3), (2, 3, 4)), ((1, 5, 3), (2, 3, 4)), ((2, 4, 5, 3), (2, 4, 3, 6)),
                        ((2, 1, 5, 3), (4, 3, 6)), ((2, 4, 5, 3), (1, 1, 3, 2)), ((3, 1, 2, 5, 4), (2, 1, 4, 7)), ((2, 4, 5, 3), (3,))]:  # fmt: skip
        yield ok("matmul", [f(*left), f(*right)])
    for left, right in [((2, 3), (4, 3)), ((2, 3), (2, 3)), ((3,), (4,)), ((3,), (4, 3)), ((2, 3), (2,)), ((2, 5, 3), (2, 5, 3)), ((2, 5, 3), (3, 3, 4)),
                        ((2, 4, 5, 3), (2, 3, 3, 6)), ((2, 4, 5, 3), (2, 3, 6)), ((), (3,)), ((2, 3), ())]:  # fmt: skip
        yield no("matmul", [f(*left), f(*right)])
    yield ok("matmul", [f(8, 512, 1024), f(1024, 4096)])
    for dtype in ["float16", "bfloat16", "float64", "int64", "int32", "uint8"]:
        yield ok("matmul", [t(dtype, 2, 3), t(dtype, 3, 4)])
    yield no("matmul", [f(2, 3), t("float64", 3, 4)])
    yield no("matmul", [t("float16", 2, 3), f(3, 4)])
    yield no("matmul", [f(2, 5, 3), i(2, 3, 4)])
    yield no("matmul", [f(3), i(3)])
    yield no("matmul", [f(2, 3)])
    for _ in range(14):
        left, right = drawn_broadcast(draw)
        n, k, m = draw.randint(1, 6), draw.randint(1, 6), draw.randint(1, 6)
        yield either("matmul", [f(*left, n, k), f(*right, k, m)])

    for equation, *shapes in [
        ("ij,jk->ik", (2, 3), (3, 4)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)), ("ij,jk", (2, 3), (3, 4)), ("ba,cb", (2, 3), (4, 2)), ("ij", (2, 3)), ("ji", (2, 3)),
        ("ij->ji", (2, 3)), ("ij->j", (2, 3)), ("ij->", (2, 3)), ("i,i->", (3,), (3,)), ("i,i", (3,), (3,)), ("i,j->ij", (3,), (4,)), ("i,j->ji", (3,), (4,)),
        ("ii->i", (3, 3)), ("ii->", (3, 3)), ("ii", (3, 3)), ("bii->bi", (2, 3, 3)), ("iijj->ij", (2, 2, 3, 3)), ("iji->j", (2, 3, 2)),
        ("bhid,bhjd->bhij", (2, 4, 5, 8), (2, 4, 7, 8)), ("bqc,bchw->bqhw", (2, 5, 3), (2, 3, 4, 6)), ("nhwc,hkc->nhwk", (1, 3, 4, 2), (3, 5, 2)),
        ("bn,anm,bm->ba", (2, 5), (3, 5, 4), (2, 4)), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)), ("i,j,k,l->lkji", (2,), (3,), (4,), (5,)),
        ("...ij,...jk->...ik", (2, 3, 4), (2, 4, 5)), ("...ij,...jk->...ik", (2, 6, 3, 4), (4, 5)), ("...ij,...jk->...ik", (2, 1, 3, 4), (6, 4, 5)),
        ("...ij->...ji", (2, 3, 4, 5)), ("i...->...", (2, 3, 4)), ("...i->...", (2, 3, 4)), ("i...j->j...i", (2, 3, 4, 5)), ("...,...->...", (2, 3), (3,)),
        ("...ij->ij", (2, 3, 4)), ("b...,b...->b", (2, 3, 4), (2, 3, 4)), ("...ij,...jk", (2, 3, 4), (2, 4, 5)), ("...ii->...i", (2, 3, 3)), ("ij...,jk...->ik...", (2, 3, 6), (3, 4, 6)),
        (" i j , j k -> i k ", (2, 3), (3, 4)), ("Ab,bC->AC", (2, 3), (3, 4)), ("aB", (2, 3)), ("aB,Bc", (2, 3), (3, 4)),
        ("ij,ij->ij", (2, 3), (2, 3)), ("ij,j->ij", (2, 3), (3,)), ("ij,jk->ik", (2, 1), (3, 4)), ("ij,ij->i", (2, 3), (1, 3)), ("b,bij->bij", (1,), (2, 3, 4)),
        ("->", ()), (",->", (), ()), ("i,->i", (3,), ()), ("i->i", (3,)),
    ]:  # fmt: skip
        yield ok("einsum", [f(*shape) for shape in shapes], equation=equation)
    for dtype in ["float16", "float64", "int64"]:
        yield ok("einsum", [t(dtype, 2, 3), t(dtype, 3, 4)], equation="ij,jk->ik")
    yield ok("einsum", [t("bool", 3, 3)], equation="ii->i")
    for equation, *shapes in [
        ("ij,jk->ik", (2, 3), (4, 5)), ("ij,jk->ik", (2, 3)), ("ij,jk->ik", (2, 3), (3, 4), (4, 5)), ("ij->ij", (2, 3, 4)), ("ijk->i", (2, 3)),
        ("ij->ii", (2, 3)), ("ij->ik", (2, 3)), ("ii->i", (2, 3)), ("ii->i", (1, 3)), ("ij->i1", (2, 3)), ("i_->i", (2, 3)), ("ij,jk->ik->", (2, 3), (3, 4)), ("ij->...ij...", (2, 3)),
        ("...i...->i", (2, 3, 4)), ("...ij,...jk->...ik", (2, 3, 4), (3, 4, 5)), ("...ijk->...", (2, 3)), ("ij-ik", (2, 3)), ("i..j->ij", (2, 3)), ("i,i->i", (2,), (3,)), ("ij,jk->ik", (2, 3), (3,)),
    ]:  # fmt: skip
        yield no("einsum", [f(*shape) for shape in shapes], equation=equation)
    yield no("einsum", [f(2, 3), t("float64", 3, 4)], equation="ij,jk->ik")


def drawn_shape(draw, rank, most=9):
    return [draw.randint(1, 3), *(draw.randint(1, most) for _ in range(rank - 1))]


def drawn_broadcast(draw):
    """Two shapes that mostly broadcast: axes of one, axes left out, now and then an axis that fits nothing."""
    whole = drawn_shape(draw, draw.randint(1, 4), 6)

    def part():
        shape = [1 if draw.random() < 0.3 else n + (draw.random() < 0.08) for n in whole]
        return shape[draw.choice([0, 0, 1, len(whole) - 1]) :]

    return part(), part()


FAMILIES = {
    "linear": linear_cases,
    "activation": activation_cases,
    "elementwise": elementwise_cases,
    "flatten": flatten_cases,
    "axes": axes_cases,
    "joins": joins_cases,
    "selection": selection_cases,
    "reductions": reductions_cases,
    "embedding": embedding_cases,
    "recurrent": recurrent_cases,
    "attention": attention_cases,
    "matmul": matmul_cases,
}

if __name__ == "__main__":
    for family, cases in FAMILIES.items():
        write(family, cases(random.Random(f"{SEED} {family}")))
