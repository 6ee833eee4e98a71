package kernels

// squaresFromGeneric is
//
//	for i := range x {
//		sum += float64(x[i]-centre)²
//	}
func squaresFromGeneric(x []float32, centre float32) float64 {
	sum := 0.0
	for _, v := range x {
		d := float64(v - centre)
		sum += d * d // exact, so that fusing would change nothing
	}
	return sum
}

// sumProductsGeneric is
//
//	for i := range x {
//		sum += float64(x[i] * y[i])
//	}
func sumProductsGeneric(x, y []float32) float64 {
	y = y[:len(x)]
	sum := 0.0
	for i, v := range x {
		sum += float64(float32(v * y[i]))
	}
	return sum
}

// normRowGeneric is
//
//	for i := range x {
//		y[i] = (x[i]-mean)*inverse*gain[i] + bias[i]
//	}
func normRowGeneric(y, x, gain, bias []float32, mean, inverse float32) {
	y, gain, bias = y[:len(x)], gain[:len(x)], bias[:len(x)]
	for i, v := range x {
		y[i] = float32(float32((v-mean)*inverse)*gain[i]) + bias[i]
	}
}

// normRowGradientsGeneric is
//
//	for i := range x {
//		h := (x[i] - mean) * inverse
//		dgain[i] += dy[i] * h
//		dbias[i] += dy[i]
//		sum += float64(dy[i] * gain[i] * h)
//	}
func normRowGradientsGeneric(dgain, dbias, dy, x, gain []float32, mean, inverse float32) float64 {
	dgain, dbias, dy, gain = dgain[:len(x)], dbias[:len(x)], dy[:len(x)], gain[:len(x)]
	sum := 0.0
	for i, v := range x {
		h := float32((v - mean) * inverse)
		dgain[i] += float32(dy[i] * h)
		dbias[i] += dy[i]
		sum += float64(float32(float32(dy[i]*gain[i]) * h))
	}
	return sum
}

// normRowInputGeneric is
//
//	for i := range x {
//		dx[i] = inverse * (dy[i]*gain[i] - gradient - (x[i]-mean)*inverse*product)
//	}
func normRowInputGeneric(dx, dy, x, gain []float32, mean, inverse, gradient, product float32) {
	dx, dy, gain = dx[:len(x)], dy[:len(x)], gain[:len(x)]
	for i, v := range x {
		h := float32((v - mean) * inverse)
		dx[i] = float32((float32(dy[i]*gain[i]) - gradient - float32(h*product)) * inverse)
	}
}

// centredSumsGeneric is
//
//	for i := range x {
//		sums[i] += x[i] - centre[i]
//		squares[i] += (x[i] - centre[i])²
//	}
func centredSumsGeneric(sums, squares, x, centre []float32) {
	sums, squares, centre = sums[:len(x)], squares[:len(x)], centre[:len(x)]
	for i, v := range x {
		d := v - centre[i]
		sums[i] += d
		squares[i] += float32(d * d)
	}
}

// normColumnsGeneric is
//
//	for i := range x {
//		y[i] = (x[i]-mean[i])*factor[i] + bias[i]
//	}
func normColumnsGeneric(y, x, mean, factor, bias []float32) {
	y, mean, factor, bias = y[:len(x)], mean[:len(x)], factor[:len(x)], bias[:len(x)]
	for i, v := range x {
		y[i] = float32((v-mean[i])*factor[i]) + bias[i]
	}
}

// normColumnGradientsGeneric is
//
//	for i := range x {
//		dgain[i] += dy[i] * ((x[i] - mean[i]) * inverse[i])
//		dbias[i] += dy[i]
//	}
func normColumnGradientsGeneric(dgain, dbias, dy, x, mean, inverse []float32) {
	dgain, dbias, dy, mean, inverse = dgain[:len(x)], dbias[:len(x)], dy[:len(x)], mean[:len(x)], inverse[:len(x)]
	for i, v := range x {
		dgain[i] += float32(dy[i] * float32((v-mean[i])*inverse[i]))
		dbias[i] += dy[i]
	}
}

// normColumnInputGeneric is
//
//	for i := range x {
//		dx[i] = factor[i] * (dy[i] - gradient[i] - (x[i]-mean[i])*product[i])
//	}
func normColumnInputGeneric(dx, dy, x, mean, factor, gradient, product []float32) {
	dx, dy, mean, factor, gradient, product = dx[:len(x)], dy[:len(x)], mean[:len(x)], factor[:len(x)], gradient[:len(x)], product[:len(x)]
	for i, v := range x {
		dx[i] = float32((dy[i] - gradient[i] - float32((v-mean[i])*product[i])) * factor[i])
	}
}

// multiplyGeneric is
//
//	for i := range x {
//		dst[i] = x[i] * y[i]
//	}
func multiplyGeneric(dst, x, y []float32) {
	dst, y = dst[:len(x)], y[:len(x)]
	for i, v := range x {
		dst[i] = v * y[i]
	}
}

// addProductsGeneric is
//
//	for i := range x {
//		sums[i] += x[i] * y[i]
//	}
func addProductsGeneric(sums, x, y []float32) {
	sums, y = sums[:len(x)], y[:len(x)]
	for i, v := range x {
		sums[i] += float32(v * y[i])
	}
}
