package nn_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestValidateEvery: validations at fixed numbers of batches over the trainer's life and at the
// end of each epoch, once; patience counts them, and weights of one in the middle of an epoch
// come back.
func TestValidateEvery(t *testing.T) {
	known := classes(1, 45, 6, 3) // five batches
	values := make([]float64, 100)
	m := scripted{"mine", false, &values}
	tr := newTrainer(t)
	for _, want := range []string{"1/2 1/4 1/5 2/6 2/8 2/10", "3/12 3/14 3/15 4/16 4/18 4/20"} {
		var got []string
		h := fit(t, tr, known, nn.Epochs(2), nn.Batch(9), nn.Validate(known, m), nn.ValidateEvery(2))
		for _, v := range h.Validations {
			got = append(got, fmt.Sprintf("%d/%d", v.Epoch, v.Step))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("validations at %v, want %s", got, want)
		}
		for i, e := range h.Epochs {
			if last := h.Validations[3*i+2]; e.Validation.Loss != last.Loss || e.EvalTime < last.Time || e.TrainTime <= 0 {
				t.Errorf("epoch %+v after validation %+v", e, last)
			}
		}
	}

	values = []float64{3, 2, 1, 0.5, 0.7, 0.8, 0.9}
	var weights [][]float32
	h := fit(t, tr, known, nn.Epochs(20), nn.Batch(9), nn.Validate(known), nn.ValidateEvery(2), nn.EarlyStop(m, 3),
		nn.Callback{Validated: func(r *nn.Run, _ *nn.Validation) error {
			weights = append(weights, allWeights(t, r.Trainer.Network()))
			return nil
		}})
	// 22 24 25, 26 28 30, 32: the fourth is the best, the seventh the third without a better one.
	if h.Restored == nil || h.Restored.Step != 26 || len(h.Validations) != 7 || len(h.Epochs) != 2 || h.Steps != 12 {
		t.Fatalf("went back to %+v after %d validations, %d epochs and %d steps", h.Restored, len(h.Validations), len(h.Epochs), h.Steps)
	}
	sameBits(t, "weights", allWeights(t, tr.Network()), weights[3])
}

// TestValidationsChangeNothing: training takes the same way whatever is looked at.
func TestValidationsChangeNothing(t *testing.T) {
	known := classes(1, 45, 6, 3)
	for _, opts := range [][]nn.OptimizerOption{nil, {nn.Accumulate(2)}} {
		one, two := newTrainer(t, opts...), newTrainer(t, opts...)
		a := fit(t, one, known, nn.Epochs(3), nn.Batch(10))
		b := fit(t, two, known, nn.Epochs(3), nn.Batch(10), nn.Validate(known, metric.Accuracy(), metric.F1(metric.Macro)), nn.ValidateEvery(1))
		sameBits(t, "weights", allWeights(t, two.Network()), allWeights(t, one.Network()))
		if a.Epochs[2].Loss != b.Epochs[2].Loss || a.Epochs[2].Accuracy != b.Epochs[2].Accuracy {
			t.Errorf("epochs %+v and %+v", a.Epochs[2], b.Epochs[2])
		}
	}
}

// TestMetricsOfFitAndEvaluate has the whole catalogue of metrics computed by Fit, by Evaluate and
// of all outputs at once.
func TestMetricsOfFitAndEvaluate(t *testing.T) {
	const rows = 700 // three parts
	weighted := classes(3, rows, 6, 3)
	for i := range rows {
		weighted.Target.Weights = append(weighted.Target.Weights, float32(i%4)/2)
	}
	numbers := data.Set{X: weighted.X, Target: data.Values(tensor.Matrix{Rows: rows, Cols: 2, Stride: 6, Data: weighted.X.Data})}
	answers := multilabelData(rows/5, -2, 3)
	for name, c := range map[string]struct {
		known data.Set
		loss  loss.Loss
		out   int
		least int // metrics there are at least
	}{
		"classes": {classes(3, rows, 6, 3), loss.CrossEntropy(), 3, 3},
		"weights": {weighted, loss.CrossEntropy(), 3, 3},
		"labels":  {answers, loss.BinaryCrossEntropy(), 3, 3},
		"numbers": {numbers, loss.MSE(), 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			net := newNetwork(t, c.known.X.Cols, []layer.Layer{layer.Dense(c.out)})
			tr, err := nn.NewTrainer(net, c.loss, optim.SGD(0.1))
			if err != nil {
				t.Fatal(err)
			}
			var metrics []metric.Metric
			for _, p := range metric.Catalog().Parts() {
				m, err := metric.Catalog().Parse(p.Name)
				if err != nil {
					t.Fatal(err)
				}
				// Accuracy and the like are about classes, which Check does not know.
				zero := tensor.Matrix{Rows: 1, Cols: c.out, Stride: c.out, Data: make([]float32, c.out)}
				if m.Check(c.loss.Link(), c.out) == nil && m.Start().Add(zero, zero, c.known.Target.Rows(0, 1)) == nil {
					metrics = append(metrics, m)
				}
			}
			slices.Reverse(metrics) // the order is the one given
			if len(metrics) < c.least {
				t.Fatalf("%v are about it", metrics)
			}
			h := fit(t, tr, c.known, nn.Epochs(2), nn.Validate(c.known, append(metrics, nn.ValidationLoss(), metrics[0])...))
			m, err := tr.Evaluate(c.known, metrics...)
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Predict(c.known.X)
			if err != nil {
				t.Fatal(err)
			}
			mean := tensor.Matrix{Rows: y.Rows, Cols: y.Cols, Stride: y.Cols, Data: make([]float32, len(y.Data))}
			c.loss.Link().Apply(mean, y)
			last := h.Epochs[1].Validation
			if len(m.Values) != len(metrics) || len(last.Values) != len(metrics) {
				t.Fatalf("%v and %v, want one for each of %v", m.Values, last.Values, metrics)
			}
			for i, one := range metrics {
				s := one.Start()
				if err := s.Add(y, mean, c.known.Target); err != nil {
					t.Fatal(err)
				}
				if m.Values[i] != last.Values[i] || m.Values[i].Name != one.String() {
					t.Errorf("%s: Evaluate gives %v, Fit %v", one, m.Values[i], last.Values[i])
				}
				// Sums of at most 1e3 terms in float64, in another order.
				if got, want := m.Values[i].Value, s.Value(); !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
					t.Errorf("%s is %v, want %v", one, got, want)
				}
				details := s.(metric.Detailed).Details()
				if got := m.Details(one.String()); len(got) != len(details) || len(got) > 0 && len(got[0]) != len(details[0]) {
					t.Errorf("%s has the details %v, want %v", one, got, details)
				}
				if got, ok := m.Value(one.String()); !ok || got != m.Values[i].Value {
					t.Errorf("%s by name is %v, %t", one, got, ok)
				}
			}
			if got, ok := m.Value("loss"); !ok || got != m.Loss {
				t.Errorf("the loss by name is %v, %t, want %v", got, ok, m.Loss)
			}
			if _, ok := m.Value("perplexity"); ok {
				t.Error("there is a value of a metric that nobody has asked for")
			}
		})
	}
}

