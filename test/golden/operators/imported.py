"""What PyTorch says about the operators that only imported files contain: functions, comparisons, indexing and their kin.

Written like `rest.py`, whose machinery it uses, and run the same way; it writes its own files again, byte for byte:

    python3 test/golden/operators/imported.py

Made with torch 2.15.0 and, for two operators of its own, torchvision 0.29.2 (`pip install torch==2.15.0`, `pip install --no-deps torchvision==0.29.2
pillow`: it is built for another torch, but loads), on the CPU. What PyTorch has under another name is translated in the section "Operators";
what it has only in parts (ONNX's GatherND, Keras's separable convolution) is put together from them there.
"""

import random
import sys

import torch
import torch.nn.functional as F
import torchvision.ops
from torch import nn

from rest import DTYPES, FLOATING, OPERATORS, SEED, drawn_broadcast, drawn_shape, either, f, i, no, ok, operator, simple, t, title, write

# ---------------------------------------------------------------------------------------------------------------- Operators

TRANSCENDENTAL = ["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh"]
FUNCTIONS = [*TRANSCENDENTAL, "erf", "log", "reciprocal", "rsqrt", "square", "sign", "floor", "ceil", "round", "logical_not", "bitwise_not"]
for name in FUNCTIONS:
    simple(name, getattr(torch, name))
simple("is_nan", torch.isnan)
simple("is_inf", torch.isinf)

ACTIVATIONS = {
    "celu": nn.CELU, "threshold": nn.Threshold, "hardshrink": nn.Hardshrink, "softshrink": nn.Softshrink, "logsigmoid": nn.LogSigmoid,
    "tanhshrink": nn.Tanhshrink,
}  # fmt: skip


@operator(*ACTIVATIONS)
def activation(type_, inputs, **arguments):
    return ACTIVATIONS[type_](**arguments)


COMPARISONS = {
    "equal": torch.eq, "not_equal": torch.ne, "greater": torch.gt, "greater_equal": torch.ge, "less": torch.lt, "less_equal": torch.le,
    "logical_and": torch.logical_and, "logical_or": torch.logical_or, "logical_xor": torch.logical_xor,
}  # fmt: skip
for name, call in COMPARISONS.items():
    simple(name, call)

BITWISE = ["bitwise_and", "bitwise_or", "bitwise_xor"]
for name in [*BITWISE, "floor_divide"]:
    simple(name, getattr(torch, name))


@operator("mod")
def mod(type_, inputs, fmod=False):
    return torch.fmod if fmod else torch.remainder


@operator("bit_shift")
def bit_shift(type_, inputs, direction):
    return {"left": torch.bitwise_left_shift, "right": torch.bitwise_right_shift}[direction]


def every(x, dim):
    return tuple(range(x.dim())) if dim is None else dim


REDUCTIONS = {
    "reduce_l1": lambda x, dim, keepdim: x.abs().sum(dim, keepdim),
    "reduce_l2": lambda x, dim, keepdim: torch.linalg.vector_norm(x, 2, dim, keepdim),
    "sum_square": lambda x, dim, keepdim: (x * x).sum(dim, keepdim),
    "log_sum": lambda x, dim, keepdim: x.sum(dim, keepdim).log(),
    "logsumexp": lambda x, dim, keepdim: torch.logsumexp(x, every(x, dim), keepdim),
    "any": lambda x, dim, keepdim: torch.any(x, every(x, dim), keepdim),
    "all": lambda x, dim, keepdim: torch.all(x, every(x, dim), keepdim),
}


@operator(*REDUCTIONS)
def reduction(type_, inputs, dim=None, keepdim=False):
    return lambda x: REDUCTIONS[type_](x, dim, keepdim)


@operator("reduce_prod")
def reduce_prod(type_, inputs, dim=None, keepdim=False):
    return lambda x: x.prod() if dim is None else x.prod(dim, keepdim)


@operator("var", "std")
def variance(type_, inputs, dim=None, keepdim=False, correction=1):
    return lambda x: getattr(torch, type_)(x, dim, keepdim=keepdim, correction=correction)


@operator("cumsum", "cumprod")
def cumulative(type_, inputs, dim=None, dtype=None):
    return lambda x: getattr(torch, type_)(x, dim, dtype=None if dtype is None else getattr(torch, dtype))


@operator("argmin")
def argmin(type_, inputs, dim=None, keepdim=False):
    return lambda x: torch.argmin(x, dim, keepdim)


@operator("take")
def take(type_, inputs, dim=0, batch_dims=0):
    def call(data, indices):
        batch_dims < min(data.dim(), indices.dim() + 1) or refuse("batch_dims")
        if batch_dims == 0:
            data.dim() > 0 or refuse("a scalar has no axis")
            -data.dim() <= dim < data.dim() or refuse("dim")
            return data[(slice(None),) * (dim % data.dim()) + (indices,)]
        data.shape[0] == indices.shape[0] or refuse("batch axes differ")
        rows = [take(type_, inputs, (dim % data.dim()) - 1, batch_dims - 1)(x, at) for x, at in zip(data, indices)]
        return torch.stack(rows)

    return call


@operator("gather_nd")
def gather_nd(type_, inputs, batch_dims=0):
    def call(data, indices):
        batch_dims < min(data.dim() + 1, indices.dim()) or refuse("batch_dims")
        if batch_dims == 0:
            return data[tuple(indices.unbind(-1))]
        data.shape[0] == indices.shape[0] or refuse("batch axes differ")
        return torch.stack([gather_nd(type_, inputs, batch_dims - 1)(x, at) for x, at in zip(data, indices)])

    return call


def refuse(why):
    raise ValueError(why)


@operator("scatter")
def scatter(type_, inputs, dim=0, reduce="none"):
    names = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}
    if reduce == "none":
        return lambda data, indices, updates: data.scatter(dim, indices, updates)
    return lambda data, indices, updates: data.scatter_reduce(dim, indices, updates, names[reduce])


@operator("scatter_nd")
def scatter_nd(type_, inputs):
    return lambda data, indices, updates: data.index_put(tuple(indices.unbind(-1)), updates)


@operator("one_hot")
def one_hot(type_, inputs, num_classes, dim=-1):
    return lambda x: F.one_hot(x, num_classes).movedim(-1, dim)


@operator("tril", "triu")
def triangle(type_, inputs, diagonal=0):
    return lambda x: getattr(torch, type_)(x, diagonal)


@operator("sort")
def sort(type_, inputs, dim=-1, descending=False, stable=False):
    return lambda x: tuple(torch.sort(x, dim=dim, descending=descending, stable=stable))


@operator("flip")
def flip(type_, inputs, dims):
    return lambda x: x.flip(dims)


@operator("slice")
def numpy_slice(type_, inputs, dim, start=None, end=None, step=1):
    """Of several axes, and backwards, as NumPy slices."""

    def call(x):
        dims = dim if isinstance(dim, list) else [dim]
        ranges = [slice(None)] * x.dim()
        for entry, at in enumerate(dims):
            one = [value[entry] if isinstance(value, list) else value for value in (start, end, step)]
            ranges[at] = slice(*one)
        return torch.from_numpy(x.numpy()[tuple(ranges)].copy())

    return call


@operator("quantize")
def quantize(type_, inputs, dim=None, dtype="uint8"):
    kind = {"uint8": torch.quint8, "int8": torch.qint8, "int32": torch.qint32}[dtype]

    def call(x, scale=None, zero_point=None):
        scale = torch.ones(()) if scale is None else scale
        zero_point = torch.zeros(scale.shape, dtype=torch.int64) if zero_point is None else zero_point
        if dim is None:
            return torch.quantize_per_tensor(x, scale, zero_point, kind).int_repr()
        -x.dim() <= dim < x.dim() or refuse("dim")
        many = scale.numel() > 1
        scale = scale if many else scale.expand(x.shape[dim])
        zero_point = zero_point if many else zero_point.expand(x.shape[dim])
        return torch.quantize_per_channel(x, scale, zero_point, dim % x.dim(), kind).int_repr()

    return call


