package kernels

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"testing"
)

// tunedResults holds check sums of what kernels of tuned sets make of the
// same input. All of them multiply and add fused in the same places, so that
// one number does for amd64 and arm64; a failure prints the number found.
var tunedResults = map[string]uint32{
	"axpy":                     0xa6b0e722,
	"scale":                    0xb9cdc10a,
	"add":                      0xe576c049,
	"exp":                      0xeaf2d1d4,
	"squaredError":             0x046ba686,
	"identity":                 0xeedef10e,
	"derive identity":          0xadf7dbe4,
	"heaviside":                0x3b5e8926,
	"sigmoid":                  0x7bd7c046,
	"derive sigmoid":           0x5dc19e49,
	"tanh":                     0x472e8453,
	"derive tanh":              0xb6057ffc,
	"relu":                     0xe1b78818,
	"derive relu":              0xe69cc2b9,
	"prelu":                    0x141d82ff,
	"derivePReLU":              0x05300f5c,
	"deriveLeakyReLU":          0x8e479e47,
	"normRow":                  0x43610f02,
	"normRowGradients":         0xf2c72bee,
	"normRowInput":             0x3625b1de,
	"centredSums":              0x865a5703,
	"normColumns":              0x2b63293f,
	"normColumnGradients":      0xada82616,
	"normColumnInput":          0x7add652c,
	"multiply":                 0x4578d957,
	"addProducts":              0x084ed8d3,
	"periodic":                 0x4da712f6,
	"periodicGradients":        0xddc0242f,
	"sgd":                      0x827bc15f,
	"momentum, nesterov":       0xa26f9f88,
	"momentum":                 0x015b745b,
	"adam":                     0x71a55542,
	"adam, both decays":        0x18a755e7,
	"adam, own decay":          0x5f659e03,
	"momentum, damped":         0x557976e2,
	"amsgrad":                  0xeffb1835,
	"adamax":                   0xb643cb82,
	"nadam":                    0xc298e009,
	"adagrad":                  0x737a4e45,
	"adadelta":                 0xbfbe5f45,
	"lion":                     0xb6c6d399,
	"rprop":                    0x1f3a7102,
	"scheduleFree":             0xbc10503b,
	"average":                  0x2139112a,
	"gaussianGradient":         0x96fa9129,
	"gaussianVarianceGradient": 0x1405b034,
	"rmsprop":                  0x9ff40216,
	"rmspropMomentum":          0x74e690f2,
	"rmspropCentered":          0x01c3cdf9,
	"rmspropCenteredMomentum":  0x43aee137,
	"dropout":                  0x464ac53d, // of the generic set too: TestNoiseLengths
	"alphaDropout":             0x7a67006c, // the same
	"gaussianNoise":            0xc7d6b9ef,
	"sigmoid everywhere":       0x79cf3ed2,
	"tanh everywhere":          0x2ef4264c,
	"exp everywhere":           0x2b49ff8d,
	"functions":                0x47f35c3c,
	"losses":                   0xcded25cc,
	"tiles":                    0xb64009ed,
}

// TestTunedSetsAgree sees that element-wise kernels and tiles give the same
// bits on every ISA that has assembly for them. Sums over vectors do not:
// their order depends on how many lanes there are.
func TestTunedSetsAgree(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		if s.ISA == genericSet().ISA {
			t.Skip("does not fuse, and differs by rounding")
		}
		checked := map[string]bool{}
		check := func(name string, results ...[]float32) {
			checked[name] = true
			var sum uint32
			for _, x := range results {
				for _, v := range x {
					sum = crc32.Update(sum, crc32.IEEETable, binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
				}
			}
			if want := tunedResults[name]; sum != want {
				t.Errorf("%s: results with check sum %#08x, want %#08x", name, sum, want)
			}
		}
		var functions [][]float32
		for _, k := range functionKernels() {
			op := k.inputs(4099, ofAllSizes(rand.New(rand.NewPCG(13, 14))))
			k.run(s, op)
			functions = append(functions, op...)
		}
		check("functions", functions...)
		var losses [][]float32
		for _, k := range lossKernels() {
			op := k.inputs(4099, ofAllSizes(rand.New(rand.NewPCG(13, 14))))
			k.run(s, op)
			losses = append(losses, op...)
		}
		check("losses", losses...)
		for _, k := range ownKernels() {
			op := k.inputs(4099, ofAllSizes(rand.New(rand.NewPCG(13, 14))))
			k.run(s, op)
			check(k.name, op...)
		}
		for _, k := range noiseKernels() {
			rng := rand.New(rand.NewPCG(13, 14))
			x, value := make([]float32, 4099), ofAllSizes(rng)
			for i := range x {
				x[i] = value(0, i)
			}
			k.run(s, x, x, randomCase(rng))
			check(k.name, x)
		}
		for name, kernel := range map[string]func(dst, x []float32){
			"exp everywhere": s.Exp, "sigmoid everywhere": s.Activate[Sigmoid], "tanh everywhere": s.Activate[Tanh],
		} {
			x := numbersEverywhere()
			kernel(x, x)
			check(name, x)
		}
		check("tiles", tiles(s.Product)...)
		if len(checked) != len(tunedResults) {
			t.Errorf("%d kernels checked, %d in the table", len(checked), len(tunedResults))
		}
	})
}

// numbersEverywhere returns numbers of all sizes and both signs, infinities
// included, NaNs not.
func numbersEverywhere() []float32 {
	var x []float32
	for bits := uint64(0); bits <= uint64(math.Float32bits(inf32)); bits += 127 * 257 {
		v := math.Float32frombits(uint32(bits))
		x = append(x, v, -v)
	}
	return append(x, inf32, -inf32)
}

// tiles returns tiles of sizes that every tuned set has.
func tiles(p Product) [][]float32 {
	const rows, cols, k = 6, 12, 37
	rng := rand.New(rand.NewPCG(15, 16))
	value := ofAllSizes(rng)
	a, b, bias := make([]float32, rows*k), make([]float32, k*cols), make([]float32, cols)
	for _, x := range [][]float32{a, b, bias} {
		for i := range x {
			x[i] = value(0, i)
		}
	}
	var all [][]float32
	for m := 1; m <= rows; m++ {
		for n := 1; n <= cols; n++ {
			c := make([]float32, m*n)
			p.Tile(m, n, k, &a[0], k, 1, &b[0], cols, &bias[0], 0, &c[0], n, 0, nil, 0)
			all = append(all, c)
		}
	}
	return all
}
