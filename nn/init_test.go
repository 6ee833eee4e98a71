package nn

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// ramp is an initialiser that is in no catalogue but those it is added to.
type ramp struct{ slope float64 }

func rampPart() catalog.Part[initial.Initialiser] {
	return catalog.Part[initial.Initialiser]{
		Name: "ramp", Help: "rises from weight to weight", Example: "ramp(0.25)",
		Params: []catalog.Param{{Name: "slope", Kind: catalog.Number}},
		New:    func(a catalog.Args) (initial.Initialiser, error) { return ramp{a.Float("slope")}, nil },
	}
}

func (r ramp) String() string { return rampPart().Spell().Float("slope", r.slope).String() }

func (r ramp) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	for i := range w {
		w[i] = float32(r.slope * float64(i))
	}
	for i := range b {
		b[i] = float32(-i)
	}
}

// TestInitialisers: a network starts as each initialiser of the catalogue, and one
// of one's own, fills each layer from its stream; a layer's own goes before the
// network's.
func TestInitialisers(t *testing.T) {
	const seed = 7
	b := openBackend(t, "native")
	parts := initial.Catalog().With(rampPart())
	for _, p := range parts.Parts() {
		init, err := parts.Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		other := parts.Names()[0]
		if p.Name == other {
			other = parts.Names()[1]
		}
		its, err := parts.Parse(other)
		if err != nil {
			t.Fatal(err)
		}
		net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(5), activation.ReLU(), layer.Dense(4, layer.Init(its)), layer.Dense(3)), Backend(b), Seed(seed), Init(init))
		if err != nil {
			t.Fatal(err)
		}
		for which, want := range map[int]initial.Initialiser{0: init, 2: its, 3: init} {
			w, bias, err := net.Weights(which)
			if err != nil {
				t.Fatal(err)
			}
			wantW, wantB := make([]float32, len(w.Data)), make([]float32, len(bias))
			want.Fill(random.New(seed, random.Layers+uint64(which)), w.Rows, w.Cols, wantW, wantB)
			if !slices.Equal(w.Data, wantW) || !slices.Equal(bias, wantB) {
				t.Errorf("%v: layer %d is not as %v fills it", init, which, want)
			}
		}
		if err := net.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestLoadsFormat1: files of the first format stay what they were. This one was
// written when initialisers were nn's and heaviside was step: it has the weights
// that the same seed and initialisers give.
func TestLoadsFormat1(t *testing.T) {
	b := openBackend(t, "native")
	layers := []layer.Layer{layer.Dense(4), activation.ReLU(), layer.Dense(3, layer.Init(initial.TorchLinear())), activation.Sigmoid(), layer.Dropout(0.25),
		layer.Dense(5, layer.Init(initial.HeNormal())), activation.Tanh(), activation.Identity(), layer.Dense(2), activation.Heaviside()}
	made, err := New(tensor.Shape{3}, layer.Stack(layers...), Backend(b), Seed(11), Init(initial.GlorotNormal()))
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	loaded, meta, err := LoadFile(filepath.Join("testdata", "saved", "format1.safetensors"), Backend(b), Init(ramp{1}))
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	if want := map[string]string{"note": "written before initialisers had a package of their own"}; !maps.Equal(meta, want) {
		t.Errorf("metadata are %q, want %q", meta, want)
	}
	if got, want := loaded.Summary(), made.Summary(); got != want {
		t.Errorf("loaded network:\n%s\nwant:\n%s", got, want)
	}
	// The format says nothing of initialisers.
	made.root = layer.Stack(layer.Dense(4), activation.ReLU(), layer.Dense(3), activation.Sigmoid(), layer.Dropout(0.25),
		layer.Dense(5), activation.Tanh(), activation.Identity(), layer.Dense(2), activation.Heaviside())
	var got, want bytes.Buffer
	if err := errors.Join(loaded.Save(&got, nil), made.Save(&want, nil)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("loaded, it is saved as\n%q\nwant\n%q", got.Bytes(), want.Bytes())
	}
}
