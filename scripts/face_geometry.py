#!/usr/bin/env python3
"""Where features lie in real faces and in rendered ones, class by class: face_geometry.py REAL CORPUS...

    pip install mediapipe==0.10.21        (Python 3.9 to 3.12; its models come with it)

REAL has a directory for each class, and in it crops (pictures, or clips whose last frame is taken), as `m3dfel prepare` makes them.
Each CORPUS was made by `m3dfel synth --frames 1 --size 160`; the clips of its test folds are taken. Faces turned away are left out.
Prints Markdown: the median and (interquartile range / 1.35) of each measure. Lengths are in distances between the eyes, but
lids, which are in radii of the iris. What it says of real faces is for making the renderer; faces to test on stay out of it.
"""

import csv
import sys
from pathlib import Path

import cv2
import mediapipe
import numpy as np

CLASSES = ["neutral", "happy", "sad", "angry", "surprise", "disgust", "fear"]
LABELS = {"1": "happy", "2": "sad", "3": "neutral", "4": "angry", "5": "surprise", "6": "disgust", "7": "fear"}
PICTURES = (".jpg", ".jpeg", ".png")
SIDE = 320
TURNED = 0.6  # one ear nearer than the other by so many distances between the eyes

mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=True, min_detection_confidence=0.2)


def measure(path):
    """The measures of a face, by name; None where there is none to measure. Numbers are those of MediaPipe's mesh."""
    image = cv2.imread(str(path))
    if image is None:
        return None
    found = mesh.process(cv2.cvtColor(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB))
    if not found.multi_face_landmarks:
        return None
    points = np.array([[p.x, p.y, p.z] for p in found.multi_face_landmarks[0].landmark]) * SIDE
    eyes = [points[[33, 133], :2].mean(0), points[[362, 263], :2].mean(0)]
    apart = np.linalg.norm(eyes[1] - eyes[0])
    right = (eyes[1] - eyes[0]) / apart
    down = np.array([-right[1], right[0]])
    if abs(points[234, 2] - points[454, 2]) / apart > TURNED:
        return None
    place = points[:, :2] - (eyes[0] + eyes[1]) / 2
    x, y = place @ right / apart, place @ down / apart
    iris = (np.hypot(x[469] - x[471], y[469] - y[471]) + np.hypot(x[474] - x[476], y[474] - y[476])) / 4
    over = lambda *at: -y[list(at)].mean()
    return {
        "iris": iris,
        "upper lid over its middle": (y[468] - y[159] + y[473] - y[386]) / 2 / iris,
        "lower lid under it": (y[145] - y[468] + y[374] - y[473]) / 2 / iris,
        "eye's width": (abs(x[33] - x[133]) + abs(x[362] - x[263])) / 2,
        "brows over the eyes, inner ends": over(55, 107, 285, 336),
        "middles": over(52, 105, 282, 334),
        "outer ends": over(46, 70, 276, 300),
        "between brows": x[285] - x[55],
        "nose under the eyes": y[2],
        "nose to upper lip": y[0] - y[2],
        "mouth under the eyes": y[13],
        "its width": x[291] - x[61],
        "its opening": y[14] - y[13],
        "lips' height": y[17] - y[0],
        "corners hang": (y[61] + y[291]) / 2 - (y[13] + y[14]) / 2,
        "chin under the eyes": y[152],
        "face's width": x[454] - x[234],
        "jaw's width": x[397] - x[172],
    }


def real(root):
    """The pictures of each class."""
    of = {}
    for name in CLASSES:
        entries = sorted((root / name).iterdir()) if (root / name).is_dir() else []
        frames = [[e] if e.is_file() else sorted(e.iterdir()) for e in entries]
        of[name] = [f[-1] for f in frames if f and f[-1].suffix.lower() in PICTURES]
    return of


def rendered(corpus):
    of = {name: [] for name in CLASSES}
    for fold in sorted((corpus / "EmoLabel_DataSplit").glob("test*/set_*.csv")):
        with open(fold, newline="") as file:
            for row in csv.DictReader(file):
                clip = corpus / "Clip/clip_224x224" / f"{int(row['video_name']):05}"
                of[LABELS[row["label"]]].append(sorted(clip.iterdir())[-1])
    return of


def main(sources):
    measured = []
    for path in map(Path, sources):
        of = rendered(path) if (path / "EmoLabel_DataSplit").is_dir() else real(path)
        measured.append((path.name, {name: [m for m in map(measure, of[name]) if m] for name in CLASSES}))
    for name in CLASSES:
        rows = [(source, of[name]) for source, of in measured if len(of[name]) >= 4]
        if not rows:
            continue
        print(f"\n{name}: " + ", ".join(f"{len(faces)} of {source}" for source, faces in rows) + "\n")
        print("| | " + " | ".join(source for source, _ in rows) + " |")
        print("|---" * (len(rows) + 1) + "|")
        for key in rows[0][1][0]:
            cells = []
            for _, faces in rows:
                low, middle, high = np.percentile([face[key] for face in faces], [25, 50, 75])
                cells.append(f"{middle:.2f} ({(high - low) / 1.35:.2f})")
            print(f"| {key} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1:])
