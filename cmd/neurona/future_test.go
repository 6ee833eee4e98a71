package main

import (
	"fmt"
	"strings"
	"testing"
)

// days is a table of a number for each day, which goes up and down once a month: what lies between days is easily told, and
// what comes after them is not.
func days(n int) string {
	var b strings.Builder
	b.WriteString("day,site,level\n")
	for i := range n {
		fmt.Fprintf(&b, "2024-%02d-%02d,%s,%d.5\n", i/28%12+1, i%28+1, string(rune('a'+i%5)), (i*i/40)%97)
	}
	return b.String()
}

// TestFuture: a table with a past and a future is judged by both ways of dividing it.
func TestFuture(t *testing.T) {
	t.Parallel()
	path := file(t, "days.csv", days(300))
	o := command(t, "", "train", "--data", path, "--epochs", "20", "--json")
	if o.code != exitDone || !strings.Contains(o.stderr, "column day: the rows are in its order") {
		t.Fatalf("exit code %d, stderr %q", o.code, o.stderr)
	}
	r := lastObject(t, o.stdout)
	future, ok := r["future"].(map[string]any)
	if !ok {
		t.Fatalf("there is no future in %v", r)
	}
	wantKeys(t, future, "column", "test_rows", "test_accuracy", "test_loss", "test_rmse", "test_r2")
	if future["column"] != "day" || future["test_rows"] != 60.0 || !(future["test_rmse"].(float64) > 0) {
		t.Errorf("the future is %v", future)
	}
	// It is what a training by time says by itself, which has no second one.
	alone := lastObject(t, must(t, "", "train", "--data", path, "--epochs", "20", "--json", "--past-future", "day"))
	if alone["test_rmse"] != future["test_rmse"] || alone["test_rmse"] == r["test_rmse"] || alone["future"] != nil {
		t.Errorf("by time %v, beside a random division %v", alone, future)
	}
	if r := lastObject(t, must(t, "", "train", "--data", path, "--epochs", "2", "--json", "--group", "site")); r["future"] != nil {
		t.Errorf("groups have a future too: %v", r)
	}
	if out := must(t, "", "train", "--data", path, "--epochs", "2"); !strings.Contains(out, "trained on the past and tested on the future by column day") {
		t.Errorf("people are not told: %s", out)
	}
	if r := lastObject(t, must(t, "", "train", "--data", file(t, "houses.csv", houses(60)), "--epochs", "2", "--json")); r["future"] != nil {
		t.Errorf("houses have a future: %v", r)
	}
}

// TestFutureColumn: of several columns of times, it is the one in whose order the rows are that tells past from future.
func TestFutureColumn(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("birthday,#3,size,y\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d-03-%02d,2024-%02d-%02d,%d.5,%d.25\n", 1950+i*7%40, i*5%28+1, i/28+1, i%28+1, i*3%11, i*7%13)
	}
	r := lastObject(t, applied(t, "", "train", "--data", file(t, "born.csv", b.String()), "--epochs", "2", "--json"))
	if future, _ := r["future"].(map[string]any); future["column"] != "#3" {
		t.Errorf("the future is %v, want that of the column #3, the second", r["future"])
	}
}

// TestFutureOfNumbers: times that are numbers have a past and a future, and are doubted once, though they recur; what a table is sorted by is not.
func TestFutureOfNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		cell func(i int) int
		want bool
	}{
		{"at", func(i int) int { return 1_700_000_000 + i/2 }, true},
		{"year", func(i int) int { return 2000 + i/5 }, true},
		{"year", func(i int) int { return 2000 + i*7%20 }, true},
		{"rooms", func(i int) int { return 1 + i/20 }, false},
	} {
		var b strings.Builder
		fmt.Fprintf(&b, "%s,size,price\n", c.name)
		for i := range 100 {
			fmt.Fprintf(&b, "%d,%d.5,%d.25\n", c.cell(i), i*3%11, i*7%53)
		}
		l := learn(t, b.String(), "--data", "-", "--epochs", "2")
		future, told := l.result["future"].(map[string]any)
		if d := l.doubted("time"); told != c.want || len(d) > 1 || (len(d) == 1) != c.want || told && (future["column"] != c.name || future["test_rmse"] == l.result["test_rmse"]) {
			t.Errorf("%s from %d on: the future is %v, doubts are %q", c.name, c.cell(0), l.result["future"], d)
		}
	}
}
