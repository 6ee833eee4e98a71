package main

import (
	"bytes"
	"context"
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
			if want := "training has diverged: the model's output for row 1 is "; code != exitFailed || !strings.Contains(stderr.String(), want) || !strings.Contains(stderr.String(), "; nothing is written to "+path) {
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
