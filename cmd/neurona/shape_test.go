package main

import (
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
)

// TestShape: the network of a saved model is the one that the flags ask for, and flags that ask for none say so.
func TestShape(t *testing.T) {
	for args, want := range map[string]string{
		"--hidden 5 --activation leaky_relu(slope=0.1)":                                        "stack(dense(5), leaky_relu(slope=0.1), dense(4))",
		"--hidden 6,6 --norm layer_norm --residual --dropout 0.1 --activation mish":            "stack(dense(6), layer_norm, mish, dropout(0.1), residual(dense(6), layer_norm, mish, dropout(0.1)), dense(4))",
		"--hidden 6,4,4 --norm batch_norm(momentum=0.2) --residual --activation relu":          "stack(dense(6, bias=false), batch_norm(momentum=0.2), relu, dense(4, bias=false), batch_norm(momentum=0.2), relu, residual(dense(4, bias=false), batch_norm(momentum=0.2), relu), dense(4))",
		"--hidden 4 --norm rms_norm(affine=false) --activation hard_tanh --init glorot_normal": "stack(dense(4), rms_norm(affine=false), hard_tanh, dense(4))",
	} {
		model := t.TempDir() + "/m.safetensors"
		o := command(t, "", append(strings.Fields("train --data blobs --epochs 1 --quiet --save "+model), strings.Fields(args)...)...)
		if o.code != 0 {
			t.Errorf("%s: %+v", args, o)
			continue
		}
		net, _, err := nn.LoadFile(model)
		if err != nil {
			t.Fatal(err)
		}
		if got := net.Layer().String(); got != want {
			t.Errorf("%s makes %s, want %s", args, got, want)
		}
		net.Close()
	}
	for args, want := range map[string]string{
		"--norm layer_nrom":             `did you mean "layer_norm"`,
		"--norm dropout":                "unknown layer",
		"--norm layer_norm(eps=1)":      "epsilon",
		"--hidden 4,5 --residual":       "as wide as the one before it",
		"--hidden none --residual":      "--residual needs a hidden layer",
		"--hidden none --norm rms_norm": "--norm needs a hidden layer",
		"--hidden none --dropout 0.5":   "--dropout needs a hidden layer",
		"--dropout 1":                   "--dropout is 1, want a probability",
		"--activation swish":            "silu",
		"--activation celu(alpha=0)":    "alpha",
		"--activation heaviside":        "derivative of zero",
		"--init he_norml":               "he_normal",
	} {
		o := command(t, "", append(strings.Fields("train --data blobs"), strings.Fields(args)...)...)
		if o.code != exitUsage || !strings.Contains(o.stderr, want) || o.stdout != "" {
			t.Errorf("%s: %+v, want %q", args, o, want)
		}
	}
}
