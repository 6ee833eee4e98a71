package metric_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func TestFamily(t *testing.T) { familytest.Check(t, metric.Catalog(), leastErrorPart()) }

// all is every metric of the catalogue: as its name and its example have it, and with every
// word that it takes.
func all() (list []metric.Metric) {
	c := metric.Catalog()
	add := func(spelling string) {
		m, err := c.Parse(spelling)
		if err != nil {
			panic(err)
		}
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	for _, p := range c.Parts() {
		add(cmp.Or(p.Example, p.Name))
		for _, param := range p.Params {
			for _, word := range param.Choices {
				add(fmt.Sprintf("%s(%s=%s)", p.Name, param.Name, word))
			}
			if param.Name == "taus" {
				add(p.Name + "(taus=[0.1, 0.5, 0.9])")
			}
			if param.Name == "multi_class" {
				add(p.Name + "(average=weighted, multi_class=ovo)")
			}
		}
	}
	return list
}

// TestSpellings: what constructors make is read by name.
func TestSpellings(t *testing.T) {
	c := metric.Catalog()
	for _, m := range append(all(), metric.Accuracy(), metric.F1(metric.Macro), metric.F1(metric.Micro), metric.F1(metric.Weighted), metric.F1(metric.Binary),
		metric.ROCAUC(metric.OneVsOne(), metric.Averaged(metric.Weighted)), metric.ROCAUC(), metric.RMSE(), metric.R2(), metric.Pinball(0.1, 0.5, 0.9), metric.Coverage(0.1, 0.5, 0.9), metric.R2(metric.ByVariance()),
		metric.Pinball(0.9), metric.D2Pinball(0.9), metric.ECE(15), metric.TopKAccuracy(3), metric.Brier(metric.BrierHalf), metric.CohenKappa(metric.Linear)) {
		if got, err := c.Parse(m.String()); err != nil || got != m || !slices.Contains(all(), m) {
			t.Errorf("%s is read as %v, %v", m, got, err)
		}
	}
}

// TestPromises holds every metric to what metrics promise.
func TestPromises(t *testing.T) {
	for _, m := range all() {
		if err := nntest.CheckMetric(m); err != nil {
			t.Error(err)
		}
	}
}

// batch is outputs with what they mean and what should have come.
type batch struct {
	name    string
	link    loss.Link
	y, mean tensor.Matrix
	t       data.Target
}

// matrix has slack behind each row, which nobody is to read.
func matrix(rows, cols int) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: cols + 2, Data: make([]float32, rows*(cols+2))}
	for i := range m.Data {
		m.Data[i] = float32(math.NaN())
	}
	return m
}

func filled(rows, cols int, f func(i, j int) float32) tensor.Matrix {
	m := matrix(rows, cols)
	for i := range rows {
		for j := range cols {
			tensor.Row(m, i)[j] = f(i, j)
		}
	}
	return m
}

func linked(link loss.Link, y tensor.Matrix, t data.Target) batch {
	b := batch{"", link, y, matrix(y.Rows, y.Cols), t}
	link.Apply(b.mean, y)
	return b
}

// pick returns the batch of these rows.
func (b batch) pick(rows []int) batch {
	from := func(m tensor.Matrix) tensor.Matrix {
		return filled(len(rows), m.Cols, func(i, j int) float32 { return tensor.Row(m, rows[i])[j] })
	}
	p := batch{link: b.link, y: from(b.y), mean: from(b.mean)}
	if b.t.Labels == nil {
		p.t.Values = from(b.t.Values)
	} else {
		p.t.Labels = []int{}
	}
	for _, i := range rows {
		if b.t.Labels != nil {
			p.t.Labels = append(p.t.Labels, b.t.Labels[i])
		}
	}
	if b.t.Weights != nil {
		p.t.Weights = []float32{}
		for _, i := range rows {
			p.t.Weights = append(p.t.Weights, b.t.Weights[i])
		}
	}
	return p
}

func (b batch) addTo(t *testing.T, s metric.State) {
	t.Helper()
	if err := s.Add(b.y, b.mean, b.t); err != nil {
		t.Fatal(err)
	}
}

