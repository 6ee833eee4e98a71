package nn

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// everyLayer is a list of all layers that a file can describe.
func everyLayer() []layer.Layer {
	return []layer.Layer{
		layer.Dropout(0.25), layer.Dense(7), activation.Sigmoid(), layer.Dense(5, layer.Init(initial.TorchLinear())), activation.Tanh(), layer.Dropout(0.5),
		layer.Dense(9), activation.ReLU(), activation.Identity(), layer.Dense(4), activation.Heaviside(),
	}
}

func randomBatch(rows, cols int) tensor.Matrix {
	rng := rand.New(rand.NewPCG(11, 12))
	return testMatrix(rows, cols, func(int, int) float32 { return float32(rng.NormFloat64()) })
}

// samePredictions expects the same bits from two networks on one backend.
func samePredictions(t *testing.T, a, b *Network) {
	t.Helper()
	x := randomBatch(6, a.Inputs())
	ya, err := a.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	yb, err := b.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ya.Rows {
		for j, v := range rowOf(ya, i) {
			if w := rowOf(yb, i)[j]; math.Float32bits(w) != math.Float32bits(v) {
				t.Fatalf("output [%d][%d] is %v and %v", i, j, v, w)
			}
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	for _, backend := range []string{"gonum", "native"} {
		t.Run(backend, func(t *testing.T) {
			b := openBackend(t, backend)
			net, err := New(tensor.Shape{3}, layer.Stack(everyLayer()...), Seed(5), Backend(b), Init(initial.TorchLinear()))
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			meta := map[string]string{"classes": "no,yes", "empty": ""}
			path := filepath.Join(t.TempDir(), "net.safetensors")
			if err := net.SaveFile(path, meta); err != nil {
				t.Fatal(err)
			}
			loaded, gotMeta, err := LoadFile(path, Backend(b), Seed(99))
			if err != nil {
				t.Fatal(err)
			}
			defer loaded.Close()
			if !maps.Equal(gotMeta, meta) {
				t.Errorf("metadata are %q, want %q", gotMeta, meta)
			}
			if got, want := loaded.Summary(), net.Summary(); got != want {
				t.Errorf("loaded network:\n%s\nwant:\n%s", got, want)
			}
			samePredictions(t, net, loaded)

			// The same bytes again, whatever the seed and the route.
			var first, second bytes.Buffer
			if err := net.Save(&first, meta); err != nil {
				t.Fatal(err)
			}
			if err := loaded.Save(&second, meta); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Error("saved again, the file differs")
			}
		})
	}
}

// Weights are [in][out] in the library and [out][in] in files.
// TestLoadStep: files had the name of Heaviside that it had before.
func TestLoadStep(t *testing.T) {
	old := file(entries(weightEntry, biasEntry, `"__metadata__":{"neurona":"{\"format\":1,\"inputs\":2,\"layers\":[{\"kind\":\"dense\",\"out\":1},{\"kind\":\"step\"}]}"}`), 12)
	loaded, _, err := Load(bytes.NewReader(old))
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	if got := loaded.Layers()[1].String(); got != "heaviside" {
		t.Errorf("layer 1 is %s", got)
	}
}

func TestSavedWeightsAreTransposed(t *testing.T) {
	b := openBackend(t, "gonum")
	net, err := New(tensor.Shape{2}, layer.Stack(activation.Tanh(), layer.Dense(3)), Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	w := tensor.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{1, 2, 3, 4, 5, 6}}
	if err := net.SetWeights(1, w, []float32{7, 8, 9}); err != nil {
		t.Fatal(err)
	}
	tensors, err := net.copyTensors()
	if err != nil {
		t.Fatal(err)
	}
	if len(tensors) != 2 || tensors[0].name != "layers.1.weight" || tensors[1].name != "layers.1.bias" {
		t.Fatalf("the tensors are %v", tensors)
	}
	if want := []float32{1, 4, 2, 5, 3, 6}; !slices.Equal(tensors[0].data, want) || !slices.Equal(tensors[0].shape, []int{3, 2}) {
		t.Errorf("the weights are %v with shape %v, want %v with shape [3 2]", tensors[0].data, tensors[0].shape, want)
	}
	if want := []float32{7, 8, 9}; !slices.Equal(tensors[1].data, want) || !slices.Equal(tensors[1].shape, []int{3}) {
		t.Errorf("the biases are %v with shape %v, want %v with shape [3]", tensors[1].data, tensors[1].shape, want)
	}
}

// matrixLayer has a parameter that is a matrix of a shape of its own.
type matrixLayer struct{ quadratic }

func (l matrixLayer) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, &matrixStage{l.stage(x, b.Env()), make([]float32, 6), make([]float32, 6)})
}

type matrixStage struct {
	*quadraticStage
	unused, grad []float32
}

func (s *matrixStage) Tensors() []*tensor.Tensor {
	return append(s.quadraticStage.Tensors(), &tensor.Tensor{Name: "unused", Dims: []int{2, 3}, Value: s.unused, Grad: s.grad})
}

