"""The networks that export.py writes, each with its input, its symbolic axes, its opset and the questions it is measured for.

`axes` names the symbolic axes of the input in order: "N" the batch, "NHW" batch, height and width; none: the file is static.
A question gives every named axis an extent. `torch` is the major version of PyTorch that makes the file: 1 is Debian's
python3-torch 1.13 with python3-torchvision 0.14, 2 is PyPI's.
"""

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import nn


@dataclass
class Case:
    name: str
    build: object  # () -> module
    shape: tuple  # of the (first) input, as exported
    opset: int
    axes: dict = field(default_factory=dict)  # {axis: name}
    asked: list = field(default_factory=list)  # [{name: extent}]
    torch: int = 1
    inputs: object = None  # extents -> list of tensors, where the input is no image
    names: tuple = ("image",)
    folded: bool = False  # the exporter's default options: batch norm and constants folded
    listed: bool = False  # initialisers are listed among the graph inputs too (as IR version 3 had to)
    dynamo: bool = False
    value_info: bool = False
    script: bool = False  # torch.jit.script first, so that loops and conditions stay in the graph
    macs: bool = True  # False: we do not know how to count it


def vision(group, name, **arguments):
    def build():
        import torchvision

        module = torchvision.models
        for part in filter(None, group.split(".")):
            module = getattr(module, part)
        return getattr(module, name)(weights=None, **arguments)

    return build


AXES = {"": {}, "N": {0: "N"}, "NHW": {0: "N", 2: "H", 3: "W"}, "NT": {0: "N", 1: "T"}}
SQUARE = [{"N": 1, "H": 224, "W": 224}, {"N": 3, "H": 97, "W": 131}, {"N": 2, "H": 320, "W": 191}]
BATCH = [{"N": 1}, {"N": 5}]


def image(name, opset, axes="", size=(224, 224), batch=1, asked=None, file=None, group="", arguments=None, **more):
    asked = asked or {"": [{}], "N": BATCH, "NHW": SQUARE}[axes]
    kind = {"": f"static{batch}", "N": "batch", "NHW": "size"}[axes]
    file = file or f"{name}-op{opset}-{kind}"
    return Case(file, vision(group, name, **(arguments or {})), (batch, 3, *size), opset, AXES[axes], asked, **more)


def segmentation(name, opset, axes="", **more):
    backbone = {"weights_backbone": None, **more.pop("arguments", {})}
    return image(name, opset, axes, group="segmentation", arguments=backbone, **more)


def video(name, opset, axes="", size=(16, 112, 112), **more):
    return image(name, opset, axes, size=size, group="video", **more)


# --------------------------------------------------------------------------------------------------------- Networks of our own


class RecurrentModel(nn.Module):
    """A word model: embedding, two recurrent layers, a linear head at every step."""

    def __init__(self, kind, bidirectional=False):
        super().__init__()
        self.embed = nn.Embedding(1000, 96)
        self.core = kind(96, 128, num_layers=2, batch_first=True, bidirectional=bidirectional)
        self.head = nn.Linear(256 if bidirectional else 128, 1000)

    def forward(self, tokens):
        return self.head(self.core(self.embed(tokens))[0])


class Bert(nn.Module):
    """Token, position and segment embeddings and PyTorch's own encoder with a mask over padding."""

    def __init__(self, width=128, heads=4, layers=3):
        super().__init__()
        self.token, self.position, self.segment = nn.Embedding(2000, width), nn.Embedding(128, width), nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width)
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.pool = nn.Linear(width, width)

    def forward(self, tokens, segments):
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.norm(self.token(tokens) + self.position(places) + self.segment(segments))
        x = self.encoder(x, src_key_padding_mask=tokens == 0)
        return x, torch.tanh(self.pool(x[:, 0]))


