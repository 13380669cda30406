#!/usr/bin/env bash
# Measures m3dfel on a GPU against PyTorch, in turns on the same card, and tests it there. One command:
#
#   bench/gpu.sh [RESULTS]          # on a machine with an NVIDIA GPU, a Rust toolchain, Python 3 and a network
#
# DEVICE=vulkan bench/gpu.sh measures another device (built with the feature of that name), then without PyTorch.
# FEATURES=cuda,m3dfel-conv/fusion has Burn fuse operations: faster perhaps; right only if the tests say so.
# BATCH, CROP, ROUNDS and SECONDS_EACH change what is measured; PYTHON names a Python that has torch already.
# RESULTS (default bench/gpu-results) gets: each measurement as a line of JSON, their table, the time of each
# convolution in each way and with Burn's own gradient to the input, which of Burn's kernels was chosen for each
# shape, and the tests' words.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
results=$(mkdir -p "${1:-bench/gpu-results}" && cd "${1:-bench/gpu-results}" && pwd)
device=${DEVICE:-cuda}
feature=${device%%:*}
features=${FEATURES:-$feature}
batch=${BATCH:-64} crop=${CROP:-112} rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-5}
target=${CARGO_TARGET_DIR:-$root/target}
measured=$results/measured.jsonl
: >"$measured"

say() { echo "== $*" >&2; }

if [ "$feature" = cuda ]; then
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv | tee "$results/card.csv" || {
        echo "no NVIDIA driver: this measures a GPU (DEVICE=vulkan measures what Vulkan finds)" >&2
        exit 1
    }
fi

say "building with --features $features"
cargo build --release --workspace --features "$features" --example ways
cargo build --release --workspace --features "$features"
m3dfel=$target/release/m3dfel

if [ "$feature" = cuda ]; then
    python=${PYTHON:-}
    if [ -z "$python" ]; then
        say "a Python with PyTorch"
        [ -x "$results/venv/bin/python" ] || python3 -m venv "$results/venv"
        python=$results/venv/bin/python
        "$python" -m pip install --quiet torch torchvision numpy
    fi
fi

# Burn writes here which kernel it chose for each shape; and its choices are kept here, so that the first run of
# this script pays for them as a user's first run does.
cat >"$results/cubecl.toml" <<TOML
[autotune.decisions]
file = "$results/kernels.jsonl"
TOML
cd "$results"

say "first run: kernels are compiled and chosen (its time goes into first.json)"
start=$(date +%s.%N)
"$m3dfel" bench train --device "$device" --batch "$batch" --crop "$crop" --seconds 0 --json >first.json
end=$(date +%s.%N)
say "$(awk "BEGIN { printf \"%.0f s\", $end - $start }"), against the second run's:"
time "$m3dfel" bench train --device "$device" --batch "$batch" --crop "$crop" --seconds 0 --json >second.json

ours() {
    "$m3dfel" bench "$1" --device "$device" --precision "$2" --batch "$batch" --crop "$crop" --seconds "$seconds" \
        --json | sed 's/^{/{"who":"m3dfel",/' | tee -a "$measured"
}
theirs() {
    "$python" "$root/bench/gpu_torch.py" "$1" --device "$device" --precision "$2" --batch "$batch" --crop "$crop" \
        --seconds "$seconds" | sed 's/^{/{"who":"torch",/' | tee -a "$measured"
}
for round in $(seq "$rounds"); do
    for job in train infer; do
        for precision in float32 bf16; do
            say "round $round of $rounds: $job in $precision"
            # A device without bf16 says so, and is measured in float32.
            ours $job $precision || echo "m3dfel $job $precision failed" | tee -a failed.txt
            [ "$feature" != cuda ] || theirs $job $precision || echo "torch $job $precision failed" | tee -a failed.txt
        done
    done
done

say "each convolution in each way"
for precision in float32 bf16; do
    "$target/release/examples/ways" "$device" "$batch" $precision 64 "$crop" | tee "ways-$precision.txt" ||
        echo "ways $precision failed" | tee -a failed.txt
done

say "the tests on $device"
cd "$root"
tests=0
M3DFEL_TEST_DEVICE=$device cargo test --release --workspace --features "$features" --no-fail-fast --test burn --test device --test input_grad \
    --test parity_forward --test parity_gradient --test trained_elsewhere --test losses --test mean --test parity -- \
    --nocapture 2>&1 | tee "$results/tests.txt" || tests=1

say "medians over the rounds"
python3 - "$measured" <<'PYTHON' | tee "$results/table.txt"
import json, statistics, sys
runs = [json.loads(line) for line in open(sys.argv[1])]
def of(job, precision, who, key, best):
    values = [r[key] for r in runs if (r["job"], r["precision"], r["who"]) == (job, precision, who) and r.get(key)]
    return best(values) if values else float("nan")
print(f"{'':16} {'m3dfel ms':>12} {'torch ms':>12} {'torch/m3dfel':>12} {'m3dfel GB':>12} {'torch GB':>12}")
for job in "train", "infer":
    for precision in "float32", "bf16":
        a, b = (1e3 * of(job, precision, who, "median_seconds", statistics.median) for who in ("m3dfel", "torch"))
        c, d = (of(job, precision, who, "device_memory", max) / 1e9 for who in ("m3dfel", "torch"))
        print(f"{job + ' ' + precision:16} {a:12.2f} {b:12.2f} {b / a:12.2f} {c:12.2f} {d:12.2f}")
PYTHON
[ ! -e "$results/failed.txt" ] || cat "$results/failed.txt"
exit $tests