@operator("dequantize")
def dequantize(type_, inputs, dim=None, dtype="float32"):
    def call(x, scale=torch.ones(()), zero_point=torch.zeros(())):
        shape = [1] * x.dim()
        if dim is not None:
            -x.dim() <= dim < x.dim() or refuse("dim")
            shape[dim] = -1
        y = (x.to(torch.float32) - zero_point.reshape(shape)) * scale.reshape(shape)
        return y.to(getattr(torch, dtype)) if y.shape == x.shape else refuse("scales stretch the input")

    return call


@operator("dynamic_quantize")
def dynamic_quantize(type_, inputs):
    """PyTorch has it inside its dynamic layers only; its observer finds scale and zero point."""

    def call(x):
        low, high = torch.aminmax(x)
        scale = (high.clamp(min=0) - low.clamp(max=0)) / 255 + 1
        return ((x / scale).round().to(torch.uint8), scale, low.to(torch.uint8)) if x.is_floating_point() else refuse("integers")

    return call


CONVOLUTIONS = {f"conv{rank}d": getattr(F, f"conv{rank}d") for rank in (1, 2, 3)}
TRANSPOSED = {f"conv_transpose{rank}d": getattr(F, f"conv_transpose{rank}d") for rank in (1, 2, 3)}


@operator(*CONVOLUTIONS, *TRANSPOSED)
def convolution(type_, inputs, out_channels, kernel_size, bias=True, **options):
    """With weights that arrive; what the layer states of them has to hold."""

    def call(x, weight, added=None):
        channels = weight.shape[0] if type_ in CONVOLUTIONS else weight.shape[1] * options.get("groups", 1)
        kernel = kernel_size if isinstance(kernel_size, list) else [kernel_size] * (x.dim() - 2)
        channels == out_channels and list(weight.shape[2:]) == kernel or refuse("stated otherwise")
        added is None or bias or refuse("bias is false")
        return (CONVOLUTIONS | TRANSPOSED)[type_](x, weight, added, **options)

    return call


@operator("linear")
def linear(type_, inputs, out_features, bias=True):
    def call(x, weight, added=None):
        weight.shape[0] == out_features or refuse("stated otherwise")
        added is None or bias or refuse("bias is false")
        return F.linear(x, weight, added)

    return call


class Slopes(nn.Module):
    """PReLU with slopes that stretch, as in ONNX and Keras."""

    def __init__(self, shape):
        super().__init__()
        self.weight = None if shape is None else nn.Parameter(torch.zeros(shape))

    def forward(self, x, weight=None):
        y = torch.where(x < 0, x * (self.weight if weight is None else weight), x)
        return y if y.shape == x.shape else refuse("slopes stretch the input")


@operator("prelu")
def prelu(type_, inputs, weight_shape=None):
    return Slopes(weight_shape)


@operator("rnn", "lstm", "gru")
def recurrent(type_, inputs, hidden_size, recurrent_bias=True, peepholes=False, reset_after=True, **options):
    """What PyTorch does not have changes its weights, not its shapes."""
    module = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[type_](inputs[0].shape[-1], hidden_size, batch_first=True, **options)
    return ChangedRecurrent(module, recurrent_bias, 3 * hidden_size if peepholes else 0)


class ChangedRecurrent(nn.Module):
    def __init__(self, module, recurrent_bias, peephole):
        super().__init__()
        self.module, self.recurrent_bias, self.peephole = module, recurrent_bias, peephole

    def forward(self, x):
        output, state = self.module(x)
        return (output, *state) if isinstance(state, tuple) else (output, state)

    def named_parameters(self):
        """Layer by layer; peepholes stand behind the biases."""
        kept = [(name, p) for name, p in self.module.named_parameters() if self.recurrent_bias or "bias_hh" not in name]
        suffixes = dict.fromkeys(name.split("_", 2)[2] for name, _ in kept)
        for suffix in suffixes:
            yield from ((name, p) for name, p in kept if name.split("_", 2)[2] == suffix)
            if self.peephole:
                yield f"weight_peephole_{suffix}", torch.zeros(self.peephole)


@operator("separable_conv1d", "separable_conv2d")
def separable(type_, inputs, out_channels, kernel_size, depth_multiplier=1, bias=True, stride=1, padding=0, dilation=1):
    channels = inputs[0].shape[1]
    convolution = nn.Conv1d if type_ == "separable_conv1d" else nn.Conv2d
    return Separable(
        convolution(channels, channels * depth_multiplier, kernel_size, stride, padding, dilation, groups=channels, bias=False),
        convolution(channels * depth_multiplier, out_channels, 1, bias=bias),
    )


class Separable(nn.Module):
    def __init__(self, depthwise, pointwise):
        super().__init__()
        self.depthwise, self.pointwise = depthwise, pointwise

    def forward(self, x):
        return self.pointwise(self.depthwise(x)) if x.dim() == self.pointwise.weight.dim() else refuse("unbatched")

    def named_parameters(self):
        yield "depthwise_kernel", self.depthwise.weight
        yield "pointwise_kernel", self.pointwise.weight
        if self.pointwise.bias is not None:
            yield "bias", self.pointwise.bias


@operator("conv_lstm1d", "conv_lstm2d", "conv_lstm3d")
def conv_lstm(type_, inputs, out_channels, kernel_size, stride=1, padding=0, dilation=1, bias=True):
    convolution = {"1": nn.Conv1d, "2": nn.Conv2d, "3": nn.Conv3d}[type_[-2]]
    channels = inputs[0].shape[1]
    return ConvLSTM(
        convolution(channels, 4 * out_channels, kernel_size, stride, padding, dilation, bias=bias),
        convolution(out_channels, 4 * out_channels, kernel_size, padding="same", bias=False),
    )


class ConvLSTM(nn.Module):
    """Batch x channels x steps x spatial; Keras's cell, step by step."""

    def __init__(self, input_conv, state_conv):
        super().__init__()
        self.input_conv, self.state_conv = input_conv, state_conv

    def forward(self, x, h=None, c=None):
        x.dim() == self.input_conv.weight.dim() + 1 or refuse("unbatched")
        (h is None) == (c is None) or refuse("one state")
        outputs = []
        for step in x.unbind(2):
            gates = self.input_conv(step)
            h = gates[:, ::4] * 0 if h is None else h
            c = h * 0 if c is None else c
            h.shape == c.shape == gates[:, ::4].shape or refuse("state shapes")
            i, f_, g, o = (gates + self.state_conv(h)).chunk(4, 1)
            c = torch.sigmoid(f_) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs, 2), h, c

    def named_parameters(self):
        yield "weight_ih", self.input_conv.weight
        yield "weight_hh", self.state_conv.weight
        if self.input_conv.bias is not None:
            yield "bias", self.input_conv.bias


@operator("scale")
def scale(type_, inputs, shape, bias=False):
    return Scale(shape, bias)


class Scale(nn.Module):
    def __init__(self, shape, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape))
        self.bias = nn.Parameter(torch.zeros(shape)) if bias else None

    def forward(self, x):
        y = x * self.weight if self.bias is None else x * self.weight + self.bias
        return y if y.shape == x.shape else refuse("it stretches the input")


@operator("standardize")
def standardize(type_, inputs, shape):
    return Standardize(shape)


