package loss

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Part is a part of a Split: a loss of some of the outputs.
type Part struct {
	Columns int     // of the outputs: as many as the loss needs for its targets, or classes
	Loss    Loss    // no Split
	Factor  float64 // that its value counts by; above 0
}

// PartError reports what is wrong with a part of a Split, or with its targets: a
// *TargetError within has the row, and the column of all of the Split's values.
type PartError struct {
	Part int // counted from 0
	Err  error
}

func (e *PartError) Error() string { return fmt.Sprintf("split: part %d: %v", e.Part, e.Err) }

func (e *PartError) Unwrap() error { return e.Err }

// split is the loss that Split returns.
type split struct {
	parts            []placedPart
	outputs, targets int // columns
	link             Link
	name             string // the spelling
	err              error  // of parts that cannot be
	memory           *labelMemory
}

// placedPart is a part with its place.
type placedPart struct {
	Part
	output  int // its first output
	target  int // its first target
	targets int // columns of them
	labels  bool
}

// Split is the loss of a network with several targets of different kinds: the sum of
// the values of its parts, each times its Factor. Parts take the columns of the outputs
// one after the other. Two quantities and one of three classes, of a network with five
// outputs:
//
//	loss.Split(
//		loss.Part{Columns: 2, Loss: loss.MSE(), Factor: 1},
//		loss.Part{Columns: 3, Loss: loss.CrossEntropy(), Factor: 0.5},
//	)
//
// Targets are values, the parts' one after the other too. A part has as many columns of
// them as its outputs are for: two for two outputs of MSE, one for two of Gaussian. A part
// on class indices, whose Outputs is 0, has one, with the index as a whole number. So
// the targets here are 3 columns: quantity, quantity, 0, 1 or 2. Check names part, row and
// column of what does not fit, in a *PartError.
//
// A part's value is what it is alone: its sum divided by its weight. Weights of samples
// reach every part. A batch counts among others by its rows, or their weights: an
// accumulated step is that of one large batch, unless what a row weighs in a part depends
// on its target, as with ClassWeights. Then it is the mean of its batches, as an epoch's
// loss is. An evaluation is of all rows together. A part none of whose rows count adds
// nothing. Metrics are about one kind of outputs: those of the catalogue refuse a Split, whose loss
// can be watched in their place.
//
// A Split does not classify. It has the link of its parts if that is Identity, or
// Sigmoid, for all, and Mixed otherwise: see Apply.
func Split(parts ...Part) Loss {
	s := &split{memory: &labelMemory{}, name: "split"}
	spellings, columns, factors, plain := []string{}, []int{}, []float64{}, true
	for i, p := range parts {
		at := placedPart{Part: p, output: s.outputs, target: s.targets}
		if err := at.fit(); err != nil {
			s.err = &PartError{i, err}
			return s
		}
		if i == 0 {
			s.link = p.Loss.Link()
		}
		if l := p.Loss.Link(); l != s.link || l != Identity && l != Sigmoid {
			s.link = Mixed
		}
		s.parts = append(s.parts, at)
		s.outputs += p.Columns
		s.targets += at.targets
		spellings, columns, factors = append(spellings, p.Loss.String()), append(columns, p.Columns), append(factors, p.Factor)
		plain = plain && p.Factor == 1
	}
	if len(parts) == 0 {
		s.err = fault.Value("split", "number of parts", 0, "at least one")
		return s
	}
	spell := splitPart().Spell().Ints("columns", columns...).Parts("losses", spellings...)
	if !plain {
		spell = spell.Floats("factors", factors...)
	}
	s.name = spell.String()
	return s
}

// fit finds how many columns of targets the part has, and reports one that cannot be.
func (p *placedPart) fit() error {
	if p.Loss == nil {
		return fault.Nil("split", "loss", "one such as loss.MSE or loss.CrossEntropy")
	}
	if _, nested := p.Loss.(Composite); nested {
		return fmt.Errorf("%s is made of parts itself, want one of these", p.Loss)
	}
	if p.Columns < 1 || p.Columns >= math.MaxInt32 {
		return fault.Value(p.Loss.String(), "columns", float64(p.Columns), "at least 1, and as many as a network has outputs")
	}
	if err := checkPositive(p.Loss.String(), "factor", p.Factor); err != nil {
		return err
	}
	each := p.Loss.Outputs(1) // outputs for a target
	if p.labels = each == 0; p.labels {
		p.targets = 1
		return nil
	}
	if p.targets = p.Columns / max(each, 1); p.targets < 1 || p.Loss.Outputs(p.targets) != p.Columns {
		return fault.Value(p.Loss.String(), "columns", float64(p.Columns), fmt.Sprintf("%d for each target", each))
	}
	return nil
}

func splitPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "split", Help: "several targets of different kinds, each with a loss of some of the outputs",
		Params: []catalog.Param{
			{Name: "columns", Kind: catalog.Integers, Range: catalog.AtLeast(1), Help: "how many outputs each loss has, one after the other"},
			{Name: "losses", Kind: catalog.ManyParts, Help: "of the columns"},
			{Name: "factors", Kind: catalog.Numbers, Optional: true, Range: catalog.Above(0), Help: "that the losses count by; 1 each if left out"},
		},
		Formula: "Σ factor·loss", Example: "split([1, 2], mse, cross_entropy, factors=[1, 0.5])",
		New: func(a catalog.Args) (Loss, error) {
			columns, losses, factors := a.Ints("columns"), catalog.Many[Loss](a, "losses"), a.Floats("factors")
			if !a.Has("factors") {
				factors = slices.Repeat([]float64{1}, len(losses))
			}
			if len(columns) != len(losses) || len(factors) != len(losses) {
				return nil, fmt.Errorf("split: %d numbers of columns and %d factors for %d losses, want one of each for each", len(columns), len(factors), len(losses))
			}
			parts := make([]Part, len(losses))
			for i, l := range losses {
				parts[i] = Part{columns[i], l, factors[i]}
			}
			s := Split(parts...).(*split)
			return s, s.err
		},
	}
}

