"""What scikit-learn's pipeline and ONNX Runtime take for what BenchmarkPredictRecord and BenchmarkPredict do: fourteen mixed columns through
128-128 hidden, a row alone and 100,000 at once. It needs scikit-learn, pandas, skl2onnx and onnxruntime.
"""
import time
import warnings

import numpy as np
import onnxruntime
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
ROWS = 100_000
rng = np.random.default_rng(1)
numbers = ["area", "rooms", "floor", "age", "height", "noise", "tax", "sold"]
words = {"town": 5, "heating": 3, "zip_code": 9, "lift": 2, "garden": 2, "state": 3}
data = {name: rng.normal(size=ROWS).astype(np.float32) for name in numbers}
data |= {name: np.array(["level%d" % i for i in rng.integers(n, size=ROWS)]) for name, n in words.items()}
table = pd.DataFrame(data)
price = 1000 * data["area"]

encode = ColumnTransformer([("n", StandardScaler(), numbers), ("w", OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(words))])
pipeline = make_pipeline(encode, MLPRegressor(hidden_layer_sizes=(128, 128), max_iter=1, batch_size=1024)).fit(table, price)
x = encode.transform(table).astype(np.float32)


def seconds(call, at_least=1.0):
    call()
    n, start = 0, time.perf_counter()
    while time.perf_counter() - start < at_least:
        call()
        n += 1
    return (time.perf_counter() - start) / n


def report(name, one, many):
    print("%-45s a row alone %9.2f µs   of many %7.0f ns" % (name, 1e6 * seconds(one), 1e9 * seconds(many) / ROWS))


row = table.iloc[:1]
report("scikit-learn, pipeline", lambda: pipeline.predict(row), lambda: pipeline.predict(table))

options = onnxruntime.SessionOptions()
for threads in (1, 2):
    options.intra_op_num_threads = threads
    types = [(n, FloatTensorType([None, 1])) for n in numbers] + [(n, StringTensorType([None, 1])) for n in words]
    whole = onnxruntime.InferenceSession(to_onnx(pipeline, initial_types=types).SerializeToString(), options)
    inputs = {n: table[[n]].to_numpy() for n in table.columns}
    first = {n: v[:1] for n, v in inputs.items()}
    report("ONNX Runtime, pipeline, %d threads" % threads, lambda: whole.run(None, first), lambda: whole.run(None, inputs))
    network = onnxruntime.InferenceSession(to_onnx(pipeline[-1], initial_types=[("x", FloatTensorType([None, x.shape[1]]))]).SerializeToString(), options)
    report("ONNX Runtime, network alone, %d threads" % threads, lambda: network.run(None, {"x": x[:1]}), lambda: network.run(None, {"x": x}))