class Standardize(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("variance", torch.ones(shape))
        self.register_buffer("count", torch.zeros(()))

    def forward(self, x):
        y = (x - self.mean) / self.variance.sqrt()
        return y if y.shape == x.shape else refuse("it stretches the input")


@operator("lp_normalize")
def lp_normalize(type_, inputs, p=2, dim=1):
    return lambda x: F.normalize(x, p, dim)


@operator("unit_norm")
def unit_norm(type_, inputs, dim=-1):
    return lambda x: F.normalize(x, 2, dim)


@operator("mean_variance_norm")
def mean_variance_norm(type_, inputs, dim=(0, 2, 3)):
    return lambda x: (x - x.mean(dim, True)) / x.std(dim, correction=0, keepdim=True)


@operator("rotary_embedding")
def rotary_embedding(type_, inputs, rotary_dim=None, num_heads=1):
    def call(x, cos=None, sin=None):
        x.dim() >= 2 or refuse("no steps")
        heads = x.unflatten(-1, (num_heads, -1))
        width = heads.shape[-1] if rotary_dim is None else rotary_dim
        width <= heads.shape[-1] and width % 2 == 0 or refuse("features turn in pairs")
        first, second = heads[..., :width].chunk(2, -1)
        cosine, sine = torch.ones(1, dtype=x.dtype), torch.zeros(1, dtype=x.dtype)
        turned = torch.cat([first * cosine - second * sine, first * sine + second * cosine, heads[..., width:]], -1)
        return turned.flatten(-2)

    return call


@operator("grid_sample")
def grid_sample(type_, inputs, mode="bilinear", padding_mode="zeros", align_corners=False):
    return lambda x, grid: F.grid_sample(x, grid, mode, padding_mode, align_corners)


@operator("affine_grid")
def affine_grid(type_, inputs, size, align_corners=False):
    return lambda theta: F.affine_grid(theta, size, align_corners)


@operator("roi_align")
def roi_align(type_, inputs, output_size, sampling_ratio, spatial_scale=1.0, aligned=False):
    """Its C++ kernel takes regions of any width and reads on."""

    def call(x, regions):
        x.dim() == 4 and regions.dim() == 2 and regions.shape[1] == 5 or refuse("regions are k x 5")
        return torchvision.ops.roi_align(x, regions, output_size, spatial_scale, sampling_ratio, aligned)

    return call


@operator("deform_conv2d")
def deform_conv2d(type_, inputs, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, offset_groups=1, bias=True):
    """torchvision reads the groups of offsets from their channels; what the layer states has to hold."""
    x = inputs[0]
    module = torchvision.ops.DeformConv2d(x.shape[1], out_channels, kernel_size, stride, padding, dilation, groups, bias)

    def call(offset, mask):
        taps = offset_groups * module.kernel_size[0] * module.kernel_size[1]
        offset.shape[1] == 2 * taps and (mask is None or mask.shape[1] == taps) or refuse("stated otherwise")
        x.shape[1] % offset_groups == 0 or refuse("offset_groups")

    module.register_forward_pre_hook(lambda _, given: call(given[1], given[2] if len(given) > 2 else None))
    return module


@operator("max_unpool1d", "max_unpool2d", "max_unpool3d")
def max_unpool(type_, inputs, kernel_size, stride=None, padding=0, output_size=None):
    rank = int(type_[-2])

    def call(x, indices):
        x.dim() == rank + 2 or refuse("unbatched")
        x.shape == indices.shape or refuse("each value needs its index")
        size = [output_size] * rank if isinstance(output_size, int) else output_size
        return getattr(F, type_)(x, indices, kernel_size, stride, padding, size)

    return call


@operator("reverse_sequence")
def reverse_sequence(type_, inputs, dim=1, batch_dim=0):
    """The cell that each cell comes from, gathered; a length of 0 or 1 changes nothing."""

    def call(x, lengths):
        -x.dim() <= dim < x.dim() and -x.dim() <= batch_dim < x.dim() and dim % x.dim() != batch_dim % x.dim() or refuse("axes")
        not lengths.is_floating_point() and lengths.dtype != torch.bool or refuse("lengths are whole numbers")
        lengths.shape == (x.shape[batch_dim],) or refuse("one length a batch")
        y = x.movedim((batch_dim, dim), (0, 1))
        steps = torch.arange(y.shape[1])
        source = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)
        return y[torch.arange(len(y))[:, None], source].movedim((0, 1), (batch_dim, dim))

    return call


@operator("tensor_scatter")
def tensor_scatter(type_, inputs, dim=-2, mode="linear"):
    """Zeros for positions: the update fills the first cells."""

    def call(cache, update, positions=None):
        -cache.dim() <= dim < cache.dim() or refuse("dim")
        positions is None or (positions.shape == (cache.shape[0],) and not positions.is_floating_point()) or refuse("one position a batch")
        result = cache.clone()
        part = result.narrow(dim, 0, update.shape[dim])
        part.shape == update.shape or refuse("the update does not fit")
        part.copy_(update)
        return result

    return call


# ---------------------------------------------------------------------------------------------------------------- The cases


def functions_cases(draw):
    for type_ in [*FUNCTIONS[:-1], "is_nan", "is_inf"]:
        yield ok(type_, [f(2, 3, 4)])
        yield ok(type_, [f()])
        yield ok(type_, [t(draw.choice(["float16", "bfloat16", "float64"]), *drawn_shape(draw, draw.randint(1, 5)))])
        for dtype in ["int64", "int8", "uint8"]:
            yield ok(type_, [t(dtype, 2, 3)])
    for type_ in [*TRANSCENDENTAL, "erf", "log", "reciprocal", "rsqrt", "square", "sign", "logical_not", "is_nan", "is_inf"]:
        yield ok(type_, [t("bool", 2, 3)])
    for dtype in ["int64", "int32", "int16", "int8", "uint8", "bool"]:
        yield ok("bitwise_not", [t(dtype, 2, 3)])
    # That bits are those of integers and bool PyTorch says by having no kernel, which is no refusal here; the unit test has it.
    for type_ in ["sin", "erf", "floor", "logical_not", "is_nan", "bitwise_not"]:
        yield no(type_, [i(2, 3), i(2, 3)])


def piecewise_cases(draw):
    for type_ in ["celu", "hardshrink", "softshrink", "logsigmoid", "tanhshrink"]:
        yield ok(type_, [f(2, 3, 4)])
        yield ok(type_, [f()])
        yield ok(type_, [t(draw.choice(["float16", "bfloat16", "float64"]), *drawn_shape(draw, draw.randint(1, 5)))])
        yield no(type_, [f(2, 3), f(2, 3)])
        yield either(type_, [t("int64", 2, 3)])
        yield either(type_, [t("bool", 2, 3)])
    for alpha in [0.5, -1, 3]:
        yield ok("celu", [f(2, 3)], alpha=alpha)
    yield no("celu", [f(2, 3)], alpha=0)
    for lambd in [0, 0.25, 2]:
        yield ok("hardshrink", [f(2, 3)], lambd=lambd)
        yield ok("softshrink", [f(2, 3)], lambd=lambd)
    yield no("softshrink", [f(2, 3)], lambd=-1)
    yield ok("threshold", [f(2, 3)], threshold=0.1, value=20)
    yield ok("threshold", [t("float64", 2, 3, 1)], threshold=-3, value=0)
    yield ok("threshold", [f()], threshold=1, value=1, inplace=True)
    yield no("threshold", [f(2, 3)], threshold=1)
    yield no("threshold", [f(2, 3), f(2, 3)], threshold=1, value=0)
    for _ in range(8):
        shape = drawn_shape(draw, draw.randint(1, 5))
        yield ok(draw.choice(["celu", "hardshrink", "softshrink", "logsigmoid", "tanhshrink"]), [f(*shape)])


def comparison_cases(draw):
    for type_ in COMPARISONS:
        yield ok(type_, [f(2, 3, 4), f(2, 3, 4)])
        yield ok(type_, [f(2, 3, 1), f(1, 3, 4)])
        yield ok(type_, [i(3), f()])
        yield ok(type_, [t("bool", 2, 3), t("uint8", 2, 3)])
        yield ok(type_, [t(draw.choice(DTYPES), 2, 3), t(draw.choice(DTYPES), 3)])
        yield no(type_, [f(2, 3), f(2, 4)])
        yield no(type_, [f(2, 3)])
    for _ in range(16):
        left, right = drawn_broadcast(draw)
        yield either(draw.choice(list(COMPARISONS)), [f(*left), f(*right)])


