package nn

import (
	"encoding/json"
	"fmt"
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
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// ruleTrajectory is a training by PyTorch 2.15 that is about a rule.
type ruleTrajectory struct {
	Layers []struct {
		Kind       string
		In, Out    int
		Weight     json.RawMessage // [out][in], or [features] of a layer_norm
		BiasValues []float32       `json:"bias_values"`
		Eps        float64
	}
	Rule   ruleSettings
	Groups []struct {
		Parameters  []string
		LR          *float64
		WeightDecay *float64 `json:"weight_decay"`
	}
	Frozen []string
	EMA    struct{ Decay float64 }
	X      [][][]float32 // [step][row][column]
	Y      [][]int
	Losses []float64

	Final        map[string]json.RawMessage // by name
	FinalAverage map[string]json.RawMessage `json:"final_ema_copied_first"`
}

type ruleSettings struct {
	Kind         string
	LR           float64
	Betas        []float64
	Alpha        float64
	Eps          float64
	WeightDecay  float64 `json:"weight_decay"`
	Momentum     float64
	Dampening    float64
	Nesterov     bool
	Centered     bool
	AMSGrad      bool
	Initial      float64 `json:"initial_accumulator_value"`
	LRDecay      float64 `json:"lr_decay"`
	Parameters   []string
	Steps        int    `json:"ns_steps"`
	Adjust       string `json:"adjust_lr_fn"`
	Muon, AdamW  *ruleSettings
	Coefficients []float64 `json:"ns_coefficients"`
}

// inFiles are the names of parameters as files have them.
func inFiles(list []string) []string {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = "layers." + name
	}
	return names
}

func (r *ruleSettings) rule(t *testing.T) optim.Rule {
	t.Helper()
	if r.AMSGrad || r.Dampening != 0 {
		t.Fatalf("no rule for %+v", r)
	}
	switch r.Kind {
	case "sgd":
		opts := []optim.SGDOption{optim.Momentum(r.Momentum), optim.Decay(r.WeightDecay)}
		if r.Nesterov {
			opts = append(opts, optim.Nesterov())
		}
		return optim.SGD(r.LR, opts...)
	case "adam":
		return optim.Adam(r.LR, optim.Betas(r.Betas[0], r.Betas[1]), optim.Epsilon(r.Eps), optim.Decay(r.WeightDecay))
	case "adamw":
		return optim.AdamW(r.LR, optim.Betas(r.Betas[0], r.Betas[1]), optim.Epsilon(r.Eps), optim.Decay(r.WeightDecay))
	case "rmsprop":
		opts := []optim.RMSPropOption{optim.Alpha(r.Alpha), optim.Epsilon(r.Eps), optim.Momentum(r.Momentum), optim.Decay(r.WeightDecay)}
		if r.Centered {
			opts = append(opts, optim.Centered())
		}
		return optim.RMSProp(r.LR, opts...)
	case "adagrad":
		return optim.Adagrad(r.LR, optim.Epsilon(r.Eps), optim.InitialSum(r.Initial), optim.RateDecay(r.LRDecay), optim.Decay(r.WeightDecay))
	case "muon_and_adamw":
		m := r.Muon
		if !slices.Equal(m.Coefficients, []float64{3.4445, -4.775, 2.0315}) || m.Eps != 1e-7 {
			t.Fatalf("no rule for %+v", m)
		}
		r.AdamW.Kind = "adamw"
		opts := []optim.MuonOption{optim.Momentum(m.Momentum), optim.Decay(m.WeightDecay), optim.Iterations(m.Steps), optim.On(inFiles(m.Parameters)...), optim.Others(r.AdamW.rule(t))}
		if !m.Nesterov {
			opts = append(opts, optim.NoNesterov())
		}
		if m.Adjust == "match_rms_adamw" {
			opts = append(opts, optim.MatchAdamW())
		}
		return optim.Muon(m.LR, opts...)
	}
	t.Fatalf("no rule for %+v", r)
	return nil
}

// rule is all of the file's, with groups and averages.
func (g *ruleTrajectory) rule(t *testing.T) optim.Rule {
	t.Helper()
	rule := g.Rule.rule(t)
	var list []optim.Group
	for _, group := range g.Groups {
		own := optim.ByName(inFiles(group.Parameters)...)
		if group.LR != nil {
			list = append(list, own.RateFactor(*group.LR/g.Rule.LR))
		}
		if group.WeightDecay != nil {
			list = append(list, own.Decay(*group.WeightDecay))
		}
	}
	if len(g.Frozen) > 0 {
		list = append(list, optim.ByName(inFiles(g.Frozen)...).Freeze())
	}
	if len(list) > 0 {
		rule = optim.Groups(rule, list...)
	}
	if g.EMA.Decay != 0 {
		rule = optim.EMA(rule, g.EMA.Decay)
	}
	return rule
}

