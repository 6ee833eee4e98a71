package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestUnusedCategory: a level that is known and never comes makes no NaN, where it is trained on and where it is asked for.
func TestUnusedCategory(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("cut,x,label\n")
	for i := range 80 {
		fmt.Fprintf(&b, "%s,%d.5,%s\n", []string{"Fair", "Best"}[i%2], i*7%31, []string{"p", "q"}[i%2])
	}
	for name, args := range map[string][]string{
		"in the order":   {"--as", "cut=Fair<Good<Best"},
		"at its end":     {"--as", "cut=Fair<Best<Good"},
		"at its start":   {"--as", "cut=Good<Fair<Best"},
		"not trained on": {"--as", "cut=Fair<Good<Best", "--past-future", "x"}, // the only row with Good comes last
		"of a label":     {"--label", "cut", "--as", "cut=category"},
	} {
		text := b.String()
		if name == "not trained on" {
			text += "Good,99.5,q\n"
		}
		if args[0] != "--label" {
			args = append(args, "--label", "label")
		}
		l := learn(t, text, append([]string{"--data", "-"}, args...)...)
		for _, key := range []string{"test_loss", "test_accuracy"} {
			if v, ok := l.result[key].(float64); !ok || !(v >= 0 && v < 100) {
				t.Errorf("%s: %s is %v", name, key, l.result[key])
			}
		}
		rows, _ := l.likely(t, "cut,x,label\nFair,5.5,p\nGood,5.5,p\nBest,5.5,q\nnone,5.5,p\n,5.5,q\n")
		if len(rows) != 5 {
			t.Errorf("%s: answers are %q", name, rows)
		}
		for _, row := range rows {
			for _, p := range numbers(t, strings.Split(row, ",")[1:]) {
				if !(p >= 0 && p <= 1) {
					t.Errorf("%s: an answer is %q", name, row)
				}
			}
		}
	}
}

// TestTimeZonesThatMix: a column of dates in several zones, or in one and in none, is no column of dates, and its error says what helps.
func TestTimeZonesThatMix(t *testing.T) {
	t.Parallel()
	for zones, mixed := range map[[2]string]bool{
		{"Z", "+02:00"}: true, {"", "+02:00"}: true, {"+01:00", "+02:00"}: true, {"Z", ""}: true, {"Z", "-05:30"}: true,
		{"Z", "Z"}: false, {"+02:00", "+02:00"}: false, {"", ""}: false,
	} {
		var b strings.Builder
		b.WriteString("when,x,label\n")
		for i := range 60 {
			zone := zones[0]
			if i == 37 { // one cell is enough
				zone = zones[1]
			}
			fmt.Fprintf(&b, "2024-%02d-%02dT10:%02d:00%s,%d.5,%s\n", 1+i%12, 1+i%28, i, zone, i*7%31, []string{"p", "q"}[i%2])
		}
		path := file(t, "zones.csv", b.String())
		o := command(t, "", "train", "--data", path, "--epochs", "1")
		if !mixed {
			if o.code != exitDone || !strings.Contains(o.stdout, "1 number, 1 date") {
				t.Errorf("%q: exit code %d, stderr %q, stdout %q", zones, o.code, o.stderr, o.stdout)
			}
			continue
		}
		for _, want := range []string{`column 1 ("when"): `, "time zones: ", "--as when=category"} {
			if o.code != exitFailed || !strings.Contains(o.stderr, want) {
				t.Errorf("%q: exit code %d, stderr %q, want %d and %q", zones, o.code, o.stderr, exitFailed, want)
			}
		}
		if out := strings.Join(inspected(t, path), "\n"); !strings.Contains(out, "time zones: ") || !strings.Contains(out, "refused") {
			t.Errorf("%q: inspect says %s", zones, out)
		}
		for _, args := range [][]string{{"--as", "when=category"}, {"--drop", "when"}} {
			if o := command(t, "", append([]string{"train", "--data", path, "--epochs", "1"}, args...)...); o.code != exitDone {
				t.Errorf("%q: %q: exit code %d, stderr %q", zones, args, o.code, o.stderr)
			}
		}
	}
	// A model that has learnt one zone takes a time in another for missing, and says so.
	var b strings.Builder
	b.WriteString("when,x,label\n")
	for i := range 60 {
		fmt.Fprintf(&b, "2024-%02d-%02dT10:%02d:00+02:00,%d.5,%s\n", 1+i%12, 1+i%28, i, i*7%31, []string{"p", "q"}[i%2])
	}
	l := learn(t, b.String(), "--data", "-", "--label", "label", "--epochs", "1", "--test", "0")
	answers, stderr := l.answers(t, "when,x\n2024-05-05T10:04:00+02:00,5.5\n2024-05-05T10:04:00Z,5.5\n2024-05-05T10:04:00,5.5\n")
	if want := "neurona: column when: 2 cells not of the column's kind, taken for missing (\"2024-05-05T10:04:00Z\", \"2024-05-05T10:04:00\")\n"; len(answers) != 3 || stderr != want {
		t.Errorf("answers are %q, stderr is %q, want %q", answers, stderr, want)
	}
}

