package nn_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// named is a layer of one's own under any name.
type named struct {
	gain
	name string
}

func (n named) String() string { return n.name }

// TestOwnLayersAreNotTakenForOthers: a file with a layer that is called as one of neurona's, or so
// that nobody can read it, is not read as another network.
func TestOwnLayersAreNotTakenForOthers(t *testing.T) {
	for _, name := range []string{"relu", "dropout(0.5)", "layer_norm", "my layer", "Gain"} {
		net := newNetwork(t, 3, []layer.Layer{layer.Dense(2), layer.Residual(named{name: name})})
		var file bytes.Buffer
		if err := net.Save(&file, nil); err != nil {
			t.Fatal(err)
		}
		_, _, err := nn.Load(bytes.NewReader(file.Bytes()))
		if !errors.Is(err, nn.ErrNoArchitecture) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want ErrNoArchitecture that names it", name, err)
		}
		if _, err := nn.LoadInto(net, &file); err != nil {
			t.Errorf("%s: into the network: %v", name, err)
		}
	}
	for _, name := range []string{"relu", "gelu", "my fn", "Square", ""} {
		l := activation.Element(name, func(z float32) (y, slope float32) { return z, 1 })
		if _, err := nn.New(tensor.Shape{2}, l); err == nil {
			t.Errorf("a function of one's own is called %q", name)
		}
	}
}

// TestOwnInitialiserIsRead: a catalogue with an initialiser of one's own reads the Dense that has it.
func TestOwnInitialiserIsRead(t *testing.T) {
	inits := initial.Catalog().With(onesPart())
	layers := nn.Layers().Without("dense").With(layer.DensePart(inits))
	l, err := layers.Parse("stack(dense(3, init=ones), relu)")
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.New(tensor.Shape{2}, l)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	var file bytes.Buffer
	if err := net.Save(&file, nil); err != nil {
		t.Fatal(err)
	}
	loaded, _, err := nn.Load(&file, nn.LayerCatalog(layers))
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	if got, want := loaded.Layer().String(), l.String(); got != want {
		t.Errorf("%s is read as %s", want, got)
	}
}

// TestFitWithinFit: a callback that calls Fit of the same trainer gets an error.
func TestFitWithinFit(t *testing.T) {
	known := classes(1, 20, 6, 3)
	tr := newTrainer(t)
	var inner error
	h := fit(t, tr, known, nn.Epochs(3), onEpoch(func(*nn.EpochInfo) error {
		_, inner = tr.Fit(t.Context(), known, nn.Epochs(2))
		return nil
	}))
	if !errors.Is(inner, nn.ErrBusy) || len(h.Epochs) != 3 {
		t.Errorf("within: %v, want ErrBusy; %d epochs, want 3", inner, len(h.Epochs))
	}
	if _, err := tr.Fit(t.Context(), known, nn.Epochs(1)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// stateless is a metric whose Start forgets to return a state.
type stateless struct{ metric.Metric }

func (stateless) String() string      { return "stateless" }
func (stateless) Start() metric.State { return nil }

// TestNilPartsAndCallers: what a part or a caller has left out is an error that says so, or nothing.
func TestNilPartsAndCallers(t *testing.T) {
	known := classes(1, 20, 6, 3)
	var null *nn.NilError
	if _, err := newTrainer(t).Evaluate(known, stateless{metric.Accuracy()}); !errors.As(err, &null) {
		t.Errorf("a metric without a state: %v", err)
	}
	var tr *nn.Trainer
	var opt *nn.Optimizer
	if tr.Network() != nil || tr.Optimizer() != nil || tr.Loss() != loss.Loss(nil) || opt.Network() != nil || opt.Steps() != 0 || opt.Rate() != 0 || opt.Observer() != optim.Observer(nil) {
		t.Error("a nil trainer or optimizer has something")
	}
	if g := (*nn.Network)(nil).InputGradient(); g.Data != nil {
		t.Error("a nil network has a gradient")
	}
}

// onesInit is an initialiser of one's own.
type onesInit struct{}

func onesPart() catalog.Part[initial.Initialiser] {
	return catalog.Part[initial.Initialiser]{
		Name: "ones", Help: "all weights 1",
		New: func(catalog.Args) (initial.Initialiser, error) { return onesInit{}, nil },
	}
}

func (onesInit) String() string { return "ones" }

func (onesInit) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	for i := range w {
		w[i] = 1
	}
	clear(b)
}
