"""
Networks of keras.applications without weights: `applications/<name>.json` is `to_json()` to the letter, `<name>.truth.json` what Keras says.

    KERAS_BACKEND=numpy python3 test/golden/keras/applications.py [name …]

Made with keras 3.15.1, jax and numpy (`pip install keras==3.15.1 jax numpy scipy`). No weight value is written, so there is nothing to seed.
"""

import sys

import keras
from keras import applications as nets

from truth import truth_of, write, rows_of

NETWORKS = {
    "vgg16": (nets.VGG16, {}),
    "vgg16_none": (nets.VGG16, {"include_top": False, "input_shape": (None, None, 3)}),
    "vgg19_64x96_max": (nets.VGG19, {"include_top": False, "input_shape": (64, 96, 3), "pooling": "max"}),
    "resnet50": (nets.ResNet50, {}),
    "resnet50_notop_320x288": (nets.ResNet50, {"include_top": False, "input_shape": (320, 288, 3)}),
    "resnet50v2_10_classes": (nets.ResNet50V2, {"input_shape": (97, 97, 3), "classes": 10}),
    "resnet101v2": (nets.ResNet101V2, {}),
    "inception_v3": (nets.InceptionV3, {}),
    "inception_v3_151x177_avg": (nets.InceptionV3, {"include_top": False, "input_shape": (151, 177, 3), "pooling": "avg"}),
    "inception_resnet_v2": (nets.InceptionResNetV2, {}),
    "xception": (nets.Xception, {}),
    "xception_111": (nets.Xception, {"input_shape": (111, 111, 3), "classes": 7}),
    "mobilenet": (nets.MobileNet, {}),
    "mobilenet_050_160": (nets.MobileNet, {"alpha": 0.5, "input_shape": (160, 160, 3), "depth_multiplier": 2}),
    "mobilenet_v2": (nets.MobileNetV2, {}),
    "mobilenet_v2_035_96": (nets.MobileNetV2, {"alpha": 0.35, "input_shape": (96, 96, 3)}),
    "mobilenet_v2_140_130x95_avg": (nets.MobileNetV2, {"alpha": 1.4, "input_shape": (130, 95, 3), "include_top": False, "pooling": "avg"}),
    "mobilenet_v3_small": (nets.MobileNetV3Small, {}),
    "mobilenet_v3_small_minimal": (nets.MobileNetV3Small, {"minimalistic": True, "alpha": 0.75, "input_shape": (224, 192, 3)}),
    "mobilenet_v3_large": (nets.MobileNetV3Large, {"include_preprocessing": False}),
    "densenet121": (nets.DenseNet121, {}),
    "densenet169_notop": (nets.DenseNet169, {"include_top": False, "input_shape": (75, 75, 3), "pooling": "max"}),
    "nasnet_mobile": (nets.NASNetMobile, {}),
    "efficientnet_b0": (nets.EfficientNetB0, {}),
    "efficientnet_b0_notop_127": (nets.EfficientNetB0, {"include_top": False, "input_shape": (127, 127, 3)}),
    "efficientnet_b3": (nets.EfficientNetB3, {}),
    "efficientnet_v2b0": (nets.EfficientNetV2B0, {}),
    "efficientnet_v2s": (nets.EfficientNetV2S, {}),
    "convnext_tiny": (nets.ConvNeXtTiny, {}),
    "convnext_tiny_notop_96": (nets.ConvNeXtTiny, {"include_top": False, "input_shape": (96, 96, 3), "include_preprocessing": False}),
    "convnext_base": (nets.ConvNeXtBase, {}),
}

# Of the others several are built for channels last alone.
CHANNELS_FIRST = ["resnet50", "mobilenet_v2", "xception"]


def export(name, build, arguments):
    keras.backend.clear_session()
    model = build(weights=None, **arguments)
    write(f"applications/{name}.json", model.to_json())
    write(f"applications/{name}.truth.json", rows_of({"name": name, **truth_of(model)}))
    print(name, model.count_params(), flush=True)


wanted = sys.argv[1:]
for name, (build, arguments) in NETWORKS.items():
    if not wanted or name in wanted:
        export(name, build, arguments)
for name in CHANNELS_FIRST:
    if not wanted or f"{name}_channels_first" in wanted:
        keras.config.set_image_data_format("channels_first")
        export(f"{name}_channels_first", NETWORKS[name][0], {})
