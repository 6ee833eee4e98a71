package nn_test

import (
	"bytes"
	"context"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/neurona-ml/neurona/internal/argumenttest"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// attempt calls something with an argument that cannot work.
type attempt struct {
	what string
	call func() error
	want any // as argumenttest.Fault has it
}

// catalogue is attempts for all that is exported, by its name.
func catalogue(t *testing.T) map[string][]attempt {
	var (
		hyper     = new(*nn.HyperparameterError)
		null      = new(*nn.NilError)
		shape     = new(*nn.ShapeError)
		target    = new(*loss.TargetError)
		which     = new(*nn.LayerError)
		noNetwork = nn.ErrNoNetwork
		none      any
		nan       = math.NaN()
		huge      = math.MaxInt
	)
	backend := openBackend(t, "native", "", 1)
	net := func(layers ...layer.Layer) *nn.Network {
		if layers == nil {
			layers = []layer.Layer{layer.Dense(4), activation.Tanh(), layer.Dense(3)}
		}
		return newNetwork(t, 2, layers, nn.Backend(backend))
	}
	trainer := func(opts ...nn.OptimizerOption) *nn.Trainer {
		tr, err := nn.NewTrainer(net(), loss.CrossEntropy(), optim.SGD(0.1), opts...)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	x := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 2, 3, 4}}
	good := data.Set{X: x, Target: data.Labels([]int{0, 2})}
	each := func(call func(m tensor.Matrix) error, want any) []attempt {
		var all []attempt
		for name, m := range argumenttest.Matrices(x.Data) {
			all = append(all, attempt{name, func() error { return call(m) }, want})
		}
		return all
	}
	// Options, alone and between good ones.
	build := func(opts ...nn.Option) func() error {
		return func() error {
			n, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(3)), append([]nn.Option{nn.Seed(1)}, opts...)...)
			if err == nil {
				err = n.Close()
			}
			return err
		}
	}
	layers := func(inputs int, list ...layer.Layer) func() error {
		return func() error {
			_, err := nn.New(tensor.Shape{inputs}, layer.Stack(list...), nn.Backend(backend))
			return err
		}
	}
	optimize := func(rule optim.Rule, opts ...nn.OptimizerOption) func() error {
		return func() error { _, err := nn.NewOptimizer(net(), rule, opts...); return err }
	}
	fit := func(opts ...nn.FitOption) func() error {
		return func() error {
			_, err := trainer().Fit(context.Background(), good, append([]nn.FitOption{nn.Epochs(1)}, opts...)...)
			return err
		}
	}
	exchanged := func(use func(n *nn.Network, tr *nn.Trainer) error) func() error {
		return func() error {
			s := &exchanger{p: tensor.Tensor{Name: "gain", Dims: []int{2}, Value: make([]float32, 2), Grad: make([]float32, 2)}}
			n := net(s, layer.Dense(3))
			tr, err := nn.NewTrainer(n, loss.CrossEntropy(), optim.SGD(0.1))
			if err != nil {
				t.Fatal(err)
			}
			s.p.Value, s.p.Grad = nil, nil
			return use(n, tr)
		}
	}
	var noContext context.Context
	zero := func() *nn.Network { return &nn.Network{} }
	lbfgs := func(n *nn.Network, l loss.Loss, opts ...nn.LBFGSOption) func() error {
		return func() error { _, err := nn.NewLBFGS(n, l, opts...); return err }
	}

	return map[string][]attempt{
		"New": {
			{"no inputs", layers(0, layer.Dense(1)), hyper},
			{"negative inputs", layers(-1, layer.Dense(1)), hyper},
			{"huge inputs", layers(huge, layer.Dense(1)), hyper},
			{"huge inputs of dropout", layers(huge, layer.Dropout(0.5)), hyper},
			{"no layers", layers(2), hyper},
			{"nil layer", layers(2, layer.Dense(1), nil), which},
			{"nil option", build(nil, nn.Seed(2)), null},
			{"nil option as a number that cannot work", build(nil), hyper},
		},
		"Backend": {{"nil", build(nn.Backend(nil)), null}},
		"Init":    {{"nil", build(nn.Init(nil)), null}},
		"MaxBatch": {
			{"zero", build(nn.MaxBatch(0)), hyper},
			{"negative", build(nn.MaxBatch(-1)), hyper},
			{"largest int", build(nn.MaxBatch(huge)), hyper},
			{"huge", build(nn.MaxBatch(1 << 30)), hyper},
			{"huge for the layers", layers2(t, backend, 1<<22, layer.Dense(2), nn.MaxBatch(2000)), hyper},
		},
		"Precision":       {{"unknown", build(nn.Precision("float31")), argumenttest.ErrAny}},
		"StrictPrecision": {{"in float32", build(nn.StrictPrecision()), none}},
		"InputGradient":   {{"as it is", build(nn.InputGradient()), none}},
		"Seed":            {{"any", build(nn.Seed(math.MaxUint64)), none}},

		"Layers": {{"unknown", func() error { _, err := nn.Layers().Parse("rleu"); return err }, argumenttest.ErrAny},
			{"empty", func() error { _, err := nn.Layers().Parse(""); return err }, argumenttest.ErrAny},
			{"zero neurons", layers(2, layer.Dense(0)), which},
			{"negative neurons", layers(2, layer.Dense(-1)), hyper},
			{"huge neurons", layers(2, layer.Dense(huge)), hyper},
			{"too many weights", layers(1<<15, layer.Dense(1<<15)), shape},
			{"nil option", layers(2, layer.Dense(1, nil)), null},
			{"nil initialiser", layers(2, layer.Dense(1, layer.Init(nil))), null},
			{"dropout of NaN", layers(2, layer.Dropout(nan)), hyper},
			{"dropout of one", layers(2, layer.Dropout(1)), hyper},
			{"negative dropout", layers(2, layer.Dropout(-0.1)), hyper},
			{"training through heaviside", func() error { _, err := net(layer.Dense(1), activation.Heaviside()).Forward(x); return err }, nn.ErrUntrainable},
		},
		"LayerCatalog": {{"of nothing", build(nn.LayerCatalog(catalog.Catalog[layer.Layer]{})), none}},
		"Environment": {{"a stage of huge outputs", layers(2, faulty{outputs: huge}), shape},
			{"of negative outputs", layers(2, faulty{outputs: -1}), shape},
			{"a parameter whose size overflows", layers(2, faulty{outputs: 2, parameters: []*tensor.Tensor{{Name: "w", Dims: []int{1 << (wordSize / 2), 1 << (wordSize / 2)}, Value: []float32{}, Grad: []float32{}}}}), shape},
			{"parameters exchanged before a step", exchanged(func(_ *nn.Network, tr *nn.Trainer) error { _, err := tr.Step(x, good.Target); return err }), shape},
			{"before saving", exchanged(func(n *nn.Network, _ *nn.Trainer) error { return n.Save(io.Discard, nil) }), shape},
			{"before they are listed", exchanged(func(n *nn.Network, _ *nn.Trainer) error { _, err := n.Tensors(); return err }), shape}},

		"Network.Predict": append(each(func(m tensor.Matrix) error { _, err := net().Predict(m); return err }, shape),
			attempt{"no network", func() error { _, err := zero().Predict(x); return err }, noNetwork},
			attempt{"nil network", func() error { _, err := (*nn.Network)(nil).Predict(x); return err }, noNetwork}),
		"Network.PredictInto": append(append(each(func(m tensor.Matrix) error { return net().PredictInto(m, x) }, shape),
			each(func(m tensor.Matrix) error { return net().PredictInto(x, m) }, shape)...),
			attempt{"no network", func() error { return zero().PredictInto(x, x) }, noNetwork},
			attempt{"nil network", func() error { return (*nn.Network)(nil).PredictInto(x, x) }, noNetwork}),
		"Network.Forward": append(each(func(m tensor.Matrix) error { _, err := net().Forward(m); return err }, shape),
			attempt{"no network", func() error { _, err := zero().Forward(x); return err }, noNetwork},
			attempt{"nil network", func() error { _, err := (*nn.Network)(nil).Forward(x); return err }, noNetwork},
			attempt{"more rows than memory", func() error {
				n := net(widener{outputs: 1 << 20}, faulty{outputs: 1})
				_, err := n.Forward(tensor.Matrix{Rows: 1 << 14, Cols: 2, Stride: 2, Data: make([]float32, 2<<14)})
				return err
			}, shape}),
		"Network.Backward": append(each(func(m tensor.Matrix) error {
			n := net(layer.Dense(2))
			if _, err := n.Forward(x); err != nil {
				t.Fatal(err)
			}
			return n.Backward(m)
		}, shape),
			attempt{"without a forward pass", func() error { return net().Backward(x) }, nn.ErrNoForward},
			attempt{"no network", func() error { return zero().Backward(x) }, noNetwork}),
		"Network.InputGradient": {{"no network", func() error { return empty(zero().InputGradient()) }, none}, {"without a pass", func() error { return empty(net().InputGradient()) }, none}},
		"Network.Tensors":       {{"no network", func() error { _, err := zero().Tensors(); return err }, noNetwork}},
		"Network.SetTensors": {{"no network", func() error { return zero().SetTensors(nil) }, noNetwork}, {"nil network", func() error { return (*nn.Network)(nil).SetTensors(nil) }, noNetwork},
			{"nothing", func() error { return net().SetTensors(nil) }, new(*nn.TensorError)}, {"zero values", func() error { return net().SetTensors(make([]tensor.Tensor, 4)) }, new(*nn.TensorError)}},
		"Network.GradientTensors": {{"no network", func() error { _, err := zero().GradientTensors(); return err }, noNetwork}, {"nil network", func() error { _, err := (*nn.Network)(nil).GradientTensors(); return err }, noNetwork},
			{"without a pass", func() error { _, err := net().GradientTensors(); return err }, nn.ErrNoGradient}},
		"Network.Weights": {
			{"negative", func() error { _, _, err := net().Weights(-1); return err }, nn.ErrNoWeights},
			{"huge", func() error { _, _, err := net().Weights(huge); return err }, nn.ErrNoWeights},
			{"no network", func() error { _, _, err := zero().Weights(0); return err }, noNetwork},
			{"nil network", func() error { _, _, err := (*nn.Network)(nil).Weights(0); return err }, noNetwork}},
		"Network.SetWeights": append(each(func(m tensor.Matrix) error { return net(layer.Dense(2)).SetWeights(0, m, make([]float32, 2)) }, shape),
			attempt{"short bias", func() error { return net(layer.Dense(2)).SetWeights(0, x, nil) }, shape},
			attempt{"huge", func() error { return net().SetWeights(huge, x, nil) }, nn.ErrNoWeights},
			attempt{"no network", func() error { return zero().SetWeights(0, x, nil) }, noNetwork}),
		"Network.Gradients": {{"huge", func() error { _, _, err := net().Gradients(huge); return err }, nn.ErrNoWeights}, {"no network", func() error { _, _, err := zero().Gradients(0); return err }, noNetwork}},
		"Network.Explain": {
			{"zero", func() error { _, err := net().Explain(0); return err }, hyper},
			{"negative", func() error { _, err := net().Explain(-1); return err }, hyper},
			{"huge", func() error { _, err := net().Explain(huge); return err }, hyper},
			{"2^50", func() error { b := int64(1) << 50; _, err := net().Explain(int(min(b, int64(huge)))); return err }, hyper},
			{"closed", func() error {
				n := newNetwork(t, 2, []layer.Layer{layer.Dense(2)})
				n.Close()
				_, err := n.Explain(1)
				return err
			}, nn.ErrClosed},
			{"no network", func() error { _, err := zero().Explain(1); return err }, noNetwork},
			{"nil network", func() error { _, err := (*nn.Network)(nil).Explain(1); return err }, noNetwork}},
		"Network.Save": {
			{"nil writer", func() error { return net().Save(nil, nil) }, null},
			{"reserved key", func() error { return net().Save(io.Discard, map[string]string{"neurona": ""}) }, new(*nn.FormatError)},
			{"no network", func() error { return zero().Save(io.Discard, nil) }, noNetwork},
			{"nil network", func() error { return (*nn.Network)(nil).Save(io.Discard, nil) }, noNetwork}},
		"Network.SaveFile":      {{"no path", func() error { return net().SaveFile("", nil) }, argumenttest.ErrAny}, {"no network", func() error { return zero().SaveFile(filepath.Join(t.TempDir(), "m"), nil) }, noNetwork}},
		"Network.Close":         {{"no network", func() error { return zero().Close() }, none}, {"nil network", func() error { return (*nn.Network)(nil).Close() }, noNetwork}},
		"Network.Summary":       {{"no network", func() error { return unlike(zero().Summary(), "no network\n") }, none}},
		"Network.NumParameters": {{"no network", func() error { return unlike(zero().NumParameters(), 0) }, none}},
		"Network.Layers":        {{"no network", func() error { return unlike(len(zero().Layers()), 0) }, none}},

		"Load": {
			{"nil reader", func() error { _, _, err := nn.Load(nil); return err }, null},
			{"nil option", func() error { _, _, err := nn.Load(&bytes.Buffer{}, nil); return err }, null},
			{"empty", func() error { _, _, err := nn.Load(&bytes.Buffer{}); return err }, new(*nn.FormatError)},
			{"huge inputs", func() error {
				_, _, err := nn.Load(architecture(`{"format":1,"inputs":2000000000,"layers":[{"kind":"relu"}]}`))
				return err
			}, hyper}},
		"LoadFile": {{"no path", func() error { _, _, err := nn.LoadFile(""); return err }, os.ErrNotExist}},
		"LoadInto": {
			{"nil network", func() error { _, err := nn.LoadInto(nil, &bytes.Buffer{}); return err }, noNetwork},
			{"no network", func() error { _, err := nn.LoadInto(zero(), &bytes.Buffer{}); return err }, noNetwork},
			{"nil reader", func() error { _, err := nn.LoadInto(net(), nil); return err }, null}},

		"NewOptimizer": {
			{"nil network", func() error { _, err := nn.NewOptimizer(nil, optim.SGD(1)); return err }, null},
			{"no network", func() error { _, err := nn.NewOptimizer(zero(), optim.SGD(1)); return err }, hyper},
			{"nil rule", optimize(nil), null},
			{"nil option", optimize(optim.SGD(1), nil), null},
			{"a rule's nil option", optimize(optim.SGD(1, nil)), null},
			{"a rule's NaN", optimize(optim.Adam(nan)), hyper},
			{"a rule of one's own without a stepper", optimize(idle{optim.SGD(1)}), null}},
		"Schedule":         {{"nil", optimize(optim.SGD(1), nn.Schedule(nil)), null}, {"nil within", optimize(optim.SGD(1), nn.Schedule(optim.Warmup(3, nil))), null}, {"a number", optimize(optim.SGD(1), nn.Schedule(optim.Warmup(-1, optim.Constant()))), hyper}},
		"ClipNorm":         {{"NaN", optimize(optim.SGD(1), nn.ClipNorm(nan)), hyper}, {"negative", optimize(optim.SGD(1), nn.ClipNorm(-1)), hyper}},
		"ClipInfNorm":      {{"NaN", optimize(optim.SGD(1), nn.ClipInfNorm(nan)), hyper}, {"zero", optimize(optim.SGD(1), nn.ClipInfNorm(0)), hyper}, {"infinite", optimize(optim.SGD(1), nn.ClipInfNorm(math.Inf(1))), none}},
		"ClipValue":        {{"NaN", optimize(optim.SGD(1), nn.ClipValue(nan)), hyper}, {"0 in float32", optimize(optim.SGD(1), nn.ClipValue(1e-60)), hyper}, {"beside another", optimize(optim.SGD(1), nn.ClipValue(1), nn.ClipNorm(1)), hyper}},
		"ClipAdaptive":     {{"NaN", optimize(optim.SGD(1), nn.ClipAdaptive(nan, 1)), hyper}, {"a least of 0", optimize(optim.SGD(1), nn.ClipAdaptive(0.01, 0)), hyper}, {"infinite", optimize(optim.SGD(1), nn.ClipAdaptive(math.Inf(1), 1)), none}},
		"Accumulate":       {{"negative", optimize(optim.SGD(1), nn.Accumulate(-1)), hyper}, {"huge", optimize(optim.SGD(1), nn.Accumulate(huge)), none}},
		"InspectGradients": {{"as it is", optimize(optim.SGD(1), nn.InspectGradients()), none}},
		"Network.CopyFrom": {{"no network", func() error { return zero().CopyFrom(net()) }, noNetwork}, {"from none", func() error { return net().CopyFrom(zero()) }, noNetwork}, {"from nil", func() error { return net().CopyFrom(nil) }, noNetwork},
			{"other layers", func() error { return net().CopyFrom(net(layer.Dense(7))) }, new(*nn.TensorError)}},
		"Network.Clone": {{"no network", func() error { _, err := zero().Clone(); return err }, noNetwork}, {"nil option", func() error { _, err := net().Clone(nil); return err }, null}},
		"Network.Part": {{"no network", func() error { _, err := zero().Part(0, 1); return err }, noNetwork}, {"nothing", func() error { _, err := net().Part(1, 1); return err }, hyper},
			{"below", func() error { _, err := net().Part(-1, 1); return err }, hyper}, {"too much", func() error { _, err := net().Part(0, huge); return err }, hyper},
			{"nil option", func() error { _, err := net().Part(0, 1, nil); return err }, null}},
		"Network.AsLayer": {{"no network", func() error { _, err := zero().AsLayer(); return err }, noNetwork}},
		"Average": {{"nothing", func() error { _, err := nn.Average(); return err }, hyper}, {"no network", func() error { _, err := nn.Average(net(), zero()); return err }, noNetwork}, {"nil", func() error { _, err := nn.Average(nil); return err }, noNetwork},
			{"other layers", func() error { _, err := nn.Average(net(), net(layer.Dense(7))); return err }, new(*nn.TensorError)}},
		"Answers": append(each(func(m tensor.Matrix) error { _, err := nn.Answers(loss.CrossEntropy(), m, net()); return err }, shape),
			attempt{"no loss", func() error { _, err := nn.Answers(nil, x, net()); return err }, null}, attempt{"nobody", func() error { _, err := nn.Answers(loss.MSE(), x); return err }, hyper},
			attempt{"no network", func() error { _, err := nn.Answers(loss.MSE(), x, zero()); return err }, noNetwork}),
		"Classes": {{"nothing", func() error { return unlike(len(nn.Classes(tensor.Matrix{})), 0) }, none}},
		"TopK":    {{"none", func() error { _, err := nn.TopK(x, 0); return err }, hyper}, {"more than there are", func() error { _, err := nn.TopK(x, huge); return err }, none}},
		"TrainMany": {{"no context", func() error { _, err := nn.TrainMany(noContext, nil); return err }, null}, {"nil option", func() error { _, err := nn.TrainMany(context.Background(), nil, nil); return err }, null},
			{"no trainer", func() error { _, err := nn.TrainMany(context.Background(), []nn.Training{{}}); return err }, null},
			{"no source", func() error {
				_, err := nn.TrainMany(context.Background(), []nn.Training{{Trainer: trainer()}})
				return err
			}, argumenttest.ErrAny}},
		"AtOnce":                {{"none", func() error { _, err := nn.TrainMany(context.Background(), nil, nn.AtOnce(0)); return err }, hyper}, {"many", func() error { _, err := nn.TrainMany(context.Background(), nil, nn.AtOnce(huge)); return err }, none}},
		"Optimizer.UseAverages": {{"zero value", func() error { return (&nn.Optimizer{}).UseAverages() }, noNetwork}, {"nil", func() error { return (*nn.Optimizer)(nil).UseAverages() }, noNetwork}},
		"Optimizer.UseLatest":   {{"zero value", func() error { return (&nn.Optimizer{}).UseLatest() }, noNetwork}, {"nil", func() error { return (*nn.Optimizer)(nil).UseLatest() }, noNetwork}},
		"Optimizer.State": {{"zero value", func() error { _, err := (&nn.Optimizer{}).State(); return err }, noNetwork}, {"nil", func() error { _, err := (*nn.Optimizer)(nil).State(); return err }, noNetwork},
			{"parameters exchanged", exchanged(func(_ *nn.Network, tr *nn.Trainer) error { _, err := tr.Optimizer().State(); return err }), shape}},
		"Optimizer.SetState": {{"zero value", func() error { return (&nn.Optimizer{}).SetState(nn.OptimizerState{}) }, noNetwork}, {"nil", func() error { return (*nn.Optimizer)(nil).SetState(nn.OptimizerState{}) }, noNetwork},
			{"nothing", func() error { return trainer().Optimizer().SetState(nn.OptimizerState{}) }, new(*nn.StateError)}},
		"Optimizer.Step":  {{"zero value", func() error { return (&nn.Optimizer{}).Step() }, noNetwork}},
		"Optimizer.Flush": {{"zero value", func() error { return (&nn.Optimizer{}).Flush() }, noNetwork}},

		"NewLBFGS": {
			{"nil network", lbfgs(nil, loss.MSE()), null}, {"no network", lbfgs(zero(), loss.MSE()), hyper}, {"nil loss", lbfgs(net(), nil), null},
			{"nil option", lbfgs(net(), loss.MSE(), nil), null}, {"a heaviside", lbfgs(net(layer.Dense(1), activation.Heaviside()), loss.MSE()), nn.ErrUntrainable}},
		"LBFGSRate":        {{"NaN", lbfgs(net(), loss.MSE(), nn.LBFGSRate(nan)), hyper}, {"zero", lbfgs(net(), loss.MSE(), nn.LBFGSRate(0)), hyper}},
		"LBFGSIterations":  {{"zero", lbfgs(net(), loss.MSE(), nn.LBFGSIterations(0)), hyper}, {"huge", lbfgs(net(), loss.MSE(), nn.LBFGSIterations(huge)), none}},
		"LBFGSEvaluations": {{"negative", lbfgs(net(), loss.MSE(), nn.LBFGSEvaluations(-1)), hyper}, {"zero", lbfgs(net(), loss.MSE(), nn.LBFGSEvaluations(0)), hyper}, {"huge", lbfgs(net(), loss.MSE(), nn.LBFGSEvaluations(huge)), none}},
		"LBFGSHistory":     {{"zero", lbfgs(net(), loss.MSE(), nn.LBFGSHistory(0)), hyper}, {"huge", lbfgs(net(), loss.MSE(), nn.LBFGSHistory(huge)), none}},
		"LBFGSTolerances":  {{"NaN", lbfgs(net(), loss.MSE(), nn.LBFGSTolerances(nan, 0)), hyper}, {"negative", lbfgs(net(), loss.MSE(), nn.LBFGSTolerances(0, -1)), hyper}},
		"LBFGS.Step": append(each(func(m tensor.Matrix) error {
			l, err := nn.NewLBFGS(net(), loss.CrossEntropy())
			if err != nil {
				t.Fatal(err)
			}
			_, err = l.Step(m, good.Target)
			return err
		}, argumenttest.ErrAny),
			attempt{"zero value", func() error { _, err := (&nn.LBFGS{}).Step(x, good.Target); return err }, noNetwork},
			attempt{"nil", func() error { _, err := (*nn.LBFGS)(nil).Step(x, good.Target); return err }, noNetwork}),

		"NewTrainer": {
			{"nil network", func() error { _, err := nn.NewTrainer(nil, loss.MSE(), optim.SGD(1)); return err }, null},
			{"no network", func() error { _, err := nn.NewTrainer(zero(), loss.MSE(), optim.SGD(1)); return err }, hyper},
			{"nil loss", func() error { _, err := nn.NewTrainer(net(), nil, optim.SGD(1)); return err }, null},
			{"nil rule", func() error { _, err := nn.NewTrainer(net(), loss.MSE(), nil); return err }, null},
			{"nil option", func() error { _, err := nn.NewTrainer(net(), loss.MSE(), optim.SGD(1), nil); return err }, null}},
		"Trainer.Step": append(append(each(func(m tensor.Matrix) error { _, err := trainer().Step(m, data.Labels(make([]int, 2))); return err }, argumenttest.ErrAny),
			each(func(m tensor.Matrix) error {
				tr, err := nn.NewTrainer(net(layer.Dense(70), layer.Dense(2)), loss.MSE(), optim.SGD(1))
				if err != nil {
					t.Fatal(err)
				}
				_, err = tr.Step(m, data.Values(m))
				return err
			}, argumenttest.ErrAny)...),
			attempt{"no target", func() error { _, err := trainer().Step(x, data.Target{}); return err }, target},
			attempt{"zero value", func() error { _, err := (&nn.Trainer{}).Step(x, good.Target); return err }, noNetwork}),
		"Trainer.Evaluate": append(each(func(m tensor.Matrix) error {
			_, err := trainer().Evaluate(data.Set{X: m, Target: good.Target})
			return err
		}, shape),
			attempt{"nothing", func() error { _, err := trainer().Evaluate(data.Set{}); return err }, shape},
			attempt{"nil source", func() error { _, err := trainer().Evaluate(nil); return err }, null},
			attempt{"a sequence of nothing", func() error { _, err := trainer().Evaluate(data.FromSeq(data.Info{}, nil)); return err }, hyper},
			attempt{"a nil sequence", func() error { _, err := trainer().Evaluate(data.FromSeq(good.Info(), nil)); return err }, null},
			attempt{"zero value", func() error { _, err := (&nn.Trainer{}).Evaluate(good); return err }, noNetwork}),
		"Trainer.Fit": append(each(func(m tensor.Matrix) error {
			_, err := trainer().Fit(context.Background(), data.Set{X: m, Target: good.Target})
			return err
		}, shape),
			attempt{"nil context", func() error { _, err := trainer().Fit(nil, good); return err }, null}, //lint:ignore SA1012 that is the point
			attempt{"nil source", func() error { _, err := trainer().Fit(context.Background(), nil); return err }, null},
			attempt{"a nil set", func() error { _, err := trainer().Fit(context.Background(), (*data.Set)(nil)); return err }, new(*nn.PanicError)},
			attempt{"a nil sequence", func() error {
				_, err := trainer().Fit(context.Background(), data.FromSeq(good.Info(), nil))
				return err
			}, null},
			attempt{"nil option", fit(nn.Batch(1), nil), null},
			attempt{"a target that a loss of one's own lets pass", func() error {
				tr, err := nn.NewTrainer(net(), lenient{loss.MSE()}, optim.SGD(1))
				if err != nil {
					t.Fatal(err)
				}
				_, err = tr.Fit(context.Background(), data.Set{X: x, Target: data.Labels([]int{1})})
				return err
			}, target},
			attempt{"zero value", func() error { _, err := (&nn.Trainer{}).Fit(context.Background(), good); return err }, noNetwork}),
		"Trainer.FindRate": {
			{"nil context", func() error { _, err := trainer().FindRate(nil, good, nn.RateSearch{}); return err }, null}, //lint:ignore SA1012 that is the point
			{"nil source", func() error { _, err := trainer().FindRate(context.Background(), nil, nn.RateSearch{}); return err }, null},
			{"nil option", func() error {
				_, err := trainer().FindRate(context.Background(), good, nn.RateSearch{}, nil)
				return err
			}, null},
			{"NaN", func() error {
				_, err := trainer().FindRate(context.Background(), good, nn.RateSearch{From: nan})
				return err
			}, hyper},
			{"falling", func() error {
				_, err := trainer().FindRate(context.Background(), good, nn.RateSearch{From: 1, To: 0.1})
				return err
			}, hyper},
			{"few steps", func() error {
				_, err := trainer().FindRate(context.Background(), good, nn.RateSearch{Steps: 1})
				return err
			}, hyper},
			{"zero value", func() error {
				_, err := (&nn.Trainer{}).FindRate(context.Background(), good, nn.RateSearch{})
				return err
			}, noNetwork},
			{"nil", func() error {
				_, err := (*nn.Trainer)(nil).FindRate(context.Background(), good, nn.RateSearch{})
				return err
			}, noNetwork}},
		"Batch":  {{"zero", fit(nn.Batch(0)), hyper}, {"negative", fit(nn.Batch(-1)), hyper}, {"huge", fit(nn.Batch(huge)), none}},
		"Epochs": {{"zero", fit(nn.Epochs(0)), hyper}, {"negative", fit(nn.Epochs(-huge)), hyper}, {"huge", fit(nn.Epochs(huge), nn.Callback{Epoch: func(*nn.Run, *nn.EpochInfo) error { return nn.ErrStop }}), none}},
		"StartAt": {
			{"zero", fit(nn.StartAt(0, 0)), hyper}, {"negative rows", fit(nn.StartAt(1, -1)), hyper}, {"more rows than there are", fit(nn.StartAt(1, 3)), hyper},
			{"the end", fit(nn.StartAt(1, 2)), none}, {"huge", fit(nn.StartAt(huge, 0)), hyper}},
		"Validate": {
			{"nil source", fit(nn.Validate(nil)), null},
			{"nothing", fit(nn.Validate(data.Set{})), shape},
			{"nil metric", fit(nn.Validate(good, metric.Accuracy(), nil)), null},
			{"a metric of other outputs", fit(nn.Validate(good, metric.RMSE())), new(*metric.MismatchError)},
			{"the loss", fit(nn.Validate(good, nn.ValidationLoss())), none}},
		"ValidateEvery": {{"zero", fit(nn.Validate(good), nn.ValidateEvery(0)), hyper}, {"without validation", fit(nn.ValidateEvery(1)), hyper}, {"huge", fit(nn.Validate(good), nn.ValidateEvery(huge)), none}},
		"ValidationLoss": {
			{"without a trainer", func() error { return nn.ValidationLoss().Start().Add(x, x, good.Target) }, argumenttest.ErrAny},
			{"merged", func() error { return nn.ValidationLoss().Start().Merge(nil) }, argumenttest.ErrAny}},
		"EarlyStop": {
			{"zero", fit(nn.Validate(good), nn.EarlyStop(nn.ValidationLoss(), 0)), hyper},
			{"nil metric", fit(nn.Validate(good), nn.EarlyStop(nil, 1)), null},
			{"nil option", fit(nn.Validate(good), nn.EarlyStop(nn.ValidationLoss(), 1, nil)), null},
			{"without validation", fit(nn.EarlyStop(nn.ValidationLoss(), 1)), hyper}},
		"KeepBest": {
			{"nil metric", fit(nn.Validate(good), nn.KeepBest(nil)), null},
			{"without validation", fit(nn.KeepBest(metric.Accuracy())), hyper}},
		"MinDelta": {{"NaN", fit(nn.Validate(good), nn.EarlyStop(nn.ValidationLoss(), 1, nn.MinDelta(nan))), hyper}, {"negative", fit(nn.Validate(good), nn.EarlyStop(nn.ValidationLoss(), 1, nn.MinDelta(-1))), hyper}},
		"StopAt": {
			{"NaN", fit(nn.Validate(good), nn.StopAt(metric.Accuracy(), nan)), hyper},
			{"nil metric", fit(nn.Validate(good), nn.StopAt(nil, 1)), null},
			{"without validation", fit(nn.StopAt(metric.Accuracy(), 1)), hyper}},
		"Run.State":        {{"zero value", func() error { _, err := (&nn.Run{}).State(); return err }, none}},
		"Run.SetState":     {{"zero value", func() error { return (&nn.Run{}).SetState(nil) }, none}, {"of nobody", func() error { return (&nn.Run{}).SetState(map[string][]byte{"a": nil}) }, argumenttest.ErrAny}},
		"Run.Progress":     {{"zero value", func() error { return unlike((&nn.Run{}).Progress(), optim.Progress{}) }, none}},
		"Metrics.Details":  {{"zero value", func() error { return unlike((&nn.Metrics{}).Details("f1") == nil, true) }, none}},
		"Metrics.Value":    {{"zero value", func() error { _, ok := (&nn.Metrics{}).Value("accuracy"); return unlike(ok, false) }, none}},
		"Snapshot.Take":    {{"nil network", func() error { return new(nn.Snapshot).Take(nil) }, noNetwork}, {"no network", func() error { return new(nn.Snapshot).Take(zero()) }, noNetwork}},
		"Snapshot.Restore": {{"nothing taken", func() error { return new(nn.Snapshot).Restore(net()) }, shape}, {"nil network", func() error { return new(nn.Snapshot).Restore(nil) }, noNetwork}},
		"Log":              {{"nil", fit(nn.Log(nil)), none}},
		"DropLast":         {{"nothing left", fit(nn.Batch(3), nn.DropLast()), hyper}},
		"NoShuffle":        {{"as it is", fit(nn.NoShuffle()), none}},

		"Explanation.String":       {{"zero value", func() error { _ = (&nn.Explanation{}).String(); return nil }, none}},
		"ProductExplanation.Share": {{"zero value", func() error { (&nn.ProductExplanation{}).Share(); return nil }, none}},
		"EpochInfo.MonitoredLoss":  {{"zero value", func() error { return unlike((&nn.EpochInfo{}).MonitoredLoss(), 0) }, none}},
	}
}

