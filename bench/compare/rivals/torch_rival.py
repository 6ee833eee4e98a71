"""PyTorch as a rival: training steps and MNIST, over the protocol of protocol.go."""

import copy
import gzip
import os
import struct
import sys
import time

import numpy as np
import torch
from torch import nn

THREADS = int(os.environ.get("COMPARE_THREADS", "1"))
LOSSES = 3

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}
OUTPUT_LOSSES = {"mse": nn.MSELoss, "ce": nn.CrossEntropyLoss, "bce": nn.BCEWithLogitsLoss}


class Declined(Exception):
    """This rival does not do what was asked."""


def describe():
    config = torch.__config__.show().splitlines()
    capability = next((l.split(":")[1].strip() for l in config if "CPU capability" in l), "unknown")
    return (
        f"name=PyTorch\tversion={torch.__version__}\tsettings={torch.get_num_threads()} threads, "
        f"{capability} kernels, {os.environ.get('COMPARE_BLAS', 'BLAS unknown')}; "
        "steps: the best of eager and jit.trace, with and without foreach; "
        "zero_grad(set_to_none=True), denormals flushed; bf16: autocast"
    )


def build(sizes, hidden, output):
    """The network: Linear layers with activations between and after."""
    layers = []
    for i, (before, after) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(before, after))
        activation = output if i == len(sizes) - 2 else hidden
        if activation != "identity":
            layers.append(ACTIVATIONS[activation]())
    return nn.Sequential(*layers)


def make_optimizer(name, net, rate, foreach):
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    return kinds[name](net.parameters(), lr=rate, foreach=foreach)


def read_step(f):
    """The network with its first weights and the batch, from the file of stepData.encode."""
    sizes = [int(s) for s in f["sizes"].split("-")]
    batch = int(f["batch"])
    raw = np.fromfile(f["file"], dtype="<f4")
    at = 0

    def take(*shape):
        nonlocal at
        count = int(np.prod(shape))
        part = raw[at : at + count].reshape(shape)
        at += count
        return torch.from_numpy(part.copy())

    net = build(sizes, f["hidden"], f["output"])
    with torch.no_grad():
        for layer in (m for m in net if isinstance(m, nn.Linear)):
            layer.weight.copy_(take(layer.in_features, layer.out_features).t())
            layer.bias.copy_(take(layer.out_features))
    x = take(batch, sizes[0])
    if f["loss"] == "ce":
        target = torch.from_numpy(raw[at:].view("<i4").astype(np.int64))
    else:
        target = take(batch, sizes[-1])
    return net, x, target


def make_step(net, x, target, f, traced, foreach):
    """A function that trains net once and returns the loss."""
    criterion = OUTPUT_LOSSES[f["loss"]]()
    optimizer = make_optimizer(f["optimizer"], net, float(f["rate"]), foreach)
    bf16 = f["precision"] == "bf16"
    if traced:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16, cache_enabled=False):
            run = torch.jit.trace(net, x, check_trace=False)
    else:
        run = net

    def step():
        optimizer.zero_grad(set_to_none=True)
        if bf16:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = run(x)
            loss = criterion(out.float(), target)
        else:
            loss = criterion(run(x), target)
        loss.backward()
        optimizer.step()
        return loss

    return step


def best_ns(work, nanos, samples, limit):
    """The least time of one call, as best_ns of protocol.h finds it."""
    clock = time.perf_counter_ns
    begin, best, calls, taken = clock(), 0.0, 1, 0
    while taken < samples:
        start = clock()
        for _ in range(calls):
            work()
        end = clock()
        took, spent = end - start, end - begin
        if took < nanos and spent < limit:
            calls = int(calls * min(100.0, 1.2 * nanos / max(took, 1))) + 1
            continue
        each = took / calls
        best = each if taken == 0 else min(best, each)
        taken += 1
        if spent > limit:
            break
    return best


# The ways to take a step. The first visit to a task tries all, each later one
# the best so far and one more: noise may have hidden a better one.
WAYS = [(traced, foreach) for traced in (False, True) for foreach in (False, True)]
found = {}  # by task: the least time of each way
visits = {}


def way_name(way):
    return ("jit.trace" if way[0] else "eager") + (", foreach" if way[1] else "")


