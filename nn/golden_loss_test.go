package nn

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
)

// goldenLoss is PyTorch's loss of those settings. It fails at one that it does not read.
func goldenLoss(t *testing.T, settings goldenSettings) loss.Loss {
	t.Helper()
	left := maps.Clone(settings)
	kind, normalizer := setting[string](t, left, "kind"), "weight_sum"
	if left["normalizer"] != nil {
		normalizer = setting[string](t, left, "normalizer")
	}
	name, ok := goldenLosses[kind]
	if !ok {
		t.Fatalf("no loss for the kind %q", kind)
	}
	var args []string
	for of := range settings {
		text := string(left[of])
		delete(left, of)
		switch {
		case of == "kind" || of == "normalizer":
		case kind == "poisson_nll" && of == "log_input":
			args = append(args, fmt.Sprintf("rate=%t", text == "false"))
		case kind == "poisson_nll" && of == "eps" && string(settings["log_input"]) == "true":
			// which counts where outputs are rates
		case kind == "gaussian_nll" && of == "variance":
			args = append(args, fmt.Sprintf("variance=%t", text == `"direct"`))
		case kind == "gaussian_nll" && of == "eps" && string(settings["variance"]) == `"exp"`:
			// no variance comes near it
		default:
			args = append(args, fmt.Sprintf("%s=%s", cmp.Or(goldenArguments[of], of), text))
		}
	}
	l, err := loss.Catalog().Parse(name + "(" + strings.Join(args, ", ") + ")")
	if err != nil {
		t.Fatalf("no loss for %s: %v", settings, err)
	}
	switch normalizer {
	case "weight_sum":
		return l
	case "count":
		return counting{l}
	}
	t.Fatalf("no loss that is divided by %s", normalizer)
	return nil
}

// goldenLosses are PyTorch's kinds by our names, and goldenArguments its settings.
var (
	goldenLosses = map[string]string{
		"mse": "mse", "mae": "mae", "huber": "huber", "smooth_l1": "smooth_l1", "log_cosh": "log_cosh", "quantile": "quantile",
		"poisson_nll": "poisson", "gaussian_nll": "gaussian", "binary_cross_entropy_with_logits": "binary_cross_entropy",
		"sigmoid_focal": "binary_focal", "softmax_focal": "focal", "hinge": "hinge", "squared_hinge": "squared_hinge",
		"cross_entropy": "cross_entropy", "kl_div": "kl_div", "multi_margin": "multi_margin",
	}
	goldenArguments = map[string]string{
		"pos_weight": "positive_weights", "class_weights": "weights", "label_smoothing": "smoothing", "ignore_index": "ignore", "eps": "epsilon",
	}
)

// counting is a loss that is divided by how many rows there are, whatever they weigh.
type counting struct{ loss.Loss }

func (c counting) Bind(k *kernels.Set) loss.Loss { return counting{loss.Bind(c.Loss, k)} }

func (c counting) Weight(t data.Target, rows, cols int) float64 {
	t.Weights = nil
	return c.Loss.Weight(t, rows, cols)
}
