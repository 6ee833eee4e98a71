package layer

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Select hands on some columns of its input, counted from 0, in the order given: the
// numbers beside which an Embedding takes categories. A column may come more than once.
func Select(columns ...int) Layer { return selection{slices.Clone(columns)} }

type selection struct{ columns []int }

func selectPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name:    "select",
		Params:  []catalog.Param{{Name: "columns", Kind: catalog.Integers, Range: catalog.AtLeast(0), Help: "counted from 0"}},
		Help:    "some columns of the input",
		Torch:   "torch.index_select",
		Example: "select([1, 0])",
		New:     func(a catalog.Args) (Layer, error) { return Select(a.Ints("columns")...), nil },
	}
}

// String implements Layer.
func (l selection) String() string {
	return selectPart().Spell().Ints("columns", l.columns...).String()
}

// Build implements Layer.
func (l selection) Build(b Builder, x Value) (Value, error) {
	if len(l.columns) == 0 {
		return Value{}, fmt.Errorf("select has no columns, want at least one")
	}
	for _, c := range l.columns {
		if err := checkColumn(c, x); err != nil {
			return Value{}, err
		}
	}
	return b.Stage(x, &selectStage{columns: l.columns, in: x.Shape.Size()})
}

// checkColumn reports a column that x has not.
func checkColumn(c int, x Value) error {
	if width := x.Shape.Size(); c < 0 || c >= width {
		return fmt.Errorf("column %d, counted from 0, is none of the %d that go in", c, width)
	}
	return nil
}

type selectStage struct {
	Plain
	columns []int
	in      int
}

func (s *selectStage) Out() tensor.Shape { return tensor.Shape{len(s.columns)} }

// Overwritten implements Overwritten.
func (s *selectStage) Overwritten() {}

// Forgetful implements Forgetful.
func (s *selectStage) Forgetful() {}

// Gain implements Bounded: a column that comes more than once has a sum of gradients.
func (s *selectStage) Gain() float64 { return float64(len(s.columns)) }

func (s *selectStage) Forward(_ *Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		in, out := tensor.Row(x, i), tensor.Row(y, i)
		for j, c := range s.columns {
			out[j] = in[c]
		}
	}
	return nil
}

func (s *selectStage) Backward(_ *Pass, _, _, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	for i := range dy.Rows {
		out := tensor.Row(dx, i)
		clear(out)
		for j, v := range tensor.Row(dy, i) {
			out[s.columns[j]] += v
		}
	}
	return nil
}
