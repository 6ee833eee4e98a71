package metric_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
)

// goldenProblem is one of a file of values that scikit-learn computed in float64.
type goldenProblem struct {
	Name, Kind     string
	Labels         json.RawMessage // of classes; by row, or by row and column
	Probability    []float64       // of class 1
	Probabilities  [][]float64
	Targets        json.RawMessage // numbers; by row, or by row and column
	Predictions    json.RawMessage // numbers, or answers
	Weights        []float64
	Values         map[string]json.RawMessage
	WeightedValues map[string]json.RawMessage `json:"weighted_values"`
}

// goldenSpellings turn names of values into spellings of metrics. What they do not know is its own.
var goldenSpellings = []struct{ name, spelling string }{
	{`(precision|recall|f1|jaccard)_(by_class|macro)`, "$1"},
	{`(precision|recall|f1|jaccard)_(.+)`, "$1(average=$2)"},
	{`f([0-9.]+)_(by_class|macro)`, "fbeta(beta=$1)"},
	{`f([0-9.]+)_(.+)`, "fbeta(beta=$1, average=$2)"},
	{`top_(\d+)_accuracy`, "top_k_accuracy(k=$1)"},
	{`cohen_kappa_(.+)`, "cohen_kappa(weights=$1)"},
	{`roc_auc_(ovr|ovo)_(.+)`, "roc_auc(multi_class=$1, average=$2)"},
	{`(roc_auc|average_precision)_(.+)`, "$1(average=$2)"},
	{`brier_(.+)`, "brier(scale=$1)"},
	{`ece_(.+)`, "ece(bins=$1)"},
	{`(pinball|d2_pinball)_(.+)`, "$1(alpha=$2)"},
	{`(.+)_by_column`, "$1"},
	{`(.+)_variance_weighted`, "$1(average=variance_weighted)"},
}

func goldenMetric(name string) (metric.Metric, error) {
	for _, s := range goldenSpellings {
		if re := regexp.MustCompile("^" + s.name + "$"); re.MatchString(name) {
			return metric.Catalog().Parse(re.ReplaceAllString(name, s.spelling))
		}
	}
	return metric.Catalog().Parse(name)
}

// rowsOf reads rows, or a list of numbers as rows of one.
func rowsOf(t *testing.T, text json.RawMessage) (rows [][]float64) {
	t.Helper()
	var list []float64
	if json.Unmarshal(text, &list) != nil {
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	for _, v := range list {
		rows = append(rows, []float64{v})
	}
	return rows
}

// mapped applies f to all elements.
func mapped(rows [][]float64, f func(float64) float64) [][]float64 {
	list := make([][]float64, len(rows))
	for i, row := range rows {
		for _, v := range row {
			list[i] = append(list[i], f(v))
		}
	}
	return list
}

func (p *goldenProblem) state(t *testing.T, m metric.Metric, weights []float64) metric.State {
	t.Helper()
	s := m.Start().(metric.RowState)
	var y, mean, values [][]float64
	var labels []int
	switch p.Kind {
	case "regression":
		mean, values = rowsOf(t, p.Predictions), rowsOf(t, p.Targets)
		y = mean
	case "multiclass":
		if err := json.Unmarshal(p.Labels, &labels); err != nil {
			t.Fatal(err)
		}
		y, mean = mapped(p.Probabilities, math.Log), p.Probabilities
	case "binary", "multilabel":
		mean, values = p.Probabilities, rowsOf(t, p.Labels)
		for _, v := range p.Probability {
			mean = append(mean, []float64{v})
		}
		y = mapped(mean, func(p float64) float64 { return math.Log(p / (1 - p)) })
		if m.Check(loss.Identity, len(y[0])) == nil { // of answers, which are 1 for a probability of ½ here
			mean = rowsOf(t, p.Predictions)
			y = mean
		}
	default:
		t.Fatalf("no problem is %s", p.Kind)
	}
	for i := range mean {
		r := metric.Row{Output: y[i], Mean: mean[i], Weight: 1}
		if labels != nil {
			r.Label = labels[i]
		} else {
			r.Values = values[i]
		}
		if weights != nil {
			r.Weight = weights[i]
		}
		if err := s.AddRow(r); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestGoldenMetrics: every value of metrics.json, and of any file of its type in the folder that
// NEURONA_GOLDEN names, to 1e-9 of the value, or of the terms that it is a difference of.
func TestGoldenMetrics(t *testing.T) {
	files := []string{"../testdata/golden2/metrics.json"}
	if dir := os.Getenv("NEURONA_GOLDEN"); dir != "" {
		files, _ = filepath.Glob(filepath.Join(dir, "*.json"))
	}
	read := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var head struct{ Type string }
		if json.Unmarshal(text, &head) != nil || head.Type != "metrics" {
			continue
		}
		read++
		var golden struct{ Problems []goldenProblem }
		if err := json.Unmarshal(text, &golden); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, p := range golden.Problems {
			for name, want := range p.Values {
				t.Run(p.Name+"/"+name, func(t *testing.T) { p.compare(t, name, want, nil) })
			}
			for name, want := range p.WeightedValues {
				t.Run(p.Name+"/weighted/"+name, func(t *testing.T) { p.compare(t, name, want, p.Weights) })
			}
		}
	}
	if read == 0 {
		if os.Getenv("NEURONA_GOLDEN") == "" {
			t.Fatalf("no file of type metrics among %v", files)
		}
		t.Skipf("no file of type metrics among %v", files)
	}
}

func (p *goldenProblem) compare(t *testing.T, name string, text json.RawMessage, weights []float64) {
	m, err := goldenMetric(name)
	if err != nil {
		t.Fatal(err)
	}
	s := p.state(t, m, weights)
	var rows [][]float64 // of a matrix, or of a list by class or column
	if strings.HasPrefix(string(text), "[") {
		var list []float64
		if json.Unmarshal(text, &list) == nil {
			rows = [][]float64{list}
		} else if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatal(err)
		}
	}
	if rows == nil {
		var want float64
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		closeTo(t, m.String(), s.Value(), want)
		return
	}
	got := s.(metric.Detailed).Details()
	if len(got) != len(rows) {
		t.Fatalf("%s has %d rows, want %d", m, len(got), len(rows))
	}
	for i := range rows {
		if len(got[i]) != len(rows[i]) {
			t.Fatalf("%s has %d columns, want %d", m, len(got[i]), len(rows[i]))
		}
		for j, want := range rows[i] {
			closeTo(t, fmt.Sprintf("%s [%d][%d]", m, i, j), got[i][j], want)
		}
	}
}

// closeTo compares with 1e-9 of the value. Where that is a difference of sums that are rounded,
// as kappa is of 1 and 1, it is 2⁻⁵⁰ at least.
func closeTo(t *testing.T, what string, got, want float64) {
	t.Helper()
	if tol := 1e-9*math.Abs(want) + 0x1p-50; !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %v, want %v within %v", what, got, want, tol)
	}
}
