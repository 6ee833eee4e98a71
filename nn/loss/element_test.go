package loss

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestElement compares the squared error of a function with MSE's.
func TestElement(t *testing.T) {
	l := Element("squared", func(y, t float32) (l, dl float32) { return (y - t) * (y - t), 2 * (y - t) })
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(int, int) float32 { return float32(rng.NormFloat64()) }
	y, target := testMatrix(5, 11, draw), data.Values(testMatrix(5, 11, draw))
	want, got := testMatrix(5, 11, draw), testMatrix(5, 11, draw)
	wantSum, gotSum := MSE().Sum(y, target, want, 0.25), l.Sum(y, target, got, 0.25)
	if !(math.Abs(gotSum-wantSum) <= u*wantSum) || l.Weight(target, 5, 11) != MSE().Weight(target, 5, 11) {
		t.Errorf("sum %v, want %v", gotSum, wantSum)
	}
	for i := range y.Rows {
		for j, g := range tensor.Row(got, i) {
			if w := tensor.Row(want, i)[j]; g != w {
				t.Errorf("gradient [%d][%d] is %v, want %v", i, j, g, w)
			}
		}
	}
	checkSlack(t, got)
	if again := l.Sum(y, target, tensor.Matrix{}, 1); again != gotSum {
		t.Errorf("sum %v without a gradient, %v with one", again, gotSum)
	}
	if inPlace := l.Sum(y, target, y, 0.25); inPlace != gotSum || tensor.Row(y, 4)[10] != tensor.Row(got, 4)[10] {
		t.Errorf("sum %v with the gradient in place, %v apart", inPlace, gotSum)
	}
	if l.String() != "squared" || l.Link() != Identity || l.Outputs(3) != 3 {
		t.Errorf("it is %s of %v, %d outputs for 3 targets", l, l.Link(), l.Outputs(3))
	}
	if err := Element("none", nil).Check(target, 5, 11); err == nil || err.Error() != "none: its function is nil" {
		t.Errorf("a nil function: %v", err)
	}
}

func TestLinks(t *testing.T) {
	for l, name := range map[Link]string{Identity: "identity", Sigmoid: "sigmoid", Softmax: "softmax", MeanVariance: "mean_variance", Mixed: "mixed", 77: "link 77"} {
		if l.String() != name {
			t.Errorf("link %d is %q, want %q", uint8(l), l, name)
		}
	}
	y := tensor.Matrix{Rows: 2, Cols: 2, Stride: 3, Data: []float32{0, float32(math.Log(3)), slack, 1e30, -3e38}}
	for link, want := range map[Link][]float64{
		Identity: {0, math.Log(3), 1e30, -3e38},
		Sigmoid:  {0.5, 0.75, 1, 0},
		Softmax:  {0.25, 0.75, 1, 0},

		Mixed:        {0, math.Log(3), 1e30, -3e38},
		MeanVariance: {0, 3 + 1e-8, 1e30, 1e-8},
	} {
		dst := testMatrix(2, 2, func(int, int) float32 { return 9 })
		link.Apply(dst, y)
		checkSlack(t, dst)
		for i := range 2 {
			for j, got := range tensor.Row(dst, i) {
				if w := want[2*i+j]; !(math.Abs(float64(got)-w) <= 2*u*math.Abs(w)) {
					t.Errorf("%v of [%d][%d] is %v, want %v", link, i, j, got, w)
				}
			}
		}
	}
	odd := tensor.Matrix{Rows: 1, Cols: 4, Stride: 4, Data: []float32{1, 2, 88.8, float32(math.NaN())}}
	MeanVariance.Apply(odd, odd)
	if d := odd.Data; d[0] != 1 || d[1] != 2 || !math.IsInf(float64(d[2]), 1) || d[3] == d[3] {
		t.Errorf("means and variances are %v, want 1, 2, +Inf and NaN", d)
	}
	for link, want := range map[Link]int{Identity: 4, Sigmoid: 4, Softmax: 4, MeanVariance: 2} {
		if got := link.Means(odd); got.Cols != want || got.Rows != 1 || &got.Data[0] != &odd.Data[0] {
			t.Errorf("%v: means are %d×%d, want the first %d columns", link, got.Rows, got.Cols, want)
		}
	}
	Softmax.Apply(y, y)
	if !(math.Abs(float64(y.Data[1])-0.75) <= 1e-6) {
		t.Errorf("softmax in place gives %v, want 0.75", y.Data[1])
	}
}

// TestLossesOfNoMatrices expects errors for targets that contradict themselves, or do not
// fit two rows of two outputs.
func TestLossesOfNoMatrices(t *testing.T) {
	numbers := []float32{0, 1, 1, 0}
	bad := map[string]data.Target{
		"nothing":               {},
		"labels without number": data.Labels([]int{}),
		"negative label":        data.Labels([]int{-1, 0}),
		"huge label":            data.Labels([]int{math.MaxInt, 0}),
		"both":                  {Labels: []int{0, 1}, Values: tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: numbers}},
	}
	for name, m := range map[string]tensor.Matrix{
		"no rows":         {Cols: 2, Stride: 2},
		"negative rows":   {Rows: -1, Cols: 2, Stride: 2, Data: numbers},
		"negative cols":   {Rows: 2, Cols: -2, Stride: 2, Data: numbers},
		"no data":         {Rows: 2, Cols: 2, Stride: 2},
		"short data":      {Rows: 2, Cols: 2, Stride: 2, Data: numbers[:3]},
		"short stride":    {Rows: 2, Cols: 2, Stride: 1, Data: numbers},
		"negative stride": {Rows: 2, Cols: 2, Stride: -2, Data: numbers},
		"huge rows":       {Rows: math.MaxInt, Cols: 2, Stride: 2, Data: numbers},
		"huge all":        {Rows: math.MaxInt, Cols: math.MaxInt, Stride: math.MaxInt, Data: numbers},
		"other width":     {Rows: 1, Cols: 3, Stride: 3, Data: numbers},
	} {
		bad[name] = data.Values(m)
	}
	losses := []Loss{Element("any", func(y, t float32) (l, dl float32) { return 0, 0 })}
	for _, n := range withSplit() {
		losses = append(losses, n.loss)
	}
	for _, l := range losses {
		for name, target := range bad {
			if err := l.Check(target, 2, 2); err == nil {
				t.Errorf("%s takes the target %q", l, name)
			}
		}
	}
}
