package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/internal/arena"
)

// eachUnit runs f for every unit that multiplies pairs here, on the best set.
func eachUnit(t *testing.T, f func(t *testing.T, u *Pairs)) {
	sets := Sets()
	best := sets[len(sets)-1]
	for _, name := range PairUnits() {
		t.Run("unit="+name, func(t *testing.T) {
			if missing := MissingUnit(name); missing != "" {
				t.Skip(missing)
			}
			u, why := best.PairUnit(name)
			if u == nil {
				t.Fatal(why)
			}
			f(t, u)
		})
	}
}

// TestEvenRows: tasks of a gradient start at multiples of MR, and the pairs of
// weights that they bring up to date must not be shared with another.
func TestEvenRows(t *testing.T) {
	for _, set := range Sets() {
		if set.Product.MR%2 != 0 {
			t.Errorf("%s has tiles of %d rows", set.ISA, set.Product.MR)
		}
	}
	eachUnit(t, func(t *testing.T, u *Pairs) {
		if u.Product.MR%2 != 0 || u.MaxRows%u.Product.MR != 0 {
			t.Errorf("squares of %d rows, tiles of up to %d", u.Product.MR, u.MaxRows)
		}
	})
}

// TestPiece compares with bf16 computed another way, by adding and taking away
// a number whose last place is that of bf16.
func TestPiece(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		x := float32(math.Ldexp(2*rng.Float64()-1, rng.IntN(200)-100))
		big := math.Ldexp(1.5, math.Ilogb(float64(x))+52-7)
		want := float64(x) + big - big
		rounded, left := piece(x)
		if float64(rounded) != want || float64(left) != float64(x)-want {
			t.Fatalf("piece(%v) = %v, %v; want %v", x, rounded, left, want)
		}
	}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	largest := math.Float32frombits(largestBF16)
	for _, c := range [][3]float32{
		{0, 0, 0}, {1, 1, 0}, {inf, inf, 0}, {-inf, -inf, 0}, {nan, nan, 0},
		{math.Float32frombits(0x7f800001), nan, 0}, {math.Float32frombits(0xffbfffff), nan, 0},
		{math.MaxFloat32, largest, math.MaxFloat32 - largest}, {-math.MaxFloat32, -largest, largest - math.MaxFloat32},
		{math.SmallestNonzeroFloat32, 0, math.SmallestNonzeroFloat32},
		{math.Float32frombits(0x007fffff), 0, math.Float32frombits(0x007fffff)}, {0x1p-126, 0x1p-126, 0},
	} {
		if rounded, left := piece(c[0]); !same(rounded, c[1]) || !same(left, c[2]) {
			t.Errorf("piece(%v) = %v, %v; want %v, %v", c[0], rounded, left, c[1], c[2])
		}
	}
}

// same reports whether x and y are the same number, or both NaN.
func same(x, y float32) bool { return x == y || x != x && y != y }

// TestPiecesAddUp shows that three pieces are the number, and one and two as
// much of it as they have bits.
func TestPiecesAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		x := float32(math.Ldexp(2*rng.Float64()-1, rng.IntN(100)-50))
		left := x
		for i, bound := range []float64{0x1p-8, 0x1p-16, 0} {
			_, left = piece(left)
			if diff := math.Abs(float64(left)); !(diff <= bound*math.Abs(float64(x))) {
				t.Fatalf("%d pieces of %v leave %v", i+1, x, left)
			}
		}
	}
}

