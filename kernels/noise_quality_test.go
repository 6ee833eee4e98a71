package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/internal/random"
)

// How random the random numbers of noise are. All of these tests are of fixed keys, and so pass or
// fail for good: bounds are those that chance passes once in a million or more seldom.
const sigmas = 5.2 // of one number; where many are looked at at once, it is said how many more

// fewer is n, or an eighth where tests are to be short.
func fewer(n int) int {
	if testing.Short() {
		return n / 8
	}
	return n
}

// rowKey is the key of a row as layers make it.
func rowKey(pass uint64, row int) (key0, key1 uint32) {
	state := random.Mix64(pass + uint64(row)*random.Golden)
	return uint32(state), uint32(state >> 32)
}

// drops says which columns of a row are dropped: by the best set there is, in units of 1.
func drops(pass uint64, row, columns int, share uint32) []float64 {
	sets := Sets()
	x, all := make([]float32, columns), make([]float64, columns)
	fill(x, 1)
	key0, key1 := rowKey(pass, row)
	sets[len(sets)-1].Dropout(x, x, 0, key0, key1, share, 1)
	for i, v := range x {
		all[i] = 1 - float64(v)
	}
	return all
}

// chiSquare returns χ² of what was counted, in standard deviations from its mean, which for as
// many cells as there are here are those of a normal distribution (Wilson and Hilferty, 1931).
func chiSquare(counted, expected []float64) float64 {
	sum := 0.0
	for i, c := range counted {
		sum += (c - expected[i]) * (c - expected[i]) / expected[i]
	}
	k := float64(len(counted) - 1)
	return (math.Cbrt(sum/k) - (1 - 2/(9*k))) / math.Sqrt(2/(9*k))
}

// TestRandomAvalanche: each bit of the column and of either half of the key changes each bit of the
// random number in half of all cases.
func TestRandomAvalanche(t *testing.T) {
	samples := fewer(1 << 15)
	rng := rand.New(rand.NewPCG(31, 32))
	var flips [96][32]int
	for range samples {
		column, key0, key1 := rng.Uint32N(1<<12), rng.Uint32(), rng.Uint32()
		is := random32(column, key0, key1)
		for bit := range 32 {
			for j, other := range []uint32{
				random32(column^1<<bit, key0, key1), random32(column, key0^1<<bit, key1), random32(column, key0, key1^1<<bit),
			} {
				for out := range 32 {
					flips[32*j+bit][out] += int((is ^ other) >> out & 1)
				}
			}
		}
	}
	for in := range flips {
		for out, n := range flips[in] {
			if z := (float64(n) - float64(samples)/2) / math.Sqrt(float64(samples)/4); !(math.Abs(z) <= sigmas+1) { // of 3072
				t.Errorf("bit %d of the input changes bit %d of the output %d times in %d", in, out, n, samples)
			}
		}
	}
}

// TestRandomUniform: every byte has every value as often, and so do neighbours together.
func TestRandomUniform(t *testing.T) {
	const rows, columns = 256, 4096
	var bytes [4][]float64
	for i := range bytes {
		bytes[i] = make([]float64, 256)
	}
	three := make([]float64, 1<<12)
	for r := range rows {
		key0, key1 := rowKey(7, r)
		history := uint32(0)
		for c := range uint32(columns) {
			x := random32(c, key0, key1)
			for i := range bytes {
				bytes[i][x>>(8*i)&255]++
			}
			history = history<<4 | x>>28
			if c%3 == 2 {
				three[history&(1<<12-1)]++
			}
		}
	}
	check := func(what string, counted []float64, n float64) {
		expected := make([]float64, len(counted))
		for i := range expected {
			expected[i] = n / float64(len(expected))
		}
		if z := chiSquare(counted, expected); !(math.Abs(z) <= sigmas) {
			t.Errorf("%s: χ² is %.1f standard deviations off", what, z)
		}
	}
	for i := range bytes {
		check(fmt.Sprint("byte ", i), bytes[i], rows*columns)
	}
	check("upper bits of three columns", three, rows*(columns/3))
}

