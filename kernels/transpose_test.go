package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestTranspose(t *testing.T) {
	for _, set := range Sets() {
		t.Run("isa="+set.ISA, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(5, 6))
			for rows := 1; rows <= 35; rows++ {
				for cols := 1; cols <= 35; cols++ {
					lds, ldd, atEnd := cols+rng.IntN(3), rows+rng.IntN(3), rng.IntN(2) == 0
					src := guardedMatrix(t, rng, rows, cols, lds, atEnd)
					dst := guardedMatrix(t, rng, cols, rows, ldd, atEnd)
					set.Product.Transpose(rows, cols, &src[0], lds, &dst[0], ldd)
					if err := checkTransposed(rows, cols, src, lds, dst, ldd); err != nil {
						t.Fatalf("%d×%d: %v", rows, cols, err)
					}
				}
			}
		})
	}
}

func checkTransposed(rows, cols int, src []float32, lds int, dst []float32, ldd int) error {
	for at, got := range dst {
		j, i := at/ldd, at%ldd
		if i >= rows {
			if !math.IsNaN(float64(got)) {
				return fmt.Errorf("slack at row %d, column %d was written", j, i)
			}
			continue
		}
		if want := src[i*lds+j]; got != want {
			return fmt.Errorf("row %d, column %d is %v, want %v", j, i, got, want)
		}
	}
	return nil
}

func TestPackRows(t *testing.T) {
	for _, set := range Sets() {
		t.Run("isa="+set.ISA, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 8))
			for width := 1; width <= set.Product.NR; width++ {
				for rows := range 9 {
					lds, atEnd := width+rng.IntN(3), rng.IntN(2) == 0
					src := guardedMatrix(t, rng, rows, width, lds, atEnd)
					dst := guardedMatrix(t, rng, rows, width, width, atEnd)
					set.Product.PackRows(rows, width, first(src), lds, first(dst))
					for i, got := range dst {
						if want := src[i/width*lds+i%width]; got != want {
							t.Fatalf("%d×%d: row %d, element %d is %v, want %v", rows, width, i/width, i%width, got, want)
						}
					}
				}
			}
		})
	}
}