def integers_cases(draw):
    integers = ["int64", "int32", "int16", "int8", "uint8"]
    for type_ in BITWISE:
        for dtype in [*integers, "bool"]:
            yield ok(type_, [t(dtype, 2, 3), t(dtype, 2, 3)])
        yield ok(type_, [t("bool", 2, 1), i(1, 3)])
        yield ok(type_, [t("uint8", 3), t("int8", 2, 3)])
        yield no(type_, [i(2, 3), i(2, 4)])
        yield no(type_, [i(2, 3)])
    for direction in ["left", "right"]:
        for dtype in integers:
            yield ok("bit_shift", [t(dtype, 2, 3), t(dtype, 2, 3)], direction=direction)
        yield ok("bit_shift", [t("int32", 2, 1), t("uint8", 3)], direction=direction)
    yield no("bit_shift", [i(2, 3), i(2, 4)], direction="left")
    for type_ in ["mod", "floor_divide"]:
        for dtype in [*integers, *FLOATING]:
            yield ok(type_, [t(dtype, 2, 3), t(dtype, 2, 3)] if dtype not in integers else [t(dtype, 2, 3), f(2, 3)])
        yield ok(type_, [f(2, 3, 1), i(1, 3, 4)])
        yield ok(type_, [f(2, 3), f()])
        yield no(type_, [f(2, 3), f(2, 4)])
        yield no(type_, [f(2, 3)])
    yield ok("mod", [f(2, 3), f(2, 3)], fmod=True)
    for _ in range(10):
        left, right = drawn_broadcast(draw)
        yield either(draw.choice([*BITWISE]), [i(*left), i(*right)])


def reductions_more_cases(draw):
    types = [*REDUCTIONS, "var", "std", "reduce_prod"]
    for type_ in types:
        yield ok(type_, [f(2, 3, 4)])
        yield ok(type_, [f(2, 3, 4)], dim=1)
        yield ok(type_, [f(2, 3, 4)], dim=-1, keepdim=True)
        yield ok(type_, [t("float16", 2, 3)], dim=0)
        yield no(type_, [f(2, 3, 4)], dim=3)
        yield no(type_, [f(2, 3), f(2, 3)])
        if type_ != "reduce_prod":
            yield ok(type_, [f(2, 3, 4, 5)], dim=[2, 3])
            yield ok(type_, [f(2, 3, 4, 5)], dim=[-1, 1], keepdim=True)
            yield no(type_, [f(2, 3, 4)], dim=[1, 1])
    for type_ in ["reduce_l1", "sum_square", "log_sum", "logsumexp", "any", "all", "reduce_prod"]:
        for dtype in ["int64", "int32", "uint8"]:
            yield ok(type_, [t(dtype, 2, 3)], dim=1)
    for type_ in ["any", "all"]:
        yield ok(type_, [t("bool", 2, 3)])
        yield ok(type_, [t("int8", 2, 3)], dim=0)
    for type_ in ["var", "std", "reduce_l2"]:
        yield (no if type_ != "reduce_l2" else either)(type_, [i(2, 3)], dim=1)
    for correction in [0, 2]:
        yield ok("var", [f(2, 5)], dim=1, correction=correction)
    for _ in range(10):
        shape = drawn_shape(draw, draw.randint(2, 5))
        yield ok(draw.choice(types), [f(*shape)], dim=draw.randrange(-len(shape), len(shape)), keepdim=draw.random() < 0.5)
    yield ok("argmin", [f(2, 3, 4)])
    yield ok("argmin", [f(2, 3, 4)], dim=1)
    yield ok("argmin", [f(2, 3, 4)], dim=-1, keepdim=True)
    yield ok("argmin", [t("uint8", 2, 3)], dim=0)
    yield ok("argmin", [f()])
    yield no("argmin", [f(2, 3)], dim=2)


def cumulative_cases(draw):
    for type_ in ["cumsum", "cumprod"]:
        yield ok(type_, [f(2, 3, 4)], dim=1)
        yield ok(type_, [f(2, 3, 4)], dim=-1)
        yield ok(type_, [f(2, 3, 4)], dim=0)
        yield ok(type_, [f()], dim=0)
        yield ok(type_, [f(1)], dim=-1)
        for dtype in [*FLOATING[:2], "float64", "int64", "int32", "int16", "int8", "uint8", "bool"]:
            yield ok(type_, [t(dtype, 2, 3)], dim=1)
        yield ok(type_, [i(2, 3)], dim=1, dtype="int32")
        yield ok(type_, [f(2, 3)], dim=1, dtype="float64")
        yield no(type_, [f(2, 3)], dim=2)
        yield no(type_, [f(2, 3)], dim=-3)
        yield no(type_, [f(2, 3)])
        yield no(type_, [f(2, 3), f(2, 3)], dim=0)
        for _ in range(5):
            shape = drawn_shape(draw, draw.randint(1, 5))
            yield ok(type_, [f(*shape)], dim=draw.randrange(-len(shape), len(shape)))


def indexing_cases(draw):
    yield ok("take", [f(7, 4), i(2, 3)])
    yield ok("take", [f(2, 5, 4), i()], dim=1)
    yield ok("take", [f(2, 5, 4), i(3)], dim=-1)
    yield ok("take", [f(2, 5, 4), i(3, 2)], dim=1)
    yield ok("take", [f(5), i(3)])
    yield ok("take", [f(5), i()], dim=-1)
    yield ok("take", [i(5, 2), t("int32", 1, 1)])
    yield ok("take", [t("float16", 5, 2), i(4)])
    yield ok("take", [f(2, 5, 4), i(2, 3)], dim=1, batch_dims=1)
    yield ok("take", [f(2, 5, 4), i(2, 3)], dim=2, batch_dims=1)
    yield ok("take", [f(2, 3, 5, 4), i(2, 3, 6)], dim=2, batch_dims=2)
    yield no("take", [f(), i(3)])
    yield no("take", [f(2, 3), f(3)])
    yield no("take", [f(2, 3), i(3)], dim=2)
    yield no("take", [f(2, 3), i(3)], dim=-3)
    yield no("take", [f(2, 5, 4), i(3, 3)], dim=1, batch_dims=1)
    yield no("take", [f(2, 3)])
    yield ok("gather_nd", [f(3, 4, 5), i(2, 2)])
    yield ok("gather_nd", [f(3, 4, 5), i(2, 1)])
    yield ok("gather_nd", [f(3, 4, 5), i(2, 3)])
    yield ok("gather_nd", [f(3, 4, 5), i(1)])
    yield ok("gather_nd", [f(3, 4, 5), i(3)])
    yield ok("gather_nd", [f(3, 4, 5), i(6, 7, 2)])
    yield ok("gather_nd", [f(2, 4, 5), i(2, 1)], batch_dims=1)
    yield ok("gather_nd", [f(2, 4, 5), i(2, 6, 2)], batch_dims=1)
    yield no("gather_nd", [f(3, 4), i(2, 3)])
    yield no("gather_nd", [f(3, 4), f(2, 2)])
    yield no("gather_nd", [f(3, 4), i()])
    yield no("gather_nd", [f(3, 4, 5), i(2, 1)], batch_dims=1)
    for reduce in ["none", "add", "mul", "max", "min"]:
        yield ok("scatter", [f(2, 5), i(2, 3), f(2, 3)], dim=1, reduce=reduce)
    yield ok("scatter", [f(2, 5), i(1, 5), f(1, 5)])
    yield ok("scatter", [f(2, 5), i(2, 9), f(2, 9)], dim=-1)
    yield ok("scatter", [f(4), i(2), f(2)])
    yield ok("scatter", [i(2, 5, 3), i(2, 1, 2), i(2, 1, 2)], dim=1)
    yield no("scatter", [f(2, 5), i(3, 5), f(3, 5)], dim=1)
    yield no("scatter", [f(2, 5), i(2), f(2)])
    yield no("scatter", [f(2, 5), i(2, 3), f(2, 2)], dim=1)
    yield no("scatter", [f(2, 5), f(2, 3), f(2, 3)], dim=1)
    yield no("scatter", [f(2, 5), i(2, 3), i(2, 3)], dim=1)
    yield no("scatter", [f(2, 5), i(2, 3), f(2, 3)], dim=2)
    yield ok("scatter_nd", [f(3, 4, 5), i(2, 2), f(2, 5)])
    yield ok("scatter_nd", [f(3, 4, 5), i(2, 1), f(2, 4, 5)])
    yield ok("scatter_nd", [f(3, 4, 5), i(6, 3), f(6)])
    yield ok("scatter_nd", [i(8), i(2, 2, 1), i(2, 2)])
    yield no("scatter_nd", [f(3, 4, 5), i(2, 2), f(2, 4)])
    yield no("scatter_nd", [f(3, 4), i(2, 3), f(2)])
    yield no("scatter_nd", [f(3, 4), f(2, 1), f(2, 4)])
    yield no("scatter_nd", [f(3, 4), i(2, 1), i(2, 4)])
    yield ok("one_hot", [i(2, 3)], num_classes=10)
    yield ok("one_hot", [i(2, 3)], num_classes=10, dim=1)
    yield ok("one_hot", [i(2, 3)], num_classes=4, dim=0)
    yield ok("one_hot", [i(2, 3)], num_classes=4, dim=-3)
    yield ok("one_hot", [i()], num_classes=4)
    yield no("one_hot", [f(2, 3)], num_classes=10)
    yield no("one_hot", [i(2, 3)], num_classes=10, dim=3)
    yield no("one_hot", [t("bool", 2, 3)], num_classes=2)
    for _ in range(8):
        shape = drawn_shape(draw, draw.randint(1, 4))
        yield ok("take", [f(*shape), i(*drawn_shape(draw, draw.randint(1, 3)))], dim=draw.randrange(-len(shape), len(shape)))