def do_step(f):
    if f["precision"] not in ("float32", "bf16"):
        raise Declined("float32 and bf16 only")
    first, x, target = read_step(f)
    nanos, samples, limit = int(f["nanos"]), int(f["samples"]), int(f["limit"])
    key = (f["file"], f["precision"])

    def visit(way):
        step = make_step(copy.deepcopy(first), x, target, f, *way)
        losses = [step().item() for _ in range(LOSSES)]
        for _ in range(2 if way[0] else 0):  # the tracing executor still optimises
            step()
        return best_ns(step, nanos, samples, limit), losses

    times = found.setdefault(key, {})
    visits[key] = visits.get(key, 0) + 1
    if times:
        ways = {min(times, key=times.get), WAYS[visits[key] % len(WAYS)]}
    else:
        ways = WAYS
    results = {way: visit(way) for way in ways}
    for way, (nanos_of_way, _) in results.items():
        times[way] = min(nanos_of_way, times.get(way, nanos_of_way))
    best = min(results, key=lambda way: results[way][0])
    nanos_best, losses = results[best]
    return f"ns={nanos_best:.3f}\tlosses={','.join(map(repr, losses))}\tsettings={way_name(best)}"


def read_idx(folder, name):
    """An IDX file of bytes, plain or as .gz, in folder or folder/mnist."""
    for path in (os.path.join(d, name) for d in (folder, os.path.join(folder, "mnist"))):
        for opener, suffix in ((open, ""), (gzip.open, ".gz")):
            if os.path.exists(path + suffix):
                with opener(path + suffix, "rb") as file:
                    raw = file.read()
                dims = struct.unpack(f">{raw[3]}i", raw[4 : 4 + 4 * raw[3]])
                return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(dims)
    raise FileNotFoundError(f"no {name} in {folder}")


def load_mnist(folder, part):
    images = read_idx(folder, f"{part}-images-idx3-ubyte").reshape(-1, 784)
    labels = read_idx(folder, f"{part}-labels-idx1-ubyte")
    return torch.from_numpy(images.astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


def do_mnist(f):
    x, labels = load_mnist(f["dir"], "train")
    x_test, labels_test = load_mnist(f["dir"], "t10k")
    torch.manual_seed(int(f["seed"]))
    bf16 = f["precision"] == "bf16"
    net = build([int(s) for s in f["sizes"].split("-")], f["hidden"], "identity")
    for layer in net:
        if isinstance(layer, nn.Linear):  # He's weights, as neurona's recipe has them
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    criterion = nn.CrossEntropyLoss()
    optimizer = make_optimizer(f["optimizer"], net, float(f["rate"]), True)
    batch = int(f["batch"])
    took = 0
    accuracy = 0.0
    for epoch in range(1, int(f["epochs"]) + 1):
        start = time.perf_counter_ns()
        order = torch.randperm(len(x))
        for indices in order.split(batch):
            optimizer.zero_grad(set_to_none=True)
            if bf16:
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    out = net(x[indices])
                loss = criterion(out.float(), labels[indices])
            else:
                loss = criterion(net(x[indices]), labels[indices])
            loss.backward()
            optimizer.step()
        took += time.perf_counter_ns() - start
        with torch.no_grad():
            accuracy = (net(x_test).argmax(1) == labels_test).float().mean().item()
        if accuracy >= float(f["target"]):
            return f"ns={took}\tepochs={epoch}\taccuracy={accuracy}\tsettings=eager, foreach, He init"
    raise RuntimeError(f"{100 * accuracy:.2f} % after {f['epochs']} epochs")


def main():
    torch.set_num_threads(THREADS)
    torch.set_flush_denormal(True)
    handlers = {"describe": lambda f: describe(), "step": do_step, "mnist": do_mnist}
    for line in sys.stdin:
        verb, *fields = line.rstrip("\n").split("\t")
        if verb == "quit":
            return
        try:
            if verb not in handlers:
                raise Declined("only training is done here")
            reply = "ok\t" + handlers[verb](dict(field.split("=", 1) for field in fields))
        except Declined as e:
            reply = f"no\t{e}"
        except Exception as e:  # whatever it is, the other rivals go on
            reply = "err\t" + " ".join(f"{type(e).__name__}: {e}".split())
        print(reply, flush=True)


if __name__ == "__main__":
    main()
