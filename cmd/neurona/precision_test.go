package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Of all backends gonum is the one that has bf16 on no machine.

// noBF16 is the line on standard error for bf16 on gonum.
const noBF16 = "neurona: --precision is bf16, products are float32: backend gonum multiplies in float32 only\n"

// wantPrecision checks what an event says of precision.
func wantPrecision(t *testing.T, event map[string]any, used, asked string, why any) {
	t.Helper()
	if event["precision"] != used || event["asked_precision"] != asked || event["precision_why"] != why {
		t.Errorf("%v: precision is %v, asked was %v, because %v; want %s, %s, %v", event["event"],
			event["precision"], event["asked_precision"], event["precision_why"], used, asked, why)
	}
}

// TestPrecisionFallsBack asks for bf16 where there is none: the note stands on
// standard error once, whatever else is written.
func TestPrecisionFallsBack(t *testing.T) {
	t.Parallel()
	const why = "backend gonum multiplies in float32 only"
	folder := t.TempDir()
	asked, plain := filepath.Join(folder, "asked"), filepath.Join(folder, "plain")
	o := command(t, "", "train", "--backend", "gonum", "--precision", "medium", "--epochs", "2", "--json", "--save", asked)
	if o.code != exitDone || o.stderr != noBF16 {
		t.Errorf("exit code %d, stderr %q, want %q", o.code, o.stderr, noBF16)
	}
	all := lines(t, o.stdout)
	wantPrecision(t, object(t, all[0]), "float32", "bf16", why)
	wantPrecision(t, lastObject(t, o.stdout), "float32", "bf16", why)

	out := must(t, "", "train", "--backend", "gonum", "--epochs", "2", "--save", plain)
	if !strings.Contains(out, ", float32\n") {
		t.Errorf("the report does not say float32:\n%s", out)
	}
	var models [2]string
	for i, path := range []string{asked, plain} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		models[i] = string(data)
	}
	if models[0] != models[1] {
		t.Error("the precision asked for is in the model")
	}

	for _, args := range [][]string{
		{"train", "--quiet", "--epochs", "1"},
		{"eval", asked},
		{"predict", asked, "--header", "no"},
	} {
		o := command(t, "0,0\n", append(args, "--backend", "gonum", "--precision", "bf16")...)
		if o.code != exitDone || o.stderr != noBF16 {
			t.Errorf("%s: exit code %d, stderr %q, want %q", args[0], o.code, o.stderr, noBF16)
		}
	}
	o = command(t, "", "eval", asked, "--backend", "gonum", "--precision", "bf16", "--json")
	wantPrecision(t, lastObject(t, o.stdout), "float32", "bf16", why)
}

func TestStrictPrecision(t *testing.T) {
	t.Parallel()
	o := command(t, "", "train", "--backend", "gonum", "--precision", "bf16x3", "--strict-precision")
	const want = "neurona: --strict-precision: nn: precision would be float32 on backend gonum, want bf16x3: backend gonum multiplies in float32 only\n"
	if o.code != exitFailed || o.stderr != want || o.stdout != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q, want %q", o.code, o.stdout, o.stderr, want)
	}
	must(t, "", "train", "--backend", "gonum", "--strict-precision", "--epochs", "1")
}

// TestInfoPrecisions asks for a precision that the backend does not have.
func TestInfoPrecisions(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	const why = "backend gonum multiplies in float32 only"
	i := lastObject(t, must(t, "", "info", "--json", "--backend", "gonum", "--precision", "bf16", "--net", "5-4-3", "--batch", "2"))
	wantPrecision(t, i, "float32", "bf16", why)
	wantPrecision(t, i["network"].(map[string]any), "float32", "bf16", why)
	list := i["precisions"].([]any)
	if len(list) != len(precisions()) {
		t.Fatalf("%d precisions, want %d", len(list), len(precisions()))
	}
	for j, p := range list {
		p := p.(map[string]any)
		name := precisions()[j]
		only := name == "float32"
		if p["name"] != name || p["available"] != only || p["chosen"] != only || (p["why"] == nil) != only {
			t.Errorf("got %v for %s", p, name)
		}
	}
	out := must(t, "", "info", "--backend", "gonum", "--precision", "bf16", "--net", "5-4-3", "--batch", "2")
	for _, want := range []string{
		"precisions of gonum\n  - bf16x6    " + why + "\n  * float32   chosen\n  - bf16x3    " + why + "\n  - bf16      " + why + "\n",
		"precision float32: bf16 was asked for, but " + why + "\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

// TestPrecisionOfSmallNetworks trains one that is too small for any other precision on
// every machine: events say so.
func TestPrecisionOfSmallNetworks(t *testing.T) {
	o := command(t, "", "train", "--data", "xor", "--precision", "bf16", "--epochs", "2", "--json")
	event := lastObject(t, o.stdout)
	if event["precision"] != "float32" || event["asked_precision"] != "bf16" || event["precision_why"] == nil {
		t.Errorf("precision %v, asked was %v, because %v; want float32, bf16 and a reason", event["precision"], event["asked_precision"], event["precision_why"])
	}
}