func (b batch) value(t *testing.T, m metric.Metric) float64 {
	t.Helper()
	s := m.Start()
	b.addTo(t, s)
	return s.Value()
}

// random batches, with ties among outputs, of every kind that metrics know.
func random(rng *rand.Rand, rows int) []batch {
	coarse := func(cols int) tensor.Matrix {
		return filled(rows, cols, func(int, int) float32 { return float32(rng.IntN(41)-20) / 8 })
	}
	bits := func(cols int) tensor.Matrix {
		return filled(rows, cols, func(int, int) float32 { return float32(rng.IntN(2)) })
	}
	labels := func(classes int) data.Target {
		l := make([]int, rows)
		for i := range l {
			l[i] = rng.IntN(classes)
		}
		return data.Labels(l)
	}
	kinds := []batch{
		linked(loss.Sigmoid, coarse(1), data.Values(bits(1))),
		linked(loss.Sigmoid, coarse(3), data.Values(bits(3))),
		linked(loss.Softmax, coarse(2), labels(2)),
		linked(loss.Softmax, coarse(5), labels(5)),
		linked(loss.Identity, far(coarse(3)), data.Values(far(filled(rows, 3, func(int, int) float32 { return float32(rng.NormFloat64()) })))),
	}
	for i, name := range []string{"binary", "multilabel", "softmax 2", "softmax 5", "regression"} {
		b := kinds[i]
		kinds[i].name, b.name = name, name+" weighted"
		b.t.Weights = make([]float32, rows)
		for i := range b.t.Weights {
			if rng.IntN(8) > 0 {
				b.t.Weights[i] = rng.Float32() * 3
			}
		}
		kinds = append(kinds, b)
	}
	for _, weights := range [][]float32{nil, kinds[len(kinds)-1].t.Weights} {
		b := linked(loss.Quantiles, coarse(6), data.Values(coarse(2)))
		b.name, b.t.Weights = "quantiles", weights
		if weights != nil {
			b.name += " weighted"
		}
		kinds = append(kinds, b)
	}
	return kinds
}

// far moves columns to around 0, 100, 200.
func far(m tensor.Matrix) tensor.Matrix {
	return filled(m.Rows, m.Cols, func(i, j int) float32 { return tensor.Row(m, i)[j] + 100*float32(j) })
}

// suits says whether a metric of the catalogue is about a batch.
func suits(m metric.Metric, b batch) bool {
	return m.Check(b.link, b.y.Cols) == nil && metric.OfNumbers(m) == (b.link == loss.Identity || b.link == loss.Quantiles)
}

// counting reports whether a metric is made of numbers of samples alone.
func counting(m metric.Metric) bool {
	name := m.String()
	for _, of := range []string{"brier", "ece", "log_loss", "hamming", "precision(average=samples)", "recall(average=samples)", "f1(average=samples)", "fbeta(average=samples)", "jaccard(average=samples)"} {
		if strings.HasPrefix(name, of) {
			return false
		}
	}
	return !metric.OfNumbers(m)
}

// answers reports whether a metric is of answers, to which NaN is a wrong one.
func answers(m metric.Metric) bool {
	return m.Check(loss.Identity, 1) == nil && !metric.OfNumbers(m) || m.Check(loss.Identity, 5) == nil && !metric.OfNumbers(m)
}

// TestGolden: values of a few outputs, with weights and without, do not change.
func TestGolden(t *testing.T) {
	got := map[string]map[string]string{}
	batches := random(rand.New(rand.NewPCG(1, 1)), 20)
	for _, m := range all() {
		part := m.String()
		if spec, err := catalog.Parse(part); err == nil {
			part = spec.Name
		}
		if got[part] == nil {
			got[part] = map[string]string{}
		}
		for _, b := range batches {
			if suits(m, b) {
				got[part][m.String()+" "+b.name] = fmt.Sprintf("%.9g", b.value(t, m))
			}
		}
	}
	for part, values := range got {
		familytest.Golden(t, part, values)
	}
}

// problem is one of testdata/sklearn.json; compute.py says how they were made.
type problem struct {
	Name, Kind       string
	Targets, Outputs json.RawMessage
	Weights          []float32
	Values           map[string]float64
	WeightedValues   map[string]float64 `json:"weighted_values"`
}