func TestSaveCustomLayers(t *testing.T) {
	b := openBackend(t, "gonum")
	build := func(seed uint64, layers ...layer.Layer) *Network {
		t.Helper()
		net, err := New(tensor.Shape{3}, layer.Stack(layers...), Backend(b), Seed(seed))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { net.Close() })
		return net
	}
	custom := matrixLayer{}
	net := build(1, layer.Dense(4), custom, layer.Dense(2))
	var buf bytes.Buffer
	if err := net.Save(&buf, map[string]string{"k": "v"}); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"layers.1.a":{"dtype":"F32","shape":[4]`, `"layers.1.b":{"dtype":"F32","shape":[4]`,
		`"layers.1.unused":{"dtype":"F32","shape":[2,3]`, `stack(dense(4), quadratic, dense(2))`,
	} {
		if !strings.Contains(buf.String(), part) {
			t.Errorf("the file does not contain %s", part)
		}
	}
	_, _, err := Load(bytes.NewReader(buf.Bytes()), Backend(b))
	if !errors.Is(err, ErrNoArchitecture) || !strings.Contains(err.Error(), "quadratic") {
		t.Errorf("error is %v, want ErrNoArchitecture about quadratic", err)
	}
	other := build(2, layer.Dense(4), custom, layer.Dense(2))
	meta, err := LoadInto(other, bytes.NewReader(buf.Bytes()))
	if err != nil || !maps.Equal(meta, map[string]string{"k": "v"}) {
		t.Fatalf("metadata are %q, error %v", meta, err)
	}
	samePredictions(t, net, other)
}

func TestSaveErrors(t *testing.T) {
	net := twoInputNetwork(t)
	var fe *FormatError
	if err := net.Save(io.Discard, map[string]string{"neurona": "x"}); !errors.As(err, &fe) {
		t.Errorf("a reserved key: %v, want a *FormatError", err)
	}
	if err := net.Save(io.Discard, map[string]string{"a": "\xff"}); !errors.As(err, &fe) {
		t.Errorf("metadata that are not UTF-8: %v, want a *FormatError", err)
	}
	var whole bytes.Buffer
	if err := net.Save(&whole, nil); err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{0, 8, 9, whole.Len() - 1} {
		if err := net.Save(&fullDisk{room}, nil); !errors.Is(err, errFull) {
			t.Errorf("a disk with room for %d bytes: %v, want its error", room, err)
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "net.safetensors")
	if err := os.WriteFile(path, []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := net.SaveFile(path, map[string]string{"neurona": "x"}); err == nil {
		t.Error("SaveFile takes a reserved key")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "before" {
		t.Errorf("after a failed SaveFile the file holds %q (%v)", text, err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("after a failed SaveFile there are %d files (%v)", len(files), err)
	}
	if err := net.SaveFile(filepath.Join(dir, "no", "such", "folder"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	net.Close()
	if err := net.Save(io.Discard, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v, want ErrClosed", err)
	}
}

var errFull = errors.New("no space left")

// fullDisk takes room bytes.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), d.room)
	d.room -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestLoadErrors(t *testing.T) {
	withArchitecture := func(text string) []byte {
		quoted := strings.ReplaceAll(text, `"`, `\"`)
		return file(entries(weightEntry, biasEntry, `"__metadata__":{"neurona":"`+quoted+`"}`), 12)
	}
	var (
		format   *FormatError
		mismatch *MismatchError
		which    *LayerError
		hyper    *HyperparameterError
		unknown  *names.UnknownError
	)
	tests := []struct {
		name string
		file []byte
		as   any
		want string
	}{
		{"not JSON", withArchitecture(`{`), &format, "the architecture is malformed"},
		{"an unknown field", withArchitecture(`{"format":1,"input":2}`), &format, "unknown field"},
		{"a number too large", withArchitecture(`{"format":1,"inputs":1e30}`), &format, "malformed"},
		{"a later format", withArchitecture(`{"format":3,"shape":[2],"layer":"dense(1)"}`), &format, "format 3, want 1 or 2"},
		{"two formats", withArchitecture(`{"format":2,"inputs":2,"layer":"dense(1)"}`), &format, "mixes formats"},
		{"no shape", withArchitecture(`{"format":2,"layer":"dense(1)"}`), &hyper, "number of inputs is 0"},
		{"a layer that is none", withArchitecture(`{"format":2,"shape":[2],"layer":"dense(1"}`), new(*catalog.SyntaxError), "column 8"},
		{"a layer that nobody knows", withArchitecture(`{"format":2,"shape":[2],"layer":"stack(dense(1), rleu)"}`), &unknown, `did you mean "relu"`},
		{"too many layers", withArchitecture(`{"format":1,"inputs":2,"layers":[{"kind":"dense","out":1}` + strings.Repeat(`,{"kind":"relu"}`, maxLayers) + `]}`), &format, "10001 layers"},
		{"an unknown layer", withArchitecture(`{"format":1,"inputs":2,"layers":[{"kind":"dense","out":1},{"kind":"rleu"}]}`), &unknown, `did you mean "relu"`},
		{"what layers there are", withArchitecture(`{"format":1,"inputs":2,"layers":[{"kind":"denze","out":1}]}`), &unknown, `unknown layer "denze", did you mean "dense"?`},
		{"which of the layers", withArchitecture(`{"format":1,"inputs":2,"layers":[{"kind":"dense","out":1},{"kind":"rleu"}]}`), &which, `layer 1 (rleu)`},
		{"a dropout of 1", withArchitecture(`{"format":1,"inputs":2,"layers":[{"kind":"dense","out":1},{"kind":"dropout","p":1}]}`), &hyper, "probability is 1"},
		{"other sizes", withArchitecture(`{"format":1,"inputs":3,"layers":[{"kind":"dense","out":1}]}`), &mismatch, "the file has shape [1 2], the network [1 3]"},
		{"negative sizes", withArchitecture(`{"format":1,"inputs":2,"layers":[{"kind":"dense","out":-1}]}`), &hyper, "number of neurons is -1"},
		{"another place", withArchitecture(`{"format":1,"inputs":2,"layers":[{"kind":"relu"},{"kind":"dense","out":1}]}`), &mismatch, `"layers.1.weight": the file has no such tensor`},
	}
	b := openBackend(t, "gonum")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := Load(bytes.NewReader(test.file), Backend(b))
			if err == nil || !errors.As(err, test.as) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want a %T with %q", err, test.as, test.want)
			}
		})
	}
	t.Run("no layers", func(t *testing.T) {
		f := file(`{"__metadata__":{"neurona":"{\"format\":1,\"inputs\":2,\"layers\":[]}"}}`, 0)
		if _, _, err := Load(bytes.NewReader(f), Backend(b)); !errors.As(err, &hyper) {
			t.Errorf("error is %v, want a *HyperparameterError", err)
		}
	})
	t.Run("no architecture", func(t *testing.T) {
		f := file(entries(weightEntry, biasEntry), 12)
		if _, _, err := Load(bytes.NewReader(f), Backend(b)); !errors.Is(err, ErrNoArchitecture) {
			t.Errorf("error is %v, want ErrNoArchitecture", err)
		}
	})
	t.Run("no file", func(t *testing.T) {
		if _, _, err := LoadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("error is %v, want os.ErrNotExist", err)
		}
	})
	t.Run("a file that names itself", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "broken")
		if err := os.WriteFile(path, []byte("?"), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := LoadFile(path); !errors.As(err, &format) || !strings.Contains(err.Error(), path) {
			t.Errorf("error is %v, want a *FormatError that names the file", err)
		}
	})
	t.Run("a reader that fails", func(t *testing.T) {
		r := io.MultiReader(bytes.NewReader(file(goodHeader, 5)), failingReader{})
		if _, _, err := Load(r, Backend(b)); !errors.Is(err, errFull) {
			t.Errorf("error is %v, want the reader's", err)
		}
	})
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errFull }

