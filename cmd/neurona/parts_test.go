package main

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/parts.md")

// TestPartsPage: docs/parts.md is what the catalogues say.
func TestPartsPage(t *testing.T) {
	const path = "../../docs/parts.md"
	var want strings.Builder
	if err := writePartsMarkdown(&want, partFamilies()); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("%s is not what the catalogues say (go test ./cmd/neurona -run Parts -update writes it)", path)
	}
}

// TestParts lists all families, one, a part, and suggests for what there is not.
func TestParts(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want []string // of standard output, or of standard error
		fail int
	}{
		{[]string{"parts"}, []string{"activation (--activation)", "leaky_relu(slope=0.01)", "torch.nn.Mish", "rule (--optimizer)", "adamw(", "metric"}, 0},
		{[]string{"parts", "loss"}, []string{"huber(delta=1)"}, 0},
		{[]string{"parts", "losses"}, []string{"huber(delta=1)"}, 0},
		{[]string{"parts", "activations"}, []string{"gelu_tanh"}, 0},
		{[]string{"parts", "celu"}, []string{"activation celu(alpha=1)", "formula:", "1 by default"}, 0},
		{[]string{"parts", "metric", "--markdown"}, []string{"## metric", "| `accuracy"}, 0},
		{[]string{"parts", "lossy"}, []string{`"lossy"`, "loss"}, exitUsage},
		{[]string{"parts", "gelu", "--json"}, []string{"not of a part"}, exitUsage},
		{[]string{"parts", "--markdown", "--json"}, []string{"exclude each other"}, exitUsage},
		{[]string{"parts", "optimizer"}, []string{"rule (--optimizer)", "adamw("}, 0},
		{[]string{"parts", "optimizers", "lion"}, []string{"rule lion("}, 0},
		{[]string{"parts", "init", "constant"}, []string{"initialiser constant(value=0)"}, 0},
		{[]string{"parts", "loss", "mse"}, []string{"loss mse", "formula:"}, 0},
		{[]string{"parts", "loss", "msee"}, []string{`unknown loss "msee", did you mean "mse"?`}, exitUsage},
		{[]string{"parts", "schedule", "constant"}, []string{"schedule constant"}, 0},
		{[]string{"parts", "lss", "mse"}, []string{`unknown family "lss", did you mean "loss"?`}, exitUsage},
		{[]string{"parts", "loss", "mse", "--json"}, []string{"not of a part"}, exitUsage},
		{[]string{"parts", "a", "b", "c"}, []string{`unexpected argument "c"`}, exitUsage},
	} {
		o := command(t, "", tt.args...)
		code, text := o.code, o.stdout
		if tt.fail != 0 {
			text = o.stderr
		}
		for _, want := range tt.want {
			if code != tt.fail || !strings.Contains(text, want) {
				t.Errorf("%v: exit %d, %q, want %q in it and exit %d", tt.args, code, text, want, tt.fail)
			}
		}
	}
	lines := 0
	for line := range strings.Lines(command(t, "", "parts", "--json").stdout) {
		var e partEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Family == "" || e.Usage == "" || e.Help == "" || e.Example == "" {
			t.Errorf("%q: %v", line, err)
		}
		lines++
	}
	total := 0
	for _, f := range partFamilies() {
		total += len(f.Names())
	}
	if lines != total {
		t.Errorf("%d parts as JSON, want %d", lines, total)
	}
}
