package blastest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
)

// checkSlopes adds to dx, multiplies by a kept slope and does both; and adds before it
// multiplies by the derivative at y.
func (l layer) checkSlopes(plan blas.Dense, w weights, dz, y blas.Matrix, forDX, forSlope memory, rng *rand.Rand) error {
	kept := forSlope.matrix(dz.Rows, l.in, (l.slack+3)%4, l.atEnd)
	fill(kept, slopes(rng))
	ways := []struct {
		name  string
		slope blas.Slope
		add   bool
	}{
		{"added", blas.Slope{Of: l.previous, Kept: y}, true},
		{"with a kept slope", blas.Slope{Of: l.act, Kept: kept, IsSlope: true}, false},
		{"added, with a kept slope", blas.Slope{Kept: kept, IsSlope: true}, true},
	}
	if l.in*l.out*dz.Rows > 1<<20 {
		ways = ways[2:] // time counts, and small layers go the other ways
	}
	for _, way := range ways {
		dx := forDX.matrix(dz.Rows, l.in, (l.slack+2)%4, l.atEnd) // NaN unless it is added to
		beta := float32(0)
		if way.add {
			fill(dx, uniform(rng))
			beta = 1
		}
		want := gemmIn(l.precision, dz.Rows, l.in, l.out, 1, op(blas.NoTrans, dz), op(blas.Trans, w.w), beta, dx)
		if way.slope.IsSlope {
			want.multiply(kept)
		} else {
			want.derive(l.previous, y)
		}
		dz0, kept0 := clone(dz), clone(way.slope.Kept)
		if err := plan.BackwardData(dz, dx, way.slope, way.add); err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		if err := errors.Join(want.check("dx", dx), slackUnchanged("dx", dx), unchanged("dz", dz, dz0), unchanged("what the slope has kept", way.slope.Kept, kept0)); err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
	}
	return nil
}

// slopes returns slopes: steeper than any activation's, falling, and zero now and then.
func slopes(rng *rand.Rand) func() float32 {
	return func() float32 {
		u := rng.Float32()
		if u < 0.1 {
			return 0
		}
		return 4*u - 1.5
	}
}

// multiply multiplies e with slopes, which rounds once: what is off by the bound stays so
// in proportion, and a product of zero is zero.
func (e expected) multiply(slope blas.Matrix) {
	for i := range e.rows {
		for j := range e.cols {
			s := float64(at(slope, i, j))
			v, bound := &e.value[i*e.cols+j], &e.bound[i*e.cols+j]
			*bound = math.Abs(s) * (*bound*(1+unit) + unit*math.Abs(*v))
			*v *= s
			if s != 0 {
				*bound += underflow(1)
			}
		}
	}
}