def triangle_cases(draw):
    for type_ in ["tril", "triu"]:
        yield ok(type_, [f(4, 4)])
        yield ok(type_, [f(2, 3, 4)])
        yield ok(type_, [f(1, 1)], diagonal=5)
        for diagonal in [1, -1, 7, -7]:
            yield ok(type_, [f(3, 5)], diagonal=diagonal)
        for dtype in [*FLOATING[:2], "float64", "int64", "uint8", "bool"]:
            yield ok(type_, [t(dtype, 3, 3)])
        yield no(type_, [f(3)])
        yield no(type_, [f()])
        yield no(type_, [f(3, 3), f(3, 3)])
        for _ in range(6):
            yield ok(type_, [f(*drawn_shape(draw, draw.randint(2, 5)))], diagonal=draw.randint(-4, 4))


def ordering_cases(draw):
    yield ok("sort", [f(2, 10)])
    yield ok("sort", [f(2, 10)], dim=0, descending=True)
    yield ok("sort", [f(2, 3, 4)], dim=1, stable=True)
    yield ok("sort", [f()])
    yield ok("sort", [f(1)])
    for dtype in ["float16", "int64", "uint8", "bool"]:
        yield ok("sort", [t(dtype, 2, 3)])
    yield no("sort", [f(2, 3)], dim=2)
    yield no("sort", [f(2, 3), f(2, 3)])
    yield ok("flip", [f(2, 3, 4)], dims=[1])
    yield ok("flip", [f(2, 3, 4)], dims=[0, -1])
    yield ok("flip", [t("bool", 2, 3)], dims=[0, 1])
    yield no("flip", [f(2, 3, 4)], dims=[3])
    yield no("flip", [f(2, 3, 4)], dims=[1, -2])
    yield ok("slice", [f(2, 8, 7)], dim=[1, 2], start=[1, 2], end=[5, 7])
    yield ok("slice", [f(2, 8, 7)], dim=[1, 2], start=[1, 2], end=[5, 7], step=[2, 3])
    yield ok("slice", [f(2, 8, 7)], dim=[2, 1], start=[-3, -100], end=[100, -1])
    yield ok("slice", [f(2, 8, 7)], dim=[-1, 0], step=2)
    yield ok("slice", [f(2, 8, 7)], dim=[1, 2], start=1)
    yield ok("slice", [f(2, 8)], dim=1, step=-1)
    yield ok("slice", [f(2, 8)], dim=1, step=-3)
    yield ok("slice", [f(2, 8)], dim=1, start=5, step=-2)
    yield ok("slice", [f(2, 8)], dim=1, start=5, end=1, step=-1)
    yield ok("slice", [f(2, 8)], dim=1, start=-1, end=-9, step=-1)
    yield ok("slice", [f(2, 8)], dim=1, start=100, end=-100, step=-3)
    yield ok("slice", [f(2, 8)], dim=1, start=-2, end=2, step=-2)
    yield ok("slice", [f(2, 8, 7)], dim=[1, 2], step=[-1, 2])
    yield ok("slice", [f(2, 8, 7)], dim=[1, 2], start=[6, 0], end=[0, 7], step=[-4, 2])
    for _ in range(10):
        step = draw.choice([-3, -2, -1, 1, 2, 3])
        low, high = sorted(draw.sample(range(9), 2))
        start, end = (low, high) if step > 0 else (high, low)
        yield ok("slice", [f(3, 9)], dim=1, start=start, end=end, step=step)


def quantization_cases(draw):
    for dtype in ["uint8", "int8", "int32"]:
        yield ok("quantize", [f(2, 3, 4)], dtype=dtype)
        yield ok("quantize", [f(2, 3, 4)], dtype=dtype, dim=1)
        yield ok("quantize", [f(2, 3, 4), f()], dtype=dtype)
        yield ok("quantize", [f(2, 3, 4), f(4), i(4)], dtype=dtype, dim=2)
    yield ok("quantize", [f(2, 3)])
    yield no("quantize", [i(2, 3)], dtype="int8")
    yield no("quantize", [t("uint8", 2, 3)], dtype="int8")
    yield no("quantize", [f(2, 3)], dtype="int8", dim=2)
    yield no("quantize", [f(2, 3), f(2)], dtype="int8", dim=1)
    yield no("quantize", [f(2, 3), f(2)], dtype="int8")
    for dtype in ["int8", "uint8", "int16", "int32"]:
        yield ok("dequantize", [t(dtype, 2, 3)])
        yield ok("dequantize", [t(dtype, 2, 3), f()])
        yield ok("dequantize", [t(dtype, 2, 3), f(3), t(dtype, 3)], dim=1)
    yield ok("dequantize", [t("int8", 2, 3)], dtype="float16")
    yield ok("dequantize", [t("int8", 2, 3)], dtype="float64")
    yield ok("dequantize", [t("int8", 2, 3), f(2)], dim=-2)
    yield ok("dequantize", [t("int8")])
    yield no("dequantize", [t("int8", 2, 3)], dim=2)
    yield no("dequantize", [t("int8", 2, 3), f(2)], dim=1)
    yield ok("dynamic_quantize", [f(2, 3)])
    yield ok("dynamic_quantize", [f()])
    yield no("dynamic_quantize", [i(2, 3)])
    yield no("dynamic_quantize", [f(2, 3), f(2, 3)])
    for _ in range(8):
        shape = drawn_shape(draw, draw.randint(1, 5))
        yield ok("quantize", [f(*shape)], dtype="int8", dim=draw.randrange(-len(shape), len(shape)))
        yield ok("dynamic_quantize", [f(*shape)])