// TestMetricsThatDoNotFit are errors before the first step.
func TestMetricsThatDoNotFit(t *testing.T) {
	known := classes(1, 20, 6, 3)
	numbers := data.Set{X: known.X, Target: data.Values(tensor.Matrix{Rows: 20, Cols: 1, Stride: 6, Data: known.X.Data})}
	regression, err := nn.NewTrainer(newNetwork(t, 6, []layer.Layer{layer.Dense(1)}), loss.MSE(), optim.SGD(0.1))
	if err != nil {
		t.Fatal(err)
	}
	none := []float64{}
	for name, c := range map[string]struct {
		tr    *nn.Trainer
		known data.Set
		opts  []nn.FitOption
		want  string
		typed any
	}{
		"link":            {newTrainer(t), known, []nn.FitOption{nn.Validate(known, metric.R2())}, "nn: r2: outputs are 3 of link softmax", new(*metric.MismatchError)},
		"of a callback":   {newTrainer(t), known, []nn.FitOption{nn.Validate(known), nn.EarlyStop(metric.R2(), 3)}, "nn: r2: outputs are 3 of link softmax", new(*metric.MismatchError)},
		"targets":         {regression, numbers, []nn.FitOption{nn.Validate(numbers, metric.Accuracy())}, "nn: validation data: rows 0 to 19: accuracy: target in row 0", new(*loss.TargetError)},
		"the loss's name": {newTrainer(t), known, []nn.FitOption{nn.Validate(known, scripted{"loss", true, &none})}, `nn: a metric is called "loss"`, nil},
		"nobody to ask":   {newTrainer(t), known, []nn.FitOption{nn.Callback{Name: "x", Metrics: []metric.Metric{metric.Accuracy()}}}, "callback x: number of validation sets is 0, want one, by Validate", new(*nn.HyperparameterError)},
		"a schedule":      {newTrainer(t, nn.Schedule(endless{})), known, nil, "nn: schedule: endless", nil},
	} {
		started := false
		h, err := c.tr.Fit(context.Background(), c.known, append(c.opts, nn.Callback{Start: func(*nn.Run) error { started = true; return nil }})...)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || c.typed != nil && !errors.As(err, c.typed) || h.Steps != 0 || started {
			t.Errorf("%s: %v after %d steps, started %t, want %q", name, err, h.Steps, started, c.want)
		}
	}
	if _, err := newTrainer(t).Evaluate(known, metric.R2()); !errors.As(err, new(*metric.MismatchError)) {
		t.Errorf("Evaluate says %v", err)
	}
	if _, err := regression.Evaluate(numbers, metric.Accuracy()); !errors.As(err, new(*loss.TargetError)) {
		t.Errorf("Evaluate says %v", err)
	}
}

// endless is a schedule that no Fit is long enough for.
type endless struct{}

// TestMetricsAreLogged: in their order, and accuracy once.
func TestMetricsAreLogged(t *testing.T) {
	known := classes(1, 20, 6, 3)
	var out bytes.Buffer
	fit(t, newTrainer(t), known, nn.Epochs(1), nn.Validate(known, metric.F1(metric.Macro), metric.Accuracy()), nn.Log(slog.New(slog.NewTextHandler(&out, nil))))
	line := out.String()
	loss, f1, accuracy := strings.Index(line, " validation_loss="), strings.Index(line, " validation_f1="), strings.Index(line, " validation_accuracy=")
	if !(0 < loss && loss < f1 && f1 < accuracy) || strings.Count(line, "validation_accuracy=") != 1 {
		t.Errorf("logged %q", line)
	}
}
