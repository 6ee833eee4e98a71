package metric_test

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// leastError is a metric of one's own, and its own state: the least |y-t|.
type leastError struct{ least float64 }

func leastErrorPart() catalog.Part[metric.Metric] {
	return catalog.Part[metric.Metric]{
		Name: "least_error", Help: "the least error",
		New: func(catalog.Args) (metric.Metric, error) { return &leastError{}, nil },
	}
}

func (*leastError) String() string { return "least_error" }

func (*leastError) Higher() bool { return false }

func (*leastError) Check(loss.Link, int) error { return nil }

func (*leastError) Start() metric.State { return &leastError{math.Inf(1)} }

func (e *leastError) Add(_, mean tensor.Matrix, t data.Target) error {
	for i := range mean.Rows {
		want := tensor.Row(t.Values, i)
		for j, v := range tensor.Row(mean, i) {
			e.least = min(e.least, math.Abs(float64(v)-float64(want[j])))
		}
	}
	return nil
}

func (e *leastError) Merge(o metric.State) error {
	e.least = min(e.least, o.(*leastError).least)
	return nil
}

func (e *leastError) Value() float64 { return e.least }

// A metric of one's own stands beside the others.
func ExampleCatalog() {
	y := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{1, 2, 4}}
	want := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{1, 2.5, 2}}
	for _, spelling := range []string{"r2", "least_error"} {
		m, err := metric.Catalog().With(leastErrorPart()).Parse(spelling)
		if err != nil {
			fmt.Println(err)
			return
		}
		s := m.Start()
		if err := s.Add(y, y, data.Values(want)); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%v %.3f\n", m, s.Value())
	}
	fmt.Println(metric.ROCAUC().Check(loss.Identity, 1))
	// Output:
	// r2 -2.643
	// least_error 0.000
	// roc_auc: outputs are 1 of link identity, want at least one, of link sigmoid, margin or softmax
}
