package nn_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func newClaiming(t *testing.T) *blastest.Claiming {
	return &blastest.Claiming{Backend: openBackend(t, "gonum", "generic", 1)}
}

// gonumsReason is why gonum multiplies in no other precision.
const gonumsReason = "backend gonum multiplies in float32 only"

func TestPrecision(t *testing.T) {
	gonum, all := openBackend(t, "gonum", "generic", 1), newClaiming(t)
	layers := []layer.Layer{layer.Dense(4), activation.ReLU(), layer.Dense(2)}
	for _, c := range []struct {
		b         blas.Backend
		word      blas.Precision // what Precision is given
		asked, as blas.Precision
		why       string
	}{
		{gonum, "", blas.Float32, blas.Float32, ""},
		{gonum, "highest", blas.Float32, blas.Float32, ""},
		{gonum, blas.BF16x6, blas.BF16x6, blas.Float32, gonumsReason},
		{gonum, "high", blas.BF16x3, blas.Float32, gonumsReason},
		{gonum, "medium", blas.BF16, blas.Float32, gonumsReason},
		{all, blas.Float32, blas.Float32, blas.Float32, ""},
		{all, blas.BF16x6, blas.BF16x6, blas.BF16x6, ""},
		{all, "high", blas.BF16x3, blas.BF16x3, ""},
		{all, "medium", blas.BF16, blas.BF16, ""},
	} {
		all.Plans = nil
		net := newNetwork(t, 3, layers, nn.Backend(c.b), nn.Precision(c.word))
		if as, why := net.Precision(); as != c.as || why != c.why || net.AskedPrecision() != c.asked {
			t.Errorf("%q: asked %s, used %s because of %q; want %s, %s, %q", c.word, net.AskedPrecision(), as, why, c.asked, c.as, c.why)
		}
		for _, p := range all.Plans {
			if p != c.as {
				t.Errorf("%q: a plan of precision %q", c.word, p)
			}
		}
		if c.b == blas.Backend(all) && len(all.Plans) != 2 {
			t.Errorf("%q: %d plans, want 2", c.word, len(all.Plans))
		}
	}
	if as, why := newNetwork(t, 3, layers, nn.Backend(gonum)).Precision(); as != blas.Float32 || why != "" {
		t.Errorf("by default: %s, %q", as, why)
	}
}

func TestStrictPrecision(t *testing.T) {
	gonum := openBackend(t, "gonum", "generic", 1)
	layers := []layer.Layer{layer.Dense(2)}
	net, err := nn.New(tensor.Shape{3}, layer.Stack(layers...), nn.Backend(gonum), nn.Precision("medium"), nn.StrictPrecision())
	var precision *nn.PrecisionError
	if net != nil || !errors.As(err, &precision) || *precision != (nn.PrecisionError{Asked: blas.BF16, Backend: "gonum", Why: gonumsReason}) {
		t.Fatalf("got %v, want a *PrecisionError", err)
	}
	if want := "nn: precision would be float32 on backend gonum, want bf16: " + gonumsReason; err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	newNetwork(t, 3, layers, nn.Backend(gonum), nn.StrictPrecision())
	newNetwork(t, 3, layers, nn.Backend(newClaiming(t)), nn.Precision(blas.BF16), nn.StrictPrecision())
}

// TestPrecisionIsNotSaved loads what networks of two precisions have saved.
func TestPrecisionIsNotSaved(t *testing.T) {
	all := newClaiming(t)
	layers := []layer.Layer{layer.Dense(4), activation.ReLU(), layer.Dense(2)}
	var files [2]bytes.Buffer
	for i, p := range []blas.Precision{blas.Float32, blas.BF16} {
		net := newNetwork(t, 3, layers, nn.Backend(all), nn.Precision(p), nn.Seed(9))
		if err := net.Save(&files[i], nil); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("the files differ")
	}
	all.Plans = nil
	net, _, err := nn.Load(&files[0], nn.Backend(all), nn.Precision(blas.BF16x3))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if as, _ := net.Precision(); as != blas.BF16x3 || all.Plans[0] != blas.BF16x3 {
		t.Errorf("loaded as %s, plans %v, want %s", as, all.Plans, blas.BF16x3)
	}
	// A larger batch brings new plans.
	if _, err := net.Forward(tensor.Matrix{Rows: 100, Cols: 3, Stride: 3, Data: make([]float32, 300)}); err != nil {
		t.Fatal(err)
	}
	if got := all.Plans[len(all.Plans)-1]; len(all.Plans) != 4 || got != blas.BF16x3 {
		t.Errorf("plans %v, want four of %s", all.Plans, blas.BF16x3)
	}
	_, _, err = nn.Load(&files[1], nn.Backend(openBackend(t, "gonum", "generic", 1)), nn.Precision(blas.BF16), nn.StrictPrecision())
	if !errors.As(err, new(*nn.PrecisionError)) {
		t.Errorf("got %v, want a *PrecisionError", err)
	}
}

