package nn

import "github.com/neurona-ml/neurona/kernels"

// ActivationLayer returns the activation layer called name: "identity",
// "step", "sigmoid", "tanh" or "relu".
func ActivationLayer(name string) (Layer, error) {
	f, err := kernels.ParseActivation(name)
	if err != nil {
		return nil, err
	}
	return activationLayer{f}, nil
}

// Build implements Layer. A network calls it only for an activation that no
// block could take in, because what stands before it is not a Dense.
func (l activationLayer) Build(in int, env *Environment) (Stage, error) {
	return activationStage{l.f, in, env.Backend.Kernels()}, nil
}

// activationStage applies f to each element.
type activationStage struct {
	f       kernels.Activation
	width   int
	kernels *kernels.Set
}

func (s activationStage) Outputs() int { return s.width }

func (s activationStage) Forward(_ Pass, x, y Matrix) error {
	activate := s.kernels.Activate[s.f]
	for i := range x.Rows {
		activate(row(y, i), row(x, i))
	}
	return nil
}

func (s activationStage) Backward(_ Pass, _, y, dy, dx Matrix) error {
	if !s.f.Trainable() {
		return ErrUntrainable
	}
	if dx.Data != nil {
		derive(s.kernels, s.f, dx, dy, y)
	}
	return nil
}

func (s activationStage) Parameters() []*Parameter { return nil }

// derive computes dz = dy ⊙ f'(y), where y = f(z). dz may be dy.
func derive(k *kernels.Set, f kernels.Activation, dz, dy, y Matrix) {
	kernel := k.Derive[f]
	for i := range dy.Rows {
		kernel(row(dz, i), row(dy, i), row(y, i))
	}
}

// row returns row i of m.
func row(m Matrix, i int) []float32 {
	return m.Data[i*m.Stride : i*m.Stride+m.Cols]
}

// rows returns the view of rows lo to hi-1 of m.
func rows(m Matrix, lo, hi int) Matrix {
	v := Matrix{Rows: hi - lo, Cols: m.Cols, Stride: m.Stride}
	if hi > lo && m.Cols > 0 {
		v.Data = m.Data[lo*m.Stride : (hi-1)*m.Stride+m.Cols]
	}
	return v
}

// copyRows copies src to dst, which has the same shape.
func copyRows(dst, src Matrix) {
	for i := range src.Rows {
		copy(row(dst, i), row(src, i))
	}
}
