"""What PyTorch computes for every pooling layer, on small tensors.

One command writes all the files again, byte for byte:

    python3 test/golden/kernels/pool.py

Made with torch 2.15.0 and numpy 2.4.6 (`pip install torch==2.15.0 numpy==2.4.6`), on the CPU.

`layer` is in the native form of the architecture document; the functions below translate it into PyTorch calls. Inputs have the case's dtype;
PyTorch works in float64 on them, and the output is rounded to the dtype at the end. Numbers are the shortest decimals that read
back the same; "NaN", "Infinity" and "-Infinity" are text. What a layer of PyTorch does not offer is composed: padding that differs
from side to side or is more than half the kernel by `F.pad`, an average or a norm with dilation by a convolution with ones, global pooling
by reductions. `lp_pool` has only cases in which PyTorch, which takes no absolute values, agrees with ONNX: an even p or values that are
not negative, and no window over the end in ceil mode.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

SEED = 20250118
HERE = Path(__file__).parent
NAN = float("nan")
INF = float("inf")


# ------------------------------------------------------------------------------------------------------------------ Arguments


def spread(value, rank):
    return list(value) if isinstance(value, (list, tuple)) else [value] * rank


def window_of(layer, shape):
    """Kernel, stride, dilation and [before, after] of each spatial axis."""
    extents = shape[2:]
    rank = len(extents)
    kernel = spread(layer["kernel_size"], rank)
    stride = kernel if layer.get("stride") is None else spread(layer["stride"], rank)
    dilation = spread(layer.get("dilation", 1), rank)
    given = layer.get("padding", 0)
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
    return kernel, stride, dilation, pads


def flat(pads):
    """As `F.pad` takes them: the last axis first."""
    return [cells for pad in reversed(pads) for cells in pad]


def native(kernel, pads):
    """Whether a pooling of PyTorch takes this padding."""
    return all(before == after and 2 * before <= k for k, (before, after) in zip(kernel, pads))


def of_rank(prefix, rank, suffix=""):
    return getattr(F, f"{prefix}{rank}d{suffix}")


# ------------------------------------------------------------------------------------------------------------------ Operators


def max_pool(layer, x):
    kernel, stride, dilation, pads = window_of(layer, x.shape)
    rank = len(kernel)
    pool = of_rank("max_pool", rank)
    if native(kernel, pads):
        ceil = layer.get("ceil_mode", False)
        values, indices = pool(x, kernel, stride, [pad[0] for pad in pads], dilation, ceil, return_indices=True)
    else:
        assert not layer.get("ceil_mode", False)
        padded = F.pad(x, flat(pads), value=-INF)
        values, indices = pool(padded, kernel, stride, 0, dilation, return_indices=True)
        places = np.unravel_index(indices.numpy(), padded.shape[2:])
        places = [place - pad[0] for place, pad in zip(places, pads)]
        indices = torch.from_numpy(np.ravel_multi_index(places, x.shape[2:]))
    return values, indices if layer.get("return_indices") else None


def sum_windows(x, kernel, stride, dilation, pads):
    rank = len(kernel)
    channels = x.shape[1]
    ones = torch.ones([channels, 1, *kernel], dtype=x.dtype)
    return of_rank("conv", rank)(F.pad(x, flat(pads)), ones, None, stride, 0, dilation, channels)


def avg_pool(layer, x):
    kernel, stride, dilation, pads = window_of(layer, x.shape)
    include = layer.get("count_include_pad", True)
    divisor = layer.get("divisor_override")
    ceil = layer.get("ceil_mode", False)
    if native(kernel, pads) and set(dilation) == {1}:
        padding = [pad[0] for pad in pads]
        if len(kernel) == 1:  # avg_pool1d has no divisor_override
            return F.avg_pool2d(x.unsqueeze(2), [1, *kernel], [1, *stride], [0, *padding], ceil, include, divisor).squeeze(2), None
        return of_rank("avg_pool", len(kernel))(x, kernel, stride, padding, ceil, include, divisor), None
    assert not ceil
    total = sum_windows(x, kernel, stride, dilation, pads)
    if divisor is not None:
        return total / divisor, None
    return total / (np.prod(kernel) if include else sum_windows(torch.ones_like(x), kernel, stride, dilation, pads)), None


def lp_pool(layer, x):
    kernel, stride, dilation, pads = window_of(layer, x.shape)
    p = layer.get("norm_type", 2)
    assert p % 2 == 0 or bool((x >= 0).all())
    if set(dilation) == {1}:
        padded = F.pad(x, flat(pads))
        if layer.get("ceil_mode"):
            assert all((extent - k) % s == 0 for extent, k, s in zip(padded.shape[2:], kernel, stride))
        if len(kernel) == 1:  # lp_pool1d takes no lists
            kernel, stride = kernel[0], stride[0]
        return of_rank("lp_pool", x.dim() - 2)(padded, p, kernel, stride, layer.get("ceil_mode", False)), None
    assert not layer.get("ceil_mode")
    return sum_windows(x.abs() ** p, kernel, stride, dilation, pads) ** (1 / p), None


def adaptive(layer, x):
    rank = x.dim() - 2
    size = layer["output_size"]
    size = [extent if own is None else own for own, extent in zip(spread(size, rank), x.shape[2:])]
    if "avg" in layer["type"]:
        return of_rank("adaptive_avg_pool", rank)(x, size), None
    values, indices = of_rank("adaptive_max_pool", rank)(x, size, return_indices=True)
    return values, indices if layer.get("return_indices") else None


def global_pool(layer, x):
    axes = list(range(2, x.dim()))
    if layer["type"] == "global_avg_pool":
        return x.mean(axes, keepdim=True), None
    if layer["type"] == "global_max_pool":
        return x.amax(axes, keepdim=True), None
    return torch.linalg.vector_norm(x, layer.get("norm_type", 2), axes, keepdim=True), None


def run(layer, x):
    kind = layer["type"]
    if kind.startswith("adaptive"):
        return adaptive(layer, x)
    if kind.startswith("global"):
        return global_pool(layer, x)
    return {"max": max_pool, "avg": avg_pool, "lp_": lp_pool}[kind[:3]](layer, x)


# ---------------------------------------------------------------------------------------------------------------------- Cases
# (what is shown, layer arguments, input shape, and where given: dtype, values). `[9, 9, 9]` is cut to the last axes of the rank.

EXTENTS = [5, 6, 7]
PLANES = {1: [2, 3], 2: [2, 2], 3: [1, 1]}

WINDOWS = [
    ("a number for every axis, stride left out", dict(kernel_size=2)),
    ("a list per axis", dict(kernel_size=[2, 3, 2], stride=[1, 2, 3])),
    ("stride null", dict(kernel_size=3, stride=None)),
    ("overlapping windows", dict(kernel_size=3, stride=1)),
    ("a stride beyond the kernel", dict(kernel_size=2, stride=3)),
    ("padding on every side", dict(kernel_size=3, stride=2, padding=1)),
    ("padding per axis", dict(kernel_size=[2, 3, 4], stride=2, padding=[1, 0, 2])),
    ("padding per side", dict(kernel_size=3, stride=2, padding=[[0, 2], [1, 0], [2, 1]])),
    ("padding same", dict(kernel_size=[3, 2, 4], stride=[1, 2, 3], padding="same")),
    ("padding same_lower", dict(kernel_size=[3, 2, 4], stride=[1, 2, 3], padding="same_lower")),
    ("padding valid", dict(kernel_size=3, stride=1, padding="valid")),
    ("dilation", dict(kernel_size=2, stride=1, dilation=[1, 2, 3])),
    ("dilation and padding", dict(kernel_size=2, stride=2, dilation=3, padding=[[1, 1], [0, 2], [3, 1]])),
    ("a kernel as large as the input", dict(kernel_size=[5, 6, 7])),
    ("a kernel of one cell", dict(kernel_size=1, stride=2)),
    ("float64", dict(kernel_size=3, stride=2, padding=1), "float64"),
    ("several planes", dict(kernel_size=2, stride=1), "float32", [2, 3, 3, 2, 3]),
]
CEIL = [
    ("ceil_mode with an overhanging window", dict(kernel_size=2, stride=2, ceil_mode=True)),
    ("ceil_mode with padding", dict(kernel_size=3, stride=2, padding=1, ceil_mode=True)),
    ("ceil_mode, last window dropped", dict(kernel_size=2, stride=3, padding=1, ceil_mode=True)),
]
CAUSAL = [("padding causal", dict(kernel_size=3, stride=1, padding="causal", dilation=2))]


def cut(value, rank):
    if isinstance(value, list) and len(value) == 3:
        return value[3 - rank :]
    return value


def cut_shape(part, rank):
    return [*part[:2], *part[5 - rank :]] if isinstance(part, list) else part


def rows(rank, table):
    for name, arguments, *more in table:
        yield name, {key: cut(value, rank) for key, value in arguments.items()}, [cut_shape(part, rank) for part in more]


def max_cases(rank):
    for name, arguments, more in rows(rank, WINDOWS + CEIL + (CAUSAL if rank == 1 else [])):
        yield name, {**arguments, "return_indices": True}, *more
    yield "values alone", dict(kernel_size=3, stride=2, padding=1)
    special = [1.5, NAN, 2, NAN, -INF, -INF, -INF, -INF, 3, 1, 3, 3, 0, INF, INF, 5]
    grid = [1, 1, *{1: [16], 2: [4, 4], 3: [2, 2, 4]}[rank]]
    yield "NaN, infinities and ties", dict(kernel_size=cut([1, 1, 4], rank), return_indices=True), "float32", grid, special
    yield "NaN under overlapping windows", dict(kernel_size=2, stride=1, return_indices=True), "float64", grid, special


def avg_cases(rank):
    for name, arguments, more in rows(rank, WINDOWS + CEIL + (CAUSAL if rank == 1 else [])):
        yield name, arguments, *more
    for name, arguments, more in rows(rank, [WINDOWS[5], WINDOWS[7], WINDOWS[12], *CEIL]):
        yield f"{name}, count_include_pad false", {**arguments, "count_include_pad": False}, *more
    yield "divisor_override", dict(kernel_size=3, stride=2, padding=1, divisor_override=5)
    yield "divisor_override over ceil_mode", dict(kernel_size=2, ceil_mode=True, divisor_override=3)
    yield "divisor_override null", dict(kernel_size=2, divisor_override=None)


def lp_cases(rank):
    for number, (name, arguments, more) in enumerate(rows(rank, WINDOWS + (CAUSAL if rank == 1 else []))):
        p = [2, 4, 6][number % 3]
        yield (name, arguments if p == 2 else {"norm_type": p, **arguments}, *more)
    for p in (1, 3, 0.5, 2.5):
        dtype = "float64" if p == 3 else "float32"
        yield f"p of {p} over no negative value", dict(norm_type=p, kernel_size=2, stride=1, padding=[[1, 0]] * rank), dtype, None, "positive"
    yield "ceil_mode where nothing is left over", dict(kernel_size=cut([3, 2, 3], rank), stride=2, ceil_mode=True)


def adaptive_cases(rank):
    for name, size in [
        ("one cell", 1),
        ("two cells an axis", 2),
        ("overlapping windows", 4),
        ("a list per axis", [2, 3, 4]),
        ("null keeps an axis", [None, 3, 2]),
        ("null keeps the last axis", [2, 2, None]),
        ("the extents of the input", [5, 6, 7]),
        ("more cells than the input", 8),
        ("more along one axis, fewer along another", [2, 9, 3]),
        ("half the extents", [3, 3, 4]),
        ("one long axis", [1, 1, 11]),
        ("a cell short of the input", [4, 5, 6]),
    ]:
        yield name, dict(output_size=cut(size, rank))
    yield "windows that do not overlap", dict(output_size=2), "float32", [1, 3, *[4] * rank]
    yield "an input of one cell", dict(output_size=3), "float32", [2, 1, *[1] * rank]
    yield "float64", dict(output_size=3), "float64"


def adaptive_max_cases(rank):
    for name, arguments, *more in adaptive_cases(rank):
        yield name, {**arguments, "return_indices": True}, *more
    yield "values alone", dict(output_size=3)
    special = [NAN, 1, -INF, -INF, 2, 2, NAN, NAN]
    yield "NaN, infinities and ties", dict(output_size=3, return_indices=True), "float32", [1, 1, *[1] * (rank - 1), 8], special


def global_cases(_rank, norms=(None,)):
    for number, shape in enumerate([[1, 2, 5], [2, 3, 1], [3, 1, 16], [1, 2, 3, 4], [2, 2, 1, 7], [1, 4, 5, 1], [1, 1, 6, 6], [2, 3, 2, 3, 4],
                                    [1, 1, 1, 1, 9], [1, 5, 3, 3, 3], [1, 1, 2, 9, 1], [2, 2, 17], [1, 3, 8, 2], [4, 1, 2, 2]]):
        p = norms[number % len(norms)]
        yield "x".join(map(str, shape)), {} if p is None else {"norm_type": p}, "float32", shape
    yield "float64", {}, "float64", [2, 2, 4, 5]
    yield "infinities", {}, "float32", [1, 2, 4], [1, INF, 2, 3, -INF, -2, 5, -1]
    yield "NaN", {}, "float32", [1, 2, 2, 2], [1, NAN, 2, 3, 1, 2, INF, 4]


def global_lp_cases(rank):
    yield from global_cases(rank, (None, 1, 2, 3, 4, 0.5, 2.5))
    yield "a large power", dict(norm_type=40), "float64", [1, 2, 3], [0.01, 0.03, 0.03, 1.5, -2.5, 2]


OPERATORS = {
    "max_pool": (max_cases, (1, 2, 3)),
    "avg_pool": (avg_cases, (1, 2, 3)),
    "lp_pool": (lp_cases, (1, 2, 3)),
    "adaptive_avg_pool": (adaptive_cases, (1, 2, 3)),
    "adaptive_max_pool": (adaptive_max_cases, (1, 2, 3)),
    "global_avg_pool": (global_cases, (None,)),
    "global_max_pool": (global_cases, (None,)),
    "global_lp_pool": (global_lp_cases, (None,)),
}


# -------------------------------------------------------------------------------------------------------------------- Writing


def numbers(values, dtype):
    """As JSON has them: text for what it lacks, otherwise the shortest decimal of the dtype."""
    words = []
    for value in np.asarray(values, dtype=dtype).ravel():
        if np.isnan(value):
            words.append("NaN")
        elif np.isinf(value):
            words.append("Infinity" if value > 0 else "-Infinity")
        elif np.issubdtype(value.dtype, np.integer) or (value == int(value) and abs(value) < 2**53):
            words.append(int(value))
        else:
            words.append(float(str(value)))
    return words


def case_of(kind, rank, draw, name, arguments, dtype="float32", shape=None, values=None):
    layer = {"type": kind, **arguments}
    shape = shape or [*PLANES[rank], *EXTENTS[3 - rank :]]
    if values is None or values == "positive":
        drawn = draw.standard_normal(shape).round(3)
        values = np.abs(drawn) if values == "positive" else drawn
    x = np.asarray(values, dtype=dtype).reshape(shape)
    output, indices = run(layer, torch.from_numpy(x.astype("float64")))
    case = {
        "name": name,
        "layer": layer,
        "input": {"shape": shape, "dtype": dtype, "data": numbers(x, dtype)},
        "output": {"shape": list(output.shape), "data": numbers(output.numpy(), dtype)},
    }
    if indices is not None:
        case["indices"] = indices.flatten().tolist()
    return case


def main():
    for family, (cases, ranks) in OPERATORS.items():
        for rank in ranks:
            kind = family if rank is None else f"{family}{rank}d"
            draw = np.random.default_rng([SEED, rank or 0, len(family), sum(family.encode())])
            made = [case_of(kind, rank, draw, *case) for case in cases(rank)]
            names = [case["name"] for case in made]
            assert len(set(names)) == len(names) >= 15, (kind, len(names))
            head = {"operator": kind, "torch": torch.__version__.split("+")[0], "generator": "pool.py"}
            lines = ",\n".join(json.dumps(case, allow_nan=False) for case in made)
            text = json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n"
            (HERE / f"{kind}.json").write_text(text)


main()
