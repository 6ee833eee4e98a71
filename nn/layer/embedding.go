package layer

import (
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Embedding takes one column of its input, counted from 0, for categories, whole numbers
// from 0 to categories-1, and puts a row of dim numbers that are trained in the place of each, as
// PyTorch's Embedding does. Numbers beside it come by a Select:
//
//	layer.Concat(layer.Select(0, 2, 3), layer.Embedding(1, 5, 3), layer.Embedding(4, 12, 4))
//
// Rows start normally distributed. A number that is no category is an error that names the
// row of the batch. Its gradient is dense, as is a rule's step with it: Adam moves rows of
// categories that a batch lacks, too, and takes as long for the table as for any weights.
// Therefore categories·dim is at most 2^24.
func Embedding(column, categories, dim int) Layer { return embedding{column, categories, dim} }

// Categorical is a layer that takes columns of its input for categories: whole numbers from 0.
type Categorical interface {
	Layer
	// Categories says how many a column has; 0 if it holds numbers.
	Categories(column int) int
}

// Categories says how many categories l, or a layer within it that reads its input, takes that column of it
// for; 0 if it holds numbers. Where several do, it is the least number, whose categories all of them have.
func Categories(l Layer, column int) (n int) {
	switch l := l.(type) {
	case Categorical:
		return l.Categories(column)
	case stack:
		if len(l.layers) == 0 {
			return 0
		}
		s, ok := l.layers[0].(selection)
		if !ok {
			return Categories(l.layers[0], column)
		}
		for at, c := range s.columns {
			if c == column {
				n = fewer(n, Categories(stack{l.layers[1:]}, at))
			}
		}
	case residual:
		return Categories(stack(l), column)
	case Container: // of branches
		for _, branch := range l.Layers() {
			n = fewer(n, Categories(branch, column))
		}
	}
	return n
}

// fewer is the lesser of two numbers of which 0 is none.
func fewer(n, m int) int {
	if n == 0 || m != 0 && m < n {
		return m
	}
	return n
}

// embeddingMost is the most numbers of an embedding: 64 MiB, and as much again for its gradient
// and each state of a rule, all of which a step goes through.
const embeddingMost = 1 << 24

type embedding struct{ column, categories, dim int }

func embeddingPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "embedding",
		Params: []catalog.Param{
			{Name: "column", Kind: catalog.Integer, Range: catalog.AtLeast(0), Help: "of the input, counted from 0"},
			{Name: "categories", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "how many there are", Formerly: []string{"num_embeddings"}},
			{Name: "dim", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "numbers in the place of one", Formerly: []string{"embedding_dim"}},
		},
		Help:    "trained numbers in the place of each category",
		Formula: "weight[x[column]]",
		Torch:   "torch.nn.Embedding",
		Example: "embedding(column=1, categories=5, dim=3)",
		New: func(a catalog.Args) (Layer, error) {
			return Embedding(a.Int("column"), a.Int("categories"), a.Int("dim")), nil
		},
	}
}

// String implements Layer.
func (l embedding) String() string {
	return embeddingPart().Spell().Int("column", l.column).Int("categories", l.categories).Int("dim", l.dim).String()
}

// Categories implements Categorical.
func (l embedding) Categories(column int) int {
	if column == l.column {
		return l.categories
	}
	return 0
}

// Build implements Layer.
func (l embedding) Build(b Builder, x Value) (Value, error) {
	if err := checkColumn(l.column, x); err != nil {
		return Value{}, err
	}
	if l.categories < 1 {
		return Value{}, fault.Value("embedding", "categories", float64(l.categories), "at least 1")
	}
	if l.dim < 1 {
		return Value{}, fault.Value("embedding", "dim", float64(l.dim), "at least 1")
	}
	if l.dim > embeddingMost/l.categories {
		return Value{}, fault.Value("embedding", "categories·dim", float64(l.categories)*float64(l.dim), fmt.Sprintf("at most %d, which a step of a rule goes through", embeddingMost))
	}
	return b.Stage(x, &embeddingStage{embedding: l, weight: &tensor.Tensor{
		Name: "weight", Role: tensor.Embedding, Dims: []int{l.categories, l.dim}, Init: normal(1),
	}})
}

// normal is an Init that draws from a normal distribution.
func normal(sigma float64) func(rng *rand.Rand, value []float32) {
	return func(rng *rand.Rand, value []float32) {
		for i := range value {
			value[i] = float32(sigma * rng.NormFloat64())
		}
	}
}

type embeddingStage struct {
	Plain
	embedding
	weight *tensor.Tensor
}

func (s *embeddingStage) Out() tensor.Shape { return tensor.Shape{s.dim} }

func (s *embeddingStage) Tensors() []*tensor.Tensor { return []*tensor.Tensor{s.weight} }

// Overwritten implements Overwritten.
func (s *embeddingStage) Overwritten() {}

func (s *embeddingStage) Forward(p *Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		v := tensor.Row(x, i)[s.column]
		// The comparison is one that NaN fails, and what passes fits an int.
		if !(v >= 0 && v < float32(s.categories)) || v != float32(int(v)) || int(v) >= s.categories {
			return fmt.Errorf("column %d of row %d is %v, want a category, a whole number from 0 to %d", s.column, p.Row+i, v, s.categories-1)
		}
		copy(tensor.Row(y, i), s.row(s.weight.Value, v))
	}
	return nil
}

// row is the row of category v.
func (s *embeddingStage) row(table []float32, v float32) []float32 {
	return table[int(v)*s.dim:][:s.dim]
}

// Backward: categories have no slope.
func (s *embeddingStage) Backward(_ *Pass, x, _, dy, dx tensor.Matrix) error {
	for i := range x.Rows {
		row := s.row(s.weight.Grad, tensor.Row(x, i)[s.column])
		for j, v := range tensor.Row(dy, i) {
			row[j] += v
		}
		if dx.Data != nil {
			clear(tensor.Row(dx, i))
		}
	}
	return nil
}