// FuzzLoad feeds files to Load. What it takes must be a network that can be
// saved and loaded again.
func FuzzLoad(f *testing.F) {
	b := openBackend(f, "gonum")
	net, err := New(tensor.Shape{2}, layer.Stack(layer.Dense(3), activation.Tanh(), layer.Dropout(0.5), layer.Dense(1), activation.Sigmoid()), Backend(b))
	if err != nil {
		f.Fatal(err)
	}
	defer net.Close()
	var whole bytes.Buffer
	if err := net.Save(&whole, map[string]string{"classes": "no,yes"}); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()-1])
	f.Add(append(whole.Bytes(), 0))
	f.Add(file(goodHeader, 12))
	f.Add(file(goodHeader+"   ", 12))
	f.Add(file(entries(weightEntry, biasEntry), 12))
	f.Add(file(entries(weightEntry, weightEntry), 16))
	f.Add(file(strings.Replace(goodHeader, "[0,8]", "[0,9]", 1), 12))
	f.Add(file(strings.Replace(goodHeader, "[1,2]", "[1,4611686018427387904]", 1), 12))
	f.Add(file(strings.Replace(goodHeader, "F32", "F64", 1), 12))
	f.Add(file(strings.Replace(goodHeader, "dense", "relu", 1), 12))
	f.Add(file(`{"__metadata__":{"neurona":"{\"format\":1,\"inputs\":9,\"layers\":[{\"kind\":\"relu\"}]}"}}`, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		net, meta, err := Load(bytes.NewReader(data), Backend(b))
		if err != nil {
			return
		}
		defer net.Close()
		var first bytes.Buffer
		if err := net.Save(&first, meta); err != nil {
			t.Fatal(err)
		}
		again, _, err := Load(bytes.NewReader(first.Bytes()), Backend(b))
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		var second bytes.Buffer
		if err := again.Save(&second, meta); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Error("saved, loaded and saved, the file differs")
		}
	})
}