func (g *ruleTrajectory) network(t *testing.T, b blas.Backend) *Network {
	t.Helper()
	var layers []layer.Layer
	for _, l := range g.Layers {
		switch l.Kind {
		case "linear":
			layers = append(layers, layer.Dense(l.Out))
		case "layer_norm":
			layers = append(layers, layer.LayerNorm(layer.Epsilon(l.Eps)))
		default:
			act, err := activation.Catalog().Parse(l.Kind)
			if err != nil {
				t.Fatal(err)
			}
			layers = append(layers, act)
		}
	}
	net, err := New(tensor.Shape{g.Layers[0].In}, layer.Stack(layers...), Backend(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	for i, l := range g.Layers {
		switch l.Kind {
		case "linear":
			weight := rowsOfJSON(t, l.Weight)
			w := testMatrix(l.In, l.Out, func(i, j int) float32 { return weight[j][i] })
			if err := net.SetWeights(i, w, l.BiasValues); err != nil {
				t.Fatal(err)
			}
		case "layer_norm":
			for _, s := range net.stages {
				if s.name == strconv.Itoa(i) {
					copy(s.params[0].Value, rowsOfJSON(t, l.Weight)[0])
					copy(s.params[1].Value, l.BiasValues)
				}
			}
		}
	}
	return net
}

// rowsOfJSON reads a matrix, or a vector as its only row.
func rowsOfJSON(t *testing.T, text json.RawMessage) (rows [][]float32) {
	t.Helper()
	var row []float32
	if json.Unmarshal(text, &row) == nil {
		return [][]float32{row}
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// compare compares all of the network's parameters.
func (g *ruleTrajectory) compare(t *testing.T, what string, net *Network, want map[string]json.RawMessage) {
	t.Helper()
	tensors, err := net.copyTensors()
	if err != nil || len(tensors) != len(want) {
		t.Fatalf("%s: %d tensors, want %d (%v)", what, len(tensors), len(want), err)
	}
	for _, which := range tensors {
		rows := rowsOfJSON(t, want[strings.TrimPrefix(which.name, "layers.")])
		compareGolden(t, what+" "+which.name, slices.Collect(slices.Chunk(which.data, len(rows[0]))), rows, trainingTolerance)
	}
}

// TestGoldenRules takes the steps of rules, groups and averages, fused and gathered, where
// there is a chain with it and without.
func TestGoldenRules(t *testing.T) {
	files, err := filepath.Glob("testdata/golden2/rule_*.json")
	if err != nil || len(files) != 10 {
		t.Fatalf("files %v (%v), want ten", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := new(ruleTrajectory)
		if err := json.Unmarshal(text, g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, k := range kernels.Sets() {
			b, err := backends.Open("native", backends.Options{ISA: k.ISA})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			for name, backend := range map[string]blas.Backend{"whole": b, "plans": unchained{b}} {
				for way, opts := range map[string][]OptimizerOption{"fused": nil, "gathered": {InspectGradients()}} {
					t.Run(fmt.Sprintf("%s/isa=%s/%s/%s", filepath.Base(file), b.Kernels().ISA, name, way), func(t *testing.T) {
						g.run(t, backend, opts...)
					})
				}
			}
		}
	}
}

func (g *ruleTrajectory) run(t *testing.T, b blas.Backend, opts ...OptimizerOption) {
	net := g.network(t, b)
	tr, err := NewTrainer(net, loss.CrossEntropy(), g.rule(t), opts...)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range g.Losses {
		x := testMatrix(len(g.X[i]), len(g.X[i][0]), func(r, c int) float32 { return g.X[i][r][c] })
		got, err := tr.Step(x, data.Labels(g.Y[i]))
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(got - want); !(diff <= trainingTolerance*want) {
			t.Errorf("loss of step %d is %v, want %v: off by %.2g of it", i, got, want, diff/want)
		}
	}
	g.compare(t, "final", net, g.Final)
	if g.EMA.Decay == 0 {
		return
	}
	if err := tr.Optimizer().UseAverages(); err != nil {
		t.Fatal(err)
	}
	g.compare(t, "average", net, g.FinalAverage)
	if err := tr.Optimizer().UseLatest(); err != nil {
		t.Fatal(err)
	}
	g.compare(t, "final, once more", net, g.Final)
}