// TestRareLevels: which levels have a feature of their own follows the flags, and all that is left shares one.
func TestRareLevels(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("town,x,label\n")
	for i := range 100 {
		town := "a"
		switch {
		case i >= 99:
			town = "e"
		case i >= 96:
			town = "d"
		case i >= 84:
			town = "c"
		case i >= 50:
			town = "b"
		}
		fmt.Fprintf(&b, "%s,%d.5,%s\n", town, i*7%31, []string{"p", "q"}[i%2])
	}
	for _, c := range []struct {
		args         string
		levels, rare string
		features     float64
	}{
		{"--rare-below 1", "a b c d e", "", 6},
		{"--rare-below 3", "a b c d", "e", 6},
		{"--rare-below 12", "a b c", "d e", 5},
		{"--rare-below 13", "a b", "c d e", 4},
		{"--rare-below 1 --max-levels 2", "a b", "c d e", 4},
		{"--rare-below 1 --max-levels 1", "a", "b c d e", 3},
		{"--rare-below 3 --max-levels 4", "a b c d", "e", 6},
		{"", "a b c d", "e", 6},
	} {
		l := learn(t, b.String(), append([]string{"--data", "-", "--label", "label", "--test", "0"}, strings.Fields(c.args)...)...)
		_, columns := l.saved(t)
		levels, rare := columns[0].Levels, columns[0].Rare
		slices.Sort(levels)
		slices.Sort(rare)
		if got := strings.Join(levels, " "); got != c.levels || strings.Join(rare, " ") != c.rare || l.start["features"] != c.features {
			t.Errorf("%q: levels %q, rare ones %q, %v features, want %q, %q, %v", c.args, got, rare, l.start["features"], c.levels, c.rare, c.features)
		}
		// Rare levels are known: they are answered alike, and not counted as unseen. With none of them, what is unseen is no level.
		rows, stderr := l.likely(t, "town,x\na,5.5\ne,5.5\nd,5.5\nzzz,5.5\n")
		alike := rows[1] == rows[2]
		if want := strings.Contains(c.rare, "d e"); alike != want && c.rare != "" {
			t.Errorf("%q: e is answered %q, d %q", c.args, rows[1], rows[2])
		}
		if strings.Count(stderr, "never seen in training") != 1 || !strings.Contains(stderr, "1 cell never seen in training (\"zzz\")") {
			t.Errorf("%q: stderr is %q", c.args, stderr)
		}
	}
	for args, want := range map[string]string{"--rare-below -1": "--rare-below is -1, want at least 0", "--max-levels 0": "--max-levels is 0, want at least 1", "--rare-below x": "rare-below"} {
		if o := command(t, b.String(), append([]string{"train", "--data", "-"}, strings.Fields(args)...)...); o.code != exitUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: exit code %d, stderr %q, want %q", args, o.code, o.stderr, want)
		}
	}
}
