package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestNothingIsFittedToOtherRows changes rows to validate and to test with: the model stays as it is, to the bit. It does not if a row to train on changes.
func TestNothingIsFittedToOtherRows(t *testing.T) {
	t.Parallel()
	table := func(change func(row int, cells []string)) string {
		var b strings.Builder
		b.WriteString("part,x,size_code,town,open,day,label\n")
		for i := range 100 {
			part := map[bool]int{true: 1}[i >= 60] + map[bool]int{true: 1}[i >= 80]
			cells := []string{fmt.Sprint(part), fmt.Sprintf("%d.5", i*17%97), fmt.Sprint(i % 4), []string{"rome", "oslo", "bern"}[i%3], []string{"yes", "no"}[i*7%11%2],
				fmt.Sprintf("2024-%02d-%02d", 1+i%12, 1+i*11%28), []string{"p", "q"}[i*17%97/50]}
			change(i, cells)
			b.WriteString(strings.Join(cells, ",") + "\n")
		}
		return b.String()
	}
	args := []string{"--data", "-", "--past-future", "part", "--validation", "0.25", "--epochs", "3"}
	weights := func(l *learnt) string {
		data, err := os.ReadFile(l.model)
		if err != nil {
			t.Fatal(err)
		}
		return string(data[8+binary.LittleEndian.Uint64(data):])
	}
	l := learn(t, table(func(int, []string) {}), args...)
	if l.start["train_rows"] != 60.0 || l.start["validation_rows"] != 20.0 || l.columns() != "(part constant), x number, size_code code, town category, open boolean, day date" {
		t.Fatalf("%v rows to train on, %v to validate; %s", l.start["train_rows"], l.start["validation_rows"], l.columns())
	}
	task, _ := l.saved(t)
	for name, change := range map[string]func(cells []string){
		"numbers":    func(cells []string) { cells[1] = "1e6" },
		"gaps":       func(cells []string) { cells[1], cells[2], cells[3], cells[4], cells[5] = "", "", "", "", "" },
		"words":      func(cells []string) { cells[1], cells[2], cells[4], cells[5] = "none", "four", "perhaps", "today" },
		"levels":     func(cells []string) { cells[2], cells[3] = "77", "kyiv" },
		"new labels": func(cells []string) { cells[6] = map[string]string{"p": "p", "q": "z"}[cells[6]] },
	} {
		other := learn(t, table(func(row int, cells []string) {
			if row >= 60 {
				change(cells)
			}
		}), args...)
		if got, _ := other.saved(t); got != task {
			t.Errorf("%s in rows that are not trained on change what the model says of its table:\n%s\nwant\n%s", name, got, task)
		}
		if weights(other) != weights(l) {
			t.Errorf("%s in rows that are not trained on change the weights", name)
		}
		trained := learn(t, table(func(row int, cells []string) {
			if row == 59 {
				change(cells)
			}
		}), args...)
		if got, _ := trained.saved(t); name != "new labels" && weights(trained) == weights(l) && got == task {
			t.Errorf("%s in a row that is trained on change nothing", name)
		}
	}
}
