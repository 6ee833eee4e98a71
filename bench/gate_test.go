package bench

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// The gate is a module of its own and names what it measures by strings. That
// these are the suite's is tested here, in a clone: the module of neurona comes
// without the gate.

func gateFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("gate/" + name)
	if os.IsNotExist(err) {
		t.Skip("the gate is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGateKnowsTheVariables: the gate sets the variables that the suite reads.
func TestGateKnowsTheVariables(t *testing.T) {
	source := gateFile(t, "setting.go")
	for _, name := range []string{"NEURONA_BENCH", WithoutRoofs} {
		if !strings.Contains(source, fmt.Sprintf("= %q\n", name)) {
			t.Errorf("gate/setting.go has no constant that is %q", name)
		}
	}
}

// TestGateSubsetNamesTheSuite: each product, step and prediction of the gate's
// list is one of the suite's, so that no line matches nothing for good, and
// the large steps are trained and predicted.
func TestGateSubsetNamesTheSuite(t *testing.T) {
	known := map[string]bool{}
	for _, p := range Products() {
		for _, layout := range []Layout{Plain, Plan} {
			known[fmt.Sprintf("Gemm/%v/layout=%s", p, layout)] = true
		}
	}
	for _, step := range Steps() {
		known[fmt.Sprintf("TrainStep/%v", step)] = true
		for _, batch := range predictBatches {
			known[fmt.Sprintf("Predict/net=%s/batch=%d/activation=%s", step.Net(), batch, step.Activation)] = true
		}
	}
	seen := map[string]bool{}
	for line := range strings.Lines(gateFile(t, "subset.txt")) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line) // time or count, and a name
		if len(fields) == 0 {
			continue
		}
		what, on, ok := strings.Cut(fields[len(fields)-1], "/backend=native/isa=*/precision=")
		if !ok {
			continue // kernels and readers have no shape
		}
		if !known[what] {
			t.Errorf("gate/subset.txt: the suite has no %s", what)
		}
		precision, _, _ := strings.Cut(on, "/")
		seen[what+" "+precision] = true
	}
	for _, precision := range []string{"float32", "bf16"} {
		for _, step := range []string{
			"net=784-512-512-10/batch=256/activation=relu/loss=ce/optimizer=adam",
			"net=784-1024-1024-1024-10/batch=128/activation=relu/loss=ce/optimizer=adam",
			"net=1024-2048-2048-1024/batch=1024/activation=relu/loss=mse/optimizer=adam",
		} {
			net, _, _ := strings.Cut(step, "/")
			predicted := slices.ContainsFunc(predictBatches, func(batch int) bool {
				return seen[fmt.Sprintf("Predict/%s/batch=%d/activation=relu %s", net, batch, precision)]
			})
			if !seen["TrainStep/"+step+" "+precision] || !predicted {
				t.Errorf("%s in %s is not trained and predicted", step, precision)
			}
		}
	}
}
