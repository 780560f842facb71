"""What PyTorch itself says about a network: numbers learned, running statistics, multiply-accumulates, shapes of the outputs.

Nothing here looks at an ONNX file. Multiply-accumulates are counted below every module, where PyTorch calls its kernels, by
layergauge's definition of `macs`: convolutions, matrix products (linear, matmul, einsum, attention), recurrent products; biases
not counted, taps on padding counted; a transposed convolution counts input elements x kernel x out_channels / groups.
Where PyTorch has its own counter (`torch.utils.flop_counter`, 2.1 and later) its number over two must be the same, or we stop.
"""

import math

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten


class Products(TorchDispatchMode):
    """Collects every convolution and every matrix product in the order in which they run."""

    def __init__(self):
        super().__init__()
        self.convolutions = []
        self.macs = {"convolution": 0, "product": 0, "attention": 0, "recurrent": 0}
        self.inside_recurrent = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if self.inside_recurrent:
            return result
        name = function._schema.name.removeprefix("aten::")
        if name in ("convolution", "_convolution", "convolution_overrideable"):
            data, weight, transposed = args[0], args[1], args[6]
            self.convolutions.append(list(result.shape))
            # weight: out x in/groups x kernel; transposed: in x out/groups x kernel
            positions = data if transposed else result
            self.macs["convolution"] += positions.numel() // positions.shape[1] * weight.numel()
        elif name in ("mm", "bmm", "addmm", "baddbmm"):
            left, right = args[-2:] if name in ("mm", "bmm") else args[1:3]
            self.macs["product"] += left.numel() * right.shape[-1]
        elif name in ("mv", "dot", "addmv"):
            self.macs["product"] += (args[0] if name != "addmv" else args[1]).numel()
        elif name.startswith("_scaled_dot_product") and "backward" not in name:
            query, key, value = args[:3]
            scores = math.prod(query.shape[:-1]) * key.shape[-2]
            self.macs["attention"] += scores * (query.shape[-1] + value.shape[-1])
        elif name in ("linear", "matmul") or any(word in name for word in ("multi_head", "encoder_layer", "mkldnn", "lstm", "gru", "deform")):
            raise RuntimeError(f"{name} is a product that is not counted")
        return result


def recurrent_macs(module, data):
    """gates x (in + hidden) x hidden per step, layer and direction."""
    gates = {nn.LSTM: 4, nn.GRU: 3, nn.RNN: 1}[type(module)]
    steps, hidden, directions = data.numel() // data.shape[-1], module.hidden_size, 2 if module.bidirectional else 1
    features = [module.input_size] + [hidden * directions] * (module.num_layers - 1)
    return sum(directions * steps * gates * (width + hidden) * hidden for width in features)


def measure(model, inputs):
    """One forward pass of `model` (eval mode) over a list of tensors."""
    products, linears, hooks = Products(), [], []

    def enter(module, given):
        products.inside_recurrent += 1
        products.macs["recurrent"] += recurrent_macs(module, given[0])

    def leave(module, given, result):
        products.inside_recurrent -= 1

    for module in model.modules():
        if isinstance(module, (nn.LSTM, nn.GRU, nn.RNN)):
            hooks += [module.register_forward_pre_hook(enter), module.register_forward_hook(leave)]
        elif isinstance(module, nn.Linear):
            hooks.append(module.register_forward_hook(lambda module, given, result: linears.append(list(result.shape))))
    # Without gradients nn.MultiheadAttention takes a fused path that hides its products.
    gradients = any(isinstance(module, nn.MultiheadAttention) for module in model.modules())
    with torch.set_grad_enabled(gradients), products:
        result = model(*inputs)
    for hook in hooks:
        hook.remove()
    macs = sum(products.macs.values())
    compare_with_flop_counter(model, inputs, macs, gradients)
    return {
        "inputs": [list(tensor.shape) for tensor in inputs],
        "outputs": [list(tensor.shape) for tensor in flatten(result)],
        "macs": macs,
        "macs_by": products.macs,
        "convolutions": products.convolutions,
        "linears": linears,
    }


def compare_with_flop_counter(model, inputs, macs, gradients):
    try:
        from torch.utils.flop_counter import FlopCounterMode
        from torch.nn.attention import SDPBackend, sdpa_kernel
    except ImportError:
        return
    if any(isinstance(module, (nn.LSTM, nn.GRU, nn.RNN)) for module in model.modules()):
        return  # it does not know them
    counter = FlopCounterMode(display=False)
    with torch.set_grad_enabled(gradients), sdpa_kernel(SDPBackend.MATH), counter:
        model(*inputs)
    if counter.get_total_flops() != 2 * macs:
        raise RuntimeError(f"counted {macs} MACs, PyTorch's own counter {counter.get_total_flops()} / 2")


def flatten(result):
    if isinstance(result, torch.Tensor):
        return [result]
    parts = result.values() if isinstance(result, dict) else result
    return [tensor for part in parts if part is not None for tensor in flatten(part)]


def count_numbers(model):
    """Learned numbers (a tensor that is used twice once), running means and variances, and what other float buffers hold."""
    statistics, others = 0, {}
    for prefix, module in model.named_modules():
        normalises = isinstance(module, nn.modules.batchnorm._BatchNorm)
        for name, buffer in module.named_buffers(recurse=False):
            if normalises and name in ("running_mean", "running_var"):
                statistics += buffer.numel()
            elif buffer.is_floating_point():
                others[f"{prefix}.{name}".lstrip(".")] = list(buffer.shape)
    return {"parameters": sum(p.numel() for p in model.parameters()), "buffers": statistics, "other_float_buffers": others}