def operand_weights_cases(draw):
    yield ok("conv2d", [f(2, 3, 8, 8), f(5, 3, 3, 3)], out_channels=5, kernel_size=3)
    yield ok("conv2d", [f(2, 3, 8, 8), f(5, 3, 3, 3), f(5)], out_channels=5, kernel_size=3)
    yield ok("conv2d", [f(2, 3, 8, 8), f(5, 3, 3, 3)], out_channels=5, kernel_size=3, bias=False, stride=2, padding=1)
    yield ok("conv2d", [f(2, 6, 8, 8), f(6, 1, 3, 5)], out_channels=6, kernel_size=[3, 5], groups=6)
    yield ok("conv1d", [f(2, 3, 8), f(5, 3, 3), f(5)], out_channels=5, kernel_size=3, dilation=2)
    yield ok("conv3d", [f(1, 2, 4, 4, 4), f(3, 2, 1, 3, 3)], out_channels=3, kernel_size=[1, 3, 3])
    yield no("conv2d", [f(2, 3, 8, 8), f(5, 3, 3, 3)], out_channels=6, kernel_size=3)
    yield no("conv2d", [f(2, 3, 8, 8), f(5, 3, 3, 3)], out_channels=5, kernel_size=5)
    yield no("conv2d", [f(2, 3, 8, 8), f(5, 4, 3, 3)], out_channels=5, kernel_size=3)
    yield no("conv2d", [f(2, 3, 8, 8), f(5, 3, 3)], out_channels=5, kernel_size=3)
    yield no("conv2d", [f(2, 3, 8, 8), f(5, 3, 3, 3), f(4)], out_channels=5, kernel_size=3)
    yield no("conv2d", [f(2, 3, 8, 8), f(5, 3, 3, 3), f(5)], out_channels=5, kernel_size=3, bias=False)
    yield ok("conv_transpose2d", [f(2, 3, 8, 8), f(3, 5, 3, 3)], out_channels=5, kernel_size=3, stride=2)
    yield ok("conv_transpose2d", [f(2, 4, 8, 8), f(4, 3, 2, 2), f(6)], out_channels=6, kernel_size=2, groups=2)
    yield ok("conv_transpose1d", [f(2, 3, 8), f(3, 5, 4), f(5)], out_channels=5, kernel_size=4, padding=1)
    yield ok("conv_transpose3d", [f(1, 2, 3, 3, 3), f(2, 3, 2, 2, 2)], out_channels=3, kernel_size=2)
    yield no("conv_transpose2d", [f(2, 3, 8, 8), f(5, 3, 3, 3)], out_channels=5, kernel_size=3)
    yield no("conv_transpose2d", [f(2, 3, 8, 8), f(3, 5, 3, 3), f(3)], out_channels=5, kernel_size=3)
    yield ok("linear", [f(2, 7), f(5, 7)], out_features=5)
    yield ok("linear", [f(2, 3, 7), f(5, 7), f(5)], out_features=5)
    yield no("linear", [f(2, 7), f(7, 5)], out_features=5)
    yield no("linear", [f(2, 7), f(5, 7)], out_features=6)
    yield no("linear", [f(2, 7), f(5, 7), f(5)], out_features=5, bias=False)
    yield ok("prelu", [f(2, 5, 7)], weight_shape=[5, 7])
    yield ok("prelu", [f(2, 5, 4, 4)], weight_shape=[5, 1, 1])
    yield ok("prelu", [f(2, 5)], weight_shape=[1])
    yield ok("prelu", [f(2, 5, 7), f(7)])
    yield ok("prelu", [f(2, 5, 7), f(5, 1)])
    yield ok("prelu", [f(2, 5, 7), f()])
    yield no("prelu", [f(2, 5, 7)], weight_shape=[5])
    yield no("prelu", [f(2, 5)], weight_shape=[3, 2, 5])
    yield no("prelu", [f(2, 5, 7), f(5)])


def recurrent_more_cases(draw):
    for type_ in ["rnn", "lstm", "gru"]:
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, recurrent_bias=False)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, recurrent_bias=False, bidirectional=True)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, recurrent_bias=False, num_layers=2, bidirectional=True)
        yield ok(type_, [f(2, 5, 3)], hidden_size=4, recurrent_bias=False, bias=False)
        yield ok(type_, [t("float16", 2, 5, 3)], hidden_size=4, recurrent_bias=False)
    for options in [{}, {"bidirectional": True}, {"num_layers": 2}, {"recurrent_bias": False}, {"bias": False}, {"bias": False, "recurrent_bias": False}]:
        yield ok("lstm", [f(2, 5, 3)], hidden_size=4, peepholes=True, **options)
    yield ok("lstm", [f(2, 5, 3)], hidden_size=4, peepholes=True, proj_size=2)
    yield ok("gru", [f(2, 5, 3)], hidden_size=4, reset_after=False)
    yield ok("gru", [f(2, 5, 3)], hidden_size=4, reset_after=False, recurrent_bias=False, bidirectional=True)


def separable_conv_cases(draw):
    for type_, rank in [("separable_conv1d", 1), ("separable_conv2d", 2)]:
        space = [12, 9][:rank]
        yield ok(type_, [f(2, 3, *space)], out_channels=5, kernel_size=3)
        yield ok(type_, [f(2, 3, *space)], out_channels=5, kernel_size=3, bias=False)
        yield ok(type_, [f(2, 3, *space)], out_channels=5, kernel_size=3, depth_multiplier=4)
        yield ok(type_, [f(2, 3, *space)], out_channels=5, kernel_size=3, stride=2, padding=1)
        yield ok(type_, [f(2, 3, *space)], out_channels=5, kernel_size=3, dilation=2, padding="same")
        yield ok(type_, [f(1, 1, *space)], out_channels=1, kernel_size=1)
        yield ok(type_, [t("float16", 2, 3, *space)], out_channels=5, kernel_size=2)
        yield no(type_, [f(2, 3, *space[:-1])], out_channels=5, kernel_size=3)
        yield no(type_, [f(2, 3, *space, 4)], out_channels=5, kernel_size=3)
        yield no(type_, [f(2, 3, *space)], out_channels=5, kernel_size=13)
        yield no(type_, [f(2, 3, *space)], out_channels=5, kernel_size=5, dilation=4)
        yield no(type_, [f(2, 3, *space), f(2, 3)], out_channels=5, kernel_size=3)
        for _ in range(12):
            shape = [draw.randint(1, 2), draw.randint(1, 6), *(draw.randint(5, 14) for _ in range(rank))]
            options = {"stride": draw.randint(1, 3), "padding": draw.randint(0, 2), "depth_multiplier": draw.randint(1, 3)}
            yield ok(type_, [f(*shape)], out_channels=draw.randint(1, 8), kernel_size=draw.randint(1, 5), bias=draw.random() < 0.5, **options)
    yield ok("separable_conv2d", [f(1, 3, 8, 9)], out_channels=4, kernel_size=[3, 1], stride=[1, 2], padding=[1, 0])


def conv_lstm_cases(draw):
    for rank in (1, 2, 3):
        type_ = f"conv_lstm{rank}d"
        space = [7, 6, 5][:rank]
        yield ok(type_, [f(2, 3, 4, *space)], out_channels=5, kernel_size=3)
        yield ok(type_, [f(2, 3, 4, *space)], out_channels=5, kernel_size=3, padding="same", bias=False)
        yield ok(type_, [f(2, 3, 4, *space)], out_channels=2, kernel_size=3, stride=2, padding=1)
        yield ok(type_, [f(2, 3, 4, *space)], out_channels=2, kernel_size=2, dilation=2)
        yield ok(type_, [f(1, 1, 1, *space)], out_channels=1, kernel_size=1)
        state = f(2, 5, *(extent - 2 for extent in space))
        yield ok(type_, [f(2, 3, 4, *space), state, state], out_channels=5, kernel_size=3)
        yield no(type_, [f(2, 3, 4, *space), state], out_channels=5, kernel_size=3)
        yield no(type_, [f(2, 3, 4, *space), state, f(2, 4, *state["shape"][2:])], out_channels=5, kernel_size=3)
        yield no(type_, [f(2, 3, 4, *space)], out_channels=5, kernel_size=8)
        yield no(type_, [f(2, 3, *space)], out_channels=5, kernel_size=3)
        for _ in range(6):
            shape = [draw.randint(1, 2), draw.randint(1, 4), draw.randint(1, 4), *(draw.randint(4, 7) for _ in range(rank))]
            options = {"stride": draw.randint(1, 2), "padding": draw.randint(0, 2), "bias": draw.random() < 0.5}
            yield ok(type_, [f(*shape)], out_channels=draw.randint(1, 4), kernel_size=draw.randint(1, 4), **options)