class GptBlock(nn.Module):
    def __init__(self, width, heads, fused):
        super().__init__()
        self.heads, self.fused = heads, fused
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        batch, steps, width = x.shape
        q, k, v = (part.view(batch, steps, self.heads, -1).transpose(1, 2) for part in self.qkv(self.norm1(x)).chunk(3, dim=-1))
        if self.fused:
            x = x + self.out(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, steps, width))
        else:
            scores = (q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5).masked_fill(mask[:steps, :steps] == 0, float("-inf"))
            x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, steps, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    """A decoder whose head is the embedding's weight (tied). Its causal mask is an integer buffer; `fused`, PyTorch's attention masks."""

    def __init__(self, width=128, heads=4, layers=2, fused=False):
        super().__init__()
        self.token, self.position = nn.Embedding(3000, width), nn.Parameter(torch.zeros(1, 64, width))
        self.blocks = nn.ModuleList(GptBlock(width, heads, fused) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 3000, bias=False)
        self.head.weight = self.token.weight
        self.register_buffer("mask", torch.ones(64, 64, dtype=torch.uint8).tril())

    def forward(self, tokens):
        x = self.token(tokens) + self.position[:, : tokens.shape[1]]
        for block in self.blocks:
            x = block(x, self.mask)
        return self.head(self.norm(x))


class UNet(nn.Module):
    """Transposed convolutions, crops to the skip's size, group norm, and one convolution that is used twice."""

    def __init__(self, widths=(16, 32, 64)):
        super().__init__()
        def double(i, o):
            return nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.1),
                                 nn.Conv2d(o, o, 3, padding=1), nn.GroupNorm(4, o), nn.PReLU(o))
        self.down = nn.ModuleList(double(i, o) for i, o in zip((3, *widths), widths))
        self.up = nn.ModuleList(nn.ConvTranspose2d(o, i, 3, stride=2, padding=1, output_padding=1, groups=2)
                                for i, o in zip(widths[-2::-1], widths[:0:-1]))
        self.merge = nn.ModuleList(double(2 * width, width) for width in widths[-2::-1])
        self.refine, self.head = nn.Conv2d(widths[0], widths[0], 3, padding=1), nn.Conv2d(widths[0], 5, 1)

    def forward(self, x):
        kept = []
        for number, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2, ceil_mode=True) if number else x)
            kept.append(x)
        kept.pop()
        for up, merge in zip(self.up, self.merge):
            skip = kept.pop()
            x = merge(torch.cat([up(x)[:, :, : skip.shape[2], : skip.shape[3]], skip], 1))
        return self.head(self.refine(F.relu(self.refine(x))))


