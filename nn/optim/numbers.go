package optim

// flush is x, or 0 if x is denormal: state decays to denormal numbers where there are no
// gradients, and processors are slow with them. The kernels do the same.
func flush(x float32) float32 {
	if x < 0x1p-126 && x > -0x1p-126 {
		return 0
	}
	return x
}