def scale_cases(draw):
    for type_ in ["scale", "standardize"]:
        yield ok(type_, [f(2, 5)], shape=[5])
        yield ok(type_, [f(2, 5)], shape=[])
        yield ok(type_, [f(2, 5)], shape=[1])
        yield ok(type_, [f(2, 5, 4, 3)], shape=[5, 1, 1])
        yield ok(type_, [f(2, 5, 4, 3)], shape=[3])
        yield ok(type_, [f(2, 5, 4, 3)], shape=[5, 4, 3])
        yield ok(type_, [f(2, 5, 4, 3)], shape=[1, 5, 1, 1])
        yield ok(type_, [t("float16", 2, 5)], shape=[5])
        yield ok(type_, [t("float64", 2, 3, 5)], shape=[3, 1])
        yield no(type_, [f(2, 5)], shape=[2])
        yield no(type_, [f(2, 5)], shape=[3, 2, 5])
        yield no(type_, [f(2, 1)], shape=[5])
        yield no(type_, [f(2, 5, 4, 3)], shape=[5])
        yield no(type_, [f(2, 5), f(5)], shape=[5])
        for _ in range(6):
            shape = drawn_shape(draw, draw.randint(2, 5))
            kept = [extent if draw.random() < 0.5 else 1 for extent in shape[draw.randint(0, len(shape) - 1) :]]
            yield ok(type_, [f(*shape)], shape=kept)
    yield ok("scale", [f(2, 5)], shape=[5], bias=True)
    yield ok("scale", [f(2, 5, 4, 3)], shape=[5, 1, 1], bias=True)


def unit_norm_cases(draw):
    for type_ in ["unit_norm", "lp_normalize"]:
        yield ok(type_, [f(2, 10)])
        yield ok(type_, [f(2, 3, 4)])
        yield ok(type_, [f(2, 3, 4)], dim=0)
        yield ok(type_, [f(2, 3, 4)], dim=-2)
        yield ok(type_, [f(2, 3, 4)], dim=[1, 2])
        yield ok(type_, [t("float16", 2, 3)])
        yield no(type_, [f(2, 3)], dim=2)
        yield no(type_, [f(2, 3)], dim=[1, 1])
        yield no(type_, [f(2, 3), f(2, 3)])
        for _ in range(8):
            shape = drawn_shape(draw, draw.randint(2, 5))
            yield ok(type_, [f(*shape)], dim=draw.randrange(-len(shape), len(shape)))
    for p in [1, 3, 0.5]:
        yield ok("lp_normalize", [f(2, 3, 4)], p=p)
    yield ok("lp_normalize", [f(2, 3, 4)], p=1, dim=-1)
    yield ok("mean_variance_norm", [f(2, 3, 4, 5)])
    yield ok("mean_variance_norm", [f(2, 3, 4, 5)], dim=[2, 3])
    yield ok("mean_variance_norm", [f(2, 3, 4)], dim=[0, 2])
    yield ok("mean_variance_norm", [t("float64", 2, 3, 4)], dim=1)
    yield no("mean_variance_norm", [f(2, 3, 4)])
    yield no("mean_variance_norm", [f(2, 3, 4, 5)], dim=[2, -2])


