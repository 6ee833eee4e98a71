package nn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// layerGolden is a training by PyTorch 2.15 of layers that have more than weights and biases.
type layerGolden struct {
	Layers        []goldenLayer
	Loss          map[string]any
	Rule          map[string]any
	Rates         []float64
	Clip          *struct{ Max float64 }
	X             [][][]float32
	Y             []json.RawMessage
	Step0Output   [][]float32                `json:"step0_output"`
	Step0Gradient map[string]json.RawMessage `json:"step0_gradients"`
	Losses        []float64
	Final         map[string]json.RawMessage
	EvalX         [][]float32 `json:"eval_x"`
	EvalOutput    [][]float32 `json:"eval_output"`
	Spread        map[string]float64
}

type goldenLayer struct {
	Kind        string
	In, Out     int
	Parameters  int
	Epsilon     float64 `json:"eps"`
	Momentum    float64
	Bias        bool
	Weight      json.RawMessage // of any shape
	BiasValues  []float32       `json:"bias_values"`
	RunningMean []float32       `json:"running_mean"`
	RunningVar  []float32       `json:"running_var"`
	Layers      []goldenLayer
	Branches    [][]goldenLayer
}

// spelling is how l is written here.
func (l goldenLayer) spelling() string {
	list := func(layers []goldenLayer) string {
		var all []string
		for _, l := range layers {
			all = append(all, l.spelling())
		}
		return strings.Join(all, ", ")
	}
	switch l.Kind {
	case "linear":
		return fmt.Sprintf("dense(%d)", l.Out)
	case "layer_norm":
		return fmt.Sprintf("layer_norm(epsilon=%v)", l.Epsilon)
	case "batch_norm":
		return fmt.Sprintf("batch_norm(epsilon=%v, momentum=%v)", l.Epsilon, l.Momentum)
	case "prelu":
		return fmt.Sprintf("prelu(per_feature=%t)", l.Parameters > 1)
	case "residual":
		return fmt.Sprintf("residual(%s)", list(l.Layers))
	case "concat":
		var branches []string
		for _, b := range l.Branches {
			branches = append(branches, fmt.Sprintf("stack(%s)", list(b)))
		}
		return fmt.Sprintf("concat(%s)", strings.Join(branches, ", "))
	}
	return l.Kind
}

// collect adds the first values of l, at that place, under their names here, and the places of
// linear layers without a bias.
func (l goldenLayer) collect(place string, values map[string][]float32, biasless *[]string) {
	set := func(name string, v []float32) {
		if v != nil {
			values[tensorName(place, name)] = v
		}
	}
	if l.Weight != nil {
		set("weight", numbersOf(l.Weight))
	}
	set("bias", l.BiasValues)
	set("running_mean", l.RunningMean)
	set("running_var", l.RunningVar)
	if l.Kind == "linear" && !l.Bias {
		set("bias", make([]float32, l.Out))
		*biasless = append(*biasless, place)
	}
	for i, inner := range l.Layers {
		inner.collect(fmt.Sprintf("%s.%d", place, i), values, biasless)
	}
	for i, branch := range l.Branches {
		for j, inner := range branch {
			inner.collect(fmt.Sprintf("%s.%d.%d", place, i, j), values, biasless)
		}
	}
}

// numbersOf are the numbers in lists of lists, in order.
func numbersOf(text json.RawMessage) (all []float32) {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		var v float32
		if err := json.Unmarshal(text, &v); err != nil {
			panic(err)
		}
		return []float32{v}
	}
	for _, inner := range list {
		all = append(all, numbersOf(inner)...)
	}
	return all
}

// goldenLayers is the catalogue by which the files' layers are read: one has a function that is
// not in ours.
func goldenLayers() catalog.Catalog[layer.Layer] {
	silu := func(z float32) (y, slope float32) {
		s := 1 / (1 + math.Exp(-float64(z)))
		return float32(float64(z) * s), float32(s * (1 + float64(z)*(1-s)))
	}
	if _, err := Layers().Lookup("silu"); err == nil {
		return Layers()
	}
	return Layers().With(catalog.Part[layer.Layer]{
		Name: "silu", Help: "z·sigmoid(z)",
		New: func(catalog.Args) (layer.Layer, error) { return activation.Element("silu", silu), nil },
	})
}

