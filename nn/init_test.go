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

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
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
		net, err := New(6, []Layer{Dense(5), ReLU(), Dense(4, Init(its)), Dense(3)}, WithBackend(b), WithSeed(seed), WithInit(init))
		if err != nil {
			t.Fatal(err)
		}
		for layer, want := range map[int]initial.Initialiser{0: init, 2: its, 3: init} {
			w, bias, err := net.Weights(layer)
			if err != nil {
				t.Fatal(err)
			}
			wantW, wantB := make([]float32, len(w.Data)), make([]float32, len(bias))
			want.Fill(newRand(seed, streamLayers+uint64(layer)), w.Rows, w.Cols, wantW, wantB)
			if !slices.Equal(w.Data, wantW) || !slices.Equal(bias, wantB) {
				t.Errorf("%v: layer %d is not as %v fills it", init, layer, want)
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
	layers := []Layer{Dense(4), ReLU(), Dense(3, Init(initial.TorchLinear())), Sigmoid(), Dropout(0.25),
		Dense(5, Init(initial.HeNormal())), Tanh(), Identity(), Dense(2), Heaviside()}
	made, err := New(3, layers, WithBackend(b), WithSeed(11), WithInit(initial.GlorotNormal()))
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	loaded, meta, err := LoadFile(filepath.Join("testdata", "saved", "format1.safetensors"), WithBackend(b), WithInit(ramp{1}))
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
	var got, want bytes.Buffer
	if err := errors.Join(loaded.Save(&got, nil), made.Save(&want, nil)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("loaded, it is saved as\n%q\nwant\n%q", got.Bytes(), want.Bytes())
	}
}
