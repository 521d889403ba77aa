"""The demo's networks: small enough to travel with the program, built from the blocks of the large ones.

Every classifier ends in global average pooling and one logit ("nodule"), so that class activation maps are defined.
"""

import torch
from torch import nn


class ResidualBlock(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inside, outside, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(),
            nn.Conv2d(outside, outside, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outside),
        )
        same = stride == 1 and inside == outside
        self.skip = nn.Identity() if same else nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))
        self.last = nn.ReLU()

    def forward(self, x):
        return self.last(self.main(x) + self.skip(x))


def resnet():
    """Input [N, 1, 128, 128], last feature map [N, 64, 16, 16]."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        ResidualBlock(16, 16, 1), ResidualBlock(16, 32, 2), ResidualBlock(32, 32, 1), ResidualBlock(32, 64, 2), ResidualBlock(64, 64, 1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 1),
    )


class DenseLayer(nn.Module):
    def __init__(self, inside, growth):
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm2d(inside), nn.ReLU(), nn.Conv2d(inside, 2 * growth, 1, bias=False),
            nn.BatchNorm2d(2 * growth), nn.ReLU(), nn.Conv2d(2 * growth, growth, 3, 1, 1, bias=False),
        )

    def forward(self, x):
        return torch.cat([x, self.layers(x)], 1)


def densenet(growth=12, depth=(3, 4, 5)):
    """Input [N, 1, 128, 128]; three dense blocks with halving transitions between them."""
    channels = 16
    layers = [nn.Conv2d(1, channels, 3, 2, 1, bias=False)]
    for block, count in enumerate(depth):
        for _ in range(count):
            layers.append(DenseLayer(channels, growth))
            channels += growth
        if block < len(depth) - 1:
            layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)]
            channels //= 2
    layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1)]
    return nn.Sequential(*layers)


def double(inside, outside):
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, 1, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(),
        nn.Conv2d(outside, outside, 3, 1, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(),
    )


class UNet(nn.Module):
    """Input [N, 1, 128, 128], output [N, 1, 128, 128]: the probability of nodule at every position."""

    def __init__(self, width=8):
        super().__init__()
        w = [width, 2 * width, 4 * width, 8 * width]
        self.down = nn.ModuleList([double(1, w[0]), double(w[0], w[1]), double(w[1], w[2]), double(w[2], w[3])])
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList([nn.ConvTranspose2d(w[i + 1], w[i], 2, 2) for i in (2, 1, 0)])
        self.join = nn.ModuleList([double(2 * w[i], w[i]) for i in (2, 1, 0)])
        self.head = nn.Conv2d(w[0], 1, 1)

    def logits(self, x):
        kept = []
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else self.pool(x))
            kept.append(x)
        for step, (up, join) in enumerate(zip(self.up, self.join)):
            x = join(torch.cat([up(x), kept[2 - step]], 1))
        return self.head(x)

    def forward(self, x):
        return torch.sigmoid(self.logits(x))


def cnn3d():
    """Input [N, 1, 48, 64, 64] (depth first), last feature map [N, 48, 6, 8, 8]. Pools after full-resolution convolutions: nodules are a few voxels wide."""

    def block(inside, outside):
        return [nn.Conv3d(inside, outside, 3, 1, 1, bias=False), nn.BatchNorm3d(outside), nn.ReLU()]

    layers = block(1, 8) + [nn.MaxPool3d(2)]
    layers += block(8, 16) + block(16, 16) + [nn.MaxPool3d(2)]
    layers += block(16, 32) + block(32, 32) + [nn.MaxPool3d(2)]
    layers += block(32, 48)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(48, 1))
