package bench

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/datasets/table"
)

// BenchmarkLoad measures the readers: IDX as the MNIST files are, beside
// merely decompressing them, and CSV of the same numbers.
func BenchmarkLoad(b *testing.B) {
	b.Run("format=idx-gzip", func(b *testing.B) {
		dir := mnistDir(b)
		for b.Loop() {
			if _, _, err := datasets.LoadMNIST(dir); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(70000*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
	})
	b.Run("format=gzip-only", func(b *testing.B) {
		dir := mnistDir(b)
		files, err := filepath.Glob(filepath.Join(dir, "*.gz"))
		if err != nil || len(files) == 0 {
			b.Skipf("no compressed files in %s (%v)", dir, err)
		}
		for b.Loop() {
			for _, file := range files {
				if err := gunzip(file); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(70000*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
	})
	b.Run("format=csv", func(b *testing.B) {
		const rows, cols = 2000, 100
		text := csvText(rows, cols)
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			x, labels, err := readCSV(text)
			if err != nil || len(x) != rows*cols || len(labels) != rows {
				b.Fatalf("%d numbers and %d labels, %v", len(x), len(labels), err)
			}
		}
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
	})
}

// mnistDir is the folder with the MNIST files, found through NEURONA_DATA.
func mnistDir(b *testing.B) string {
	b.Helper()
	root := os.Getenv("NEURONA_DATA")
	if root == "" {
		b.Skip("NEURONA_DATA does not name the folder that holds mnist/")
	}
	return filepath.Join(root, "mnist")
}

func gunzip(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, z)
	return err
}

// readCSV reads numbers, row after row, and behind them the label of each row.
func readCSV(text []byte) (x []float32, labels []uint32, err error) {
	t, err := table.Read(bytes.NewReader(text))
	if err != nil {
		return nil, nil, err
	}
	columns := t.Columns()
	features, last := columns[:len(columns)-1], columns[len(columns)-1]
	x = make([]float32, t.Rows()*len(features))
	for i, c := range features {
		if c.Numbers() != c.Len() {
			return nil, nil, fmt.Errorf("column %d is not of numbers alone", i+1)
		}
		for row, v := range c.Floats() {
			x[row*len(features)+i] = float32(v)
		}
	}
	_, labels, ok := last.Levels(256)
	if !ok || last.MissingCells() > 0 {
		return nil, nil, errors.New("the last column is not of labels")
	}
	return x, labels, nil
}

// csvText is rows of cols random numbers and a label.
func csvText(rows, cols int) []byte {
	rng := rand.New(rand.NewPCG(5, 6))
	var text strings.Builder
	for range rows {
		for range cols {
			fmt.Fprintf(&text, "%.4f,", rng.Float32())
		}
		fmt.Fprintf(&text, "%d\n", rng.IntN(10))
	}
	return []byte(text.String())
}
