"""Exports torchvision networks with both exporters and writes torch's own gradients beside them.

    python torchvision_gradients.py OUT [NAME …]

Weights are random (fixed seed), batch-norm statistics come from one training pass, so that activations keep a sane scale and
nothing is downloaded. Needs torch, torchvision, onnx, onnxscript. `compare.mjs OUT` runs the engine on what this writes.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision

IMAGE = (1, 3, 224, 224)
NETWORKS = {
    "densenet121": (torchvision.models.densenet121, IMAGE),
    "resnet50": (torchvision.models.resnet50, IMAGE),
    "efficientnet_b0": (torchvision.models.efficientnet_b0, IMAGE),
    "convnext_tiny": (torchvision.models.convnext_tiny, IMAGE),
    "vit_b_16": (torchvision.models.vit_b_16, IMAGE),
    "swin_t": (torchvision.models.swin_t, IMAGE),
    "r3d_18": (torchvision.models.video.r3d_18, (1, 3, 16, 112, 112)),
    "mobilenet_v3_large": (torchvision.models.mobilenet_v3_large, IMAGE),
    "inception_v3": (lambda weights: torchvision.models.inception_v3(weights=weights, aux_logits=False, init_weights=False), (1, 3, 299, 299)),
    "shufflenet_v2_x1_0": (torchvision.models.shufflenet_v2_x1_0, IMAGE),
    "vgg16": (torchvision.models.vgg16, IMAGE),
}
TARGET = 7


def network(name: str) -> torch.nn.Module:
    torch.manual_seed(0)
    net = NETWORKS[name][0](weights=None)
    for module in net.modules():
        if isinstance(module, torchvision.models.convnext.CNBlock):
            torch.nn.init.constant_(module.layer_scale, 0.5)  # 1e-6 at the start would hide every block
    if name == "vit_b_16":
        torch.nn.init.normal_(net.heads.head.weight, 0, 0.02)  # zeros at the start would make every gradient zero
    shape = NETWORKS[name][1]
    net.train()
    with torch.no_grad():
        net(torch.rand((8, *shape[1:]), generator=torch.Generator().manual_seed(2)))
    return net.eval()


def gradient(net: torch.nn.Module, image: torch.Tensor) -> tuple[np.ndarray, float]:
    image = image.clone().requires_grad_(True)
    score = net(image)[0, TARGET]
    score.backward()
    return image.grad.numpy(), float(score)


def export(net: torch.nn.Module, image: torch.Tensor, target: Path, dynamo: bool) -> None:
    names = {"input_names": ["image"], "output_names": ["logits"]}
    if dynamo:
        batch = torch.export.Dim("batch")
        pair = torch.cat([image, image])  # a batch of one would be taken as a constant
        program = torch.onnx.export(net, (pair,), dynamo=True, opset_version=18, dynamic_shapes=({0: batch},), **names)
        program.save(target, external_data=False)
    else:
        axes = {"image": {0: "batch"}, "logits": {0: "batch"}}
        torch.onnx.export(net, (image,), target, dynamo=False, opset_version=17, dynamic_axes=axes, **names)


def main(out: Path, names: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name in names or list(NETWORKS):
        net = network(name)
        image = torch.rand(NETWORKS[name][1], generator=torch.Generator().manual_seed(1))
        values, score = gradient(net, image)
        np.save(out / f"{name}.image.npy", image.numpy())
        np.save(out / f"{name}.gradient.npy", values)
        (out / f"{name}.json").write_text(json.dumps({"target": TARGET, "score": score}))
        for dynamo in (False, True):
            file = out / f"{name}.{'dynamo' if dynamo else 'classic'}.onnx"
            try:
                if not file.exists():
                    export(net, image, file, dynamo)
                print(file.name)
            except Exception as error:  # one exporter that fails on one network must not end the others; compare.mjs lists what is missing
                print(f"{file.name}: {type(error).__name__}: {str(error).splitlines()[0][:200]}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
