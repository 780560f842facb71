"""What PyTorch computes for every convolution and transposed convolution, on small tensors.

One command writes all the files again, byte for byte:

    python3 test/golden/kernels/conv.py

Made with torch 2.15.0 and numpy 2.4.6 (`pip install torch==2.15.0 numpy==2.4.6`), on the CPU.

`layer` is in the native form of the architecture document; the functions below translate it into PyTorch calls. Tensors have the case's
dtype; PyTorch works in float64 on them, and the output is rounded to the dtype at the end. Numbers are the shortest decimals that read
back the same; "NaN", "Infinity" and "-Infinity" are text. What a layer of PyTorch does not offer is composed: padding that differs from
side to side by `F.pad`, cells cut off a transposed convolution by slicing its full output.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

SEED = 20250119
HERE = Path(__file__).parent
NAN = float("nan")
INF = float("inf")


def spread(value, rank):
    return list(value) if isinstance(value, (list, tuple)) else [value] * rank


# ------------------------------------------------------------------------------------------------------------------ Operators


def conv(layer, rank, x, weight, bias):
    extents = list(x.shape[2:])
    kernel = list(weight.shape[2:])
    stride = spread(layer.get("stride", 1), rank)
    dilation = spread(layer.get("dilation", 1), rank)
    given = layer.get("padding", 0)
    mode = layer.get("padding_mode", "zeros")
    pads = []
    for axis, extent in enumerate(extents):
        span = dilation[axis] * (kernel[axis] - 1) + 1
        if given == "valid":
            pad = [0, 0]
        elif given == "causal":
            pad = [span - 1, 0]
        elif given in ("same", "same_lower"):
            total = max((-(-extent // stride[axis]) - 1) * stride[axis] + span - extent, 0)
            pad = [total // 2, total - total // 2]
            if given == "same_lower":
                pad.reverse()
        else:
            own = given if isinstance(given, int) else given[axis]
            pad = [own, own] if isinstance(own, int) else list(own)
        pads.append(pad)
    call = getattr(F, f"conv{rank}d")
    options = {"stride": stride, "dilation": dilation, "groups": layer.get("groups", 1)}
    flat = [cells for pad in reversed(pads) for cells in pad]
    padded = F.pad(x, flat, mode="constant" if mode == "zeros" else mode)
    composed = call(padded, weight, bias, **options)
    if mode == "zeros" and all(before == after for before, after in pads):
        own = call(x, weight, bias, padding=[before for before, _ in pads], **options)
        assert torch.allclose(own, composed, rtol=1e-12, atol=1e-12, equal_nan=True)
        return own
    return composed


def conv_transpose(layer, rank, x, weight, bias):
    extents = list(x.shape[2:])
    kernel = list(weight.shape[2:])
    stride = spread(layer.get("stride", 1), rank)
    dilation = spread(layer.get("dilation", 1), rank)
    groups = layer.get("groups", 1)
    added = spread(layer.get("output_padding", 0), rank)
    size = layer.get("output_size")
    given = layer.get("padding", 0)
    call = getattr(F, f"conv_transpose{rank}d")
    if not isinstance(given, str) and all(isinstance(own, int) for own in spread(given, rank)):
        if size is not None:
            padding = spread(given, rank)
            least = [(i - 1) * s - 2 * p + d * (k - 1) + 1 for i, s, p, d, k in zip(extents, stride, padding, dilation, kernel)]
            added = [want - have for want, have in zip(spread(size, rank), least)]
        return call(x, weight, bias, stride, spread(given, rank), added, groups, dilation)
    # The full output, with more cells at its end than any cut leaves over, and the part of it that the padding names.
    wanted = spread(size, rank) if size is not None else [None] * rank
    full = call(x, weight, bias, stride, 0, 0, groups, dilation)
    slices = []
    for axis, extent in enumerate(extents):
        have = full.shape[2 + axis]
        if given in ("same", "same_lower"):
            out = wanted[axis] or extent * stride[axis]
            more = max(0 if size is not None else added[axis], out - have)
            cut = have + more - out
            before = cut - cut // 2 if given == "same_lower" else cut // 2
        else:
            before, after = (0, 0) if given == "valid" else (given[axis] if isinstance(given[axis], list) else [given[axis]] * 2)
            more = added[axis]
            if wanted[axis] is not None:
                more = wanted[axis] - (have - before - after)
            out = have + more - before - after
        slices.append((before, out, max(before + out - have, 0)))
    rest = bias.reshape([1, -1] + [1] * rank) if bias is not None else torch.zeros([1] * (rank + 2), dtype=x.dtype)
    # Cells beyond the last product hold the bias alone.
    full = F.pad(full - rest, [cells for _, _, more in reversed(slices) for cells in (0, more)]) + rest
    for axis, (before, out, _) in enumerate(slices):
        full = full.narrow(2 + axis, before, out)
    return full


# ---------------------------------------------------------------------------------------------------------------------- Cases


class Family:
    def __init__(self, operator, rank, call):
        self.operator, self.rank, self.call = operator, rank, call
        self.cases = []
        self.random = np.random.default_rng([SEED, rank, len(operator)])

    def add(self, name, shape, out_channels, kernel_size, dtype="float32", whole=False, data=None, weights=None, **arguments):
        """`whole` draws whole numbers; `data` and `weights` put numbers at flat positions."""
        layer = {"type": self.operator, "out_channels": out_channels, "kernel_size": kernel_size, **arguments}
        groups = arguments.get("groups", 1)
        transposed = "transpose" in self.operator
        lead = [shape[1], out_channels // groups] if transposed else [out_channels, shape[1] // groups]
        x = self.draw(shape, dtype, whole, data)
        weight = self.draw(lead + spread(kernel_size, self.rank), dtype, whole, weights)
        bias = self.draw([out_channels], dtype, whole, None) if arguments.get("bias", True) else None
        double = lambda array: None if array is None else torch.from_numpy(array.astype(np.float64))
        out = self.call(layer, self.rank, double(x), double(weight), double(bias)).numpy().astype(dtype)
        case = {"name": name, "layer": layer, "input": tensor(x), "weight": tensor(weight)}
        if bias is not None:
            case["bias"] = tensor(bias)
        self.cases.append({**case, "output": tensor(out)})

    def draw(self, shape, dtype, whole, put):
        values = self.random.integers(-4, 5, shape) if whole else np.round(self.random.standard_normal(shape), 3)
        array = values.astype(dtype)
        for at, value in (put or {}).items():
            array.reshape(-1)[at] = value
        return array

    def write(self):
        assert len(self.cases) >= 15 and len({case["name"] for case in self.cases}) == len(self.cases)
        head = json.dumps({"operator": self.operator, "torch": torch.__version__.split("+")[0], "generator": "conv.py"})
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in self.cases)
        (HERE / f"{self.operator}.json").write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def tensor(array):
    return {"shape": list(array.shape), "dtype": str(array.dtype), "data": [number(value) for value in array.reshape(-1)]}


def number(value):
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    decimal = float(np.format_float_scientific(value, unique=True))
    return int(decimal) if decimal == int(decimal) and not (decimal == 0 and np.signbit(decimal)) and abs(decimal) < 1e15 else decimal


def maps(rank, batch, channels, extent=None):
    own = extent or {1: [9], 2: [5, 6], 3: [4, 3, 5]}[rank]
    return [batch, channels, *own]


def kernel(rank):
    return {1: [3], 2: [3, 2], 3: [2, 3, 2]}[rank]


def convolutions(rank):
    family = Family(f"conv{rank}d", rank, conv)
    add = family.add
    mixed = lambda *numbers: list(numbers[:rank])
    add("defaults", maps(rank, 1, 2), 3, 2)
    add("batch, one kernel extent an axis", maps(rank, 2, 2), 3, kernel(rank))
    add("no bias", maps(rank, 1, 3), 2, 3, bias=False)
    add("whole numbers", maps(rank, 2, 3), 5, 3, whole=True, padding=1)
    add("stride, one number", maps(rank, 1, 2), 3, 2, stride=2)
    add("stride, one an axis", maps(rank, 1, 2), 2, 2, stride=mixed(3, 1, 2))
    add("padding, one number, wider than the kernel", maps(rank, 1, 1), 2, 2, padding=3)
    add("padding, one an axis", maps(rank, 1, 2), 2, 3, padding=mixed(2, 0, 1))
    add("padding, before and after", maps(rank, 1, 2), 2, 3, padding=mixed([0, 2], [1, 0], [2, 1]))
    add("same, even kernel: the odd cell at the end", maps(rank, 1, 2), 2, 2, padding="same")
    add("same_lower, even kernel: the odd cell at the start", maps(rank, 1, 2), 2, 2, padding="same_lower")
    add("same with stride and dilation", maps(rank, 1, 2), 2, 3, padding="same", stride=2, dilation=2)
    add("same_lower with stride", maps(rank, 1, 1), 2, 3, padding="same_lower", stride=2)
    add("valid", maps(rank, 1, 2), 2, 3, padding="valid")
    add("dilation, one number", maps(rank, 1, 2), 2, 2, dilation=2)
    add("dilation, one an axis", maps(rank, 1, 2), 2, 2, dilation=mixed(3, 1, 2), padding=1)
    add("groups", maps(rank, 1, 4), 6, 2, groups=2)
    add("depthwise", maps(rank, 2, 3), 3, 3, groups=3, padding=1)
    add("depthwise, two filters a channel, stride", maps(rank, 1, 3), 6, 2, groups=3, stride=2)
    add("one output channel of many", maps(rank, 1, 5), 1, 2)
    add("1 × 1", maps(rank, 2, 5), 6, 1)
    add("1 × 1 with stride", maps(rank, 1, 3), 4, 1, stride=2)
    add("in_channels given", maps(rank, 1, 2), 2, 2, in_channels=2)
    add("reflect", maps(rank, 1, 2), 2, 3, padding=1, padding_mode="reflect")
    add("replicate", maps(rank, 1, 2), 2, 3, padding=2, padding_mode="replicate")
    add("circular", maps(rank, 1, 2), 2, 3, padding=mixed([1, 2], [0, 1], [2, 0]), padding_mode="circular")
    add("float64", maps(rank, 1, 3), 4, 3, dtype="float64", padding=1, dilation=1, stride=1)
    add("everything at once", maps(rank, 2, 4), 4, kernel(rank), stride=mixed(2, 1, 2), padding=mixed([2, 1], [0, 2], [1, 1]), dilation=mixed(2, 1, 1), groups=2)
    add("NaN and infinities in the input", maps(rank, 1, 1), 2, 2, data={0: NAN, 5: INF, 8: -INF})
    add("an infinite weight on padding is NaN", maps(rank, 1, 1), 1, 2, padding=1, weights={0: INF})
    add("a small output beside large inputs", maps(rank, 1, 2), 2, 3, padding=1, data={0: -1e9, 1: 1e9})
    if rank == 1:
        add("causal", maps(1, 1, 2), 2, 3, padding="causal", dilation=2)
    if rank == 2:
        add("3 × 3 over many channels", [1, 9, 8, 7], 8, 3, padding=1)
        add("3 × 3, whole numbers, extents of no whole tiles", [2, 8, 6, 9], 9, 3, whole=True, padding=[[1, 0], [2, 1]])
    family.write()


def transposed(rank):
    family = Family(f"conv_transpose{rank}d", rank, conv_transpose)
    add = family.add
    mixed = lambda *numbers: list(numbers[:rank])
    size = {1: [5], 2: [3, 4], 3: [2, 3, 2]}[rank]
    small = lambda batch, channels: [batch, channels, *size]
    add("defaults", small(1, 2), 3, 2)
    add("batch, one kernel extent an axis", small(2, 2), 3, kernel(rank))
    add("no bias", small(1, 3), 2, 3, bias=False)
    add("whole numbers", small(2, 3), 5, 3, whole=True, stride=2)
    add("stride, one number", small(1, 2), 3, 2, stride=2)
    add("stride, one an axis", small(1, 2), 2, 2, stride=mixed(3, 1, 2))
    add("stride larger than the kernel", small(1, 2), 2, 2, stride=3)
    add("padding, one number", small(1, 2), 2, 3, padding=1)
    add("padding, one an axis", small(1, 2), 2, 3, stride=2, padding=mixed(2, 0, 1))
    add("padding, before and after", small(1, 2), 2, 3, stride=2, padding=mixed([0, 2], [1, 0], [2, 1]))
    add("same", small(1, 2), 2, 3, stride=2, padding="same")
    add("same, kernel smaller than the stride", small(1, 2), 2, 1, stride=2, padding="same")
    add("same_lower", small(1, 2), 2, 4, stride=1, padding="same_lower")
    add("same with output_size", small(1, 2), 2, 3, stride=2, padding="same", output_size=[2 * extent - 1 for extent in size])
    add("valid", small(1, 2), 2, 3, padding="valid")
    add("output_padding, one number", small(1, 2), 2, 3, stride=2, output_padding=1)
    add("output_padding, one an axis", small(1, 2), 2, 3, stride=3, padding=1, output_padding=mixed(2, 0, 1))
    add("output_padding below the dilation only", small(1, 1), 2, 2, dilation=3, output_padding=2)
    add("output_size", small(1, 2), 2, 3, stride=2, padding=1, output_size=[2 * extent for extent in size])
    add("output_size with padding before and after", small(1, 1), 2, 3, stride=3, padding=mixed([1, 0], [0, 1], [1, 1]), output_size=[(e - 1) * 3 + 3 - n + 1 for e, n in zip(size, [1, 1, 2])])
    add("dilation, one number", small(1, 2), 2, 2, dilation=2)
    add("dilation, one an axis, with stride", small(1, 2), 2, 2, stride=2, dilation=mixed(3, 1, 2))
    add("groups", small(1, 4), 6, 2, groups=2)
    add("depthwise", small(2, 3), 3, 3, groups=3, stride=2, padding=1)
    add("one output channel of many", small(1, 5), 1, 2, stride=2)
    add("1 × 1 with stride", small(1, 3), 4, 1, stride=2)
    add("in_channels given", small(1, 2), 2, 2, in_channels=2)
    add("padding_mode zeros", small(1, 1), 1, 3, padding=1, padding_mode="zeros")
    add("float64", small(1, 3), 4, 3, dtype="float64", stride=2)
    add("everything at once", small(2, 4), 4, kernel(rank), stride=mixed(2, 3, 2), padding=mixed(1, 0, 1), output_padding=mixed(1, 2, 0), dilation=mixed(2, 1, 1), groups=2)
    add("NaN and infinities in the input", small(1, 1), 2, 2, stride=2, data={0: NAN, 1: INF, 3: -INF})
    add("an infinite weight reaches only what it lands on", small(1, 1), 1, 2, stride=2, weights={0: INF})
    family.write()


for rank in (1, 2, 3):
    convolutions(rank)
    transposed(rank)
