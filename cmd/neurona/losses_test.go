package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// TestLosses trains by each kind of loss, and applies the model: quantities come in the data's unit, whatever
// outputs are of them, and classes by their names.
func TestLosses(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("a,b,price,count,kind,three\n")
	var answers [][]string
	for i := range 300 {
		a, b := float64(i*37%101)/50-1, float64(i*53%97)/48-1
		answers = append(answers, []string{
			fmt.Sprintf("%.3f", 30*a-10*b+100+2*math.Sin(float64(i))), fmt.Sprint(int(math.Exp(1.5*a + 1))),
			map[bool]string{true: "yes", false: "no"}[a+b > 0], []string{"x", "y", "z"}[int(math.Floor(1.4999*(a+1)))],
		})
		fmt.Fprintf(&table, "%.3f,%.3f,%s\n", a, b, strings.Join(answers[i], ","))
	}
	columns := []string{"price", "count", "kind", "three"}
	train := func(column int, spelling string, more ...string) []string {
		return append([]string{"--data", "-", "--only", "a", "--only", "b", "--label", columns[column], "--loss", spelling, "--epochs", "40"}, more...)
	}
	for _, c := range []struct {
		column   int
		spelling string
		least    float64 // R² or accuracy of all rows
		above    float64 // part of the rows that predictions are at least of, for quantities
	}{
		{0, "smooth_l1(beta=0.5)", 0.9, 0.5},
		{0, "log_cosh", 0.9, 0.5},
		{0, "quantile([0.9])", 0.8, 0.85},
		{1, "poisson", 0.7, 0.5},
		{2, "hinge", 0.9, 0},
		{2, "squared_hinge", 0.9, 0},
		{2, "binary_focal(alpha=0.4)", 0.9, 0},
		{2, "binary_cross_entropy(positive_weights=[1.5])", 0.9, 0},
		{3, "focal", 0.85, 0},
		{3, "cross_entropy(weights=[1, 2, 1], smoothing=0.1)", 0.85, 0},
	} {
		t.Run(columns[c.column]+"/"+c.spelling, func(t *testing.T) {
			t.Parallel()
			l := learn(t, table.String(), train(c.column, c.spelling)...)
			predicted := strings.Fields(must(t, table.String(), "predict", l.model, "-"))[1:]
			if len(predicted) != len(answers) {
				t.Fatalf("%d predictions of %d rows", len(predicted), len(answers))
			}
			right, squares, spread, above, mean := 0.0, 0.0, 0.0, 0.0, 0.0
			number := func(text string) float64 {
				v, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			n := float64(len(answers))
			for i, got := range predicted {
				want := answers[i][c.column]
				if c.column > 1 {
					if got == want {
						right += 1 / n
					}
					continue
				}
				mean += number(want) / n
			}
			if c.column < 2 {
				for i, got := range predicted {
					want := number(answers[i][c.column])
					squares += (number(got) - want) * (number(got) - want)
					spread += (want - mean) * (want - mean)
					if number(got) >= want {
						above += 1 / n
					}
				}
				right = 1 - squares/spread
			}
			if !(right >= c.least) || c.above > 0 && !(math.Abs(above-c.above) <= 0.25) {
				t.Errorf("R² or accuracy %.3f, want %v at least; %.3f of the rows are below what is predicted, want about %v", right, c.least, above, c.above)
			}
		})
	}
	for _, c := range []struct {
		column         int
		spelling, says string
		more           []string
	}{
		{0, "quantile([0.1, 0.5, 0.9])", "several numbers of one column", nil},
		{0, "gaussian", "mean_variance", nil},
		{0, "hinge", "240 classes, not two", nil},
		{1, "poisson", "want none beside --loss poisson", []string{"--scale-target", "standardise"}},
		{1, "poisson(rate=true)", "want poisson, without rate", nil},
		{2, "kl_div", "distributions", nil},
		{2, "multi_margin", "scores", nil},
		{2, "poisson", "kind", nil},
		{3, "hinge", "3 classes", nil},
		{3, "focal(alpha=[1, 2])", "number of alphas is 2, want 3", nil},
		{0, "pinball", "quantile([0.5])", nil},
		{0, "sigmoid_focal_loss", "binary_focal", nil},
		{0, "cross_entropy(label_smoothing=0.1)", "smoothing", nil},
	} {
		o := command(t, table.String(), append([]string{"train"}, train(c.column, c.spelling, c.more...)...)...)
		if o.code == exitDone || !strings.Contains(o.stderr, c.says) {
			t.Errorf("%s of %s: exit code %d, %q, want an error that says %q", c.spelling, columns[c.column], o.code, o.stderr, c.says)
		}
	}
}
