package main

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// TestLibraryIsTheCommand: what a program makes of a table is what the command makes of it, but for the command's own line.
func TestLibraryIsTheCommand(t *testing.T) {
	t.Parallel()
	const penguins = "../../datasets/table/testdata/penguins.train.csv"
	for name, c := range map[string]struct {
		data, label, args string
		opts              []model.Option
	}{
		"classes":    {penguins, "species", "", nil},
		"numbers":    {penguins, "body_mass_g", "", nil},
		"validation": {penguins, "species", "--validation 0.2 --early-stop 3 --epochs 20 --seed 7", []model.Option{model.Validation(0.2), model.EarlyStop(3), model.Epochs(20), model.Seed(7)}},
		"options": {penguins, "sex", "--loss cross_entropy --label-smoothing 0.1 --missing drop --scale robust --drop island --test 0", []model.Option{
			model.Loss("cross_entropy"), model.LabelSmoothing(0.1), model.DropGaps(), model.Encode(table.ScaleBy(table.Robust)), model.Infer(table.Drop("island")), model.Test(0)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, "command")
			if o := command(t, "", append([]string{"train", "--data", c.data, "--label", c.label, "--save", path}, strings.Fields(c.args)...)...); o.code != exitDone {
				t.Fatalf("exit code %d, %s", o.code, o.stderr)
			}
			tab, err := table.Open(c.data)
			if err != nil {
				t.Fatal(err)
			}
			line := "neurona train --data penguins.train.csv --label " + c.label
			m, err := model.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Provenance().Command; !strings.HasPrefix(got, "neurona train --data penguins.train.csv") || strings.Contains(got, folder) {
				t.Errorf("the command is %q, want %q and so on", got, line)
			}
			own, err := model.Train(context.Background(), tab, append([]model.Option{model.Label(c.label), model.Command(m.Provenance().Command)}, c.opts...)...)
			if err != nil {
				t.Fatal(err)
			}
			defer own.Close()
			defer m.Close()
			ownPath := filepath.Join(folder, "library")
			if err := own.Save(ownPath); err != nil {
				t.Fatal(err)
			}
			var files [2]string
			for i, p := range []string{path, ownPath} {
				text, err := os.ReadFile(p)
				if err != nil {
					t.Fatal(err)
				}
				files[i] = string(text)
			}
			if files[0] != files[1] {
				t.Errorf("the files differ: of %d and %d bytes", len(files[0]), len(files[1]))
			}
			answers, _, err := own.Predict(tab, nil)
			if err != nil {
				t.Fatal(err)
			}
			said := records(t, command(t, "", "predict", path, c.data).stdout)
			for i, a := range answers {
				if a.String() != said[i+1][0] {
					t.Fatalf("row %d is %s to the program and %s to the command", i, a, said[i+1][0])
				}
			}
		})
	}
}

// commandEntry is the line that a model has been trained by, in its metadata.
var commandEntry = regexp.MustCompile(`,\\"command\\":\\"(?:[^"\\]|\\\\\\"|\\\\.)*\\"`)

// savedFile is a model's file, but for the line that it has been trained by.
func savedFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header := 8 + binary.LittleEndian.Uint64(data)
	return strings.TrimRight(commandEntry.ReplaceAllString(string(data[8:header]), ""), " ") + string(data[header:])
}
