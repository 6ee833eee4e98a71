package nn

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// goldenFile is what all files in testdata/golden2 have: short trainings computed by PyTorch 2.15
// on its CPU, in float32. Parameters have the names of ours without "layers.".
type goldenFile struct {
	Layers goldenLayers
	Loss   goldenSettings
	Rule   goldenSettings
	Clip   *struct {
		Kind, Norm string
		Max        float64
		Factor     float64
		Epsilon    float64 `json:"eps"`
	}
	FullBatch      string                  `json:"full_batch"` // not empty if there is one batch for all steps
	X              [][][]float32           // [step][row][column]
	Y              []json.RawMessage       // [step]: labels, or [row][column]
	SampleWeights  [][]float32             `json:"sample_weights"` // [step][row], or none
	Step0Output    json.RawMessage         `json:"step0_output"`   // [row][column]; of micro-batches, a list of those
	Step0Gradients map[string]goldenTensor `json:"step0_gradients"`
	Losses         []float64
	Final          map[string]goldenTensor
	Rates          goldenRates

	MicroBatches int       `json:"micro_batches"` // of a step; the first index of X, Y and of MicroLosses counts them
	MicroLosses  []float64 `json:"micro_losses"`

	Groups []struct {
		Parameters  []string
		LR          *float64
		WeightDecay *float64 `json:"weight_decay"`
	}
	Frozen       []string
	EMA          struct{ Decay float64 }
	FinalAverage map[string]goldenTensor `json:"final_ema_copied_first"`
	FinalLoss    float64                 `json:"final_loss"`
	FinalBase    map[string]goldenTensor `json:"final_z"` // of a rule that averages itself, and Final is the average

	EvalX      [][]float32 `json:"eval_x"`
	EvalOutput [][]float32 `json:"eval_output"`
}

// goldenRates are rates, one for each step.
type goldenRates []float64

func (goldenRates) String() string                             { return "the file's" }
func (goldenRates) Validate(optim.Progress) error              { return nil }
func (r goldenRates) Rate(_ float64, p optim.Progress) float64 { return r[p.Step-1] }

// goldenUnread are the keys that tests read nothing from, besides definitions, which are prose.
var goldenUnread = []string{"name", "type", "source", "steps", "batch", "bfloat16_losses", "final_ema", "evaluations", "spread"}

// goldenFolder is the folder that NEURONA_GOLDEN names, or that of neurona's own files.
func goldenFolder(own string) string { return cmp.Or(os.Getenv("NEURONA_GOLDEN"), own) }

// goldenTyped are the files of a type in golden2, or in the folder that NEURONA_GOLDEN names; files of the
// first format have none.
func goldenTyped(t *testing.T, own, typ string) (files []string) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(goldenFolder(own), "*.json"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no files in %s (%v)", goldenFolder(own), err)
	}
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ Type string }
		if err := json.Unmarshal(text, &head); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if !slices.Contains([]string{"", "trajectory", "schedules", "values", "metrics", "initialisers"}, head.Type) {
			t.Fatalf("%s is of the type %q, which no test reads", file, head.Type)
		}
		if head.Type == typ {
			files = append(files, file)
		}
	}
	return files
}

// readTraining reads a file. A key that is not read is an error: it may say that the training is another one.
func readTraining(t *testing.T, file string) *goldenFile {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(keys, func(key string, _ json.RawMessage) bool {
		return slices.Contains(goldenUnread, key) || strings.Contains(key, "definition")
	})
	if text, err = json.Marshal(keys); err != nil {
		t.Fatal(err)
	}
	g := new(goldenFile)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(g); err != nil {
		t.Fatal(err)
	}
	return g
}

// eachISA runs a subtest on a backend for each ISA of this machine.
func eachISA(t *testing.T, backend string, test func(t *testing.T, b blas.Backend)) {
	t.Helper()
	for _, k := range kernels.Sets() {
		b, err := backends.Open(backend, backends.Options{ISA: k.ISA})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		t.Run("isa="+b.Kernels().ISA, func(t *testing.T) { test(t, b) })
	}
}

// eachOther runs a subtest on every backend of this build but native, for each ISA.
func eachOther(t *testing.T, test func(t *testing.T, b blas.Backend)) {
	t.Helper()
	for _, name := range backends.Names() {
		if name != "auto" && name != "native" && backends.Available(name) == nil {
			t.Run(name, func(t *testing.T) { eachISA(t, name, test) })
		}
	}
}

// eachChaining runs a subtest on native for each ISA, where there are chains and where there are none.
func eachChaining(t *testing.T, test func(t *testing.T, b blas.Backend)) {
	t.Helper()
	eachISA(t, "native", func(t *testing.T, b blas.Backend) {
		for name, backend := range map[string]blas.Backend{"whole": b, "plans": unchained{b}} {
			t.Run(name, func(t *testing.T) { test(t, backend) })
		}
	})
}