// smoothed is the cross-entropy with label smoothing of 0.1, in float64.
type smoothed struct{ loss.Loss }

func (smoothed) Bind(*kernels.Set) loss.Loss { return smoothed{loss.CrossEntropy()} }

func (smoothed) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) (sum float64) {
	for i := range y.Rows {
		row := rowOf(y, i)
		total := 0.0
		for _, v := range row {
			total += math.Exp(float64(v))
		}
		for j, v := range row {
			want := 0.1 / float64(len(row))
			if j == t.Labels[i] {
				want += 0.9
			}
			sum -= want * (float64(v) - math.Log(total))
			if dy.Data != nil {
				rowOf(dy, i)[j] = float32(scale * (math.Exp(float64(v))/total - want))
			}
		}
	}
	return sum
}

// goldenRates are rates, one for each step.
type goldenRates []float64

func (goldenRates) String() string                             { return "the file's" }
func (goldenRates) Validate(optim.Progress) error              { return nil }
func (r goldenRates) Rate(_ float64, p optim.Progress) float64 { return r[p.Step-1] }

func (g *layerGolden) network(t *testing.T, b blas.Backend) (net *Network, biasless []string) {
	t.Helper()
	values := map[string][]float32{}
	var spelling []string
	for i, l := range g.Layers {
		spelling = append(spelling, l.spelling())
		l.collect(fmt.Sprint(i), values, &biasless)
	}
	root, err := goldenLayers().Parse("stack(" + strings.Join(spelling, ", ") + ")")
	if err != nil {
		t.Fatal(err)
	}
	if net, err = New(tensor.Shape{len(g.X[0][0])}, root, Backend(b)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	tensors := net.fileTensors()
	for i, tensor := range tensors {
		v, ok := values[tensor.name]
		if !ok {
			t.Fatalf("the file has no %s", tensor.name)
		}
		tensors[i].data = v
		delete(values, tensor.name)
	}
	if len(values) > 0 {
		t.Fatalf("the network has no %v", values)
	}
	var file bytes.Buffer
	if err := writeTensors(&file, nil, tensors); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadInto(net, &file); err != nil {
		t.Fatal(err)
	}
	return net, biasless
}

func (g *layerGolden) trainer(t *testing.T, net *Network, extra ...OptimizerOption) *Trainer {
	t.Helper()
	l := loss.MSE()
	if g.Loss["kind"] == "cross_entropy" && g.Loss["label_smoothing"] == 0.1 {
		l = smoothed{loss.CrossEntropy()}
	} else if g.Loss["kind"] != "mse" {
		t.Fatalf("loss %v", g.Loss)
	}
	var rule optim.Rule
	rate, decay := g.Rule["lr"].(float64), g.Rule["weight_decay"].(float64)
	switch g.Rule["kind"] {
	case "sgd":
		rule = optim.SGD(rate)
	case "adam":
		rule = optim.Adam(rate)
	case "adamw":
		rule = optim.AdamW(rate, optim.Decay(decay))
	default:
		t.Fatalf("rule %v", g.Rule)
	}
	if g.Clip != nil {
		extra = append(extra, ClipNorm(g.Clip.Max))
	}
	if g.Rates != nil {
		extra = append(extra, Schedule(goldenRates(g.Rates)))
	}
	tr, err := NewTrainer(net, l, rule, extra...)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// TestGoldenLayers reproduces the files on every backend of this build and every ISA.
func TestGoldenLayers(t *testing.T) {
	var files []string
	for _, pattern := range []string{"layer_*", "activation_*", "combination_*"} {
		found, err := filepath.Glob("testdata/golden2/" + pattern + ".json")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 9 {
		t.Fatalf("files %v, want at least 9", files)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := new(layerGolden)
		if err := json.Unmarshal(text, g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, backend := range []string{"native", "gonum"} {
			for _, k := range kernels.Sets() {
				b, err := backends.Open(backend, backends.Options{ISA: k.ISA})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { b.Close() })
				for _, check := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/backend=%s/isa=%s/check=%t", filepath.Base(file), backend, b.Kernels().ISA, check), func(t *testing.T) { g.run(t, b, check) })
				}
			}
		}
	}
}

// spreads is how many times as far as PyTorch's own results differ with the order of rows ours may be away: sums are cut
// otherwise here, and functions are others'.
const spreads = 20

func (g *layerGolden) run(t *testing.T, b blas.Backend, check bool) {
	tolerance := func(of string) float64 {
		s, ok := g.Spread[of]
		if !ok {
			t.Fatalf("the file does not say how far %s may be", of)
		}
		return spreads * s
	}
	batch := func(i int) (tensor.Matrix, data.Target) { return (&trajectory{X: g.X, Y: g.Y}).batch(t, i) }
	net, biasless := g.network(t, b)
	x, target := batch(0)
	y, err := net.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "output of step 0", toRows(y, false), g.Step0Output, tolerance("step0_output"))
	tr := g.trainer(t, net)
	dy := newMatrix(y.Rows, y.Cols)
	tr.loss.mean(y, target, dy)
	if err := net.Backward(dy); err != nil {
		t.Fatal(err)
	}
	got := map[string][]float32{}
	for name, g := range passResults(net, y) {
		for _, v := range g {
			got[name] = append(got[name], float32(v))
		}
	}
	delete(got, "output")
	g.compare(t, "gradient", got, g.Step0Gradient, biasless, tolerance("step0_gradients"))

	trained, _ := g.network(t, b)
	var opts []OptimizerOption
	if check {
		opts = append(opts, InspectGradients())
	}
	trainer := g.trainer(t, trained, opts...)
	for i, want := range g.Losses {
		x, target := batch(i)
		got, err := trainer.Step(x, target)
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(got - want); !(diff <= tolerance("losses")*math.Abs(want)) {
			t.Errorf("loss of step %d is %v, want %v", i, got, want)
		}
		for _, place := range biasless { // ours have one, whose gradient is 0 but for rounding
			var at int
			fmt.Sscan(place, &at)
			w, bias, err := trained.Weights(at)
			if err != nil {
				t.Fatal(err)
			}
			clear(bias)
			if err := trained.SetWeights(at, w, bias); err != nil {
				t.Fatal(err)
			}
		}
	}
	got = map[string][]float32{}
	list, err := trained.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	for _, tensor := range list {
		got[tensor.Name] = tensor.Value
	}
	g.compare(t, "final value", got, g.Final, biasless, tolerance("final"))
	if g.EvalX == nil {
		return
	}
	predicted, err := trained.Predict(testMatrix(len(g.EvalX), len(g.EvalX[0]), func(i, j int) float32 { return g.EvalX[i][j] }))
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "predictions", toRows(predicted, false), g.EvalOutput, tolerance("eval_output"))
}

// compare expects what the file has by name, of all tensors that there are but biases that it lacks.
func (g *layerGolden) compare(t *testing.T, what string, got map[string][]float32, want map[string]json.RawMessage, biasless []string, tolerance float64) {
	t.Helper()
	for name, values := range got {
		place := strings.TrimPrefix(name, "layers.")
		if inner, ok := strings.CutSuffix(place, ".bias"); ok && slices.Contains(biasless, inner) {
			continue
		}
		text, ok := want[place]
		if !ok {
			t.Errorf("the file has no %s of %s", what, place)
			continue
		}
		compareGolden(t, what+" of "+place, [][]float32{values}, [][]float32{numbersOf(text)}, tolerance)
	}
	if len(want) != len(got)-len(biasless) {
		t.Errorf("the file has the %s of %d tensors, the network of %d without biases that the file lacks", what, len(want), len(got)-len(biasless))
	}
}
