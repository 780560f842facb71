"""The question of bulk.ts asked of torch and fvcore: parameters, FLOPs and activations of MobileNet-v2 at ever other widths, resolutions and classes.

Prints processor seconds as JSON: to build the networks, to count parameters and FLOPs, and to count activations. One thread; weights are not initialised, which
only costs time.
"""

import json
import logging
import sys
import time
import warnings

import torch
from fvcore.nn import ActivationCountAnalysis, FlopCountAnalysis, parameter_count
from torchvision.models import mobilenet_v2

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
torch.set_num_threads(1)
for initializer in ("kaiming_normal_", "kaiming_uniform_", "uniform_", "normal_", "zeros_", "ones_"):
    setattr(torch.nn.init, initializer, lambda tensor, *_, **__: tensor)

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20


def candidate(index: int) -> tuple[torch.nn.Module, torch.Tensor]:
    side = 160 + 32 * (index % 5)
    network = mobilenet_v2(width_mult=1 + index / 100, num_classes=1000 + index)
    return network.eval(), torch.empty(1, 3, side, side)


def count(network: torch.nn.Module, image: torch.Tensor) -> tuple[float, float]:
    """Seconds for parameters and FLOPs, and for activations, each of which traces the network."""
    started = time.process_time()
    with torch.no_grad():
        parameter_count(network)
        FlopCountAnalysis(network, image).total()
        counted = time.process_time()
        ActivationCountAnalysis(network, image).total()
    return counted - started, time.process_time() - counted


count(*candidate(0))
building = flops = activations = 0.0
for index in range(1, COUNT + 1):
    started = time.process_time()
    network, image = candidate(index)
    building += time.process_time() - started
    for_flops, for_activations = count(network, image)
    flops += for_flops
    activations += for_activations
print(json.dumps({"networks": COUNT, "building": building, "flops": flops, "activations": activations}))
