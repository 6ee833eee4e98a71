package kernels

import "math"

// periodicKernels are those of embeddings of numbers.
func periodicKernels() []elementwise {
	const x = 1.7
	by := float64(float32(x))
	return []elementwise{
		{
			name: "periodic", operands: []role{result, result, source},
			prepare: func(_ int, v float32) float32 {
				if math.IsInf(float64(v), 0) {
					return 1e5 // of which there are neither
				}
				return v
			},
			run: func(s *Set, op [][]float32) { s.Periodic(op[0], op[1], op[2], x) },
			exact: func(in []float64) ([]float64, []float64) {
				turns := in[2] * by
				n := math.RoundToEven(4 * turns) // in turns, where nothing is lost
				sin, cos := math.Sincos(2 * math.Pi * (turns - n/4))
				for range int(n-4*math.Floor(n/4)) & 3 {
					sin, cos = cos, -sin
				}
				return []float64{cos, sin}, []float64{2*ulp(cos) + tiny, 2*ulp(sin) + 8*tiny}
			},
		},
		{
			name: "periodicGradients", operands: []role{updated, source, source, source, source, source},
			run: func(s *Set, op [][]float32) {
				s.PeriodicGradients(op[0], op[1], op[2], op[3], op[4], op[5], x)
			},
			exact: func(in []float64) ([]float64, []float64) {
				a, b := in[2]*in[3], in[1]*in[4]
				return one(in[0]+(a-b)*by, 4*unit*(math.Abs(in[0])+(math.Abs(a)+math.Abs(b))*by)+8*tiny)
			},
		},
	}
}
