package nn_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

var updateSweep = flag.Bool("update-sweep", false, "write testdata/sweep.json for the ISAs of this machine, where results may change")

// sweepFile has, for each ISA of each architecture (package math and fused
// multiply-adds in float64 differ), what trainings gave when they were last meant to change.
const sweepFile = "testdata/sweep.json"

// sweepNetworks is how many networks are trained.
const sweepNetworks = 200

// TestSweep trains random networks with random options: on each ISA the bits are those of the
// file, whatever the number of workers. A change to them has to be meant.
func TestSweep(t *testing.T) {
	text, err := os.ReadFile(sweepFile)
	if err != nil && !*updateSweep {
		t.Fatal(err)
	}
	want := map[string][]string{}
	if err == nil {
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
	}
	for _, set := range kernels.Sets() {
		t.Run("isa="+set.ISA, func(t *testing.T) {
			key := set.ISA + "/" + runtime.GOARCH
			reference := want[key]
			if *updateSweep {
				reference = make([]string, sweepNetworks)
				for i := range reference {
					reference[i] = sweep(t, set.ISA, i, 1)
				}
				want[key] = reference
			}
			if len(reference) != sweepNetworks {
				t.Fatalf("%d results in %s, want %d", len(reference), sweepFile, sweepNetworks)
			}
			step := 1
			if testing.Short() || set.ISA == kernels.Sets()[0].ISA && len(kernels.Sets()) > 1 {
				step = 7 // Go code is slow
			}
			for i := 0; i < sweepNetworks; i += step {
				for _, workers := range []int{1, 2, 64} {
					if got := sweep(t, set.ISA, i, workers); got != reference[i] {
						t.Errorf("network %d on %d workers, %s: %s, want %s", i, workers, describeSweep(i), got, reference[i])
					}
				}
			}
		})
	}
	if *updateSweep && !t.Failed() {
		text, err := json.MarshalIndent(want, "", "\t")
		if err == nil {
			err = os.WriteFile(sweepFile, append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// sweepCase is one network and how it is trained.
type sweepCase struct {
	inputs    int
	widths    []int // of Dense layers
	words     []string
	dropout   float64 // before the last layer; 0: none
	precision blas.Precision
	loss      string
	rule      string
	rate      float64
	decay     float64
	clip      float64
	accum     int
	warmup    int
	samples   int
	batch     int
	dropLast  bool
	check     bool
}

func describeSweep(i int) string { return fmt.Sprintf("%+v", newSweepCase(i)) }

// newSweepCase draws case i.
func newSweepCase(i int) sweepCase {
	rng := rand.New(rand.NewPCG(1501, uint64(i)))
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	width := func() int {
		switch rng.IntN(4) {
		case 0:
			return 1 + rng.IntN(8)
		case 1:
			return 1 + rng.IntN(130)
		}
		return 8 + rng.IntN(40)
	}
	c := sweepCase{
		inputs: width(), loss: pick("mse", "binary_cross_entropy", "cross_entropy"),
		rule: pick("sgd", "momentum", "nesterov", "adam", "adamw"), rate: 0.02 * (1 + rng.Float64()),
		samples: 20 + rng.IntN(100), batch: 1 + rng.IntN(64), precision: blas.Float32, accum: 1,
	}
	for range 1 + rng.IntN(4) {
		c.widths = append(c.widths, width())
		c.words = append(c.words, pick("identity", "sigmoid", "tanh", "relu"))
	}
	c.words[len(c.words)-1] = "identity" // logits
	if rng.IntN(5) == 0 {
		c.precision = []blas.Precision{blas.BF16, blas.BF16x3}[rng.IntN(2)]
		c.samples = 20 + rng.IntN(20)
	}
	for option, set := range []func(){
		func() { c.dropout = 0.3 }, func() { c.decay = 0.01 }, func() { c.clip = 0.5 }, func() { c.accum = 3 },
		func() { c.warmup = 4 }, func() { c.dropLast = true }, func() { c.check = true },
	} {
		if rng.IntN(4+option%2) == 0 {
			set()
		}
	}
	c.batch = min(c.batch, c.samples)
	return c
}

// sweep trains case i and returns a hash of all that comes of it.
func sweep(t *testing.T, isa string, i, workers int) string {
	t.Helper()
	c := newSweepCase(i)
	b, err := native.Open(native.Options{ISA: isa, Workers: workers, Unit: map[bool]string{true: kernels.UnitGeneric}[c.precision != blas.Float32]})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	fail := func(err error) {
		if err != nil {
			t.Fatalf("network %d, %+v: %v", i, c, err)
		}
	}
	var layers []layer.Layer
	for l, width := range c.widths {
		if c.dropout > 0 && l == len(c.widths)-1 {
			layers = append(layers, layer.Dropout(c.dropout))
		}
		act, err := activation.Catalog().Parse(c.words[l])
		fail(err)
		init := initial.GlorotUniform() // named, so that another default is no other result
		if c.words[l] == "relu" {
			init = initial.HeUniform()
		}
		layers = append(layers, layer.Dense(width, layer.Init(init)), act)
	}
	net, err := nn.New(tensor.Shape{c.inputs}, layer.Stack(layers...), nn.Backend(b), nn.Precision(c.precision), nn.Seed(uint64(i)))
	fail(err)
	l, err := loss.Catalog().Parse(c.loss)
	fail(err)
	rule, err := sweepRule(c)
	fail(err)
	options := []nn.OptimizerOption{nn.Accumulate(c.accum)}
	if c.clip > 0 {
		options = append(options, nn.ClipNorm(c.clip))
	}
	if c.warmup > 0 {
		options = append(options, nn.Schedule(optim.Warmup(c.warmup, optim.Cosine(optim.Over(40), optim.Floor(0.1)))))
	}
	if c.check {
		options = append(options, nn.InspectGradients())
	}
	trainer, err := nn.NewTrainer(net, l, rule, options...)
	fail(err)
	data := sweepData(c, i)
	fit := []nn.FitOption{nn.Epochs(2), nn.Batch(c.batch), nn.Validate(data)}
	if c.dropLast {
		fit = append(fit, nn.DropLast())
	}
	history, err := trainer.Fit(context.Background(), data, fit...)
	fail(err)
	h := fnv.New64a()
	number := func(x float64) { fmt.Fprintf(h, "%x ", math.Float64bits(x)) }
	for _, e := range history.Epochs {
		number(e.Loss)
		number(e.Validation.Loss)
	}
	y, err := net.Predict(data.X)
	fail(err)
	for _, x := range append(allWeights(t, net), y.Data...) {
		number(float64(x))
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// sweepRule is the rule of a case.
func sweepRule(c sweepCase) (optim.Rule, error) {
	decay := optim.Decay(c.decay)
	switch c.rule {
	case "sgd":
		return optim.SGD(c.rate, decay), nil
	case "momentum":
		return optim.SGD(c.rate, optim.Momentum(0.9), decay), nil
	case "nesterov":
		return optim.SGD(c.rate, optim.Momentum(0.9), optim.Nesterov(), decay), nil
	case "adam":
		return optim.Adam(c.rate, decay), nil
	case "adamw":
		return optim.AdamW(c.rate, decay), nil
	}
	return nil, fmt.Errorf("no rule %q", c.rule)
}

// sweepData draws the samples of a case.
func sweepData(c sweepCase, i int) data.Set {
	rng := rand.New(rand.NewPCG(1502, uint64(i)))
	outputs := c.widths[len(c.widths)-1]
	set := data.Set{X: randomMatrix(rng, c.samples, c.inputs, 0)}
	if c.loss == "cross_entropy" {
		labels := make([]int, c.samples)
		for r := range labels {
			labels[r] = rng.IntN(outputs)
		}
		set.Target = data.Labels(labels)
		return set
	}
	values := randomMatrix(rng, c.samples, outputs, 0)
	if strings.HasPrefix(c.loss, "binary") {
		for e, v := range values.Data {
			values.Data[e] = 0
			if v > 0 {
				values.Data[e] = 1
			}
		}
	}
	set.Target = data.Values(values)
	return set
}
