package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
)

// TestTrainingFlags: what flags add to the loss and the optimizer, and what goes beside nothing.
func TestTrainingFlags(t *testing.T) {
	for _, args := range []string{
		"--label-smoothing 0.1", "--label-smoothing 0.1 --loss cross_entropy(weights=[1,1,1,2])", "--ema 0.9", "--ema 0.9 --hidden 16,16,16 --optimizer muon(lr=0.02)",
		"--clip-value 0.1", "--clip-value 0.1 --optimizer lion",
	} {
		o := command(t, "", append(strings.Fields("train --data blobs --epochs 20 --json"), strings.Fields(args)...)...)
		var result struct {
			Accuracy float64 `json:"test_accuracy"`
		}
		lines := strings.Split(strings.TrimSpace(o.stdout), "\n")
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &result); err != nil || o.code != 0 || !(result.Accuracy > 0.9) {
			t.Errorf("%s: accuracy %v (%v), %s", args, result.Accuracy, err, o.stderr)
		}
		if smooth := strings.Contains(args, "smoothing"); smooth != strings.Contains(o.stdout, "smoothing=0.1") {
			t.Errorf("%s: the loss is another one: %s", args, lines[0])
		}
	}
	for args, want := range map[string]string{
		"--label-smoothing 1":                                       "want a fraction",
		"--label-smoothing 0.1 --loss hinge":                        "that of cross_entropy",
		"--label-smoothing 0.1 --loss cross_entropy(smoothing=0.2)": "that of cross_entropy",
		"--ema 1":                        "at least 0 and below 1",
		"--ema 0.9 --optimizer ema(sgd)": "an ema already",
		"--clip-value -1":                "at least 0",
		"--clip-value 1 --clip-norm 1":   "exclude each other",
	} {
		if o := command(t, "", append(strings.Fields("train --data blobs"), strings.Fields(args)...)...); o.code != exitUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: %+v, want %q", args, o, want)
		}
	}
}

// TestEffects: settings that come to nothing are noted, on standard error and in the start event, and others are not.
func TestEffects(t *testing.T) {
	for args, want := range map[string]string{
		"--ema 0.9999":                                          "forgets 0.0001 of itself in a step",
		"--optimizer ema(sgd)":                                  "such as 0.92",
		"--optimizer ema(sgd,decay=0.9)":                        "",
		"--init constant(0.5)":                                  "makes all neurons of a hidden layer alike",
		"--init constant(0.5) --hidden none":                    "",
		"--init orthogonal":                                     "",
		"--schedule sequence(linear(from=0.1,to=1),400,cosine)": "cosine is not reached: 400 steps go before it, of the 126 of the training",
		"--schedule warmup(30,sequence(constant,100,cosine))":   "cosine is not reached: 100",
		"--schedule sequence(cosine,0,linear)":                  "cosine has 0 steps",
		"--schedule sequence(constant,100,cosine)":              "",
		// Two epochs of 63 steps.
		"--schedule per_epoch(sequence(constant,2,step(1)))":                       "step(1) is not reached: 2 epochs go before it, of the 2 of the training",
		"--schedule per_epoch(sequence(constant,1,step(1)))":                       "",
		"--schedule per_epoch(sequence(step(1),0,constant))":                       "step(1) has 0 epochs, of the 2 of the training",
		"--schedule sequence(constant,62,per_epoch(sequence(step(1),1,constant)))": "",
		"--schedule sequence(constant,63,per_epoch(sequence(step(1),1,constant)))": "step(1) has 0 epochs",
		"--schedule sequence(per_epoch(sequence(constant,1,step(1))),63,constant)": "step(1) is not reached: 1 epoch goes",
		"--schedule sequence(sequence(constant,40,step(3)),40,cosine)":             "step(3) is not reached: 40 steps go before it",
		"--schedule sequence(constant,40,warmup(90,cosine))":                       "cosine is not reached: 90 steps go before it",
		"--schedule sequence(constant,40,warmup(90,constant))":                     "",
		"--warmup 30 --schedule sequence(constant,96,cosine)":                      "cosine is not reached: 96 steps go before it",
		"--warmup 30 --schedule sequence(constant,95,cosine)":                      "",
		"--warmup 70 --schedule per_epoch(sequence(constant,1,step(1)))":           "constant has 0 epochs",
		"--schedule per_epoch(warmup(1,step(1)))":                                  "",
		"--schedule sequence(constant,20,per_epoch(sequence(constant,5,step(1))))": "step(1) is not reached: 5 epochs go before it, of the 2 of the training",
		"--norm batch_norm --batch 37":                                             "the last batch of an epoch, which has one row, is left out",
		"--norm batch_norm --batch 38":                                             "",
		"--norm layer_norm --batch 37":                                             "",
	} {
		o := command(t, "", append(strings.Fields("train --data moons --rows 1000 --epochs 2 --json"), strings.Fields(args)...)...)
		notes := fmt.Sprint(object(t, lines(t, o.stdout)[0])["notes"])
		if o.code != 0 || (want == "") != (o.stderr == "") || !strings.Contains(o.stderr, want) || want != "" && !strings.Contains(notes, want) {
			t.Errorf("%s: exit code %d, %q, notes %s, want %q", args, o.code, o.stderr, notes, want)
		}
	}
}

// TestSaysSettings: what is set is in the start event and in the summary, and what is not is in none.
func TestSaysSettings(t *testing.T) {
	const flags = "--hidden 6,6 --norm layer_norm --residual --dropout 0.1 --init he_normal --ema 0.9 --clip-norm 2 --accumulate 3 --warmup 4 --optimizer sgd --momentum 0.8 --weight-decay 0.01"
	keys := map[string]any{
		"norm": "layer_norm", "residual": true, "dropout": 0.1, "init": "he_normal", "ema": 0.9, "clip_norm": 2.0, "accumulate": 3.0, "warmup": 4.0, "momentum": 0.8, "weight_decay": 0.01,
	}
	args := strings.Fields("train --data moons --epochs 2 --json")
	plain, set := object(t, lines(t, must(t, "", args...))[0]), object(t, lines(t, must(t, "", append(args, strings.Fields(flags)...)...))[0])
	for key, want := range keys {
		if _, there := plain[key]; there || set[key] != want {
			t.Errorf("%s is %v, and %v if set, want nothing and %v", key, plain[key], set[key], want)
		}
	}
	out := must(t, "", append(args[:5:5], strings.Fields(flags)...)...)
	for _, want := range []string{"first by he_normal", "layer_norm", "(dropout 0.1)", "+6", "momentum 0.8, weight decay 0.01, warmup 4, ema 0.9, clip norm 2, batches of 16 (3 to a step), 2 epochs"} {
		if !strings.Contains(out, want) {
			t.Errorf("the summary lacks %q:\n%s", want, out)
		}
	}
}

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
