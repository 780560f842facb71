"""Runs layers on a layergauge service with NVIDIA's own client for the Open Inference Protocol.

    pip install 'tritonclient[http]'
    python tritonclient_infer.py localhost:3000

Prints what it did; exits with 1 where an answer is not what it should be.
"""

import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

Array = npt.NDArray[Any]


def tensor(name: str, values: Array, binary: bool) -> InferInput:
    """A tensor to send, as bytes or as JSON numbers."""
    sent = InferInput(name, list(values.shape), np_to_triton_dtype(values.dtype))
    return sent.set_data_from_numpy(values, binary_data=binary)


def convolve(image: Array, kernel: Array, bias: Array) -> Array:
    """A 3 x 3 convolution with padding 1, written out: what the service should answer."""
    padded = np.pad(image.astype(np.float64), ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = image.shape[2:]
    taps = [
        np.einsum("oc,nchw->nohw", kernel[:, :, i, j].astype(np.float64), padded[:, :, i : i + height, j : j + width])
        for i in range(3)
        for j in range(3)
    ]
    return np.asarray(sum(taps) + bias.astype(np.float64)[:, None, None], dtype=image.dtype)


class Check:
    """Compares answers and remembers whether all of them held."""

    def __init__(self) -> None:
        self.failures = 0

    def same(self, what: str, given: Array | None, expected: Array) -> None:
        tolerance = 1e-6 if expected.dtype == np.float32 else 1e-12
        holds = (
            given is not None
            and given.dtype == expected.dtype
            and given.shape == expected.shape
            and np.allclose(given, expected, rtol=tolerance, atol=tolerance)
        )
        self.that(f"{what}: {expected.dtype}{list(expected.shape)}", holds)

    def that(self, what: str, holds: bool) -> None:
        self.failures += not holds
        print(f"{'ok      ' if holds else 'MISMATCH'} {what}")


def main(address: str) -> int:
    client = InferenceServerClient(address)
    check = Check()

    server = client.get_server_metadata()
    print(f"{server['name']} {server['version']}, extensions {', '.join(server['extensions'])}")
    check.that("the server is live and ready", client.is_server_live() and client.is_server_ready())
    check.that("conv2d is ready, also as version 1", client.is_model_ready("conv2d") and client.is_model_ready("conv2d", "1"))
    check.that("conv9d is not", not client.is_model_ready("conv9d"))
    inputs = [described["name"] for described in client.get_model_metadata("conv2d", "1")["inputs"]]
    check.that("the inputs of conv2d are input, weight, bias", inputs == ["input", "weight", "bias"])

    random = np.random.default_rng(1)
    for dtype in (np.float32, np.float64):
        image, kernel, bias = (
            random.standard_normal(shape).astype(dtype) for shape in ((2, 3, 8, 9), (4, 3, 3, 3), (4,))
        )
        for sent in (True, False):
            for asked in (True, False):
                result = client.infer(
                    "conv2d",
                    [tensor("input", image, sent), tensor("weight", kernel, sent), tensor("bias", bias, sent)],
                    outputs=[InferRequestedOutput("output", binary_data=asked)],
                    request_id="convolution",
                    parameters={"padding": "1,1", "stride": 1},
                )
                words = {True: "binary", False: "JSON"}
                check.same(f"conv2d, {words[sent]} in, {words[asked]} out", result.as_numpy("output"), convolve(image, kernel, bias))
                check.that("its id comes back", result.get_response()["id"] == "convolution")

    plane = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
    corners = np.array([5, 7, 13, 15]).reshape(1, 1, 2, 2)
    # Without outputs the client asks for all of them as binary data.
    result = client.infer("max_pool2d", [tensor("input", plane, True)], parameters={"kernel_size": 2, "return_indices": True})
    check.same("max_pool2d, largest values", result.as_numpy("output"), corners.astype(np.float32))
    check.same("max_pool2d, where they stand", result.as_numpy("indices"), corners.astype(np.int64))

    # Padding of two numbers an axis: one row before, one column after.
    result = client.infer(
        "avg_pool2d",
        [tensor("input", plane, False)],
        model_version="1",
        outputs=[InferRequestedOutput("output", binary_data=False)],
        parameters={"kernel_size": 2, "padding": "1,0,0,1", "count_include_pad": False},
    )
    means = np.pad(plane, ((0, 0), (0, 0), (1, 0), (0, 1)), constant_values=np.nan)[:, :, :4, :4]
    windows = means.reshape(1, 1, 2, 2, 2, 2)
    check.same("avg_pool2d with uneven padding", result.as_numpy("output"), np.nanmean(windows, axis=(3, 5)).astype(np.float32))

    try:
        client.infer("conv2d", [tensor("input", plane, True)])
        check.that("conv2d without a weight is refused", False)
    except InferenceServerException as refusal:
        print(f"         the service says: {refusal.message()}")
        check.that("conv2d without a weight is refused with 400", refusal.status() == "400")

    client.close()
    print("all as expected" if check.failures == 0 else f"{check.failures} mismatches")
    return 0 if check.failures == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "localhost:3000"))
