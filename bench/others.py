"""Loading, memory and start-up beside PyTorch's, each side in turn; prints the ratio per round.

    pip install torch torchvision numpy pillow
    python bench/others.py --ours target/release/m3dfel load memory start

load    clips/s of decode, random resized crop, flip and colour jitter (16 frames of 112 x 112, one draw
        per clip) out of two workers: ours over torchvision's with Pillow
memory  peak memory of one prediction, and of AdamW steps at batch 4: PyTorch's over ours
start   from the command to the first prediction, weights on disk: PyTorch's time over ours

The corpus is rendered and the weights are made for the purpose, in a temporary directory.
"""
import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "crates/m3dfel/tests/fixtures"))
FRAMES, SIDE = 16, 112


# --- PyTorch's sides, each in a process of its own: `others.py --as NAME ...` ---

def torch_load(corpus, seconds):
    import torch
    import torchvision.transforms.v2 as T
    import torchvision.transforms.v2.functional as F
    from PIL import Image
    clips = sorted(pathlib.Path(corpus, "Clip/clip_224x224").iterdir())

    class Clips(torch.utils.data.Dataset):
        crop, jitter = T.RandomResizedCrop(SIDE), T.ColorJitter(0.4, 0.4, 0.4)

        def __len__(self):
            return len(clips)

        def __getitem__(self, i):
            files = sorted(clips[i].iterdir())
            n = len(files)
            picked = [files[random.randrange(n * k // FRAMES, max(n * (k + 1) // FRAMES, n * k // FRAMES + 1))]
                      for k in range(FRAMES)]
            images = [Image.open(f).convert("RGB") for f in picked]
            box = T.RandomResizedCrop.make_params(self.crop, [images[0]])
            flip = random.random() < 0.5
            jitter = T.ColorJitter.make_params(self.jitter, [images[0]])
            out = []
            for image in images:
                image = F.resized_crop(image, *(box[k] for k in ("top", "left", "height", "width")), [SIDE, SIDE])
                image = F.horizontal_flip(image) if flip else image
                out.append(F.pil_to_tensor(self.jitter.transform(image, jitter)))
            return torch.stack(out).float().div_(255)

    torch.set_num_threads(1)
    loader = torch.utils.data.DataLoader(Clips(), batch_size=16, num_workers=2, shuffle=True, persistent_workers=True)
    for _ in loader:
        pass  # warm files and workers up
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for batch in loader:
            done += len(batch)
    print((time.perf_counter() - start) / done)


def torch_predict(weights, clip):
    import numpy
    import torch
    from m3dfel_torch import M3dfel
    from PIL import Image
    torch.set_num_threads(2)
    model = M3dfel()
    model.load_state_dict(torch.load(weights, weights_only=True))
    files = sorted(pathlib.Path(clip).iterdir())
    frames = [numpy.asarray(Image.open(files[len(files) * i // FRAMES]).convert("RGB").resize((SIDE, SIDE), Image.BILINEAR))
              for i in range(FRAMES)]
    x = torch.from_numpy(numpy.stack(frames)).permute(0, 3, 1, 2).float().div(255)[None]
    with torch.inference_mode():
        print(model.eval()(x)[0].tolist())


def torch_weights(path):
    import torch
    from m3dfel_torch import M3dfel
    torch.save(M3dfel().state_dict(), path)


def torch_train():
    import torch
    from m3dfel_torch import M3dfel, intensity_aware_loss
    torch.set_num_threads(2)
    x, t = torch.rand(4, FRAMES, 3, SIDE, SIDE), torch.randint(0, 7, (4,))
    model = M3dfel().train()
    opt = torch.optim.AdamW(model.parameters(), lr=5e-4, weight_decay=0.05)
    for _ in range(3):
        opt.zero_grad()
        y = model(x)
        loss = torch.nn.functional.cross_entropy(y, t, label_smoothing=0.1) + 0.1 * intensity_aware_loss(y, t)
        loss.backward()
        opt.step()


# --- the comparison ---

def run(command):
    """Seconds, peak memory in MB and output of a command."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = status
        if status != 0:
            raise SystemExit(f"failed: {' '.join(map(str, command))}")
        out.seek(0)
        return seconds, usage.ru_maxrss / 1024, out.read()


def show(what, unit, ours, theirs, inverse=False):
    ratios = [(o / t if inverse else t / o) for o, t in zip(ours, theirs)]
    name = "ours/PyTorch" if inverse else "PyTorch/ours"
    print(f"{what:28} ours {statistics.median(ours):9.3f}   PyTorch {statistics.median(theirs):9.3f} {unit:8}"
          f" {name} {statistics.median(ratios):.2f}", flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("jobs", nargs="*", default=["load", "memory", "start"])
    p.add_argument("--ours", default="target/release/m3dfel")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=float, default=5)
    p.add_argument("--as", dest="role", nargs="+")
    a = p.parse_args()
    if a.role:
        role, *rest = a.role
        return {"load": torch_load, "predict": torch_predict, "weights": torch_weights, "train": torch_train}[role](
            *(float(r) if r.replace(".", "").isdigit() else r for r in rest))
    ours, me = str(pathlib.Path(a.ours).resolve()), [sys.executable, HERE, "--as"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        corpus = folder / "corpus"
        run([ours, "synth", "--out", corpus, "--clips", "80"])
        clip = corpus / "Clip/clip_224x224/00001"
        if "load" in a.jobs:
            table = [], []
            for _ in range(a.rounds):
                out = run([ours, "--threads", 2, "bench", "load", "--data", corpus, "--seconds", a.seconds])[2]
                table[0].append(1 / float(out.split()[-1]))
                table[1].append(1 / float(run([*me, "load", corpus, a.seconds])[2]))
            show("load", "clips/s", *table, inverse=True)
        if {"memory", "start"} & set(a.jobs):
            # Not here: a child's peak memory begins with that of the process that started it.
            run([*me, "weights", folder / "w.pth"])
            run([ours, "convert", folder / "w.pth", folder / "w.safetensors"])
            rounds = [(run([ours, "--threads", 2, "predict", "--weights", folder / "w.safetensors", clip]),
                       run([*me, "predict", folder / "w.pth", clip])) for _ in range(a.rounds)]
            if "start" in a.jobs:
                show("start to first prediction", "s", *zip(*((o[0], t[0]) for o, t in rounds)))
            if "memory" in a.jobs:
                show("memory of a prediction", "MB", *zip(*((o[1], t[1]) for o, t in rounds)))
                train = [ours, "--threads", 2, "bench", "train", "--batch", 4, "--seconds", 0.1]
                rounds = [(run(train)[1], run([*me, "train"])[1]) for _ in range(min(a.rounds, 3))]
                show("memory of training, batch 4", "MB", *zip(*rounds))


if __name__ == "__main__":
    main()
