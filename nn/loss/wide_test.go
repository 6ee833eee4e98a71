package loss

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// wideCols are widths at which rows go to kernels, and at which they would only just.
var wideCols = []int{9, 31, 65}

// normals is a row of n normally distributed numbers, of which one is v.
func normals(rng *rand.Rand, n int, v float32) tensor.Matrix {
	m := tensor.Matrix{Rows: 1, Cols: n, Stride: n, Data: make([]float32, n)}
	for i := range m.Data {
		m.Data[i] = float32(rng.NormFloat64())
	}
	m.Data[n/3] = v
	return m
}

// checkRow compares what a loss says of one row with a value and slopes in float64. What is NaN or infinite is the
// same; all else differs by a few roundings of the largest term.
func checkRow(t *testing.T, l Loss, y tensor.Matrix, target data.Target, scale, want float64, slopes []float64) {
	t.Helper()
	dy := tensor.Matrix{Rows: 1, Cols: y.Cols, Stride: y.Cols, Data: make([]float32, y.Cols)}
	with, without := l.Sum(y, target, dy, scale), l.Sum(y, target, tensor.Matrix{}, scale)
	for _, got := range []float64{with, without} {
		if same(got, want) {
			continue
		}
		if tol := 1e-5 * (1 + math.Abs(want)); !(math.Abs(got-want) <= tol) {
			t.Fatalf("%v of %v: loss %v, want %v", l, y.Data, got, want)
		}
	}
	largest := 0.0
	for _, s := range slopes {
		if !math.IsInf(s, 0) && s == s {
			largest = max(largest, math.Abs(scale*s))
		}
	}
	for j, s := range slopes {
		got, want := float64(dy.Data[j]), float64(float32(scale*s))
		if same(got, want) {
			continue
		}
		if tol := 1e-5*math.Abs(want) + 1e-6*min(largest, 1e30); !(math.Abs(got-want) <= tol) {
			t.Fatalf("%v of %v: slope %d is %v, want %v", l, y.Data, j, got, want)
		}
	}
}

// same reports whether two numbers are equal, or both NaN.
func same(a, b float64) bool { return a == b || a != a && b != b }

// TestWideGaussian: rows of many targets have the loss and the gradient of their targets one by one in float64, whatever is
// among the means, the logarithms or variances, and the targets.
func TestWideGaussian(t *testing.T) {
	inf := float32(math.Inf(1))
	numbers := []float32{0, 1e-40, 79.5, -79.5, 81, -81, 1000, -1000, 0x1p39, -0x1p39, 0x1p41, -0x1p41, 3e38, inf, -inf, float32(math.NaN())}
	for _, k := range kernels.Sets() {
		for _, opts := range [][]GaussianOption{nil, {Full()}, {Variances(1e-6)}, {Variances(1e-13)}, {Variances(1e6)}} {
			l := Gaussian(opts...).(gaussian)
			for _, m := range wideCols {
				for part := range 3 { // of what is odd: a mean, a second output, a target
					for _, v := range numbers {
						rng := rand.New(rand.NewPCG(uint64(m), 5))
						rows := [3]tensor.Matrix{normals(rng, m, 0.5), normals(rng, m, 0.5), normals(rng, m, 0.5)}
						if l.direct {
							for j, s := range rows[1].Data {
								rows[1].Data[j] = s * s
							}
						}
						rows[part].Data[m/3] = v
						y := tensor.Matrix{Rows: 1, Cols: 2 * m, Stride: 2 * m, Data: append(append([]float32{}, rows[0].Data...), rows[1].Data...)}
						want, slopes := 0.0, make([]float64, 2*m)
						for j := range m {
							value, dMean, dSecond := l.at(rows[0].Data[j], rows[1].Data[j], rows[2].Data[j])
							want += value
							slopes[j], slopes[m+j] = dMean, dSecond
						}
						t.Run(fmt.Sprintf("isa=%s/%v/targets=%d/part=%d/%v", k.ISA, l, m, part, v), func(t *testing.T) {
							checkRow(t, l.Bind(k), y, data.Values(rows[2]), 0x1p-10, want, slopes)
						})
					}
				}
			}
		}
	}
}