// TestDropoutShares: of every row as many elements are dropped as the binomial distribution says,
// neither more nor less evenly.
func TestDropoutShares(t *testing.T) {
	const rows, columns = 200, 1000
	for _, p := range []float64{0x1p-12, 0.001, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 1. / 3, 0.5, 0.6, 0.75, 0.8, 0.9, 0.99, 0.999} {
		for pass := range uint64(fewer(8)) {
			share := uint32(math.Round(p * (1 << 32)))
			total, squares := 0.0, 0.0
			variance := columns * p * (1 - p)
			for r := range rows {
				n := 0.0
				for _, d := range drops(random.Mix64(pass), r, columns, share) {
					n += d
				}
				total += n
				squares += (n - columns*p) * (n - columns*p) / variance
			}
			if z := (total - rows*columns*p) / math.Sqrt(rows*variance); !(math.Abs(z) <= sigmas) {
				t.Errorf("p = %v, pass %d: %v of %d elements dropped, %.1f standard deviations off", p, pass, total, rows*columns, z)
			}
			// Of a number of the binomial distribution, in units of its variance, the square has this variance.
			of := 2 + (1-6*p*(1-p))/variance
			if z := (squares - rows) / math.Sqrt(rows*of); !(math.Abs(z) <= sigmas+1) { // right of the mean χ² has more than a normal one
				t.Errorf("p = %v, pass %d: how many are dropped varies by %.3f of what it should, %.1f standard deviations off", p, pass, squares/rows, z)
			}
		}
	}
}

// TestDropoutIndependent: two elements are dropped as if the one knew nothing of the other, at all
// small distances in columns, powers of two, and in rows and passes.
func TestDropoutIndependent(t *testing.T) {
	const columns = 2048
	rows := max(fewer(64), 40)
	for _, p := range []float64{0.05, 0.2, 0.5} {
		share := uint32(math.Round(p * (1 << 32)))
		var all [2][][]float64
		for pass := range all {
			for r := range rows {
				all[pass] = append(all[pass], drops(random.Mix64(100+uint64(pass)*random.Golden), r, columns, share))
			}
		}
		check := func(what string, pairs func(yield func(a, b float64) bool)) {
			t.Helper()
			counted, n := make([]float64, 4), 0.0
			for a, b := range pairs {
				counted[int(2*a+b)]++
				n++
			}
			q := 1 - p
			expected := []float64{q * q * n, q * p * n, p * q * n, p * p * n}
			// Of neighbours an element is in two pairs, so that χ² may be larger than that of pairs alone.
			if z := chiSquare(counted, expected); !(z <= sigmas+1) {
				t.Errorf("p = %v, %s: pairs %v, want about %.0f: %.1f standard deviations off", p, what, counted, expected, z)
			}
		}
		distances := []int{80, 96, 100, 128, 192, 255, 256, 257, 512, 768, 1000, 1024, 1536}
		for d := range 65 {
			distances = append(distances, d+1)
		}
		for _, d := range distances {
			check(fmt.Sprintf("columns %d apart", d), func(yield func(a, b float64) bool) {
				for _, row := range all[0] {
					for i := range columns - d {
						if !yield(row[i], row[i+d]) {
							return
						}
					}
				}
			})
		}
		for _, d := range []int{1, 2, 3, 4, 8, 16, 32} {
			for _, shift := range []int{0, 1, 2, 16} {
				check(fmt.Sprintf("rows %d and columns %d apart", d, shift), func(yield func(a, b float64) bool) {
					for r := range rows - d {
						for i := range columns - shift {
							if !yield(all[0][r][i], all[0][r+d][i+shift]) {
								return
							}
						}
					}
				})
			}
		}
		check("passes", func(yield func(a, b float64) bool) {
			for r := range rows {
				for i := range columns {
					if !yield(all[0][r][i], all[1][r][i]) {
						return
					}
				}
			}
		})
	}
}