// TestFromRowsAndColumns compares every unit's pairs with those of the generic
// one, bit by bit but for the numbers that may become zero, between guard pages,
// with and without numbers that are rounded by rules of their own.
func TestFromRowsAndColumns(t *testing.T) {
	eachUnit(t, func(t *testing.T, u *Pairs) {
		rng := rand.New(rand.NewPCG(5, 6))
		special := []float32{0, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), math.Float32frombits(0x7f800001),
			math.MaxFloat32, -math.MaxFloat32, math.Float32frombits(0x7f7f8000), math.Float32frombits(largestBF16), 1e-40, -1e-45,
			math.Float32frombits(0x007fffff), math.Float32frombits(0x807fffff), math.Float32frombits(0x04807fc1)}
		for n := 1; n <= 70; n++ {
			for pieces := 1; pieces <= 3; pieces++ {
				for _, form := range []string{"rows", "columns"} {
					atEnd, rows, pad := rng.IntN(2) == 0, 1+rng.IntN(4), rng.IntN(3)
					lds := n + pad
					src := guardedMatrix(t, rng, rows, n, lds, atEnd)
					specials := rng.IntN(2) * 8
					for i := range src {
						src[i] = float32(math.Ldexp(float64(src[i]), rng.IntN(60)-30))
						if specials > 0 && rng.IntN(specials) == 0 && i%lds < n {
							src[i] = special[rng.IntN(len(special))]
						}
					}
					height, width := rows, (n+1)/2
					got, want := u.FromRows, fromRowsGeneric
					if form == "columns" {
						height, width = (rows+1)/2, n
						got, want = u.FromColumns, fromColumnsGeneric
					}
					ldd := width + rng.IntN(3)
					plane := height*ldd + rng.IntN(3)
					size := (pieces-1)*plane + (height-1)*ldd + width
					pairs, free, err := arena.Guarded(size, atEnd)
					if err != nil {
						t.Fatal(err)
					}
					expected := make([]float32, size)
					for i := range expected {
						pairs[i], expected[i] = 7, 7
					}
					saw := got(rows, n, &src[0], lds, pieces, &pairs[0], ldd, plane)
					sees := want(rows, n, &src[0], lds, pieces, &expected[0], ldd, plane)
					name := fmt.Sprintf("%s of %d×%d, %d pieces", form, rows, n, pieces)
					for i, w := range expected {
						if !samePair(pairs[i], w) {
							t.Fatalf("%s: element %d is %08x, want %08x", name, i, math.Float32bits(pairs[i]), math.Float32bits(w))
						}
					}
					free()
					if saw != sees {
						t.Fatalf("%s: special %v, want %v", name, saw, sees)
					}
				}
			}
		}
	})
}

// samePair reports whether two pairs have the same bits, denormal numbers and
// zeros of either sign being one.
func samePair(x, y float32) bool {
	normal := func(f float32) uint32 {
		if math.Abs(float64(f)) < 0x1p-126 {
			return 0
		}
		return math.Float32bits(f)
	}
	a, b := math.Float32bits(x), math.Float32bits(y)
	return normal(lowOf(a)) == normal(lowOf(b)) && normal(highOf(a)) == normal(highOf(b))
}

// pairsMatrix is rows×cols random pairs, which have an exponent of bf16's
// normal numbers, NaN in the slack between rows.
func pairsMatrix(t *testing.T, rng *rand.Rand, rows, cols, ld int, atEnd bool) []float32 {
	t.Helper()
	x := guardedMatrix(t, rng, rows, cols, ld, atEnd)
	for i := range x {
		if i%ld < cols {
			low, _ := piece(2*rng.Float32() - 1)
			high, _ := piece(2*rng.Float32() - 1)
			x[i] = pairOf(low, high)
		}
	}
	return x
}

// TestTilePairs compares every unit's tiles with float64, in all forms that
// callers use.
func TestTilePairs(t *testing.T) {
	eachUnit(t, func(t *testing.T, u *Pairs) {
		rng := rand.New(rand.NewPCG(7, 8))
		p := u.Product
		for m := 1; m <= u.MaxRows; m += 1 + m/40*37 {
			for n := 1; n <= p.NR; n += 1 + rng.IntN(3) {
				k := []int{0, 1, 2, 5, 17, 33}[rng.IntN(6)]
				k = (k + u.KStep - 1) / u.KStep * u.KStep
				form := rng.IntN(24)
				t.Run(fmt.Sprintf("m=%d/n=%d/k=%d/form=%d", m, n, k, form), func(t *testing.T) {
					checkTilePairs(t, rng, u, m, n, k, form)
				})
			}
		}
	})
}

