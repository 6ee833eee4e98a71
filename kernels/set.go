package kernels

import (
	"fmt"

	"github.com/neurona-ml/neurona/internal/cpu"
)

// Set is the kernels of one ISA. It is a value that nobody changes: a
// backend picks one when it is opened and keeps it. Each function's comment
// is the loop that it runs; the Go function of that loop is in the generic
// set and is the specification of all others.
//
// Slices of one call have the same length unless said otherwise, and callers
// guarantee it: kernels check nothing. Any length is fine, zero included; no
// alignment is needed. Unless said otherwise dst may be a source, but operands
// must not overlap partially.
type Set struct {
	ISA   string // "generic", "avx2", "avx512" or "neon"
	Width int    // elements of a vector, 1 if there are none

	Product Product // the microkernel of the matrix product, with the size of its tile

	// Level one.
	Axpy       func(alpha float32, x, y []float32) // y[i] += alpha*x[i]
	Scale      func(alpha float32, x []float32)    // x[i] *= alpha
	Add        func(x, y []float32)                // y[i] += x[i]: a row of a bias, or of a column sum
	Dot        func(x, y []float32) float32        // Σ x[i]*y[i], in a fixed order that depends on the length only
	Sum        func(x []float32) float64           // Σ x[i], accumulated in float64
	SumSquares func(x []float32) float64           // Σ x[i]², accumulated in float64
	MaxAbs     func(x []float32) float32           // largest |x[i]|, NaN if any is NaN, 0 if there are none

	Exp func(dst, x []float32) // dst[i] = e^x[i], denormal results included

	// Activate[a](dst, z) is dst[i] = f(z[i]).
	Activate [activations]func(dst, z []float32)
	// Derive[a](dz, dy, y) is dz[i] = dy[i]*f'(y[i]), where y = f(z). Heaviside has none.
	Derive [activations]func(dz, dy, y []float32)

	// PReLU writes y[i] = z[i] if z[i] > 0, else slope[i]*z[i]. DerivePReLU is its way back, which adds the
	// gradients of the slopes to dslope, and DeriveLeakyReLU the same with one slope, whose gradient it returns.
	PReLU           func(y, z, slope []float32)
	DerivePReLU     func(dz, dslope, dy, z, slope []float32)
	DeriveLeakyReLU func(dz, dy, z []float32, slope float32) (dslope float64)
	// Functions[f] is the kernels of f.
	Functions [functions]FunctionKernels

	// What normalisations do to a row x, with numbers of the row: sums in float64, y[i] =
	// (x[i]-mean)*inverse*gain[i] + bias[i], and the way back, in two steps, of which what is summed up
	// must be no source.
	SquaresFrom      func(x []float32, centre float32) float64 // Σ (x[i]-centre)²
	SumProducts      func(x, y []float32) float64              // Σ x[i]*y[i], the products in float32
	NormRow          func(y, x, gain, bias []float32, mean, inverse float32)
	NormRowGradients func(dgain, dbias, dy, x, gain []float32, mean, inverse float32) float64
	NormRowInput     func(dx, dy, x, gain []float32, mean, inverse, gradient, product float32)

	// And with numbers of each column.
	CentredSums         func(sums, squares, x, centre []float32) // sums[i] += d, squares[i] += d², d = x[i]-centre[i]
	NormColumns         func(y, x, mean, factor, bias []float32) // y[i] = (x[i]-mean[i])*factor[i] + bias[i]
	NormColumnGradients func(dgain, dbias, dy, x, mean, inverse []float32)
	NormColumnInput     func(dx, dy, x, mean, factor, gradient, product []float32)

	Multiply    func(dst, x, y []float32)  // dst[i] = x[i]*y[i]
	AddProducts func(sums, x, y []float32) // sums[i] += x[i]*y[i]

	// Periodic writes the cosines and sines of 2π*w[i]*x, and PeriodicGradients adds gradients of w to dw,
	// with 2πx in the place of x, and returns 1/2π of that of x.
	Periodic          func(cos, sin, w []float32, x float32)
	PeriodicGradients func(dw, dcos, dsin, cos, sin, w []float32, x float32) float64

	// Noise of training, each element's by a random number of its column, which are counted from first, and
	// of a key, its row's. Dropout writes dst[i] = scale*src[i], or 0 for a share of the elements, in units of
	// 2^-32. AlphaDropout writes dst[i] = scale*src[i] + shift, or dropped, for the same ones. GaussianNoise
	// adds sigma times a normally distributed number to each element of src and of src2; dst2 may be dst.
	Dropout       func(dst, src []float32, first, key0, key1, share uint32, scale float32)
	AlphaDropout  func(dst, src []float32, first, key0, key1, share uint32, scale, shift, dropped float32)
	GaussianNoise func(dst, dst2, src, src2 []float32, first, key0, key1 uint32, sigma float32)

	// Softmax writes dst[i] = scale*e^(z[i]-max)/sum, where max is the largest
	// z[i] and sum = Σ e^(z[i]-max), and returns both. len(z) > 0. With NaN or
	// +Inf in z, or nothing but -Inf, dst and sum are NaN (and max is no use).
	Softmax func(dst, z []float32, scale float32) (max, sum float32)
	// SquaredError writes dy[i] = scale*(y[i]-t[i]) and returns Σ (y[i]-t[i])²,
	// the differences in float32 and the sum in float64.
	SquaredError func(dy, y, t []float32, scale float32) float64
	// Losses[l] is the kernels of l.
	Losses [losses]LossKernels

	// What losses of a row of classes sum up, in float64, the terms in float32.
	SumExp     func(x []float32, top float32) float64    // Σ e^(x[i]-top); top is the largest x[i]; an exponential that would be denormal is 0
	SumEntropy func(t []float32) float64                 // Σ t[i]*log(t[i]) for t[i] ≥ 0; 0 has 0
	SumBelow   func(t, z []float32, top float32) float64 // Σ t[i]*(top-z[i])

	// Gaussian returns Σ (log v + d²/v)/2 with d = mean[i]-t[i] and v = e^s[i] + least, and
	// GaussianGradient also writes its derivatives times factor, dmean[i] = factor*d/v and ds[i] =
	// factor*(1-d²/v)/2*e^s[i]/v; dmean may be mean, and ds s. No |s[i]| is above 80, and no other magnitude above 2^40.
	Gaussian         func(mean, s, t []float32, least float32) float64
	GaussianGradient func(dmean, ds, mean, s, t []float32, factor, least float32) float64
	// GaussianVariance and its gradient are the same with v = max(s[i], least), and 1 for e^s[i] in the derivative;
	// least is at least 2^-20.
	GaussianVariance         func(mean, s, t []float32, least float32) float64
	GaussianVarianceGradient func(dmean, ds, mean, s, t []float32, factor, least float32) float64

	Chains []Chain // training of small networks, a sample in each lane; the last takes any batch

	// Optimizer steps on parameters p with gradient grad, which is only read;
	// the formulas stand at the types of their constants. Denormal state counts
	// as 0. No two operands may be the same. What waits for memory anyway also returns the
	// largest |p[i]| that it has written, NaN if any is NaN, 0 if there are none; Adam, which
	// divides, would take 4 % longer, and does without: its steps have a bound of their own.
	SGD      func(p, grad []float32, c *SGDConstants) (largest float32)
	Momentum func(p, grad, velocity []float32, c *SGDConstants) (largest float32)
	Adam     func(p, grad, m, v []float32, c *AdamConstants)
	AMSGrad  func(p, grad, m, v, largest []float32, c *AdamConstants)
	Adamax   func(p, grad, m, u []float32, c *AdamaxConstants)
	NAdam    func(p, grad, m, v []float32, c *NAdamConstants)
	// RMSProp[RMSPropMoves+RMSPropCentered] is that of both; mean and velocity may be nil without.
	RMSProp      [rmspropKernels]func(p, grad, square, mean, velocity []float32, c *RMSPropConstants) (largest float32)
	Adagrad      func(p, grad, sum []float32, c *AdagradConstants) (largest float32)
	Adadelta     func(p, grad, square, steps []float32, c *AdadeltaConstants) (largest float32)
	Lion         func(p, grad, m []float32, c *LionConstants) (largest float32)
	Rprop        func(p, grad, previous, step []float32, c *RpropConstants) (largest float32)
	ScheduleFree func(p, grad, base, v []float32, c *ScheduleFreeConstants)
	// Average is average[i] = decay*average[i] + rest*p[i], and returns the largest |p[i]|.
	Average func(average, p []float32, decay, rest float32) (largest float32)
}

