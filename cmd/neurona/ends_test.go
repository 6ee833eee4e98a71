package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDivergenceAtTheEnd makes the last step one after which weights are finite and outputs are not, which no loss tells: the model
// that was there stays, whatever there is to be judged by, and whatever has ended the training.
func TestDivergenceAtTheEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "good.safetensors")
	must(t, "", "train", "--quiet", "--epochs", "1", "--save", path)
	content := func() string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	good := content()
	for _, c := range []struct{ data, how string }{
		{caseFile("houses.csv"), "--optimizer sgd --lr 1e30"},
		{caseFile("houses.csv"), "--optimizer adam --lr 1e19"},
		{caseFile("houses.csv"), "--optimizer adam --lr 1e30"},
		{caseFile("dup_train.csv"), "--optimizer sgd --lr 1e30"},
		{caseFile("dup_train.csv"), "--optimizer adam --lr 1e25"},
		{"circle", "--optimizer adam --lr 1e30"},
	} {
		for _, rest := range []string{"--epochs 1", "--epochs 1 --test 0", "--epochs 9"} {
			if c.data == "circle" && strings.Contains(rest, "--test") {
				continue
			}
			args := strings.Fields("train --json --activation relu --batch 1000 --save " + path + " " + c.how + " " + rest + " --data " + c.data)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			stdout, stderr := &interrupter{event: "epoch", cancel: cancel}, &bytes.Buffer{}
			code := run(ctx, args, strings.NewReader(""), stdout, stderr)
			if want := "training has diverged: the model's output for row "; code != exitFailed || !strings.Contains(stderr.String(), want) || !strings.Contains(stderr.String(), "; nothing is written to "+path) {
				t.Errorf("%s %s: exit code %d, stderr %q, want %d and %q", c.how, rest, code, stderr, exitFailed, want)
			}
			if strings.Contains(stdout.String(), `"result"`) {
				t.Errorf("%s %s: there is a result: %s", c.how, rest, stdout)
			}
			if content() != good {
				t.Fatalf("%s %s: the model that was there is lost", c.how, rest)
			}
		}
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("there are %v (error %v), want the model alone", left, err)
	}
}

// TestInterruptSavesTheBest: what early stopping would have gone back to is in the file, not what the last epoch made.
func TestInterruptSavesTheBest(t *testing.T) {
	t.Parallel()
	// Labels that are noise: what is learnt of them makes the validation loss worse.
	var b strings.Builder
	b.WriteString("x,y,label\n")
	for i := range 120 {
		fmt.Fprintf(&b, "%d.5,%d.25,%c\n", i*37%101, i*53%97, 'a'+i*i%7%2)
	}
	path, dir := file(t, "noise.csv", b.String()), t.TempDir()
	train := func(name string, more ...string) (saved string, result map[string]any) {
		t.Helper()
		model := filepath.Join(dir, name)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		epochs := 0
		stdout, stderr := &interrupter{event: "epoch"}, &bytes.Buffer{}
		stdout.cancel = func() {
			if epochs++; epochs == 60 {
				cancel()
			}
		}
		args := append([]string{"train", "--json", "--data", path, "--label", "label", "--validation", "0.3", "--schedule", "constant", "--lr", "0.02", "--save", model}, more...)
		code := run(ctx, args, strings.NewReader(""), stdout, stderr)
		if want := map[bool]int{true: exitInterrupted, false: exitDone}[epochs == 60]; code != want {
			t.Fatalf("%s: exit code %d, want %d; stderr %q", name, code, want, stderr)
		}
		return savedFile(t, model), lastObject(t, stdout.String())
	}
	interrupted, result := train("interrupted", "--epochs", "100000", "--early-stop", "1000")
	best, ok := result["best_epoch"].(float64)
	if !ok || result["interrupted"] != true || !(best >= 1 && best < 50) {
		t.Fatalf("the best epoch is %v, want one long before the end: %v", result["best_epoch"], result)
	}
	if want, _ := train("best", "--epochs", fmt.Sprint(best)); interrupted != want {
		t.Errorf("the file has not the weights of epoch %v", best)
	}
	if last, _ := train("last", "--epochs", "100000"); interrupted == last {
		t.Error("the file has the weights of the last epoch: nothing has been tested")
	}
}

// TestTargetIsTold: people are told that an accuracy was chosen on the rows that it is said of, where that is so.
func TestTargetIsTold(t *testing.T) {
	t.Parallel()
	const chosen = "; target accuracy reached on the test rows, which it was chosen by\n"
	const watched = "; target accuracy reached on the validation rows\n"
	table := file(t, "flowers.csv", flowers(90))
	for _, c := range []struct{ args, want, not string }{
		{"--target-accuracy 0.3", chosen, watched},
		{"--target-accuracy 0.3 --validation 0.2", chosen, watched},
		{"--target-accuracy 0.3 --validation 0.2 --data " + table, watched, "chosen"},
		{"--epochs 1", "trained", "chosen"},
		{"--epochs 1 --validation 0.2 --data " + table, "trained", "chosen"},
	} {
		out := must(t, "", strings.Fields("train "+c.args)...)
		if !strings.Contains(out, c.want) || strings.Contains(out, c.not) {
			t.Errorf("%s: people are told\n%s\nwant %q", c.args, out, c.want)
		}
	}
}
