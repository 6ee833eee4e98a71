package nn

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
)

// TestDistributionsOfOne: distributions that are a label each train as labels do, in networks that chains
// take, too, and are as right; to metrics they are their most probable classes.
func TestDistributionsOfOne(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		x, labels := chainData(loss.CrossEntropy(), 40)
		ones := testMatrix(40, 3, func(i, j int) float32 { return map[bool]float32{true: 1}[labels.Labels[i] == j] })
		soft := testMatrix(40, 3, func(i, j int) float32 { return 0.2 + 0.4*ones.Data[i*ones.Stride+j] })
		for _, l := range []loss.Loss{loss.CrossEntropy(), loss.KLDiv()} {
			net, of := chainNet(t, b), chainNet(t, b)
			tr, want := newChainTrainer(t, net, l, optim.SGD(0.1)), newChainTrainer(t, of, loss.CrossEntropy(), optim.SGD(0.1))
			for range 3 {
				got, err := tr.Step(x, data.Values(ones))
				if err != nil {
					t.Fatal(err)
				}
				if w, err := want.Step(x, labels); err != nil || !(math.Abs(got-w) <= 1e-5*w) {
					t.Fatalf("%s of distributions %v, of labels %v, %v", l, got, w, err)
				}
			}
			near(t, l.String(), flatWeights(net), flatWeights(of))
			w, err := want.Evaluate(data.Set{X: x, Target: labels}, metric.Accuracy())
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range []data.Target{data.Values(ones), data.Values(soft)} {
				m, err := tr.Evaluate(data.Set{X: x, Target: target}, metric.Accuracy())
				if err != nil || m.Accuracy != w.Accuracy || m.Values[0].Value != m.Accuracy {
					t.Errorf("%s: accuracy %v, as a metric %v, want %v; %v", l, m.Accuracy, m.Values, w.Accuracy, err)
				}
			}
		}
	})
}

// TestIgnoredRows: rows with the label that is ignored are as if they were not there, in steps, evaluations, what is
// right and metrics.
func TestIgnoredRows(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		x, labels := chainData(loss.CrossEntropy(), 40)
		some, most := data.Labels(append([]int{}, labels.Labels...)), data.Labels(nil)
		kept := newMatrix(0, x.Cols)
		for i := range some.Labels {
			if i%3 == 1 {
				some.Labels[i] = -1
				continue
			}
			most.Labels = append(most.Labels, labels.Labels[i])
			kept.Rows++
			kept.Data = append(kept.Data[:(kept.Rows-1)*kept.Stride], append(append([]float32{}, rowOf(x, i)...), make([]float32, kept.Stride-x.Cols)...)...)
		}
		net, of := chainNet(t, b), chainNet(t, b)
		tr, want := newChainTrainer(t, net, loss.CrossEntropy(loss.Ignore(-1)), optim.SGD(0.1)), newChainTrainer(t, of, loss.CrossEntropy(), optim.SGD(0.1))
		for range 3 {
			got, err := tr.Step(x, some)
			if err != nil {
				t.Fatal(err)
			}
			if w, err := want.Step(kept, most); err != nil || !(math.Abs(got-w) <= 1e-5*w) {
				t.Fatalf("loss %v, without the rows %v, %v", got, w, err)
			}
		}
		near(t, "ignored rows", flatWeights(net), flatWeights(of))
		m, err := tr.Evaluate(data.Set{X: x, Target: some}, metric.Accuracy())
		if err != nil {
			t.Fatal(err)
		}
		w, err := want.Evaluate(data.Set{X: kept, Target: most})
		if err != nil || !(math.Abs(m.Loss-w.Loss) <= 1e-5*w.Loss) || m.Accuracy != w.Accuracy || !(math.Abs(m.Values[0].Value-w.Accuracy) <= 1e-12) {
			t.Errorf("loss %v, accuracy %v and as a metric %v, want %v and %v; %v", m.Loss, m.Accuracy, m.Values, w.Loss, w.Accuracy, err)
		}
		var wrong *loss.TargetError
		for i := range some.Labels {
			some.Labels[i] = -1
		}
		if _, err := tr.Step(x, some); !errors.As(err, &wrong) {
			t.Errorf("a batch of ignored rows: %v, want a *TargetError", err)
		}
		if _, err := tr.Evaluate(data.Set{X: x, Target: some}); !errors.As(err, &wrong) {
			t.Errorf("an evaluation of ignored rows: %v, want a *TargetError", err)
		}
	})
}