func checkTilePairs(t *testing.T, rng *rand.Rand, u *Pairs, m, n, k, form int) {
	atEnd, transposed, start, relu := form&1 != 0, form&2 != 0 && !u.RowMajor, form/4%3, form >= 12
	rows, cols := m, k
	if transposed {
		rows, cols = k, m
	}
	pad := rng.IntN(3)
	lda, ldb, ldc := max(cols+pad, 1), n+pad, n+pad
	a := pairsMatrix(t, rng, rows, cols, lda, atEnd)
	b := pairsMatrix(t, rng, k, n, ldb, atEnd)
	c := guardedMatrix(t, rng, m, n, ldc, atEnd)
	bias := guardedMatrix(t, rng, 1, n, n, atEnd)
	rsa, csa := lda, 1
	if transposed {
		rsa, csa = 1, lda
	}
	floor := float32(math.Inf(-1))
	if relu {
		floor = 0
	}
	var s *float32
	lds := 0
	switch start {
	case 1:
		s = &bias[0]
	case 2:
		s, lds = &c[0], ldc
	}
	want, bound := make([]float64, m*n), make([]float64, m*n)
	for i := range m {
		for j := range n {
			sum := 0.0
			if s != nil {
				sum = float64(*at(s, i*lds+j))
			}
			size := math.Abs(sum)
			for q := range k {
				x, y := math.Float32bits(a[i*rsa+q*csa]), math.Float32bits(b[q*ldb+j])
				for _, product := range []float64{float64(lowOf(x)) * float64(lowOf(y)), float64(highOf(x)) * float64(highOf(y))} {
					sum += product
					size += math.Abs(product)
				}
			}
			// 2k additions, each rounded once.
			want[i*n+j], bound[i*n+j] = math.Max(float64(floor), sum), 2*float64(k)*0x1p-24*size
		}
	}
	u.Product.Tile(m, n, k, first(a), rsa, csa, first(b), ldb, s, lds, &c[0], ldc, floor, nil, 0)
	compareTile(t, c, n, ldc, want, bound)
}

// TestPairsKeepNaN shows that neither a floor nor a zero hides a NaN, and that
// infinities multiply as they do in float32.
func TestPairsKeepNaN(t *testing.T) {
	eachUnit(t, func(t *testing.T, u *Pairs) {
		inf, nan := float32(math.Inf(1)), float32(math.NaN())
		for _, c := range []struct{ a, b, want float32 }{{inf, 0, nan}, {nan, 1, nan}, {inf, 2, inf}, {-inf, 2, 0}, {inf, inf, inf}} {
			a, b := make([]float32, u.KStep), make([]float32, u.KStep*u.Product.NR)
			u.FromRows(1, 1, &c.a, 1, 1, &a[0], 1, 1)
			values := make([]float32, u.Product.NR)
			for j := range values {
				values[j] = c.b
			}
			n := len(values)
			u.FromColumns(1, n, &values[0], n, 1, &b[0], n, len(b))
			sums := make([]float32, n)
			u.Product.Tile(1, n, u.KStep, &a[0], len(a), 1, &b[0], n, nil, 0, &sums[0], n, 0, nil, 0)
			for j, got := range sums {
				if !same(got, c.want) {
					t.Fatalf("%v·%v at %d is %v, want %v", c.a, c.b, j, got, c.want)
				}
			}
		}
	})
}

// TestPeakOfPairs runs every unit's loop for its rate, with its operand next to an
// unmapped page.
func TestPeakOfPairs(t *testing.T) {
	eachUnit(t, func(t *testing.T, u *Pairs) {
		if u.Product.PeakFlops <= 0 {
			t.Fatalf("%d operations in an iteration", u.Product.PeakFlops)
		}
		rng := rand.New(rand.NewPCG(9, 10))
		random := pairsMatrix(t, rng, 1, u.Product.PeakRandom, u.Product.PeakRandom, true)
		u.Product.Peak(2, &random[0])
	})
}