// network returns a network with the file's first values.
func (g *goldenFile) network(t *testing.T, b blas.Backend) *Network {
	t.Helper()
	root, err := Layers().Parse("stack(" + g.Layers.spelling(t) + ")")
	if err != nil {
		t.Fatal(err)
	}
	net, err := New(tensor.Shape{len(g.X[0][0])}, root, Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	if err := net.SetTensors(g.Layers.tensors()); err != nil { // all that there are, and no others
		t.Fatal(err)
	}
	return net
}

// batch is what step i is taken with. The columns of quantiles' targets are copies of one, which
// has a quantile for each here.
func (g *goldenFile) batch(t *testing.T, i int) (tensor.Matrix, data.Target) {
	t.Helper()
	i %= len(g.X) // of a full batch there is one
	x, target := goldenBatch(t, g.X[i], g.Y[i])
	if g.SampleWeights != nil {
		target.Weights = g.SampleWeights[i]
	}
	if string(g.Loss["kind"]) == `"quantile"` {
		target.Values.Cols = 1
	}
	return x, target
}

// trainer trains net with the file's loss and clipping.
func (g *goldenFile) trainer(t *testing.T, net *Network, rule optim.Rule, opts ...OptimizerOption) *Trainer {
	t.Helper()
	if c := g.Clip; c != nil {
		switch c.Kind + c.Norm {
		case "norm2":
			opts = append(opts, ClipNorm(c.Max))
		case "norminf":
			opts = append(opts, ClipInfNorm(c.Max))
		case "value":
			opts = append(opts, ClipValue(c.Max))
		case "adaptive":
			opts = append(opts, ClipAdaptive(c.Factor, c.Epsilon))
		default:
			t.Fatalf("no clipping for %+v", *c)
		}
	}
	tr, err := NewTrainer(net, goldenLoss(t, g.Loss), rule, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// step0 expects the output and the gradients that the file has of the first batch.
func (g *goldenFile) step0(t *testing.T, b blas.Backend, ofOutput, ofGradients float64) {
	t.Helper()
	net := g.network(t, b)
	x, target := g.batch(t, 0)
	y, err := net.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	var want [][]float32
	if err := json.Unmarshal(g.Step0Output, &want); err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "output of step 0", toRows(y, false), want, ofOutput)
	dy := newMatrix(y.Rows, y.Cols)
	l := loss.Bind(goldenLoss(t, g.Loss), b.Kernels())
	l.Sum(y, target, dy, 1/l.Weight(target, y.Rows, y.Cols))
	if err := net.Backward(dy); err != nil {
		t.Fatal(err)
	}
	list, err := net.GradientTensors()
	if err != nil {
		t.Fatal(err)
	}
	list = slices.DeleteFunc(list, func(of tensor.Tensor) bool { return slices.Contains(ourNames(g.Frozen), of.Name) })
	for i := range list {
		list[i].Value = list[i].Grad
	}
	g.compare(t, "step 0's gradient", list, g.Step0Gradients, ofGradients)
}

// train takes a step with each batch, and expects the losses of them.
func (g *goldenFile) train(
	t *testing.T, losses []float64, tolerance float64, step func(x tensor.Matrix, target data.Target) (float64, error),
) {
	t.Helper()
	if g.FullBatch == "" && len(losses) != len(g.X) || len(g.Y) != len(g.X) {
		t.Fatalf("%d losses of %d batches with %d targets", len(losses), len(g.X), len(g.Y))
	}
	for i, want := range losses {
		got, err := step(g.batch(t, i))
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(got - want); !(diff <= tolerance*math.Abs(want)) {
			t.Errorf("loss of step %d is %v, want %v: off by %.2g of it", i, got, want, diff/math.Abs(want))
		}
	}
}

// compareTensors compares all of a network's tensors.
func (g *goldenFile) compareTensors(
	t *testing.T, what string, net *Network, want map[string]goldenTensor, tolerance float64,
) {
	t.Helper()
	list, err := net.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	g.compare(t, what, list, want, tolerance)
}

// compare expects what the file has by name, of all tensors that there are.
func (g *goldenFile) compare(
	t *testing.T, what string, got []tensor.Tensor, want map[string]goldenTensor, tolerance float64,
) {
	t.Helper()
	for _, of := range got {
		name := strings.TrimPrefix(of.Name, "layers.")
		w, ok := want[name]
		if !ok || !slices.Equal(of.Dims, w.dims) {
			t.Errorf("%s of %s is of %v, the file's of %v", what, name, of.Dims, w.dims)
			continue
		}
		compareGolden(t, what+" of "+name, slices.Collect(slices.Chunk(of.Value, len(w.rows[0]))), w.rows, tolerance)
	}
	if len(want) != len(got) {
		t.Errorf("the file has the %s of %d tensors, the network of %d", what, len(want), len(got))
	}
}

// goldenTensor is a vector, a matrix as PyTorch has it, [out][in], or more of those.
type goldenTensor struct {
	dims []int
	rows [][]float32 // the only one of a vector
}

func (g *goldenTensor) UnmarshalJSON(text []byte) error {
	var row []float32
	if json.Unmarshal(text, &row) == nil {
		*g = goldenTensor{dims: []int{len(row)}, rows: [][]float32{row}}
		return nil
	}
	var parts []goldenTensor
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	*g = goldenTensor{dims: append([]int{len(parts)}, parts[0].dims...)}
	for _, p := range parts {
		if !slices.Equal(p.dims, parts[0].dims) {
			return fmt.Errorf("parts of dimensions %v and %v", parts[0].dims, p.dims)
		}
		g.rows = append(g.rows, p.rows...)
	}
	return nil
}

// goldenLayers are layers one after the other.
type goldenLayers []goldenLayer

type goldenLayer struct {
	Kind                         string
	In, Out                      int      // of a linear layer
	Features                     int      // of a norm
	Parameters                   int      // of prelu
	Epsilon                      float64  `json:"eps"`
	Slope, Alpha, Beta, Min, Max *float64 // of activations
	Momentum                     float64
	Bias                         bool
	Affine                       bool
	Weight                       *goldenTensor
	BiasValues                   *goldenTensor `json:"bias_values"`
	RunningMean                  *goldenTensor `json:"running_mean"`
	RunningVar                   *goldenTensor `json:"running_var"`
	Layers                       goldenLayers
	Branches                     []goldenLayers

	Column, Categories, Dim int // of an embedding
	Columns                 []int
	Frequencies             int
	Edges                   [][]float64
}

// list is a list as a spelling has it.
func list[T any](v []T) string { return strings.ReplaceAll(fmt.Sprint(v), " ", ", ") }

// goldenNames are kinds of layers that have other names here.
var goldenNames = map[string]string{"hardsigmoid": "hard_sigmoid", "hardswish": "hard_swish", "hardtanh": "hard_tanh", "logsigmoid": "log_sigmoid"}

// spelling is how the layers are written here.
func (list goldenLayers) spelling(t *testing.T) string {
	t.Helper()
	var all []string
	for _, l := range list {
		all = append(all, l.spelling(t))
	}
	return strings.Join(all, ", ")
}

func (l goldenLayer) spelling(t *testing.T) string {
	t.Helper()
	switch l.Kind {
	case "linear":
		return fmt.Sprintf("dense(%d, bias=%t)", l.Out, l.Bias)
	case "layer_norm", "rms_norm":
		return fmt.Sprintf("%s(epsilon=%v, affine=%t)", l.Kind, l.Epsilon, l.Affine)
	case "batch_norm":
		return fmt.Sprintf("batch_norm(epsilon=%v, momentum=%v, affine=%t)", l.Epsilon, l.Momentum, l.Affine)
	case "prelu":
		return fmt.Sprintf("prelu(per_feature=%t)", l.Parameters > 1)
	case "embedding":
		return fmt.Sprintf("embedding(column=%d, categories=%d, dim=%d)", l.Column, l.Categories, l.Dim)
	case "select":
		return fmt.Sprintf("select(%s)", list(l.Columns))
	case "periodic":
		return fmt.Sprintf("periodic(%d)", l.Frequencies)
	case "per_feature_linear":
		return fmt.Sprintf("feature_dense(features=%d, out=%d)", l.Features, l.Out)
	case "piecewise_linear_encoding":
		var bins []int
		for _, e := range l.Edges {
			bins = append(bins, len(e)-1)
		}
		return fmt.Sprintf("piecewise_linear(edges=%s, bins=%s)", list(slices.Concat(l.Edges...)), list(bins))
	case "scale":
		return l.Kind
	case "residual":
		return fmt.Sprintf("residual(%s)", l.Layers.spelling(t))
	case "concat":
		var branches []string
		for _, branch := range l.Branches {
			branches = append(branches, fmt.Sprintf("stack(%s)", branch.spelling(t)))
		}
		return fmt.Sprintf("concat(%s)", strings.Join(branches, ", "))
	}
	name := cmp.Or(goldenNames[l.Kind], l.Kind)
	if _, err := activation.Catalog().Lookup(name); err != nil {
		t.Fatalf("no layer for the kind %q", l.Kind)
	}
	var args []string
	for name, v := range map[string]*float64{"slope": l.Slope, "alpha": l.Alpha, "beta": l.Beta, "min": l.Min, "max": l.Max} {
		if v != nil {
			args = append(args, fmt.Sprintf("%s=%v", name, *v))
		}
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// each calls f with all layers and those within them, and where they are. Places begin with prefix.
func (list goldenLayers) each(prefix string, f func(place string, l goldenLayer)) {
	for i, l := range list {
		place := prefix + strconv.Itoa(i)
		f(place, l)
		l.Layers.each(place+".", f)
		for j, branch := range l.Branches {
			branch.each(fmt.Sprintf("%s.%d.", place, j), f)
		}
	}
}

// tensors are the first values, under their names here.
func (list goldenLayers) tensors() (all []tensor.Tensor) {
	list.each("", func(place string, l goldenLayer) {
		add := func(name string, v *goldenTensor) {
			if v != nil {
				all = append(all, tensor.Tensor{Name: tensorName(place, name), Dims: v.dims, Value: slices.Concat(v.rows...)})
			}
		}
		add("weight", l.Weight)
		add("bias", l.BiasValues)
		add("running_mean", l.RunningMean)
		add("running_var", l.RunningVar)
	})
	return all
}
