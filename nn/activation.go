package nn

import "github.com/neurona-ml/neurona/kernels"

// ActivationLayer returns the activation layer called name: "identity",
// "heaviside", "sigmoid", "tanh" or "relu".
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
	if err := env.check(l.Kind(), in); err != nil {
		return nil, err
	}
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
	if err := checkPass(s.f.String(), x, s.width, y, s.width); err != nil {
		return err
	}
	activate := s.kernels.Activate[s.f]
	for i := range x.Rows {
		activate(rowOf(y, i), rowOf(x, i))
	}
	return nil
}

func (s activationStage) Backward(_ Pass, _, y, dy, dx Matrix) error {
	if !s.f.Trainable() {
		return ErrUntrainable
	}
	if err := checkPass(s.f.String(), y, s.width, dy, s.width); err != nil {
		return err
	}
	if dx.Data != nil {
		if err := checkPass(s.f.String(), dx, s.width, dy, s.width); err != nil {
			return err
		}
		derive(s.kernels, s.f, dx, dy, y)
	}
	return nil
}

func (s activationStage) Parameters() []*Parameter { return nil }

// derive computes dz = dy ⊙ f'(y), where y = f(z). dz may be dy.
func derive(k *kernels.Set, f kernels.Activation, dz, dy, y Matrix) {
	kernel := k.Derive[f]
	for i := range dy.Rows {
		kernel(rowOf(dz, i), rowOf(dy, i), rowOf(y, i))
	}
}
