package bench

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
)

// partStep is the step that parts are measured in: 784-512-512-10, 256 rows, Adam.
func partStep() TrainStep {
	steps := Steps()
	return steps[slices.IndexFunc(steps, func(s TrainStep) bool { return s.Net() == "784-512-512-10" && s.Batch == 256 })]
}

// parts are networks for partStep with a part in them, by its name: every activation, every
// normalisation before a ReLU, dropout behind it, and a residual block around it.
func parts() (names, roots []string) {
	add := func(name, hidden string) {
		names = append(names, name)
		roots = append(roots, fmt.Sprintf("stack(dense(512), %[1]s, dense(512), %[1]s, dense(10))", hidden))
	}
	for _, p := range activation.Catalog().Parts() {
		if p.Name != "heaviside" { // which cannot be trained through
			add(p.Name, p.Name)
		}
	}
	add("prelu_per_feature", "prelu(per_feature)")
	for _, norm := range []string{"layer_norm", "rms_norm", "batch_norm"} {
		add(norm, norm+", relu")
	}
	add("dropout", "relu, dropout(0.2)")
	names = append(names, "residual")
	roots = append(roots, "stack(dense(512), relu, residual(dense(512), relu), dense(10))")
	return names, roots
}

// BenchmarkPart measures steps of partStep with another part in the network, each right after
// the same step with ReLU: x/relu is the ratio of the medians.
func BenchmarkPart(b *testing.B) {
	s := partStep()
	names, roots := parts()
	for i, name := range names {
		root, err := nn.Layers().Parse(roots[i])
		if err != nil {
			b.Fatal(err)
		}
		eachBackend(b, fmt.Sprintf("part=%s/", name), func(b *testing.B, be blas.Backend, precision blas.Precision) {
			plain, err := NewRun(be, s, 1, nn.Precision(precision))
			if err != nil {
				b.Fatal(err)
			}
			defer plain.Close()
			run, err := newRun(be, s, root, 1, nn.Precision(precision))
			if err != nil {
				b.Fatal(err)
			}
			defer run.Close()
			var times [2][]time.Duration
			step := func(which int, r *Run) {
				start := time.Now()
				if _, err := r.Step(); err != nil {
					b.Fatal(err)
				}
				times[which] = append(times[which], time.Since(start))
			}
			step(0, plain)
			step(1, run)
			for b.Loop() {
				step(0, plain)
				step(1, run)
			}
			var medians [2]float64
			for which := range times {
				slices.Sort(times[which])
				medians[which] = times[which][len(times[which])/2].Seconds()
			}
			b.ReportMetric(medians[1]/medians[0], "x/relu")
			b.ReportMetric(1e6*medians[1], "µs/step")
		})
	}
}

// TestParts: the networks of parts are networks.
func TestParts(t *testing.T) {
	names, roots := parts()
	for i, root := range roots {
		if _, err := nn.Layers().Parse(root); err != nil || strings.Contains(names[i], "/") {
			t.Errorf("%s: %v", names[i], err)
		}
	}
}