func (s *split) String() string { return s.name }

func (s *split) Link() Link { return s.link }

// Outputs returns the number of the parts' columns, whatever the targets: Check tells
// whether these are the parts'.
func (s *split) Outputs(int) int { return s.outputs }

func (s *split) Parts() []Part {
	parts := make([]Part, len(s.parts))
	for i, p := range s.parts {
		parts[i] = p.Part
	}
	return parts
}

// Bind binds the parts. Of one whose Bind returns nil there is no Split, as there is no
// such loss.
func (s *split) Bind(k *kernels.Set) Loss {
	bound := *s
	bound.parts = slices.Clone(s.parts)
	for i := range bound.parts {
		p := &bound.parts[i]
		if p.Loss = Bind(p.Loss, k); p.Loss == nil {
			return nil
		}
	}
	return &bound
}

func (s *split) Check(t data.Target, rows, cols int) error {
	if s.err != nil {
		return s.err
	}
	if cols != s.outputs {
		return fault.Value("split", "number of outputs", float64(cols), fmt.Sprintf("%d, those of its parts", s.outputs))
	}
	if err := checkWeights(s.name, &t, rows); err != nil {
		return err
	}
	if t.Labels != nil || !blas.Fits(&t.Values, rows, s.targets) {
		return noValues(s.name, &t, rows, s.targets)
	}
	labels := s.memory.take()
	defer func() { s.memory.give(labels) }()
	for i := range s.parts {
		p := &s.parts[i]
		err := p.checkLabels(&t)
		if err == nil {
			var of data.Target
			of, labels = p.of(&t, labels)
			err = p.Loss.Check(of, rows, p.Columns)
		}
		if err != nil {
			return &PartError{i, p.located(err)}
		}
	}
	return nil
}

// mostLabel is up to where float32 has all whole numbers.
const mostLabel = 1 << 24

// checkLabels reports a label that is no whole number. Which ones there are the loss
// knows.
func (p *placedPart) checkLabels(t *data.Target) error {
	if !p.labels {
		return nil
	}
	for i := range t.Values.Rows {
		if v := tensor.Row(t.Values, i)[p.target]; !(-mostLabel <= v && v <= mostLabel) || v != float32(int(v)) {
			return &TargetError{p.Loss.String(), i, 0, fmt.Sprint(v), "a label, which is a whole number"}
		}
	}
	return nil
}

// located is an error of the part's targets with the column among all.
func (p *placedPart) located(err error) error {
	target, ok := err.(*TargetError)
	if !ok || target.Row < 0 {
		return err
	}
	at := *target
	at.Col = p.target + max(at.Col, 0)
	if target.Col < 0 && !p.labels {
		at.Col = -1
	}
	return &at
}

// of is the part's targets. Labels are written to memory, which is returned, larger if
// need be.
func (p *placedPart) of(t *data.Target, memory []int) (data.Target, []int) {
	part := data.Target{Weights: t.Weights}
	if !p.labels {
		part.Values = columnsOf(t.Values, p.target, p.targets)
		return part, memory
	}
	memory = memory[:0]
	for i := range t.Values.Rows {
		memory = append(memory, int(tensor.Row(t.Values, i)[p.target]))
	}
	part.Labels = memory
	return part, memory
}

// Weight is that of the rows.
func (s *split) Weight(t data.Target, rows, _ int) float64 { return t.Weight(rows) }

// Sum is the value times Weight.
func (s *split) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	labels := s.memory.take()
	sum, all := 0.0, s.Weight(t, y.Rows, y.Cols)
	for i := range s.parts {
		p := &s.parts[i]
		var of data.Target
		of, labels = p.of(&t, labels)
		factor := 0.0
		if w := p.Loss.Weight(of, y.Rows, p.Columns); w != 0 {
			factor = p.Factor * all / w
		}
		value := p.Loss.Sum(columnsOf(y, p.output, p.Columns), of, columnsOf(dy, p.output, p.Columns), scale*factor)
		sum += float64(factor * value)
	}
	s.memory.give(labels)
	return sum
}

// columnsOf is a view of some columns of m, or nothing if m has no elements.
func columnsOf(m tensor.Matrix, from, cols int) tensor.Matrix {
	view := tensor.Matrix{Rows: m.Rows, Cols: cols, Stride: m.Stride}
	if len(m.Data) > from {
		view.Data = m.Data[from:]
	}
	return view
}

// labelMemory is memory for labels, used again by whoever comes next: a step allocates
// nothing, and several evaluations may run at once.
type labelMemory struct {
	mu   sync.Mutex
	free [][]int
}

func (m *labelMemory) take() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.free) == 0 {
		return nil
	}
	last := m.free[len(m.free)-1]
	m.free = m.free[:len(m.free)-1]
	return last
}

func (m *labelMemory) give(labels []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free = append(m.free, labels)
}
