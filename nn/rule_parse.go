package nn

import "github.com/neurona-ml/neurona/internal/names"

// ParseRule returns the rule called name at the given learning rate: "sgd",
// "momentum" and "nesterov" (SGD with a momentum of 0.9), "adam" or "adamw". An
// unknown name is an error that suggests the nearest known one; an impossible
// rate is a *HyperparameterError.
func ParseRule(name string, rate float64) (Rule, error) {
	var r Rule
	switch name {
	case "sgd":
		r = SGD(rate)
	case "momentum":
		r = SGD(rate, Momentum(0.9))
	case "nesterov":
		r = SGD(rate, Momentum(0.9), Nesterov())
	case "adam":
		r = Adam(rate)
	case "adamw":
		r = AdamW(rate)
	default:
		return nil, names.Unknown("optimizer", name, []string{"sgd", "momentum", "nesterov", "adam", "adamw"})
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return r, nil
}
