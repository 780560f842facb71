"""Golden cases for windows, pools, normalisation and resizing: shapes, weights and refusals as PyTorch gives them.

    pip install torch==2.15.0 && python test/golden/operators/windows.py

writes one <family>.json beside this file for each family at the end of it; no clock and no unseeded number goes in, so a
second run gives the same bytes. The committed files were made with torch 2.15.0 on a CPU.

A case is a layer in layergauge's native form, the whole shape of its input (batch axis included), and what PyTorch made of
it: the outputs it returned and the module's named_parameters and named_buffers (num_batches_tracked left out), or the first
line of its error. Modules run in inference mode. Inputs of more than 100000 elements go through PyTorch's meta device.
Where PyTorch lacks a spelling, the truth is put together from PyTorch calls, and the case says how under `composed`.
`ok` and `no` state what is expected and stop the run when PyTorch disagrees; the outcome of a drawn case is PyTorch's alone.

Left out because layergauge differs on purpose, or PyTorch is at odds with itself: unbatched inputs and outputs with an axis
of 0, which PyTorch accepts; a wrong num_features or num_channels without affine weights and running statistics, which it does
not look at; avg_pool3d with a kernel larger than the unpadded input, which it refuses in 3-d only; reflect, replicate and
circular padding of other than the last rank - 2 axes, which it has not built.
"""

import json
import math
import random
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

SEED = 20240229
META_FROM = 100_000

warnings.filterwarnings("ignore")  # legal but unusual, such as an even kernel with "same"

# --- from a native layer to a PyTorch call -------------------------------------------------------------------------------

OPERATORS = {}


def operator(types, arguments, how=None):
    """Registers a translation: (args, n, x) -> (module or None, output or outputs, how it was composed or None).

    n is the digit in the type's name; x has its channels on axis 1. An argument not listed is a mistake in this file."""

    def register(translate):
        for name in types.split():
            OPERATORS[name] = (translate, set(arguments.split()), how)
        return translate

    return register


def measure(layer, shape, dtype):
    """What PyTorch says to the layer: outputs, weights and how it was composed. Raises whatever PyTorch raises."""
    args = {key: value for key, value in layer.items() if key not in ("type", "data_format")}
    translate, known, _ = OPERATORS[layer["type"]]
    if set(args) - known:
        sys.exit(f"{layer}: unknown {set(args) - known}")
    device = "meta" if math.prod(shape) > META_FROM else "cpu"
    x = torch.ones(shape, dtype=getattr(torch, dtype), device=device)
    last = layer.get("data_format") == "channels_last"
    n = int(layer["type"][-2]) if layer["type"][-2].isdigit() else None
    module, output, composed = translate(args, n, x.movedim(-1, 1) if last else x)
    outputs = output if isinstance(output, tuple) else (output,)
    return {
        "outputs": [described(tensor.movedim(1, -1) if last else tensor) for tensor in outputs],
        "weights": weights(module) if module else [],
        **composition(layer, composed),
    }


def composition(layer, composed=None):
    """The entry `composed`, where the case did not go to PyTorch as it stands."""
    moved = "channels moved to axis 1 and back" if layer.get("data_format") == "channels_last" else None
    notes = [note for note in (OPERATORS[layer["type"]][2], composed, moved) if note]
    return {"composed": "; ".join(notes)} if notes else {}


def described(tensor):
    return {"shape": list(tensor.shape), "dtype": str(tensor.dtype).removeprefix("torch.")}


def weights(module):
    named = [(name, tensor, "parameter") for name, tensor in module.named_parameters()]
    named += [(name, tensor, "buffer") for name, tensor in module.named_buffers() if name != "num_batches_tracked"]
    return [{"name": name, "shape": list(tensor.shape), "kind": kind} for name, tensor, kind in named]


def place(module, x):
    """The module in inference mode, where the input is and in its floating type."""
    return module.eval().to(device=x.device, dtype=x.dtype if x.is_floating_point() else None)


def native(args, names):
    """The named arguments that are there, lists as the tuples PyTorch wants."""
    return {name: whole(args[name]) for name in names.split() if name in args}


def whole(value):
    return tuple(value) if isinstance(value, list) else value


def per_axis(value, n):
    return list(value) if isinstance(value, list) else [value] * n


def channels(x):
    return x.shape[1] if x.dim() > 1 else x.shape[0]


def flat(pairs):
    """[[before, after], ...] in axis order as F.pad's flat list, which begins with the last axis."""
    return [amount for pair in reversed(pairs) for amount in pair]


def in_pairs(padding):
    return isinstance(padding, list) and any(isinstance(entry, list) for entry in padding)


def plain(padding):
    """The padding in PyTorch's own form where it has one: pairs with equal halves become numbers, "valid" becomes 0."""
    if padding == "valid":
        return 0
    if in_pairs(padding) and all(before == after for before, after in padding):
        return [before for before, _ in padding]
    return padding


