package loss

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
)

// TestOptionsAreChecked expects a *HyperparameterError of Check for options that cannot be, and of the
// spelling for those that no network suits.
func TestOptionsAreChecked(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	values, labels := data.Values(testMatrix(2, 2, nought)), data.Labels([]int{0, 1})
	for _, c := range []struct {
		loss     Loss
		target   data.Target
		spelling string // none if it is right for other outputs
		says     string
	}{
		{SmoothL1(0), values, "smooth_l1(0)", "beta"},
		{SmoothL1(nan), values, "", "beta"},
		{SmoothL1(1e39), values, "smooth_l1(1e39)", "beta"},
		{Quantile(), values, "quantile([])", "number of taus is 0"},
		{Quantile(0.5, 1), values, "quantile([0.5, 1])", "tau"},
		{Quantile(0.5, 1e-60), values, "quantile([0.5, 1e-60])", "tau"},
		{Quantile(nan), values, "", "tau is NaN"},
		{Quantile(0.1, 0.5, 0.9), values, "", "number of outputs is 2, want 3 for each target"},
		{Poisson(Rate(0)), values, "poisson(rate, epsilon=0)", "epsilon"},
		{Poisson(nil), values, "poisson(epsilon=1e-3)", "option 0 is nil"},
		{Gaussian(Variances(-1)), values, "gaussian(variance, epsilon=-1)", "epsilon"},
		{Gaussian(nil), values, "gaussian(epsilon=1e-3)", "option 0 is nil"},
		{BinaryCrossEntropy(PositiveWeights()), values, "binary_cross_entropy(positive_weights=[])", "one above 0"},
		{BinaryCrossEntropy(PositiveWeights(1, -1)), values, "binary_cross_entropy(positive_weights=[1, -1])", "class 1 is -1"},
		{BinaryCrossEntropy(PositiveWeights(1, 1, 1)), values, "", "number of positive weights is 3, want 2"},
		{BinaryCrossEntropy(nil), values, "", "option 0 is nil"},
		{BinaryFocal(-1), values, "binary_focal(-1)", "gamma"},
		{BinaryFocal(inf), values, "binary_focal(1e39)", "gamma"},
		{BinaryFocal(2, Alpha(1)), values, "binary_focal(alpha=1)", "alpha"},
		{BinaryFocal(2, Alpha(0.5, 0.5)), values, "", "number of alphas is 2"},
		{BinaryFocal(2, nil), values, "", "option 0 is nil"},
		{Focal(nan), labels, "focal(-0.5)", "gamma"},
		{Focal(2, Alpha()), labels, "focal(alpha=[])", "one above 0"},
		{Focal(2, Alpha(0, 0)), labels, "focal(alpha=[0, 0])", "one above 0"},
		{Focal(2, Alpha(1, 2, 3)), labels, "", "number of alphas is 3, want 2"},
		{Focal(2, nil), labels, "", "option 0 is nil"},
		{CrossEntropy(Smoothing(1)), labels, "cross_entropy(smoothing=1)", "smoothing"},
		{CrossEntropy(Smoothing(nan)), labels, "cross_entropy(smoothing=-0.1)", "smoothing is NaN"},
		{MultiMargin(3, 1), labels, "multi_margin(3)", "p is 3"},
		{MultiMargin(1, 0), labels, "multi_margin(margin=0)", "margin"},
	} {
		var option *fault.HyperparameterError
		if err := c.loss.Check(c.target, 2, 2); !errors.As(err, &option) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want a *HyperparameterError that says %q", c.loss, err, c.says)
		}
		if l, err := Catalog().Parse(c.spelling); c.spelling != "" && err == nil {
			t.Errorf("%s is read as %v", c.spelling, l)
		}
	}
}

// TestNamesElsewhere: who writes PyTorch's names is told ours.
func TestNamesElsewhere(t *testing.T) {
	for spelling, want := range map[string]string{
		"smooth_l1_loss": "smooth_l1", "poisson_nll_loss(log_input=false)": "poisson", "bce_with_logits_loss": "binary_cross_entropy",
		"binary_cross_entropy(pos_weight=[1])": "positive_weights", "cross_entropy(weight=[1, 2])": "weights",
		"cross_entropy(label_smoothing=0.1)": "smoothing", "cross_entropy(ignore_index=-100)": "ignore", "kl_div_loss": "kl_div",
		"multi_margin_loss": "multi_margin", "sigmoid_focal_loss": "binary_focal", "gaussian(variance, eps=1e-6)": "epsilon", "pinball": "quantile([0.5])",
	} {
		if _, err := Catalog().Parse(spelling); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error that says %s", spelling, err, want)
		}
	}
}

// TestIgnoringCounts: rows that are ignored are neither right nor counted.
func TestIgnoringCounts(t *testing.T) {
	y, target := testMatrix(4, 2, func(_, j int) float32 { return float32(1 - j) }), data.Labels([]int{0, 0, 1, 0})
	for _, c := range []struct {
		loss           Loss
		right, counted int
		weight         float64
	}{
		{CrossEntropy(), 3, 4, 4}, {CrossEntropy(Ignore(1)), 3, 3, 3}, {CrossEntropy(Ignore(0)), 0, 1, 1},
		{CrossEntropy(Ignore(0), ClassWeights(3, 2)), 0, 1, 2}, {CrossEntropy(Ignore(-100)), 3, 4, 4},
	} {
		l := c.loss.(Ignoring)
		if right, counted, weight := l.Correct(y, target), l.Counted(target, 4), l.Weight(target, 4, 2); right != c.right || counted != c.counted || weight != c.weight {
			t.Errorf("%s: %d right of %d, weight %v; want %d of %d, weight %v", l, right, counted, weight, c.right, c.counted, c.weight)
		}
	}
	one := data.Values(testMatrix(1, 2, func(_, j int) float32 { return float32(j) }))
	if got := CrossEntropy(Ignore(0)).(Ignoring).Counted(one, 1); got != 1 {
		t.Errorf("%d of a distribution counted", got)
	}
}