class Shuffle(nn.Module):
    """Super resolution whose pixel shuffle is written with reshapes of the run-time shape."""

    def __init__(self, scale=3):
        super().__init__()
        self.scale = scale
        self.first, self.last = nn.Conv2d(3, 32, 5, padding=2), nn.Conv2d(32, 3 * scale * scale, 3, padding=1)

    def forward(self, x):
        x = self.last(F.elu(self.first(x)))
        batch, channels, height, width = x.shape
        s = self.scale
        x = x.reshape(batch, channels // (s * s), s, s, height, width).permute(0, 1, 4, 2, 5, 3)
        return x.reshape(batch, channels // (s * s), height * s, width * s).clamp(0, 1)


class WeightNorm(nn.Module):
    """Dilated causal 1-d convolutions whose weights are computed in the graph (weight normalisation)."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.utils.weight_norm(nn.Conv1d(24, 48, 3, dilation=2**i)) for i in range(3))
        self.outs = nn.ModuleList(nn.Conv1d(24, 24, 1) for _ in range(3))

    def forward(self, x):
        for number, (layer, out) in enumerate(zip(self.layers, self.outs)):
            gate, value = layer(F.pad(x, (2 * 2**number, 0))).chunk(2, 1)
            x = x + out(torch.sigmoid(gate) * torch.tanh(value))
        return x


class Loop(nn.Module):
    """A loop that turns once for two channels, and a condition on the height: both stay in a scripted graph."""

    def __init__(self):
        super().__init__()
        self.conv, self.wide = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 16, 1)

    def forward(self, x):
        for _ in range(x.shape[1] // 2):
            x = torch.relu(self.conv(x))
        if x.shape[2] > 10:
            x = self.wide(x)
        else:
            x = self.wide(x + 1)
        return x


class Quantised(nn.Module):
    """As quantisation-aware training leaves it: weights (a scale per output channel) and activations through quantise-dequantise pairs."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(3, 16, 3, stride=2), nn.Conv2d(16, 16, 3, groups=4), nn.Conv2d(16, 24, 1)])
        self.head = nn.Linear(24, 10)
        for layer in [*self.layers, self.head]:
            layer.register_buffer("scale", torch.ones(layer.weight.shape[0]))
            layer.register_buffer("zero", torch.zeros(layer.weight.shape[0], dtype=torch.int32))

    def forward(self, x):
        def weight(layer):
            return torch.fake_quantize_per_channel_affine(layer.weight, layer.scale, layer.zero, 0, -128, 127)

        for layer in self.layers:
            x = torch.fake_quantize_per_tensor_affine(x, 0.05, 128, 0, 255)
            x = F.relu(F.conv2d(x, weight(layer), layer.bias, layer.stride, groups=layer.groups))
        return F.linear(x.mean((2, 3)), weight(self.head), self.head.bias)


def tokens(*names, vocabulary=1000):
    def make(extents):
        shape = [extents.get("N", 2), extents.get("T", 12)]
        return [torch.randint(1, vocabulary if number == 0 else 2, shape) for number in range(len(names))]

    return make


def text(name, build, opset, names=("tokens",), asked=None, axes="NT", **more):
    asked = asked or [{"N": 2, "T": 12}, {"N": 1, "T": 37}]
    suffix = "-folded" if more.get("folded") else "-dynamo" if more.get("dynamo") else ""
    return Case(f"{name}-op{opset}-steps{suffix}", build, (2, 12), opset, AXES[axes], asked, inputs=tokens(*names), names=names, **more)


CASES = [
    # classification
    image("resnet18", 11, batch=2, size=(191, 253)),
    image("alexnet", 11),
    image("mobilenet_v2", 11, "NHW"),
    image("resnet50", 17, "NHW"),
    image("shufflenet_v2_x1_0", 13, "NHW"),
    image("vit_b_16", 13, "N"),
    image("swin_t", 17, "N"),
    segmentation("fcn_resnet50", 11, "NHW", arguments={"aux_loss": True}),
    image("vgg11_bn", 13, "N"),
    image("squeezenet1_0", 17, "NHW"),
    image("squeezenet1_1", 9, "N", listed=True),
    image("squeezenet1_1", 7, size=(227, 227), listed=True),
    image("resnext50_32x4d", 13, "N"),
    image("wide_resnet50_2", 17, size=(201, 333)),
    image("densenet121", 13, "NHW"),
    image("googlenet", 11, "N", arguments={"aux_logits": False, "init_weights": False}),
    image("inception_v3", 17, batch=2, size=(299, 299), arguments={"init_weights": False}),
    image("inception_v3", 13, "NHW", size=(299, 299), arguments={"aux_logits": False, "init_weights": False},
          asked=[{"N": 1, "H": 299, "W": 299}, {"N": 2, "H": 217, "W": 160}]),
    image("mobilenet_v3_small", 13, size=(225, 161)),
    image("mobilenet_v3_large", 17, "NHW"),
    image("mnasnet1_0", 11, size=(255, 255)),
    image("efficientnet_b0", 17, "NHW"),
    image("efficientnet_v2_s", 13, batch=2, size=(192, 256)),
    image("regnet_y_400mf", 13, "NHW"),
    image("regnet_x_400mf", 11),
    image("convnext_tiny", 17, "NHW"),
    image("convnext_tiny", 13, batch=2, size=(225, 289)),
    image("swin_t", 13, size=(231, 199)),
    image("vit_b_16", 17, batch=2),
    image("maxvit_t", 17, batch=2),
    # segmentation
    segmentation("deeplabv3_mobilenet_v3_large", 13, "NHW"),
    segmentation("deeplabv3_resnet50", 17, size=(257, 321)),
    segmentation("lraspp_mobilenet_v3_large", 17, "NHW"),
    segmentation("lraspp_mobilenet_v3_large", 11, batch=2, size=(190, 250)),
    # video
    video("r3d_18", 11),
    video("mc3_18", 13, "N", asked=[{"N": 1}, {"N": 2}]),
    video("r2plus1d_18", 17, size=(9, 97, 112)),
    video("s3d", 13, size=(16, 224, 224)),
    video("mvit_v1_b", 17, size=(16, 224, 224)),
    # text, and what else graphs can hold
    text("lstm", lambda: RecurrentModel(nn.LSTM, bidirectional=True), 11),
    text("gru", lambda: RecurrentModel(nn.GRU), 13),
    text("rnn", lambda: RecurrentModel(nn.RNN, bidirectional=True), 17),
    text("bert", Bert, 13, names=("tokens", "segments")),
    text("gpt_tied", Gpt, 17),
    Case("unet-op13-size", UNet, (1, 3, 64, 64), 13, AXES["NHW"], [{"N": 1, "H": 64, "W": 64}, {"N": 2, "H": 61, "W": 87}]),
    Case("pixel_shuffle-op11-size", Shuffle, (1, 3, 32, 32), 11, AXES["NHW"], [{"N": 1, "H": 32, "W": 32}, {"N": 2, "H": 17, "W": 50}]),
    Case("weight_norm-op13-steps", WeightNorm, (1, 24, 100), 13, {0: "N", 2: "T"}, [{"N": 1, "T": 100}, {"N": 3, "T": 57}], names=("sound",)),
    Case("quantised-op13-batch", Quantised, (1, 3, 65, 65), 13, AXES["N"], [{"N": 1}, {"N": 4}]),
    Case("loop-op13-size", Loop, (1, 8, 16, 16), 13, AXES["NHW"], [{"N": 1, "H": 16, "W": 16}, {"N": 2, "H": 9, "W": 30}], script=True),
    # the exporter's default options: batch norm folded into convolutions, constants folded
    image("resnet18", 17, "NHW", file="resnet18-op17-size-folded", folded=True),
    image("mobilenet_v2", 13, "N", file="mobilenet_v2-op13-batch-folded", folded=True),
    image("efficientnet_b0", 11, file="efficientnet_b0-op11-static1-folded", folded=True),
    image("densenet121", 17, batch=2, size=(160, 192), file="densenet121-op17-static2-folded", folded=True),
    image("swin_t", 16, "N", file="swin_t-op16-batch-folded", folded=True),
    text("lstm", lambda: RecurrentModel(nn.LSTM, bidirectional=True), 14, folded=True),
    # detection: what is found decides the shapes, so only what is learned is stated
    image("ssdlite320_mobilenet_v3_large", 11, size=(320, 320), group="detection", arguments={"weights_backbone": None}, macs=False),
    image("retinanet_resnet50_fpn", 13, size=(320, 256), group="detection", arguments={"weights_backbone": None}, macs=False),
    image("fasterrcnn_mobilenet_v3_large_320_fpn", 11, size=(320, 320), group="detection", arguments={"weights_backbone": None}, macs=False),
    # PyTorch 2: tracing again, then the exporter through torch.export (which takes a batch of 1 for a constant, so it is shown 2)
    video("swin3d_t", 17, size=(8, 112, 112), torch=2),
    image("swin_v2_t", 17, size=(256, 256), torch=2),
    image("swin_v2_t", 16, "N", size=(200, 264), torch=2),
    image("maxvit_t", 20, torch=2),
    video("mvit_v2_s", 13, size=(16, 224, 224), torch=2),
    image("resnet50", 18, "NHW", batch=2, file="resnet50-op18-size-dynamo", torch=2, dynamo=True, value_info=True),
    image("shufflenet_v2_x1_0", 18, "N", batch=2, file="shufflenet_v2_x1_0-op18-batch-dynamo", torch=2, dynamo=True, folded=True),
    image("convnext_tiny", 20, "N", batch=2, file="convnext_tiny-op20-batch-dynamo", torch=2, dynamo=True),
    image("vit_b_16", 18, "N", batch=2, file="vit_b_16-op18-batch-dynamo", torch=2, dynamo=True),
    image("swin_v2_t", 18, file="swin_v2_t-op18-static1-dynamo", torch=2, dynamo=True),
    segmentation("deeplabv3_mobilenet_v3_large", 19, "NHW", batch=2, file="deeplabv3_mobilenet_v3_large-op19-size-dynamo", torch=2, dynamo=True),
    text("bert", Bert, 18, names=("tokens", "segments"), torch=2, dynamo=True, value_info=True),
    text("gpt_tied", Gpt, 21, torch=2, dynamo=True),
    text("gpt_fused", lambda: Gpt(fused=True), 23, torch=2, dynamo=True),
    text("gpt_fused", lambda: Gpt(fused=True), 18, torch=2),
]