// TestDropoutPeriod: a long row has no period up to 2000 columns.
func TestDropoutPeriod(t *testing.T) {
	const longest = 2000
	columns := fewer(1 << 16)
	const p = 0.25
	x := drops(3, 5, columns, uint32(p*(1<<32)))
	for i := range x {
		x[i] = (x[i] - p) / math.Sqrt(p*(1-p))
	}
	for d := 1; d <= longest; d++ {
		sum := 0.0
		for i, v := range x[:columns-d] {
			sum += v * x[i+d]
		}
		if z := sum / math.Sqrt(float64(columns-d)); !(math.Abs(z) <= sigmas+1) { // of 2000
			t.Errorf("columns %d apart are correlated, %.1f standard deviations", d, z)
		}
	}
}

// TestNormalDistribution: moments, the distribution function and the tails of the normally
// distributed numbers, and that those of a pair and neighbours are independent.
func TestNormalDistribution(t *testing.T) {
	rows := fewer(1 << 9)
	const columns, bins = 1 << 12, 1 << 12
	sets := Sets()
	s := sets[len(sets)-1]
	n := float64(rows * columns)
	zeros, row := make([]float32, columns), make([]float32, columns)
	var moments [5]float64
	counted, tails := make([]float64, bins), map[float64]float64{3: 0, 3.5: 0, 4: 0, 4.5: 0, 5: 0}
	pairs := map[string]float64{}
	for r := range rows {
		key0, key1 := rowKey(11, r)
		const h = columns / 2
		s.GaussianNoise(row[:h], row[h:], zeros[:h], zeros[h:], 0, key0, key1, 1)
		for i, v32 := range row {
			v := float64(v32)
			moments[1] += v
			moments[2] += v * v
			moments[3] += v * v * v
			moments[4] += v * v * v * v
			counted[min(int(bins*0.5*math.Erfc(-v/math.Sqrt2)), bins-1)]++
			for from := range tails {
				if math.Abs(v) > from {
					tails[from]++
				}
			}
			if next := float64(row[(i+1)%columns]); true {
				pairs["neighbours"] += v * next
				pairs["squares of neighbours"] += (v*v - 1) * (next*next - 1) / 2
			}
			if i < h {
				other := float64(row[i+h])
				pairs["a pair"] += math.Sqrt2 * v * other
				pairs["squares of a pair"] += math.Sqrt2 * (v*v - 1) * (other*other - 1) / 2
			}
		}
	}
	check := func(what string, z float64) {
		t.Logf("%s: %.2f standard deviations off", what, z)
		if !(math.Abs(z) <= sigmas) {
			t.Errorf("%s: %.2f standard deviations off", what, z)
		}
	}
	for k, moment := range []struct{ mean, variance float64 }{1: {0, 1}, 2: {1, 2}, 3: {0, 15}, 4: {3, 96}} {
		if k > 0 {
			check(fmt.Sprint("moment ", k), (moments[k]/n-moment.mean)/math.Sqrt(moment.variance/n))
		}
	}
	for from, count := range tails {
		if p := math.Erfc(from / math.Sqrt2); n*p > 20 {
			check(fmt.Sprintf("%v numbers beyond %v", count, from), (count-n*p)/math.Sqrt(n*p))
		} else if !(count <= n*p+6*math.Sqrt(n*p)+1) {
			t.Errorf("%v numbers beyond %v, want about %v", count, from, n*p)
		}
	}
	for what, sum := range pairs {
		check(what, sum/math.Sqrt(n))
	}
	expected, below, farthest := make([]float64, bins), 0.0, 0.0
	for i, c := range counted {
		expected[i] = n / bins
		below += c
		farthest = max(farthest, math.Abs(below/n-float64(i+1)/bins))
	}
	check("χ² of 4096 intervals of the same probability", chiSquare(counted, expected))
	// Kolmogorov and Smirnov's statistic is above 2.7 once in a million times.
	if d := math.Sqrt(n) * farthest; !(d <= 2.7) {
		t.Errorf("the distribution function is off by %g, which is %.2f/√n", farthest, d)
	} else {
		t.Logf("the distribution function is off by %g, which is %.2f/√n", farthest, d)
	}
}
