package kernels

import "math"

// normKernels are those of normalisations. Tolerances are sums of the roundings of what is
// added up, each of the magnitudes that go into it.
func normKernels() []elementwise {
	const mean, inverse, gradient, product = 0.3, 1.7, -0.2, 0.6
	m, inv, grad, prod := float64(float32(mean)), float64(float32(inverse)), float64(float32(gradient)), float64(float32(product))
	size := func(terms ...float64) (sum float64) {
		for _, t := range terms {
			sum += math.Abs(t)
		}
		return 6*unit*sum + 4*tiny
	}
	hat := func(x float64) (h, magnitude float64) { return (x - m) * inv, (math.Abs(x) + m) * inv }
	return []elementwise{
		{
			name: "normRow", operands: []role{result, source, source, source}, mayBe: []int{1, 2, 3},
			run: func(s *Set, op [][]float32) { s.NormRow(op[0], op[1], op[2], op[3], mean, inverse) },
			exact: func(in []float64) ([]float64, []float64) {
				h, of := hat(in[1])
				return one(h*in[2]+in[3], size(of*in[2], in[3]))
			},
		},
		{
			name: "normRowGradients", operands: []role{updated, updated, source, source, source},
			run: func(s *Set, op [][]float32) { s.NormRowGradients(op[0], op[1], op[2], op[3], op[4], mean, inverse) },
			exact: func(in []float64) ([]float64, []float64) {
				h, of := hat(in[3])
				return []float64{in[0] + in[2]*h, in[1] + in[2]}, []float64{size(in[0], in[2]*of), size(in[1], in[2])}
			},
		},
		{
			name: "normRowInput", operands: []role{result, source, source, source}, mayBe: []int{1, 2, 3},
			run: func(s *Set, op [][]float32) {
				s.NormRowInput(op[0], op[1], op[2], op[3], mean, inverse, gradient, product)
			},
			exact: func(in []float64) ([]float64, []float64) {
				h, of := hat(in[2])
				return one(inv*(in[1]*in[3]-grad-h*prod), size(inv*in[1]*in[3], inv*grad, inv*of*prod))
			},
		},
		{
			name: "centredSums", operands: []role{updated, updated, source, source},
			run: func(s *Set, op [][]float32) { s.CentredSums(op[0], op[1], op[2], op[3]) },
			exact: func(in []float64) ([]float64, []float64) {
				d, of := in[2]-in[3], math.Abs(in[2])+math.Abs(in[3])
				return []float64{in[0] + d, in[1] + d*d}, []float64{size(in[0], of), size(in[1], of*of)}
			},
		},
		{
			name: "normColumns", operands: []role{result, source, source, source, source}, mayBe: []int{1, 2, 3, 4},
			run: func(s *Set, op [][]float32) { s.NormColumns(op[0], op[1], op[2], op[3], op[4]) },
			exact: func(in []float64) ([]float64, []float64) {
				of := (math.Abs(in[1]) + math.Abs(in[2])) * in[3]
				return one((in[1]-in[2])*in[3]+in[4], size(of, in[4]))
			},
		},
		{
			name: "normColumnGradients", operands: []role{updated, updated, source, source, source, source},
			run: func(s *Set, op [][]float32) { s.NormColumnGradients(op[0], op[1], op[2], op[3], op[4], op[5]) },
			exact: func(in []float64) ([]float64, []float64) {
				h, of := (in[3]-in[4])*in[5], (math.Abs(in[3])+math.Abs(in[4]))*in[5]
				return []float64{in[0] + in[2]*h, in[1] + in[2]}, []float64{size(in[0], in[2]*of), size(in[1], in[2])}
			},
		},
		{
			name: "normColumnInput", operands: []role{result, source, source, source, source, source, source}, mayBe: []int{1, 2, 3, 4, 5, 6},
			run: func(s *Set, op [][]float32) {
				s.NormColumnInput(op[0], op[1], op[2], op[3], op[4], op[5], op[6])
			},
			exact: func(in []float64) ([]float64, []float64) {
				dy, x, mean, factor, gradient, product := in[1], in[2], in[3], in[4], in[5], in[6]
				of := (math.Abs(x) + math.Abs(mean)) * product * factor
				return one(factor*(dy-gradient-(x-mean)*product), size(factor*dy, factor*gradient, of))
			},
		},
		{
			name: "multiply", operands: []role{result, source, source}, mayBe: []int{1, 2},
			run:   func(s *Set, op [][]float32) { s.Multiply(op[0], op[1], op[2]) },
			exact: func(in []float64) ([]float64, []float64) { return rounded(in[1]*in[2], 1) },
		},
		{
			name: "addProducts", operands: []role{updated, source, source}, mayBe: []int{1, 2},
			run: func(s *Set, op [][]float32) { s.AddProducts(op[0], op[1], op[2]) },
			exact: func(in []float64) ([]float64, []float64) {
				return one(in[0]+in[1]*in[2], size(in[0], in[1]*in[2]))
			},
		},
	}
}
