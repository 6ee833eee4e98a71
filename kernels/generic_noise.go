package kernels

import "math"

// Noise of training draws random numbers that are functions of a column and of the key of a
// row, and are the same on every ISA.

// random32 returns the random number of a column: a permutation of 32-bit numbers in three rounds of
// Wellons's hash-prospector (2018 to 2022), the first of triple32 and the two of lowbias32 with the
// constants of TheIronBorn, of column ^ key0, with key1 put in behind the first.
func random32(column, key0, key1 uint32) uint32 {
	x := column ^ key0
	x = (x ^ x>>17) * 0xed5ad4bb
	x ^= key1
	x = (x ^ x>>16) * 0x21f0aaad
	x = (x ^ x>>15) * 0xd35a2d97
	return x ^ x>>15
}

// pick returns kept, or dropped if random < share. It has no branch, since nothing could foretell one.
func pick(random, share uint32, kept, dropped float32) float32 {
	less := uint32((uint64(random) - uint64(share)) >> 32) // all ones or none
	return math.Float32frombits(math.Float32bits(kept)&^less | math.Float32bits(dropped)&less)
}

// dropoutGeneric is
//
//	for i := range src {
//		dst[i] = scale * src[i] // or 0 if random32(first+i, key0, key1) < share
//	}
func dropoutGeneric(dst, src []float32, first, key0, key1, share uint32, scale float32) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = pick(random32(first+uint32(i), key0, key1), share, float32(scale*v), 0)
	}
}

// alphaDropoutGeneric is
//
//	for i := range src {
//		dst[i] = scale*src[i] + shift // or dropped if random32(first+i, key0, key1) < share
//	}
func alphaDropoutGeneric(dst, src []float32, first, key0, key1, share uint32, scale, shift, dropped float32) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = pick(random32(first+uint32(i), key0, key1), share, float32(scale*v)+shift, dropped)
	}
}

// gaussianNoiseGeneric is
//
//	for i := range src {
//		x, y := normalPair(random32(first+i, key0, key1), random32((first+i)^1<<31, key0, key1))
//		dst[i], dst2[i] = src[i] + sigma*x, src2[i] + sigma*y
//	}
func gaussianNoiseGeneric(dst, dst2, src, src2 []float32, first, key0, key1 uint32, sigma float32) {
	dst, dst2, src2 = dst[:len(src)], dst2[:len(src)], src2[:len(src)]
	for i, a := range src {
		b := src2[i]
		column := first + uint32(i)
		x, y := normalPair(random32(column, key0, key1), random32(column^1<<31, key0, key1))
		dst[i] = a + float32(float64(sigma)*x)
		dst2[i] = b + float32(float64(sigma)*y)
	}
}

// normalPair makes two independent, normally distributed numbers of two random ones (Box and
// Muller, 1958), of up to 6.66: signs are those of the arguments as integers, which leaves a
// quarter of a turn.
func normalPair(radius, turns uint32) (x, y float64) {
	v := float64(mulAdd(float32(int32(radius)), 0x1p-31, 0x1p-32)) // between -1 and 1, never 0
	r := math.Sqrt(-2 * math.Log(math.Abs(v)))
	sin, cos := math.Sincos(2 * math.Pi / (1 << 33) * float64(float32(int32(turns))))
	return math.Copysign(r*cos, v), r * sin
}
