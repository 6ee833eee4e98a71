package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type rocAUC struct{}

// ROCAUC is the area under the receiver operating characteristic: how often a sample
// of class 1 has a higher score than one of class 0, equal scores counting half
// (scikit-learn's roc_auc_score). It is exact, from sorted scores: a state keeps 8 bytes
// for each row, 12 with weights, and Value takes as much again while it sorts.
//
// Scores are outputs, which do not round to 1 as probabilities do: a single one, or of
// two of a softmax the difference. For more classes it is the mean of each against
// the rest, of probabilities (multi_class="ovr"), for which 4 bytes are kept for each
// class. It is NaN if a class did not come, or an output was NaN.
func ROCAUC() Metric { return rocAUC{} }

func rocAUCPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "roc_auc", Help: "area under the ROC curve; of several classes, each against the rest",
		Formula: "P(y₁ > y₀) + P(y₁ = y₀)/2",
		Formerly: map[string]string{
			"auc": "roc_auc", "auroc": "roc_auc", "roc_auc_score": "roc_auc",
		},
		New: func(catalog.Args) (Metric, error) { return ROCAUC(), nil },
	}
}

func (rocAUC) String() string { return "roc_auc" }

func (rocAUC) Higher() bool { return true }

func (m rocAUC) Check(link loss.Link, outputs int) error {
	if (link == loss.Sigmoid || link == loss.Margin) && outputs == 1 || link == loss.Softmax && outputs >= 2 {
		return nil
	}
	return unfit(m.String(), link, outputs, "one of link sigmoid or margin, or at least two of link softmax")
}

func (rocAUC) Start() State { return &rocState{} }

// rocState keeps what ranks need.
type rocState struct {
	columns int       // of scores: 1 for two classes; 0 if nothing was added
	scores  []float32 // [row][column]
	classes []int32   // [row]
	weights []float32 // [row]; nil if all are 1
	nan     bool      // an output was
}

func (s *rocState) Add(y, mean tensor.Matrix, t data.Target) error {
	if err := checkClasses("roc_auc", y, mean, t); err != nil {
		return err
	}
	if t.Labels == nil && y.Cols != 1 || t.Labels != nil && y.Cols < 2 {
		return &MismatchError{"roc_auc", "outputs", fmt.Sprintf("of %d columns", y.Cols), "one for values, at least two for labels"}
	}
	score := scoreColumns(y.Cols)
	if err := columns("roc_auc", s.columns, score); err != nil || y.Rows == 0 {
		return err
	}
	s.columns = score
	for i := range y.Rows {
		if w := weight(t, i); w != 0 {
			s.add(tensor.Row(y, i), tensor.Row(mean, i), classOf(t, i), w)
		}
	}
	return nil
}

// scoreColumns is how many scores a row of outputs has.
func scoreColumns(outputs int) int {
	if outputs == 2 {
		return 1
	}
	return outputs
}

func classOf(t data.Target, i int) int32 {
	if t.Labels != nil {
		return int32(t.Labels[i])
	}
	return int32(tensor.Row(t.Values, i)[0])
}

func (s *rocState) add(y, mean []float32, class int32, w float32) {
	from := len(s.scores)
	switch len(y) {
	case 1:
		s.scores = append(s.scores, y[0])
	case 2:
		s.scores = append(s.scores, float32(float64(y[1])-float64(y[0])))
	default:
		s.scores = append(s.scores, mean...)
	}
	for _, v := range s.scores[from:] {
		s.nan = s.nan || v != v
	}
	if w != 1 {
		s.weigh()
	}
	s.classes = append(s.classes, class)
	if s.weights != nil {
		s.weights = append(s.weights, w)
	}
}

// weigh gives rows the weights that they have.
func (s *rocState) weigh() {
	if s.weights == nil {
		s.weights = append(make([]float32, 0, cap(s.classes)), slices.Repeat([]float32{1}, len(s.classes))...)
	}
}

func (s *rocState) Merge(o State) error {
	from, err := other[rocState]("roc_auc", o)
	if err != nil || from.columns == 0 {
		return err
	}
	if err := columns("roc_auc", s.columns, from.columns); err != nil {
		return err
	}
	s.columns, s.nan = from.columns, s.nan || from.nan
	if from.weights != nil || s.weights != nil {
		s.weigh()
		weights := from.weights
		if weights == nil {
			weights = slices.Repeat([]float32{1}, len(from.classes))
		}
		s.weights = append(s.weights, weights...)
	}
	s.scores = append(s.scores, from.scores...)
	s.classes = append(s.classes, from.classes...)
	return nil
}

func (s *rocState) Value() float64 {
	if s.nan || len(s.classes) == 0 {
		return math.NaN()
	}
	rows := make([]ranked, len(s.classes))
	if s.columns == 1 {
		return s.area(rows, 0, 1)
	}
	sum := 0.0
	for k := range s.columns {
		sum += s.area(rows, k, int32(k))
	}
	return sum / float64(s.columns)
}

// ranked is a row by its score in a column. The weight is below 0 if the row is not of
// the class asked for.
type ranked struct{ score, weight float32 }

// area returns the area for a class and the scores of a column. rows is scratch.
// Rows are ordered by all that they are, so that no bit depends on how they came.
func (s *rocState) area(rows []ranked, column int, class int32) float64 {
	for i := range rows {
		w := float32(1)
		if s.weights != nil {
			w = s.weights[i]
		}
		if s.classes[i] != class {
			w = -w
		}
		rows[i] = ranked{s.scores[i*s.columns+column], w}
	}
	slices.SortFunc(rows, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.weight, b.weight))
	})
	area, above, below := 0.0, 0.0, 0.0 // below: weights of the others so far
	for len(rows) > 0 {
		of, others, n := 0.0, 0.0, 0
		for ; n < len(rows) && rows[n].score == rows[0].score; n++ {
			if w := float64(rows[n].weight); w > 0 {
				of += w
			} else {
				others -= w
			}
		}
		area += of * (below + others/2)
		above, below, rows = above+of, below+others, rows[n:]
	}
	return area / (above * below) // 0/0 if either did not come
}
