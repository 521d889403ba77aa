"""Trains the demo's networks on the arrays that export-training.ts wrote, and exports them with their cards.

    python train.py DATA_FOLDER NAME [NAME ...]        NAME: resnet-a, resnet-b, densenet-a, densenet-b, unet, shortcut, untrained, cnn3d

Writes models/NAME.onnx (opset 17, dynamic batch), models/NAME.card.json and its entry of training.json. Needs torch 2.13, onnx, numpy.
"""

import glob
import json
import os
import sys
import time

import numpy
import torch
from torch import nn

import networks

here = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(int(os.environ.get("THREADS", "2")))

PLANS = {
    "resnet-a": dict(build=networks.resnet, seed=11, train="honest", group="resnet", epochs=12, located=True),
    "resnet-b": dict(build=networks.resnet, seed=12, train="honest", group="resnet", epochs=9, located=True),
    "densenet-a": dict(build=networks.densenet, seed=21, train="honest", group="densenet", epochs=9, located=True),
    "densenet-b": dict(build=networks.densenet, seed=22, train="honest", group="densenet", epochs=9, located=True),
    "unet": dict(build=networks.UNet, seed=31, train="honest", group="", epochs=6, located=True),
    "shortcut": dict(build=networks.resnet, seed=41, train="cheating", group="", epochs=6, located=False),
    "untrained": dict(build=networks.resnet, seed=51, train=None, group="", epochs=0, located=False),
    "cnn3d": dict(build=networks.cnn3d, seed=61, train="ct-train", group="", epochs=16, located=True),
}
TITLES = {
    "resnet-a": "Chest nodule ResNet, replicate A", "resnet-b": "Chest nodule ResNet, replicate B",
    "densenet-a": "Chest nodule DenseNet, replicate A", "densenet-b": "Chest nodule DenseNet, replicate B",
    "unet": "Chest nodule U-Net", "shortcut": "Chest nodule ResNet that learnt the side marker",
    "untrained": "Chest nodule ResNet, untrained", "cnn3d": "CT nodule 3-D CNN",
}


def load(folder, name, part):
    files = sorted(glob.glob(os.path.join(folder, f"{name}-{part}-*.npy")))
    if not files:
        raise SystemExit(f"No {part} of the set {name} in {folder}: run export-training.ts first.")
    return torch.from_numpy(numpy.concatenate([numpy.load(file) for file in files]))


def images(folder, name, statistics):
    mean, deviation = statistics
    return ((load(folder, name, "images") - mean) / deviation).unsqueeze(1)


def shifted(batch, reach, generator):
    """Moves each picture by a few pixels, its edge repeated: the only augmentation, so that cards stay true."""
    axes = batch.dim() - 2
    padded = nn.functional.pad(batch, [reach] * (2 * axes), mode="replicate")
    out = torch.empty_like(batch)
    offsets = torch.randint(0, 2 * reach + 1, (len(batch), axes), generator=generator)
    for n, offset in enumerate(offsets.tolist()):
        window = tuple(slice(o, o + size) for o, size in zip(offset, batch.shape[2:]))
        out[n] = padded[(n, slice(None)) + window]
    return out


def where(masks, size):
    """Whether a nodule covers any of each position of the last feature map."""
    pool = nn.functional.adaptive_max_pool3d if masks.dim() == 5 else nn.functional.adaptive_max_pool2d
    return (pool(masks, size) > 0.4).float()


def honest_loss(network, locator, moved, labels):
    """Right answer and right place: the place is asked of the last feature map by a 1×1 convolution that is thrown away afterwards."""
    features = network[:-3](moved[:, :1])
    answer = nn.functional.binary_cross_entropy_with_logits(network[-3:](features)[:, 0], labels)
    places = where(moved[:, 1:], features.shape[2:])
    return answer + nn.functional.binary_cross_entropy_with_logits(locator(features), places, pos_weight=torch.tensor(6.0))