// TestWideGaussianOverflows: derivatives by variances that are next to nothing are finite where they are in float64.
func TestWideGaussianOverflows(t *testing.T) {
	for _, k := range kernels.Sets() {
		for _, c := range []struct{ epsilon, mean, scale float64 }{{1e-12, 3e7, 1e-3}, {0x1p-40, 0x1p26, 0x1p-10}, {1e-6, 0x1p40, 0x1p-10}} {
			l := Gaussian(Variances(c.epsilon)).(gaussian)
			const m = 9
			y := tensor.Matrix{Rows: 1, Cols: 2 * m, Stride: 2 * m, Data: make([]float32, 2*m)}
			target := tensor.Matrix{Rows: 1, Cols: m, Stride: m, Data: make([]float32, m)}
			want, slopes := 0.0, make([]float64, 2*m)
			for j := range m {
				y.Data[j] = float32(c.mean)
				value, dMean, dSecond := l.at(y.Data[j], 0, 0)
				want += value
				slopes[j], slopes[m+j] = dMean, dSecond
			}
			checkRow(t, l.Bind(k), y, data.Values(target), c.scale, want, slopes)
		}
	}
}

// TestWideMargins: rows of many scores have the loss and the gradient that they have one score after the other.
func TestWideMargins(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, k := range kernels.Sets() {
		for _, p := range []int{1, 2} {
			for _, margin := range []float64{1, 0.3, 1e-30, 1e30} {
				l := MultiMargin(p, margin).(multiMargin)
				for _, n := range wideCols {
					for _, v := range []float32{0, 1e-40, 0x1p59, -0x1p59, 0x1p61, -0x1p61, 3e38, -3e38, inf, -inf, float32(math.NaN())} {
						for _, label := range []int{n / 3, 0} { // the odd one, and another
							rng := rand.New(rand.NewPCG(uint64(n), 6))
							y := normals(rng, n, v)
							row := make([]float32, n)
							want := l.row(row, y.Data, label, 1)
							slopes := make([]float64, n)
							for j := range slopes {
								slopes[j] = float64(row[j])
							}
							t.Run(fmt.Sprintf("isa=%s/%v/outputs=%d/label=%d/%v", k.ISA, l, n, label, v), func(t *testing.T) {
								checkRow(t, l.Bind(k), y, data.Labels([]int{label}), 1, want, slopes)
							})
						}
					}
				}
			}
		}
	}
}

// TestWideDistributions: wide rows of logits have the cross-entropy of their distribution in float64, also where a class is
// impossible and has no share.
func TestWideDistributions(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, k := range kernels.Sets() {
		for _, n := range wideCols {
			for _, v := range []float32{0, -80, 80, 1e17, -1e17, 0x1p61, -0x1p61, -inf} {
				for _, share := range []float32{0, 0.25} {
					if share > 0 && v == -inf {
						continue // whose loss is infinite, and its gradient none
					}
					rng := rand.New(rand.NewPCG(uint64(n), 7))
					y := normals(rng, n, v)
					shares := tensor.Matrix{Rows: 1, Cols: n, Stride: n, Data: make([]float32, n)}
					for j := range shares.Data {
						if shares.Data[j] = (1 - share) / float32(n-1); j == n/3 {
							shares.Data[j] = share
						}
					}
					top := largestOf(y.Data)
					total, sum, below := 0.0, 0.0, 0.0
					for j, z := range y.Data {
						s := float64(shares.Data[j])
						total += s
						sum += math.Exp(float64(z) - top)
						if s != 0 {
							below += s * (top - float64(z))
						}
					}
					want, entropy := total*math.Log(sum)+below, 0.0
					slopes := make([]float64, n)
					for j, z := range y.Data {
						s := float64(shares.Data[j])
						slopes[j] = total*math.Exp(float64(z)-top)/sum - s
						if s > 0 {
							entropy += s * math.Log(s)
						}
					}
					for l, want := range map[Loss]float64{CrossEntropy(): want, KLDiv(): want + entropy} {
						t.Run(fmt.Sprintf("isa=%s/%v/outputs=%d/share=%v/%v", k.ISA, l, n, share, v), func(t *testing.T) {
							checkRow(t, Bind(l, k), y, data.Values(shares), 1, want, slopes)
						})
					}
				}
			}
		}
	}
}
