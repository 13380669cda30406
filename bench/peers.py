"""Times M3DFEL in the peers, in turn with a command of ours, and prints ratios of medians per round.

    pip install torch torchvision numpy openvino onnx onnxruntime nncf
    python bench/peers.py infer --ours 'target/release/m3dfel bench infer --threads 2'
    python bench/peers.py train --ours 'target/release/m3dfel bench train --threads 2'

Our command must print, last on its last line, seconds per clip (infer: batch 1, 16 frames of
112x112, bag of 4, weights and input of any values; train: one whole AdamW step, batch 4, divided
by 4).  Every round runs each contender for a few seconds, so a machine that slows down slows all.
"""
import argparse
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crates/m3dfel/tests/fixtures"))
from m3dfel_torch import M3dfel, intensity_aware_loss

warnings.filterwarnings("ignore")


def median_time(f, seconds):
    f()
    times, start = [], time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 3:
        s = time.perf_counter()
        f()
        times.append(time.perf_counter() - s)
    return statistics.median(times)


def infer_peers(threads):
    model, x = M3dfel().eval(), torch.rand(1, 16, 3, 112, 112)
    last = M3dfel().eval()
    last.features = last.features.to(memory_format=torch.channels_last_3d)

    def run(m, bf16=False):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            m(x)

    peers = {"torch fp32": lambda: run(model), "torch fp32 channels_last": lambda: run(last),
             "torch bf16 channels_last": lambda: run(last, True)}
    path = tempfile.mkdtemp() + "/m3dfel.onnx"
    torch.onnx.export(model, (x,), path, dynamo=False, input_names=["x"], output_names=["y"])
    feed = {"x": x.numpy()}
    try:
        import onnxruntime as ort
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        peers["onnxruntime fp32"] = lambda: session.run(None, feed)
    except ImportError:
        pass
    try:
        import openvino as ov
        core = ov.Core()
        hints = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}

        def request(model, precision):
            return core.compile_model(model, "CPU", {**hints, **precision}).create_infer_request()

        f32 = request(path, {"INFERENCE_PRECISION_HINT": "f32"})
        bf16 = request(path, {"INFERENCE_PRECISION_HINT": "bf16"})
        peers["openvino fp32"] = lambda: f32.infer(feed)
        peers["openvino bf16"] = lambda: bf16.infer(feed)
        import nncf
        data = nncf.Dataset([feed["x"]] * 4, lambda d: {"x": d})
        int8 = request(nncf.quantize(core.read_model(path), data), {})
        peers["openvino int8"] = lambda: int8.infer(feed)
    except ImportError:
        pass
    return peers, 1


def train_peers(threads):
    batch = 4
    x, t = torch.rand(batch, 16, 3, 112, 112), torch.randint(0, 7, (batch,))

    def contender(bf16):
        model = M3dfel().train()
        opt = torch.optim.AdamW(model.parameters(), lr=5e-4, weight_decay=0.05)

        def step():
            opt.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                y = model(x)
            y = y.float()
            loss = torch.nn.functional.cross_entropy(y, t, label_smoothing=0.1)
            (loss + 0.1 * intensity_aware_loss(y, t)).backward()
            opt.step()
        return step
    return {"torch fp32": contender(False), "torch bf16": contender(True)}, batch


def main():
    p = argparse.ArgumentParser()
    p.add_argument("job", choices=["infer", "train"])
    p.add_argument("--ours")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    peers, batch = (infer_peers if a.job == "infer" else train_peers)(a.threads)
    table = {name: [] for name in peers}
    ours = []
    for _ in range(a.rounds):
        if a.ours:
            out = subprocess.run(shlex.split(a.ours), capture_output=True, text=True, check=True).stdout
            ours.append(float(out.split()[-1]))
        for name, f in peers.items():
            table[name].append(median_time(f, a.seconds) / batch)
    if ours:
        print(f"{'ours':28} {statistics.median(ours):.4f} s/clip")
    for name, times in table.items():
        line = f"{name:28} {statistics.median(times):.4f} s/clip"
        if ours:
            line += f"   peer/ours {statistics.median(p / o for p, o in zip(times, ours)):.2f}"
        print(line)


if __name__ == "__main__":
    main()