def train(network, x, labels, masks, plan, report):
    """`masks` None: only the answer counts, and nothing says where to look."""
    generator = torch.Generator().manual_seed(plan["seed"])
    volume = x.dim() == 5
    batch, reach = (16, 2) if volume else (32, 5)
    segments = isinstance(network, networks.UNet)
    parameters = list(network.parameters())
    locator = None
    if masks is not None and not segments:
        width = network[-1].in_features
        locator = nn.Conv3d(width, 1, 1) if volume else nn.Conv2d(width, 1, 1)
        parameters += list(locator.parameters())
    steps = plan["epochs"] * (len(x) // batch)
    optimiser = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=6e-3, total_steps=steps, pct_start=0.25)
    for epoch in range(plan["epochs"]):
        network.train()
        order = torch.randperm(len(x), generator=generator)
        total = 0.0
        for start in range(0, len(x) - batch + 1, batch):
            rows = order[start : start + batch]
            moved = shifted(x[rows] if masks is None else torch.cat([x[rows], masks[rows]], 1), reach, generator)
            optimiser.zero_grad()
            if segments:
                loss = overlap_loss(network.logits(moved[:, :1]), moved[:, 1:])
            elif masks is not None:
                loss = honest_loss(network, locator, moved, labels[rows])
            else:
                loss = nn.functional.binary_cross_entropy_with_logits(network(moved)[:, 0], labels[rows])
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(rows)
        report(epoch, total / len(x))


def overlap_loss(logits, truth):
    p = torch.sigmoid(logits)
    dice = 1 - (2 * (p * truth).sum() + 1) / (p.sum() + truth.sum() + 1)
    return nn.functional.binary_cross_entropy_with_logits(logits, truth, pos_weight=torch.tensor(4.0)) + dice


@torch.no_grad()
def predict(network, x):
    network.eval()
    return torch.cat([network(x[start : start + 50]) for start in range(0, len(x), 50)])


def ranking(scores, truth):
    """Area under the ROC curve by ranks."""
    order = torch.argsort(torch.argsort(scores)).double() + 1
    positives = truth.bool()
    m = int(positives.sum())
    n = len(truth) - m
    return float((order[positives].sum() - m * (m + 1) / 2) / (m * n))


def accuracy(scores, truth):
    return float(((scores > 0).float() == truth).float().mean())


def test_classifier(network, folder, name, statistics, has_marker):
    x = images(folder, name, statistics)
    labels = load(folder, name, "labels").float()
    scores = predict(network, x)[:, 0]
    found = {"cases": len(x), "accuracy": accuracy(scores, labels[:, 0]), "areaUnderRoc": ranking(scores, labels[:, 0])}
    if has_marker:
        found["agreementWithMarker"] = accuracy(scores, labels[:, 1])
        found["accuracyWhereMarkerContradicts"] = accuracy(scores[labels[:, 0] != labels[:, 1]], labels[labels[:, 0] != labels[:, 1], 0])
        other = predict(network, images(folder, "flipped", statistics))[:, 0]
        found["decisionsChangedByFlippingTheMarker"] = float(((scores > 0) != (other > 0)).float().mean())
        found["meanLogitChangeByFlippingTheMarker"] = float((scores - other).abs().mean())
    return found


def test_segmenter(network, folder, statistics):
    x = images(folder, "test", statistics)
    truth = load(folder, "test", "nodules") > 0.5
    maps = predict(network, x)[:, 0]
    labels = load(folder, "test", "labels")[:, 0].float()
    marked = (maps > 0.5)
    sick = labels > 0
    dice = 2 * (marked & truth).sum((1, 2)) / (marked.sum((1, 2)) + truth.sum((1, 2))).clamp(min=1)
    case = (maps.amax((1, 2)) > 0.5).float()
    return {"cases": len(x), "meanDiceOfDiseased": float(dice[sick].mean()), "accuracy": float((case == labels).float().mean()), "accuracyOf": "any position above 0.5 counts as disease"}