def explicit(padding, extents, kernel, stride, dilation):
    """[[before, after], ...] for a padding that PyTorch cannot express."""
    if in_pairs(padding):
        return padding
    if not isinstance(padding, str):
        return [[amount, amount] for amount in per_axis(padding, len(extents))]
    pairs = []
    for extent, k, s, d in zip(extents, kernel, stride, dilation):
        reach = d * (k - 1) + 1
        total = reach - 1 if padding == "causal" else max((math.ceil(extent / s) - 1) * s + reach - extent, 0)
        before = {"same": total // 2, "same_lower": total - total // 2, "causal": total}[padding]
        pairs.append([before, total - before])
    return pairs


@operator("conv1d conv2d conv3d", "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode")
def conv(args, n, x):
    padding, composed = plain(args.get("padding", 0)), None
    settings = native(args, "stride dilation groups bias padding_mode")
    stride, dilation = per_axis(args.get("stride", 1), n), per_axis(args.get("dilation", 1), n)
    by_hand = in_pairs(padding) or padding == "same_lower" or (padding == "causal" and n == 1)
    if by_hand or (padding == "same" and any(s != 1 for s in stride)):
        pairs = explicit(padding, x.shape[2:], per_axis(args["kernel_size"], n), stride, dilation)
        x, composed = F.pad(x, flat(pairs)), f"F.pad {pairs}, then the convolution without padding"
    else:
        settings["padding"] = whole(padding)
    build = getattr(nn, f"Conv{n}d")
    module = place(build(args.get("in_channels", channels(x)), args["out_channels"], whole(args["kernel_size"]), **settings), x)
    return module, module(x), composed


@operator(
    "conv_transpose1d conv_transpose2d conv_transpose3d",
    "in_channels out_channels kernel_size stride padding output_padding output_size dilation groups bias padding_mode",
)
def conv_transpose(args, n, x):
    padding, composed, crop = plain(args.get("padding", 0)), None, None
    settings = native(args, "stride output_padding dilation groups bias padding_mode")
    if isinstance(padding, str):
        sizes = zip(*(per_axis(args.get(name, 1), n) for name in ("kernel_size", "stride", "dilation")))
        excess = [d * (k - 1) + 1 - s for k, s, d in sizes]
        settings["output_padding"] = tuple(max(-e, 0) for e in excess)
        small, large = [max(e, 0) // 2 for e in excess], [max(e, 0) - max(e, 0) // 2 for e in excess]
        crop = list(map(list, zip(small, large) if padding == "same" else zip(large, small)))
        composed = f"output_padding {list(settings['output_padding'])}, no padding, then the output cropped by {crop}"
    elif in_pairs(padding):
        crop, composed = padding, f"no padding, then the output cropped by {padding}"
    else:
        settings["padding"] = whole(padding)
    build = getattr(nn, f"ConvTranspose{n}d")
    module = place(build(args.get("in_channels", channels(x)), args["out_channels"], whole(args["kernel_size"]), **settings), x)
    output = module(x, output_size=args["output_size"] if "output_size" in args else None)
    if crop:
        output = F.pad(output, [-amount for amount in flat(crop)])
    return module, output, composed


def window(args, n, x, fill):
    """Kernel, PyTorch's own padding and the input, which is padded by hand where PyTorch has no word for the padding."""
    kernel, dilation = per_axis(args["kernel_size"], n), per_axis(args.get("dilation", 1), n)
    padding = plain(args.get("padding", 0))
    numbers = [0] if isinstance(padding, str) or in_pairs(padding) else per_axis(padding, n)
    past_half = any(k // 2 < p < d * (k - 1) + 1 for p, k, d in zip(numbers, kernel, dilation))
    if not (isinstance(padding, str) or in_pairs(padding) or past_half):
        return whole(padding), x, None
    if args.get("ceil_mode"):
        sys.exit(f"{args}: after F.pad, ceil_mode would not drop a window that starts in the end padding")
    pairs = explicit(padding, x.shape[2:], kernel, per_axis(args.get("stride", args["kernel_size"]), n), dilation)
    return 0, F.pad(x, flat(pairs), value=fill), f"F.pad {pairs} with {fill}, then the pool without padding"


@operator("max_pool1d max_pool2d max_pool3d", "kernel_size stride padding dilation return_indices ceil_mode")
def max_pool(args, n, x):
    padding, x, composed = window(args, n, x, -math.inf)
    pool = getattr(nn, f"MaxPool{n}d")(padding=padding, **native(args, "kernel_size stride dilation return_indices ceil_mode"))
    return None, pool(x), composed


@operator("avg_pool1d avg_pool2d avg_pool3d", "kernel_size stride padding ceil_mode count_include_pad divisor_override")
def avg_pool(args, n, x):
    padding, x, composed = window(args, n, x, 0)
    settings = native(args, "kernel_size stride ceil_mode count_include_pad divisor_override")
    return None, getattr(nn, f"AvgPool{n}d")(padding=padding, **settings)(x), composed


@operator("lp_pool1d lp_pool2d lp_pool3d", "norm_type kernel_size stride padding ceil_mode", "absolute values taken first")
def lp_pool(args, n, x):
    """PyTorch has no padding here, and its lp_pool is avg_pool of powers: with a padding, that is written out."""
    p = args.get("norm_type", 2)
    padding, x, composed = window(args, n, x, 0)
    settings = native(args, "kernel_size stride ceil_mode")
    if n == 1:  # LPPool1d multiplies by its kernel and takes no list of one
        settings = {key: value[0] if isinstance(value, tuple) and len(value) == 1 else value for key, value in settings.items()}
    if padding == 0 or isinstance(padding, tuple) and not any(padding):
        return None, getattr(nn, f"LPPool{n}d")(p, **settings)(x.abs()), composed
    mean = getattr(nn, f"AvgPool{n}d")(padding=padding, **settings)(x.abs().pow(p))
    cells = math.prod(per_axis(args["kernel_size"], n))
    return None, (mean * cells).pow(1 / p), "avg_pool with this padding of the powers, times the cells, then the root"


@operator("adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d", "output_size")
def adaptive_avg_pool(args, n, x):
    return adaptive(args, n, x, "AdaptiveAvgPool", {})


@operator("adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d", "output_size return_indices")
def adaptive_max_pool(args, n, x):
    return adaptive(args, n, x, "AdaptiveMaxPool", native(args, "return_indices"))


def adaptive(args, n, x, name, settings):
    size, composed = whole(args["output_size"]), None
    if n == 1 and size == (None,):
        size, composed = (x.shape[2],), "null replaced by the input's extent"
    return None, getattr(nn, f"{name}{n}d")(size, **settings)(x), composed


GLOBAL = "the axes after the channels flattened into one, reduced, and given back with extent 1"


@operator("global_avg_pool", "", GLOBAL + " (mean)")
def global_avg_pool(args, n, x):
    return None, restored(x.flatten(2).mean(2), x), None


@operator("global_max_pool", "", GLOBAL + " (amax)")
def global_max_pool(args, n, x):
    return None, restored(x.flatten(2).amax(2), x), None


@operator("global_lp_pool", "norm_type", GLOBAL + " (sum of powers of absolute values, then the root)")
def global_lp_pool(args, n, x):
    p = args.get("norm_type", 2)
    return None, restored(x.flatten(2).abs().pow(p).sum(2).pow(1 / p), x), None


def restored(reduced, x):
    return reduced.reshape(*reduced.shape, *[1] * (x.dim() - 2))


@operator("batch_norm", "num_features eps momentum affine track_running_stats")
def batch_norm(args, n, x):
    build = {1: nn.BatchNorm1d, 2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}[x.dim()]
    settings = native(args, "eps momentum affine track_running_stats")
    module = place(build(args.get("num_features", channels(x)), **settings), x)
    return module, module(x), None


@operator("instance_norm", "num_features eps momentum affine track_running_stats")
def instance_norm(args, n, x):
    build = {1: nn.InstanceNorm1d, 3: nn.InstanceNorm1d, 4: nn.InstanceNorm2d, 5: nn.InstanceNorm3d}[x.dim()]
    settings = native(args, "eps momentum affine track_running_stats")
    module = place(build(args.get("num_features", channels(x)), **settings), x)
    return module, module(x), None


@operator("group_norm", "num_groups num_channels eps affine")
def group_norm(args, n, x):
    module = place(nn.GroupNorm(args["num_groups"], args.get("num_channels", channels(x)), **native(args, "eps affine")), x)
    return module, module(x), None


@operator("layer_norm", "normalized_shape eps elementwise_affine bias")
def layer_norm(args, n, x):
    module = place(nn.LayerNorm(args["normalized_shape"], **native(args, "eps elementwise_affine bias")), x)
    return module, module(x), None


@operator("rms_norm", "normalized_shape eps elementwise_affine")
def rms_norm(args, n, x):
    module = place(nn.RMSNorm(args["normalized_shape"], **native(args, "eps elementwise_affine")), x)
    return module, module(x), None


@operator("local_response_norm", "size alpha beta k")
def local_response_norm(args, n, x):
    return None, nn.LocalResponseNorm(**args)(x), None


@operator("pad", "padding mode value")
def pad(args, n, x):
    return None, F.pad(x, flat(args["padding"]), **native(args, "mode value")), None


@operator("crop", "cropping", "Tensor.narrow on each axis")
def crop(args, n, x):
    pairs = args["cropping"]
    for axis, (before, after) in enumerate(pairs, x.dim() - len(pairs)):
        x = x.narrow(axis if axis >= 0 else axis - x.dim(), before, x.shape[axis] - before - after)
    return None, x, None


@operator("upsample", "size scale_factor mode align_corners")
def upsample(args, n, x):
    return None, F.interpolate(x, **native(args, "size scale_factor mode align_corners")), None


@operator("unfold", "kernel_size dilation padding stride")
def unfold(args, n, x):
    padding, composed = plain(args.get("padding", 0)), None
    if in_pairs(padding):
        x, padding, composed = F.pad(x, flat(padding)), 0, f"F.pad {padding}, then unfold without padding"
    return None, F.unfold(x, padding=whole(padding), **native(args, "kernel_size dilation stride")), composed


@operator("fold", "output_size kernel_size dilation padding stride")
def fold(args, n, x):
    return None, F.fold(x, **native(args, "output_size kernel_size dilation padding stride")), None


@operator("pixel_shuffle", "upscale_factor")
def pixel_shuffle(args, n, x):
    return None, F.pixel_shuffle(x, **args), None


@operator("pixel_unshuffle", "downscale_factor")
def pixel_unshuffle(args, n, x):
    return None, F.pixel_unshuffle(x, **args), None


@operator("channel_shuffle", "groups")
def channel_shuffle(args, n, x):
    return None, F.channel_shuffle(x, **args), None


# --- cases ---------------------------------------------------------------------------------------------------------------


class Family:
    """The cases of one family, in the order they are asked."""

    def __init__(self, name):
        self.name, self.cases = name, []
        self.chance = random.Random(f"{SEED} {name}")

    def ok(self, name, type, shape, dtype="float32", /, **args):
        case = self.ask(name, {"type": type, **args}, shape, dtype)
        if "refused" in case:
            sys.exit(f"{self.name}: {name}: PyTorch refuses: {case['refused']}")
        if empty(case):
            sys.exit(f"{self.name}: {name}: an output has an axis of 0")
        self.keep(case)

    def no(self, name, type, shape, dtype="float32", /, **args):
        case = self.ask(name, {"type": type, **args}, shape, dtype)
        if "refused" not in case:
            sys.exit(f"{self.name}: {name}: PyTorch accepts: {case['outputs']}")
        self.keep(case)

    def draw(self, count, sample):
        """`count` cases whose outcome PyTorch decides. sample(chance) gives (type, shape, args) or None."""
        number = 0
        while number < count:
            drawn = sample(self.chance)
            if drawn is None:
                continue
            type, shape, args = drawn
            case = self.ask(f"drawn {number + 1:02}", {"type": type, **args}, shape, "float32")
            if empty(case) or any(same_question(case, other) for other in self.cases):
                continue
            self.keep(case)
            number += 1

    def ask(self, name, layer, shape, dtype):
        case = {"name": name, "layer": layer, "inputs": [{"shape": shape, "dtype": dtype}]}
        try:
            return {**case, **measure(layer, shape, dtype)}
        except Exception as error:  # whatever PyTorch raises is its refusal; the texts are read before they are committed
            return {**case, "refused": " ".join(str(error).split("\n")[0].split()), **composition(layer)}

    def keep(self, case):
        if any(case["name"] == other["name"] for other in self.cases):
            sys.exit(f"{self.name}: two cases are called {case['name']}")
        if any(same_question(case, other) for other in self.cases):
            sys.exit(f"{self.name}: {case['name']} asks what an earlier case asks")
        self.cases.append(case)

    def write(self, folder):
        head = {"family": self.name, "torch": torch.__version__.split("+")[0], "generator": Path(__file__).name}
        lines = ",\n".join(" " + json.dumps(case) for case in self.cases)
        text = f'{json.dumps(head)[:-1]}, "cases": [\n{lines}\n] }}\n'
        json.loads(text)
        (folder / f"{self.name}.json").write_text(text)
        refused = sum("refused" in case for case in self.cases)
        composed = sum("composed" in case for case in self.cases)
        print(f"{self.name:22}{len(self.cases):5} cases {refused:4} refusals {composed:4} composed")


def empty(case):
    return any(0 in output["shape"] for output in case.get("outputs", []))


def same_question(one, other):
    return one["layer"] == other["layer"] and one["inputs"] == other["inputs"]


def spread(chance, n, low, high):
    """A number for all axes or a list per axis, as callers write both."""
    return [chance.randint(low, high) for _ in range(n)] if chance.random() < 0.5 else chance.randint(low, high)


def sometimes(chance, likelihood, **args):
    return args if chance.random() < likelihood else {}


LAST = "channels_last"


def conv_cases(f):
    ok, no = f.ok, f.no
    ok("3x3, no padding", "conv2d", [1, 3, 8, 8], out_channels=4, kernel_size=3)
    ok("3x3, padding keeps the extent", "conv2d", [2, 3, 9, 7], out_channels=8, kernel_size=3, padding=1)
    ok("kernel, stride and padding per axis", "conv2d", [2, 3, 16, 15], out_channels=8, kernel_size=[3, 5], stride=[2, 1], padding=[0, 2])
    ok("stride larger than the kernel", "conv2d", [1, 2, 11, 11], out_channels=3, kernel_size=2, stride=3)
    ok("pointwise", "conv2d", [3, 6, 5, 5], out_channels=4, kernel_size=1)
    ok("kernel as large as the input", "conv2d", [1, 2, 5, 7], out_channels=3, kernel_size=[5, 7])
    ok("kernel as large as the padded input", "conv2d", [1, 2, 4, 4], out_channels=3, kernel_size=6, padding=1)
    ok("dilated kernel as large as the padded input", "conv2d", [1, 2, 5, 5], out_channels=3, kernel_size=3, dilation=3, padding=1)
    ok("padding larger than the kernel", "conv2d", [1, 2, 3, 3], out_channels=3, kernel_size=2, padding=4)
    ok("no bias", "conv2d", [2, 3, 8, 8], out_channels=8, kernel_size=3, bias=False)
    ok("bias said aloud", "conv2d", [2, 3, 8, 8], out_channels=8, kernel_size=3, bias=True)
    ok("in_channels given and right", "conv2d", [1, 3, 8, 8], in_channels=3, out_channels=8, kernel_size=3)
    ok("grouped", "conv2d", [2, 6, 9, 9], out_channels=9, kernel_size=3, groups=3)
    ok("depthwise", "conv2d", [2, 6, 9, 9], out_channels=6, kernel_size=3, padding=1, groups=6, bias=False)
    ok("depthwise with a multiplier of 3", "conv2d", [1, 4, 7, 7], out_channels=12, kernel_size=3, groups=4)
    ok("dilation per axis", "conv2d", [1, 2, 13, 12], out_channels=3, kernel_size=3, dilation=[2, 3])
    ok("dilation and stride leave cells over", "conv2d", [1, 2, 14, 15], out_channels=3, kernel_size=3, dilation=2, stride=3, padding=1)
    ok("dilation does nothing to a kernel of 1", "conv2d", [1, 2, 5, 5], out_channels=3, kernel_size=1, dilation=7)
    ok("first layer of vgg16, a batch of 2", "conv2d", [2, 3, 224, 224], out_channels=64, kernel_size=3, padding=1)
    ok("first layer of resnet", "conv2d", [1, 3, 224, 224], out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)
    ok("1-d", "conv1d", [2, 4, 17], out_channels=6, kernel_size=5, stride=2, padding=2)
    ok("1-d, lists of one", "conv1d", [2, 4, 17], out_channels=6, kernel_size=[4], stride=[3], padding=[1], dilation=[2])
    ok("1-d depthwise", "conv1d", [1, 5, 9], out_channels=5, kernel_size=3, groups=5)
    ok("3-d", "conv3d", [1, 2, 6, 7, 8], out_channels=4, kernel_size=3, stride=2, padding=1)
    ok("3-d, everything per axis", "conv3d", [2, 4, 5, 9, 11], out_channels=6, kernel_size=[1, 3, 5], stride=[1, 2, 3], padding=[0, 1, 2],
       dilation=[1, 2, 1], groups=2)
    ok("valid", "conv2d", [1, 2, 8, 9], out_channels=3, kernel_size=3, stride=2, padding="valid")
    ok("same, odd kernel", "conv2d", [1, 2, 8, 9], out_channels=3, kernel_size=3, padding="same")
    ok("same, even kernel", "conv2d", [1, 2, 8, 9], out_channels=3, kernel_size=[4, 2], padding="same")
    ok("same, dilated", "conv1d", [1, 2, 10], out_channels=3, kernel_size=4, dilation=3, padding="same")
    ok("same, stride 2", "conv2d", [2, 3, 7, 8], out_channels=4, kernel_size=3, stride=2, padding="same")
    ok("same, stride past the kernel", "conv2d", [1, 3, 10, 11], out_channels=4, kernel_size=2, stride=3, padding="same")
    ok("same, 3-d, stride per axis", "conv3d", [1, 2, 5, 6, 7], out_channels=2, kernel_size=3, stride=[1, 2, 3], padding="same")
    ok("same_lower, even kernel", "conv2d", [1, 2, 8, 9], out_channels=3, kernel_size=4, padding="same_lower")
    ok("same_lower, stride 2", "conv1d", [1, 2, 9], out_channels=3, kernel_size=4, stride=2, padding="same_lower")
    ok("causal", "conv1d", [2, 3, 12], out_channels=4, kernel_size=3, padding="causal")
    ok("causal, dilated and strided", "conv1d", [2, 3, 13], out_channels=4, kernel_size=3, dilation=4, stride=2, padding="causal")
    ok("pairs, 1-d", "conv1d", [1, 2, 10], out_channels=3, kernel_size=4, padding=[[1, 2]])
    ok("pairs, 2-d", "conv2d", [1, 2, 10, 9], out_channels=3, kernel_size=3, stride=2, padding=[[0, 1], [2, 0]])
    ok("pairs with equal halves", "conv2d", [1, 2, 10, 9], out_channels=3, kernel_size=3, padding=[[1, 1], [2, 2]])
    ok("pairs, 3-d", "conv3d", [1, 2, 4, 5, 6], out_channels=3, kernel_size=2, padding=[[1, 0], [0, 1], [0, 0]])
    for mode in ("zeros", "reflect", "replicate", "circular"):
        ok(f"padding_mode {mode}", "conv2d", [1, 2, 6, 5], out_channels=3, kernel_size=3, padding=[2, 1], padding_mode=mode)
    ok("channels last", "conv2d", [2, 9, 8, 3], out_channels=5, kernel_size=3, stride=2, data_format=LAST)
    ok("channels last, same, stride 2", "conv2d", [1, 9, 8, 4], out_channels=6, kernel_size=3, stride=2, padding="same", groups=2, data_format=LAST)
    ok("channels last, 1-d causal", "conv1d", [2, 11, 3], out_channels=4, kernel_size=2, padding="causal", data_format=LAST)
    ok("channels last, 3-d", "conv3d", [1, 4, 5, 6, 2], out_channels=3, kernel_size=3, padding=1, data_format=LAST)
    for dtype in ("float64", "float16", "bfloat16"):
        ok(f"{dtype}", "conv2d", [1, 2, 5, 5], dtype, out_channels=3, kernel_size=3)
    for n in (1, 2, 3):
        no(f"{n}-d: kernel one larger than the padded input", f"conv{n}d", [1, 2, *[4] * n], out_channels=3, kernel_size=7, padding=1)
    no("dilated kernel one larger than the input", "conv2d", [1, 2, 6, 9], out_channels=3, kernel_size=[3, 2], dilation=[3, 1])
    no("only the second axis is too short", "conv2d", [1, 2, 9, 4], out_channels=3, kernel_size=5)
    no("in_channels does not match", "conv2d", [1, 3, 8, 8], in_channels=4, out_channels=8, kernel_size=3)
    no("groups do not divide the input channels", "conv2d", [1, 4, 8, 8], out_channels=6, kernel_size=3, groups=3)
    no("groups do not divide out_channels", "conv2d", [1, 6, 8, 8], out_channels=4, kernel_size=3, groups=3)
    no("more groups than channels", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, groups=4)
    no("groups 0", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, groups=0)
    no("out_channels 0", "conv2d", [1, 2, 8, 8], out_channels=0, kernel_size=3)
    no("kernel_size 0", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=0)
    no("stride 0", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, stride=0)
    no("stride -1 on one axis", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, stride=[1, -1])
    no("dilation 0", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, dilation=0)
    no("negative padding", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, padding=-1)
    no("rank 2 input for 2-d", "conv2d", [2, 8], out_channels=4, kernel_size=3)
    no("rank 5 input for 2-d", "conv2d", [1, 2, 8, 8, 8], out_channels=4, kernel_size=3)
    no("rank 4 input for 1-d", "conv1d", [1, 2, 8, 8], out_channels=4, kernel_size=3)
    no("rank 3 input for 3-d", "conv3d", [1, 2, 8], out_channels=4, kernel_size=3)
    no("two kernel extents for 1-d", "conv1d", [1, 2, 8], out_channels=4, kernel_size=[3, 3])
    no("three strides for 2-d", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, stride=[1, 1, 1])
    no("three paddings for 2-d", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, padding=[1, 1, 1])
    no("causal is for 1-d", "conv2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, padding="causal")
    no("reflects further than the input", "conv2d", [1, 2, 4, 4], out_channels=3, kernel_size=3, padding=4, padding_mode="reflect")
    no("integers", "conv2d", [1, 2, 8, 8], "int64", out_channels=4, kernel_size=3)
    f.draw(12, draw_conv)


def draw_conv(chance):
    n, groups = chance.randint(1, 3), chance.choice([1, 1, 2, 3])
    shape = [chance.randint(1, 3), groups * chance.randint(1, 2), *(chance.randint(5, 13) for _ in range(n))]
    return f"conv{n}d", shape, {
        "out_channels": groups * chance.randint(1, 3),
        "kernel_size": spread(chance, n, 1, 4),
        **sometimes(chance, 0.7, stride=spread(chance, n, 1, 3)),
        **sometimes(chance, 0.7, padding=chance.choice([spread(chance, n, 0, 3), [[chance.randint(0, 2), chance.randint(0, 2)] for _ in range(n)]])),
        **sometimes(chance, 0.4, dilation=spread(chance, n, 1, 3)),
        **({"groups": groups} if groups > 1 else {}),
        **sometimes(chance, 0.3, bias=False),
    }


def conv_transpose_cases(f):
    ok, no = f.ok, f.no
    ok("3x3", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3)
    ok("stride 2 doubles", "conv_transpose2d", [2, 4, 7, 9], out_channels=3, kernel_size=2, stride=2)
    ok("4x4, stride 2, padding 1 doubles", "conv_transpose2d", [1, 4, 5, 6], out_channels=3, kernel_size=4, stride=2, padding=1)
    ok("output_padding completes the doubling", "conv_transpose2d", [1, 4, 5, 6], out_channels=3, kernel_size=3, stride=2, padding=1, output_padding=1)
    ok("output_padding per axis", "conv_transpose2d", [1, 4, 5, 6], out_channels=3, kernel_size=3, stride=3, output_padding=[2, 0])
    ok("output_padding below the dilation", "conv_transpose2d", [1, 2, 5, 5], out_channels=3, kernel_size=3, dilation=3, output_padding=2)
    ok("output_padding below the stride on one axis, the dilation on the other", "conv_transpose2d", [1, 2, 5, 5], out_channels=3, kernel_size=3,
       stride=[2, 1], dilation=[1, 3], output_padding=[1, 2])
    ok("kernel, stride and padding per axis", "conv_transpose2d", [2, 3, 4, 6], out_channels=5, kernel_size=[3, 5], stride=[1, 2], padding=[1, 0])
    ok("stride larger than the kernel", "conv_transpose2d", [1, 2, 4, 4], out_channels=3, kernel_size=1, stride=3)
    ok("dilation", "conv_transpose2d", [1, 2, 6, 5], out_channels=3, kernel_size=3, dilation=[2, 3])
    ok("padding takes all but one cell", "conv_transpose2d", [1, 2, 2, 2], out_channels=3, kernel_size=4, padding=2)
    ok("one cell becomes the kernel", "conv_transpose2d", [1, 8, 1, 1], out_channels=4, kernel_size=4)
    ok("no bias", "conv_transpose2d", [1, 3, 5, 5], out_channels=4, kernel_size=3, bias=False)
    ok("in_channels given and right", "conv_transpose2d", [1, 3, 5, 5], in_channels=3, out_channels=4, kernel_size=3)
    ok("grouped", "conv_transpose2d", [2, 6, 5, 5], out_channels=9, kernel_size=3, groups=3)
    ok("depthwise", "conv_transpose2d", [2, 6, 5, 5], out_channels=6, kernel_size=4, stride=2, padding=1, groups=6, bias=False)
    ok("1-d", "conv_transpose1d", [2, 4, 9], out_channels=6, kernel_size=5, stride=3, padding=1)
    ok("1-d, lists of one", "conv_transpose1d", [2, 4, 9], out_channels=6, kernel_size=[5], stride=[2], padding=[2], output_padding=[1], dilation=[2])
    ok("3-d", "conv_transpose3d", [1, 4, 3, 4, 5], out_channels=2, kernel_size=3, stride=2, padding=1, output_padding=1)
    ok("3-d, everything per axis", "conv_transpose3d", [2, 4, 3, 4, 5], out_channels=6, kernel_size=[1, 2, 3], stride=[1, 2, 3], padding=[0, 0, 1],
       output_padding=[0, 1, 2], dilation=[1, 2, 1], groups=2)
    ok("output_size, the smallest", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, stride=3, padding=1, output_size=[22, 22])
    ok("output_size, the largest", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, stride=3, padding=1, output_size=[24, 24])
    ok("output_size, 1-d", "conv_transpose1d", [1, 3, 8], out_channels=4, kernel_size=3, stride=2, padding=1, output_size=[16])
    ok("output_size, 3-d", "conv_transpose3d", [1, 2, 3, 3, 3], out_channels=2, kernel_size=3, stride=[1, 2, 3], output_size=[5, 8, 11])
    ok("output_size with a dilation", "conv_transpose2d", [1, 3, 5, 5], out_channels=4, kernel_size=3, stride=2, dilation=2, output_size=[13, 14])
    ok("valid", "conv_transpose2d", [1, 3, 5, 6], out_channels=4, kernel_size=3, stride=2, padding="valid")
    ok("same, stride 1", "conv_transpose2d", [1, 3, 5, 6], out_channels=4, kernel_size=3, padding="same")
    ok("same, stride 2, odd kernel", "conv_transpose2d", [1, 3, 5, 6], out_channels=4, kernel_size=3, stride=2, padding="same")
    ok("same, stride 2, even kernel", "conv_transpose2d", [1, 3, 5, 6], out_channels=4, kernel_size=4, stride=2, padding="same")
    ok("same, stride past the kernel", "conv_transpose2d", [1, 3, 5, 6], out_channels=4, kernel_size=[2, 3], stride=3, padding="same")
    ok("same, 1-d, dilated", "conv_transpose1d", [1, 3, 5], out_channels=4, kernel_size=3, dilation=2, stride=2, padding="same")
    ok("same_lower, stride 2", "conv_transpose2d", [1, 3, 5, 6], out_channels=4, kernel_size=3, stride=2, padding="same_lower")
    ok("pairs, 1-d", "conv_transpose1d", [1, 3, 6], out_channels=4, kernel_size=4, stride=2, padding=[[0, 1]])
    ok("pairs, 2-d", "conv_transpose2d", [2, 3, 6, 5], out_channels=4, kernel_size=3, stride=2, padding=[[0, 1], [2, 1]])
    ok("pairs, 2-d, with output_padding", "conv_transpose2d", [1, 3, 6, 5], out_channels=4, kernel_size=3, stride=2, padding=[[1, 0], [1, 2]], output_padding=1)
    ok("pairs with equal halves", "conv_transpose2d", [1, 3, 6, 5], out_channels=4, kernel_size=3, stride=2, padding=[[1, 1], [0, 0]])
    ok("channels last", "conv_transpose2d", [2, 5, 6, 4], out_channels=3, kernel_size=3, stride=2, data_format=LAST)
    ok("channels last, same", "conv_transpose2d", [1, 5, 6, 4], out_channels=3, kernel_size=4, stride=2, padding="same", data_format=LAST)
    ok("channels last, 1-d", "conv_transpose1d", [2, 7, 3], out_channels=5, kernel_size=2, stride=2, data_format=LAST)
    ok("float64", "conv_transpose2d", [1, 2, 4, 4], "float64", out_channels=3, kernel_size=3)
    no("output_padding as large as stride and dilation", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, stride=2, output_padding=2)
    no("output_padding without a stride", "conv_transpose1d", [1, 3, 8], out_channels=4, kernel_size=3, output_padding=1)
    no("output_padding too large on one axis", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, stride=[3, 1], output_padding=[2, 2])
    no("output_padding too large, 3-d", "conv_transpose3d", [1, 2, 3, 3, 3], out_channels=2, kernel_size=3, stride=2, output_padding=[1, 1, 2])
    no("negative output_padding", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, stride=2, output_padding=-1)
    no("output_size below the range", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, stride=3, padding=1, output_size=[21, 22])
    no("output_size above the range", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, stride=3, padding=1, output_size=[24, 25])
    no("output_size cannot use the dilation", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, dilation=2, output_size=[13, 13])
    no("one output_size for 2-d", "conv_transpose2d", [1, 3, 8, 8], out_channels=4, kernel_size=3, output_size=[10])
    for n in (1, 2, 3):
        no(f"{n}-d: padding takes every cell", f"conv_transpose{n}d", [1, 2, *[2] * n], out_channels=3, kernel_size=3, padding=2)
    no("pairs take more than there is", "conv_transpose1d", [1, 3, 4], out_channels=4, kernel_size=2, padding=[[3, 4]])
    no("in_channels does not match", "conv_transpose2d", [1, 3, 8, 8], in_channels=4, out_channels=8, kernel_size=3)
    no("groups do not divide the input channels", "conv_transpose2d", [1, 4, 8, 8], out_channels=6, kernel_size=3, groups=3)
    no("groups do not divide out_channels", "conv_transpose2d", [1, 6, 8, 8], out_channels=4, kernel_size=3, groups=3)
    no("groups 0", "conv_transpose2d", [1, 6, 8, 8], out_channels=4, kernel_size=3, groups=0)
    no("kernel_size 0", "conv_transpose2d", [1, 2, 8, 8], out_channels=4, kernel_size=0)
    no("stride 0", "conv_transpose2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, stride=0)
    no("dilation 0", "conv_transpose2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, dilation=0)
    no("negative padding", "conv_transpose2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, padding=-1)
    no("rank 5 input for 2-d", "conv_transpose2d", [1, 2, 8, 8, 8], out_channels=4, kernel_size=3)
    no("rank 4 input for 1-d", "conv_transpose1d", [1, 2, 8, 8], out_channels=4, kernel_size=3)
    no("rank 3 input for 3-d", "conv_transpose3d", [1, 2, 8], out_channels=4, kernel_size=3)
    no("two kernel extents for 1-d", "conv_transpose1d", [1, 2, 8], out_channels=4, kernel_size=[3, 3])
    no("three strides for 2-d", "conv_transpose2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, stride=[1, 1, 1])
    no("padding_mode other than zeros", "conv_transpose2d", [1, 2, 8, 8], out_channels=4, kernel_size=3, padding=1, padding_mode="reflect")
    no("integers", "conv_transpose2d", [1, 2, 8, 8], "int64", out_channels=4, kernel_size=3)
    f.draw(12, draw_conv_transpose)


def draw_conv_transpose(chance):
    n, groups = chance.randint(1, 3), chance.choice([1, 1, 2, 3])
    shape = [chance.randint(1, 3), groups * chance.randint(1, 2), *(chance.randint(2, 6) for _ in range(n))]
    return f"conv_transpose{n}d", shape, {
        "out_channels": groups * chance.randint(1, 3),
        "kernel_size": spread(chance, n, 1, 5),
        **sometimes(chance, 0.8, stride=spread(chance, n, 1, 4)),
        **sometimes(chance, 0.6, padding=spread(chance, n, 0, 2)),
        **sometimes(chance, 0.4, output_padding=spread(chance, n, 0, 2)),
        **sometimes(chance, 0.4, dilation=spread(chance, n, 1, 3)),
        **({"groups": groups} if groups > 1 else {}),
        **sometimes(chance, 0.3, bias=False),
    }


def max_pool_cases(f):
    ok, no = f.ok, f.no
    pool_cases(f, "max_pool")
    ok("dilation", "max_pool2d", [1, 2, 11, 12], kernel_size=3, stride=1, dilation=[2, 3])
    ok("dilation and stride leave cells over", "max_pool1d", [1, 2, 14], kernel_size=3, stride=3, dilation=2)
    ok("dilation with ceil_mode", "max_pool2d", [1, 2, 10, 10], kernel_size=2, stride=3, dilation=3, ceil_mode=True)
    ok("dilation, 3-d", "max_pool3d", [1, 1, 7, 7, 7], kernel_size=[1, 2, 3], dilation=[1, 2, 3], stride=1)
    ok("dilated kernel as large as the padded input", "max_pool2d", [1, 2, 5, 5], kernel_size=3, dilation=3, padding=1)
    ok("padding past half of the kernel, dilated", "max_pool2d", [1, 2, 6, 6], kernel_size=3, dilation=2, padding=4)
    ok("same, dilated", "max_pool1d", [1, 2, 9], kernel_size=3, stride=2, dilation=2, padding="same")
    for n in (1, 2, 3):
        ok(f"{n}-d: return_indices", f"max_pool{n}d", [2, 3, *[7] * n], kernel_size=3, stride=2, padding=1, return_indices=True)
    ok("return_indices with ceil_mode", "max_pool2d", [1, 2, 8, 8], kernel_size=3, stride=2, ceil_mode=True, return_indices=True)
    ok("return_indices false", "max_pool2d", [1, 2, 8, 8], kernel_size=3, return_indices=False)
    ok("return_indices of float64", "max_pool2d", [1, 2, 8, 8], "float64", kernel_size=3, return_indices=True)
    ok("return_indices, channels last", "max_pool2d", [1, 8, 7, 2], kernel_size=3, return_indices=True, data_format=LAST)
    ok("int64", "max_pool2d", [1, 2, 8, 8], "int64", kernel_size=3)
    ok("uint8", "max_pool2d", [1, 2, 8, 8], "uint8", kernel_size=3)
    no("dilation 0", "max_pool2d", [1, 2, 8, 8], kernel_size=3, dilation=0)
    no("dilated kernel one larger than the input", "max_pool2d", [1, 2, 6, 6], kernel_size=3, dilation=3)
    no("three dilations for 2-d", "max_pool2d", [1, 2, 8, 8], kernel_size=3, dilation=[1, 1, 1])
    f.draw(14, lambda chance: draw_pool(chance, "max_pool", dilated=True))


def avg_pool_cases(f):
    ok, no = f.ok, f.no
    pool_cases(f, "avg_pool")
    for n in (1, 2, 3):
        ok(f"{n}-d: count_include_pad false", f"avg_pool{n}d", [1, 2, *[7] * n], kernel_size=3, stride=2, padding=1, count_include_pad=False)
    ok("count_include_pad false with ceil_mode", "avg_pool2d", [1, 2, 8, 8], kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)
    ok("count_include_pad said aloud", "avg_pool2d", [1, 2, 8, 8], kernel_size=3, padding=1, count_include_pad=True)
    ok("divisor_override, 2-d", "avg_pool2d", [1, 2, 8, 8], kernel_size=3, divisor_override=5)
    ok("divisor_override 1 sums", "avg_pool2d", [1, 2, 8, 8], kernel_size=[2, 3], divisor_override=1)
    ok("divisor_override, 3-d", "avg_pool3d", [1, 2, 5, 5, 5], kernel_size=2, divisor_override=3)
    ok("divisor_override with ceil_mode", "avg_pool2d", [1, 2, 7, 7], kernel_size=2, ceil_mode=True, divisor_override=4)
    ok("divisor_override null", "avg_pool2d", [1, 2, 8, 8], kernel_size=3, divisor_override=None)
    no("divisor_override 0, 2-d", "avg_pool2d", [1, 2, 8, 8], kernel_size=3, divisor_override=0)
    no("divisor_override 0, 3-d", "avg_pool3d", [1, 2, 5, 5, 5], kernel_size=3, divisor_override=0)
    f.draw(14, lambda chance: draw_pool(chance, "avg_pool", dilated=False))


def pool_cases(f, kind):
    """What max and average pooling share; drops and boundaries of ceil_mode are the same rule."""
    ok, no = f.ok, f.no
    one, two, three = f"{kind}1d", f"{kind}2d", f"{kind}3d"
    ok("stride is the kernel", two, [2, 3, 9, 7], kernel_size=2)
    ok("stride is the kernel, per axis", two, [1, 3, 9, 10], kernel_size=[2, 3])
    ok("stride null is the kernel", two, [1, 3, 9, 9], kernel_size=2, stride=None)
    ok("3x3, stride 2, padding 1", two, [1, 4, 12, 11], kernel_size=3, stride=2, padding=1)
    ok("stride 1", two, [1, 4, 6, 6], kernel_size=3, stride=1)
    ok("stride larger than the kernel", two, [1, 2, 11, 12], kernel_size=2, stride=5)
    ok("kernel as large as the input", two, [2, 3, 5, 7], kernel_size=[5, 7])
    ok("kernel as large as the padded input", two, [1, 3, 4, 4], kernel_size=6, padding=1)
    ok("kernel of 1", two, [1, 3, 5, 5], kernel_size=1)
    ok("1-d", one, [3, 4, 10], kernel_size=3, stride=2)
    ok("1-d, lists of one", one, [2, 4, 11], kernel_size=[4], stride=[3], padding=[2])
    ok("3-d", three, [1, 2, 6, 7, 8], kernel_size=2)
    ok("3-d, everything per axis", three, [2, 2, 6, 7, 8], kernel_size=[1, 2, 3], stride=[1, 2, 2], padding=[0, 1, 1])
    ok("ceil_mode takes the remainder", two, [1, 2, 8, 7], kernel_size=3, stride=2, ceil_mode=True)
    ok("ceil_mode without a remainder", two, [1, 2, 9, 9], kernel_size=3, stride=2, ceil_mode=True)
    ok("ceil_mode: a last window in the end padding is dropped", two, [1, 2, 4, 4], kernel_size=1, stride=3, ceil_mode=True)
    ok("ceil_mode: dropped with padding", one, [1, 2, 5], kernel_size=2, stride=3, padding=1, ceil_mode=True)
    ok("ceil_mode: a last window on the last cell stays", one, [1, 2, 7], kernel_size=2, stride=3, ceil_mode=True)
    ok("ceil_mode: kernel larger than the input by less than a stride", one, [1, 2, 2], kernel_size=3, stride=2, ceil_mode=True)
    ok("ceil_mode, 3-d", three, [1, 2, 5, 6, 7], kernel_size=2, stride=2, ceil_mode=True)
    ok("ceil_mode false", two, [1, 2, 8, 7], kernel_size=3, stride=2, ceil_mode=False)
    ok("padding of half the kernel", two, [1, 2, 6, 6], kernel_size=4, stride=2, padding=2)
    ok("padding past half of the kernel", two, [1, 2, 6, 7], kernel_size=3, stride=2, padding=2)
    ok("padding past half of the kernel, 1-d", one, [1, 2, 6], kernel_size=4, stride=1, padding=[3])
    ok("padding past half of the kernel, 3-d", three, [1, 2, 4, 4, 4], kernel_size=[2, 3, 4], stride=1, padding=[1, 2, 3])
    ok("pairs", two, [1, 2, 7, 8], kernel_size=3, stride=2, padding=[[0, 1], [1, 0]])
    ok("pairs with equal halves and ceil_mode", two, [1, 2, 7, 8], kernel_size=3, stride=2, padding=[[1, 1], [0, 0]], ceil_mode=True)
    ok("pairs, 1-d", one, [1, 2, 7], kernel_size=3, stride=2, padding=[[0, 2]])
    ok("valid", two, [1, 2, 7, 8], kernel_size=2, padding="valid")
    ok("same", two, [1, 2, 7, 8], kernel_size=2, padding="same")
    ok("same, stride 1", two, [1, 2, 7, 8], kernel_size=[3, 2], stride=1, padding="same")
    ok("same, 3-d", three, [1, 2, 5, 6, 7], kernel_size=3, stride=2, padding="same")
    ok("same_lower", two, [1, 2, 7, 8], kernel_size=2, stride=[1, 2], padding="same_lower")
    ok("channels last", two, [2, 9, 8, 3], kernel_size=2, data_format=LAST)
    ok("channels last, same", two, [1, 9, 8, 3], kernel_size=3, stride=2, padding="same", data_format=LAST)
    ok("channels last, 1-d", one, [1, 9, 3], kernel_size=2, data_format=LAST)
    ok("the pool of vgg16", two, [1, 64, 224, 224], kernel_size=2, stride=2)
    ok("float64", two, [1, 2, 6, 6], "float64", kernel_size=3)
    ok("bfloat16", two, [1, 2, 6, 6], "bfloat16", kernel_size=3)
    for n in (1, 2, 3):
        no(f"{n}-d: kernel one larger than the padded input", f"{kind}{n}d", [1, 2, *[4] * n], kernel_size=7, padding=1)
        no(f"{n}-d: padding as large as the kernel", f"{kind}{n}d", [1, 2, *[8] * n], kernel_size=3, stride=1, padding=3)
    no("only the second axis is too short", two, [1, 2, 9, 4], kernel_size=5)
    no("ceil_mode: not even one window", one, [1, 2, 2], kernel_size=5, stride=2, ceil_mode=True)
    no("kernel_size 0", two, [1, 2, 8, 8], kernel_size=0)
    no("stride 0", two, [1, 2, 8, 8], kernel_size=2, stride=0)
    no("stride 0, 1-d", one, [1, 2, 8], kernel_size=2, stride=0)
    no("negative stride", two, [1, 2, 8, 8], kernel_size=2, stride=[2, -1])
    no("negative padding", two, [1, 2, 8, 8], kernel_size=3, padding=-1)
    no("rank 2 input for 2-d", two, [2, 8], kernel_size=2)
    no("rank 5 input for 2-d", two, [1, 2, 8, 8, 8], kernel_size=2)
    no("rank 4 input for 1-d", one, [1, 2, 8, 8], kernel_size=2)
    no("rank 3 input for 3-d", three, [1, 2, 8], kernel_size=2)
    no("three kernel extents for 2-d", two, [1, 2, 8, 8], kernel_size=[2, 2, 2])
    no("three strides for 2-d", two, [1, 2, 8, 8], kernel_size=2, stride=[2, 2, 2])
    no("three paddings for 2-d", two, [1, 2, 8, 8], kernel_size=2, padding=[1, 1, 1])


def draw_pool(chance, kind, dilated):
    n = chance.randint(1, 3)
    shape = [chance.randint(1, 3), chance.randint(1, 3), *(chance.randint(4, 12) for _ in range(n))]
    kernel = spread(chance, n, 1, 5)
    halves = [k // 2 for k in per_axis(kernel, n)]
    if kind != "max_pool" and n == 3 and any(k > extent for k, extent in zip(per_axis(kernel, n), shape[2:])):
        return None  # PyTorch's avg_pool3d alone looks at the extent without its padding, and refuses
    padding = [chance.randint(0, half) for half in halves] if chance.random() < 0.5 else chance.randint(0, min(halves))
    return f"{kind}{n}d", shape, {
        "kernel_size": kernel,
        **sometimes(chance, 0.7, stride=spread(chance, n, 1, 4)),
        **sometimes(chance, 0.6, padding=padding),
        **sometimes(chance, 0.5 if dilated else 0, dilation=spread(chance, n, 1, 3)),
        **sometimes(chance, 0.6, ceil_mode=True),
    }


def lp_pool_cases(f):
    ok, no = f.ok, f.no
    ok("norm_type 2", "lp_pool2d", [2, 3, 9, 7], norm_type=2, kernel_size=2)
    ok("norm_type 1", "lp_pool2d", [1, 3, 9, 7], norm_type=1, kernel_size=2)
    ok("norm_type 3", "lp_pool2d", [1, 3, 9, 7], norm_type=3, kernel_size=2)
    ok("norm_type 1.5", "lp_pool2d", [1, 3, 9, 7], norm_type=1.5, kernel_size=2)
    ok("norm_type is 2 when left out", "lp_pool2d", [1, 3, 9, 7], kernel_size=2)
    ok("stride null is the kernel", "lp_pool2d", [1, 3, 9, 9], norm_type=2, kernel_size=[2, 3], stride=None)
    ok("stride", "lp_pool2d", [1, 3, 12, 11], norm_type=2, kernel_size=3, stride=2)
    ok("stride per axis", "lp_pool2d", [1, 3, 12, 11], norm_type=2, kernel_size=[3, 2], stride=[1, 3])
    ok("stride larger than the kernel", "lp_pool2d", [1, 2, 11, 12], norm_type=2, kernel_size=2, stride=5)
    ok("kernel as large as the input", "lp_pool2d", [2, 3, 5, 7], norm_type=2, kernel_size=[5, 7])
    ok("kernel of 1", "lp_pool2d", [1, 3, 5, 5], norm_type=2, kernel_size=1)
    ok("1-d", "lp_pool1d", [3, 4, 10], norm_type=2, kernel_size=3, stride=2)
    ok("1-d, lists of one", "lp_pool1d", [3, 4, 11], norm_type=2, kernel_size=[3], stride=[2])
    ok("3-d", "lp_pool3d", [1, 2, 6, 7, 8], norm_type=2, kernel_size=2)
    ok("3-d, per axis", "lp_pool3d", [2, 2, 6, 7, 8], norm_type=3, kernel_size=[1, 2, 3], stride=[1, 2, 2])
    for n in (1, 2, 3):
        ok(f"{n}-d: ceil_mode takes the remainder", f"lp_pool{n}d", [1, 2, *[8] * n], norm_type=2, kernel_size=3, stride=2, ceil_mode=True)
    ok("ceil_mode without a remainder", "lp_pool2d", [1, 2, 9, 9], norm_type=2, kernel_size=3, stride=2, ceil_mode=True)
    ok("ceil_mode: a last window past the end is dropped", "lp_pool2d", [1, 2, 4, 4], norm_type=2, kernel_size=1, stride=3, ceil_mode=True)
    ok("ceil_mode: a last window on the last cell stays", "lp_pool1d", [1, 2, 7], norm_type=2, kernel_size=2, stride=3, ceil_mode=True)
    ok("ceil_mode false", "lp_pool2d", [1, 2, 8, 7], norm_type=2, kernel_size=3, stride=2, ceil_mode=False)
    ok("padding", "lp_pool2d", [1, 2, 8, 7], norm_type=2, kernel_size=3, stride=2, padding=1)
    ok("padding per axis", "lp_pool2d", [1, 2, 8, 7], norm_type=3, kernel_size=[3, 4], stride=2, padding=[0, 2])
    ok("padding, 1-d", "lp_pool1d", [2, 2, 9], norm_type=2, kernel_size=4, padding=2)
    ok("padding, 3-d", "lp_pool3d", [1, 2, 5, 6, 7], norm_type=2, kernel_size=3, stride=2, padding=1)
    ok("padding with ceil_mode", "lp_pool2d", [1, 2, 8, 8], norm_type=2, kernel_size=3, stride=2, padding=1, ceil_mode=True)
    ok("padding with ceil_mode: dropped", "lp_pool1d", [1, 2, 5], norm_type=2, kernel_size=2, stride=3, padding=1, ceil_mode=True)
    ok("padding past half of the kernel", "lp_pool2d", [1, 2, 6, 7], norm_type=2, kernel_size=3, stride=2, padding=2)
    ok("pairs", "lp_pool2d", [1, 2, 7, 8], norm_type=2, kernel_size=3, stride=2, padding=[[0, 1], [1, 0]])
    ok("pairs, 1-d", "lp_pool1d", [1, 2, 7], norm_type=1, kernel_size=3, stride=2, padding=[[0, 2]])
    ok("valid", "lp_pool2d", [1, 2, 7, 8], norm_type=2, kernel_size=2, padding="valid")
    ok("same", "lp_pool2d", [1, 2, 7, 8], norm_type=2, kernel_size=2, padding="same")
    ok("same_lower, stride 1", "lp_pool2d", [1, 2, 7, 8], norm_type=2, kernel_size=2, stride=1, padding="same_lower")
    ok("channels last", "lp_pool2d", [2, 9, 8, 3], norm_type=2, kernel_size=2, data_format=LAST)
    ok("channels last, 1-d", "lp_pool1d", [1, 9, 3], norm_type=2, kernel_size=2, data_format=LAST)
    ok("float64", "lp_pool2d", [1, 2, 6, 6], "float64", norm_type=2, kernel_size=3)
    for n in (1, 2, 3):
        no(f"{n}-d: norm_type 0", f"lp_pool{n}d", [1, 2, *[6] * n], norm_type=0, kernel_size=2)
        no(f"{n}-d: kernel one larger than the input", f"lp_pool{n}d", [1, 2, *[4] * n], norm_type=2, kernel_size=5)
    no("kernel one larger than the padded input", "lp_pool2d", [1, 2, 4, 4], norm_type=2, kernel_size=7, padding=1)
    no("padding as large as the kernel", "lp_pool2d", [1, 2, 8, 8], norm_type=2, kernel_size=3, stride=1, padding=3)
    no("only the second axis is too short", "lp_pool2d", [1, 2, 9, 4], norm_type=2, kernel_size=5)
    no("kernel_size 0", "lp_pool2d", [1, 2, 8, 8], norm_type=2, kernel_size=0)
    no("stride 0", "lp_pool2d", [1, 2, 8, 8], norm_type=2, kernel_size=2, stride=0)
    no("negative stride", "lp_pool2d", [1, 2, 8, 8], norm_type=2, kernel_size=2, stride=[2, -1])
    no("negative padding", "lp_pool2d", [1, 2, 8, 8], norm_type=2, kernel_size=3, padding=-1)
    no("rank 5 input for 2-d", "lp_pool2d", [1, 2, 8, 8, 8], norm_type=2, kernel_size=2)
    no("rank 4 input for 1-d", "lp_pool1d", [1, 2, 8, 8], norm_type=2, kernel_size=2)
    no("rank 3 input for 3-d", "lp_pool3d", [1, 2, 8], norm_type=2, kernel_size=2)
    no("three kernel extents for 2-d", "lp_pool2d", [1, 2, 8, 8], norm_type=2, kernel_size=[2, 2, 2])
    f.draw(14, draw_lp_pool)


def draw_lp_pool(chance):
    drawn = draw_pool(chance, "lp_pool", dilated=False)
    if drawn is None:
        return None
    type, shape, args = drawn
    return type, shape, {"norm_type": chance.choice([1, 2, 2, 3, 4]), **args}


def adaptive_avg_pool_cases(f):
    adaptive_cases(f, "adaptive_avg_pool")
    f.draw(14, lambda chance: draw_adaptive(chance, "adaptive_avg_pool"))


def adaptive_max_pool_cases(f):
    ok = f.ok
    adaptive_cases(f, "adaptive_max_pool")
    for n in (1, 2, 3):
        ok(f"{n}-d: return_indices", f"adaptive_max_pool{n}d", [2, 3, *[7] * n], output_size=3, return_indices=True)
    ok("return_indices with a null", "adaptive_max_pool2d", [1, 3, 7, 6], output_size=[None, 4], return_indices=True)
    ok("return_indices, larger than the input", "adaptive_max_pool2d", [1, 3, 3, 2], output_size=[4, 5], return_indices=True)
    ok("return_indices false", "adaptive_max_pool2d", [1, 3, 7, 6], output_size=2, return_indices=False)
    ok("return_indices of float64", "adaptive_max_pool2d", [1, 3, 7, 6], "float64", output_size=2, return_indices=True)
    ok("return_indices, channels last", "adaptive_max_pool2d", [1, 7, 6, 3], output_size=2, return_indices=True, data_format=LAST)
    f.draw(12, lambda chance: draw_adaptive(chance, "adaptive_max_pool"))


def adaptive_cases(f, kind):
    ok, no = f.ok, f.no
    one, two, three = f"{kind}1d", f"{kind}2d", f"{kind}3d"
    ok("to 1", two, [2, 8, 7, 7], output_size=1)
    ok("to a square", two, [1, 8, 11, 13], output_size=6)
    ok("to an oblong", two, [1, 8, 11, 13], output_size=[3, 5])
    ok("to the same extent", two, [1, 4, 6, 5], output_size=[6, 5])
    ok("larger than the input", two, [1, 4, 3, 5], output_size=8)
    ok("one axis grows, one shrinks", two, [1, 4, 3, 9], output_size=[7, 2])
    ok("from 1", two, [1, 4, 1, 1], output_size=3)
    ok("null keeps the first axis", two, [1, 4, 7, 9], output_size=[None, 3])
    ok("null keeps the second axis", two, [1, 4, 7, 9], output_size=[3, None])
    ok("nulls keep both", two, [1, 4, 7, 9], output_size=[None, None])
    ok("1-d", one, [3, 4, 11], output_size=5)
    ok("1-d, list of one", one, [1, 4, 11], output_size=[4])
    ok("1-d, to 1", one, [2, 4, 11], output_size=1)
    ok("1-d, larger than the input", one, [2, 4, 3], output_size=10)
    ok("1-d, null", one, [2, 4, 9], output_size=[None])
    ok("3-d", three, [1, 2, 5, 6, 7], output_size=3)
    ok("3-d, per axis", three, [2, 2, 5, 6, 7], output_size=[1, 2, 9])
    ok("3-d, nulls", three, [1, 2, 5, 6, 7], output_size=[None, 2, None])
    ok("3-d, to 1", three, [1, 2, 5, 6, 7], output_size=1)
    ok("before the classifier of vgg16", two, [1, 512, 14, 14], output_size=7)
    ok("channels last", two, [2, 9, 8, 3], output_size=[4, 3], data_format=LAST)
    ok("channels last, null", two, [1, 9, 8, 3], output_size=[None, 3], data_format=LAST)
    ok("channels last, 1-d", one, [1, 9, 3], output_size=2, data_format=LAST)
    ok("channels last, 3-d", three, [1, 4, 5, 6, 2], output_size=2, data_format=LAST)
    ok("float64", two, [1, 2, 6, 6], "float64", output_size=2)
    ok("bfloat16", two, [1, 2, 6, 6], "bfloat16", output_size=2)
    for n in (1, 2, 3):
        no(f"{n}-d: negative output_size", f"{kind}{n}d", [1, 2, *[6] * n], output_size=-1)
        no(f"{n}-d: an output_size for one axis more", f"{kind}{n}d", [1, 2, *[6] * n], output_size=[2] * (n + 1))
    no("negative on one axis", two, [1, 2, 6, 6], output_size=[2, -3])
    no("two output_sizes for 3-d", three, [1, 2, 6, 6, 6], output_size=[2, 2])
    no("one output_size in a list for 2-d", two, [1, 2, 6, 6], output_size=[2])
    no("rank 2 input for 2-d", two, [2, 8], output_size=2)
    no("rank 5 input for 2-d", two, [1, 2, 8, 8, 8], output_size=2)
    no("rank 4 input for 1-d", one, [1, 2, 8, 8], output_size=2)
    no("rank 1 input for 1-d", one, [8], output_size=2)
    no("rank 3 input for 3-d", three, [1, 2, 8], output_size=2)
    no("rank 6 input for 3-d", three, [1, 2, 8, 8, 8, 2], output_size=2)


def draw_adaptive(chance, kind):
    n = chance.randint(1, 3)
    shape = [chance.randint(1, 3), chance.randint(1, 4), *(chance.randint(1, 12) for _ in range(n))]
    size = spread(chance, n, 1, 9)
    if isinstance(size, list) and n > 1 and chance.random() < 0.4:
        size[chance.randrange(n)] = None
    return f"{kind}{n}d", shape, {"output_size": size, **sometimes(chance, 0.4 if kind == "adaptive_max_pool" else 0, return_indices=True)}


def global_pool_cases(f):
    ok, no = f.ok, f.no
    for type in ("global_avg_pool", "global_max_pool", "global_lp_pool"):
        for axes in ([9], [7, 7], [4, 5, 6], [2, 3, 2, 3]):
            ok(f"{type}, {len(axes)} spatial axes", type, [2, 3, *axes])
        ok(f"{type}, extents of 1", type, [1, 5, 1, 1])
        ok(f"{type}, one long axis", type, [3, 2, 1, 31])
        ok(f"{type}, channels last, 1-d", type, [2, 9, 4], data_format=LAST)
        ok(f"{type}, channels last, 2-d", type, [2, 7, 6, 4], data_format=LAST)
        ok(f"{type}, channels last, 3-d", type, [1, 3, 4, 5, 2], data_format=LAST)
        ok(f"{type}, float64", type, [1, 2, 5, 5], "float64")
        ok(f"{type}, bfloat16", type, [1, 2, 5, 5], "bfloat16")
        no(f"{type}, no spatial axis", type, [2, 8])
        no(f"{type}, rank 1", type, [8])
    ok("the end of a resnet", "global_avg_pool", [8, 512, 7, 7])
    ok("global_max_pool of int64", "global_max_pool", [1, 2, 5, 5], "int64")
    for p in (1, 2, 3, 1.5):
        ok(f"global_lp_pool, norm_type {p}", "global_lp_pool", [1, 3, 6, 5], norm_type=p)
    no("global_lp_pool, norm_type 0", "global_lp_pool", [1, 3, 6, 5], norm_type=0)
    for dtype in ("int64", "int32", "uint8", "bool"):
        no(f"global_avg_pool of {dtype}", "global_avg_pool", [1, 2, 5, 5], dtype)
    f.draw(10, draw_global)


def draw_global(chance):
    shape = [chance.randint(1, 3), chance.randint(1, 6), *(chance.randint(1, 6) for _ in range(chance.randint(1, 4)))]
    return chance.choice(["global_avg_pool", "global_max_pool", "global_lp_pool"]), shape, {}


def batch_norm_cases(f):
    ok, no = f.ok, f.no
    shapes = {2: [3, 6], 3: [2, 6, 9], 4: [2, 6, 5, 4], 5: [1, 6, 3, 4, 5]}
    for rank, shape in shapes.items():
        ok(f"rank {rank}", "batch_norm", shape)
        ok(f"rank {rank}, affine false", "batch_norm", shape, affine=False)
        ok(f"rank {rank}, track_running_stats false", "batch_norm", shape, track_running_stats=False)
        ok(f"rank {rank}, neither", "batch_norm", shape, affine=False, track_running_stats=False)
        ok(f"rank {rank}, num_features given and right", "batch_norm", shape, num_features=6)
        no(f"rank {rank}, num_features too large", "batch_norm", shape, num_features=7)
        no(f"rank {rank}, num_features too small, affine false", "batch_norm", shape, num_features=5, affine=False)
        no(f"rank {rank}, num_features too large, track_running_stats false", "batch_norm", shape, num_features=7, track_running_stats=False)
    ok("affine and track_running_stats said aloud", "batch_norm", [1, 3, 4, 4], affine=True, track_running_stats=True)
    ok("eps", "batch_norm", [1, 3, 4, 4], eps=0.001)
    ok("eps 0", "batch_norm", [1, 3, 4, 4], eps=0)
    ok("momentum", "batch_norm", [1, 3, 4, 4], momentum=0.01)
    ok("momentum 0", "batch_norm", [1, 3, 4, 4], momentum=0)
    ok("momentum null", "batch_norm", [1, 3, 4, 4], momentum=None)
    ok("everything at once", "batch_norm", [2, 3, 4, 4], num_features=3, eps=0.001, momentum=0.01, affine=True, track_running_stats=True)
    ok("one value per channel, with running statistics", "batch_norm", [1, 6])
    ok("one channel", "batch_norm", [2, 1, 5, 5])
    ok("one cell", "batch_norm", [2, 4, 1, 1])
    ok("after the first layer of resnet", "batch_norm", [1, 64, 112, 112])
    for rank, shape in {2: [3, 6], 3: [2, 9, 6], 4: [2, 5, 4, 6], 5: [1, 3, 4, 5, 6]}.items():
        ok(f"rank {rank}, channels last", "batch_norm", shape, data_format=LAST)
    no("channels last, num_features does not match", "batch_norm", [2, 5, 4, 6], num_features=5, data_format=LAST)
    for dtype in ("float64", "float16", "bfloat16"):
        ok(dtype, "batch_norm", [1, 3, 4, 4], dtype)
    no("rank 1", "batch_norm", [6])
    no("rank 1, affine false", "batch_norm", [6], affine=False)
    no("negative num_features", "batch_norm", [1, 3, 4, 4], num_features=-3)
    no("negative eps", "batch_norm", [1, 3, 4, 4], eps=-0.001)
    no("integers", "batch_norm", [1, 3, 4, 4], "int64")
    no("one value per channel, no running statistics", "batch_norm", [1, 6], track_running_stats=False)
    no("one value per channel, no running statistics, rank 4", "batch_norm", [1, 6, 1, 1], track_running_stats=False)
    f.draw(6, draw_batch_norm)


def draw_batch_norm(chance):
    features = chance.randint(1, 8)
    shape = [chance.randint(2, 3), features, *(chance.randint(1, 6) for _ in range(chance.randint(0, 3)))]
    return "batch_norm", shape, {
        **sometimes(chance, 0.5, num_features=features),
        **sometimes(chance, 0.5, affine=chance.random() < 0.5),
        **sometimes(chance, 0.5, track_running_stats=chance.random() < 0.5),
    }


def layer_norm_cases(f):
    ok = f.ok
    norm_shape_cases(f, "layer_norm")
    ok("bias false", "layer_norm", [2, 5, 8], normalized_shape=8, bias=False)
    ok("bias false over two axes", "layer_norm", [2, 5, 8], normalized_shape=[5, 8], bias=False)
    ok("bias said aloud", "layer_norm", [2, 5, 8], normalized_shape=8, bias=True)
    ok("bias false, elementwise_affine false", "layer_norm", [2, 5, 8], normalized_shape=8, elementwise_affine=False, bias=False)
    ok("bias true, elementwise_affine false", "layer_norm", [2, 5, 8], normalized_shape=8, elementwise_affine=False, bias=True)
    f.draw(12, lambda chance: draw_norm_shape(chance, "layer_norm"))


def rms_norm_cases(f):
    ok = f.ok
    norm_shape_cases(f, "rms_norm")
    ok("eps null", "rms_norm", [2, 5, 8], normalized_shape=8, eps=None)
    f.draw(14, lambda chance: draw_norm_shape(chance, "rms_norm"))


def norm_shape_cases(f, type):
    ok, no = f.ok, f.no
    ok("the last axis", type, [2, 5, 8], normalized_shape=8)
    ok("the last axis, as a list", type, [2, 5, 8], normalized_shape=[8])
    ok("rank 2", type, [3, 7], normalized_shape=7)
    ok("rank 4, last axis", type, [2, 3, 4, 5], normalized_shape=5)
    ok("rank 4, last two axes", type, [2, 3, 4, 5], normalized_shape=[4, 5])
    ok("rank 4, all but the batch", type, [2, 3, 4, 5], normalized_shape=[3, 4, 5])
    ok("rank 5, last three axes", type, [1, 2, 3, 4, 5], normalized_shape=[3, 4, 5])
    ok("the batch axis too", type, [2, 3, 4], normalized_shape=[2, 3, 4])
    ok("equal extents on both axes", type, [2, 6, 6], normalized_shape=6)
    ok("an extent of 1", type, [2, 5, 1], normalized_shape=1)
    ok("a leading extent of 1", type, [2, 1, 6], normalized_shape=[1, 6])
    ok("elementwise_affine false", type, [2, 5, 8], normalized_shape=8, elementwise_affine=False)
    ok("elementwise_affine false over two axes", type, [2, 5, 8], normalized_shape=[5, 8], elementwise_affine=False)
    ok("elementwise_affine said aloud", type, [2, 5, 8], normalized_shape=8, elementwise_affine=True)
    ok("eps", type, [2, 5, 8], normalized_shape=8, eps=1e-6)
    ok("eps 0", type, [2, 5, 8], normalized_shape=8, eps=0)
    ok("everything at once", type, [1, 4, 6], normalized_shape=[4, 6], eps=0.001, elementwise_affine=True)
    ok("a transformer's", type, [1, 197, 768], normalized_shape=768, eps=1e-6)
    for dtype in ("float64", "float16", "bfloat16"):
        ok(dtype, type, [2, 5, 8], dtype, normalized_shape=8)
    no("does not match the last axis", type, [2, 5, 8], normalized_shape=7)
    no("names another axis", type, [2, 5, 8], normalized_shape=5)
    no("names the channels of a feature map", type, [2, 6, 7, 8], normalized_shape=6)
    no("the axes in the wrong order", type, [2, 5, 8], normalized_shape=[8, 5])
    no("right last axis, wrong axis before", type, [2, 5, 8], normalized_shape=[4, 8])
    no("wrong last axis, right axis before", type, [2, 5, 8], normalized_shape=[5, 9])
    no("the product matches, the axes do not", type, [2, 5, 8], normalized_shape=40)
    no("more axes than the input has", type, [5, 8], normalized_shape=[2, 5, 8])
    no("an extent of 1 does not broadcast", type, [2, 5, 8], normalized_shape=[1, 8])
    no("an empty list", type, [2, 5, 8], normalized_shape=[])
    no("a negative extent", type, [2, 5, 8], normalized_shape=-8)
    no("does not match, elementwise_affine false", type, [2, 5, 8], normalized_shape=7, elementwise_affine=False)
    no("rank 4, three axes, one wrong", type, [2, 3, 4, 5], normalized_shape=[3, 3, 5])
    no("integers", type, [2, 5, 8], "int64", normalized_shape=8)


def draw_norm_shape(chance, type):
    shape = [chance.randint(1, 3), *(chance.randint(1, 7) for _ in range(chance.randint(1, 4)))]
    tail = shape[-chance.randint(1, len(shape) - 1):]
    if chance.random() < 0.25:
        tail[chance.randrange(len(tail))] += 1
    return type, shape, {
        "normalized_shape": tail[0] if len(tail) == 1 and chance.random() < 0.5 else tail,
        **sometimes(chance, 0.4, elementwise_affine=chance.random() < 0.5),
        **(sometimes(chance, 0.4, bias=chance.random() < 0.5) if type == "layer_norm" else {}),
    }


def group_norm_cases(f):
    ok, no = f.ok, f.no
    for rank, shape in {2: [2, 6], 3: [2, 6, 5], 4: [2, 6, 5, 4], 5: [1, 6, 3, 4, 5], 6: [1, 6, 2, 3, 2, 3]}.items():
        ok(f"rank {rank}", "group_norm", shape, num_groups=3)
        ok(f"rank {rank}, affine false", "group_norm", shape, num_groups=2, affine=False)
    ok("num_channels given and right", "group_norm", [2, 6, 5, 4], num_groups=3, num_channels=6)
    ok("one group", "group_norm", [2, 6, 5, 4], num_groups=1)
    ok("a group per channel", "group_norm", [2, 6, 5, 4], num_groups=6)
    ok("one channel", "group_norm", [2, 1, 5, 4], num_groups=1)
    ok("affine said aloud", "group_norm", [2, 6, 5, 4], num_groups=2, affine=True)
    ok("eps", "group_norm", [2, 6, 5, 4], num_groups=2, eps=1e-6)
    ok("eps 0", "group_norm", [2, 6, 5, 4], num_groups=2, eps=0)
    ok("everything at once", "group_norm", [1, 8, 3, 3], num_groups=4, num_channels=8, eps=0.001, affine=False)
    ok("32 groups", "group_norm", [1, 320, 8, 8], num_groups=32)
    ok("one cell", "group_norm", [1, 8, 1, 1], num_groups=4)
    ok("a group per channel, one value each, two in the batch", "group_norm", [2, 6], num_groups=6)
    for rank, shape in {3: [2, 5, 6], 4: [2, 5, 4, 6], 5: [1, 3, 4, 5, 6]}.items():
        ok(f"rank {rank}, channels last", "group_norm", shape, num_groups=2, data_format=LAST)
    for dtype in ("float64", "bfloat16"):
        ok(dtype, "group_norm", [1, 4, 3, 3], dtype, num_groups=2)
    for rank, shape in {2: [2, 6], 3: [2, 6, 5], 4: [2, 6, 5, 4], 5: [1, 6, 3, 4, 5]}.items():
        no(f"rank {rank}, groups do not divide", "group_norm", shape, num_groups=4)
    no("groups do not divide, affine false", "group_norm", [2, 6, 5, 4], num_groups=4, affine=False)
    no("more groups than channels", "group_norm", [2, 6, 5, 4], num_groups=12)
    no("num_groups 0", "group_norm", [2, 6, 5, 4], num_groups=0)
    no("negative num_groups", "group_norm", [2, 6, 5, 4], num_groups=-2)
    no("num_channels does not match", "group_norm", [2, 6, 5, 4], num_groups=2, num_channels=8)
    no("num_channels too small", "group_norm", [2, 6, 5, 4], num_groups=2, num_channels=4)
    no("channels last, groups do not divide", "group_norm", [2, 4, 4, 6], num_groups=4, data_format=LAST)
    no("rank 1", "group_norm", [6], num_groups=2)
    no("integers", "group_norm", [2, 6, 5, 4], "int64", num_groups=2)
    no("one value per group and nothing else", "group_norm", [1, 6], num_groups=6)
    no("one value per group and nothing else, rank 4", "group_norm", [1, 6, 1, 1], num_groups=6)
    f.draw(10, draw_group_norm)


def draw_group_norm(chance):
    groups = chance.randint(1, 4)
    features = groups * chance.randint(1, 4) + (chance.random() < 0.2)
    shape = [chance.randint(2, 3), features, *(chance.randint(1, 6) for _ in range(chance.randint(0, 3)))]
    return "group_norm", shape, {"num_groups": groups, **sometimes(chance, 0.4, num_channels=features), **sometimes(chance, 0.4, affine=chance.random() < 0.5)}


def instance_norm_cases(f):
    ok, no = f.ok, f.no
    for rank, shape in {3: [2, 6, 9], 4: [2, 6, 5, 4], 5: [1, 6, 3, 4, 5]}.items():
        ok(f"rank {rank}", "instance_norm", shape)
        ok(f"rank {rank}, affine", "instance_norm", shape, affine=True)
        ok(f"rank {rank}, track_running_stats", "instance_norm", shape, track_running_stats=True)
        ok(f"rank {rank}, both", "instance_norm", shape, affine=True, track_running_stats=True)
        ok(f"rank {rank}, num_features given and right", "instance_norm", shape, num_features=6)
        ok(f"rank {rank}, one spatial element, track_running_stats", "instance_norm", [2, 3, *[1] * (rank - 2)], track_running_stats=True)
        no(f"rank {rank}, num_features too large, affine", "instance_norm", shape, num_features=7, affine=True)
        no(f"rank {rank}, num_features too small, both", "instance_norm", shape, num_features=5, affine=True, track_running_stats=True)
        no(f"rank {rank}, num_features too large, track_running_stats", "instance_norm", shape, num_features=7, track_running_stats=True)
        no(f"rank {rank}, one spatial element", "instance_norm", [2, 3, *[1] * (rank - 2)])
    ok("affine and track_running_stats said aloud", "instance_norm", [1, 3, 4, 4], affine=False, track_running_stats=False)
    ok("eps", "instance_norm", [1, 3, 4, 4], eps=0.001)
    ok("eps 0", "instance_norm", [1, 3, 4, 4], eps=0)
    ok("momentum", "instance_norm", [1, 3, 4, 4], momentum=0.01, track_running_stats=True)
    ok("momentum 0", "instance_norm", [1, 3, 4, 4], momentum=0)
    ok("everything at once", "instance_norm", [2, 3, 4, 4], num_features=3, eps=0.001, momentum=0.01, affine=True, track_running_stats=True)
    ok("one channel", "instance_norm", [2, 1, 5, 5])
    ok("two spatial elements", "instance_norm", [1, 4, 1, 2])
    ok("style transfer", "instance_norm", [1, 32, 64, 64], affine=True)
    for rank, shape in {3: [2, 9, 6], 4: [2, 5, 4, 6], 5: [1, 3, 4, 5, 6]}.items():
        ok(f"rank {rank}, channels last", "instance_norm", shape, affine=True, data_format=LAST)
    no("channels last, num_features does not match", "instance_norm", [2, 5, 4, 6], num_features=5, affine=True, data_format=LAST)
    for dtype in ("float64", "bfloat16"):
        ok(dtype, "instance_norm", [1, 3, 4, 4], dtype, affine=True)
    no("rank 1", "instance_norm", [6])
    no("negative num_features", "instance_norm", [1, 3, 4, 4], num_features=-3, affine=True)
    no("integers", "instance_norm", [1, 3, 4, 4], "int64", affine=True)
    f.draw(8, draw_instance_norm)


def draw_instance_norm(chance):
    features = chance.randint(1, 8)
    shape = [chance.randint(1, 3), features, *(chance.randint(2, 6) for _ in range(chance.randint(1, 3)))]
    return "instance_norm", shape, {
        **sometimes(chance, 0.5, num_features=features),
        **sometimes(chance, 0.6, affine=chance.random() < 0.7),
        **sometimes(chance, 0.6, track_running_stats=chance.random() < 0.7),
    }


def local_response_norm_cases(f):
    ok, no = f.ok, f.no
    for rank, shape in {3: [2, 7, 9], 4: [2, 7, 5, 4], 5: [1, 7, 3, 4, 5], 6: [1, 7, 2, 3, 2, 3]}.items():
        for size in (1, 2, 5):
            ok(f"rank {rank}, size {size}", "local_response_norm", shape, size=size)
        ok(f"rank {rank}, size larger than the channels", "local_response_norm", shape, size=10)
        ok(f"rank {rank}, every constant", "local_response_norm", shape, size=3, alpha=0.001, beta=0.5, k=2.0)
        no(f"rank {rank}, size 0", "local_response_norm", shape, size=0)
        no(f"rank {rank}, negative size", "local_response_norm", shape, size=-3)
    ok("size as large as the channels", "local_response_norm", [1, 7, 5, 4], size=7)
    ok("one channel", "local_response_norm", [1, 1, 5, 4], size=3)
    ok("one cell", "local_response_norm", [1, 6, 1, 1], size=3)
    ok("alpha", "local_response_norm", [1, 6, 5, 4], size=5, alpha=1)
    ok("beta 0", "local_response_norm", [1, 6, 5, 4], size=5, beta=0)
    ok("k", "local_response_norm", [1, 6, 5, 4], size=5, k=2)
    ok("k below 1", "local_response_norm", [1, 6, 5, 4], size=5, k=0.5)
    ok("alexnet's", "local_response_norm", [1, 96, 55, 55], size=5, alpha=0.0001, beta=0.75, k=2)
    for rank, shape in {3: [2, 9, 6], 4: [2, 5, 4, 6], 5: [1, 3, 4, 5, 6]}.items():
        ok(f"rank {rank}, channels last", "local_response_norm", shape, size=3, data_format=LAST)
    ok("float64", "local_response_norm", [1, 6, 3, 3], "float64", size=3)
    ok("bfloat16", "local_response_norm", [1, 6, 9], "bfloat16", size=3)
    no("rank 2", "local_response_norm", [2, 7], size=3)
    no("rank 1", "local_response_norm", [7], size=3)
    f.draw(10, draw_local_response_norm)


def draw_local_response_norm(chance):
    shape = [chance.randint(1, 3), chance.randint(1, 8), *(chance.randint(1, 6) for _ in range(chance.randint(1, 3)))]
    return "local_response_norm", shape, {
        "size": chance.randint(1, 9),
        **sometimes(chance, 0.4, alpha=0.001),
        **sometimes(chance, 0.4, beta=0.5),
        **sometimes(chance, 0.4, k=2),
    }


def pad_cases(f):
    ok, no = f.ok, f.no
    ok("one axis", "pad", [2, 3, 5], padding=[[1, 2]])
    ok("two axes, in axis order", "pad", [2, 3, 5, 6], padding=[[1, 2], [3, 4]])
    ok("three axes", "pad", [1, 2, 3, 4, 5], padding=[[1, 0], [0, 2], [3, 3]])
    ok("only the last axis of a feature map", "pad", [2, 3, 5, 6], padding=[[2, 1]])
    ok("the channels too", "pad", [2, 3, 5, 6], padding=[[1, 2], [0, 0], [3, 0]])
    ok("every axis, the batch by 0", "pad", [2, 3, 5], padding=[[0, 0], [1, 1], [2, 0]])
    ok("rank 2", "pad", [3, 7], padding=[[0, 5]])
    ok("by 0", "pad", [2, 3, 5], padding=[[0, 0]])
    ok("constant said aloud", "pad", [2, 3, 5], padding=[[1, 1]], mode="constant")
    ok("value", "pad", [2, 3, 5], padding=[[1, 1]], mode="constant", value=-1.5)
    ok("value without a mode", "pad", [2, 3, 5, 5], padding=[[1, 1], [0, 2]], value=1)
    ok("more than the extent", "pad", [1, 1, 2, 2], padding=[[5, 6], [7, 8]])
    ok("negative crops", "pad", [2, 3, 8], padding=[[-1, -2]])
    ok("crops at the start, pads at the end", "pad", [2, 3, 8], padding=[[-3, 2]])
    ok("crops one axis, pads the other", "pad", [2, 3, 6, 7], padding=[[-1, -1], [2, 2]])
    ok("crops to one cell", "pad", [2, 3, 6, 7], padding=[[-2, -3], [-6, 0]])
    ok("int64", "pad", [2, 5], "int64", padding=[[0, 3]])
    ok("bool", "pad", [1, 4, 4], "bool", padding=[[1, 1], [1, 1]])
    ok("float64", "pad", [1, 4, 4], "float64", padding=[[1, 1], [1, 1]])
    for mode in ("reflect", "replicate", "circular"):
        ok(f"{mode}, 1-d", "pad", [2, 3, 6], padding=[[2, 3]], mode=mode)
        ok(f"{mode}, 2-d", "pad", [2, 3, 6, 5], padding=[[1, 2], [3, 0]], mode=mode)
        ok(f"{mode}, 3-d", "pad", [1, 2, 3, 4, 5], padding=[[1, 2], [0, 3], [2, 2]], mode=mode)
        ok(f"{mode}, crops", "pad", [1, 2, 6], padding=[[-1, -2]], mode=mode)
        no(f"{mode} takes no value", "pad", [1, 2, 6], padding=[[1, 1]], mode=mode, value=1)
        no(f"{mode}: crops everything", "pad", [1, 2, 4], padding=[[-3, -3]], mode=mode)
    ok("reflects as far as it can", "pad", [1, 2, 4, 5], padding=[[3, 3], [4, 4]], mode="reflect")
    ok("replicates far past the input", "pad", [1, 2, 4], padding=[[40, 7]], mode="replicate")
    ok("replicates one cell", "pad", [1, 2, 1, 1], padding=[[3, 2], [1, 1]], mode="replicate")
    ok("wraps around once", "pad", [1, 2, 4, 5], padding=[[4, 4], [5, 5]], mode="circular")
    ok("wraps one axis only", "pad", [1, 2, 4, 5], padding=[[0, 0], [2, 2]], mode="circular")
    no("reflects one too far, at the start", "pad", [1, 2, 4], padding=[[4, 1]], mode="reflect")
    no("reflects one too far, at the end", "pad", [1, 2, 4], padding=[[1, 4]], mode="reflect")
    no("reflects one too far, first axis of two", "pad", [1, 2, 4, 5], padding=[[4, 0], [4, 4]], mode="reflect")
    no("reflects one too far, 3-d", "pad", [1, 2, 4, 5, 6], padding=[[0, 0], [0, 0], [0, 6]], mode="reflect")
    no("reflects one cell", "pad", [1, 2, 1], padding=[[1, 0]], mode="reflect")
    no("wraps around more than once", "pad", [1, 2, 4], padding=[[5, 0]], mode="circular")
    no("wraps around more than once, 2-d", "pad", [1, 2, 4, 5], padding=[[1, 1], [0, 6]], mode="circular")
    no("crops more than there is", "pad", [2, 3, 4], padding=[[-2, -3]])
    no("crops more than there is on one axis", "pad", [2, 3, 4, 6], padding=[[-5, 0], [1, 1]])
    no("more pairs than axes", "pad", [2, 3, 4], padding=[[0, 0], [1, 1], [1, 1], [1, 1]])
    no("an unknown mode", "pad", [2, 3, 4, 4], padding=[[1, 1], [1, 1]], mode="wrap")
    f.draw(14, draw_pad)


def draw_pad(chance):
    n, mode = chance.randint(1, 3), chance.choice(["constant", "constant", "reflect", "replicate", "circular"])
    shape = [chance.randint(1, 3), chance.randint(1, 3), *(chance.randint(2, 7) for _ in range(n))]
    low = -2 if mode == "constant" else 0
    pairs = [[chance.randint(low, 4), chance.randint(low, 4)] for _ in range(n)]
    return "pad", shape, {"padding": pairs, **({"mode": mode} if mode != "constant" or chance.random() < 0.5 else {})}


def crop_cases(f):
    ok, no = f.ok, f.no
    ok("one axis", "crop", [2, 3, 8], cropping=[[1, 2]])
    ok("two axes, in axis order", "crop", [2, 3, 9, 10], cropping=[[1, 2], [3, 4]])
    ok("three axes", "crop", [1, 2, 5, 6, 7], cropping=[[1, 0], [0, 2], [3, 3]])
    ok("only the last axis of a feature map", "crop", [2, 3, 5, 6], cropping=[[2, 1]])
    ok("the channels too", "crop", [2, 6, 5, 6], cropping=[[1, 2], [0, 0], [3, 0]])
    ok("every axis, the batch by 0", "crop", [2, 3, 5], cropping=[[0, 0], [1, 1], [2, 0]])
    ok("rank 2", "crop", [3, 7], cropping=[[0, 5]])
    ok("by 0", "crop", [2, 3, 5], cropping=[[0, 0]])
    ok("by 0 on every axis", "crop", [2, 3, 5, 5], cropping=[[0, 0], [0, 0]])
    ok("to one cell from both sides", "crop", [1, 2, 7, 7], cropping=[[3, 3], [3, 3]])
    ok("to the last cell", "crop", [1, 2, 7], cropping=[[6, 0]])
    ok("to the first cell", "crop", [1, 2, 7], cropping=[[0, 6]])
    ok("unet's copy and crop", "crop", [1, 64, 64, 64], cropping=[[4, 4], [4, 4]])
    for dtype in ("float64", "int64", "bool", "uint8"):
        ok(dtype, "crop", [2, 5, 6], dtype, cropping=[[1, 1]])
    for rank in (2, 3, 4, 5):
        shape = [2, *range(4, 3 + rank)]
        ok(f"rank {rank}, the last axis to one cell", "crop", shape, cropping=[[1, shape[-1] - 2]])
        no(f"rank {rank}, one more than there is", "crop", shape, cropping=[[1, shape[-1]]])
        no(f"rank {rank}, more pairs than axes", "crop", shape, cropping=[[0, 0]] * (rank + 1))
    no("one more than there is, at the start", "crop", [1, 2, 4], cropping=[[5, 0]])
    no("one more than there is, at the end", "crop", [1, 2, 4], cropping=[[0, 5]])
    no("too much on the first of two axes", "crop", [1, 2, 4, 9], cropping=[[3, 3], [1, 1]])
    no("too much on the second of two axes", "crop", [1, 2, 9, 4], cropping=[[1, 1], [3, 3]])
    no("too many channels", "crop", [1, 2, 9, 9], cropping=[[2, 1], [0, 0], [0, 0]])
    f.draw(18, draw_crop)


def draw_crop(chance):
    shape = [chance.randint(1, 3), *(chance.randint(2, 9) for _ in range(chance.randint(1, 4)))]
    return "crop", shape, {"cropping": [[chance.randint(0, 4), chance.randint(0, 4)] for _ in range(chance.randint(1, len(shape) - 1))]}


def upsample_cases(f):
    ok, no = f.ok, f.no
    shapes = {1: [2, 3, 5], 2: [2, 3, 5, 4], 3: [1, 2, 3, 4, 5]}
    for n, shape in shapes.items():
        ok(f"{n}-d: scale_factor 2", "upsample", shape, scale_factor=2)
        ok(f"{n}-d: one size for all axes", "upsample", shape, size=7)
        ok(f"{n}-d: nearest, size per axis", "upsample", shape, size=[6, 9, 2][:n], mode="nearest")
        ok(f"{n}-d: area", "upsample", shape, size=[2, 3, 4][:n], mode="area")
        mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[n]
        ok(f"{n}-d: {mode}", "upsample", shape, scale_factor=2, mode=mode)
        ok(f"{n}-d: {mode}, align_corners", "upsample", shape, size=[9, 8, 7][:n], mode=mode, align_corners=True)
        ok(f"{n}-d: {mode}, align_corners false", "upsample", shape, size=[9, 8, 7][:n], mode=mode, align_corners=False)
    ok("bicubic", "upsample", [1, 2, 5, 6], scale_factor=2, mode="bicubic")
    ok("bicubic, align_corners", "upsample", [1, 2, 5, 6], size=[11, 3], mode="bicubic", align_corners=True)
    ok("nearest-exact", "upsample", [1, 2, 5, 6], scale_factor=2, mode="nearest-exact")
    ok("scale_factor per axis", "upsample", [1, 2, 5, 6], scale_factor=[2, 3])
    ok("scale_factor 1", "upsample", [1, 2, 5, 6], scale_factor=1)
    ok("scale_factor 1.5 rounds down", "upsample", [1, 2, 5, 7], scale_factor=1.5)
    ok("scale_factor 0.5 rounds down", "upsample", [1, 2, 5, 7], scale_factor=0.5)
    ok("scale_factor 0.5, bilinear", "upsample", [1, 2, 9, 7], scale_factor=0.5, mode="bilinear")
    ok("100 x 0.29 is 28 in doubles", "upsample", [1, 1, 100], scale_factor=0.29)
    ok("100 x 0.57 is 56 in doubles", "upsample", [1, 1, 100], scale_factor=0.57, mode="linear")
    ok("100 x 1.15 is 114 in doubles", "upsample", [1, 1, 100], scale_factor=1.15)
    ok("100 x 1.1 is 110 in doubles", "upsample", [1, 1, 100], scale_factor=1.1)
    ok("a scale_factor that just leaves one cell", "upsample", [1, 2, 4, 4], scale_factor=0.25)
    ok("from one cell", "upsample", [1, 8, 1, 1], size=[5, 7], mode="bilinear", align_corners=False)
    ok("size shrinks", "upsample", [1, 2, 9, 8], size=[3, 8])
    ok("to an image", "upsample", [1, 21, 28, 28], size=[224, 224], mode="bilinear", align_corners=False)
    ok("channels last", "upsample", [2, 5, 4, 3], scale_factor=2, data_format=LAST)
    ok("channels last, bilinear, size", "upsample", [1, 5, 4, 3], size=[7, 9], mode="bilinear", data_format=LAST)
    ok("channels last, 1-d", "upsample", [1, 5, 3], scale_factor=3, data_format=LAST)
    ok("uint8", "upsample", [1, 2, 4, 4], "uint8", scale_factor=2)
    ok("float64", "upsample", [1, 2, 4, 4], "float64", scale_factor=2, mode="bilinear")
    no("size and scale_factor", "upsample", [1, 2, 4, 4], size=8, scale_factor=2)
    no("neither size nor scale_factor", "upsample", [1, 2, 4, 4])
    no("align_corners with nearest", "upsample", [1, 2, 4, 4], size=8, align_corners=True)
    no("align_corners false with nearest", "upsample", [1, 2, 4, 4], size=8, mode="nearest", align_corners=False)
    no("align_corners with area", "upsample", [1, 2, 4, 4], size=8, mode="area", align_corners=True)
    no("linear on two axes", "upsample", [1, 2, 4, 4], size=8, mode="linear")
    no("bilinear on one axis", "upsample", [1, 2, 4], size=8, mode="bilinear")
    no("bilinear on three axes", "upsample", [1, 2, 4, 4, 4], size=8, mode="bilinear")
    no("trilinear on two axes", "upsample", [1, 2, 4, 4], size=8, mode="trilinear")
    no("bicubic on one axis", "upsample", [1, 2, 4], size=8, mode="bicubic")
    no("bicubic on three axes", "upsample", [1, 2, 4, 4, 4], size=8, mode="bicubic")
    no("an unknown mode", "upsample", [1, 2, 4, 4], size=8, mode="cubic")
    no("one size in a list for two axes", "upsample", [1, 2, 4, 4], size=[8])
    no("three sizes for two axes", "upsample", [1, 2, 4, 4], size=[8, 8, 8])
    no("three scale_factors for two axes", "upsample", [1, 2, 4, 4], scale_factor=[2, 2, 2])
    no("size 0", "upsample", [1, 2, 4, 4], size=0)
    no("negative size", "upsample", [1, 2, 4, 4], size=[8, -8])
    no("scale_factor leaves nothing", "upsample", [1, 2, 4, 4], scale_factor=0.2)
    no("scale_factor 0", "upsample", [1, 2, 4, 4], scale_factor=0)
    no("negative scale_factor", "upsample", [1, 2, 4, 4], scale_factor=-2)
    no("no spatial axis", "upsample", [2, 4], scale_factor=2)
    no("four spatial axes", "upsample", [1, 2, 3, 3, 3, 3], scale_factor=2)
    f.draw(12, draw_upsample)


def draw_upsample(chance):
    n = chance.randint(1, 3)
    shape = [chance.randint(1, 2), chance.randint(1, 3), *(chance.randint(1, 11) for _ in range(n))]
    mode = chance.choice(["nearest", "area", {1: "linear", 2: "bilinear", 3: "trilinear"}[n]])
    factors = [0.3, 0.5, 0.7, 1.1, 1.2, 1.5, 2, 2.3, 2.5, 3]
    factor = [chance.choice(factors) for _ in range(n)] if chance.random() < 0.5 else chance.choice(factors)
    target = {"scale_factor": factor} if chance.random() < 0.7 else {"size": spread(chance, n, 1, 12)}
    return "upsample", shape, {**target, "mode": mode, **sometimes(chance, 0.4 if "linear" in mode else 0, align_corners=chance.random() < 0.5)}


def unfold_cases(f):
    ok, no = f.ok, f.no
    ok("3x3", "unfold", [2, 3, 8, 7], kernel_size=3)
    ok("kernel per axis", "unfold", [1, 3, 8, 7], kernel_size=[2, 5])
    ok("padding", "unfold", [1, 3, 8, 7], kernel_size=3, padding=1)
    ok("padding per axis", "unfold", [1, 3, 8, 7], kernel_size=3, padding=[0, 2])
    ok("stride", "unfold", [1, 3, 8, 7], kernel_size=2, stride=2)
    ok("stride per axis", "unfold", [1, 3, 9, 10], kernel_size=3, stride=[2, 3])
    ok("stride larger than the kernel", "unfold", [1, 3, 9, 10], kernel_size=2, stride=4)
    ok("dilation", "unfold", [1, 3, 9, 10], kernel_size=3, dilation=2)
    ok("dilation per axis", "unfold", [1, 3, 9, 10], kernel_size=3, dilation=[3, 1])
    ok("everything at once", "unfold", [2, 4, 11, 9], kernel_size=[3, 2], dilation=[2, 3], padding=[1, 2], stride=[3, 1])
    ok("kernel as large as the input", "unfold", [1, 3, 4, 5], kernel_size=[4, 5])
    ok("kernel as large as the padded input", "unfold", [1, 3, 4, 4], kernel_size=6, padding=1)
    ok("dilated kernel as large as the input", "unfold", [1, 3, 7, 7], kernel_size=3, dilation=3)
    ok("kernel of 1", "unfold", [3, 2, 4, 5], kernel_size=1)
    ok("one channel", "unfold", [1, 1, 4, 5], kernel_size=2)
    ok("one row", "unfold", [1, 2, 1, 9], kernel_size=[1, 3])
    ok("padding larger than the kernel", "unfold", [1, 2, 3, 3], kernel_size=2, padding=3)
    ok("patches of a vision transformer", "unfold", [1, 3, 224, 224], kernel_size=16, stride=16)
    ok("pairs", "unfold", [1, 3, 8, 7], kernel_size=3, stride=2, padding=[[0, 1], [2, 0]])
    ok("pairs with equal halves", "unfold", [1, 3, 8, 7], kernel_size=3, padding=[[1, 1], [0, 0]])
    ok("float64", "unfold", [1, 2, 5, 5], "float64", kernel_size=2)
    ok("bfloat16", "unfold", [1, 2, 5, 5], "bfloat16", kernel_size=2)
    no("kernel one larger than the input", "unfold", [1, 2, 4, 5], kernel_size=5)
    no("kernel one larger than the padded input", "unfold", [1, 2, 4, 4], kernel_size=7, padding=1)
    no("dilated kernel one larger than the input", "unfold", [1, 2, 6, 9], kernel_size=3, dilation=3)
    no("only the second axis is too short", "unfold", [1, 2, 9, 4], kernel_size=5)
    no("kernel_size 0", "unfold", [1, 2, 4, 4], kernel_size=0)
    no("stride 0", "unfold", [1, 2, 4, 4], kernel_size=2, stride=0)
    no("dilation 0", "unfold", [1, 2, 4, 4], kernel_size=2, dilation=0)
    no("negative padding", "unfold", [1, 2, 4, 4], kernel_size=2, padding=-1)
    no("rank 2", "unfold", [2, 4], kernel_size=2)
    no("rank 5", "unfold", [1, 2, 4, 4, 4], kernel_size=2)
    no("three kernel extents", "unfold", [1, 2, 4, 4], kernel_size=[2, 2, 2])
    no("three strides", "unfold", [1, 2, 4, 4], kernel_size=2, stride=[1, 1, 1])
    no("three paddings", "unfold", [1, 2, 4, 4], kernel_size=2, padding=[1, 1, 1])
    no("three dilations", "unfold", [1, 2, 4, 4], kernel_size=2, dilation=[1, 1, 1])
    f.draw(16, draw_unfold)


def draw_unfold(chance):
    shape = [chance.randint(1, 3), chance.randint(1, 4), chance.randint(3, 10), chance.randint(3, 10)]
    return "unfold", shape, {
        "kernel_size": spread(chance, 2, 1, 4),
        **sometimes(chance, 0.5, dilation=spread(chance, 2, 1, 3)),
        **sometimes(chance, 0.5, padding=spread(chance, 2, 0, 2)),
        **sometimes(chance, 0.5, stride=spread(chance, 2, 1, 3)),
    }


def fold_cases(f):
    ok, no = f.ok, f.no
    ok("2x2 to 4x4", "fold", [1, 12, 9], output_size=4, kernel_size=2)
    ok("output_size per axis", "fold", [2, 12, 12], output_size=[4, 5], kernel_size=2)
    ok("kernel per axis", "fold", [1, 12, 9], output_size=[4, 5], kernel_size=[2, 3])
    ok("padding", "fold", [1, 18, 16], output_size=4, kernel_size=3, padding=1)
    ok("padding per axis", "fold", [1, 18, 8], output_size=4, kernel_size=3, padding=[0, 1])
    ok("stride", "fold", [1, 8, 6], output_size=[4, 6], kernel_size=2, stride=2)
    ok("stride per axis", "fold", [1, 8, 10], output_size=[4, 6], kernel_size=2, stride=[2, 1])
    ok("stride leaves cells over", "fold", [1, 8, 4], output_size=[5, 5], kernel_size=2, stride=2)
    ok("dilation", "fold", [1, 9, 9], output_size=7, kernel_size=3, dilation=2)
    ok("dilation per axis", "fold", [1, 9, 15], output_size=7, kernel_size=3, dilation=[2, 1])
    ok("everything at once", "fold", [2, 24, 30], output_size=[11, 9], kernel_size=[3, 2], dilation=[2, 3], padding=[1, 2], stride=[3, 1])
    ok("one block", "fold", [2, 20, 1], output_size=[4, 5], kernel_size=[4, 5])
    ok("kernel of 1", "fold", [1, 3, 20], output_size=[4, 5], kernel_size=1)
    ok("many channels", "fold", [3, 40, 9], output_size=4, kernel_size=2)
    ok("patches back to an image", "fold", [1, 768, 196], output_size=224, kernel_size=16, stride=16)
    ok("float64", "fold", [1, 12, 9], "float64", output_size=4, kernel_size=2)
    no("one block too few", "fold", [1, 12, 8], output_size=4, kernel_size=2)
    no("one block too many", "fold", [1, 12, 10], output_size=4, kernel_size=2)
    no("blocks of the padding missing", "fold", [1, 18, 4], output_size=4, kernel_size=3, padding=1)
    no("channels do not divide by the kernel", "fold", [1, 13, 9], output_size=4, kernel_size=2)
    no("channels divide by one axis only", "fold", [1, 10, 9], output_size=4, kernel_size=2)
    no("kernel larger than the output", "fold", [1, 25, 1], output_size=4, kernel_size=5)
    no("kernel_size 0", "fold", [1, 12, 9], output_size=4, kernel_size=0)
    no("stride 0", "fold", [1, 12, 9], output_size=4, kernel_size=2, stride=0)
    no("dilation 0", "fold", [1, 12, 9], output_size=4, kernel_size=2, dilation=0)
    no("negative padding", "fold", [1, 12, 9], output_size=4, kernel_size=2, padding=-1)
    no("negative output_size", "fold", [1, 12, 9], output_size=-4, kernel_size=2)
    no("rank 4", "fold", [1, 12, 3, 3], output_size=4, kernel_size=2)
    no("rank 1", "fold", [12], output_size=4, kernel_size=2)
    no("three output_sizes", "fold", [1, 12, 9], output_size=[4, 4, 4], kernel_size=2)
    no("three kernel extents", "fold", [1, 12, 9], output_size=4, kernel_size=[2, 2, 2])
    no("three strides", "fold", [1, 12, 9], output_size=4, kernel_size=2, stride=[1, 1, 1])
    f.draw(18, draw_fold)


def draw_fold(chance):
    sizes = {"output_size": spread(chance, 2, 3, 9), "kernel_size": spread(chance, 2, 1, 4)}
    args = {
        **sizes,
        **sometimes(chance, 0.5, dilation=spread(chance, 2, 1, 2)),
        **sometimes(chance, 0.5, padding=spread(chance, 2, 0, 2)),
        **sometimes(chance, 0.5, stride=spread(chance, 2, 1, 3)),
    }
    rows = zip(*(per_axis(args.get(name, default), 2) for name, default in
                 (("output_size", 0), ("kernel_size", 0), ("dilation", 1), ("padding", 0), ("stride", 1))))
    blocks = [(o + 2 * p - d * (k - 1) - 1) // s + 1 for o, k, d, p, s in rows]
    if min(blocks) < 1:
        return None
    cells = math.prod(per_axis(args["kernel_size"], 2))
    wrong = chance.random() < 0.15
    return "fold", [chance.randint(1, 3), cells * chance.randint(1, 3), math.prod(blocks) + wrong], args


def pixel_shuffle_cases(f):
    ok, no = f.ok, f.no
    for r in (1, 2, 3, 4):
        ok(f"shuffle by {r}", "pixel_shuffle", [2, 3 * r * r, 5, 4], upscale_factor=r)
        ok(f"unshuffle by {r}", "pixel_unshuffle", [2, 3, 5 * r, 4 * r], downscale_factor=r)
        ok(f"shuffle by {r} to one channel", "pixel_shuffle", [1, r * r, 1, 3], upscale_factor=r)
        ok(f"unshuffle by {r} to one cell", "pixel_unshuffle", [1, 2, r, r], downscale_factor=r)
    ok("shuffle with a leading axis more", "pixel_shuffle", [2, 3, 8, 3, 4], upscale_factor=2)
    ok("unshuffle with a leading axis more", "pixel_unshuffle", [2, 3, 2, 6, 4], downscale_factor=2)
    ok("shuffle, channels last", "pixel_shuffle", [2, 5, 4, 12], upscale_factor=2, data_format=LAST)
    ok("unshuffle, channels last", "pixel_unshuffle", [2, 6, 4, 3], downscale_factor=2, data_format=LAST)
    ok("the end of espcn", "pixel_shuffle", [1, 27, 72, 72], upscale_factor=3)
    for dtype in ("float64", "int64", "uint8"):
        ok(f"shuffle {dtype}", "pixel_shuffle", [1, 8, 2, 3], dtype, upscale_factor=2)
        ok(f"unshuffle {dtype}", "pixel_unshuffle", [1, 2, 4, 6], dtype, downscale_factor=2)
    no("shuffle: channels divide by the factor, not by its square", "pixel_shuffle", [1, 6, 4, 4], upscale_factor=2)
    no("shuffle: channels do not divide", "pixel_shuffle", [1, 10, 4, 4], upscale_factor=3)
    no("shuffle: fewer channels than the square", "pixel_shuffle", [1, 3, 4, 4], upscale_factor=2)
    no("shuffle by 0", "pixel_shuffle", [1, 4, 4, 4], upscale_factor=0)
    no("shuffle by -2", "pixel_shuffle", [1, 4, 4, 4], upscale_factor=-2)
    no("shuffle, rank 2", "pixel_shuffle", [4, 4], upscale_factor=2)
    no("shuffle, channels last: channels do not divide", "pixel_shuffle", [1, 4, 4, 6], upscale_factor=2, data_format=LAST)
    no("unshuffle: height does not divide", "pixel_unshuffle", [1, 4, 5, 4], downscale_factor=2)
    no("unshuffle: width does not divide", "pixel_unshuffle", [1, 4, 6, 7], downscale_factor=3)
    no("unshuffle: factor larger than the extent", "pixel_unshuffle", [1, 4, 4, 4], downscale_factor=8)
    no("unshuffle by 0", "pixel_unshuffle", [1, 4, 4, 4], downscale_factor=0)
    no("unshuffle by -2", "pixel_unshuffle", [1, 4, 4, 4], downscale_factor=-2)
    no("unshuffle, rank 2", "pixel_unshuffle", [4, 4], downscale_factor=2)
    f.draw(16, draw_pixel_shuffle)


def draw_pixel_shuffle(chance):
    r, c, h, w = (chance.randint(1, 5) for _ in range(4))
    miss = chance.random() < 0.2
    if chance.random() < 0.5:
        return "pixel_shuffle", [chance.randint(1, 3), c * r * r + miss, h, w], {"upscale_factor": r}
    return "pixel_unshuffle", [chance.randint(1, 3), c, h * r + miss, w * r], {"downscale_factor": r}


def channel_shuffle_cases(f):
    ok, no = f.ok, f.no
    for rank, shape in {3: [2, 12, 5], 4: [2, 12, 5, 4], 5: [1, 12, 3, 4, 5], 6: [1, 12, 2, 3, 2, 3]}.items():
        for groups in (2, 3):
            ok(f"rank {rank}, {groups} groups", "channel_shuffle", shape, groups=groups)
        no(f"rank {rank}, groups do not divide", "channel_shuffle", shape, groups=5)
        no(f"rank {rank}, more groups than channels", "channel_shuffle", shape, groups=24)
        no(f"rank {rank}, groups 0", "channel_shuffle", shape, groups=0)
    ok("one group", "channel_shuffle", [2, 12, 5, 4], groups=1)
    ok("a group per channel", "channel_shuffle", [2, 12, 5, 4], groups=12)
    ok("one channel", "channel_shuffle", [2, 1, 5, 4], groups=1)
    ok("one cell", "channel_shuffle", [1, 6, 1, 1], groups=3)
    ok("shufflenet's", "channel_shuffle", [1, 240, 28, 28], groups=3)
    for rank, shape in {3: [2, 5, 12], 4: [2, 5, 4, 12], 5: [1, 3, 4, 5, 12]}.items():
        ok(f"rank {rank}, channels last", "channel_shuffle", shape, groups=4, data_format=LAST)
    for dtype in ("float64", "bfloat16", "int64", "uint8"):
        ok(dtype, "channel_shuffle", [1, 6, 3, 3], dtype, groups=2)
    no("negative groups", "channel_shuffle", [2, 12, 5, 4], groups=-3)
    no("rank 2", "channel_shuffle", [2, 12], groups=3)
    no("rank 1", "channel_shuffle", [12], groups=3)
    no("channels last, groups do not divide", "channel_shuffle", [2, 5, 4, 12], groups=5, data_format=LAST)
    f.draw(14, draw_channel_shuffle)


def draw_channel_shuffle(chance):
    groups = chance.randint(1, 5)
    features = groups * chance.randint(1, 5) + (chance.random() < 0.2)
    return "channel_shuffle", [chance.randint(1, 3), features, *(chance.randint(1, 6) for _ in range(chance.randint(1, 3)))], {"groups": groups}


FAMILIES = {
    "conv": conv_cases,
    "conv_transpose": conv_transpose_cases,
    "max_pool": max_pool_cases,
    "avg_pool": avg_pool_cases,
    "lp_pool": lp_pool_cases,
    "adaptive_avg_pool": adaptive_avg_pool_cases,
    "adaptive_max_pool": adaptive_max_pool_cases,
    "global_pool": global_pool_cases,
    "batch_norm": batch_norm_cases,
    "layer_norm": layer_norm_cases,
    "group_norm": group_norm_cases,
    "instance_norm": instance_norm_cases,
    "rms_norm": rms_norm_cases,
    "local_response_norm": local_response_norm_cases,
    "pad": pad_cases,
    "crop": crop_cases,
    "upsample": upsample_cases,
    "unfold": unfold_cases,
    "fold": fold_cases,
    "pixel_shuffle": pixel_shuffle_cases,
    "channel_shuffle": channel_shuffle_cases,
}


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    total = 0
    for name, cases in FAMILIES.items():
        family = Family(name)
        cases(family)
        family.write(Path(__file__).parent)
        total += len(family.cases)
    print(f"{total} cases in {len(FAMILIES)} families, torch {torch.__version__}")


if __name__ == "__main__":
    main()
