package layer

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// PiecewiseLinear encodes each column of its input by bins of its own (Gorishniy, Rubachev
// and Babenko, "On embeddings for numerical features in tabular deep learning", 2022): with edges
// b_0 < … < b_T it becomes T columns,
//
//	y_t = (x - b_{t-1}) / (b_t - b_{t-1}),  t = 1 … T
//
// at least 0 unless t is 1, and at most 1 unless t is T. So what lies beyond the outer edges
// goes on linearly. The slope at an inner edge is that of the bin above it. edges has the edges of each column, two at least, or those of all of them if
// it has one list; quantiles of the training data are usual. Nothing is trained.
func PiecewiseLinear(edges ...[]float64) Layer {
	l := piecewiseLinear{}
	for _, e := range edges {
		l.edges, l.bins = append(l.edges, e...), append(l.bins, len(e)-1)
	}
	return l
}

// piecewiseLinear has the edges of all columns one after the other.
type piecewiseLinear struct {
	edges []float64
	bins  []int // of each column
}

func piecewiseLinearPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "piecewise_linear",
		Params: []catalog.Param{
			{Name: "edges", Kind: catalog.Numbers, Help: "of all columns, one after the other: one more than bins"},
			{Name: "bins", Kind: catalog.Integers, Range: catalog.AtLeast(1), Help: "of each column, or of all"},
		},
		Help:    "how far into each of its bins a number is",
		Formula: "(x - b_{t-1})/(b_t - b_{t-1}), in [0, 1]",
		Example: "piecewise_linear(edges=[-1, 0, 0.5], bins=[2])",
		New: func(a catalog.Args) (Layer, error) {
			l := piecewiseLinear{a.Floats("edges"), a.Ints("bins")}
			return l, l.check()
		},
	}
}

// String implements Layer.
func (l piecewiseLinear) String() string {
	return piecewiseLinearPart().Spell().Floats("edges", l.edges...).Ints("bins", l.bins...).String()
}

// check reports edges that are not those of the bins, or do not rise.
func (l piecewiseLinear) check() error {
	if len(l.bins) == 0 {
		return fmt.Errorf("there are no edges, want those of each column")
	}
	want := 0
	for c, bins := range l.bins {
		if bins < 1 {
			return fmt.Errorf("column %d has %d edges, want at least 2", c, bins+1)
		}
		if want += bins + 1; want > len(l.edges) {
			break
		}
	}
	if want != len(l.edges) {
		return fmt.Errorf("there are %d edges, want one more than bins for each of %d columns", len(l.edges), len(l.bins))
	}
	at := 0
	for c, bins := range l.bins {
		for t := range bins {
			low, high := float32(l.edges[at+t]), float32(l.edges[at+t+1])
			if !(low < high && 1/(high-low) > 0 && 1/(high-low) <= math.MaxFloat32) {
				return fmt.Errorf("edges %d and %d of column %d are %v and %v, want the second to be larger, as float32 too", t, t+1, c, l.edges[at+t], l.edges[at+t+1])
			}
		}
		at += bins + 1
	}
	return nil
}

// Build implements Layer.
func (l piecewiseLinear) Build(b Builder, x Value) (Value, error) {
	if err := l.check(); err != nil {
		return Value{}, err
	}
	width, all := x.Shape.Size(), len(l.bins) == 1
	if !all && len(l.bins) != width {
		return Value{}, fmt.Errorf("there are edges for %d columns, and %d go in", len(l.bins), width)
	}
	s := &piecewiseLinearStage{}
	at := 0
	for c := range width {
		bins := l.bins[0]
		if !all {
			bins = l.bins[c]
		}
		for t := range bins {
			bin := bin{column: c, low: float32(l.edges[at+t]), least: 0, most: 1}
			bin.factor = 1 / (float32(l.edges[at+t+1]) - bin.low)
			if t == 0 {
				bin.least = float32(math.Inf(-1))
			}
			if t == bins-1 {
				bin.most = float32(math.Inf(1))
			}
			s.bins = append(s.bins, bin)
		}
		if !all {
			at += bins + 1
		}
	}
	return b.Stage(x, s)
}

// bin is a column that comes out.
type bin struct {
	column      int     // of the input
	low, factor float32 // its lower edge, and 1 over its width
	least, most float32
}

type piecewiseLinearStage struct {
	Plain
	bins []bin
}

func (s *piecewiseLinearStage) Out() tensor.Shape { return tensor.Shape{len(s.bins)} }

// Overwritten implements Overwritten.
func (s *piecewiseLinearStage) Overwritten() {}

func (s *piecewiseLinearStage) Forward(_ *Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		in, out := tensor.Row(x, i), tensor.Row(y, i)
		for j := range s.bins {
			b := &s.bins[j]
			v := (in[b.column] - b.low) * b.factor
			if v < b.least {
				v = b.least
			} else if v > b.most {
				v = b.most
			}
			out[j] = v
		}
	}
	return nil
}

func (s *piecewiseLinearStage) Backward(_ *Pass, x, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	for i := range x.Rows {
		in, out := tensor.Row(x, i), tensor.Row(dx, i)
		clear(out)
		for j, d := range tensor.Row(dy, i) {
			b := &s.bins[j]
			if v := (in[b.column] - b.low) * b.factor; v >= b.least && v < b.most {
				out[b.column] += float32(d * b.factor)
			}
		}
	}
	return nil
}
