"""Small networks with what classifiers from the shelf lack, exported and differentiated as torchvision_gradients.py does.

    python odd_networks.py OUT [NAME …]

Reflected, circular and replicated borders, unusual activations and norms, bicubic and bilinear enlargement, pixel shuffle, a
spatial transformer, Einsum, TopK, products and powers, 3-D groups. The classic exporter cannot write affine_grid at opset 17.
"""

import sys
from pathlib import Path

import torch
import torchvision_gradients
from torch import nn
from torch.nn import functional


class UNetLike(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.InstanceNorm2d(8, affine=True), nn.PReLU(8),
            nn.ReflectionPad2d(1), nn.Conv2d(8, 8, 3), nn.GroupNorm(2, 8), nn.ELU(),
        )  # fmt: skip
        self.second = nn.Sequential(
            nn.AvgPool2d(3, 2, 1), nn.Conv2d(8, 16, 3, padding="same", dilation=2), nn.LocalResponseNorm(5), nn.Mish()
        )
        self.third = nn.Sequential(
            nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.Conv2d(16, 16, 3, padding=1, groups=4), nn.Hardswish(), nn.Softplus()
        )
        self.up = nn.ConvTranspose2d(16, 16, 3, 2, 1, output_padding=1)
        self.shuffle = nn.PixelShuffle(2)
        self.last = nn.Conv2d(12, 10, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        second = self.second(self.first(x))
        third = self.third(second)
        up = self.up(third)[:, :, : second.shape[2], : second.shape[3]] + second
        cubic = functional.interpolate(second, scale_factor=2, mode="bicubic")[:, :8]
        linear = functional.interpolate(third, size=cubic.shape[2:], mode="bilinear", align_corners=True)[:, :8]
        y = self.last(torch.cat([self.shuffle(up), cubic + linear], 1))
        return y.amax((2, 3)) + torch.logsumexp(y.flatten(2), 2)


class SpatialTransformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 12, 5, stride=3, padding=2, padding_mode="circular")
        self.second = nn.Conv2d(12, 12, 3, padding=1, padding_mode="replicate")
        self.pose = nn.Linear(12, 6)
        self.last = nn.Linear(12, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = functional.celu(self.first(x))
        h = h + functional.hardsigmoid(self.second(h)).roll(2, 3)
        pose = self.pose(h.mean((2, 3))).view(-1, 2, 3) * 0.1 + torch.tensor([[1.0, 0, 0], [0, 1, 0]])
        grid = functional.affine_grid(pose, h.shape, align_corners=False)
        h = functional.grid_sample(h, grid, align_corners=False, padding_mode="border")
        h = functional.normalize(functional.adaptive_avg_pool2d(h, 4), dim=1)
        h = torch.einsum("bchw,bdhw->bcd", h, h).softmax(-1)
        h = h.cumsum(1).clamp(0, 5).pow(1.5) + torch.tanh(h).abs().sqrt()
        return self.last(torch.topk(h, 6, 2)[0].prod(2) * 100 + h.std(2) + h.norm(dim=2))


class Volumes(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            nn.Conv3d(1, 8, 3, padding=1), nn.BatchNorm3d(8), nn.LeakyReLU(), nn.MaxPool3d(2),
            nn.Conv3d(8, 16, 3, stride=2, padding=1, groups=2), nn.InstanceNorm3d(16), nn.ReLU(),
            nn.Upsample(scale_factor=2, mode="trilinear"), nn.ConvTranspose3d(16, 8, 2, 2), nn.SiLU(),
            nn.AvgPool3d(2), nn.Flatten(), nn.Linear(8 * 8 * 8 * 8, 10),
        )  # fmt: skip


if __name__ == "__main__":
    torchvision_gradients.NETWORKS = {
        "unet_like": (lambda weights: UNetLike(), (1, 3, 33, 40)),
        "spatial_transformer": (lambda weights: SpatialTransformer(), (1, 3, 48, 48)),
        "volumes": (lambda weights: Volumes(), (1, 1, 16, 16, 16)),
    }
    torchvision_gradients.main(Path(sys.argv[1]), sys.argv[2:])
