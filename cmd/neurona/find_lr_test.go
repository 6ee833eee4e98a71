package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFindRate: the rates that were tried, what is suggested, in text, as JSON and as a plot.
func TestFindRate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rates.svg")
	o := command(t, "", "train", "--data", "spiral", "--find-lr", "--plot", file)
	if o.code != 0 || !strings.Contains(o.stdout, "falls fastest") || !strings.Contains(o.stdout, "--lr ") {
		t.Errorf("%+v", o)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "<svg") || !strings.Contains(string(text), "learning rate") {
		t.Errorf("the plot is %d bytes, %v", len(text), err)
	}
	o = command(t, "", "train", "--data", "spiral", "--find-lr", "--json")
	lines := strings.Split(strings.TrimSpace(o.stdout), "\n")
	var e rateEvent
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &e); err != nil || o.code != 0 {
		t.Fatalf("%v: %+v", err, o)
	}
	if n := len(e.Rates); e.Event != "rates" || n < 20 || len(e.Losses) != n || len(e.Smoothed) != n || !(e.Suggestion > 0 && e.Suggestion <= e.Lowest) || !e.Diverged {
		t.Errorf("found %+v", e)
	}
	for _, flag := range []string{"--save=x", "--early-stop=3", "--metric=accuracy"} {
		if o := command(t, "", "train", "--data", "spiral", "--find-lr", "--validation", "0.1", flag); o.code != exitUsage || !strings.Contains(o.stderr, "trains no model") {
			t.Errorf("%s: %+v", flag, o)
		}
	}
}