// Sets returns the kernel sets that this build contains and this machine can
// run, lowest ISA first. The generic set is always there.
func Sets() []*Set {
	sets := []*Set{genericSet()}
	for _, s := range tunedSets() {
		if cpu.Missing(cpu.ISA(s.ISA)) == "" {
			sets = append(sets, s)
		}
	}
	return sets
}

// Select returns the set for requested, an ISA's name or empty for the best
// there is; ceiling, if not empty, names the highest ISA allowed and may only
// lower the choice. A name that is not an ISA of this architecture is an
// error, and so is a request that this machine or build cannot meet.
func Select(requested, ceiling string) (*Set, error) {
	sets := Sets()
	want := cpu.ISA(sets[len(sets)-1].ISA)
	if requested != "" {
		isa, err := cpu.Parse(requested)
		if err != nil {
			return nil, err
		}
		if why := Unavailable(requested); why != "" {
			return nil, fmt.Errorf("ISA %s is not available: %s", requested, why)
		}
		want = isa
	}
	if ceiling != "" {
		limit, err := cpu.Parse(ceiling)
		if err != nil {
			return nil, err
		}
		if !limit.Includes(want) {
			want = limit
		}
	}
	best := sets[0]
	for _, s := range sets {
		if want.Includes(cpu.ISA(s.ISA)) {
			best = s
		}
	}
	return best, nil
}

// Unavailable says why there are no kernels for the ISA called name on this
// machine or in this build; it is empty if there are.
func Unavailable(name string) string {
	if why := cpu.Missing(cpu.ISA(name)); why != "" {
		return why
	}
	for _, s := range Sets() {
		if s.ISA == name {
			return ""
		}
	}
	return "this build has no kernels for it (built with tag purego, or none are written yet)"
}
