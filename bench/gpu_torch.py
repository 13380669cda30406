"""M3DFEL in PyTorch on a GPU, timed: the peer of `m3dfel bench train|infer --device cuda`.

    python bench/gpu_torch.py train --device cuda --batch 64

One line of JSON: seconds of a step (forward, loss, backward, AdamW) or of a prediction, the median of the rounds,
inputs on the device already, as in `m3dfel bench`; and what its allocator has taken from the driver, in bytes.
float32 with TF32 allowed (as Burn's kernels multiply on tensor cores), or bf16 by autocast; channels_last_3d in both.
"""
import argparse
import json
import pathlib
import statistics
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crates/m3dfel/tests/fixtures"))
from m3dfel_torch import M3dfel, intensity_aware_loss


def main():
    p = argparse.ArgumentParser()
    p.add_argument("job", choices=["train", "infer"])
    p.add_argument("--device", default="cuda")
    p.add_argument("--precision", choices=["float32", "bf16"], default="bf16")
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--crop", type=int, default=112)
    p.add_argument("--seconds", type=float, default=5)
    a = p.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    cuda = a.device.startswith("cuda")
    model = M3dfel()
    model.features = model.features.to(memory_format=torch.channels_last_3d)
    model = model.to(a.device).train(a.job == "train")
    x = torch.rand(a.batch, 16, 3, a.crop, a.crop, device=a.device)
    t = torch.randint(0, 7, (a.batch,), device=a.device)
    autocast = torch.autocast(a.device.split(":")[0], torch.bfloat16, enabled=a.precision == "bf16")
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-4, weight_decay=0.05, fused=cuda)

    def train():
        optimiser.zero_grad()
        with autocast:
            y = model(x)
        y = y.float()
        loss = torch.nn.functional.cross_entropy(y, t, label_smoothing=0.1)
        (loss + 0.1 * intensity_aware_loss(y, t)).backward()
        optimiser.step()

    def infer():
        with torch.inference_mode(), autocast:
            return model(x).float().cpu()

    run = train if a.job == "train" else infer

    def timed():
        start = time.perf_counter()
        run()
        if cuda:
            torch.cuda.synchronize()
        return time.perf_counter() - start

    timed(), timed()
    times, start = [], time.perf_counter()
    while time.perf_counter() - start < a.seconds or len(times) < 3:
        times.append(timed())
    print(json.dumps({
        "job": a.job, "device": a.device, "precision": a.precision, "batch": a.batch, "rounds": len(times),
        "median_seconds": statistics.median(times), "seconds_per_clip": statistics.median(times) / a.batch,
        "device_memory": torch.cuda.max_memory_reserved() if cuda else None,
        "name": torch.cuda.get_device_name() if cuda else "cpu", "torch": torch.__version__,
    }))


if __name__ == "__main__":
    main()