def rotary_embedding_cases(draw):
    rotary = "rotary_embedding"
    yield ok(rotary, [f(2, 8, 10, 64)])
    yield ok(rotary, [f(2, 8, 10, 64)], rotary_dim=32)
    yield ok(rotary, [f(2, 10, 512)], num_heads=8)
    yield ok(rotary, [f(2, 10, 512)], num_heads=8, rotary_dim=16)
    yield ok(rotary, [f(10, 6)])
    yield ok(rotary, [f(2, 10, 64), f(10, 32), f(10, 32)])
    for dtype in ["float16", "bfloat16", "float64"]:
        yield ok(rotary, [t(dtype, 2, 4, 10, 8)])
    yield no(rotary, [f(2, 10, 7)])
    yield no(rotary, [f(2, 10, 64)], rotary_dim=65)
    yield no(rotary, [f(2, 10, 64)], rotary_dim=7)
    yield no(rotary, [f(2, 10, 64)], num_heads=5)
    yield no(rotary, [f(2, 10, 64)], num_heads=8, rotary_dim=10)
    yield no(rotary, [f(64)])
    for _ in range(30):
        heads, width = draw.randint(1, 6), 2 * draw.randint(1, 16)
        shape = drawn_shape(draw, draw.randint(1, 3))
        yield ok(rotary, [f(*shape, heads * width)], num_heads=heads, rotary_dim=2 * draw.randint(1, width // 2))


def sampling_cases(draw):
    for mode in ["bilinear", "nearest", "bicubic"]:
        yield ok("grid_sample", [f(2, 3, 8, 9), f(2, 5, 6, 2)], mode=mode)
        yield ok("grid_sample", [t("float64", 1, 3, 8, 9), t("float64", 1, 5, 6, 2)], mode=mode, align_corners=True)
    for mode in ["bilinear", "nearest"]:
        yield ok("grid_sample", [f(2, 3, 4, 8, 9), f(2, 5, 6, 7, 3)], mode=mode)
    for padding_mode in ["zeros", "border", "reflection"]:
        yield ok("grid_sample", [f(1, 1, 8, 8), f(1, 8, 8, 2)], padding_mode=padding_mode)
    yield ok("grid_sample", [f(2, 3, 4, 8, 9), f(2, 5, 6, 7, 3)], mode="bicubic")
    yield no("grid_sample", [f(2, 3, 8, 9), f(2, 5, 6, 3)])
    yield no("grid_sample", [f(2, 3, 8, 9), f(1, 5, 6, 2)])
    yield no("grid_sample", [f(2, 3, 8, 9), f(2, 5, 6, 7, 2)])
    yield no("grid_sample", [f(2, 3, 8, 9), t("float64", 2, 5, 6, 2)])
    yield no("grid_sample", [f(3, 8, 9), f(5, 6, 2)])
    yield no("grid_sample", [f(2, 3, 8, 9)])
    yield ok("affine_grid", [f(2, 2, 3)], size=[2, 3, 5, 6])
    yield ok("affine_grid", [f(1, 2, 3)], size=[1, 1, 1, 9], align_corners=True)
    yield ok("affine_grid", [f(2, 3, 4)], size=[2, 3, 4, 5, 6])
    yield ok("affine_grid", [t("float64", 1, 2, 3)], size=[1, 3, 5, 6])
    yield no("affine_grid", [f(2, 3, 4)], size=[2, 3, 5, 6])
    yield no("affine_grid", [f(2, 2, 3)], size=[1, 3, 5, 6])
    yield no("affine_grid", [f(2, 2, 3)], size=[2, 3, 5])
    yield no("affine_grid", [f(2, 3)], size=[2, 3, 5, 6])
    yield ok("roi_align", [f(2, 3, 16, 16), f(4, 5)], output_size=7, sampling_ratio=2)
    yield ok("roi_align", [f(2, 3, 16, 16), f(1, 5)], output_size=[3, 5], sampling_ratio=1, spatial_scale=0.25)
    yield ok("roi_align", [f(2, 3, 16, 16), f(4, 5)], output_size=7, sampling_ratio=2, aligned=True)
    yield no("roi_align", [f(2, 3, 16, 16), f(4, 4)], output_size=7, sampling_ratio=2)
    yield no("roi_align", [f(3, 16, 16), f(4, 5)], output_size=7, sampling_ratio=2)
    yield no("roi_align", [f(2, 3, 16, 16)], output_size=7, sampling_ratio=2)
    for _ in range(16):
        n, c, spatial = draw.randint(1, 2), draw.randint(1, 4), [draw.randint(2, 9) for _ in range(draw.randint(2, 3))]
        to = [draw.randint(1, 9) for _ in spatial]
        yield ok("grid_sample", [f(n, c, *spatial), f(n, *to, len(spatial))], align_corners=draw.random() < 0.5)


def deform_conv_cases(draw):
    deform = "deform_conv2d"
    yield ok(deform, [f(2, 3, 8, 9), f(2, 18, 6, 7)], out_channels=8, kernel_size=3)
    yield ok(deform, [f(2, 3, 8, 9), f(2, 18, 6, 7)], out_channels=8, kernel_size=3, bias=False)
    yield ok(deform, [f(2, 3, 8, 9), f(2, 18, 6, 7), f(2, 9, 6, 7)], out_channels=8, kernel_size=3)
    yield ok(deform, [f(1, 4, 8, 9), f(1, 36, 8, 9), f(1, 18, 8, 9)], out_channels=8, kernel_size=3, padding=1, offset_groups=2)
    yield ok(deform, [f(1, 4, 8, 9), f(1, 18, 4, 5)], out_channels=8, kernel_size=3, padding=1, stride=2, groups=2)
    yield ok(deform, [f(1, 4, 8, 9), f(1, 30, 6, 5)], out_channels=2, kernel_size=[3, 5])
    yield ok(deform, [f(1, 4, 9, 9), f(1, 18, 5, 5)], out_channels=2, kernel_size=3, dilation=2)
    yield ok(deform, [t("float64", 1, 2, 5, 5), t("float64", 1, 2, 5, 5)], out_channels=1, kernel_size=1)
    yield no(deform, [f(2, 3, 8, 9)], out_channels=8, kernel_size=3)
    yield no(deform, [f(2, 3, 8, 9), f(2, 9, 6, 7)], out_channels=8, kernel_size=3)
    yield no(deform, [f(2, 3, 8, 9), f(2, 18, 8, 9)], out_channels=8, kernel_size=3)
    yield no(deform, [f(2, 3, 8, 9), f(1, 18, 6, 7)], out_channels=8, kernel_size=3)
    yield no(deform, [f(2, 3, 8, 9), f(2, 18, 6, 7), f(2, 18, 6, 7)], out_channels=8, kernel_size=3)
    yield no(deform, [f(2, 3, 8, 9), f(2, 36, 6, 7)], out_channels=8, kernel_size=3, offset_groups=2)
    yield no(deform, [f(2, 3, 8, 9), f(2, 18, 6, 7)], out_channels=8, kernel_size=3, groups=2)
    for _ in range(28):
        groups = draw.choice([1, 1, 2])
        channels, kernel, padding, stride = 2 * draw.randint(1, 3), draw.randint(1, 3), draw.randint(0, 1), draw.randint(1, 2)
        space = [draw.randint(5, 10), draw.randint(5, 10)]
        to = [(extent + 2 * padding - kernel) // stride + 1 for extent in space]
        taps = groups * kernel * kernel
        mask = [f(1, taps, *to)] if draw.random() < 0.5 else []
        options = {"padding": padding, "stride": stride, "offset_groups": groups, "bias": draw.random() < 0.5}
        yield ok(deform, [f(1, channels, *space), f(1, 2 * taps, *to), *mask], out_channels=draw.randint(1, 5), kernel_size=kernel, **options)


def max_unpool_cases(draw):
    for rank in (1, 2, 3):
        type_ = f"max_unpool{rank}d"
        space = [4, 5, 3][:rank]
        both = [f(2, 3, *space), i(2, 3, *space)]
        yield ok(type_, both, kernel_size=2)
        yield ok(type_, both, kernel_size=3, stride=2)
        yield ok(type_, both, kernel_size=3, stride=2, padding=1)
        yield ok(type_, both, kernel_size=2, output_size=[2 * extent + 1 for extent in space])
        yield ok(type_, both, kernel_size=2, output_size=[2 * extent - 1 for extent in space])
        yield ok(type_, [t("float64", 1, 1, *space), i(1, 1, *space)], kernel_size=2)
        yield no(type_, both, kernel_size=2, output_size=[2 * extent + 2 for extent in space])
        yield no(type_, [f(2, 3, *space), f(2, 3, *space)], kernel_size=2)
        yield no(type_, [f(2, 3, *space), i(2, 3, *space[:-1], 9)], kernel_size=2)
        yield no(type_, [f(3, *space), i(3, *space)], kernel_size=2)
        yield no(type_, [f(2, 3, *space)], kernel_size=2)
        for _ in range(5):
            shape = [1, draw.randint(1, 4), *(draw.randint(2, 6) for _ in range(rank))]
            yield ok(type_, [f(*shape), i(*shape)], kernel_size=draw.randint(2, 4), stride=draw.randint(1, 3))


def partial_sequences_cases(draw):
    yield ok("reverse_sequence", [f(2, 10, 4), i(2)])
    yield ok("reverse_sequence", [f(2, 10), t("int32", 2)])
    yield ok("reverse_sequence", [i(10, 2, 4), i(2)], dim=0, batch_dim=1)
    yield ok("reverse_sequence", [f(10, 2, 4), i(4)], dim=-2, batch_dim=-1)
    yield no("reverse_sequence", [f(2, 10, 4), i(3)])
    yield no("reverse_sequence", [f(2, 10, 4), f(2)])
    yield no("reverse_sequence", [f(2, 10, 4), i(2, 1)])
    yield no("reverse_sequence", [f(2, 10, 4), i(2)], dim=0)
    yield no("reverse_sequence", [f(2, 10, 4), i(2)], dim=3)
    yield no("reverse_sequence", [f(2, 10, 4)])
    yield ok("tensor_scatter", [f(2, 8, 16, 4), f(2, 8, 3, 4)])
    yield ok("tensor_scatter", [f(2, 8, 16, 4), f(2, 8, 16, 4), i(2)])
    yield ok("tensor_scatter", [f(2, 16, 4), f(2, 1, 4), i(2)], dim=1, mode="circular")
    yield ok("tensor_scatter", [t("float16", 2, 4), t("float16", 2, 2)], dim=-1)
    yield no("tensor_scatter", [f(2, 8, 16, 4), f(2, 8, 17, 4)])
    yield no("tensor_scatter", [f(2, 8, 16, 4), f(2, 7, 3, 4)])
    yield no("tensor_scatter", [f(2, 8, 16, 4), f(8, 3, 4)])
    yield no("tensor_scatter", [f(2, 8, 16, 4), f(2, 8, 3, 4), i(3)])
    yield no("tensor_scatter", [f(2, 8, 16, 4), f(2, 8, 3, 4), f(2)])
    yield no("tensor_scatter", [f(2, 8), f(2, 8)], dim=2)
    for _ in range(14):
        shape = drawn_shape(draw, draw.randint(2, 5))
        dim, batch_dim = draw.sample(range(len(shape)), 2)
        yield ok("reverse_sequence", [f(*shape), i(shape[batch_dim])], dim=dim, batch_dim=batch_dim)
        update = list(shape)
        update[dim] = draw.randint(1, shape[dim])
        yield ok("tensor_scatter", [f(*shape), f(*update)], dim=dim)


def once(cases):
    """Drawn cases may meet: the first of each name stays."""
    seen = set()
    for case in cases:
        name = title(case[1], case[2])
        if name not in seen:
            seen.add(name)
            yield case


FAMILIES = {
    "functions": functions_cases,
    "piecewise": piecewise_cases,
    "comparison": comparison_cases,
    "integers": integers_cases,
    "reductions_more": reductions_more_cases,
    "cumulative": cumulative_cases,
    "indexing": indexing_cases,
    "triangle": triangle_cases,
    "ordering": ordering_cases,
    "quantization": quantization_cases,
    "operand_weights": operand_weights_cases,
    "recurrent_more": recurrent_more_cases,
    "separable_conv": separable_conv_cases,
    "conv_lstm": conv_lstm_cases,
    "scale": scale_cases,
    "unit_norm": unit_norm_cases,
    "rotary_embedding": rotary_embedding_cases,
    "sampling": sampling_cases,
    "deform_conv": deform_conv_cases,
    "max_unpool": max_unpool_cases,
    "partial_sequences": partial_sequences_cases,
}

if __name__ == "__main__":
    for family, cases in FAMILIES.items():
        if len(sys.argv) == 1 or family in sys.argv[1:]:
            write(family, once(cases(random.Random(f"{SEED} {family}"))), generator=__file__)