// TestPrecisionIsTold looks for what people read: Summary, Explain, logs.
func TestPrecisionIsTold(t *testing.T) {
	gonum, all := openBackend(t, "gonum", "generic", 1), newClaiming(t)
	data := classes(1, 40, 6, 3)
	for _, c := range []struct {
		b       blas.Backend
		p       blas.Precision
		summary string // "" for nothing
		explain string
		json    map[string]any
		log     string // of Fit, but for time and epoch; "" for nothing
	}{
		{gonum, blas.Float32, "", "precision float32\n",
			map[string]any{"precision": "float32", "asked_precision": "float32", "precision_why": nil}, ""},
		{gonum, blas.BF16, "precision float32: bf16 was asked for, but " + gonumsReason + "\n",
			"precision float32: bf16 was asked for, but " + gonumsReason + "\n",
			map[string]any{"precision": "float32", "asked_precision": "bf16", "precision_why": gonumsReason},
			`level=WARN msg="precision is not as asked" asked=bf16 used=float32 why="` + gonumsReason + `"`},
		{all, blas.BF16, "precision bf16\n", "precision bf16\n",
			map[string]any{"precision": "bf16", "asked_precision": "bf16", "precision_why": nil}, ""},
	} {
		net := newNetwork(t, 6, []layer.Layer{layer.Dense(5), activation.ReLU(), layer.Dense(3)}, nn.Backend(c.b), nn.Precision(c.p))
		if _, rest, _ := strings.Cut(net.Summary(), "\n"); !strings.HasPrefix(rest, c.summary+"block") {
			t.Errorf("%s on %T: the summary lacks %q:\n%s", c.p, c.b, c.summary, net.Summary())
		}
		e, err := net.Explain(4)
		if err != nil {
			t.Fatal(err)
		}
		if _, rest, _ := strings.Cut(e.String(), "\n"); !strings.HasPrefix(rest, c.explain) {
			t.Errorf("%s on %T: the explanation lacks %q:\n%s", c.p, c.b, c.explain, e)
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatal(err)
		}
		for key, want := range c.json {
			if object[key] != want {
				t.Errorf("%s on %T: %q is %v, want %v", c.p, c.b, key, object[key], want)
			}
		}
		tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.SGD(0.01))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		fit(t, tr, data, nn.Epochs(2), nn.Log(slog.New(slog.NewTextHandler(&out, nil))))
		if warnings := strings.Count(out.String(), "level=WARN"); !strings.Contains(out.String(), c.log) || (c.log != "") != (warnings == 1) {
			t.Errorf("%s on %T: logged %q, want %q once", c.p, c.b, out.String(), c.log)
		}
	}
}

// chaining claims all precisions and takes small networks as chains.
type chaining struct {
	blas.Backend
	blas.Chainer
}

func (chaining) Precision(p blas.Precision) (as blas.Precision, why string) { return p, "" }

// TestChainsAreFloat32 explains a network that is trained as a chain.
func TestChainsAreFloat32(t *testing.T) {
	native := openBackend(t, "native", "", 1)
	if native.Kernels().Chains[0].Width == 1 {
		t.Skip("no vectors")
	}
	for p, want := range map[blas.Precision]bool{blas.Float32: false, blas.BF16: true} {
		net := newNetwork(t, 2, []layer.Layer{layer.Dense(4), activation.Sigmoid(), layer.Dense(1)},
			nn.Backend(chaining{native, native.(blas.Chainer)}), nn.Precision(p))
		e, err := net.Explain(50)
		if err != nil {
			t.Fatal(err)
		}
		if e.Chain == nil || strings.HasSuffix(e.Chain.Why, "; in float32, as so few gain nothing from bf16") != want {
			t.Errorf("%s: chain is %+v", p, e.Chain)
		}
	}
}