// TestArgumentsThatCannotWork calls all of the catalogue: an error, not a panic,
// and of the type it should have.
func TestArgumentsThatCannotWork(t *testing.T) {
	for name, attempts := range catalogue(t) {
		for _, a := range attempts {
			t.Run(name+"/"+a.what, func(t *testing.T) {
				if fault := argumenttest.Fault(a.call, a.want); fault != "" {
					t.Error(fault)
				}
			})
		}
	}
}

// TestNilsAreNamed reads what is said about nils: what, where, and what to do.
func TestNilsAreNamed(t *testing.T) {
	for want, call := range map[string]func() error{
		"network: option 1 is nil, want an option, or none at its place": func() error {
			_, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1)), nn.Seed(1), nil)
			return err
		},
		"trainer: loss is nil, want one such as loss.MSE or loss.CrossEntropy": func() error {
			_, err := nn.NewTrainer(newNetwork(t, 2, []layer.Layer{layer.Dense(1)}), nil, optim.SGD(1))
			return err
		},
		"warmup: schedule to follow is nil, want one such as Constant or Cosine": func() error { return optim.Check(optim.Warmup(3, nil)) },
		"sgd: option 0 is nil, want an option, or none at its place":             func() error { return optim.SGD(1, nil).Validate() },
	} {
		if err := call(); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
