package table

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"
)

// benchmarkTables are what tables look like.
var benchmarkTables = []struct {
	name string
	row  func(b []byte, r *rand.Rand) []byte
}{
	{"decimals", func(b []byte, r *rand.Rand) []byte { // three digits behind the point
		for range 20 {
			b = append(strconv.AppendFloat(b, r.NormFloat64()*10, 'f', 3, 64), ',')
		}
		return b
	}},
	{"counts", func(b []byte, r *rand.Rand) []byte {
		for range 20 {
			b = append(strconv.AppendInt(b, int64(r.IntN(1<<r.IntN(16))), 10), ',')
		}
		return b
	}},
	{"shortest", func(b []byte, r *rand.Rand) []byte { // all digits of a float64
		for range 20 {
			b = append(strconv.AppendFloat(b, r.NormFloat64(), 'g', -1, 64), ',')
		}
		return b
	}},
	{"words", func(b []byte, r *rand.Rand) []byte {
		for i := range 20 {
			b = append(strconv.AppendInt(append(b, "level "...), int64(r.IntN(5+i)), 10), ',')
		}
		return b
	}},
}

func benchmarkText(row func([]byte, *rand.Rand) []byte) []byte {
	var b []byte
	for i := range 20 {
		b = fmt.Appendf(b, "c%d,", i)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for b[len(b)-1] = '\n'; len(b) < 64<<20; b[len(b)-1] = '\n' {
		b = row(b, r)
	}
	return b
}

// BenchmarkRead reads 64 MiB. "csv" is encoding/csv with strconv.ParseFloat into columns. With
// -cpu 1, on a core of Zen 5 at 2.6 GHz, in MB/s: decimals 430 (csv 146), counts 255 (73),
// shortest 455 (243), words 220 (69).
func BenchmarkRead(b *testing.B) {
	for _, t := range benchmarkTables {
		text := benchmarkText(t.row)
		b.Run(t.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(bytes.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(t.name+"/csv", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				readByCSV(b, text)
			}
		})
	}
}

func readByCSV(b *testing.B, text []byte) ([][]float64, [][]string) {
	r := csv.NewReader(bytes.NewReader(text))
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		b.Fatal(err)
	}
	var numbers [][]float64
	var words [][]string
	for {
		record, err := r.Read()
		if err == io.EOF {
			return numbers, words
		}
		if err != nil {
			b.Fatal(err)
		}
		if numbers == nil {
			numbers, words = make([][]float64, len(record)), make([][]string, len(record))
		}
		for i, cell := range record {
			if v, err := strconv.ParseFloat(cell, 64); err == nil {
				numbers[i] = append(numbers[i], v)
			} else {
				words[i] = append(words[i], cell)
			}
		}
	}
}