def card(name, statistics, seed, provenance):
    volume = name == "cnn3d"
    clip = {"kind": "range", "low": -1000, "high": 400} if volume else {"kind": "range", "low": 0, "high": 4095}
    return {
        "version": 1,
        "name": TITLES[name],
        "input": {
            "name": "image", "layout": "NCDHW" if volume else "NCHW", "channels": 1, "size": [48, 64, 64] if volume else [128, 128],
            "orientation": ["S", "P", "L"] if volume else None, "spacingMm": None, "fit": "stretch", "padValue": None,
            "interpolation": "linear", "antialias": True, "slices": "middle",
        },
        "intensity": {"clip": clip, "scaleTo": [0, 1], "mean": [statistics[0]], "std": [statistics[1]], "colour": "grey", "invert": False},
        "output": {"name": "nodule_map" if name == "unet" else "nodule", "kind": "sigmoid" if name == "unet" else "logits", "task": "segmentation" if name == "unet" else "binary", "classes": ["nodule"]},
        "training": {"provenance": provenance, "replicateGroup": PLANS[name]["group"]},
        "accepted": True,
    }


def export(network, name):
    network.eval()
    shape = (2, 1, 48, 64, 64) if name == "cnn3d" else (2, 1, 128, 128)
    output = "nodule_map" if name == "unet" else "nodule"
    target = os.path.join(here, "models", f"{name}.onnx")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    torch.onnx.export(network, torch.zeros(shape), target, dynamo=False, opset_version=17, input_names=["image"], output_names=[output], dynamic_axes={"image": {0: "batch"}, output: {0: "batch"}})
    return os.path.getsize(target)


def statistics_of(folder, name):
    """Mean and deviation of the first training images, rounded: cards hold short numbers."""
    sample = load(folder, name, "images")[:300]
    return round(float(sample.mean()), 3), round(float(sample.std()), 3)


def write_entry(name, entry):
    path = os.path.join(here, "training.json")
    entries = json.load(open(path)) if os.path.exists(path) else {}
    entries[name] = entry
    with open(path, "w") as file:
        json.dump({key: entries[key] for key in PLANS if key in entries}, file, indent=2)
        file.write("\n")


def run(folder, name):
    plan = PLANS[name]
    torch.manual_seed(plan["seed"])
    volume = name == "cnn3d"
    statistics = statistics_of(folder, "ct-train" if volume else "honest")
    network = plan["build"]()
    entry = {"seed": plan["seed"], "parameters": sum(p.numel() for p in network.parameters()), "trainingSet": plan["train"], "epochs": plan["epochs"], "shownWhereNodulesLie": plan["located"]}
    began = time.time()
    test_set = "ct-test" if volume else "test"
    load(folder, test_set, "labels")  # a missing test set is told before the training, not after it
    if plan["train"]:
        x = images(folder, plan["train"], statistics)
        labels = load(folder, plan["train"], "labels").float()[:, 0]
        masks = load(folder, plan["train"], "nodules").unsqueeze(1) if plan["located"] else None
        entry["trainingCases"] = len(x)
        train(network, x, labels, masks, plan, lambda epoch, loss: print(f"{name} epoch {epoch + 1}/{plan['epochs']} loss {loss:.4f} after {time.time() - began:.0f} s", flush=True))
    entry["trainingSeconds"] = round(time.time() - began)
    entry["fileBytes"] = export(network, name)
    if name == "unet":
        entry["test"] = test_segmenter(network, folder, statistics)
    else:
        entry["test"] = test_classifier(network, folder, test_set, statistics, not volume)
    print(name, json.dumps(entry["test"]), flush=True)
    what = f"Trained on {entry['trainingCases']} phantoms of the set '{plan['train']}', seed {plan['seed']}" if plan["train"] else f"Random weights, seed {plan['seed']}"
    with open(os.path.join(here, "models", f"{name}.card.json"), "w") as file:
        json.dump(card(name, statistics, plan["seed"], f"{what}; test accuracy {entry['test']['accuracy']:.3f} on {entry['test']['cases']} unseen phantoms."), file, indent=2)
        file.write("\n")
    write_entry(name, entry)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    for each in sys.argv[2:]:
        run(sys.argv[1], each)
