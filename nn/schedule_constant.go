package nn

type constant struct{}

// Constant leaves the rate as it is.
func Constant() Schedule { return constant{} }

func (constant) Name() string                     { return "constant" }
func (constant) Rate(base float64, _ int) float64 { return base }
func (constant) Validate() error                  { return nil }
