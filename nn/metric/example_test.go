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

// maxError is a metric of one's own, and its own state: the largest |y-t|.
type maxError struct{ largest float64 }

func maxErrorPart() catalog.Part[metric.Metric] {
	return catalog.Part[metric.Metric]{
		Name: "max_error", Help: "the largest error",
		New: func(catalog.Args) (metric.Metric, error) { return &maxError{}, nil },
	}
}

func (*maxError) String() string { return "max_error" }

func (*maxError) Higher() bool { return false }

func (*maxError) Check(loss.Link, int) error { return nil }

func (*maxError) Start() metric.State { return &maxError{math.Inf(-1)} }

func (e *maxError) Add(_, mean tensor.Matrix, t data.Target) error {
	for i := range mean.Rows {
		want := tensor.Row(t.Values, i)
		for j, v := range tensor.Row(mean, i) {
			e.largest = max(e.largest, math.Abs(float64(v)-float64(want[j])))
		}
	}
	return nil
}

func (e *maxError) Merge(o metric.State) error {
	e.largest = max(e.largest, o.(*maxError).largest)
	return nil
}

func (e *maxError) Value() float64 { return e.largest }

// A metric of one's own stands beside the others.
func ExampleCatalog() {
	y := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{1, 2, 4}}
	want := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{1, 2.5, 2}}
	for _, spelling := range []string{"r2", "max_error"} {
		m, err := metric.Catalog().With(maxErrorPart()).Parse(spelling)
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
	// max_error 2.000
	// roc_auc: outputs are 1 of link identity, want one of link sigmoid or margin, or at least two of link softmax
}