// numbers reads a list, or a list of rows, as a matrix.
func numbers(t *testing.T, text json.RawMessage) tensor.Matrix {
	t.Helper()
	var rows [][]float32
	if json.Unmarshal(text, &rows) != nil {
		var list []float32
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		rows = nil
		for _, v := range list {
			rows = append(rows, []float32{v})
		}
	}
	return filled(len(rows), len(rows[0]), func(i, j int) float32 { return rows[i][j] })
}

// forms are the ways in which a problem can be put. Outputs are probabilities
// already, and taken as they are: a link would round them.
func (p problem) forms(t *testing.T) map[string]batch {
	y, want := numbers(t, p.Outputs), numbers(t, p.Targets)
	forms := map[string]batch{}
	labels := make([]int, want.Rows)
	for i := range labels {
		labels[i] = int(tensor.Row(want, i)[0])
	}
	if p.Kind == "multiclass" {
		forms["labels"] = batch{p.Name, loss.Softmax, y, y, data.Labels(labels)}
		return forms
	}
	link := loss.Sigmoid
	switch p.Kind {
	case "regression":
		link = loss.Identity
	case "quantiles":
		link = loss.Quantiles
	}
	forms["values"] = batch{p.Name, link, y, y, data.Values(want)}
	if p.Kind == "binary" {
		two := filled(y.Rows, 2, func(i, j int) float32 { return []float32{0.5, tensor.Row(y, i)[0]}[j] })
		forms["two labels"] = batch{p.Name, loss.Softmax, two, two, data.Labels(labels)}
	}
	return forms
}

// ofProbabilities reports whether a metric takes probabilities as they are, which of two classes are
// rounded each.
func ofProbabilities(m metric.Metric) bool {
	name := m.String()
	return strings.HasPrefix(name, "log_loss") || strings.HasPrefix(name, "brier") || strings.HasPrefix(name, "ece")
}

func TestScikitLearn(t *testing.T) {
	text, err := os.ReadFile("testdata/sklearn.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Problems []problem }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	compared := map[string]int{}
	for _, p := range file.Problems {
		for form, b := range p.forms(t) {
			for weighted, want := range map[string]map[string]float64{"": p.Values, " weighted": p.WeightedValues} {
				b.t.Weights = nil
				if weighted != "" {
					b.t.Weights = p.Weights
				}
				for _, m := range all() {
					w, ok := want[m.String()]
					undefined := strings.HasPrefix(m.String(), "roc_auc") || strings.HasPrefix(m.String(), "cohen_kappa")
					if !suits(m, b) || !ok && !undefined || form == "two labels" && ofProbabilities(m) {
						continue
					}
					if !ok {
						w = math.NaN() // a class did not come
					}
					compared[m.String()]++
					if got := b.value(t, m); !(math.Abs(got-w) <= 1e-9*math.Abs(w)+0x1p-50) && !(got != got && w != w) { // 2⁻⁵⁰: of 1, where sums cancel
						t.Errorf("%s%s as %s: %s is %v, want %v", p.Name, weighted, form, m, got, w)
					}
				}
			}
		}
	}
	for _, m := range all() {
		if compared[m.String()] < 2 {
			t.Errorf("%s was compared %d times", m, compared[m.String()])
		}
	}
}

// TestNilOptions: an option that is nil is an error of Check, and of Add where nobody has asked.
func TestNilOptions(t *testing.T) {
	y := filled(2, 1, func(i, _ int) float32 { return float32(i) })
	for _, test := range []struct {
		m    metric.Metric
		link loss.Link
	}{
		{metric.ROCAUC(nil), loss.Sigmoid},
		{metric.R2(metric.ByVariance(), nil), loss.Identity},
		{metric.ExplainedVariance(nil, metric.ByVariance()), loss.Identity},
	} {
		null := new(fault.NilError)
		if err := test.m.Check(test.link, 1); !errors.As(err, &null) {
			t.Errorf("%s: Check returns %v, want a *NilError", test.m, err)
		}
		if err := test.m.Start().Add(y, y, data.Values(y)); !errors.As(err, &null) {
			t.Errorf("%s: Add returns %v, want a *NilError", test.m, err)
		}
	}
}
